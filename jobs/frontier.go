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

// news makes, of what the looks of a batch tell of threads, the rows that say more
// than is known: a thread is stored when it is found and when it changes, not at
// each visit.
func (f *frontier) news(told []schema.Thread) []schema.Thread {
	var rows []schema.Thread
	place := map[threadKey]int{}
	for _, t := range told {
		key := threadKey{t.SourceID, t.ThreadID}
		if i, ok := place[key]; ok {
			rows[i] = learn(rows[i], t)
			continue
		}
		if known := f.threads[key]; known != nil {
			if t = learn(known.Thread, t); t == known.Thread {
				continue
			}
		}
		place[key] = len(rows)
		rows = append(rows, t)
	}
	return rows
}

// learn adds to what is known of a thread what a look tells of it. A visit of the
// thread itself sees neither when it was found nor, mostly, when it was opened:
// forgetting either would make the thread look younger than it is, and be visited
// too often.
func learn(known, told schema.Thread) schema.Thread {
	if known.FoundAt.After(epoch) {
		told.FoundAt = known.FoundAt
	}
	if !told.PublishedAt.After(epoch) || told.PublishedAt.UnixMilli() == known.PublishedAt.UnixMilli() {
		told.PublishedAt = known.PublishedAt // as the store has it
	}
	told.Declared = max(told.Declared, known.Declared)
	return told
}

// saw takes in a batch that was stored.
func (f *frontier) saw(batch *schema.Batch) {
	for _, t := range batch.Threads {
		key := threadKey{t.SourceID, t.ThreadID}
		if state := f.threads[key]; state != nil {
			if state.URL != t.URL || state.Form != t.Form { // it was edited, or closed: what was seen there is not what is here
				state.ETag, state.LastModified = "", ""
			}
			state.Thread = t
		} else {
			f.threads[key] = &schema.ThreadState{Thread: t, LastAt: epoch, CompleteAt: epoch}
		}
	}
	for i := range batch.Visits {
		v := &batch.Visits[i]
		state := f.threads[threadKey{v.SourceID, v.ThreadID}]
		if state == nil {
			continue // the thread was forgotten on request
		}
		state.LastAt, state.LastOutcome = v.SeenAt, v.Outcome
		if v.Complete {
			state.CompleteAt, state.ETag, state.LastModified = v.SeenAt, v.ETag, v.LastModified
		}
		state.Visits++
	}
}

// knows tells whether all threads that a page leads to had been found by a moment,
// that of the last complete visit of the listing. What was found later was found by
// a visit that did not come to its end, or that was killed before it was committed:
// the pages that follow may hold news yet.
func (f *frontier) knows(source string, found []parsers.Thread, by time.Time) bool {
	return !slices.ContainsFunc(found, func(t parsers.Thread) bool {
		known := f.threads[threadKey{source, t.ID}]
		return known == nil || known.FoundAt.After(by)
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
		if t.URL == "" {
			continue // it was imported, and its file did not tell where it is
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
