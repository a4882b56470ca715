package stats

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mathext"
)

// Prior is how the shares of a peer group are spread: as a beta distribution
// with the given mean and α + β = Size, estimated from the group itself
// (empirical Bayes; Efron and Morris, JASA 70, 1975). Make one with [FitPrior].
type Prior struct {
	Mean float64
	Size float64 // in observations; +Inf when the group varies no more than by chance

	grid []hyper
}

// hyper is a prior that the group allows, and how likely it is.
type hyper struct {
	mean, size float64
	variance   float64 // of mean, given size
	weight     float64 // sums to 1 over the grid
}

// Alpha is α.
func (p Prior) Alpha() float64 { return p.Mean * p.Size }

// Beta is β.
func (p Prior) Beta() float64 { return (1 - p.Mean) * p.Size }

// The grid of sizes. At the greatest the spread is no more than a thousandth.
const (
	leastSize = 0.02
	mostSize  = 1e6
	sizeSteps = 60
)

// FitPrior maximises the marginal (beta-binomial) likelihood of a group. Half a
// success and half a failure are added to the group's mean, to keep it off 0 and
// 1. Where the likelihood only grows with the size, the group varies less than
// chance would make it, and the size is +Inf: all are taken to have one share.
//
// The whole likelihood of the size is kept (with a flat prior for 1/(1+size), the
// correlation within a body), as few bodies tell little about it: see
// [Prior.Shrink].
func FitPrior(group []Evidence) (Prior, error) {
	if len(group) == 0 {
		return Prior{}, ErrNoData
	}
	for i, e := range group {
		if !(e.K >= 0 && e.K <= e.N) || math.IsInf(e.N, 1) {
			return Prior{}, fmt.Errorf("stats: body %d: %v successes in %v trials", i, e.K, e.N)
		}
	}
	var p Prior
	best, logs := math.Inf(-1), make([]float64, sizeSteps)
	for i := range sizeSteps {
		size := leastSize * math.Pow(mostSize/leastSize, float64(i)/(sizeSteps-1))
		mean := likeliestMean(group, size)
		logs[i] = marginal(group, mean, size)
		p.grid = append(p.grid, hyper{mean, size, meanVariance(group, mean, size), 0})
		if logs[i] > best {
			best = logs[i]
			p.Mean, p.Size = mean, size
		}
	}
	var sum float64
	for i := range p.grid {
		h := &p.grid[i]
		// The flat prior of 1/(1+size), on the scale of the grid.
		h.weight = math.Exp(logs[i]-best) * h.size / ((1 + h.size) * (1 + h.size))
		sum += h.weight
	}
	for i := range p.grid {
		p.grid[i].weight /= sum
	}
	if p.Size >= mostSize {
		p.Size = math.Inf(1)
	} else {
		p.refine(group)
	}
	return p, nil
}

// refine finds the likeliest size between its neighbours on the grid, by golden
// section.
func (p *Prior) refine(group []Evidence) {
	const golden = 0.6180339887498949
	step := math.Log(mostSize/leastSize) / (sizeSteps - 1)
	lo, hi := math.Log(p.Size)-step, math.Log(p.Size)+step
	value := func(x float64) float64 {
		return marginal(group, likeliestMean(group, math.Exp(x)), math.Exp(x))
	}
	a, b := hi-golden*(hi-lo), lo+golden*(hi-lo)
	fa, fb := value(a), value(b)
	for hi-lo > 1e-5 {
		if fa > fb {
			hi, b, fb = b, a, fa
			a = hi - golden*(hi-lo)
			fa = value(a)
		} else {
			lo, a, fa = a, b, fb
			b = lo + golden*(hi-lo)
			fb = value(b)
		}
	}
	p.Size = math.Exp(lo/2 + hi/2)
	p.Mean = likeliestMean(group, p.Size)
}

// Shrunk is a share, drawn towards those of its peers.
type Shrunk struct {
	Rate   float64  // (K+α)/(N+α+β)
	Limits Interval // credible
	Weight float64  // of the body's own data, N/(N+α+β)
}

// Shrink gives the posterior of a body's share. The limits take into account
// that the prior itself is estimated, as those that take it for known are too
// narrow (Kass and Steffey, "Approximate Bayesian inference in conditionally
// independent hierarchical models", JASA 84, 1989): means and variances are
// averaged over the priors that the group allows, and put into one beta.
func (p Prior) Shrink(e Evidence, level Level) (Shrunk, error) {
	if err := level.check(); err != nil {
		return Shrunk{}, err
	}
	if len(p.grid) == 0 {
		return Shrunk{}, fmt.Errorf("stats: a prior that was not fitted")
	}
	s := Shrunk{Rate: p.Mean}
	if !math.IsInf(p.Size, 1) {
		s.Weight = e.N / (e.N + p.Size)
		s.Rate = (e.K + p.Alpha()) / (e.N + p.Size)
	}
	d := p.posterior(e)
	s.Limits = Interval{d.quantile(level.tail()), d.quantile(1 - level.tail())}
	return s, nil
}

func (p Prior) posterior(e Evidence) beta {
	var mean, square float64
	for _, h := range p.grid {
		m := (e.K + h.mean*h.size) / (e.N + h.size)
		share := h.size / (e.N + h.size) // of the peers in it
		passed := share * share * h.variance
		within := (m*(1-m) - passed) / (e.N + h.size + 1)
		mean += h.weight * m
		square += h.weight * (within + passed + m*m)
	}
	return betaOf(mean, max(square-mean*mean, 1e-15))
}

// marginal is the log-likelihood of the group.
func marginal(group []Evidence, mean, size float64) float64 {
	a, b := mean*size, (1-mean)*size
	sum := (math.Log(mean) + math.Log1p(-mean)) / 2
	base := logBeta(a, b)
	for _, e := range group {
		sum += logBeta(e.K+a, e.N-e.K+b) - base
	}
	return sum
}

func logBeta(a, b float64) float64 { return mathext.Lbeta(a, b) }

// marginalSlope is the derivative of marginal by the mean, which falls.
func marginalSlope(group []Evidence, mean, size float64) float64 {
	a, b := mean*size, (1-mean)*size
	da, db := mathext.Digamma(a), mathext.Digamma(b)
	var sum float64
	for _, e := range group {
		sum += mathext.Digamma(e.K+a) - da - mathext.Digamma(e.N-e.K+b) + db
	}
	return size*sum + 0.5/mean - 0.5/(1-mean)
}

func likeliestMean(group []Evidence, size float64) float64 {
	lo, hi := 0.0, 1.0
	for range 30 {
		mid := (lo + hi) / 2
		if marginalSlope(group, mid, size) > 0 {
			lo = mid
		} else {
			hi = mid
		}
	}
	return (lo + hi) / 2
}

// meanVariance is that of the likeliest mean, from the curvature there; for a
// beta distribution of it, this is exact.
func meanVariance(group []Evidence, mean, size float64) float64 {
	d := 1e-4 * min(mean, 1-mean)
	bend := (marginalSlope(group, mean-d, size) - marginalSlope(group, mean+d, size)) / (2 * d)
	return 1 / (max(bend, 0) + 3/(mean*(1-mean)))
}
