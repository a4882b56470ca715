package jobs

import (
	"context"
	"fmt"
	"time"

	"qulaq/crawler/archive"
	"qulaq/pipeline"
	"qulaq/schema"
)

// A batch is written when it has this many rows, or is this old and nothing more is
// waiting: large enough for the engine to work well, small enough that a crash loses
// little work and that the looks of a batch are not what fills the memory.
const (
	batchRows = 10_000
	batchAge  = 10 * time.Second
)

// recorder turns what visits saw into rows and stores them in batches. It belongs to one
// goroutine.
type recorder struct {
	store    *schema.Store
	archive  *archive.Writer // nil when no pages are kept
	observer *pipeline.Observer
	frontier *frontier
	memories map[string]*memory // by source
	seen     []seen
	rows     int // that seen may become
	since    time.Time
	batch    schema.Batch // its memory, used again
	now      func() time.Time
	inserted func(rows int, took time.Duration) // nil when nobody asks
}

// memory is what is known of a source's items, and which threads it covers.
type memory struct {
	*pipeline.Memory
	threads map[string]bool
}

// add takes in what a visit saw, and stores what has gathered when it is time; more
// tells that another look is waiting to be added.
func (r *recorder) add(ctx context.Context, s seen, more bool) error {
	if len(r.seen) == 0 {
		r.since = r.now()
	}
	r.seen = append(r.seen, s)
	r.rows += len(s.Shown)
	if !r.due(more) {
		return nil
	}
	return r.flush(ctx)
}

// due tells whether it is time to store what has gathered.
func (r *recorder) due(more bool) bool {
	return r.rows >= batchRows || len(r.seen) >= batchRows || !more && r.now().Sub(r.since) >= batchAge
}

// flush stores what has gathered. What was seen is compared with what the store
// knows of their threads in one query per source; a visit counts as made when
// its row is stored, and only then.
func (r *recorder) flush(ctx context.Context) error {
	if err := r.archive.Sync(); err != nil {
		// What is not archived is not recorded: it is visited again.
		r.seen, r.rows = nil, 0
		return fmt.Errorf("jobs: %w", err)
	}
	if len(r.seen) == 0 {
		return nil
	}
	if err := r.recall(ctx); err != nil {
		return err
	}
	batch := &r.batch
	for _, s := range r.seen {
		rows := r.observer.Compare(s.Sheet, r.memories[s.Visit.SourceID].Memory)
		batch.Threads = append(batch.Threads, rows.Threads...)
		batch.Sightings = append(batch.Sightings, rows.Sightings...)
		batch.Readings = append(batch.Readings, rows.Readings...)
		batch.Visits = append(batch.Visits, rows.Visits...)
	}
	defer func() {
		*batch = schema.Batch{
			Threads: emptied(batch.Threads), Sightings: emptied(batch.Sightings), Readings: emptied(batch.Readings), Visits: emptied(batch.Visits),
		}
	}()
	batch.Threads = r.frontier.news(batch.Threads)
	began := r.now()
	if err := r.store.Append(ctx, *batch); err != nil {
		// What memory holds was not stored: it must be asked again.
		clear(r.memories)
		return fmt.Errorf("jobs: store %d visits: %w", len(batch.Visits), err)
	}
	if r.inserted != nil {
		r.inserted(len(batch.Threads)+len(batch.Sightings)+len(batch.Readings)+len(batch.Visits), r.now().Sub(began))
	}
	r.frontier.saw(batch)
	for _, s := range r.seen {
		if s.stored != nil {
			s.stored()
		}
		r.forget(s.Visit.SourceID, s.Visit.ThreadID)
	}
	r.seen, r.rows = emptied(r.seen), 0
	return nil
}

// emptied is a slice without its elements, to be filled again.
func emptied[S ~[]E, E any](s S) S {
	clear(s)
	return s[:0]
}

// forget lets go of what is known of a thread's items: the thread is not visited
// again before long, and what is known of all threads does not fit in memory.
func (r *recorder) forget(source, thread string) {
	if m := r.memories[source]; m != nil {
		m.Drop(thread)
		delete(m.threads, thread)
	}
}

// recall makes sure that memory covers the threads of all that has gathered and of
// the items that they show.
func (r *recorder) recall(ctx context.Context) error {
	unknown := map[string][]string{}
	want := func(source, thread string) {
		m := r.memories[source]
		if m == nil {
			m = &memory{pipeline.NewMemory(), map[string]bool{}}
			r.memories[source] = m
		}
		if m.threads[thread] {
			return
		}
		m.threads[thread] = true
		r.frontier.recall(m.Memory, threadKey{source, thread})
		unknown[source] = append(unknown[source], thread)
	}
	for _, s := range r.seen {
		want(s.Visit.SourceID, s.Visit.ThreadID)
		for i := range s.Shown {
			want(s.Visit.SourceID, s.Shown[i].ThreadID)
		}
	}
	for source, threads := range unknown {
		known, err := r.store.Known(ctx, source, threads)
		if err != nil {
			clear(r.memories)
			return fmt.Errorf("jobs: recall %d threads of %s: %w", len(threads), source, err)
		}
		r.memories[source].Recall(known)
	}
	return nil
}
