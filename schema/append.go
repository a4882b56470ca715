package schema

import "context"

// Batch is what a number of visits have found.
type Batch struct {
	Threads   []Thread // found on the pages, new or changed
	Sightings []Sighting
	Readings  []Reading // of the texts that the sightings do not hold
	Visits    []Visit   // the visits themselves, which commit the sightings
}

// Append adds a batch to the append-only tables: threads and sightings first,
// the visits last. A crash in between leaves sightings that no visit commits:
// they never happened, and the threads are visited again.
//
// After an error it is not known how much was written. The same batch can be
// sent again, any number of times; what is there already is not added twice.
// That holds for the last 10,000 inserts of each table.
func (s *Store) Append(ctx context.Context, b Batch) error {
	if err := insertOnce(ctx, s, "threads", b.Threads); err != nil {
		return fail("append", err)
	}
	if err := insertOnce(ctx, s, "sightings", b.Sightings); err != nil {
		return fail("append", err)
	}
	if err := insertOnce(ctx, s, "readings", b.Readings); err != nil {
		return fail("append", err)
	}
	return fail("append", insertOnce(ctx, s, "visits", b.Visits))
}
