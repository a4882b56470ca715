package web

import (
	"qulaq/report"
	"qulaq/schema"
)

// What pages show is computed here, each once for a snapshot and a choice, and told
// as it may be published.

// evidence is what the chosen unit counts: needs, or clusters of needs.
func (r *request) evidence() *report.Evidence {
	e := r.snapshot.Evidence
	if r.choice.Per != perCluster {
		return e
	}
	clusters := *e
	clusters.Any, clusters.Substantive = e.Any.PerCluster(), e.Substantive.PerCluster()
	clusters.Sample = nil // its items are needs
	return &clusters
}

// corrected tells whether a hand-coded sample corrects what the page shows.
func (r *request) corrected() bool {
	return r.snapshot.Evidence.Sample != nil && r.choice.Per != perCluster
}

// ranking is the ranking of all bodies, in the order of their ranks.
func (r *request) ranking() ([]report.Standing, error) {
	c := r.choice
	return view(r, "ranking "+c.Horizon+" "+c.By+" "+c.Per, func() ([]report.Standing, error) {
		table, err := report.Ranking(r.evidence(), report.RankOptions{By: c.horizon(), Substantive: c.By == bySubstantive})
		return report.PublicRanking(table), err
	})
}

// series is how some bodies together answer over time.
func (r *request) series(period report.Period, bodies ...string) ([]report.Point, error) {
	return view(r, key("series "+string(period)+" "+r.choice.Per, bodies), func() ([]report.Point, error) {
		points, err := report.Series(r.evidence(), report.SeriesOptions{Period: period, Bodies: bodies})
		return report.PublicSeries(points), err
	})
}

// curve is how the answers of some bodies together come in after asking.
func (r *request) curve(bodies ...string) ([]report.CurvePoint, error) {
	return view(r, key("curve "+r.choice.Per, bodies), func() ([]report.CurvePoint, error) {
		points, err := report.Curve(r.evidence(), bodies...)
		return report.PublicCurve(points), err
	})
}

// groups is how needs are answered by what they are.
func (r *request) groups(by report.GroupBy, bodies ...string) ([]report.Group, error) {
	return view(r, key("groups "+string(by)+" "+r.choice.Per, bodies), func() ([]report.Group, error) {
		groups, err := report.Groups(r.evidence(), by, nil, bodies...)
		return report.PublicGroups(groups), err
	})
}

// differences is by how much groups are answered otherwise than the largest one, by
// group: within bodies, unless the groups belong to the bodies themselves.
func (r *request) differences(by report.GroupBy) (map[string]*report.Difference, error) {
	return view(r, "differences "+string(by)+" "+r.choice.Horizon+" "+r.choice.Per, func() (map[string]*report.Difference, error) {
		e := r.evidence()
		key := func(l *schema.Latencies, row int) string { return by.Key(e, l, row) }
		across := by == report.ByLevel || by == report.ByRegion
		table, err := report.Equity(e, key, across, report.EquityOptions{Horizon: report.DefaultHorizons[r.choice.horizon()]})
		out := map[string]*report.Difference{}
		for _, g := range report.PublicEquity(table) {
			out[g.Group] = g.Difference
		}
		return out, err
	})
}

// replies is what kinds of replies some bodies together give.
func (r *request) replies(bodies ...string) ([]report.ReplyShare, error) {
	return view(r, key("replies", bodies), func() ([]report.ReplyShare, error) {
		return report.ReplyShares(r.snapshot.Evidence, r.snapshot.Replies, bodies...)
	})
}

// key names a view of some bodies.
func key(view string, bodies []string) string {
	for _, id := range bodies {
		view += "\x00" + id
	}
	return view
}
