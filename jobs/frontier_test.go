package jobs

import (
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
		if got := enough(parsers.Result{Found: test.found}); got != test.want {
			t.Errorf("enough(%s) = %t, want %t", test.name, got, test.want)
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
	tasks := f.due(DefaultPolicy, epoch, epoch.Add(aDay), func(parsers.ThreadKind) bool { return true })
	if len(tasks) != 1 || tasks[0].thread.URL != after || tasks[0].thread.ETag != "" {
		t.Errorf("due = %+v, want one visit of %s, without the validators of what was there before", tasks, after)
	}
}
