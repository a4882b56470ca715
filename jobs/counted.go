package jobs

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"qulaq/report"
	"qulaq/schema"
)

// ManyNeeds is the number of needs from which on rankings and series are made from
// what the store has counted beforehand, unless they are asked for exactly.
const ManyNeeds = 100_000

// CountedQuery is a question that counts may answer.
type CountedQuery struct {
	Period report.Period // all, month or week
	Bodies []string      // nil for all
	ByBody bool          // each for itself, over all periods; else added up
}

// CountedEvidence reads what a ranking or a series is made from out of what the store
// has counted, as it is now. The needs of bodies for which the counts are not enough
// (times that are known less exactly than a bucket, sources that were not counted) are
// read themselves, if bodies stand for themselves.
//
// It gives nil where [Evidence] has to be asked: when fewer than atLeast needs are
// counted, when a sample is to correct the rates, when bodies are added up of which
// one has to be read, and for periods that are not counted.
func CountedEvidence(ctx context.Context, e *Env, q CountedQuery, atLeast uint64) (*report.Evidence, error) {
	if len(e.Samples) > 0 || q.Period == report.ByDay {
		return nil, nil
	}
	calendar, err := report.CalendarName(e.Index)
	if err != nil {
		return nil, fmt.Errorf("jobs: %w", err)
	}
	counted, err := e.Store.Counted(ctx, calendar)
	if err != nil {
		return nil, fmt.Errorf("jobs: %w", err)
	}
	asked := func(body string) bool { return q.Bodies == nil || slices.Contains(q.Bodies, body) }
	counted.Stale = slices.DeleteFunc(counted.Stale, func(body string) bool { return !asked(body) })
	if counted.Needs < max(atLeast, 1) || !q.ByBody && len(counted.Stale) > 0 {
		return nil, nil
	}
	out := &report.Evidence{Index: e.Index, Any: new(schema.Latencies), Substantive: new(schema.Latencies)}
	if out.States, err = e.states(ctx, q); err != nil {
		return nil, fmt.Errorf("jobs: %w", err)
	}
	read := out.States.Wide()
	for _, body := range counted.Stale {
		read[body] = true
	}
	if len(read) > 0 {
		if !q.ByBody {
			return nil, nil
		}
		if err := e.readNeeds(ctx, out, slices.Sorted(maps.Keys(read))); err != nil {
			return nil, err
		}
	}
	if out.AsOf, err = e.Store.LastVisit(ctx, endOfTime); err != nil {
		return nil, fmt.Errorf("jobs: %w", err)
	}
	if out.Coverage, err = e.Store.CountedCoverage(ctx); err != nil {
		return nil, fmt.Errorf("jobs: %w", err)
	}
	return out, nil
}

// states reads counts.
func (e *Env) states(ctx context.Context, q CountedQuery) (*report.States, error) {
	return report.NewStates(q.Period, q.ByBody, func(kind schema.ReplyKind, clock string) ([]schema.StateGroup, error) {
		return e.Store.StateGroups(ctx, schema.StateQuery{
			Period: string(q.Period), Clock: clock, Kind: kind, Bodies: q.Bodies, ByBody: q.ByBody,
		})
	})
}

// readNeeds puts the needs of some bodies in the place of their counts.
func (e *Env) readNeeds(ctx context.Context, out *report.Evidence, bodies []string) (err error) {
	for _, body := range bodies {
		out.States.Without(body)
	}
	q := schema.LatencyQuery{Kind: schema.AnyReply, Bodies: bodies}
	if out.Any, err = e.Store.Latencies(ctx, q); err != nil {
		return fmt.Errorf("jobs: %w", err)
	}
	q.Kind = schema.Substantive
	if out.Substantive, err = e.Store.Latencies(ctx, q); err != nil {
		return fmt.Errorf("jobs: %w", err)
	}
	return nil
}

// Recount counts what is in the store of some sources, of all when none is named, for
// rankings and series. [Relink] does so for what it makes; what was derived before
// there were counts, or by another calendar, can be counted without it.
func Recount(ctx context.Context, e *Env, sources ...string) error {
	groups := e.groups(sources)
	for i, group := range groups {
		err := e.count(ctx, group, func(kind schema.ReplyKind) (*schema.Latencies, error) {
			return e.Store.Latencies(ctx, schema.LatencyQuery{Kind: kind, Sources: group})
		})
		if err != nil {
			return fmt.Errorf("jobs: recount %v: %w", group, err)
		}
		e.progress(Progress{Job: "recount", Done: i + 1, Total: len(groups), Note: group[0]})
	}
	return nil
}

// count counts the needs of some sources.
func (e *Env) count(ctx context.Context, sources []string, latencies func(schema.ReplyKind) (*schema.Latencies, error)) error {
	counts := report.NewAggregate(e.Index)
	for _, kind := range report.CountedKinds {
		l, err := latencies(kind)
		if err != nil {
			return err
		}
		if err := counts.Add(kind, l); err != nil {
			return err
		}
	}
	states, err := counts.States()
	if err != nil {
		return err
	}
	return e.Store.ReplaceStates(ctx, sources, states)
}
