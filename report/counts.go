package report

import (
	"cmp"
	"fmt"
	"slices"

	"qulaq/stats"
)

// Count is how many of the needs put to a body were answered.
type Count struct {
	Body  string
	Group string // peer group; "" when there is one
	K, N  int
}

// CountStanding is a row of a ranking by counts.
type CountStanding struct {
	Body        string  `json:"body"`
	Group       string  `json:"group,omitempty"`
	K           int     `json:"k"`
	N           int     `json:"n"`
	Rate        float64 `json:"rate"`
	Lo          float64 `json:"lo"`
	Hi          float64 `json:"hi"`
	Shrunk      float64 `json:"shrunk"`
	ShrunkLo    float64 `json:"shrunk_lo"`
	ShrunkHi    float64 `json:"shrunk_hi"`
	Weight      float64 `json:"weight"`
	Position    int     `json:"position"`
	RankLo      int     `json:"rank_lo"`
	RankHi      int     `json:"rank_hi"`
	TopQuartile float64 `json:"top_quartile"`
	Tier        int     `json:"tier"`
}

// Intervals are the intervals of a simple share, by name.
var Intervals = map[string]stats.Proportion{
	"wilson": stats.Wilson, "clopper-pearson": stats.ClopperPearson, "jeffreys": stats.Jeffreys, "mid-p": stats.MidP,
}

// RankCounts ranks bodies by counts of a mature cohort, within their peer groups.
// A body that was asked nothing has no rate and cannot be ranked: n = 0 is an error.
func RankCounts(counts []Count, interval stats.Proportion) ([]CountStanding, error) {
	byGroup := map[string][]Count{}
	for _, c := range counts {
		if c.N <= 0 || c.K < 0 || c.K > c.N {
			return nil, fmt.Errorf("report: body %s: k = %d of n = %d is no count of answered needs", c.Body, c.K, c.N)
		}
		byGroup[c.Group] = append(byGroup[c.Group], c)
	}
	var table []CountStanding
	for _, group := range byGroup {
		evidence := make([]stats.Evidence, len(group))
		for i, c := range group {
			evidence[i] = stats.Counts(c.K, c.N)
		}
		league, err := stats.League(evidence, stats.LeagueOptions{Seed: 1})
		if err != nil {
			return nil, err
		}
		for i, l := range league {
			c := group[i]
			limits, err := interval(c.K, c.N, stats.DefaultLevel)
			if err != nil {
				return nil, err
			}
			table = append(table, CountStanding{
				Body: c.Body, Group: c.Group, K: c.K, N: c.N, Rate: l.Rate, Lo: limits.Lo, Hi: limits.Hi,
				Shrunk: l.Shrunk.Rate, ShrunkLo: l.Shrunk.Limits.Lo, ShrunkHi: l.Shrunk.Limits.Hi, Weight: l.Shrunk.Weight,
				Position: l.Position, RankLo: l.RankLo, RankHi: l.RankHi, TopQuartile: l.TopQuartile, Tier: l.Tier,
			})
		}
	}
	slices.SortFunc(table, func(a, b CountStanding) int {
		return cmp.Or(cmp.Compare(a.Group, b.Group), cmp.Compare(a.Position, b.Position), cmp.Compare(a.Body, b.Body))
	})
	return table, nil
}
