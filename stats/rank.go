package stats

import (
	"fmt"
	"math"
	"slices"
)

// Ranking tells which bodies can be told apart, and so which ranks each may
// have, all at once with the given confidence (Mogstad, Romano, Shaikh and
// Wilhelm, "Inference for ranks with applications to mobility across
// neighbourhoods and academic achievement across countries", Review of Economic
// Studies 91, 2024). Make one with [Rank].
type Ranking struct {
	estimate []float64
	variance []float64
	critical float64
	draws    [][]float64
}

// Rank compares all pairs of bodies, greater estimates being better.
// draws[b][i] is draw b of body i: from a bootstrap, or from a distribution that
// tells how sure its estimate is. Bodies must be drawn independently.
//
// Two bodies are separated when their difference is more than c standard errors,
// c being the quantile of the greatest studentised difference of all pairs in a
// draw. A body whose draws do not vary is separated from none: nothing is known
// of how sure its estimate is (two of two answered gives such a bootstrap).
func Rank(estimate []float64, draws [][]float64, level Level) (*Ranking, error) {
	if err := level.check(); err != nil {
		return nil, err
	}
	if len(estimate) == 0 {
		return nil, ErrNoData
	}
	if len(draws) < 20 {
		return nil, fmt.Errorf("stats: rank: %d draws are too few", len(draws))
	}
	for i, x := range estimate {
		if math.IsNaN(x) || math.IsInf(x, 0) {
			return nil, fmt.Errorf("stats: rank: the estimate of body %d is %v", i, x)
		}
	}
	for b, draw := range draws {
		if len(draw) != len(estimate) {
			return nil, fmt.Errorf("stats: rank: draw %d has %d bodies, not %d", b, len(draw), len(estimate))
		}
		for i, x := range draw {
			if math.IsNaN(x) || math.IsInf(x, 0) {
				return nil, fmt.Errorf("stats: rank: draw %d of body %d is %v", b, i, x)
			}
		}
	}
	r := &Ranking{estimate: estimate, draws: draws}
	mean := r.spread()
	r.critical = r.greatest(mean, level)
	return r, nil
}

// spread sets the variances of the draws, exactly 0 where they do not vary, and
// returns their means.
func (r *Ranking) spread() (mean []float64) {
	n := float64(len(r.draws))
	mean, r.variance = make([]float64, len(r.estimate)), make([]float64, len(r.estimate))
	first := r.draws[0]
	for _, draw := range r.draws {
		for i, x := range draw {
			mean[i] += (x - first[i]) / n
		}
	}
	for i := range mean {
		mean[i] += first[i]
	}
	for _, draw := range r.draws {
		for i, x := range draw {
			r.variance[i] += (x - mean[i]) * (x - mean[i]) / (n - 1)
		}
	}
	return mean
}

// greatest is the quantile of the greatest studentised difference.
func (r *Ranking) greatest(mean []float64, level Level) float64 {
	var varying []int
	for i, v := range r.variance {
		if v > 0 {
			varying = append(varying, i)
		}
	}
	n := len(varying)
	if n < 2 {
		return math.Inf(1)
	}
	precision := make([]float64, 0, n*(n-1)/2) // 1 / standard error, pair by pair
	for a, i := range varying {
		for _, j := range varying[:a] {
			precision = append(precision, 1/math.Sqrt(r.variance[i]+r.variance[j]))
		}
	}
	maxima := make([]float64, len(r.draws))
	parallel(len(r.draws), func(b int) {
		noise := make([]float64, n)
		for a, i := range varying {
			noise[a] = r.draws[b][i] - mean[i]
		}
		greatest, pairs := 0.0, precision
		for a, x := range noise {
			row := pairs[:a]
			pairs = pairs[a:]
			for k, y := range noise[:a] {
				if t := math.Abs(x-y) * row[k]; t > greatest {
					greatest = t
				}
			}
		}
		maxima[b] = greatest
	})
	slices.Sort(maxima)
	k := int(math.Ceil(float64(level) * float64(len(maxima)+1)))
	return maxima[min(k, len(maxima))-1]
}

// Separated tells whether bodies i and j can be told apart.
func (r *Ranking) Separated(i, j int) bool {
	if r.variance[i] == 0 || r.variance[j] == 0 {
		return false
	}
	return math.Abs(r.estimate[i]-r.estimate[j]) > r.critical*math.Sqrt(r.variance[i]+r.variance[j])
}

// Set is the range of ranks that body i may have, 1 being the best.
func (r *Ranking) Set(i int) (lo, hi int) {
	lo, hi = 1, len(r.estimate)
	for j := range r.estimate {
		switch {
		case j == i || !r.Separated(i, j):
		case r.estimate[j] > r.estimate[i]:
			lo++
		default:
			hi--
		}
	}
	return lo, hi
}

// topQuartile is, for each body, the share of the draws in which it is in the
// best quarter of the bodies (rounded up); on ties, its part of it.
func topQuartile(draws [][]float64) []float64 {
	n := len(draws[0])
	places := (n + 3) / 4
	top := make([]float64, n)
	sorted := make([]float64, n)
	for _, draw := range draws {
		copy(sorted, draw)
		slices.Sort(sorted)
		least := sorted[n-places]
		above, level := 0, 0
		for _, x := range draw {
			if x > least {
				above++
			} else if x == least {
				level++
			}
		}
		for i, x := range draw {
			if x > least {
				top[i]++
			} else if x == least {
				top[i] += float64(places-above) / float64(level)
			}
		}
	}
	for i := range top {
		top[i] /= float64(len(draws))
	}
	return top
}

// Tiers groups bodies that cannot be told apart. In the given order, best first,
// a tier ends where a body is separated from the tier's first one, which is
// better; that body is the first of the next tier. The result is the tier of each
// body, from 1, by body.
func (r *Ranking) Tiers(order []int) []int {
	tiers := make([]int, len(r.estimate))
	tier, leader := 0, -1
	for _, i := range order {
		if leader < 0 || r.estimate[i] < r.estimate[leader] && r.Separated(leader, i) {
			tier, leader = tier+1, i
		}
		tiers[i] = tier
	}
	return tiers
}
