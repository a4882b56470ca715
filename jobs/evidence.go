package jobs

import (
	"context"
	"fmt"
	"time"

	"qulaq/report"
	"qulaq/schema"
)

// Evidence reads what reports are made from: as it is in the store, or, for an
// earlier moment, as it would have been derived then. With hand-coded samples it
// tells what they correct.
func Evidence(ctx context.Context, e *Env, asOf time.Time) (*report.Evidence, error) {
	until := asOf
	if until.IsZero() {
		until = endOfTime
	}
	last, err := e.Store.LastVisit(ctx, until)
	if err != nil {
		return nil, fmt.Errorf("jobs: %w", err)
	}
	out := &report.Evidence{Index: e.Index, AsOf: last}
	if out.Coverage, err = e.Store.Covered(ctx, until); err != nil {
		return nil, fmt.Errorf("jobs: %w", err)
	}
	if err := e.latencies(ctx, out, asOf); err != nil {
		return nil, err
	}
	if len(e.Samples) == 0 {
		return out, nil
	}
	return out, e.correct(ctx, out, asOf)
}

// latencies fills in how long needs waited.
func (e *Env) latencies(ctx context.Context, out *report.Evidence, asOf time.Time) (err error) {
	if !asOf.IsZero() {
		return e.rederive(ctx, out, asOf)
	}
	if out.Any, err = e.Store.Latencies(ctx, schema.LatencyQuery{Kind: schema.AnyReply}); err != nil {
		return fmt.Errorf("jobs: %w", err)
	}
	if out.Substantive, err = e.Store.Latencies(ctx, schema.LatencyQuery{Kind: schema.Substantive}); err != nil {
		return fmt.Errorf("jobs: %w", err)
	}
	return nil
}

// rederive fills in the latencies as they would have been derived at a moment.
func (e *Env) rederive(ctx context.Context, out *report.Evidence, asOf time.Time) error {
	var exchanges []schema.Exchange
	for _, group := range e.groups(nil) {
		_, some, err := Derive(ctx, e, group, asOf)
		if err != nil {
			return fmt.Errorf("jobs: derive %v as of %s: %w", group, asOf.Format(time.RFC3339), err)
		}
		exchanges = append(exchanges, some...)
	}
	out.Any = schema.LatenciesOf(exchanges, schema.AnyReply)
	out.Substantive = schema.LatenciesOf(exchanges, schema.Substantive)
	return nil
}

// endOfTime is later than every visit, and still a DateTime64 of the store.
var endOfTime = time.Date(2200, 1, 1, 0, 0, 0, 0, time.UTC)
