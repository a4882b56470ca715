package jobs

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"qulaq/report"
	"qulaq/schema"
)

// ManyNeeds is the number of needs from which on rankings, series and the dashboard are
// made from what the store has counted beforehand, unless they are asked for exactly.
const ManyNeeds = 100_000

// Counts is what the store has counted, as it was at one moment.
type Counts struct {
	env      *Env
	counted  *schema.Counted
	asOf     time.Time
	coverage map[string]schema.Covered
}

// counts reads what there is; sum is false where no sums of all bodies will be asked
// for.
func (e *Env) counts(ctx context.Context, sum bool) (*Counts, error) {
	calendar, err := report.CalendarName(e.Index)
	if err != nil {
		return nil, fmt.Errorf("jobs: %w", err)
	}
	c := &Counts{env: e}
	if c.counted, err = e.Store.Counted(ctx, calendar); err != nil {
		return nil, fmt.Errorf("jobs: %w", err)
	}
	if sum && len(c.counted.Stale) == 0 && !c.counted.Summed() {
		if err := e.Store.SumStates(ctx); err != nil {
			return nil, fmt.Errorf("jobs: %w", err)
		}
		if c.counted, err = e.Store.Counted(ctx, calendar); err != nil {
			return nil, fmt.Errorf("jobs: %w", err)
		}
	}
	if c.asOf, err = e.Store.LastVisit(ctx, endOfTime); err != nil {
		return nil, fmt.Errorf("jobs: %w", err)
	}
	if c.coverage, err = e.Store.CountedCoverage(ctx, c.counted); err != nil {
		return nil, fmt.Errorf("jobs: %w", err)
	}
	return c, nil
}

// Needs is the number of needs that are counted.
func (c *Counts) Needs() int { return int(c.counted.Needs) }

// all is the number of needs, counted or not.
func (c *Counts) all() uint64 {
	n := c.counted.Needs
	for _, s := range c.counted.Stale {
		n += s.Needs
	}
	return n
}

// Evidence reads what a report is made from.
func (c *Counts) Evidence(ctx context.Context, q report.StateQuery) (*report.Evidence, error) {
	out, err := c.evidence(ctx, q)
	if !errors.Is(err, schema.ErrSwept) {
		return out, err
	}
	now, err := c.env.counts(ctx, true) // a little newer, and tells so
	if err != nil {
		return nil, err
	}
	return now.evidence(ctx, q)
}

func (c *Counts) evidence(ctx context.Context, q report.StateQuery) (*report.Evidence, error) {
	asked, ok := q.Counts()
	if !ok {
		return nil, fmt.Errorf("jobs: %+v is not counted", q)
	}
	groups, err := c.env.Store.StateGroups(ctx, c.counted, asked)
	if err != nil {
		return nil, fmt.Errorf("jobs: %w", err)
	}
	return &report.Evidence{
		Index: c.env.Index, Any: new(schema.Latencies), Substantive: new(schema.Latencies),
		AsOf: c.asOf, Coverage: c.coverage, States: report.NewStates(q, groups),
	}, nil
}

// CountedEvidence reads what a ranking or a series is made from out of what the store
// has counted, as it is now. The needs of bodies that were asked in sources that are
// not counted are read themselves, if bodies stand for themselves.
//
// It gives nil where [Evidence] has to be asked: when there are fewer needs than atLeast,
// when a sample is to correct the rates, when bodies are added up of which one has to be
// read, and for periods that are not counted.
func CountedEvidence(ctx context.Context, e *Env, q report.StateQuery, atLeast uint64) (*report.Evidence, error) {
	if _, ok := q.Counts(); !ok || len(e.Samples) > 0 {
		return nil, nil
	}
	c, err := e.counts(ctx, q.Bodies == nil && !q.ByBody)
	if err != nil {
		return nil, err
	}
	stale := map[string]bool{}
	for _, s := range c.counted.Stale {
		if q.Bodies == nil || slices.Contains(q.Bodies, s.BodyID) {
			stale[s.BodyID] = true
		}
	}
	if c.counted.Needs < max(atLeast, 1) || !q.ByBody && len(stale) > 0 {
		return nil, nil
	}
	out, err := c.Evidence(ctx, q)
	if err != nil || len(stale) == 0 {
		return out, err
	}
	return out, e.readNeeds(ctx, out, slices.Sorted(maps.Keys(stale)))
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
// rankings, series and the dashboard. [Relink] does so for what it makes; what was
// derived before there were counts, or by another calendar, can be counted without it.
func Recount(ctx context.Context, e *Env, sources ...string) error {
	groups := e.groups(sources)
	for i, group := range groups {
		since, err := e.Store.Derivation(ctx, group)
		if err == nil {
			err = e.count(ctx, group, since, func(kind schema.ReplyKind) (*schema.Latencies, error) {
				return e.Store.Latencies(ctx, schema.LatencyQuery{Kind: kind, Sources: group})
			})
		}
		if err != nil {
			return fmt.Errorf("jobs: recount %v: %w", group, err)
		}
		e.progress(Progress{Job: "recount", Done: i + 1, Total: len(groups), Note: group[0]})
	}
	if err := e.Store.SumStates(ctx); err != nil {
		return fmt.Errorf("jobs: recount: %w", err)
	}
	return nil
}

// count counts the needs of some sources, read since a derivation; 0 for those that were
// just derived.
func (e *Env) count(ctx context.Context, sources []string, since uint64, latencies func(schema.ReplyKind) (*schema.Latencies, error)) error {
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
	states.Since = since
	return e.Store.ReplaceStates(ctx, sources, states)
}
