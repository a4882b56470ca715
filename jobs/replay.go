package jobs

import (
	"context"
	"fmt"
	"mime"
	"path/filepath"
	"slices"
	"time"

	"qulaq/parsers"
	"qulaq/pipeline"
	"qulaq/schema"
)

// SavedPage is a page that was saved when somebody looked at it.
type SavedPage struct {
	Name string // of the file, for messages
	URL  string // the address it was had from
	Body []byte
}

// Replay takes in saved pages as if a visit had just seen them: the pages of one
// visit to one thread of a source, in the order of paging, as they were at a
// moment. The same pages replayed again change nothing.
//
// A page that cannot be read is recorded as a visit with that outcome; the
// returned visit tells it.
func Replay(ctx context.Context, e *Env, source string, at time.Time, pages []SavedPage) (schema.Visit, error) {
	i := slices.IndexFunc(e.feeds(), func(f feed) bool { return f.ID == source })
	if i < 0 {
		return schema.Visit{}, fmt.Errorf("jobs: no source %q with a parser in the registry; `qulaq sources list` shows them", source)
	}
	f := e.feeds()[i]
	look := newLook(f, schema.Thread{Declared: parsers.Unknown})
	look.StartedAt, look.SeenAt = at, at
	for _, page := range pages {
		result, err := f.parser.Parse(parsers.Page{
			URL: page.URL, ContentType: mime.TypeByExtension(filepath.Ext(page.Name)), Body: page.Body, Seen: at, Zone: f.zone,
		})
		if err != nil {
			return schema.Visit{}, fmt.Errorf("jobs: %s: %w", page.Name, err)
		}
		if len(look.Pages) == 0 {
			look.Thread = result.Thread
			look.Thread.Address.URL = page.URL
		}
		look.Bytes += len(page.Body)
		look.Add(result)
	}
	if n := len(look.Pages); n > 0 && look.Pages[n-1].Next != nil && look.Outcome == schema.OK {
		look.Fail(schema.Partial, "the thread goes on at "+look.Pages[n-1].Next.URL)
	}
	done, ok, err := e.Store.Visit(ctx, pipeline.VisitID(source, look.Thread.ID, at))
	if err != nil || ok {
		return done, err // ok: it was replayed before
	}
	batch, err := e.observeAsOf(ctx, look)
	if err != nil {
		return schema.Visit{}, err
	}
	if len(batch.Visits) == 0 {
		return schema.Visit{}, fmt.Errorf("jobs: thread %s of %s was forgotten and is not taken in again", look.Thread.ID, source)
	}
	if err := e.Store.Append(ctx, batch); err != nil {
		return schema.Visit{}, fmt.Errorf("jobs: store the visit: %w", err)
	}
	return batch.Visits[0], nil
}

// observeAsOf compares a look with what had been seen of its thread by then, and
// not with what visits of a later time, that are already stored, have seen.
func (e *Env) observeAsOf(ctx context.Context, look *pipeline.Look) (schema.Batch, error) {
	memory := pipeline.NewMemory()
	before := look.SeenAt.Add(-time.Millisecond)
	source := []string{look.Source.ID}
	for s, err := range e.Store.Sightings(ctx, source, before) {
		if err != nil {
			return schema.Batch{}, fmt.Errorf("jobs: recall %s: %w", look.Source.ID, err)
		}
		memory.Remember(&s)
	}
	for v, err := range e.Store.VisitMarks(ctx, source, before) {
		if err != nil {
			return schema.Batch{}, fmt.Errorf("jobs: recall %s: %w", look.Source.ID, err)
		}
		if v.Complete {
			memory.RecallVisit(v.ThreadID, v.SeenAt)
		}
	}
	observer, err := e.observer(ctx)
	if err != nil {
		return schema.Batch{}, err
	}
	return observer.Observe(look, memory), nil
}
