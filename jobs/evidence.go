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
	out, _, err := e.evidence(ctx, asOf)
	return out, err
}

// evidence is Evidence, with the exchanges that were derived for an earlier moment.
func (e *Env) evidence(ctx context.Context, asOf time.Time) (*report.Evidence, []schema.Exchange, error) {
	until := asOf
	if until.IsZero() {
		until = endOfTime
	}
	last, err := e.Store.LastVisit(ctx, until)
	if err != nil {
		return nil, nil, fmt.Errorf("jobs: %w", err)
	}
	out := &report.Evidence{Index: e.Index, AsOf: last}
	if out.Coverage, err = e.Store.Covered(ctx, until); err != nil {
		return nil, nil, fmt.Errorf("jobs: %w", err)
	}
	exchanges, err := e.latencies(ctx, out, asOf)
	if err != nil || len(e.Samples) == 0 {
		return out, exchanges, err
	}
	return out, exchanges, e.correct(ctx, out, asOf)
}

// latencies fills in how long needs waited, and gives the exchanges that were derived
// for an earlier moment.
func (e *Env) latencies(ctx context.Context, out *report.Evidence, asOf time.Time) (exchanges []schema.Exchange, err error) {
	if !asOf.IsZero() {
		if exchanges, err = e.exchangesAt(ctx, asOf); err != nil {
			return nil, err
		}
		out.Any, out.Substantive = schema.LatenciesOf(exchanges, schema.AnyReply), schema.LatenciesOf(exchanges, schema.Substantive)
		return exchanges, nil
	}
	if out.Any, err = e.Store.Latencies(ctx, schema.LatencyQuery{Kind: schema.AnyReply}); err != nil {
		return nil, fmt.Errorf("jobs: %w", err)
	}
	if out.Substantive, err = e.Store.Latencies(ctx, schema.LatencyQuery{Kind: schema.Substantive}); err != nil {
		return nil, fmt.Errorf("jobs: %w", err)
	}
	return nil, nil
}

// exchangesAt derives the exchanges as they would have been at a moment.
func (e *Env) exchangesAt(ctx context.Context, asOf time.Time) ([]schema.Exchange, error) {
	var exchanges []schema.Exchange
	for _, group := range e.groups(nil) {
		_, some, err := Derive(ctx, e, group, asOf)
		if err != nil {
			return nil, fmt.Errorf("jobs: derive %v as of %s: %w", group, asOf.Format(time.RFC3339), err)
		}
		exchanges = append(exchanges, some...)
	}
	return exchanges, nil
}

// endOfTime is later than every visit, and still a DateTime64 of the store.
var endOfTime = time.Date(2200, 1, 1, 0, 0, 0, 0, time.UTC)
