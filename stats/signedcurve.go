package stats

import (
	"cmp"
	"slices"
)

// signedCurve is a product-limit estimate of weighted observations, some of whose
// weights may be negative: they take back what others have counted too often.
type signedCurve struct {
	order  []int // the observations by time, events before censorings
	obs    []Observation
	steps  []signedStep
	place  []int // of each observation: the steps up to its time
	weight []float64
}

// signedStep is what happens at one time of events.
type signedStep struct {
	time           float64
	atRisk, events float64
	before, after  float64 // survival
}

func newSignedCurve(obs []Observation) *signedCurve {
	c := &signedCurve{obs: obs, order: make([]int, len(obs)), place: make([]int, len(obs))}
	for i := range obs {
		c.order[i] = i
	}
	slices.SortFunc(c.order, func(i, j int) int {
		return cmp.Or(cmp.Compare(obs[i].Lo, obs[j].Lo), cmp.Compare(obs[i].Hi, obs[j].Hi))
	})
	for _, i := range c.order {
		if o := obs[i]; o.IsExact() && (len(c.steps) == 0 || c.steps[len(c.steps)-1].time != o.Lo) {
			c.steps = append(c.steps, signedStep{time: o.Lo})
		}
		c.place[i] = len(c.steps)
	}
	return c
}

// weigh sets the weights. The curve ends where no weight is left at risk.
func (c *signedCurve) weigh(weight []float64) {
	c.weight = weight
	for k := range c.steps {
		c.steps[k].atRisk, c.steps[k].events = 0, 0
	}
	for i, o := range c.obs {
		if k := c.place[i]; k > 0 {
			c.steps[k-1].atRisk += weight[i]
			if o.IsExact() {
				c.steps[k-1].events += weight[i]
			}
		}
	}
	survival, atRisk := 1.0, 0.0
	for k := len(c.steps) - 1; k >= 0; k-- {
		atRisk += c.steps[k].atRisk
		c.steps[k].atRisk = atRisk
	}
	for k := range c.steps {
		s := &c.steps[k]
		s.before = survival
		if s.atRisk > tiny {
			survival *= 1 - clamp(s.events/s.atRisk, -1, 1)
		}
		s.after = survival
	}
}

// tiny is the weight below which nobody is at risk but for rounding.
const tiny = 1e-9

// size is the sum of the weights: how many cases truly count.
func (c *signedCurve) size() float64 {
	sum := 0.0
	for _, w := range c.weight {
		sum += w
	}
	return max(sum, 1)
}

// share is that of events by h, and whether nobody was followed so long.
func (c *signedCurve) share(h float64) (share float64, open bool) {
	atRisk := 0.0
	for i, o := range c.obs {
		if o.Lo >= h {
			atRisk += c.weight[i]
		}
	}
	survival := 1.0
	if k := c.upTo(h); k > 0 {
		survival = c.steps[k-1].after
	}
	return clamp(1-survival, 0, 1), atRisk <= tiny && survival > 0
}

func (c *signedCurve) upTo(h float64) int {
	k, found := slices.BinarySearchFunc(c.steps, h, func(s signedStep, h float64) int { return cmp.Compare(s.time, h) })
	if found {
		k++
	}
	return k
}

// influence is how much a unit of weight on each observation moves the share by h:
// the derivative of the product limit.
func (c *signedCurve) influence(h float64) []float64 {
	last := c.upTo(h)
	event := make([]float64, last)  // of an event at step k
	atRisk := make([]float64, last) // of being at risk up to and including step k
	rest := 1.0                     // survival from step k to h
	for k := last - 1; k >= 0; k-- {
		if s := c.steps[k]; s.atRisk > tiny {
			event[k] = s.before * rest / s.atRisk
			atRisk[k] = -event[k] * s.events / s.atRisk
			rest *= 1 - clamp(s.events/s.atRisk, -1, 1)
		}
	}
	for k := 1; k < last; k++ {
		atRisk[k] += atRisk[k-1]
	}
	influence := make([]float64, len(c.obs))
	for i, o := range c.obs {
		k := min(c.place[i], last)
		if k == 0 {
			continue
		}
		influence[i] = atRisk[k-1]
		if o.IsExact() && c.place[i] <= last {
			influence[i] += event[k-1]
		}
	}
	return influence
}
