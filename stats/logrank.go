package stats

import (
	"fmt"
	"slices"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat/distuv"
)

// Test is the result of a test of whether groups have the same distribution.
type Test struct {
	ChiSquare float64
	DF        int     // 0, with P = 1, when the data cannot tell
	P         float64 // probability of such a ChiSquare, or a greater one, if they have
}

// LogRank compares groups of exact and right-censored times (Mantel, Cancer
// Chemotherapy Reports 50, 1966; Peto and Peto, JRSS A 135, 1972), with the
// hypergeometric variance, as R's survdiff does. Empty groups are left out.
func LogRank(groups [][]Observation) (Test, error) {
	return StratifiedLogRank([][][]Observation{groups})
}

// StratifiedLogRank compares groups within strata, such as topics, so that a
// group with more of the slow topics does not look slow for it: strata[s][g] is
// group g in stratum s. All strata have the same groups; any may be empty.
func StratifiedLogRank(strata [][][]Observation) (Test, error) {
	score, err := newScore(strata)
	if err != nil {
		return Test{}, err
	}
	for _, groups := range strata {
		var all []ending
		for g, obs := range groups {
			for i, o := range obs {
				if !o.IsExact() && !o.IsCensored() {
					return Test{}, fmt.Errorf("stats: log-rank: observation %d of group %d is an interval", i, g)
				}
				all = append(all, ending{o.Lo, g, o.IsExact()})
			}
		}
		score.addLogRank(all)
	}
	return score.test(), nil
}

// ending is an exact or right-censored time of a member of a group.
type ending struct {
	time  float64
	group int
	event bool
}

// score is a vector of observed minus expected events by group, with its
// covariance if the groups do not differ.
type score struct {
	u []float64
	v *mat.SymDense
}

// newScore checks the strata.
func newScore(strata [][][]Observation) (*score, error) {
	if len(strata) == 0 || len(strata[0]) == 0 {
		return nil, ErrNoData
	}
	k, n := len(strata[0]), 0
	for s, groups := range strata {
		if len(groups) != k {
			return nil, fmt.Errorf("stats: stratum %d has %d groups, not %d", s, len(groups), k)
		}
		for g, obs := range groups {
			if len(obs) == 0 {
				continue
			}
			if err := check(obs); err != nil {
				return nil, fmt.Errorf("stratum %d, group %d: %w", s, g, err)
			}
			n += len(obs)
		}
	}
	if n == 0 {
		return nil, ErrNoData
	}
	return &score{make([]float64, k), mat.NewSymDense(k, nil)}, nil
}

// addLogRank adds a stratum.
func (s *score) addLogRank(all []ending) {
	slices.SortFunc(all, func(a, b ending) int {
		switch {
		case a.time < b.time:
			return -1
		case a.time > b.time:
			return 1
		}
		return 0
	})
	atRisk := make([]float64, len(s.u))
	for _, e := range all {
		atRisk[e.group]++
	}
	events := make([]float64, len(s.u))
	for i := 0; i < len(all); {
		n, d := float64(len(all)-i), 0.0
		clear(events)
		j := i
		for ; j < len(all) && all[j].time == all[i].time; j++ {
			if all[j].event {
				events[all[j].group]++
				d++
			}
		}
		if d > 0 {
			s.addTable(atRisk, events, n, d)
		}
		for ; i < j; i++ {
			atRisk[all[i].group]--
		}
	}
}

// addTable adds what happens at one time: d events among n, by group.
func (s *score) addTable(atRisk, events []float64, n, d float64) {
	spread := 0.0
	if n > 1 {
		spread = d * (n - d) / (n - 1)
	}
	for g, r := range atRisk {
		if r == 0 {
			continue
		}
		s.u[g] += events[g] - d*r/n
		for h := g; h < len(atRisk); h++ {
			cov := -r * atRisk[h] / (n * n)
			if g == h {
				cov += r / n
			}
			s.v.SetSym(g, h, s.v.At(g, h)+spread*cov)
		}
	}
}

// test is the quadratic form of the score in the generalised inverse of its
// covariance, whose rank is one less than the number of groups that say anything.
func (s *score) test() Test {
	var eigen mat.EigenSym
	if !eigen.Factorize(s.v, true) {
		return Test{P: 1}
	}
	values := eigen.Values(nil)
	var vectors mat.Dense
	eigen.VectorsTo(&vectors)
	greatest := values[len(values)-1]
	t := Test{P: 1}
	for k, value := range values {
		if !(value > 1e-10*greatest) || value <= 0 {
			continue
		}
		along := 0.0
		for g, u := range s.u {
			along += u * vectors.At(g, k)
		}
		t.ChiSquare += along * along / value
		t.DF++
	}
	if t.DF > 0 {
		t.P = distuv.ChiSquared{K: float64(t.DF)}.Survival(t.ChiSquare)
	}
	return t
}
