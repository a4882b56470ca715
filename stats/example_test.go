package stats_test

import (
	"fmt"

	"qulaq/stats"
)

// Five questions, in days: two answered at known times, one between two visits,
// two still open.
func ExampleDescribe() {
	s, err := stats.Describe([]stats.Observation{
		stats.Exact(1.5),
		stats.Exact(4),
		stats.Between(2, 3),
		stats.Censored(6),
		stats.Censored(10),
	}, stats.Options{Horizons: []float64{3}})
	if err != nil {
		fmt.Println(err)
		return
	}
	r := s.Rates[0]
	fmt.Printf("%s, n = %d, open: %.0f %%\n", s.Method, s.N, 100*s.CensoredShare())
	fmt.Printf("answered by day 3: %.0f %%, between %.0f and %.0f\n", 100*r.Share, 100*r.Limits.Lo, 100*r.Limits.Hi)
	fmt.Printf("median: %.0f days\n", s.Median.Time)
	// Output:
	// turnbull, n = 5, open: 40 %
	// answered by day 3: 40 %, between 9 and 79
	// median: 4 days
}

// A body with two of two answered is not ahead of one with 67 of 67.
func ExampleLeague() {
	table, err := stats.League([]stats.Evidence{
		stats.Counts(2, 2),
		stats.Counts(67, 67),
		stats.Counts(30, 60),
	}, stats.LeagueOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, s := range table {
		fmt.Printf("line %d, ranks %d to %d, tier %d\n", s.Position, s.RankLo, s.RankHi, s.Tier)
	}
	// Output:
	// line 2, ranks 1 to 3, tier 1
	// line 1, ranks 1 to 2, tier 1
	// line 3, ranks 2 to 3, tier 2
}
