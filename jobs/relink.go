package jobs

import (
	"context"
	"fmt"
	"slices"
	"time"

	"qulaq/schema"
)

// Relinked counts what a relink made.
type Relinked struct {
	Bodies    int `json:"bodies"`
	Items     int `json:"items"`
	Exchanges int `json:"exchanges"`
	Answered  int `json:"answered"`
}

// Relink makes the items and exchanges of some sources again, from their
// sightings and visits; of all, when none is named. It goes body by body, for
// templates are told within a body. The result depends on nothing else: doing it
// twice changes nothing.
func Relink(ctx context.Context, e *Env, sources ...string) (Relinked, error) {
	return relink(ctx, e, sources, nil)
}

// relink relinks. compare, if there is one, is given the items and exchanges of each
// body's sources before they replace what was derived earlier.
func relink(ctx context.Context, e *Env, sources []string, compare func(group []string, items []schema.Item, exchanges []schema.Exchange) error) (Relinked, error) {
	var done Relinked
	groups := e.groups(sources)
	for i, group := range groups {
		items, exchanges, err := Derive(ctx, e, group, time.Time{})
		if err != nil {
			return done, fmt.Errorf("jobs: relink %v: %w", group, err)
		}
		if compare != nil {
			if err := compare(group, items, exchanges); err != nil {
				return done, fmt.Errorf("jobs: relink %v: compare: %w", group, err)
			}
		}
		if err := e.Store.ReplaceDerived(ctx, group, items, exchanges); err != nil {
			return done, fmt.Errorf("jobs: relink %v: %w", group, err)
		}
		err = e.count(ctx, group, 0, func(kind schema.ReplyKind) (*schema.Latencies, error) {
			return schema.LatenciesOf(exchanges, kind), nil
		})
		if err != nil {
			return done, fmt.Errorf("jobs: relink %v: count: %w", group, err)
		}
		done.Bodies++
		done.Items += len(items)
		done.Exchanges += len(exchanges)
		for j := range exchanges {
			if len(exchanges[j].ReplyID) > 0 {
				done.Answered++
			}
		}
		e.progress(Progress{Job: "relink", Done: i + 1, Total: len(groups), Note: group[0]})
	}
	return done, nil
}

// Derive makes the items and exchanges of the sources of one body as they were
// known at a moment; as they are now for the zero time.
func Derive(ctx context.Context, e *Env, sources []string, asOf time.Time) ([]schema.Item, []schema.Exchange, error) {
	if asOf.IsZero() {
		asOf = endOfTime
	}
	d, err := e.deriver(ctx, sources)
	if err != nil {
		return nil, nil, err
	}
	return d.Derive(e.Store.Sightings(ctx, sources, asOf), e.Store.VisitMarks(ctx, sources, asOf))
}

// groups lists the sources by body, as far as a group has one of those named.
func (e *Env) groups(named []string) [][]string {
	var groups [][]string
	for _, body := range e.Index.Country().Bodies {
		var group []string
		for _, source := range body.Sources {
			group = append(group, source.ID)
		}
		wanted := len(named) == 0 || slices.ContainsFunc(group, func(id string) bool { return slices.Contains(named, id) })
		if len(group) > 0 && wanted {
			slices.Sort(group)
			groups = append(groups, group)
		}
	}
	return groups
}
