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
	steps   []step
	p       float64
	design  float64
	before  []moments // of S at each step, when only the first event there is counted
	after   []moments // when all events tied there are
	waiting tally     // censored behind the last step
}

// crossingAt takes design observations for one independent one.
func (c *ProductLimit) crossingAt(p, design float64) crossing {
	x := crossing{
		steps:  c.steps,
		p:      p,
		design: design,
		before: make([]moments, len(c.steps)),
		after:  make([]moments, len(c.steps)),
	}
	m := moments{mean: 1}
	last := -1.0
	for i, s := range c.steps {
		first := clamp(design, 1, float64(s.events)) // the first independent one
		x.before[i] = m.times(float64(s.atRisk)-first+1, first)
		m, last = m.after(s), s.time
		x.after[i] = m
	}
	x.waiting = c.censored.behind(last)
	return x
}

// exceeds is the confidence that the share has exceeded p with a certain event.
func (x crossing) exceeds(m moments) float64 {
	e := m.lower().thinned(x.design)
	return 1 - beta{e.K, e.N - e.K + 1}.cdf(x.p)
}

func (x crossing) limits(tail float64) Interval {
	n := len(x.steps)
	limits := Interval{Hi: math.Inf(1)}
	if lo := sort.Search(n, func(i int) bool { return x.exceeds(x.after[i]) > tail }); lo < n {
		limits.Lo = x.inverse(lo, tail)
	} else {
		limits.Lo = x.beyond(tail)
	}
	if hi := sort.Search(n, func(i int) bool { return x.exceeds(x.after[i]) >= 1-tail }); hi < n {
		limits.Hi = x.inverse(hi, 1-tail)
	} else if n > 0 && (1-x.final())/2 <= tail {
		limits.Hi = x.steps[n-1].time
	}
	return limits
}

// final is the confidence that the quantile is not behind the last event.
func (x crossing) final() float64 {
	if len(x.after) == 0 {
		return 0
	}
	return x.exceeds(x.after[len(x.after)-1])
}

// beyond is the lower limit when it is not before the last event: those who are
// waiting still push it on, for as long as enough of them are left.
func (x crossing) beyond(tail float64) float64 {
	m, last := moments{mean: 1}, 0.0
	if n := len(x.steps); n > 0 {
		m, last = x.after[n-1], x.steps[n-1].time
	}
	few := sort.Search(x.waiting.n(), func(i int) bool {
		e := m.upper(x.waiting.n() - i).thinned(x.design)
		return 1-beta{e.K + 1, e.N - e.K}.cdf(x.p) > tail
	})
	if few == 0 {
		return last
	}
	return x.waiting.at(few - 1)
}

// inverse is the time at which the confidence is g, after step i−1 and not after
// step i.
func (x crossing) inverse(i int, g float64) float64 {
	to := x.exceeds(x.before[i])
	switch {
	case g >= to:
		return x.steps[i].time
	case i == 0:
		return x.steps[0].time * math.Log(to) / math.Log(g)
	}
	from := min(x.exceeds(x.after[i-1]), g)
	weight := 1 / (1 + x.odds(i-1)*(to-g)/(g-from))
	return between(x.steps[i-1].time, x.steps[i].time, weight)
}

// confidence is the inverse of inverse.
func (x crossing) confidence(t float64) float64 {
	i := sort.Search(len(x.steps), func(i int) bool { return x.steps[i].time > t })
	switch {
	case i == len(x.steps):
		return x.final()
	case t <= 0:
		return 0
	case i == 0:
		return math.Pow(x.exceeds(x.before[0]), x.steps[0].time/t)
	}
	from, to := x.exceeds(x.after[i-1]), x.exceeds(x.before[i])
	weight := (t - x.steps[i-1].time) / (x.steps[i].time - x.steps[i-1].time)
	if !(weight > 0) {
		return from
	}
	q := (1/weight - 1) / x.odds(i-1)
	return (to + q*from) / (1 + q)
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
			final += x.final() / float64(len(crossings))
		}
	}
	solve := func(lo, hi, g float64) float64 {
		for range 40 {
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
