package stats

import (
	"fmt"
	"math"
	"sort"
)

// NPMLE is the nonparametric maximum likelihood estimate of the distribution of
// a time to an event, from exact, censored and interval-censored times (Turnbull,
// "The empirical distribution function with arbitrarily grouped, censored and
// truncated data", JRSS B 38, 1976). Make one with [Turnbull].
type NPMLE struct {
	n             int
	cells         []cell
	f             []float64 // f[k]: mass of the first k cells
	logLikelihood float64
	gap           float64
}

// sameMass is the difference in mass that the search for the maximum leaves open.
const sameMass = 1e-6

// Mass is probability that the estimate puts somewhere in (Lo, Hi], or at Lo
// when Lo = Hi. Where in it is not identified.
type Mass struct {
	Interval
	P float64
}

// Turnbull fits the estimate. It is that of [KaplanMeier] when there are no
// intervals. For a fixed number of steps it takes O(n log n) time.
func Turnbull(obs []Observation) (*NPMLE, error) {
	if err := check(obs); err != nil {
		return nil, err
	}
	if len(obs) > math.MaxInt32 {
		return nil, fmt.Errorf("stats: Turnbull: %d observations are too many", len(obs))
	}
	return maximise(obs, precise), nil
}

// maximise fits valid observations until the log-likelihood is within enough of
// its maximum, per observation.
func maximise(obs []Observation, enough float64) *NPMLE {
	cells, sights := intersections(obs)
	return climb(len(obs), cells, sights, enough)
}

// climb fits n observations that were sorted into cells.
func climb(n int, cells []cell, sights []sight, enough float64) *NPMLE {
	m := newMaximiser(len(cells), sights)
	gap := m.run(enough)
	total := m.f[len(cells)] // 1, but for rounding
	for k, f := range m.f {
		m.f[k] = min(f/total, 1)
	}
	return &NPMLE{n, cells, m.f, m.logLikelihood(m.f), max(gap, 0)}
}

// N is the number of observations.
func (c *NPMLE) N() int { return c.n }

// LogLikelihood is that of the estimate, as a function of the masses.
func (c *NPMLE) LogLikelihood() float64 { return c.logLikelihood }

// Gap bounds how far LogLikelihood may be below its maximum.
func (c *NPMLE) Gap() float64 { return c.gap }

// Masses lists where the estimate puts probability, in order of time. The last
// one has Hi = +Inf when some of it lies beyond all observations.
func (c *NPMLE) Masses() []Mass {
	var masses []Mass
	for k, x := range c.cells {
		if p := c.f[k+1] - c.f[k]; p > 0 {
			masses = append(masses, Mass{x.interval(), p})
		}
	}
	return masses
}

// interval undoes [Observation.closed].
func (x cell) interval() Interval {
	if x.lo == x.hi {
		return Interval{x.lo, x.hi}
	}
	return Interval{math.Nextafter(x.lo, 0), x.hi}
}

// At is the estimated share of events by h. Where h lies inside an interval that
// holds mass, the data do not tell how much of it comes before h: the share may
// be anything in the band, which is [share, share] elsewhere. The value given is
// as if the mass were spread evenly over its interval; mass that extends to
// infinity counts as later.
//
// The band leaves out a rarer sort of ambiguity: some data allow several sets of
// masses with the same likelihood.
func (c *NPMLE) At(h float64) (share float64, band Interval) {
	k := sort.Search(len(c.cells), func(k int) bool { return c.cells[k].hi > h })
	band = Interval{c.f[k], c.f[k]}
	if k == len(c.cells) || h < c.cells[k].lo {
		return band.Lo, band
	}
	band.Hi = c.f[k+1]
	return band.Lo + c.cells[k].before(h)*(band.Hi-band.Lo), band
}

// before is the part of the cell up to h, when it is spread evenly.
func (x cell) before(h float64) float64 {
	if h >= x.hi {
		return 1
	}
	if h <= x.lo || math.IsInf(x.hi, 1) {
		return 0
	}
	return (h - x.lo) / (x.hi - x.lo)
}

// Quantile is the time by which a share p of the events has happened, and the
// band of times that it may be. It is +Inf when p is not reached.
func (c *NPMLE) Quantile(p float64) (t float64, band Interval, err error) {
	if err := checkShare(p); err != nil {
		return 0, Interval{}, err
	}
	k := sort.Search(len(c.cells), func(k int) bool { return c.f[k+1] >= p-sameMass })
	if k == len(c.cells) { // f ends at 1, but for rounding
		k--
	}
	x := c.cells[k].interval()
	if math.IsInf(x.Hi, 1) {
		return x.Hi, x, nil
	}
	if c.f[k+1] <= p+sameMass {
		return c.plateau(k)
	}
	part := clamp((p-c.f[k])/(c.f[k+1]-c.f[k]), 0, 1)
	return between(x.Lo, x.Hi, part), x, nil
}

// plateau is the quantile when the share stays at p from cell k to the next one
// with mass: the middle between them, as for [ProductLimit.Quantile].
func (c *NPMLE) plateau(k int) (t float64, band Interval, err error) {
	x := c.cells[k].interval()
	for j := k + 1; j < len(c.cells) && !math.IsInf(c.cells[j].hi, 1); j++ {
		if c.f[j+1]-c.f[j] > sameMass {
			next := c.cells[j].interval().Lo
			return x.Hi/2 + next/2, Interval{x.Hi, next}, nil
		}
	}
	return x.Hi, Interval{x.Hi, x.Hi}, nil
}

// RestrictedMean is the mean of the time to the event, each cut off at h, and
// the band that it may lie in.
func (c *NPMLE) RestrictedMean(h float64) (mean float64, band Interval, err error) {
	if err := checkUntil(h); err != nil {
		return 0, Interval{}, err
	}
	for k, x := range c.cells {
		p := c.f[k+1] - c.f[k]
		lo, hi := min(x.lo, h), min(x.hi, h)
		band.Lo += p * lo
		band.Hi += p * hi
		// Spread evenly, a part of the mass lies before h, on average at its middle.
		part := x.before(h)
		mean += p * (part*(lo/2+hi/2) + (1-part)*h)
	}
	return mean, band, nil
}
