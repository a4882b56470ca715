package report

import (
	"cmp"
	"slices"

	"qulaq/registry"
	"qulaq/schema"
	"qulaq/stats"
)

// FlagBelow is the coverage below which a number is flagged wherever it appears.
const FlagBelow = 0.98

// Standing is a row of a ranking.
type Standing struct {
	BodyID      string  `json:"body_id"`
	Name        string  `json:"name"`
	Level       string  `json:"level"` // the peer group within which it is ranked
	Position    int     `json:"position"`
	RankLo      int     `json:"rank_lo"` // the ranks that cannot be excluded, all bodies at once
	RankHi      int     `json:"rank_hi"`
	Tier        int     `json:"tier"` // bodies of one tier cannot be told apart from its first
	TopQuartile float64 `json:"top_quartile"`
	Shrunk      Number  `json:"shrunk"` // the rate that ranks, drawn towards the peer group's
	Weight      float64 `json:"weight"` // of the body's own data in it
	Any         Speed   `json:"any"`
	Substantive Speed   `json:"substantive"`
	Flagged     bool    `json:"flagged"` // coverage below FlagBelow
}

// RankOptions choose what is ranked by what.
type RankOptions struct {
	Horizons    []Horizon // nil for DefaultHorizons
	By          int       // the horizon that ranks, as its place in Horizons
	Substantive bool      // rank by substantive replies instead of any
	Level       string    // only this level of government
	Draws       int       // of the bootstrap; 0 for 1000
}

// Ranking ranks the bodies that were asked anything, within their levels of
// government, by the share of needs answered by a horizon. Few needs rank low
// before they rank high: position goes by the lower limit of the shrunk rate.
func Ranking(e *Evidence, o RankOptions) ([]Standing, error) {
	if o.Horizons == nil {
		o.Horizons = DefaultHorizons
	}
	rows := rowsByBody(e.Any)
	real := rowsByBody(e.Substantive)
	candidates, err := e.Sample.by(func(c *Candidate) (string, error) { return c.BodyID, nil })
	if err != nil {
		return nil, err
	}
	var asked []*registry.Body
	for i := range e.Index.Country().Bodies {
		body := &e.Index.Country().Bodies[i]
		if (len(rows[body.ID]) > 0 || e.States.has(body.ID)) && (o.Level == "" || body.Level == o.Level) {
			asked = append(asked, body)
		}
	}
	table, err := atOnce(asked, func(body *registry.Body) (Standing, error) {
		coverage := e.covered(body.ID)
		s := Standing{BodyID: body.ID, Name: cmp.Or(body.Names.EN, body.Names.RU, body.Names.KK), Level: body.Level, Flagged: coverage < FlagBelow}
		var err error
		if e.States.has(body.ID) {
			err = e.bothCounted(body.ID, "", o.Horizons, o.By, coverage, &s.Any, &s.Substantive)
		} else {
			err = e.both(candidates[body.ID], o.Horizons, o.By, coverage, rows[body.ID], real[body.ID], &s.Any, &s.Substantive)
		}
		return s, err
	})
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(table, func(a, b Standing) int { return cmp.Compare(a.Level, b.Level) })
	for start := 0; start < len(table); {
		end := start + 1
		for end < len(table) && table[end].Level == table[start].Level {
			end++
		}
		if err := order(table[start:end], o); err != nil {
			return nil, err
		}
		start = end
	}
	return table, nil
}

// order ranks the bodies of one peer group.
func order(group []Standing, o RankOptions) error {
	evidence := make([]stats.Evidence, len(group))
	basis := make([]Basis, len(group))
	for i := range group {
		ranked := &group[i].Any
		if o.Substantive {
			ranked = &group[i].Substantive
		}
		evidence[i], basis[i] = ranked.main, ranked.Rates[o.By].Basis()
	}
	league, err := stats.League(evidence, stats.LeagueOptions{Draws: o.Draws, Seed: 1})
	if err != nil {
		return err
	}
	for i, l := range league {
		s := &group[i]
		s.Position, s.RankLo, s.RankHi, s.Tier, s.TopQuartile = l.Position, l.RankLo, l.RankHi, l.Tier, l.TopQuartile
		s.Shrunk, s.Weight = basis[i].Number(l.Shrunk.Rate, l.Shrunk.Limits), l.Shrunk.Weight
	}
	slices.SortFunc(group, func(a, b Standing) int { return cmp.Compare(a.Position, b.Position) })
	return nil
}

// rowsByBody lists the rows of each body.
func rowsByBody(l *schema.Latencies) map[string][]int {
	rows := map[string][]int{}
	for row, body := range l.BodyID {
		rows[body] = append(rows[body], row)
	}
	return rows
}
