package jobs

import (
	"cmp"
	"slices"
	"time"

	"qulaq/parsers"
	"qulaq/pipeline"
	"qulaq/schema"
)

// frontier is what may be visited: the threads of all sources, with how their
// last visits went. It is read from the store when a crawl begins and kept up by
// the visits that follow.
type frontier struct {
	feeds   map[string]feed
	threads map[threadKey]*schema.ThreadState
}

type threadKey struct{ source, thread string }

func newFrontier(feeds []feed) *frontier {
	f := &frontier{feeds: map[string]feed{}, threads: map[threadKey]*schema.ThreadState{}}
	for _, feed := range feeds {
		f.feeds[feed.ID] = feed
	}
	return f
}

// put adds a thread as the store knows it.
func (f *frontier) put(t schema.ThreadState) {
	f.threads[threadKey{t.SourceID, t.ThreadID}] = &t
}

// begin makes sure that the first thread of a source is there.
func (f *frontier) begin(s feed) error {
	start, err := s.parser.Start(s.URL)
	if err != nil {
		return err
	}
	key := threadKey{s.ID, start.ID}
	if f.threads[key] == nil {
		f.threads[key] = &schema.ThreadState{Thread: schema.Thread{
			SourceID: s.ID, ThreadID: start.ID, Kind: string(start.Kind),
			URL: start.Address.URL, Form: start.Address.Form.Encode(),
			Declared: int32(start.Declared), PublishedAt: epoch, FoundAt: epoch,
		}, LastAt: epoch, CompleteAt: epoch}
	}
	return nil
}

// keep makes the rows of threads that are known already tell what they told when
// they were found: when that was, and when they were opened, which the visit of a
// thread itself does not see. Otherwise a crawl that goes on after a restart would
// take them for younger than they are, and visit them too often.
func (f *frontier) keep(threads []schema.Thread) {
	for i := range threads {
		t := &threads[i]
		known := f.threads[threadKey{t.SourceID, t.ThreadID}]
		if known == nil {
			continue
		}
		if known.FoundAt.After(epoch) {
			t.FoundAt = known.FoundAt
		}
		if !t.PublishedAt.After(epoch) {
			t.PublishedAt = known.PublishedAt
		}
	}
}

// saw takes in a visit that was recorded.
func (f *frontier) saw(batch *schema.Batch) {
	for _, t := range batch.Threads {
		key := threadKey{t.SourceID, t.ThreadID}
		state := f.threads[key]
		if state == nil {
			f.threads[key] = &schema.ThreadState{Thread: t, LastAt: epoch, CompleteAt: epoch}
			continue
		}
		state.Declared, state.FoundAt = max(state.Declared, t.Declared), t.FoundAt
		if !t.PublishedAt.Equal(epoch) {
			state.PublishedAt = t.PublishedAt
		}
	}
	for i := range batch.Visits {
		v := &batch.Visits[i]
		state := f.threads[threadKey{v.SourceID, v.ThreadID}]
		state.LastAt, state.LastOutcome = v.SeenAt, v.Outcome
		if v.Complete {
			state.CompleteAt, state.ETag, state.LastModified = v.SeenAt, v.ETag, v.LastModified
		}
		state.Visits++
	}
}

// knows tells whether all threads that a page leads to have been found before.
func (f *frontier) knows(source string, found []parsers.Thread) bool {
	return !slices.ContainsFunc(found, func(t parsers.Thread) bool {
		return f.threads[threadKey{source, t.ID}] == nil
	})
}

// due lists the threads of a kind that want a visit now, the most overdue first.
// Threads that were opened before since are not begun.
func (f *frontier) due(policy Policy, since, now time.Time, wanted func(parsers.ThreadKind) bool) []task {
	var tasks []task
	for key, t := range f.threads {
		feed, ok := f.feeds[key.source]
		if !ok || !wanted(parsers.ThreadKind(t.Kind)) {
			continue
		}
		if t.Visits == 0 && born(t).After(epoch) && born(t).Before(since) {
			continue
		}
		if at, ok := policy.Next(t); ok && !at.After(now) {
			tasks = append(tasks, task{feed, *t, at})
		}
	}
	slices.SortFunc(tasks, func(a, b task) int {
		return cmp.Or(a.due.Compare(b.due), cmp.Compare(a.feed.ID, b.feed.ID), cmp.Compare(a.thread.ThreadID, b.thread.ThreadID))
	})
	return tasks
}

// task is one visit to make.
type task struct {
	feed   feed
	thread schema.ThreadState
	due    time.Time
}

// recall fills memory with when the threads were last visited completely.
func (f *frontier) recall(memory *pipeline.Memory, key threadKey) {
	if t := f.threads[key]; t != nil && t.CompleteAt.After(epoch) {
		memory.RecallVisit(key.thread, t.CompleteAt)
	}
}

var epoch = time.Unix(0, 0).UTC()
