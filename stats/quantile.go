package stats

import (
	"fmt"
	"math"
)

// sameShare is how near a survival must come to 1 − p to count as equal, as in R.
const sameShare = 1.4901161193847656e-08 // the square root of the double's epsilon

// Quantile is the time by which a share p of the events has happened: the first
// time at which the estimate reaches p. Where the estimate stays exactly at p
// for a while it is the middle of that while, as in R's survfit. It is +Inf when
// p is not reached.
func (c *ProductLimit) Quantile(p float64) (float64, error) {
	if err := checkShare(p); err != nil {
		return 0, err
	}
	return c.crossing(p, func(s step) (float64, bool) { return s.survival, true }), nil
}

// QuantileLogLog gives limits for a quantile by inverting the limits of
// [ProductLimit.LogLog] (Brookmeyer and Crowley, Biometrics 38, 1982), as R's
// survfit does. An upper limit that is not reached is +Inf.
func (c *ProductLimit) QuantileLogLog(p float64, level Level) (Interval, error) {
	if err := level.check(); err != nil {
		return Interval{}, err
	}
	if err := checkShare(p); err != nil {
		return Interval{}, err
	}
	limit := func(side func(Interval) float64) func(step) (float64, bool) {
		return func(s step) (float64, bool) {
			if s.survival == 0 {
				return 0, false
			}
			return side(s.logLog(level)), true
		}
	}
	return Interval{
		Lo: c.crossing(p, limit(func(i Interval) float64 { return i.Lo })),
		Hi: c.crossing(p, limit(func(i Interval) float64 { return i.Hi })),
	}, nil
}

// crossing is the time at which a curve, given by its value after each step,
// falls to 1 − p; steps at which the curve has no value are passed over.
func (c *ProductLimit) crossing(p float64, value func(step) (float64, bool)) float64 {
	for i, s := range c.steps {
		v, ok := value(s)
		if !ok || v >= 1-p+sameShare {
			continue
		}
		if math.Abs(v-(1-p)) < sameShare {
			for _, next := range c.steps[i+1:] {
				if w, ok := value(next); ok && w < v {
					return s.time/2 + next.time/2
				}
			}
		}
		return s.time
	}
	return math.Inf(1)
}

func checkShare(p float64) error {
	if !(p > 0 && p < 1) {
		return fmt.Errorf("stats: share %v is not between 0 and 1", p)
	}
	return nil
}

// RestrictedMean is the mean of the time to the event, each cut off at h: the
// area under the survival up to h. The standard error is that of R's survmean
// (Greenwood's, weighted by the area still to come). Beyond the last observation
// the survival is carried forward.
func (c *ProductLimit) RestrictedMean(h float64) (mean, se float64, err error) {
	if err := checkUntil(h); err != nil {
		return 0, 0, err
	}
	steps := c.steps[:c.upTo(h)]
	var variance float64
	area, end := 0.0, h // under the survival from the step in hand up to h
	for i := len(steps) - 1; i >= 0; i-- {
		s := steps[i]
		area += (end - s.time) * s.survival
		end = s.time
		if n, d := float64(s.atRisk), float64(s.events); n > d {
			variance += area * area * (d / (n * (n - d)))
		}
	}
	return area + end, math.Sqrt(variance), nil
}

func checkUntil(h float64) error {
	if !(h > 0) || math.IsInf(h, 1) {
		return fmt.Errorf("stats: restricted mean up to %v: not a positive time", h)
	}
	return nil
}
