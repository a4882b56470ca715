package stats

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// bodies draws n bodies with shares from Beta(α, β) and sizes around size.
func bodies(n int, alpha, beta_ float64, size int, seed uint64) (truth []float64, group []Evidence) {
	random := rand.New(rand.NewPCG(seed, 9))
	for i := range n {
		p := draw([]beta{{alpha, beta_}}, 1, seed*1000+uint64(i))[0][0]
		trials, k := 1+random.IntN(2*size), 0
		for range trials {
			if random.Float64() < p {
				k++
			}
		}
		truth, group = append(truth, p), append(group, Counts(k, trials))
	}
	return truth, group
}

func TestFitPriorFindsTheTruth(t *testing.T) {
	_, group := bodies(2000, 6, 2, 40, 1)
	p := must(FitPrior(group))
	near(t, "Mean", p.Mean, 0.75, 0.01)
	near(t, "Size", p.Size, 8, 1)
	near(t, "Alpha+Beta", p.Alpha()+p.Beta(), p.Size, 1e-9)
}

func TestFitPriorBoundaries(t *testing.T) {
	same := make([]Evidence, 50) // exactly half in each body: less than chance would vary
	for i := range same {
		same[i] = Counts(20, 40)
	}
	tests := []struct {
		name   string
		group  []Evidence
		pooled bool
	}{
		{"underdispersed", same, true},
		{"one body", []Evidence{Counts(3, 10)}, false},
		{"two bodies", []Evidence{Counts(3, 10), Counts(9, 10)}, false},
		{"nobody answers", []Evidence{Counts(0, 10), Counts(0, 500), Counts(0, 1)}, false},
		{"all answer", []Evidence{Counts(10, 10), Counts(500, 500)}, false},
		{"all or nothing", []Evidence{Counts(0, 100), Counts(100, 100), Counts(0, 100), Counts(100, 100)}, false},
		{"without questions", []Evidence{Counts(0, 0), Counts(0, 0)}, false},
		{"huge", []Evidence{Counts(1e9, 2e9), Counts(1, 2)}, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			p, err := FitPrior(test.group)
			if err != nil {
				t.Fatal(err)
			}
			if got := math.IsInf(p.Size, 1); test.pooled && !got {
				t.Errorf("Size = %v, want +Inf", p.Size)
			}
			for _, e := range test.group {
				s := must(p.Shrink(e, DefaultLevel))
				if !(s.Rate >= 0 && s.Rate <= 1 && s.Weight >= 0 && s.Weight <= 1) {
					t.Errorf("Shrink(%v) = %+v: not a share", e, s)
				}
				if !(s.Limits.Lo >= 0 && s.Limits.Hi <= 1 && s.Limits.Hi > s.Limits.Lo) {
					t.Errorf("Shrink(%v).Limits = %v", e, s.Limits)
				}
			}
		})
	}
	for _, bad := range []Evidence{{K: 2, N: 1}, {K: -1, N: 1}, {K: math.NaN(), N: 1}, {K: 1, N: math.NaN()}, {K: 1, N: math.Inf(1)}} {
		if _, err := FitPrior([]Evidence{bad}); err == nil {
			t.Errorf("FitPrior(%v): no error", bad)
		}
	}
}

func TestShrinkDrawsTheSmallToTheirPeers(t *testing.T) {
	_, group := bodies(100, 4, 4, 60, 2)
	p := must(FitPrior(group))
	small, great := must(p.Shrink(Counts(2, 2), DefaultLevel)), must(p.Shrink(Counts(200, 200), DefaultLevel))
	if !(small.Rate < 0.75 && great.Rate > 0.95 && small.Weight < 0.4 && great.Weight > 0.9) {
		t.Errorf("2 of 2 = %+v, 200 of 200 = %+v; want the first near its peers, the second near its own", small, great)
	}
	near(t, "weight", small.Weight, 2/(2+p.Size), 1e-12)
	near(t, "rate", small.Rate, (2+p.Alpha())/(2+p.Alpha()+p.Beta()), 1e-12)
}

// The credible limits hold 95 % of the bodies, also when there are few of them.
func TestShrinkCoverage(t *testing.T) {
	for _, n := range []int{4, 10, 50} {
		for _, size := range []int{5, 50} {
			held, all := 0, 0
			for sim := range 1200 / n {
				alpha := []float64{0.5, 3, 20}[sim%3]
				truth, group := bodies(n, alpha, alpha/2, size, uint64(sim))
				p := must(FitPrior(group))
				for i, e := range group {
					all++
					if must(p.Shrink(e, DefaultLevel)).Limits.Contains(truth[i]) {
						held++
					}
				}
			}
			near(t, fmt.Sprintf("coverage with %d bodies of about %d", n, size), float64(held)/float64(all), 0.95, 0.025)
		}
	}
}
