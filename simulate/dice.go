package simulate

import (
	"hash/fnv"
	"math"
	"math/rand/v2"
)

// dice is a stream of random draws. Every purpose has a stream of its own, so
// that a change to one leaves the others as they were.
type dice struct{ *rand.Rand }

func newDice(seed uint64, purpose string) dice {
	h := fnv.New64a()
	h.Write([]byte(purpose))
	return dice{rand.New(rand.NewPCG(seed, h.Sum64()))}
}

func (d dice) chance(p float64) bool { return d.Float64() < p }

// between draws from lo to hi, both included.
func (d dice) between(lo, hi int) int { return lo + d.IntN(hi-lo+1) }

// within draws a number from lo to hi.
func (d dice) within(lo, hi float64) float64 { return lo + (hi-lo)*d.Float64() }

func (d dice) lognormal(median, sigma float64) float64 {
	return median * math.Exp(sigma*d.NormFloat64())
}

// exponential draws whole seconds with the given mean in hours, at least one.
func (d dice) exponential(hours float64) int64 {
	return 1 + int64(3600*hours*d.ExpFloat64())
}

// geometric counts failures before the first success.
func (d dice) geometric(p float64) int {
	n := 0
	for !d.chance(p) {
		n++
	}
	return n
}

// poisson counts events of the given mean (Knuth 1969, 3.4.1; the normal
// approximation above 30, where the difference does not matter here).
func (d dice) poisson(mean float64) int {
	if mean > 30 {
		return max(0, int(math.Round(mean+math.Sqrt(mean)*d.NormFloat64())))
	}
	n, p, limit := 0, d.Float64(), math.Exp(-mean)
	for p > limit {
		n++
		p *= d.Float64()
	}
	return n
}

// spread gives n numbers from lo to hi, evenly on a logarithmic scale, shuffled.
func (d dice) spread(n int, lo, hi float64) []float64 {
	out := make([]float64, n)
	for i := range out {
		out[i] = lo * math.Pow(hi/lo, float64(i)/float64(max(1, n-1)))
	}
	d.Shuffle(n, func(i, j int) { out[i], out[j] = out[j], out[i] })
	return out
}

func pick[T any](d dice, from []T) T { return from[d.IntN(len(from))] }
