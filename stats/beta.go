package stats

import (
	"gonum.org/v1/gonum/mathext"
	"gonum.org/v1/gonum/stat/distuv"
)

// beta is a beta distribution. Its limits are points: at 0 when a is 0, at 1
// when b is 0.
type beta struct{ a, b float64 }

// cdf is the probability of a value of at most x.
func (d beta) cdf(x float64) float64 {
	switch {
	case x >= 1 || d.a <= 0 && x >= 0:
		return 1
	case x <= 0 || d.b <= 0:
		return 0
	}
	return mathext.RegIncBeta(d.a, d.b, x)
}

// quantile is the value that is not exceeded with probability p.
func (d beta) quantile(p float64) float64 {
	switch {
	case d.a <= 0:
		return 0
	case d.b <= 0:
		return 1
	}
	return mathext.InvRegIncBeta(d.a, d.b, clamp(p, 0, 1))
}

func (d beta) mean() float64 {
	switch {
	case d.a <= 0:
		return 0
	case d.b <= 0:
		return 1
	}
	return d.a / (d.a + d.b)
}

func (d beta) variance() float64 {
	if d.a <= 0 || d.b <= 0 {
		return 0
	}
	m := d.mean()
	return m * (1 - m) / (d.a + d.b + 1)
}

// betaOf is the beta distribution with the given mean and variance.
func betaOf(mean, variance float64) beta {
	switch {
	case mean <= 0:
		return beta{0, 1}
	case mean >= 1:
		return beta{1, 0}
	}
	size := clamp(mean*(1-mean)/variance-1, 1e-3, 1e15)
	return beta{mean * size, (1 - mean) * size}
}

// mixture is an equal mixture of beta distributions.
type mixture []beta

func (m mixture) cdf(x float64) float64 {
	var sum float64
	for _, d := range m {
		sum += d.cdf(x)
	}
	return sum / float64(len(m))
}

// quantile solves cdf(x) = p by bisection, between the quantiles of the parts.
func (m mixture) quantile(p float64) float64 {
	lo, hi := 1.0, 0.0
	for _, d := range m {
		q := d.quantile(p)
		lo, hi = min(lo, q), max(hi, q)
	}
	for hi-lo > 1e-10 {
		mid := lo + (hi-lo)/2
		if m.cdf(mid) < p {
			lo = mid
		} else {
			hi = mid
		}
	}
	return lo + (hi-lo)/2
}

// limits are the quantiles that leave out a tail on each side.
func (m mixture) limits(level Level) Interval {
	return Interval{m.quantile(level.tail()), m.quantile(1 - level.tail())}
}

func normalQuantile(p float64) float64 { return distuv.UnitNormal.Quantile(p) }

func normalCDF(x float64) float64 { return distuv.UnitNormal.CDF(x) }

// studentQuantile is that of Student's t with df degrees of freedom. With many of them
// it is an expansion about the normal one (Abramowitz and Stegun, 26.7.5), whose error
// at the tails of intervals is below 1e-9: to invert the distribution takes a hundred
// times as long.
func studentQuantile(p, df float64) float64 {
	if df < 200 {
		return distuv.StudentsT{Mu: 0, Sigma: 1, Nu: df}.Quantile(p)
	}
	x := normalQuantile(p)
	x2 := x * x
	return x * (1 +
		(x2+1)/4/df +
		((5*x2+16)*x2+3)/96/(df*df) +
		(((3*x2+19)*x2+17)*x2-15)/384/(df*df*df) +
		((((79*x2+776)*x2+1482)*x2-1920)*x2-945)/92160/(df*df*df*df))
}
