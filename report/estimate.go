package report

import (
	"cmp"
	"errors"
	"maps"
	"math"
	"slices"

	"qulaq/stats"
)

// Estimates are estimates for a researcher's own latencies, by group.
type Estimates struct {
	At      []float64           `json:"at"`
	Groups  map[string]Estimate `json:"groups"`
	LogRank *LogRank            `json:"logrank,omitempty"` // of two groups or more
}

// Estimate is what is estimated for a group. Rates, limits and bands are in the
// order of Estimates.At; what was not reached is nil.
type Estimate struct {
	N        int          `json:"n"`
	Events   int          `json:"events"`
	Method   stats.Method `json:"method"`
	Rate     []float64    `json:"rate"`
	RateLo   []float64    `json:"rate_lo"`
	RateHi   []float64    `json:"rate_hi"`
	SE       []float64    `json:"se"`
	BandLo   []float64    `json:"band_lo,omitempty"` // where the data leave a rate unidentified
	BandHi   []float64    `json:"band_hi,omitempty"`
	Median   *float64     `json:"median"`
	MedianLo *float64     `json:"median_lo"`
	MedianHi *float64     `json:"median_hi"`
	RMST     *float64     `json:"rmst,omitempty"`
}

// LogRank tests whether the groups are answered equally fast.
type LogRank struct {
	ChiSquare float64 `json:"chisq"`
	DF        int     `json:"df"`
	P         float64 `json:"p"`
}

// Observations are latencies by group, in one unit.
type Observations map[string][]stats.Observation

// EstimateOptions choose what is estimated.
type EstimateOptions struct {
	At     []float64       // ascending
	Until  float64         // of the restricted mean; 0 for none
	Limits stats.LimitKind // "" for log-log limits, as R's survfit with conf.type = "log-log"
}

// EstimateGroups estimates each group and compares them.
func EstimateGroups(data Observations, o EstimateOptions) (Estimates, error) {
	out := Estimates{At: o.At, Groups: map[string]Estimate{}}
	if len(data) == 0 {
		return out, errors.New("report: no latencies")
	}
	for name, observations := range data {
		s, err := stats.Describe(observations, stats.Options{
			Horizons: o.At, Until: o.Until, Limits: cmp.Or(o.Limits, stats.LogLog), Seed: 1,
		})
		if err != nil {
			return out, err
		}
		out.Groups[name] = estimate(s, o.Until)
	}
	if len(data) < 2 {
		return out, nil
	}
	test, err := compare(data)
	if err != nil {
		return out, err
	}
	out.LogRank = &LogRank{test.ChiSquare, test.DF, test.P}
	return out, nil
}

func estimate(s stats.Summary, until float64) Estimate {
	e := Estimate{
		N: s.N, Events: s.Events, Method: s.Method,
		Median: finite(s.Median.Time), MedianLo: finite(s.Median.Limits.Lo), MedianHi: finite(s.Median.Limits.Hi),
	}
	for _, r := range s.Rates {
		e.Rate, e.SE = append(e.Rate, r.Share), append(e.SE, r.SE)
		e.RateLo, e.RateHi = append(e.RateLo, r.Limits.Lo), append(e.RateHi, r.Limits.Hi)
		if s.Method == stats.MethodTurnbull {
			e.BandLo, e.BandHi = append(e.BandLo, r.Band.Lo), append(e.BandHi, r.Band.Hi)
		}
	}
	if until > 0 {
		e.RMST = finite(s.Mean.Time)
	}
	return e
}

// compare tests the groups against each other, in the order of their names.
func compare(data Observations) (stats.Test, error) {
	var groups [][]stats.Observation
	exact := true
	for _, name := range sortedKeys(data) {
		groups = append(groups, data[name])
		exact = exact && !slices.ContainsFunc(data[name], func(o stats.Observation) bool {
			return !o.IsExact() && !o.IsCensored()
		})
	}
	if exact {
		return stats.LogRank(groups)
	}
	return stats.IntervalLogRank(groups)
}

func sortedKeys[M ~map[K]V, K cmp.Ordered, V any](data M) []K { return slices.Sorted(maps.Keys(data)) }

// Observed is the latency that a row of a researcher's file tells: exact where lo
// and hi are equal, still unanswered at lo where hi is absent.
func Observed(lo float64, hi *float64) (stats.Observation, error) {
	switch {
	case !(lo >= 0) || math.IsInf(lo, 0):
		return stats.Observation{}, errors.New("lo must be a number that is not negative")
	case hi == nil:
		return stats.Censored(lo), nil
	case !(*hi >= lo) || math.IsInf(*hi, 0):
		return stats.Observation{}, errors.New("hi must be a number that is not less than lo, or empty")
	}
	return stats.Between(lo, *hi), nil
}
