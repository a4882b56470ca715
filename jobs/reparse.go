package jobs

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"qulaq/crawler/archive"
)

// Reparsed tells what the parsers, as they are now, read otherwise in archived
// pages than the visits recorded that fetched them.
type Reparsed struct {
	Visits   int              `json:"visits"`   // that were read again
	Unread   int              `json:"unread"`   // that read pages when they were made, not all of which are in the archive
	Archived int              `json:"archived"` // answers in the archive
	Threads  []ReparsedThread `json:"threads"`  // those with changes, by source and thread
}

// ReparsedThread is what changed in a thread. An item counts once, by the first
// visit that it differs in.
type ReparsedThread struct {
	SourceID string   `json:"source_id"`
	ThreadID string   `json:"thread_id"`
	New      int      `json:"new"`      // items that were not recorded
	Gone     int      `json:"gone"`     // items that were recorded and are not read any more
	Changed  int      `json:"changed"`  // items that are read otherwise
	Fields   []string `json:"fields"`   // what differs about the changed ones
	Outcomes []string `json:"outcomes"` // of visits that end otherwise, "drift → ok"; sorted, each once
}

// Reparse has the parsers read the pages of an archive again, and compares what
// each visit would record, given what was recorded before it, with what it did
// record. Nothing is stored. Of the sources that are named, or of all.
//
// Besides the parsers, the result depends on the registry (who is an official) and
// on the key of the pseudonyms, which have to be those of the store. What is not in
// the archive as a whole is counted and not compared. The error may be that a
// segment is damaged; what it still holds has been read then.
//
// What was recorded is held in memory: of as many sources as have half a million
// visits and sightings together, or of one that has more. Where all have more, the
// archive is read several times.
func Reparse(ctx context.Context, e *Env, reader *archive.Reader, sources ...string) (Reparsed, error) {
	for _, id := range sources {
		if _, _, ok := e.Index.Source(id); !ok {
			return Reparsed{}, fmt.Errorf("jobs: no source %q in the registry; `qulaq sources list` shows them", id)
		}
	}
	rows := map[string]uint64{}
	for r, err := range e.Store.Recorded(ctx) {
		if err != nil {
			return Reparsed{}, fmt.Errorf("jobs: %w", err)
		}
		rows[r.SourceID] = r.Visits + r.Sightings
	}
	var named []string
	for _, f := range e.feeds() {
		if len(sources) == 0 || slices.Contains(sources, f.ID) {
			named = append(named, f.ID)
		}
	}
	return reparse(ctx, e, reader, portions(named, rows, rowsOfReparse))
}

// rowsOfReparse is how many visits and sightings are held at a time. Each takes about
// a kilobyte.
const rowsOfReparse = 500_000

// portions parts sources so that those of a portion have no more rows than most
// together, or are one. There is a portion at least.
func portions(sources []string, rows map[string]uint64, most uint64) [][]string {
	all := [][]string{nil}
	held := uint64(0)
	for _, id := range sources {
		if held += rows[id]; held > most && len(all[len(all)-1]) > 0 {
			all, held = append(all, nil), rows[id]
		}
		all[len(all)-1] = append(all[len(all)-1], id)
	}
	return all
}

// reparse reads the archive once for each portion of the sources.
func reparse(ctx context.Context, e *Env, reader *archive.Reader, portions [][]string) (Reparsed, error) {
	whole := Reparsed{Threads: []ReparsedThread{}}
	for i, sources := range portions {
		r, err := newReading(ctx, e, sources)
		if err != nil {
			return whole, err
		}
		err = r.read(ctx, e, reader)
		done := r.result()
		whole.Visits, whole.Unread, whole.Archived = whole.Visits+done.Visits, whole.Unread+done.Unread, done.Archived
		whole.Threads = append(whole.Threads, done.Threads...)
		var damage *archive.DamageError
		if err != nil && (i == len(portions)-1 || !errors.As(err, &damage)) {
			return whole, err
		}
	}
	return whole, nil
}

const progressEvery = 100 // pages

// reading is one reading of an archive.
type reading struct {
	waiting  assembly
	records  map[string]*sourceRecord
	archived int
}

// newReading recalls what was recorded of the sources.
func newReading(ctx context.Context, e *Env, sources []string) (*reading, error) {
	r := &reading{waiting: assembly{}, records: map[string]*sourceRecord{}}
	observer, err := e.observer(ctx)
	if err != nil {
		return nil, err
	}
	var past []*pastVisit
	for _, f := range e.feeds() {
		if !slices.Contains(sources, f.ID) {
			continue
		}
		record, err := e.record(ctx, f)
		if err != nil {
			return nil, fmt.Errorf("jobs: what was recorded of %s: %w", f.ID, err)
		}
		record.observer, record.rotated = observer, e.Key.Rotated()
		r.records[f.ID] = record
		past = append(past, record.visits...)
	}
	slices.SortStableFunc(past, func(a, b *pastVisit) int { return a.StartedAt.Compare(b.StartedAt) })
	for _, v := range past {
		if v.Pages == 0 {
			continue
		}
		if err := r.waiting.wait(v); err != nil {
			return nil, err
		}
	}
	return r, nil
}

// read goes through the archive, and compares each visit when its last page came.
func (r *reading) read(ctx context.Context, e *Env, reader *archive.Reader) error {
	var damaged []error
	for page, err := range reader.Pages(archive.Filter{}) {
		var damage *archive.DamageError
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case errors.As(err, &damage):
			damaged = append(damaged, err)
			continue
		case err != nil:
			return err
		}
		r.archived++
		whole, err := r.waiting.take(&page)
		if err != nil {
			return err
		}
		for _, v := range whole {
			r.records[v.SourceID].compare(v)
		}
		if r.archived%progressEvery == 0 {
			e.progress(Progress{Job: "reparse", Done: r.archived, Note: page.Sent.Format(time.DateOnly)})
		}
	}
	return errors.Join(damaged...)
}

func (r *reading) result() Reparsed {
	done := Reparsed{Archived: r.archived, Threads: []ReparsedThread{}}
	for _, record := range r.records {
		done.Visits += record.compared
		for _, v := range record.visits {
			if v.Pages > 0 {
				done.Unread++
			}
		}
		for _, changes := range record.changes {
			done.Threads = append(done.Threads, changes.ReparsedThread)
		}
	}
	done.Unread -= done.Visits
	slices.SortFunc(done.Threads, func(a, b ReparsedThread) int {
		return cmp.Or(cmp.Compare(a.SourceID, b.SourceID), cmp.Compare(a.ThreadID, b.ThreadID))
	})
	return done
}
