package jobs

import (
	"context"
	"fmt"
	"time"

	"qulaq/report"
	"qulaq/schema"
)

// A week of visits is held against the eight weeks before it: long enough for
// slow channels to have items in both, short enough that a change of last year is
// no news.
const (
	driftNow    = 7 * aDay
	driftBefore = 8 * 7 * aDay
)

// FillAlarms lists the fields that items of the last week of a store had
// significantly more seldom than items of the eight weeks before.
func FillAlarms(ctx context.Context, store *schema.Store) ([]report.FillAlarm, error) {
	return fillAlarms(ctx, store, endOfTime)
}

// fillAlarms are the alarms as they would have been told at a moment.
func fillAlarms(ctx context.Context, store *schema.Store, asOf time.Time) ([]report.FillAlarm, error) {
	last, err := store.LastVisit(ctx, asOf)
	if err != nil {
		return nil, fmt.Errorf("jobs: %w", err)
	}
	now, err := store.Fill(ctx, last.Add(-driftNow), last)
	if err != nil {
		return nil, fmt.Errorf("jobs: %w", err)
	}
	before, err := store.Fill(ctx, last.Add(-driftNow-driftBefore), last.Add(-driftNow))
	if err != nil {
		return nil, fmt.Errorf("jobs: %w", err)
	}
	return report.FillAlarms(before, now)
}

// Patience is how long a source may go without an answer before that is an
// outage: until it is due, and two attempts more.
func (p Policy) Patience() time.Duration { return p.Listing + 2*p.Retry }
