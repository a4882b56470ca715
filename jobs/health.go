package jobs

import (
	"context"
	"fmt"

	"qulaq/registry"
	"qulaq/report"
)

// healthWindow bounds the visits that the health of sources is read from.
const healthWindow = 30 * aDay

// Health tells the state of every active source, by id, from the visits of the
// last 30 days.
func Health(ctx context.Context, e *Env) (map[string]report.Health, error) {
	starts := map[string]string{}
	for _, f := range e.feeds() {
		if f.Status != registry.Active {
			continue
		}
		start, err := f.parser.Start(f.URL)
		if err != nil {
			return nil, fmt.Errorf("jobs: source %s: %w", f.ID, err)
		}
		starts[f.ID] = start.ID
	}
	seen, err := report.HealthOf(e.Store.Looks(ctx, e.Now().Add(-healthWindow)), starts)
	if err != nil {
		return nil, fmt.Errorf("jobs: %w", err)
	}
	health := make(map[string]report.Health, len(starts))
	for id := range starts {
		if h, ok := seen[id]; ok {
			health[id] = h
		} else {
			health[id] = report.Health{State: report.Unseen}
		}
	}
	return health, nil
}
