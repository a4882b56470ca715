package stats

import (
	"fmt"
	"math"
)

// Describe estimates everything that is published of a group: with [KaplanMeier]
// when all times are exact or censored, else with [Turnbull].
func Describe(obs []Observation, o Options) (Summary, error) {
	if err := check(obs); err != nil {
		return Summary{}, err
	}
	d, err := newDescription(obs, o)
	if err != nil {
		return Summary{}, err
	}
	s := Summary{N: len(obs), Clusters: d.clusters, Method: MethodTurnbull}
	intervals := false
	for _, x := range obs {
		if !x.IsCensored() {
			s.Events++
			intervals = intervals || !x.IsExact()
			s.Last = max(s.Last, x.Hi)
		}
		s.Last = max(s.Last, x.Lo)
	}
	if intervals {
		estimate := maximise(obs, precise)
		d.source = intervalData{estimate}
		d.complete = complete(obs, d.number, d.clusters, estimate, o.Seed)
	} else {
		s.Method = MethodKaplanMeier
		c := productLimit(obs)
		d.source = exactData{c}
		d.complete = []completion{{obs, c}}
	}
	for _, h := range o.Horizons {
		s.Rates = append(s.Rates, d.rate(h))
	}
	s.Median, s.Q90 = d.quantile(0.5), d.quantile(0.9)
	if o.Until != 0 {
		s.Mean = d.mean(o.Until)
	}
	return s, nil
}

// description is the work on one summary.
type description struct {
	Options
	obs      []Observation
	number   []int // cluster of each observation
	clusters int
	source   source
	complete []completion
}

// source gives the estimates themselves; limits come from the completions.
type source interface {
	At(h float64) (share float64, band Interval)
	Quantile(p float64) (t float64, band Interval, err error)
	RestrictedMean(h float64) (mean float64, band Interval, err error)
}

type intervalData struct{ *NPMLE }

// exactData lets a product-limit estimate be a source: its bands are points.
type exactData struct{ *ProductLimit }

func (d exactData) At(h float64) (float64, Interval) {
	share, _ := d.ProductLimit.At(h)
	return share, Interval{share, share}
}

func (d exactData) Quantile(p float64) (float64, Interval, error) {
	t, err := d.ProductLimit.Quantile(p)
	return t, Interval{t, t}, err
}

func (d exactData) RestrictedMean(h float64) (float64, Interval, error) {
	mean, _, err := d.ProductLimit.RestrictedMean(h)
	return mean, Interval{mean, mean}, err
}

func newDescription(obs []Observation, o Options) (*description, error) {
	if o.Level == 0 {
		o.Level = DefaultLevel
	}
	if err := o.Level.check(); err != nil {
		return nil, err
	}
	switch o.Limits {
	case "":
		o.Limits = BetaProduct
	case BetaProduct, LogLog:
	default:
		return nil, fmt.Errorf("stats: limits of unknown kind %q", o.Limits)
	}
	for _, h := range o.Horizons {
		if !(h >= 0) || math.IsInf(h, 1) {
			return nil, fmt.Errorf("stats: horizon %v is not a time", h)
		}
	}
	if o.Until != 0 {
		if err := checkUntil(o.Until); err != nil {
			return nil, err
		}
	}
	d := &description{Options: o, obs: obs}
	switch {
	case o.Cluster == nil:
		d.clusters = len(obs)
		d.number = make([]int, len(obs))
		for i := range d.number {
			d.number[i] = i
		}
	case len(o.Cluster) != len(obs):
		return nil, fmt.Errorf("stats: %d clusters named for %d observations", len(o.Cluster), len(obs))
	default:
		d.number, d.clusters = renumber(o.Cluster)
	}
	return d, nil
}

// design is the mean design effect over the completions.
func (d *description) design(h float64) float64 {
	var sum float64
	for _, c := range d.complete {
		sum += c.curve.designEffect(c.obs, d.number, d.clusters, h, d.Level)
	}
	return sum / float64(len(d.complete))
}

func (d *description) rate(h float64) Rate {
	r := Rate{At: h}
	r.Share, r.Band = d.source.At(h)
	design := d.design(h)
	var parts []Evidence
	var shares, ses []float64
	for _, c := range d.complete {
		parts = append(parts, c.curve.Evidence(h).thinned(design))
		share, se := c.curve.At(h)
		shares, ses = append(shares, share), append(ses, se*math.Sqrt(design))
	}
	if c, ok := d.source.(exactData); ok {
		r.SE, r.Evidence = ses[0], parts[0]
		if d.Limits == LogLog {
			r.Limits, _ = c.LogLog(h, d.Level) // the level has been checked
			return r
		}
	} else {
		r.SE, r.Evidence = poolErrors(shares, ses), poolEvidence(parts)
	}
	r.Limits, _ = r.Evidence.Limits(d.Level)
	r.Limits = r.Limits.cover(r.Band)
	return r
}

func (d *description) quantile(p float64) Quantile {
	q := Quantile{P: p}
	q.Time, q.Band, _ = d.source.Quantile(p) // p is between 0 and 1
	if c, ok := d.source.(exactData); ok && d.Limits == LogLog {
		q.Limits, _ = c.QuantileLogLog(p, d.Level)
		return q
	}
	design := d.design(min(q.Time, math.MaxFloat64))
	var crossings []crossing
	for _, c := range d.complete {
		crossings = append(crossings, c.curve.crossingAt(p, design))
	}
	if len(crossings) == 1 {
		q.Limits = crossings[0].limits(d.Level.tail())
	} else {
		q.Limits = pooledLimits(crossings, d.Level.tail())
	}
	q.Limits = q.Limits.cover(q.Band)
	return q
}

func (d *description) mean(until float64) Mean {
	m := Mean{Until: until}
	m.Time, m.Band, _ = d.source.RestrictedMean(until) // until has been checked
	design := d.design(until)
	var means, ses []float64
	for _, c := range d.complete {
		mean, se, _ := c.curve.RestrictedMean(until)
		means, ses = append(means, mean), append(ses, se*math.Sqrt(design))
	}
	m.SE = poolErrors(means, ses)
	return m
}

// cover is the interval widened to contain another one.
func (i Interval) cover(j Interval) Interval { return Interval{min(i.Lo, j.Lo), max(i.Hi, j.Hi)} }
