package stats

import (
	"math"
	"slices"
	"sort"
)

// QuantileBetaProduct gives limits for the time by which a share p of the events
// has happened, by inverting the beta product: the lower limit is the time of
// which the quantile is earlier with a confidence of half of 1 − level.
//
// Times of events alone would jump past the level; between two of them the limit
// is interpolated (Nyblom, "Note on interpolated order statistics", Statistics &
// Probability Letters 14, 1992). Before the first event a constant hazard is
// assumed; behind the last one nothing is, and the mid-p rule decides whether it
// may be the limit. An upper limit that the data do not give is +Inf.
func (c *ProductLimit) QuantileBetaProduct(p float64, level Level) (Interval, error) {
	if err := level.check(); err != nil {
		return Interval{}, err
	}
	if err := checkShare(p); err != nil {
		return Interval{}, err
	}
	return c.crossingAt(p, 1).limits(level.tail()), nil
}

// crossing is what a sample says of a quantile: the confidence that it is
// earlier than a time.
type crossing struct {
	steps  []step
	p      float64
	before []float64 // just before each step; not falling
	after  []float64 // at each step: more, when several events are tied there
	beyond func(tail float64) float64
}

// crossingAt takes design observations for one independent one.
func (c *ProductLimit) crossingAt(p, design float64) crossing {
	// It is the confidence that the share has exceeded p with a certain event.
	exceeds := func(m moments) float64 {
		e := m.lower().thinned(design)
		return 1 - beta{e.K, e.N - e.K + 1}.cdf(p)
	}
	before, after := make([]float64, len(c.steps)), make([]float64, len(c.steps))
	m := moments{mean: 1}
	var last, least float64 // it cannot fall, but for the approximation by moments
	for i, s := range c.steps {
		first := min(float64(s.events), max(design, 1)) // the first independent one
		before[i] = max(least, exceeds(m.times(float64(s.atRisk)-first+1, first)))
		m, last = m.after(s), s.time
		after[i] = before[i]
		if float64(s.events) > first {
			after[i] = max(before[i], exceeds(m))
		}
		least = after[i]
	}
	// Behind the last event those who are still waiting push the lower limit on,
	// for as long as enough of them are left.
	waiting := c.censored[sort.Search(len(c.censored), func(i int) bool { return c.censored[i] > last }):]
	beyond := func(tail float64) float64 {
		few := sort.Search(len(waiting), func(i int) bool {
			e := m.upper(len(waiting) - i).thinned(design)
			return 1-beta{e.K + 1, e.N - e.K}.cdf(p) > tail
		})
		if few == 0 {
			return last
		}
		return waiting[few-1]
	}
	return crossing{c.steps, p, before, after, beyond}
}

func (x crossing) limits(tail float64) Interval {
	n := len(x.steps)
	limits := Interval{Hi: math.Inf(1)}
	if lo := sort.Search(n, func(i int) bool { return x.after[i] > tail }); lo < n {
		limits.Lo = x.inverse(lo, tail)
	} else {
		limits.Lo = x.beyond(tail)
	}
	if hi := sort.Search(n, func(i int) bool { return x.after[i] >= 1-tail }); hi < n {
		limits.Hi = x.inverse(hi, 1-tail)
	} else if n > 0 && (1-x.after[n-1])/2 <= tail {
		limits.Hi = x.steps[n-1].time
	}
	return limits
}

// inverse is the time at which the confidence is g, after step i−1 and not after
// step i.
func (x crossing) inverse(i int, g float64) float64 {
	to := x.before[i]
	switch {
	case g >= to:
		return x.steps[i].time
	case i == 0:
		return x.steps[0].time * math.Log(to) / math.Log(g)
	}
	weight := 1 / (1 + x.odds(i-1)*(to-g)/(g-x.after[i-1]))
	return between(x.steps[i-1].time, x.steps[i].time, weight)
}

// confidence is the inverse of inverse.
func (x crossing) confidence(t float64) float64 {
	i := sort.Search(len(x.steps), func(i int) bool { return x.steps[i].time > t })
	switch {
	case i == len(x.steps) && i > 0:
		return x.after[i-1]
	case i == len(x.steps) || t <= 0:
		return 0
	case i == 0:
		return math.Pow(x.before[0], x.steps[0].time/t)
	}
	weight := (t - x.steps[i-1].time) / (x.steps[i].time - x.steps[i-1].time)
	if !(weight > 0) {
		return x.after[i-1]
	}
	q := (1/weight - 1) / x.odds(i-1)
	return (x.before[i] + q*x.after[i-1]) / (1 + q)
}

// odds are those of the share at step i relative to those of p, in Nyblom's
// weight.
func (x crossing) odds(i int) float64 {
	s := x.steps[i].survival
	return (1 - s) / s * (1 - x.p) / x.p
}

// pooledLimits are those of the mean confidence of several completions of the
// same data.
func pooledLimits(crossings []crossing, tail float64) Interval {
	var los, his []float64
	last, final := 0.0, 0.0
	for _, x := range crossings {
		limits := x.limits(tail)
		los, his = append(los, limits.Lo), append(his, limits.Hi)
		if n := len(x.steps); n > 0 {
			last = max(last, x.steps[n-1].time)
			final += x.after[n-1] / float64(len(crossings))
		}
	}
	solve := func(lo, hi, g float64) float64 {
		for range 60 {
			mid := lo/2 + hi/2
			var sum float64
			for _, x := range crossings {
				sum += x.confidence(mid)
			}
			if sum/float64(len(crossings)) < g {
				lo = mid
			} else {
				hi = mid
			}
		}
		return lo/2 + hi/2
	}
	pooled := Interval{Lo: slices.Min(los), Hi: math.Inf(1)}
	if final > tail {
		pooled.Lo = solve(pooled.Lo, slices.Max(los), tail)
	}
	switch {
	case 1-final <= tail:
		pooled.Hi = solve(slices.Min(his), last, 1-tail)
	case (1-final)/2 <= tail:
		pooled.Hi = last
	}
	return pooled
}

// between is a point between two; rounding does not carry it past either.
func between(from, to, weight float64) float64 {
	return clamp(from*(1-weight)+to*weight, min(from, to), max(from, to))
}
