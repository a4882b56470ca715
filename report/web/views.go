package web

import (
	"cmp"
	"context"
	"sync"

	"qulaq/report"
)

// What pages show is computed here, each once for a snapshot and a choice, and told
// as it may be published.

// evidence is what a page is made from: needs, or what was counted of them.
func (r *request) evidence(ctx context.Context, q report.StateQuery) (*report.Evidence, error) {
	if counts := r.snapshot.Counts; counts != nil {
		return counts(ctx, q)
	}
	e := r.snapshot.Evidence
	if !q.PerCluster {
		return e, nil
	}
	clusters := *e
	clusters.Any, clusters.Substantive = e.Any.PerCluster(), e.Substantive.PerCluster()
	clusters.Sample = nil // its items are needs
	return &clusters, nil
}

// chosenUnit is what the chosen unit counts: needs, or clusters of needs.
func (r *request) chosenUnit(ctx context.Context, q report.StateQuery) (*report.Evidence, error) {
	q.PerCluster = r.choice.Per == perCluster
	return r.evidence(ctx, q)
}

// bodies is the evidence of all bodies, each for itself. Several views are made from it.
func (r *request) bodies(per string) (*report.Evidence, error) {
	return view(r, "bodies "+per, func(ctx context.Context) (*report.Evidence, error) {
		return r.evidence(ctx, report.StateQuery{Period: report.ByAll, ByBody: true, PerCluster: per == perCluster})
	})
}

// corrected tells whether a hand-coded sample corrects what the page shows.
func (r *request) corrected() bool {
	return r.snapshot.Evidence.Sample != nil && r.choice.Per != perCluster
}

// ranking is the ranking of all bodies, in the order of their ranks.
func (r *request) ranking() ([]report.Standing, error) {
	c := r.choice
	e, err := r.bodies(c.Per)
	if err != nil {
		return nil, err
	}
	return view(r, "ranking "+c.Horizon+" "+c.By+" "+c.Per, func(context.Context) ([]report.Standing, error) {
		table, err := report.Ranking(e, report.RankOptions{By: c.horizon(), Substantive: c.By == bySubstantive})
		return report.PublicRanking(table), err
	})
}

// series is how some bodies together answer over time.
func (r *request) series(period report.Period, bodies ...string) ([]report.Point, error) {
	return view(r, key("series "+string(period)+" "+r.choice.Per, bodies), func(ctx context.Context) ([]report.Point, error) {
		e, err := r.chosenUnit(ctx, report.StateQuery{Period: period, Bodies: bodies})
		if err != nil {
			return nil, err
		}
		points, err := report.Series(e, report.SeriesOptions{Period: period, Bodies: bodies})
		return report.PublicSeries(points), err
	})
}

// curve is how the answers of some bodies together come in after asking.
func (r *request) curve(bodies ...string) ([]report.CurvePoint, error) {
	return view(r, key("curve "+r.choice.Per, bodies), func(ctx context.Context) ([]report.CurvePoint, error) {
		e, err := r.chosenUnit(ctx, report.StateQuery{Period: report.ByAll, Bodies: bodies})
		if err != nil {
			return nil, err
		}
		points, err := report.Curve(e, bodies...)
		return report.PublicCurve(points), err
	})
}

// groups is how needs are answered by what they are, or by who was asked.
func (r *request) groups(by report.GroupBy, bodies ...string) ([]report.Group, error) {
	read, err := r.reader(by, report.GroupsQuery(by, bodies))
	if err != nil {
		return nil, err
	}
	return view(r, key("groups "+string(by)+" "+r.choice.Per, bodies), func(ctx context.Context) ([]report.Group, error) {
		e, err := read(ctx)
		if err != nil {
			return nil, err
		}
		groups, err := report.Groups(e, by, nil, bodies...)
		return report.PublicGroups(groups), err
	})
}

// differences is by how much groups are answered otherwise than the largest one, by
// group: within bodies, unless the groups belong to the bodies themselves.
func (r *request) differences(by report.GroupBy) (map[string]*report.Difference, error) {
	h := report.DefaultHorizons[r.choice.horizon()]
	read, err := r.reader(by, report.DifferencesQuery(by, h))
	if err != nil {
		return nil, err
	}
	return view(r, "differences "+string(by)+" "+r.choice.Horizon+" "+r.choice.Per, func(ctx context.Context) (map[string]*report.Difference, error) {
		e, err := read(ctx)
		if err != nil {
			return nil, err
		}
		return report.Differences(e, by, h)
	})
}

// reader reads what groups are made from; that of groups of bodies is there already.
func (r *request) reader(by report.GroupBy, q report.StateQuery) (func(context.Context) (*report.Evidence, error), error) {
	if by == report.ByLevel || by == report.ByRegion {
		e, err := r.bodies(r.choice.Per)
		return func(context.Context) (*report.Evidence, error) { return e, nil }, err
	}
	return func(ctx context.Context) (*report.Evidence, error) { return r.chosenUnit(ctx, q) }, nil
}

// replies is what kinds of replies some bodies together give.
func (r *request) replies(bodies ...string) ([]report.ReplyShare, error) {
	e, err := r.bodies(perNeed)
	if err != nil {
		return nil, err
	}
	return view(r, key("replies", bodies), func(context.Context) ([]report.ReplyShare, error) {
		return report.ReplyShares(e, r.snapshot.Replies, bodies...)
	})
}

// key names a view of some bodies.
func key(view string, bodies []string) string {
	for _, id := range bodies {
		view += "\x00" + id
	}
	return view
}

// together does what does not depend on each other at the same time.
func together(work ...func() error) error {
	errs := make([]error, len(work))
	var group sync.WaitGroup
	for i, do := range work {
		group.Go(func() { errs[i] = do() })
	}
	group.Wait()
	return cmp.Or(errs...)
}

// into keeps what a view gives.
func into[T any](to *T, get func() (T, error)) func() error {
	return func() (err error) {
		*to, err = get()
		return err
	}
}
