package stats

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// expectedRight is right.expected.json.
type expectedRight struct {
	At     []float64
	Groups map[string]struct {
		N, Events    int
		Rate, Lo, Hi []float64
		SE           []float64
		Median       []float64
		MedianLo     []float64 `json:"median_lo"`
		MedianHi     []float64 `json:"median_hi"`
		Mean         []float64 `json:"rmst15"`
	}
	LogRank float64 `json:"logrank_chisq"`
}

const likeR = 1e-6

func TestKaplanMeierEqualsR(t *testing.T) {
	var want expectedRight
	decode(t, "right.expected.json", &want)
	groups := goldenObservations(t, "right.csv")
	for name, g := range want.Groups {
		t.Run(name, func(t *testing.T) {
			c := must(KaplanMeier(groups[name]))
			if c.N() != g.N || c.Events() != g.Events {
				t.Errorf("N, Events = %d, %d, want %d, %d", c.N(), c.Events(), g.N, g.Events)
			}
			for i, h := range want.At {
				share, se := c.At(h)
				limits := must(c.LogLog(h, DefaultLevel))
				near(t, fmt.Sprintf("At(%v)", h), share, g.Rate[i], likeR)
				near(t, fmt.Sprintf("At(%v) standard error", h), se, g.SE[i], likeR)
				near(t, fmt.Sprintf("LogLog(%v).Lo", h), limits.Lo, g.Lo[i], likeR)
				near(t, fmt.Sprintf("LogLog(%v).Hi", h), limits.Hi, g.Hi[i], likeR)
			}
			limits := must(c.QuantileLogLog(0.5, DefaultLevel))
			mean, _, err := c.RestrictedMean(15)
			if err != nil {
				t.Fatal(err)
			}
			near(t, "Quantile(0.5)", must(c.Quantile(0.5)), g.Median[0], likeR)
			near(t, "QuantileLogLog(0.5).Lo", limits.Lo, g.MedianLo[0], likeR)
			near(t, "QuantileLogLog(0.5).Hi", limits.Hi, g.MedianHi[0], likeR)
			near(t, "RestrictedMean(15)", mean, g.Mean[0], likeR)
		})
	}
}

// leukaemia is the 6-MP arm of Freireich and others, Blood 21, 1963, in weeks of
// remission.
func leukaemia() []Observation {
	var obs []Observation
	for _, t := range []float64{6, 6, 6, 7, 10, 13, 16, 22, 23} {
		obs = append(obs, Exact(t))
	}
	for _, t := range []float64{6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35} {
		obs = append(obs, Censored(t))
	}
	return obs
}

func TestKaplanMeierLeukaemia(t *testing.T) {
	c := must(KaplanMeier(leukaemia()))
	for _, want := range []struct{ t, survival, se float64 }{
		{6, .8571, .0764},
		{7, .8067, .0869},
		{10, .7529, .0963},
		{13, .6902, .1068},
		{16, .6275, .1141},
		{22, .5378, .1282},
		{23, .4482, .1346},
	} {
		share, se := c.At(want.t)
		near(t, fmt.Sprintf("survival at %v", want.t), 1-share, want.survival, 6e-5)
		near(t, fmt.Sprintf("standard error at %v", want.t), se, want.se, 6e-5)
	}
	near(t, "Quantile(0.5)", must(c.Quantile(0.5)), 23, 0)
	limits := must(c.QuantileLogLog(0.5, DefaultLevel))
	near(t, "QuantileLogLog(0.5).Lo", limits.Lo, 13, 0)
	near(t, "QuantileLogLog(0.5).Hi", limits.Hi, math.Inf(1), 0)
}

func TestKaplanMeierByHand(t *testing.T) {
	tests := []struct {
		name      string
		obs       []Observation
		h         float64
		share, se float64
		median    float64
	}{
		{"single event", []Observation{Exact(3)}, 3, 1, 0, 3},
		{"single event, before it", []Observation{Exact(3)}, 2.9, 0, 0, 3},
		{"single censored", []Observation{Censored(3)}, 100, 0, 0, math.Inf(1)},
		{"event at the moment of a censoring comes first", []Observation{Exact(3), Censored(3)}, 3, .5, math.Sqrt(.125), 3},
		{"event at zero", []Observation{Exact(0), Censored(3)}, 0, .5, math.Sqrt(.125), 0},
		{"median on a step is the middle of it", []Observation{Exact(1), Exact(2), Exact(4), Exact(9)}, 2, .5, .25, 3},
		{"no later step to be in the middle to", []Observation{Exact(1), Exact(2), Censored(4), Censored(9)}, 2, .5, .25, 2},
		{"share is carried beyond the last", []Observation{Exact(1), Censored(2)}, 50, .5, math.Sqrt(.125), 1},
		{"huge times", []Observation{Exact(1e300), Censored(1e308)}, 1e301, .5, math.Sqrt(.125), 1e300},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c := must(KaplanMeier(test.obs))
			share, se := c.At(test.h)
			near(t, "share", share, test.share, 1e-12)
			near(t, "standard error", se, test.se, 1e-12)
			near(t, "median", must(c.Quantile(0.5)), test.median, 1e-12)
		})
	}
}

// Young questions must neither be dropped nor counted as silence: the trap of
// the naive median.
func TestYoungQuestionsDoNotBiasTheMedian(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	var obs []Observation
	var answered []float64
	for range 40000 {
		latency, age := 6*math.Exp(1.2*random.NormFloat64()), 30*random.Float64()
		if latency <= age {
			obs = append(obs, Exact(latency))
			answered = append(answered, latency)
		} else {
			obs = append(obs, Censored(age))
		}
	}
	all := make([]Observation, len(answered))
	for i, x := range answered {
		all[i] = Exact(x)
	}
	naive := must(must(KaplanMeier(all)).Quantile(0.5))
	if naive > 4.5 {
		t.Errorf("median of the answered = %.2f, want it biased below 4.5, else this test shows nothing", naive)
	}
	near(t, "median", must(must(KaplanMeier(obs)).Quantile(0.5)), 6, 0.15)
}

func TestRestrictedMean(t *testing.T) {
	c := must(KaplanMeier([]Observation{Exact(1), Exact(2), Exact(3), Exact(4)}))
	mean, se, err := c.RestrictedMean(10)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "mean of exact times", mean, 2.5, 1e-12)
	near(t, "its standard error", se, math.Sqrt(1.25/4), 1e-12) // population variance / n
	mean, _, _ = c.RestrictedMean(2.5)
	near(t, "mean up to 2.5", mean, (1+2+2.5+2.5)/4, 1e-12)
	for _, h := range []float64{0, -1, math.NaN(), math.Inf(1)} {
		if _, _, err := c.RestrictedMean(h); err == nil {
			t.Errorf("RestrictedMean(%v): no error", h)
		}
	}
}

func TestInputsRefused(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	for _, o := range []Observation{{nan, 1}, {1, nan}, {-1, 2}, {2, 1}, {inf, inf}, {math.Inf(-1), 3}} {
		if _, err := KaplanMeier([]Observation{Exact(1), o}); err == nil {
			t.Errorf("KaplanMeier(%v): no error", o)
		}
		if _, err := Turnbull([]Observation{Exact(1), o}); err == nil {
			t.Errorf("Turnbull(%v): no error", o)
		}
	}
	if _, err := KaplanMeier(nil); !errors.Is(err, ErrNoData) {
		t.Errorf("KaplanMeier(nil) = %v, want %v", err, ErrNoData)
	}
	if _, err := KaplanMeier([]Observation{Between(1, 2)}); err == nil {
		t.Error("KaplanMeier of an interval: no error")
	}
	c := must(KaplanMeier([]Observation{Exact(1)}))
	for _, level := range []Level{0.05, 0, 1, 95, -1, Level(nan)} {
		if _, err := c.BetaProduct(1, level); err == nil {
			t.Errorf("BetaProduct at level %v: no error", level)
		}
	}
	for _, p := range []float64{0, 1, nan, -1} {
		if _, err := c.Quantile(p); err == nil {
			t.Errorf("Quantile(%v): no error", p)
		}
	}
}

// Without censoring the beta product is Jeffreys' interval.
func TestBetaProductWithoutCensoring(t *testing.T) {
	for _, n := range []int{1, 2, 5, 30, 1000} {
		obs := make([]Observation, n)
		for i := range obs {
			obs[i] = Exact(float64(i + 1))
		}
		c := must(KaplanMeier(obs))
		for _, k := range []int{0, 1, n / 2, n - 1, n} {
			got := must(c.BetaProduct(float64(k), DefaultLevel))
			want := must(Jeffreys(k, n, DefaultLevel))
			near(t, fmt.Sprintf("lower limit, %d of %d", k, n), got.Lo, want.Lo, 1e-9)
			near(t, fmt.Sprintf("upper limit, %d of %d", k, n), got.Hi, want.Hi, 1e-9)
		}
	}
}

func TestBetaProductKnowsWhatItDoesNotKnow(t *testing.T) {
	c := must(KaplanMeier([]Observation{Exact(1), Censored(2), Censored(3)}))
	if got := must(c.BetaProduct(5, DefaultLevel)); got.Hi != 1 || got.Lo <= 0 {
		t.Errorf("BetaProduct beyond the last observation = %v, want an upper limit of 1", got)
	}
	c = must(KaplanMeier([]Observation{Censored(2)}))
	if diff := cmp.Diff(Interval{0, 1}, must(c.BetaProduct(3, DefaultLevel))); diff != "" {
		t.Errorf("BetaProduct of nothing (-want +got):\n%s", diff)
	}
	if got := must(c.LogLog(1, DefaultLevel)); got.Lo != 0 || !(got.Hi > 0.5) {
		t.Errorf("LogLog of no event in one = %v, want wide limits, not a point", got)
	}
}

func TestQuantileBetaProduct(t *testing.T) {
	exact := func(times ...float64) (obs []Observation) {
		for _, t := range times {
			obs = append(obs, Exact(t))
		}
		return obs
	}
	many := make([]Observation, 100)
	for i := range many {
		many[i] = Exact(5)
	}
	waiting := make([]Observation, 100)
	for i := range waiting {
		waiting[i] = Censored(float64(i))
	}
	inf := math.Inf(1)
	tests := []struct {
		name string
		obs  []Observation
		want Interval
	}{
		// n = 5: 2^-5 is more than 2.5 %, so the lower limit is a little below the
		// first time: 1·ln(2^-5)/ln(0.025). The upper one is by the mid-p rule.
		{"five", exact(1, 2, 3, 4, 5), Interval{5 * math.Ln2 / math.Log(40), 5}},
		{"four have no upper limit", exact(1, 2, 3, 4), Interval{4 * math.Ln2 / math.Log(40), inf}},
		{"all at one time", many, Interval{5, 5}},
		{"nothing but waiting", waiting, Interval{94, inf}}, // 2^-6 < 2.5 % < 2^-5
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := must(must(KaplanMeier(test.obs)).QuantileBetaProduct(0.5, DefaultLevel))
			near(t, "lower limit", got.Lo, test.want.Lo, 1e-9)
			near(t, "upper limit", got.Hi, test.want.Hi, 1e-9)
		})
	}
}

func BenchmarkKaplanMeier(b *testing.B) {
	random := rand.New(rand.NewPCG(1, 1))
	obs := make([]Observation, 1_000_000)
	for i := range obs {
		obs[i] = Exact(random.ExpFloat64())
	}
	b.ReportAllocs()
	for b.Loop() {
		must(KaplanMeier(obs))
	}
}
