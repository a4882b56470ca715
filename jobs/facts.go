package jobs

import (
	"context"
	"fmt"
	"time"

	"qulaq/jobs/metrics"
	"qulaq/registry"
)

// Facts reads what the metrics tell of the store.
func Facts(ctx context.Context, e *Env) (*metrics.Facts, error) {
	now := e.Now()
	visits, err := e.Store.VisitCounts(ctx)
	if err != nil {
		return nil, fmt.Errorf("jobs: %w", err)
	}
	spans, err := e.Store.SpanWidths(ctx, now.Add(-7*aDay))
	if err != nil {
		return nil, fmt.Errorf("jobs: %w", err)
	}
	complete, err := e.Store.LastComplete(ctx)
	if err != nil {
		return nil, fmt.Errorf("jobs: %w", err)
	}
	health, err := Health(ctx, e)
	if err != nil {
		return nil, err
	}
	facts := &metrics.Facts{Visits: visits, Spans: spans, Fresh: map[string]time.Time{}, Sources: map[string]int{}}
	for _, f := range e.feeds() {
		if f.Status != registry.Active {
			continue
		}
		facts.Sources[string(health[f.ID].State)]++
		at := complete[f.ID] // zero for never
		if last, ok := facts.Fresh[f.body.ID]; !ok || at.Before(last) {
			facts.Fresh[f.body.ID] = at
		}
	}
	return facts, nil
}
