package jobs

import (
	"bytes"
	"context"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"qulaq/crawler/archive"
	"qulaq/schema"
	"qulaq/simulate"

	"filippo.io/age"
	"github.com/google/go-cmp/cmp"
)

// archived crawls a republic into a sealed archive, and opens the archive.
func archived(t *testing.T) (*rehearsal, *archive.Reader) {
	t.Helper()
	identity, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	r := &rehearsal{dir: t.TempDir()}
	if r.republic, err = simulate.New(simulate.Config{Seed: 5, Bodies: 12, Days: 3, Load: 0.5}); err != nil {
		t.Fatal(err)
	}
	stage, err := OpenStage(r.republic, "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stage.Close() })
	r.env = openEnv(t, r.dir, stage.Country(), nil)
	dir := filepath.Join(r.dir, "archive")
	r.env.Archive, err = archive.New(archive.Config{
		Dir: dir, Recipients: []age.Recipient{identity.Recipient()}, SegmentBytes: 1 << 20, Now: r.republic.Now,
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Rehearse(t.Context(), r.env, stage, 12*time.Hour, 3*aDay); err != nil {
		t.Fatal(err)
	}
	if err := r.env.Archive.Close(); err != nil {
		t.Fatal(err)
	}
	reader, err := archive.Open(dir, identity)
	if err != nil {
		t.Fatal(err)
	}
	return r, reader
}

func TestSealedRehearsal(t *testing.T) {
	r, reader := archived(t)
	t.Run("the archive as stored holds no identity", func(t *testing.T) {
		var stored bytes.Buffer
		err := filepath.WalkDir(filepath.Join(r.dir, "archive"), func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() {
				return err
			}
			content, err := os.ReadFile(path)
			stored.Write(content)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		planted := r.republic.Planted()
		if stored.Len() < 100_000 || len(planted) < 100 {
			t.Fatalf("%d bytes are archived and %d identifiers planted: too few to tell", stored.Len(), len(planted))
		}
		for _, p := range planted {
			if len(p) > 4 && bytes.Contains(stored.Bytes(), []byte(p)) {
				t.Errorf("planted %q stands in the archive", p)
			}
		}
	})
	t.Run("it is sound", func(t *testing.T) {
		report, err := reader.Verify(t.Context())
		if err != nil || !report.OK() || len(report.Segments) < 2 {
			t.Errorf("Verify: %d segments, OK %v, error %v; want several, sound", len(report.Segments), report.OK(), err)
		}
	})
	t.Run("what is opened shows the pages with their people", func(t *testing.T) {
		dir := t.TempDir()
		if _, err := reader.Export(t.Context(), dir, archive.Filter{}); err != nil {
			t.Fatal(err)
		}
		exported, err := archive.Open(dir)
		if err != nil {
			t.Fatal(err)
		}
		found := map[string]bool{}
		for page, err := range exported.Pages(archive.Filter{}) {
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range r.republic.Planted() {
				if bytes.Contains(page.Body, []byte(p)) {
					found[p] = true
				}
			}
		}
		if len(found) < 50 {
			t.Errorf("only %d planted identifiers are on the exported pages", len(found))
		}
	})
	t.Run("every visit that read pages is read again, and nothing changes", func(t *testing.T) {
		want := r.scan(t, "SELECT countIf(pages > 0), countIf(pages > 1) > 0 FROM visits")
		got, err := Reparse(t.Context(), r.env, reader)
		if err != nil {
			t.Fatal(err)
		}
		if head := strings.TrimSpace(want); got.Unread != 0 || head != strconv.Itoa(got.Visits)+"\t1" {
			t.Errorf("Reparse read %d visits again and %d not; want all of %q, some of several pages", got.Visits, got.Unread, head)
		}
		if diff := cmp.Diff([]ReparsedThread{}, got.Threads); diff != "" {
			t.Errorf("Reparse with the same parsers finds changes (-want +got):\n%s", diff)
		}
	})
	t.Run("what the store has otherwise is told", func(t *testing.T) { r.testReparseChanges(t, reader) })
	t.Run("a source at a time", func(t *testing.T) {
		source := strings.TrimSpace(r.scan(t, "SELECT source_id FROM visits WHERE pages > 0 ORDER BY source_id LIMIT 1"))
		want := strings.TrimSpace(r.scan(t, "SELECT count() FROM visits WHERE pages > 0 AND source_id = '"+source+"'"))
		got, err := Reparse(t.Context(), r.env, reader, source)
		if err != nil || strconv.Itoa(got.Visits) != want || len(got.Threads) != 0 {
			t.Errorf("Reparse of %s: %d visits, %d changed threads, error %v; want %s visits alone", source, got.Visits, len(got.Threads), err, want)
		}
		if _, err := Reparse(t.Context(), r.env, reader, "nobody"); err == nil {
			t.Error("Reparse of a source that is not there gave no error")
		}
	})
	t.Run("in portions, which read the archive once each", func(t *testing.T) {
		want, err := Reparse(t.Context(), r.env, reader)
		if err != nil {
			t.Fatal(err)
		}
		var one [][]string
		for _, f := range r.env.feeds() {
			one = append(one, []string{f.ID})
		}
		got, err := reparse(t.Context(), r.env, reader, one)
		if diff := cmp.Diff(want, got); diff != "" || err != nil || len(one) < 3 {
			t.Errorf("reparse of %d portions, error %v (-at once +in portions):\n%s", len(one), err, diff)
		}
	})
	t.Run("an archive that was begun later, and lacks pages", func(t *testing.T) {
		dir := t.TempDir()
		later := archive.Filter{From: r.republic.Start().Add(2 * aDay), URL: func(url string) bool { return !strings.Contains(url, "page=2") }}
		if _, err := reader.Export(t.Context(), dir, later); err != nil {
			t.Fatal(err)
		}
		part, err := archive.Open(dir)
		if err != nil {
			t.Fatal(err)
		}
		got := r.reparsesEqual(t, part)
		if want := strings.TrimSpace(r.scan(t, "SELECT countIf(pages > 0) FROM visits")); got.Unread == 0 || strconv.Itoa(got.Visits+got.Unread) != want {
			t.Errorf("%d visits are read again and %d not; want some of each, %s in all", got.Visits, got.Unread, want)
		}
	})
	t.Run("what was forgotten stays forgotten", func(t *testing.T) {
		source, thread, _ := strings.Cut(strings.TrimSpace(r.scan(t, "SELECT source_id, argMax(thread_id, published_lo) FROM sightings WHERE kind = 'comment' GROUP BY source_id ORDER BY source_id LIMIT 1")), "\t")
		if done, err := Forget(t.Context(), r.env, thread, source); err != nil || done.Items == 0 {
			t.Fatalf("Forget: %+v, %v", done, err)
		}
		r.reparsesEqual(t, reader)
	})
	t.Run("after the key was rotated", func(t *testing.T) {
		r.republic.SetNow(r.republic.Now().Add(time.Hour)) // not at the very moment of a visit
		if err := RotateKey(t.Context(), r.env, filepath.Join(r.dir, "key")); err != nil {
			t.Fatal(err)
		}
		r.reparsesEqual(t, reader)
	})
	t.Run("without the identity", func(t *testing.T) {
		closed, err := archive.Open(filepath.Join(r.dir, "archive"))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Reparse(t.Context(), r.env, closed); err == nil {
			t.Error("Reparse opened a sealed archive without its identity")
		}
	})
}

// reparsesEqual checks that reading the archive again changes nothing.
func (r *rehearsal) reparsesEqual(t *testing.T, reader *archive.Reader) Reparsed {
	t.Helper()
	got, err := Reparse(t.Context(), r.env, reader)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]ReparsedThread{}, got.Threads); diff != "" || got.Visits == 0 {
		t.Errorf("Reparse of %d visits with the same parsers finds changes (-want +got):\n%s", got.Visits, diff)
	}
	return got
}

// testReparseChanges takes the archive of one republic for that of older parsers: it
// changes what was recorded of one thread, as if they had read it otherwise.
func (r *rehearsal) testReparseChanges(t *testing.T, reader *archive.Reader) {
	run, err := newReading(t.Context(), r.env, slices.Concat(r.env.groups(nil)...))
	if err != nil {
		t.Fatal(err)
	}
	want := r.tamper(t, run)
	if err := run.read(t.Context(), r.env, reader); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]ReparsedThread{want}, run.result().Threads); diff != "" {
		t.Errorf("changes (-want +got):\n%s", diff)
	}
}

// tamper finds a visit that recorded three items, of which it lets one be missing
// from the record, one be too many and one have had another parent and role.
func (r *rehearsal) tamper(t *testing.T, run *reading) ReparsedThread {
	t.Helper()
	for _, record := range run.records {
		for _, v := range record.visits {
			s := record.sightings[v.VisitID]
			if len(s) < 2 || s[0].ThreadID != s[1].ThreadID || s[0].ThreadID != v.ThreadID || s[0].Change != schema.First || s[1].Change != schema.First {
				continue
			}
			more := s[0]
			more.ItemID = "misread"
			s[1].ParentID, s[1].Role = "somebody", "official, says the record"
			record.sightings[v.VisitID] = append(s[1:], more)
			v.Outcome = schema.Drift
			return ReparsedThread{
				SourceID: v.SourceID, ThreadID: v.ThreadID, New: 1, Gone: 1, Changed: 1,
				Fields: []string{"parent", "role"}, Outcomes: []string{"drift → ok"},
			}
		}
	}
	t.Fatal("no visit recorded two items")
	return ReparsedThread{}
}

// What is not archived is not recorded: it is visited again.
func TestFullDiskOfTheArchiveRecordsNothing(t *testing.T) {
	republic, err := simulate.New(simulate.Config{Seed: 5, Bodies: 12, Days: 3, Load: 0.5})
	if err != nil {
		t.Fatal(err)
	}
	stage, err := OpenStage(republic, "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer stage.Close()
	dir := t.TempDir()
	r := &rehearsal{dir: dir, republic: republic, env: openEnv(t, dir, stage.Country(), nil)}
	blocked := filepath.Join(dir, "archive")
	if r.env.Archive, err = archive.New(archive.Config{Dir: blocked, Mode: archive.Plain, Now: republic.Now}); err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(blocked); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(blocked, []byte("in the way"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err = Rehearse(t.Context(), r.env, stage, 12*time.Hour, 0)
	if err == nil || !strings.Contains(err.Error(), "not recorded") {
		t.Errorf("Rehearse with an archive that cannot be written: %v; want that it was not recorded", err)
	}
	if got := r.scan(t, "SELECT count() FROM visits"); got != "0\n" {
		t.Errorf("%s visits are stored whose pages are not archived", strings.TrimSpace(got))
	}
	if err := os.Remove(blocked); err != nil {
		t.Fatal(err)
	}
	if _, err := Rehearse(context.WithoutCancel(t.Context()), r.env, stage, 12*time.Hour, 0); err != nil {
		t.Fatal(err)
	}
	if got := r.scan(t, "SELECT countIf(outcome = 'network_error') = 0 AND countIf(complete) > 0 FROM visits"); got != "1\n" {
		t.Error("the crawl did not go on when the archive could be written again")
	}
}

func TestPortions(t *testing.T) {
	rows := map[string]uint64{"a": 4, "b": 6, "c": 1, "large": 50, "d": 3}
	got := portions([]string{"a", "b", "c", "large", "d", "unvisited"}, rows, 10)
	want := [][]string{{"a", "b"}, {"c"}, {"large"}, {"d", "unvisited"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("portions of at most 10 rows (-want +got):\n%s", diff)
	}
	if got := portions(nil, rows, 10); len(got) != 1 || len(got[0]) != 0 {
		t.Errorf("portions of no sources = %q, want one without any", got)
	}
}

func TestKeyOf(t *testing.T) {
	tests := []struct {
		name, a, b string
		same       bool
	}{
		{"escapes", "https://x.test/қала?q=а б", "https://x.test/%D2%9B%D0%B0%D0%BB%D0%B0?q=%D0%B0%20%D0%B1", true},
		{"names in other scripts", "https://әкімдік.қаз/", "https://xn--d1albg3kc62g.xn--80ao21a/", true},
		{"default port, no path, fragment", "https://x.test:443#top", "https://X.test/", true},
		{"another port", "http://x.test:8080/", "http://x.test/", false},
		{"scheme", "http://x.test/", "https://x.test/", false},
		{"query", "https://x.test/?page=1", "https://x.test/?page=2", false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			a, err := keyOf(test.a, nil)
			if err != nil {
				t.Fatal(err)
			}
			b, err := keyOf(test.b, nil)
			if err != nil {
				t.Fatal(err)
			}
			if got := a == b; got != test.same {
				t.Errorf("keyOf: %v and %v the same: %v, want %v", a, b, got, test.same)
			}
		})
	}
	a, _ := keyOf("https://x.test/", nil)
	if b, _ := keyOf("https://x.test/", url.Values{"page": {"2"}}); a == b {
		t.Error("a form does not tell pages apart")
	}
}

func TestDifferences(t *testing.T) {
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	base := schema.Sighting{
		VisitID: "v", SeenAt: at, Change: schema.First, Author: "a", Mentions: []string{"m"}, Role: "citizen", Kind: "comment",
		PublishedLo: at.Add(-time.Hour), PublishedHi: at, Precision: "relative", TextHash: "t",
	}
	tests := []struct {
		name    string
		change  func(*schema.Sighting)
		rotated time.Time
		want    []string
	}{
		{"none", func(*schema.Sighting) {}, time.Time{}, nil},
		{"the moment between the last byte and the visit's end", func(s *schema.Sighting) { s.PublishedHi = at.Add(-80 * time.Millisecond) }, time.Time{}, nil},
		{"another time", func(s *schema.Sighting) { s.PublishedLo = at.Add(-2 * time.Hour) }, time.Time{}, []string{"published"}},
		{"another precision", func(s *schema.Sighting) { s.Precision = "minute" }, time.Time{}, []string{"published"}},
		{"an age that is told on another day", func(s *schema.Sighting) { s.VisitID, s.PublishedLo = "w", at.Add(20*time.Hour) }, time.Time{}, nil},
		{"no author any more", func(s *schema.Sighting) { s.Author = "" }, time.Time{}, []string{"author"}},
		{"an author from before the rotation", func(s *schema.Sighting) { s.Author, s.Mentions = "b", nil }, at.Add(time.Hour), nil},
		{"an edit tells no author", func(s *schema.Sighting) { s.Author, s.VisitID, s.Change, s.TextHash = "", "w", schema.Edited, "u" }, time.Time{}, []string{"text"}},
		{"several", func(s *schema.Sighting) { s.Kind, s.Role, s.ParentID, s.Mentions = "answer", "official", "p", nil }, time.Time{}, []string{"kind", "mentions", "parent", "role"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			now := base
			test.change(&now)
			if diff := cmp.Diff(test.want, differences(&base, &now, test.rotated)); diff != "" {
				t.Errorf("differences (-want +got):\n%s", diff)
			}
		})
	}
}
