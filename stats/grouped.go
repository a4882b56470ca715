package stats

import (
	"fmt"
	"math"
)

// Cell counts the observations of a bucket of time: those that ended after Lo and
// not after Hi. A cell with Lo = Hi is a moment.
type Cell struct {
	Lo, Hi   float64
	Events   int
	Censored int // not known to have had the event when last seen, within the bucket
}

// LifeTable is the product-limit estimate from counts by bucket (the actuarial
// estimate: Cutler and Ederer, Journal of Chronic Diseases 8, 1958). Make one with
// [Grouped].
//
// At the edges of its buckets it knows all but one thing: whether those who were
// last seen within a bucket left before its events or after them. Half of them are
// taken to have left before; the estimates with all before and all after enclose the
// one from exact times, and are told as a band.
type LifeTable struct {
	*ProductLimit // events at the upper edges of their buckets
	early, late   *ProductLimit
	cells         []Cell
}

// Grouped fits a life table. Cells must be in order and must not overlap.
func Grouped(cells []Cell) (*LifeTable, error) {
	t := &LifeTable{new(ProductLimit), new(ProductLimit), new(ProductLimit), cells}
	curves := []*ProductLimit{t.ProductLimit, t.early, t.late}
	t.events.grow(len(cells))
	for _, curve := range curves {
		curve.censored.grow(2 * len(cells))
	}
	previous := 0.0
	for i, c := range cells {
		if !(c.Lo >= 0 && c.Lo <= c.Hi) || math.IsInf(c.Hi, 1) || c.Events < 0 || c.Censored < 0 || c.Lo < previous {
			return nil, fmt.Errorf("stats: grouped: cell %d: %+v is no bucket behind the one before it", i, c)
		}
		previous = c.Hi
		before := (c.Censored + 1) / 2
		if c.Lo == c.Hi {
			before = 0 // an event at the moment of a censoring counts as the earlier
		}
		t.events.add(c.Hi, c.Events)
		t.leave(c, before)
		t.early.leave(c, c.Censored)
		t.late.leave(c, 0)
	}
	if t.N() == 0 {
		return nil, ErrNoData
	}
	for _, curve := range curves {
		curve.events = t.events
		curve.fit()
	}
	return t, nil
}

// leave counts the censored observations of a cell, of which some leave before its
// events.
func (c *ProductLimit) leave(x Cell, before int) {
	c.censored.add(x.Lo/2+x.Hi/2, before) // they outlasted the lower edge
	c.censored.add(x.Hi, x.Censored-before)
}

// At is the estimated share of events by h, and the band within which the estimate
// from exact times lies. Where h is not the edge of a bucket, the share is
// interpolated, and the band reaches over the bucket.
func (t *LifeTable) At(h float64) (share float64, band Interval) {
	lo, hi := h, h
	for _, c := range t.cells {
		if c.Lo < h && h < c.Hi {
			lo, hi = c.Lo, c.Hi
		}
	}
	from, _ := t.ProductLimit.At(lo)
	to, _ := t.ProductLimit.At(hi)
	share = to
	if hi > lo {
		share = between(from, to, (h-lo)/(hi-lo))
	}
	least, _ := t.late.At(lo)
	most, _ := t.early.At(hi)
	return share, Interval{min(least, share), max(most, share)}
}

// Quantile is the time by which a share p of the events has happened, interpolated
// within its bucket, and the band within which it lies by exact times. It is +Inf
// when p is not reached.
func (t *LifeTable) Quantile(p float64) (at float64, band Interval, err error) {
	if err := checkShare(p); err != nil {
		return 0, Interval{}, err
	}
	bucket, next, from, to := t.reaches(t.ProductLimit, p)
	first, _, _, _ := t.reaches(t.early, p)
	_, last, _, _ := t.reaches(t.late, p)
	switch {
	case next != bucket: // it stays at p for a while
		at = bucket.Hi/2 + next.Hi/2
	case bucket.Lo < bucket.Hi:
		at = between(bucket.Lo, bucket.Hi, (p-from)/(to-from))
	default:
		at = bucket.Hi
	}
	return at, Interval{min(first.Lo, at), max(last.Hi, at)}, nil
}

// reaches tells the bucket in which a curve reaches p, the one in which it exceeds p,
// and its shares before and after the first; the last two buckets are at +Inf when it
// does not.
func (t *LifeTable) reaches(c *ProductLimit, p float64) (bucket, next Cell, from, to float64) {
	never := Cell{Lo: math.Inf(1), Hi: math.Inf(1)}
	bucket = never
	for _, s := range c.steps {
		share := 1 - s.survival
		if share > p+sameShare {
			if next = t.bucket(s.time); bucket == never {
				bucket, to = next, share
			}
			return bucket, next, from, to
		}
		if share >= p-sameShare && bucket == never {
			bucket, to = t.bucket(s.time), share
		}
		if bucket == never {
			from = share
		}
	}
	if bucket != never { // the curve ends at p
		return bucket, bucket, from, to
	}
	return never, never, from, to
}

// bucket is the cell with an upper edge.
func (t *LifeTable) bucket(hi float64) Cell {
	for _, c := range t.cells {
		if c.Hi == hi {
			return c
		}
	}
	return Cell{Lo: hi, Hi: hi} // Unreachable: steps are at upper edges.
}

// DescribeGrouped estimates what [Describe] does, from counts: shares, quantiles and
// their limits, by a life table, or by [Turnbull] on the buckets when there are spans.
// Horizons, Level, Limits (without spans) and Seed (with them) of the options count;
// clusters have been counted before the cells were: design tells how many observations
// by a horizon are worth an independent one; nil for one.
func DescribeGrouped(cells []Cell, spans []Span, o Options, clusters int, design func(h float64) float64) (Summary, error) {
	d, err := newDescription(nil, Options{Horizons: o.Horizons, Level: o.Level, Limits: o.Limits})
	if err != nil {
		return Summary{}, err
	}
	if design == nil {
		design = func(float64) float64 { return 1 }
	}
	s := Summary{Clusters: clusters, Method: MethodLifeTable}
	for _, c := range cells {
		if s.N, s.Events = s.N+c.Events+c.Censored, s.Events+c.Events; c.Events+c.Censored > 0 {
			s.Last = max(s.Last, c.Hi)
		}
	}
	for _, x := range spans {
		s.N, s.Events, s.Last = s.N+x.Events, s.Events+x.Events, max(s.Last, x.Hi)
	}
	var t interface {
		rate(h float64, d *description, design float64) Rate
		quantile(p float64, d *description, design func(float64) float64) Quantile
	}
	if len(spans) > 0 {
		s.Method = MethodTurnbull
		t, err = groupedSpans(cells, spans, o.Seed)
	} else {
		t, err = Grouped(cells)
	}
	if err != nil {
		return Summary{}, err
	}
	for _, h := range o.Horizons {
		s.Rates = append(s.Rates, t.rate(h, d, design(h)))
	}
	s.Median, s.Q90 = t.quantile(0.5, d, design), t.quantile(0.9, d, design)
	return s, nil
}

func (t *LifeTable) rate(h float64, d *description, design float64) Rate {
	r := Rate{At: h}
	r.Share, r.Band = t.At(h)
	_, r.SE = t.ProductLimit.At(h)
	r.SE *= math.Sqrt(design)
	r.Evidence = t.Evidence(h).thinned(design)
	if d.Limits == LogLog {
		r.Limits, _ = t.LogLog(h, d.Level) // the level has been checked
	} else {
		r.Limits, _ = r.Evidence.Limits(d.Level)
	}
	r.Limits = r.Limits.cover(r.Band)
	return r
}

func (t *LifeTable) quantile(p float64, d *description, design func(float64) float64) Quantile {
	q := Quantile{P: p}
	q.Time, q.Band, _ = t.Quantile(p) // p is between 0 and 1
	if d.Limits == LogLog {
		q.Limits, _ = t.QuantileLogLog(p, d.Level)
	} else {
		q.Limits = t.crossingAt(p, design(min(q.Time, math.MaxFloat64))).limits(d.Level.tail())
	}
	q.Limits = q.Limits.cover(q.Band)
	return q
}

// ClusterSums are sums over clusters (threads) from which a design effect is read:
// of a cluster, n observations were followed up to a horizon, k of which had the
// event by it. Sums of parts that share no cluster may be added.
type ClusterSums struct {
	Clusters                   int     // that count
	N, K, SquareN, NK, SquareK float64 // Σn, Σk, Σn², Σnk, Σk²
}

// Add is the sum of two parts.
func (s ClusterSums) Add(o ClusterSums) ClusterSums {
	return ClusterSums{s.Clusters + o.Clusters, s.N + o.N, s.K + o.K, s.SquareN + o.SquareN, s.NK + o.NK, s.SquareK + o.SquareK}
}

// DesignEffect tells how many observations in clusters are worth an independent one:
// as [Describe] does, from the variance of the ratio K/N by cluster (Cochran,
// "Sampling Techniques", 3rd ed., 1977, 3.12) in place of the jackknife, for which
// every observation is needed. The two are one when nothing is censored.
func (s ClusterSums) DesignEffect(level Level) (float64, error) {
	if err := level.check(); err != nil {
		return 0, err
	}
	groups := float64(s.Clusters)
	switch {
	case s.N <= groups:
		return 1, nil
	case groups < 2:
		return max(1, s.N), nil
	}
	share := s.K / s.N
	single := s.N * share * (1 - share)
	if single <= tiny {
		return s.N / groups, nil
	}
	joint := s.SquareK - 2*share*s.NK + share*share*s.SquareN
	return designOf(max(joint, 0)/single, groups, s.N, level), nil
}
