package stats

import (
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func meanOf(x []float64) func([]int) float64 {
	return func(sample []int) float64 {
		var sum float64
		for _, i := range sample {
			sum += x[i]
		}
		return sum / float64(len(sample))
	}
}

func normal(n int, seed uint64) []float64 {
	random := rand.New(rand.NewPCG(seed, 0))
	x := make([]float64, n)
	for i := range x {
		x[i] = random.NormFloat64()
	}
	return x
}

func each(n int) []int {
	cluster := make([]int, n)
	for i := range cluster {
		cluster[i] = i
	}
	return cluster
}

func TestBootstrapOfAMean(t *testing.T) {
	x := normal(400, 1)
	draws := must(Bootstrap(each(400), 4000, 1, meanOf(x)))
	got := must(Percentile(draws, DefaultLevel))
	mean, se := meanOf(x)(each(400)), 1/math.Sqrt(400)
	near(t, "Percentile Lo", got.Lo, mean-1.96*se, 0.012)
	near(t, "Percentile Hi", got.Hi, mean+1.96*se, 0.012)
	got = must(BCa(mean, draws, must(Jackknife(each(400), meanOf(x))), DefaultLevel))
	near(t, "BCa Lo", got.Lo, mean-1.96*se, 0.012)
	near(t, "BCa Hi", got.Hi, mean+1.96*se, 0.012)
}

// Ten identical replies in one thread are not ten answers: limits by thread are
// √10 as wide.
func TestBootstrapByThread(t *testing.T) {
	values := normal(100, 2)
	var x []float64
	var cluster []int
	for k, v := range values {
		for range 10 {
			x, cluster = append(x, v), append(cluster, k)
		}
	}
	apart := must(Percentile(must(Bootstrap(each(1000), 2000, 1, meanOf(x))), DefaultLevel))
	byThread := must(Percentile(must(Bootstrap(cluster, 2000, 1, meanOf(x))), DefaultLevel))
	near(t, "ratio of the widths", (byThread.Hi-byThread.Lo)/(apart.Hi-apart.Lo), math.Sqrt(10), 0.3)
}

func TestBootstrapIsTheSameOnAnyNumberOfProcessors(t *testing.T) {
	cluster := []int{7, 7, -3, 2, 2, 2, 9, 1 << 40}
	estimate := func(sample []int) float64 { return float64(slices.Max(sample)*1000 + len(sample)) }
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	one := must(Bootstrap(cluster, 500, 42, estimate))
	runtime.GOMAXPROCS(4)
	if diff := cmp.Diff(one, must(Bootstrap(cluster, 500, 42, estimate))); diff != "" {
		t.Errorf("one processor and four differ:\n%s", diff)
	}
	if cmp.Equal(one, must(Bootstrap(cluster, 500, 43, estimate))) {
		t.Error("two seeds give the same draws")
	}
}

func TestBootstrapDrawsWholeClusters(t *testing.T) {
	must(Bootstrap([]int{0, 1, 0, 1, 0}, 200, 1, func(sample []int) float64 {
		times := [5]int{}
		for _, i := range sample {
			times[i]++
		}
		if !slices.IsSorted(sample) || times[0] != times[2] || times[2] != times[4] || times[1] != times[3] || times[0]+times[1] != 2 {
			t.Errorf("sample %v is not two whole clusters, ascending", sample)
		}
		return 0
	}))
}

// BCa, unlike the percentiles, allows for the skewness of a variance.
func TestBCaIsSecondOrder(t *testing.T) {
	missed := map[string]int{}
	const sims = 400
	for s := range sims {
		x := normal(25, uint64(s))
		variance := func(sample []int) float64 {
			m, sum := meanOf(x)(sample), 0.0
			for _, i := range sample {
				sum += (x[i] - m) * (x[i] - m)
			}
			return sum / float64(len(sample))
		}
		draws := must(Bootstrap(each(25), 500, uint64(s), variance))
		if must(Percentile(draws, 0.90)).Hi < 1 {
			missed["percentile"]++
		}
		if must(BCa(variance(each(25)), draws, must(Jackknife(each(25), variance)), 0.90)).Hi < 1 {
			missed["BCa"]++
		}
	}
	if !(missed["BCa"] < missed["percentile"]*8/10) {
		t.Errorf("upper limits below the truth: %v of %d; want clearly fewer by BCa", missed, sims)
	}
}

func TestBootstrapEdges(t *testing.T) {
	inf := math.Inf(1)
	if got := must(Percentile([]float64{1, 2, inf, inf, inf}, DefaultLevel)); got != (Interval{1, inf}) {
		t.Errorf("Percentile with draws not reached = %v, want {1 +Inf}", got)
	}
	if got := must(BCa(5, []float64{5, 5, 5}, []float64{5, 5}, DefaultLevel)); got != (Interval{5, 5}) {
		t.Errorf("BCa of draws that do not vary = %v, want {5 5}", got)
	}
	if got := must(BCa(inf, []float64{1, 2, 3}, []float64{inf, inf}, DefaultLevel)); math.IsNaN(got.Lo) || math.IsNaN(got.Hi) {
		t.Errorf("BCa of an infinite estimate = %v", got)
	}
	one := func([]int) float64 { return 1 }
	for name, f := range map[string]func() error{
		"no draws":           func() error { _, err := Percentile(nil, .95); return err },
		"NaN draw":           func() error { _, err := Percentile([]float64{1, math.NaN()}, .95); return err },
		"NaN estimate":       func() error { _, err := BCa(math.NaN(), []float64{1}, nil, .95); return err },
		"NaN jackknife":      func() error { _, err := BCa(1, []float64{1}, []float64{math.NaN()}, .95); return err },
		"nothing to draw":    func() error { _, err := Bootstrap(nil, 10, 1, one); return err },
		"no times":           func() error { _, err := Bootstrap([]int{1}, 0, 1, one); return err },
		"a single jackknife": func() error { _, err := Jackknife([]int{1, 1}, one); return err },
	} {
		if f() == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func BenchmarkBootstrapMedian(b *testing.B) {
	obs := leukaemia()
	for len(obs) < 500 {
		obs = append(obs, obs...)
	}
	b.ReportAllocs()
	for b.Loop() {
		must(Bootstrap(each(len(obs)), 1000, 1, func(sample []int) float64 {
			drawn := make([]Observation, len(sample))
			for i, k := range sample {
				drawn[i] = obs[k]
			}
			return must(must(KaplanMeier(drawn)).Quantile(0.5))
		}))
	}
}
