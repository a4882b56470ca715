package stats

// IntervalLogRank compares groups of exact, censored and interval-censored
// times by Sun's generalisation of the log-rank test ("A non-parametric test for
// interval-censored failure time data with application to AIDS studies",
// Statistics in Medicine 15, 1996), with the variance over permutations (Fay and
// Shaw, "Exact and asymptotic weighted logrank tests for interval censored data",
// J. Stat. Software 36(2), 2010). Without intervals its score is that of
// [LogRank].
//
// A permutation presumes that the groups are watched alike: bodies that are
// visited at quite different rates should be thinned to the same one first.
func IntervalLogRank(groups [][]Observation) (Test, error) {
	return StratifiedIntervalLogRank([][][]Observation{groups})
}

// StratifiedIntervalLogRank compares groups within strata: strata[s][g] is group
// g in stratum s. All strata have the same groups; any may be empty.
func StratifiedIntervalLogRank(strata [][][]Observation) (Test, error) {
	score, err := newScore(strata)
	if err != nil {
		return Test{}, err
	}
	for _, groups := range strata {
		var all []Observation
		for _, obs := range groups {
			all = append(all, obs...)
		}
		if len(all) > 1 {
			score.addPermutation(groups, sunScores(all, maximise(all, precise)))
		}
	}
	return score.test(), nil
}

// sunScores are the observations' contributions to the score: for an exact time
// 1 minus the cumulated hazard, for a censored one minus it, and for an interval
// their mean over it.
func sunScores(obs []Observation, estimate *NPMLE) []float64 {
	f := estimate.f
	hazard := make([]float64, len(f)) // cumulated before each cell
	for k := range estimate.cells {
		hazard[k+1] = hazard[k]
		if left := 1 - f[k]; left > 0 {
			hazard[k+1] += (f[k+1] - f[k]) / left
		}
	}
	scores := make([]float64, len(obs))
	for i, o := range obs {
		first, last := contains(estimate.cells, o)
		if o.IsCensored() {
			scores[i] = -hazard[first]
			continue
		}
		from, to := f[first], f[last+1]
		if to > from {
			scores[i] = ((1-to)*hazard[last+1] - (1-from)*hazard[first]) / (to - from)
		}
	}
	return scores
}

// addPermutation adds a stratum: the sums of the scores by group, and their
// covariance when the scores are dealt out at random.
func (s *score) addPermutation(groups [][]Observation, scores []float64) {
	n := float64(len(scores))
	var mean, squares float64
	for _, c := range scores {
		mean += c / n
	}
	for _, c := range scores {
		squares += (c - mean) * (c - mean)
	}
	spread := squares / (n - 1)
	i := 0
	for g, obs := range groups {
		size := float64(len(obs))
		for range obs {
			s.u[g] += scores[i] - mean
			i++
		}
		for h := g; h < len(groups); h++ {
			cov := -size * float64(len(groups[h])) / n
			if g == h {
				cov += size
			}
			s.v.SetSym(g, h, s.v.At(g, h)+spread*cov)
		}
	}
}
