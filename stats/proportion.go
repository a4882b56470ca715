package stats

import (
	"fmt"
	"math"
)

// A Proportion gives limits for the share behind k successes in n independent
// trials. With no trials nothing is known, and the limits are [0, 1]. It is an
// error if not 0 ≤ k ≤ n, or if the level is not a confidence level.
type Proportion func(k, n int, level Level) (Interval, error)

var (
	_ Proportion = Wilson
	_ Proportion = ClopperPearson
	_ Proportion = Jeffreys
	_ Proportion = MidP
)

// Wilson gives the score limits (Wilson, "Probable inference, the law of
// succession, and statistical inference", JASA 22, 1927), without correction for
// continuity.
func Wilson(k, n int, level Level) (Interval, error) {
	if err := checkCounts(k, n, level); err != nil || n == 0 {
		return Interval{0, 1}, err
	}
	z := normalQuantile(1 - level.tail())
	trials := float64(n)
	p := float64(k) / trials
	centre := p + z*z/(2*trials)
	half := z * math.Sqrt(p*(1-p)/trials+z*z/(4*trials*trials))
	scale := 1 + z*z/trials
	limits := Interval{clamp((centre-half)/scale, 0, p), clamp((centre+half)/scale, p, 1)}
	// Exactly 0 and 1 are also what the formula gives, but for rounding.
	if k == 0 {
		limits.Lo = 0
	}
	if k == n {
		limits.Hi = 1
	}
	return limits, nil
}

// ClopperPearson gives the exact limits, which err on each side with at most
// half of 1 − level (Clopper and Pearson, Biometrika 26, 1934). They stay
// two-sided at k = 0 and k = n, where some tables switch to one-sided ones.
func ClopperPearson(k, n int, level Level) (Interval, error) {
	if err := checkCounts(k, n, level); err != nil || n == 0 {
		return Interval{0, 1}, err
	}
	lower, upper := exact(float64(k), float64(n))
	limits := Interval{lower.quantile(level.tail()), upper.quantile(1 - level.tail())}
	return limits.around(k, n), nil
}

// Jeffreys gives the equal-tailed limits of the posterior under the prior
// Beta(½, ½), with the lower one 0 at k = 0 and the upper one 1 at k = n (Brown,
// Cai and DasGupta, "Interval estimation for a binomial proportion", Statistical
// Science 16, 2001).
func Jeffreys(k, n int, level Level) (Interval, error) {
	if err := checkCounts(k, n, level); err != nil || n == 0 {
		return Interval{0, 1}, err
	}
	posterior := beta{float64(k) + 0.5, float64(n-k) + 0.5}
	limits := Interval{0, 1}
	if k > 0 {
		limits.Lo = posterior.quantile(level.tail())
	}
	if k < n {
		limits.Hi = posterior.quantile(1 - level.tail())
	}
	return limits.around(k, n), nil
}

// MidP gives the mid-p version of the exact limits, which hold the level on
// average rather than for the least favourable share (Lancaster, JASA 56, 1961).
// It is what [ProductLimit.BetaProduct] comes to without censoring.
func MidP(k, n int, level Level) (Interval, error) {
	if err := checkCounts(k, n, level); err != nil || n == 0 {
		return Interval{0, 1}, err
	}
	lower, upper := exact(float64(k), float64(n))
	return mixture{lower, upper}.limits(level).around(k, n), nil
}

// exact are the two confidence distributions of a share of which the exact
// limits are quantiles.
func exact(k, n float64) (lower, upper beta) {
	return beta{k, n - k + 1}, beta{k + 1, n - k}
}

// around keeps k/n within the limits, which from some 10^12 trials on are
// narrower than the quantiles of a beta distribution can be computed.
func (i Interval) around(k, n int) Interval {
	p := float64(k) / float64(n)
	return i.cover(Interval{p, p})
}

func checkCounts(k, n int, level Level) error {
	if k < 0 || k > n {
		return fmt.Errorf("stats: %d successes in %d trials", k, n)
	}
	return level.check()
}
