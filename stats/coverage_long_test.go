//go:build long

package stats

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
)

// Coverage of the nominal 95 % limits, by size of the sample. With a few
// observations no limits can hold 95 % for every truth; what is held is the mean
// over truths, drawn anew in each simulation: Weibull times of a shape between
// 0.5 and 1.7 and any scale, up to 30 % never answered, the horizon anywhere in
// the period, the period 2 to 8 medians long, questions asked evenly over it.

// truth is one drawn world.
type truth struct {
	never, scale, shape float64
	period, horizon     float64
	visits              float64 // growth of the age from visit to visit
}

func drawTruth(random *rand.Rand) truth {
	w := truth{
		never:  0.3 * random.Float64(),
		scale:  4 * math.Exp(random.NormFloat64()),
		shape:  0.5 + 1.2*random.Float64(),
		visits: 0.05 + 0.4*random.Float64(),
	}
	w.period = w.scale * (2 + 6*random.Float64())
	w.horizon = w.period * (0.1 + 0.8*random.Float64())
	return w
}

// time is that of the survival u of those who are answered.
func (w truth) time(u float64) float64 { return w.scale * math.Pow(-math.Log2(u), 1/w.shape) }

func (w truth) share(h float64) float64 {
	return (1 - w.never) * (1 - math.Exp2(-math.Pow(h/w.scale, w.shape)))
}

func (w truth) median() float64 { return w.time(1 - 0.5/(1-w.never)) }

// observe draws one need, exact or as seen by visits at growing ages.
func (w truth) observe(random *rand.Rand, intervals bool) Observation {
	latency := math.Inf(1)
	if random.Float64() > w.never {
		latency = w.time(1 - random.Float64())
	}
	end := w.period * random.Float64()
	if !intervals || random.Float64() < 0.2 {
		if latency <= end {
			return Exact(latency)
		}
		return Censored(end)
	}
	seen, next := 0.0, 0.02*w.scale*math.Exp(w.visits*random.Float64())
	for next < latency && next < end {
		seen, next = next, next*(1+w.visits)
	}
	if next < end {
		return Between(seen, next)
	}
	return Censored(seen)
}

// hold counts how many simulations hold, for each of several claims.
func hold(simulations, claims int, simulate func(s uint64, random *rand.Rand) []bool) []float64 {
	held := make([]float64, claims)
	var mu sync.Mutex
	parallel(simulations, func(s int) {
		claims := simulate(uint64(s), rand.New(rand.NewPCG(uint64(s), 2024)))
		mu.Lock()
		defer mu.Unlock()
		for i, ok := range claims {
			if ok {
				held[i] += 1 / float64(simulations)
			}
		}
	})
	return held
}

func TestCoverageOfRatesAndMedians(t *testing.T) {
	var table strings.Builder
	fmt.Fprintf(&table, "\n%5s %12s %14s %16s %18s\n", "n", "rate, exact", "median, exact", "rate, intervals", "median, intervals")
	for _, n := range []int{5, 7, 10, 15, 20, 50, 100, 200, 500} {
		var row []float64
		for _, intervals := range []bool{false, true} {
			simulations := 8000
			if intervals {
				simulations = 2000
			}
			row = append(row, hold(simulations, 2, func(s uint64, random *rand.Rand) []bool {
				w := drawTruth(random)
				obs := make([]Observation, n)
				for i := range obs {
					obs[i] = w.observe(random, intervals)
				}
				d := must(Describe(obs, Options{Horizons: []float64{w.horizon}, Seed: s}))
				return []bool{
					d.Rates[0].Limits.Contains(w.share(w.horizon)),
					d.Median.Limits.Contains(w.median()),
				}
			})...)
		}
		fmt.Fprintf(&table, "%5d %11.1f%% %13.1f%% %15.1f%% %17.1f%%\n", n, 100*row[0], 100*row[1], 100*row[2], 100*row[3])
		for i, coverage := range row {
			if coverage < 0.93 || coverage > 0.97 {
				t.Errorf("n = %d, column %d: coverage %.4f, want 0.93 to 0.97", n, i+1, coverage)
			}
		}
	}
	t.Log(table.String())
}

// Rank sets, in the case in which a simultaneous set can be wrong most easily:
// all bodies have one share, so that any two that are told apart are an error.
// Where shares differ the sets can only hold more often, which is shown too.
func TestCoverageOfRankSets(t *testing.T) {
	var table strings.Builder
	fmt.Fprintf(&table, "\n%7s %5s %14s %18s\n", "bodies", "n", "equal shares", "different shares")
	for _, bodies := range []int{5, 20, 50} {
		for _, n := range []int{5, 10, 20, 50, 100, 500} {
			held := hold(2000, 2, func(s uint64, random *rand.Rand) []bool {
				one := 0.05 + 0.9*random.Float64()
				shares := make([]float64, bodies)
				ok := make([]bool, 2)
				for i := range ok {
					for k := range shares {
						shares[k] = one
						if i == 1 {
							shares[k] = random.Float64()
						}
					}
					ok[i] = rankSetsHold(shares, n, s, random)
				}
				return ok
			})
			fmt.Fprintf(&table, "%7d %5d %13.1f%% %17.1f%%\n", bodies, n, 100*held[0], 100*held[1])
			most := 0.97
			if n == 5 { // so few cannot be told apart at all, save the extremes
				most = 1
			}
			if held[0] < 0.93 || held[0] > most || held[1] < 0.95 {
				t.Errorf("%d bodies of about %d: coverage %.4f and %.4f, want 0.93 to %.2f and at least 0.95", bodies, n, held[0], held[1], most)
			}
		}
	}
	t.Log(table.String())
}

// rankSetsHold draws bodies of n/2 to 3n/2 needs, and tells whether all ranks of
// all bodies are in their sets.
func rankSetsHold(shares []float64, n int, seed uint64, random *rand.Rand) bool {
	group := make([]Evidence, len(shares))
	for i, p := range shares {
		trials, k := max(2, n/2+random.IntN(n+1)), 0
		for range trials {
			if random.Float64() < p {
				k++
			}
		}
		group[i] = Counts(k, trials)
	}
	ranking := must(compare(group, LeagueOptions{Level: DefaultLevel, Draws: 500, Seed: seed}))
	for i, p := range shares {
		best, worst := 1, len(shares) // equal shares may have any of their ranks
		for _, q := range shares {
			if q > p {
				best++
			}
			if q < p {
				worst--
			}
		}
		if lo, hi := ranking.Set(i); best < lo || worst > hi {
			return false
		}
	}
	return true
}
