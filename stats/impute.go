package stats

import (
	"math"
	"math/rand/v2"
	"sort"
)

// completions is how often interval data are completed for one set of limits.
const completions = 20

// completion is a data set without intervals, as it may have been.
type completion struct {
	obs   []Observation
	curve *ProductLimit
}

// complete draws an exact time for each interval, several times over, so that
// what is known of exact times can be said of intervals: multiple imputation
// (Rubin, 1987; for interval-censored times: Pan, "A multiple imputation approach
// to Cox regression with interval-censored data", Biometrics 56, 2000). Each time
// the distribution to draw from is estimated anew, from a bootstrap draw of the
// clusters, as its own uncertainty is part of the matter.
func complete(obs []Observation, number []int, clusters int, estimate *NPMLE, seed uint64) []completion {
	found := make([]completion, completions)
	parallel(completions, func(m int) {
		random := rand.New(rand.NewPCG(seed, uint64(m)))
		sample := resample(number, clusters, random)
		drawn := make([]Observation, len(sample))
		for i, k := range sample {
			drawn[i] = obs[k]
		}
		redrawn := maximise(drawn, rough)
		c := completion{obs: make([]Observation, len(obs))}
		for i, o := range obs {
			c.obs[i] = o
			if o.IsExact() || o.IsCensored() {
				continue
			}
			t, ok := redrawn.within(o, random)
			if !ok { // the draw has nothing there
				t, ok = estimate.within(o, random)
			}
			if !ok { // nor has the estimate, but for rounding
				t = between(o.Lo, o.Hi, random.Float64())
			}
			c.obs[i] = Exact(t)
		}
		c.curve = productLimit(c.obs)
		found[m] = c
	})
	return found
}

// within draws a time from the part of the distribution that lies in the
// interval o, or tells that there is none.
func (c *NPMLE) within(o Observation, random *rand.Rand) (t float64, ok bool) {
	first, last := contains(c.cells, o)
	if last < first {
		return 0, false
	}
	from, to := c.f[first], c.f[last+1]
	if !(to > from) {
		return 0, false
	}
	u := from + random.Float64()*(to-from)
	k := first + sort.Search(last-first, func(k int) bool { return c.f[first+k+1] > u })
	return between(c.cells[k].lo, c.cells[k].hi, random.Float64()), true
}

// poolEvidence puts together what the completions say of a share: the mean and
// the variance of the posteriors, within and across (Rubin's rules, on betas).
func poolEvidence(parts []Evidence) Evidence {
	n := float64(len(parts))
	var mean, within, across float64
	none, all, open := true, true, true
	for _, e := range parts {
		mean += e.posterior().mean() / n
		within += e.posterior().variance() / n
		none = none && e.K <= 0
		all = all && e.K >= e.N
		open = open && e.Open
	}
	for _, e := range parts {
		d := e.posterior().mean() - mean
		across += d * d / n
	}
	d := betaOf(mean, within+across*(1+1/n))
	pooled := Evidence{K: max(d.a-0.5, 0), N: max(d.a-0.5, 0) + max(d.b-0.5, 0), Open: open}
	if none {
		pooled.K = 0
	}
	if all {
		pooled.K = pooled.N
	}
	return pooled
}

// poolErrors is the standard error from the values and standard errors of the
// completions, by the same rules.
func poolErrors(values, ses []float64) float64 {
	n := float64(len(values))
	var mean, within, across float64
	for i, v := range values {
		mean += v / n
		within += ses[i] * ses[i] / n
	}
	for _, v := range values {
		across += (v - mean) * (v - mean) / max(n-1, 1)
	}
	return math.Sqrt(within + across*(1+1/n))
}
