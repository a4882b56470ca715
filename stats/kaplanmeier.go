package stats

import (
	"fmt"
	"math"
	"sort"
)

// ProductLimit is the product-limit estimate of the distribution of a time to an
// event, from exact and right-censored times (Kaplan and Meier, "Nonparametric
// estimation from incomplete observations", JASA 53, 1958). Make one with
// [KaplanMeier].
type ProductLimit struct {
	steps    []step // one per distinct time of an event, ascending
	events   tally
	censored tally
}

// step is what the estimate does at one time of events.
type step struct {
	time      float64
	atRisk    int     // observations that had not ended before time
	events    int     // at time
	survival  float64 // just after time
	greenwood float64 // the sum of d/(n(n−d)) up to and including time; +Inf once survival is 0
}

// KaplanMeier fits the product-limit estimate. Intervals are refused: they are
// for [Turnbull]. It takes O(n log n) time.
func KaplanMeier(obs []Observation) (*ProductLimit, error) {
	if err := check(obs); err != nil {
		return nil, err
	}
	for i, o := range obs {
		if !o.IsExact() && !o.IsCensored() {
			return nil, fmt.Errorf("stats: Kaplan-Meier: observation %d is an interval, (%v, %v]", i, o.Lo, o.Hi)
		}
	}
	return productLimit(obs), nil
}

// productLimit fits valid observations, none of which is an interval.
func productLimit(obs []Observation) *ProductLimit {
	var events, censored []float64
	for _, o := range obs {
		if o.IsExact() {
			events = append(events, o.Lo)
		} else {
			censored = append(censored, o.Lo)
		}
	}
	c := &ProductLimit{events: tallyOf(events), censored: tallyOf(censored)}
	c.fit()
	return c
}

// fit walks the times of events once.
func (c *ProductLimit) fit() {
	c.steps = make([]step, 0, len(c.events.times))
	survival, greenwood := 1.0, 0.0
	before, lost := 0, 0 // events, and censored times, before the time in hand
	for i, t := range c.events.times {
		for lost < len(c.censored.times) && c.censored.times[lost] < t {
			lost++
		}
		d := c.events.upTo[i] - before
		n := c.N() - before - c.censored.first(lost)
		survival *= float64(n-d) / float64(n)
		greenwood += float64(d) / (float64(n) * float64(n-d))
		c.steps = append(c.steps, step{t, n, d, survival, greenwood})
		before += d
	}
}

// N is the number of observations.
func (c *ProductLimit) N() int { return c.events.n() + c.censored.n() }

// Events is the number of observations that are not censored.
func (c *ProductLimit) Events() int { return c.events.n() }

// Last is the greatest time of any observation. Beyond it the estimate only
// repeats its last value, unless that is 1.
func (c *ProductLimit) Last() float64 { return max(c.events.last(), c.censored.last()) }

// AtRisk is the number of observations that last longer than h.
func (c *ProductLimit) AtRisk(h float64) int { return c.events.after(h) + c.censored.after(h) }

// upTo is the number of steps at or before h.
func (c *ProductLimit) upTo(h float64) int {
	return sort.Search(len(c.steps), func(i int) bool { return c.steps[i].time > h })
}

// At is the estimated share of events by h, and its standard error by
// Greenwood's formula ("The natural duration of cancer", 1926). The error is 0,
// without meaning, where the share is 0 or 1; limits do not depend on it there.
func (c *ProductLimit) At(h float64) (share, se float64) {
	j := c.upTo(h)
	if j == 0 {
		return 0, 0
	}
	s := c.steps[j-1]
	if s.survival == 0 {
		return 1, 0
	}
	return 1 - s.survival, s.survival * math.Sqrt(s.greenwood)
}

// LogLog gives limits for the share of events by h that are symmetric on the
// scale of log(−log S), as R's survfit does with conf.type = "log-log"
// (Kalbfleisch and Prentice, 1980). Where the estimated share is 0 or 1 they do
// not exist, and those of [ProductLimit.BetaProduct] take their place.
//
// They are to be had for comparison with published work; for fewer than about
// 50 observations BetaProduct holds its level better.
func (c *ProductLimit) LogLog(h float64, level Level) (Interval, error) {
	if err := level.check(); err != nil {
		return Interval{}, err
	}
	if j := c.upTo(h); j > 0 && c.steps[j-1].survival > 0 {
		survival := c.steps[j-1].logLog(level)
		return Interval{1 - survival.Hi, 1 - survival.Lo}, nil
	}
	return c.BetaProduct(h, level)
}

// logLog are the limits of the survival after s, which must be below 1 and
// above 0.
func (s step) logLog(level Level) Interval {
	logS := math.Log(s.survival)
	z := normalQuantile(1 - level.tail())
	width := z * math.Sqrt(s.greenwood) / -logS
	return Interval{math.Exp(logS * math.Exp(width)), math.Exp(logS * math.Exp(-width))}
}
