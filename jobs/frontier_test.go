package jobs

import (
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"testing"
	"time"

	"qulaq/parsers"
	"qulaq/registry"
	"qulaq/schema"

	"github.com/google/go-cmp/cmp"
)

// A thread that is visited tells neither when it was opened nor that it was found
// before, and a listing may have counted fewer of its items: what was known must
// survive the visit, also in the store, and what says nothing new is not stored.
func TestNewsOfThreads(t *testing.T) {
	opened, found, visited := epoch.Add(aDay), epoch.Add(2*aDay), epoch.Add(3*aDay)
	known := schema.Thread{SourceID: "s", ThreadID: "t", URL: "http://127.0.0.1/t", Declared: 3, PublishedAt: opened, FoundAt: found}
	told := func(change func(*schema.Thread)) schema.Thread {
		row := known
		row.PublishedAt, row.FoundAt = epoch, visited
		change(&row)
		return row
	}
	with := func(change func(*schema.Thread)) []schema.Thread {
		row := known
		change(&row)
		return []schema.Thread{row}
	}
	start := schema.Thread{SourceID: "s", ThreadID: "start", PublishedAt: epoch, FoundAt: visited}
	tests := []struct {
		name string
		told []schema.Thread
		want []schema.Thread
	}{
		{"a visit that tells nothing new", []schema.Thread{told(func(*schema.Thread) {})}, nil},
		{"fewer items", []schema.Thread{told(func(r *schema.Thread) { r.Declared = 2 })}, nil},
		{"more items", []schema.Thread{told(func(r *schema.Thread) { r.Declared = 4 })}, with(func(r *schema.Thread) { r.Declared = 4 })},
		{
			"more items, and then its own visit in the same batch",
			[]schema.Thread{told(func(r *schema.Thread) { r.Declared = 4 }), told(func(*schema.Thread) {})},
			with(func(r *schema.Thread) { r.Declared = 4 }),
		},
		{"another address", []schema.Thread{told(func(r *schema.Thread) { r.URL = "http://127.0.0.1/u" })}, with(func(r *schema.Thread) { r.URL = "http://127.0.0.1/u" })},
		{"opened at another time", []schema.Thread{told(func(r *schema.Thread) { r.PublishedAt = found })}, with(func(r *schema.Thread) { r.PublishedAt = found })},
		{"the first page of a source, not stored before", []schema.Thread{start}, []schema.Thread{start}},
		{"a new one", []schema.Thread{told(func(r *schema.Thread) { r.ThreadID = "new" })}, []schema.Thread{told(func(r *schema.Thread) { r.ThreadID = "new" })}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			f := newFrontier(nil)
			f.put(schema.ThreadState{Thread: known})
			f.put(schema.ThreadState{Thread: schema.Thread{SourceID: "s", ThreadID: "start", PublishedAt: epoch, FoundAt: epoch}})
			if diff := cmp.Diff(test.want, f.news(test.told)); diff != "" {
				t.Errorf("news (-want +got):\n%s", diff)
			}
		})
	}
}

// A crawl was killed after it had stored the threads that a listing led to, and
// before the visit of the listing: the next one must not take them for old news,
// and must read on to the pages that the killed one had read.
func TestThreadsOfAVisitThatWasKilledAreNews(t *testing.T) {
	complete := epoch.Add(aDay)
	f := newFrontier(nil)
	for id, found := range map[string]time.Time{"old": complete.Add(-time.Hour), "last": complete, "killed": complete.Add(time.Hour)} {
		f.put(schema.ThreadState{Thread: schema.Thread{SourceID: "s", ThreadID: id, FoundAt: found}})
	}
	for _, test := range []struct {
		found []parsers.Thread
		want  bool
	}{
		{nil, true},
		{[]parsers.Thread{{ID: "old"}, {ID: "last"}}, true},
		{[]parsers.Thread{{ID: "old"}, {ID: "killed"}}, false},
		{[]parsers.Thread{{ID: "old"}, {ID: "never seen"}}, false},
	} {
		if got := f.knows("s", test.found, complete); got != test.want {
			t.Errorf("knows(%v) = %t, want %t", test.found, got, test.want)
		}
	}
}

// The first page of some listings is an answer about the account, which leads to
// no thread: whoever stops there misses all news.
func TestListingIsReadBeyondAPageWithoutThreads(t *testing.T) {
	f := newFrontier(nil)
	f.put(schema.ThreadState{Thread: schema.Thread{SourceID: "s", ThreadID: "old"}})
	c := &Crawl{frontier: f, since: epoch}
	enough := c.enough(task{
		feed:   feed{Source: registry.Source{ID: "s"}},
		thread: schema.ThreadState{Thread: schema.Thread{Kind: string(parsers.Listing)}, CompleteAt: epoch.Add(aDay)},
	})
	for _, test := range []struct {
		name  string
		found []parsers.Thread
		want  bool
	}{
		{"no thread", nil, false},
		{"a known thread", []parsers.Thread{{ID: "old"}}, true},
		{"a new thread", []parsers.Thread{{ID: "old"}, {ID: "new"}}, false},
	} {
		if got, err := enough(t.Context(), parsers.Result{Found: test.found}); err != nil || got != test.want {
			t.Errorf("enough(%s) = %t, %v, want %t", test.name, got, err, test.want)
		}
	}
}

// What leads to a thread may tell another address than before: of a post on X that
// was edited, of a WordPress post that was closed for comments. The old one would
// show neither.
func TestThreadIsVisitedWhereItWasFoundLast(t *testing.T) {
	const before, after = "http://127.0.0.1/comments?post=1", "http://127.0.0.1/comments?post=1#comments=closed"
	f := newFrontier([]feed{{Source: registry.Source{ID: "s"}}})
	f.put(schema.ThreadState{Thread: schema.Thread{SourceID: "s", ThreadID: "t", Kind: string(parsers.Post), URL: before}, ETag: `"1"`, Visits: 1})
	f.saw(&schema.Batch{Threads: []schema.Thread{{SourceID: "s", ThreadID: "t", URL: after, PublishedAt: epoch}}})
	tasks := slices.Collect(f.tasks(f.due(epoch, epoch.Add(aDay), func(parsers.ThreadKind) bool { return true })))
	if len(tasks) != 1 || tasks[0].thread.URL != after || tasks[0].thread.ETag != "" {
		t.Errorf("due = %+v, want one visit of %s, without the validators of what was there before", tasks, after)
	}
}

// tracked fills a frontier with threads as a channel's crawl leaves them.
func tracked(f *frontier, source string, n int) {
	now := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	for i := range n {
		seen := now.Add(-time.Duration(i%4000) * time.Minute)
		id := fmt.Sprintf("some_ministry/%d", i)
		f.put(schema.ThreadState{
			Thread: schema.Thread{
				SourceID: source, ThreadID: id, Kind: string(parsers.Post), URL: "https://channel.example/" + id + "?embed=1&mode=tme",
				Declared: int32(i % 50), PublishedAt: seen.Add(-10 * aDay), FoundAt: seen.Add(-10 * aDay),
			},
			Visits: 20, LastAt: seen, LastOutcome: schema.OK, CompleteAt: seen, ETag: `W/"65f0c3a1"`, Pages: 1,
			LastItemAt: seen.Add(-aDay), DerivedAt: seen.Add(-aDay), Open: uint64(i % 3), OldestAt: seen.Add(-9 * aDay), YoungestAt: seen.Add(-8 * aDay),
		})
	}
}

func watchedFeed(id string) feed { return feed{Source: registry.Source{ID: id}} }

// A million threads are to fit into 300 MB with all the rest of the program: 170
// bytes each, strings and index included, and half as many that wait for the next
// garbage collection (see Serve), leave a sixth of it for the rest.
func TestBytesOfAThread(t *testing.T) {
	const threads, most = 200_000, 170
	live := func() uint64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	before := live()
	f := newFrontier([]feed{watchedFeed("s")})
	tracked(f, "s", threads)
	if got := (live() - before) / threads; got > most {
		t.Errorf("a thread takes %d bytes, want at most %d", got, most)
	} else {
		t.Logf("a thread takes %d bytes", got)
	}
	if _, ok := f.thread(threadKey{"s", "some_ministry/7"}); !ok {
		t.Error("a thread was lost")
	}
}

// What the frontier gives back is what was put in, as far as a visit asks for it.
func TestFrontierKeepsWhatItWasTold(t *testing.T) {
	at := func(h int) time.Time { return time.Date(2026, 3, 1, h, 0, 0, 0, time.UTC) }
	want := schema.ThreadState{
		Thread: schema.Thread{
			SourceID: "s", ThreadID: "қалай/1", Kind: string(parsers.Question), URL: "https://x.example/?q=1", Form: "a=b&c=d", Declared: -1,
			PublishedAt: at(1).Add(7 * time.Millisecond), FoundAt: at(2),
		},
		Visits: 3, LastAt: at(9), LastOutcome: schema.Partial, CompleteAt: at(8), ETag: `"e"`, LastModified: "Sun, 01 Mar 2026 08:00:00 GMT",
		LastItemAt: at(5), DerivedAt: epoch, Pages: 4, Open: 2, OldestAt: at(3), YoungestAt: at(4), FailingAt: at(9),
	}
	f := newFrontier([]feed{watchedFeed("s"), watchedFeed("other")})
	tracked(f, "other", 10_000) // and others around it
	f.put(want)
	tracked(f, "other", 20_000)
	next := want
	next.ThreadID, next.URL, next.Kind = "қалай/2", want.URL+"2", ""
	f.put(next)
	if got, _ := f.thread(threadKey{"s", "қалай/2"}); got.URL != next.URL || got.Kind != "" {
		t.Errorf("a thread of another address and no kind is known as %q, %q, want %q", got.URL, got.Kind, next.URL)
	}
	got, ok := f.thread(threadKey{"s", "қалай/1"})
	if diff := cmp.Diff(want, got); !ok || diff != "" {
		t.Errorf("thread (-want +got):\n%s", diff)
	}
	for _, none := range []threadKey{{"s", "some_ministry/7"}, {"other", "қалай/1"}, {"nowhere", "қалай/1"}} {
		if _, ok := f.thread(none); ok {
			t.Errorf("thread %v is known, want none", none)
		}
	}
}

// A frontier that lived through visits plans as one that reads the same from the
// store after a restart.
func TestFrontierAfterARestart(t *testing.T) {
	at := func(h int) time.Time { return time.Date(2026, 3, 1, h, 0, 0, 0, time.UTC) }
	thread := schema.Thread{SourceID: "s", ThreadID: "t", Kind: string(parsers.Post), URL: "https://x.example/t", PublishedAt: at(1), FoundAt: at(2)}
	lived := newFrontier([]feed{watchedFeed("s")})
	lived.saw(&schema.Batch{Threads: []schema.Thread{thread}})
	lived.saw(&schema.Batch{
		Sightings: []schema.Sighting{{SourceID: "s", ThreadID: "t", ItemID: "1", SeenAt: at(3), Change: schema.First}},
		Visits:    []schema.Visit{{SourceID: "s", ThreadID: "t", SeenAt: at(3), Outcome: schema.OK, Complete: true, Pages: 2, ETag: `"1"`}},
	})
	lived.saw(&schema.Batch{Visits: []schema.Visit{
		{SourceID: "s", ThreadID: "t", SeenAt: at(4), Outcome: schema.Throttled},
		{SourceID: "s", ThreadID: "t", SeenAt: at(6), Outcome: schema.Throttled},
		{SourceID: "s", ThreadID: "forgotten", SeenAt: at(6), Outcome: schema.OK, Complete: true},
	}})
	restarted := newFrontier([]feed{watchedFeed("s")})
	restarted.put(schema.ThreadState{ // as Store.Threads has it; see its test
		Thread: thread, Visits: 3, LastAt: at(6), LastOutcome: schema.Throttled, CompleteAt: at(3), ETag: `"1"`, Pages: 2, FailingAt: at(4),
		LastItemAt: at(3), DerivedAt: epoch, OldestAt: epoch, YoungestAt: epoch,
	})
	a, _ := lived.thread(threadKey{"s", "t"})
	b, _ := restarted.thread(threadKey{"s", "t"})
	if diff := cmp.Diff(b, a); diff != "" {
		t.Errorf("state (-restarted +lived):\n%s", diff)
	}
	all := func(parsers.ThreadKind) bool { return true }
	x, y := lived.due(epoch, at(23), all), restarted.due(epoch, at(23), all)
	if diff := cmp.Diff(y, x, cmp.AllowUnexported(call{})); diff != "" || len(x) != 1 {
		t.Errorf("due (-restarted +lived):\n%s", diff)
	}
	if _, ok := lived.thread(threadKey{"s", "forgotten"}); ok {
		t.Error("a visit brought a forgotten thread back")
	}
}

// Where a budget does not reach for all, it is spent from the top of the list: on what
// was never seen, then on what is furthest behind, at last on audits.
func TestDueIsInTheOrderOfValue(t *testing.T) {
	now := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	f := newFrontier([]feed{watchedFeed("s")})
	put := func(id string, open uint64, seen time.Duration) {
		asked := now.Add(-10 * aDay)
		f.put(schema.ThreadState{
			Thread: schema.Thread{SourceID: "s", ThreadID: id, Kind: string(parsers.Post), URL: "https://x.example/" + id, PublishedAt: asked, FoundAt: asked},
			Visits: min(uint64(seen), 1), LastAt: now.Add(-seen), LastOutcome: schema.OK, CompleteAt: now.Add(-seen), Pages: 1,
			Open: open, OldestAt: asked, YoungestAt: asked, LastItemAt: asked, DerivedAt: asked,
		})
	}
	put("audit", 0, 6*aDay)
	put("behind", 1, 2*aDay)
	put("further behind", 1, 3*aDay)
	put("new", 0, 0)
	put("not due", 1, time.Hour)
	var got []string
	for task := range f.tasks(f.due(epoch, now, func(parsers.ThreadKind) bool { return true })) {
		got = append(got, task.thread.ThreadID)
	}
	if diff := cmp.Diff([]string{"new", "further behind", "behind", "audit"}, got); diff != "" {
		t.Errorf("due (-want +got):\n%s", diff)
	}
}

// BenchmarkDue selects what is due of a million threads, one in a hundred of them. It
// tells, too, how much memory this process has had at most: the program with a million
// threads and without the engine, which is not loaded here.
func BenchmarkDue(b *testing.B) {
	debug.SetGCPercent(40) // as Serve does
	f := newFrontier([]feed{watchedFeed("s")})
	tracked(f, "s", 1_000_000)
	var dues []int64
	for i := range uint32(1_000_000) {
		dues = append(dues, f.entries.at(i).due)
	}
	slices.Sort(dues)
	now := moment(dues[len(dues)/100])
	all := func(parsers.ThreadKind) bool { return true }
	b.ReportAllocs()
	for b.Loop() {
		if n := len(f.due(epoch, now, all)); n < 5_000 || n > 50_000 {
			b.Fatalf("%d due", n)
		}
	}
	if mb := peakMemory(); mb > 0 {
		b.ReportMetric(mb, "MB-resident")
		if mb > 300 {
			b.Errorf("%.0f MB were resident, want at most 300", mb)
		}
	}
}

// peakMemory is the most memory that this process had resident, in MB; 0 where the
// operating system does not tell it so.
func peakMemory() float64 {
	status, _ := os.ReadFile("/proc/self/status")
	_, rest, _ := strings.Cut(string(status), "VmHWM:")
	var kb float64
	if n, _ := fmt.Sscanf(rest, "%g kB", &kb); n == 0 {
		return 0
	}
	return kb / 1000
}
