package schema

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// sampleBatch is what one visit to each of two threads of source src finds: n new
// items in all, seen at a moment in the given number of minutes.
func sampleBatch(minutes, n int) Batch {
	seen := at(minutes)
	var b Batch
	for t := range 2 {
		thread := fmt.Sprintf("t%d", t)
		v := Visit{
			VisitID: fmt.Sprintf("%s@%d", thread, minutes), SourceID: "src", ThreadID: thread, URL: "https://example.org/" + thread,
			StartedAt: seen.Add(-time.Second), SeenAt: seen, Outcome: OK, Complete: true, Pages: 1, Declared: int32(n / 2), Parsed: int32(n / 2),
			Status: 200, Bytes: 30_000, ETag: fmt.Sprintf(`"%d"`, minutes), Parser: "telegram", ParserVersion: 3,
			Fill: map[string]uint32{"comment": uint32(n / 2), "comment.id": uint32(n / 2), "comment.parent": uint32(n / 4), "comment.time": uint32(n / 2)},
		}
		for i := range n / 2 {
			b.Sightings = append(b.Sightings, Sighting{
				VisitID: v.VisitID, SourceID: "src", ThreadID: thread, ItemID: fmt.Sprintf("%d-%04d", minutes, i), SeenAt: seen, PrevAt: epoch,
				Change: First, ParentID: "p", Kind: "comment", Role: "citizen", BodyID: "b1", Author: "a" + fmt.Sprint(i%7), Mentions: []string{"m1", "m2"}, Numbers: []string{"n1"},
				PublishedLo: seen.Add(-time.Minute), PublishedHi: seen.Add(-time.Millisecond), Precision: "minute",
				Text: "Когда отремонтируют дорогу? ';\n-- \x00", TextHash: fmt.Sprintf("h%d", i), Outcome: "",
			})
			v.Sightings++
		}
		b.Threads = append(b.Threads, Thread{SourceID: "src", ThreadID: thread, Kind: "post", URL: v.URL, Declared: v.Declared, PublishedAt: at(-60), FoundAt: seen})
		b.Visits = append(b.Visits, v)
	}
	return b
}

func collect[T any](t testing.TB, rows func(func(T, error) bool)) []T {
	t.Helper()
	var all []T
	for row, err := range rows {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, row)
	}
	return all
}

func TestAppendRoundTrip(t *testing.T) {
	t.Run("driver", func(t *testing.T) { testAppendRoundTrip(t, open(t)) })
	t.Run("engine", func(t *testing.T) { testAppendRoundTrip(t, within(open(t))) })
}

func testAppendRoundTrip(t *testing.T, s *Store) {
	b := sampleBatch(0, 20)
	if err := s.Append(t.Context(), b); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(b.Sightings, collect(t, s.Sightings(t.Context(), []string{"src"}, at(0)))); diff != "" {
		t.Errorf("sightings (-want +got):\n%s", diff)
	}
	var visits []Visit
	if err := each(t.Context(), s.conn, func(v Visit) { visits = append(visits, v) }, "SELECT "+columnsOf[Visit]("")+" FROM visits ORDER BY thread_id"); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(b.Visits, visits); diff != "" {
		t.Errorf("visits (-want +got):\n%s", diff)
	}
	var threads []Thread
	if err := each(t.Context(), s.conn, func(v Thread) { threads = append(threads, v) }, "SELECT "+columnsOf[Thread]("")+" FROM threads_now ORDER BY thread_id"); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(b.Threads, threads); diff != "" {
		t.Errorf("threads (-want +got):\n%s", diff)
	}
	if err := s.Append(t.Context(), Batch{}); err != nil {
		t.Errorf("Append of nothing = %v", err)
	}
}

// counts is how many rows the append-only tables physically hold.
const counts = "SELECT (SELECT count() FROM threads), (SELECT count() FROM sightings), (SELECT count() FROM visits)"

func TestAppendFiveTimes(t *testing.T) {
	t.Run("driver", func(t *testing.T) { testAppendFiveTimes(t, open(t)) })
	t.Run("engine", func(t *testing.T) { testAppendFiveTimes(t, within(open(t))) })
}

func testAppendFiveTimes(t *testing.T, s *Store) {
	// Over the end of a month, so that each insert has two partitions.
	first, second := sampleBatch(0, 40), sampleBatch(3*24*60, 40)
	b := Batch{
		Threads:   append(first.Threads, second.Threads...),
		Sightings: append(first.Sightings, second.Sightings...),
		Visits:    append(first.Visits, second.Visits...),
	}
	if got := ask(t, s, "SELECT uniq(toYYYYMM(d)) FROM values('d DateTime', '"+at(0).Format(time.DateTime)+"', '"+at(3*24*60).Format(time.DateTime)+"')"); got != "2" {
		t.Fatalf("the batch is in %s months, want 2", got)
	}
	for range 5 {
		if err := s.Append(t.Context(), b); err != nil {
			t.Fatal(err)
		}
		if got, want := ask(t, s, counts), "2\t80\t4"; got != want {
			t.Fatalf("rows = %q, want %q", got, want)
		}
	}
	other := sampleBatch(0, 40)
	other.Visits[0].Reason = "another"
	if err := s.Append(t.Context(), other); err != nil {
		t.Fatal(err)
	}
	if got, want := ask(t, s, "SELECT count() FROM visits"), "6"; got != want {
		t.Errorf("visits after another batch = %s, want %s: the token must depend on every column", got, want)
	}
}

// spy notes the deduplication token of every insert.
type spy struct {
	http.RoundTripper
	tokens []string
}

func (l *spy) RoundTrip(req *http.Request) (*http.Response, error) {
	if token := req.URL.Query().Get("insert_deduplication_token"); token != "" {
		l.tokens = append(l.tokens, token)
	}
	return l.RoundTripper.RoundTrip(req)
}

// The tables also know a repeated block by its content, but only if it comes in
// the same blocks: the token does not depend on how a server cuts an insert.
func TestAppendToken(t *testing.T) {
	s := open(t)
	line := &spy{RoundTripper: shared.store.engine}
	overLine := over(t, line, s.database)
	tokens := func(b Batch) []string {
		t.Helper()
		line.tokens = nil
		if err := overLine.Append(t.Context(), b); err != nil {
			t.Fatal(err)
		}
		return line.tokens
	}
	first := tokens(sampleBatch(0, 10))
	if len(first) != 3 || first[0] == first[1] || first[1] == first[2] {
		t.Errorf("tokens of threads, sightings and visits = %v, want three", first)
	}
	if diff := cmp.Diff(first, tokens(sampleBatch(0, 10))); diff != "" {
		t.Errorf("tokens of the same batch (-first +second):\n%s", diff)
	}
	for name, change := range map[string]func(*Sighting){
		"text": func(s *Sighting) { s.Text += "." }, "time": func(s *Sighting) { s.PublishedHi = s.PublishedHi.Add(time.Millisecond) },
		"list": func(s *Sighting) { s.Mentions = []string{"m1 m2"} }, "flag": func(s *Sighting) { s.Edited = true },
		"moved between columns": func(s *Sighting) { s.ThreadID, s.ItemID = s.ThreadID+s.ItemID, "" },
	} {
		b := sampleBatch(0, 10)
		change(&b.Sightings[3])
		if got := tokens(b); got[1] == first[1] || got[2] != first[2] {
			t.Errorf("tokens after a change of %s = %v, want another than %v for the sightings alone", name, got, first)
		}
	}
}

// lossy carries requests out but loses the answers to some.
type lossy struct {
	http.RoundTripper
	lose atomic.Bool
}

var errLost = errors.New("the acknowledgement was lost")

func (l *lossy) RoundTrip(req *http.Request) (*http.Response, error) {
	insert := strings.HasPrefix(req.URL.Query().Get("query"), "INSERT")
	resp, err := l.RoundTripper.RoundTrip(req)
	if err == nil && insert && l.lose.Load() {
		resp.Body.Close()
		return nil, errLost
	}
	return resp, err
}

func TestAppendLostAcknowledgement(t *testing.T) {
	s := open(t)
	line := &lossy{RoundTripper: shared.store.engine}
	overLine := over(t, line, s.database)
	b := sampleBatch(0, 40)
	line.lose.Store(true)
	// Each attempt gets one table further than the last.
	for i, want := range []string{"2\t0\t0", "2\t0\t0"} {
		if err := overLine.Append(t.Context(), b); !errors.Is(err, errLost) {
			t.Fatalf("Append = %v, want the lost acknowledgement", err)
		}
		if got := ask(t, s, counts); got != want {
			t.Errorf("rows after attempt %d = %q, want %q", i+1, got, want)
		}
	}
	line.lose.Store(false)
	for range 2 {
		if err := overLine.Append(t.Context(), b); err != nil {
			t.Fatal(err)
		}
		if got, want := ask(t, s, counts), "2\t40\t2"; got != want {
			t.Errorf("rows = %q, want %q", got, want)
		}
	}
}

func TestUncommittedNeverHappened(t *testing.T) {
	s := open(t)
	b := sampleBatch(0, 20)
	if err := s.Append(t.Context(), Batch{Threads: b.Threads, Sightings: b.Sightings, Visits: b.Visits[:1]}); err != nil {
		t.Fatal(err)
	}
	for _, got := range collect(t, s.Sightings(t.Context(), []string{"src"}, at(1))) {
		if got.ThreadID != "t0" {
			t.Fatalf("Sightings gives one of thread %s, whose visit was not written", got.ThreadID)
		}
	}
	known, err := s.Known(t.Context(), "src", []string{"t0", "t1"})
	if err != nil || len(known["t0"]) != 10 || len(known["t1"]) != 0 {
		t.Errorf("Known = %d and %d items, %v, want 10 and 0", len(known["t0"]), len(known["t1"]), err)
	}
	if got := ask(t, s, "SELECT count(), uniqExact(thread_id) FROM sightings_committed"); got != "10\t1" {
		t.Errorf("sightings_committed = %s, want 10 rows of 1 thread", got)
	}
}

// childDSN names the store of the child process of TestKill.
const childDSN = "QULAQ_TEST_APPEND"

// appendForEver adds batches until it is killed and tells each that was acknowledged.
func appendForEver(dsn string) int {
	ctx := context.Background()
	s, err := Open(ctx, dsn)
	if err == nil {
		err = s.Migrate(ctx)
	}
	for i := 0; err == nil; i++ {
		if err = s.Append(ctx, sampleBatch(i, 100)); err == nil {
			fmt.Println(i)
		}
	}
	fmt.Fprintln(os.Stderr, err)
	return 1
}

func TestKill(t *testing.T) {
	closeShared(t)
	dsn := "embedded:" + t.TempDir()
	const rounds = 4
	for round := range rounds {
		child := exec.CommandContext(t.Context(), os.Args[0])
		child.Env = append(os.Environ(), childDSN+"="+dsn)
		child.Stderr = os.Stderr
		stdout, err := child.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := child.Start(); err != nil {
			t.Fatal(err)
		}
		acknowledged := -1
		for lines := bufio.NewScanner(stdout); lines.Scan(); {
			if _, err := fmt.Sscan(lines.Text(), &acknowledged); err != nil {
				t.Fatal(err)
			}
			if acknowledged == 1 {
				if _, err := Open(t.Context(), dsn); !errors.Is(err, ErrLocked) {
					t.Errorf("Open of the child's folder = %v, want ErrLocked", err)
				}
			}
			if acknowledged == 3*(round+1) {
				time.AfterFunc(time.Duration(round)*3*time.Millisecond, func() { child.Process.Kill() })
			}
		}
		if err := child.Wait(); err == nil || acknowledged < 0 {
			t.Fatalf("the child ended by itself after batch %d", acknowledged)
		}
		s, err := Open(t.Context(), dsn)
		if err != nil {
			t.Fatal(err)
		}
		// All that was acknowledged is there, once; a visit that is there has all of
		// its sightings. At most one batch more was on its way.
		got := ask(t, s, `SELECT count() = uniqExact(visit_id), count() % 2, max(toUInt32(splitByChar('@', visit_id)[2])) >= `+fmt.Sprint(acknowledged)+`,
			sum(sightings) = (SELECT count() FROM sightings_committed) FROM visits`)
		if got != "1\t0\t1\t1" {
			t.Errorf("round %d: after kill -9 (batch %d acknowledged): unique, even, all there, all sightings = %q, want 1 0 1 1", round, acknowledged, got)
		}
		if got := ask(t, s, "SELECT count() >= "+fmt.Sprint(100*(acknowledged+1))+", count() = uniqExact(visit_id, item_id) FROM sightings_committed"); got != "1\t1" {
			t.Errorf("round %d: sightings: all there, unique = %q, want 1 1", round, got)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
}
