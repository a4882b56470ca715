package stats

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func TestTurnbullEqualsR(t *testing.T) {
	var want struct {
		At, Rate []float64
		N        int
	}
	decode(t, "interval.expected.json", &want)
	c := must(Turnbull(goldenObservations(t, "interval.csv")["all"]))
	if c.N() != want.N {
		t.Errorf("N = %d, want %d", c.N(), want.N)
	}
	for i, h := range want.At {
		share, band := c.At(h)
		near(t, fmt.Sprintf("At(%v)", h), share, want.Rate[i], 1e-5)
		near(t, fmt.Sprintf("width of the band at %v", h), band.Hi-band.Lo, 0, 0)
	}
	if c.Gap() > 1e-6 {
		t.Errorf("Gap() = %g, want at most 1e-6", c.Gap())
	}
}

// Where there are no intervals, Turnbull is Kaplan-Meier.
func TestTurnbullIsKaplanMeier(t *testing.T) {
	for name, obs := range map[string][]Observation{
		"group a":   goldenObservations(t, "right.csv")["a"],
		"group b":   goldenObservations(t, "right.csv")["b"],
		"leukaemia": leukaemia(),
		"plateau":   {Exact(1), Exact(2), Exact(4), Exact(9)},
		"censored":  {Censored(2), Censored(2), Censored(9)},
	} {
		t.Run(name, func(t *testing.T) {
			km, c := must(KaplanMeier(obs)), must(Turnbull(obs))
			for h := 0.0; h < km.Last(); h += 0.25 {
				want, _ := km.At(h)
				got, _ := c.At(h)
				near(t, fmt.Sprintf("At(%v)", h), got, want, 1e-5)
			}
			for _, p := range []float64{.1, .5, .9} {
				got, _, err := c.Quantile(p)
				if err != nil {
					t.Fatal(err)
				}
				near(t, fmt.Sprintf("Quantile(%v)", p), got, must(km.Quantile(p)), 1e-6)
			}
			want, _, _ := km.RestrictedMean(km.Last())
			got, _, _ := c.RestrictedMean(km.Last())
			near(t, "RestrictedMean", got, want, 1e-5)
		})
	}
}

// Where the ends of observations meet, (lo, hi] contains hi and not lo.
func TestTurnbullEnds(t *testing.T) {
	inf := math.Inf(1)
	tests := []struct {
		name string
		obs  []Observation
		want []Mass
	}{
		{
			"an interval after an exact time does not contain it",
			[]Observation{Exact(2), Between(2, 4)},
			[]Mass{{Interval{2, 2}, .5}, {Interval{2, 4}, .5}},
		},
		{
			"an interval up to an exact time contains it",
			[]Observation{Exact(4), Between(2, 4)},
			[]Mass{{Interval{4, 4}, 1}},
		},
		{
			"intervals that touch do not overlap",
			[]Observation{Between(0, 2), Between(2, 4)},
			[]Mass{{Interval{0, 2}, .5}, {Interval{2, 4}, .5}},
		},
		{
			"censored at the end of an interval is later",
			[]Observation{Between(0, 2), Censored(2)},
			[]Mass{{Interval{0, 2}, .5}, {Interval{2, inf}, .5}},
		},
		{
			"censored at an exact time is later",
			[]Observation{Exact(2), Censored(2)},
			[]Mass{{Interval{2, 2}, .5}, {Interval{2, inf}, .5}},
		},
		{
			"overlap",
			[]Observation{Between(0, 3), Between(2, 5)},
			[]Mass{{Interval{2, 3}, 1}},
		},
		{
			"exact at zero is not in (0, 2]",
			[]Observation{Exact(0), Between(0, 2)},
			[]Mass{{Interval{0, 0}, .5}, {Interval{0, 2}, .5}},
		},
		{
			"one huge interval",
			[]Observation{Between(0, 1e308)},
			[]Mass{{Interval{0, 1e308}, 1}},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := must(Turnbull(test.obs)).Masses()
			if diff := cmp.Diff(test.want, got, cmpopts.EquateApprox(0, 1e-9)); diff != "" {
				t.Errorf("Masses() (-want +got):\n%s", diff)
			}
		})
	}
}

// A band is given where the data do not tell, and only there.
func TestTurnbullBand(t *testing.T) {
	c := must(Turnbull([]Observation{Between(2, 4), Between(2, 4), Exact(6), Censored(8)}))
	for _, test := range []struct {
		h, share float64
		band     Interval
	}{
		{2, 0, Interval{0, 0}},
		{3, .25, Interval{0, .5}},
		{4, .5, Interval{.5, .5}},
		{6, .75, Interval{.75, .75}},
		{8, .75, Interval{.75, .75}},
		{9, .75, Interval{.75, 1}},
	} {
		share, band := c.At(test.h)
		near(t, fmt.Sprintf("At(%v)", test.h), share, test.share, 1e-6)
		near(t, fmt.Sprintf("At(%v) band from", test.h), band.Lo, test.band.Lo, 1e-6)
		near(t, fmt.Sprintf("At(%v) band to", test.h), band.Hi, test.band.Hi, 1e-6)
	}
	got, band, _ := c.Quantile(0.25)
	near(t, "Quantile(0.25)", got, 3, 1e-6)
	if diff := cmp.Diff(Interval{2, 4}, band); diff != "" {
		t.Errorf("Quantile(0.25) band (-want +got):\n%s", diff)
	}
	if got, _, _ := c.Quantile(0.9); !math.IsInf(got, 1) {
		t.Errorf("Quantile(0.9) = %v, want +Inf: not reached", got)
	}
	mean, band, _ := c.RestrictedMean(8)
	near(t, "RestrictedMean(8)", mean, .5*3+.25*6+.25*8, 1e-6)
	near(t, "its band from", band.Lo, .5*2+.25*6+.25*8, 1e-6)
	near(t, "its band to", band.Hi, .5*4+.25*6+.25*8, 1e-6)
}

// No other masses are likelier: the maximum of a small problem, by brute force.
func TestTurnbullMaximum(t *testing.T) {
	obs := []Observation{Between(0, 3), Between(2, 5), Between(4, 8), Between(0, 2), Between(1, 7), Censored(6), Between(6, 9)}
	c := must(Turnbull(obs))
	random := rand.New(rand.NewPCG(3, 3))
	cells, sights := intersections(obs)
	m := newMaximiser(len(cells), sights)
	for range 20000 {
		sum := 0.0
		for j := range m.p {
			m.p[j] = random.ExpFloat64()
			sum += m.p[j]
		}
		for j := range m.p {
			m.p[j] /= sum
		}
		m.accumulate()
		if got := m.logLikelihood(m.f); got > c.LogLikelihood()+1e-9 {
			t.Fatalf("log-likelihood %v of %v is above that of the estimate, %v", got, m.p, c.LogLikelihood())
		}
	}
}

// visited are exponential times as seen by visits at growing ages.
func visited(n int, seed uint64) []Observation {
	random := rand.New(rand.NewPCG(seed, 0))
	obs := make([]Observation, n)
	for i := range obs {
		x, end, seen := 10*random.ExpFloat64(), 60*random.Float64(), 0.0
		next := 0.1 + random.Float64()
		for next < x && next < end {
			seen, next = next, next*1.25
		}
		obs[i] = Censored(seen)
		if next < end {
			obs[i] = Between(seen, next)
		}
	}
	return obs
}

func TestTurnbullFindsTheTruth(t *testing.T) {
	c := must(Turnbull(visited(20000, 7)))
	for _, h := range []float64{1, 3, 7, 15, 30} {
		share, _ := c.At(h)
		near(t, fmt.Sprintf("At(%v)", h), share, 1-math.Exp(-h/10), 0.02)
	}
	if c.Gap() > 1e-4 {
		t.Errorf("Gap() = %g, want at most 1e-4", c.Gap())
	}
}

func BenchmarkTurnbull(b *testing.B) {
	obs := visited(10_000, 1)
	b.ReportAllocs()
	for b.Loop() {
		must(Turnbull(obs))
	}
}
