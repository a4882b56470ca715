package stats

import (
	"errors"
	"math"
	"runtime"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestDescribeExact(t *testing.T) {
	var want expectedRight
	decode(t, "right.expected.json", &want)
	obs := goldenObservations(t, "right.csv")["b"]
	s := must(Describe(obs, Options{Horizons: want.At, Until: 15, Limits: LogLog}))
	g := want.Groups["b"]
	if s.Method != MethodKaplanMeier || s.N != g.N || s.Events != g.Events || s.Clusters != g.N {
		t.Errorf("Describe = %s with %d, %d, %d, want %s with %d, %d, %d",
			s.Method, s.N, s.Events, s.Clusters, MethodKaplanMeier, g.N, g.Events, g.N)
	}
	near(t, "CensoredShare", s.CensoredShare(), float64(g.N-g.Events)/float64(g.N), 1e-12)
	for i, r := range s.Rates {
		near(t, "Share", r.Share, g.Rate[i], likeR)
		near(t, "SE", r.SE, g.SE[i], likeR)
		near(t, "Limits.Lo", r.Limits.Lo, g.Lo[i], likeR)
		near(t, "Limits.Hi", r.Limits.Hi, g.Hi[i], likeR)
		near(t, "Band", r.Band.Hi-r.Band.Lo, 0, 0)
	}
	near(t, "Median", s.Median.Time, g.Median[0], likeR)
	near(t, "Median.Limits.Lo", s.Median.Limits.Lo, g.MedianLo[0], likeR)
	near(t, "Median.Limits.Hi", s.Median.Limits.Hi, g.MedianHi[0], likeR)
	near(t, "Mean", s.Mean.Time, g.Mean[0], likeR)
	if !math.IsInf(s.Q90.Time, 1) {
		t.Errorf("Q90 = %v, want +Inf: not reached", s.Q90.Time)
	}
}

// Seen at frequent visits, times give nearly the limits of exact ones.
func TestDescribeIntervalsNearExact(t *testing.T) {
	var exact, narrow []Observation
	for _, o := range goldenObservations(t, "right.csv")["b"] {
		exact = append(exact, o)
		if o.IsExact() {
			o = Between(max(0, o.Lo-0.02), o.Lo+0.02)
		}
		narrow = append(narrow, o)
	}
	options := Options{Horizons: []float64{3, 7, 15}, Until: 15}
	a, b := must(Describe(exact, options)), must(Describe(narrow, options))
	if b.Method != MethodTurnbull {
		t.Errorf("Method = %s, want %s", b.Method, MethodTurnbull)
	}
	for i := range a.Rates {
		near(t, "Share", b.Rates[i].Share, a.Rates[i].Share, 0.005)
		near(t, "SE", b.Rates[i].SE, a.Rates[i].SE, 0.003)
		near(t, "Limits.Lo", b.Rates[i].Limits.Lo, a.Rates[i].Limits.Lo, 0.01)
		near(t, "Limits.Hi", b.Rates[i].Limits.Hi, a.Rates[i].Limits.Hi, 0.01)
	}
	near(t, "Median", b.Median.Time, a.Median.Time, 0.05)
	near(t, "Median.Limits.Lo", b.Median.Limits.Lo, a.Median.Limits.Lo, 0.1)
	near(t, "Median.Limits.Hi", b.Median.Limits.Hi, a.Median.Limits.Hi, 0.1)
	near(t, "Mean", b.Mean.Time, a.Mean.Time, 0.03)
	near(t, "Mean.SE", b.Mean.SE, a.Mean.SE, 0.03)
}

// The limits contain what the data leave open.
func TestDescribeLimitsContainTheBand(t *testing.T) {
	var obs []Observation // dates only: within the day nothing is known
	for i := range 500 {
		obs = append(obs, Between(float64(i%2), float64(i%2)+1))
	}
	s := must(Describe(obs, Options{Horizons: []float64{0.5, 1}}))
	half, day := s.Rates[0], s.Rates[1]
	if half.Limits.Lo != 0 || half.Limits.Hi < 0.499 {
		t.Errorf("half a day: limits %v, want them to contain the band [0, 0.5]", half.Limits)
	}
	if day.Limits.Hi-day.Limits.Lo > 0.1 {
		t.Errorf("a day: limits %v, want them narrow: it is identified", day.Limits)
	}
}

// Needs in one thread are not independent, and what many copies of one need say
// is said once.
func TestDescribeByThread(t *testing.T) {
	var once, ten []Observation
	var cluster []int
	for i, o := range goldenObservations(t, "right.csv")["b"] {
		once = append(once, o)
		for range 10 {
			ten, cluster = append(ten, o), append(cluster, i)
		}
	}
	options := Options{Horizons: []float64{7}, Until: 15}
	want, naive := must(Describe(once, options)), must(Describe(ten, options))
	options.Cluster = cluster
	got := must(Describe(ten, options))
	if got.Clusters != len(once) {
		t.Errorf("Clusters = %d, want %d", got.Clusters, len(once))
	}
	width := func(s Summary) float64 { return s.Rates[0].Limits.Hi - s.Rates[0].Limits.Lo }
	near(t, "width by thread", width(got), width(want), 0.01)
	near(t, "width without heed of threads", width(naive), width(want)/math.Sqrt(10), 0.01)
	near(t, "standard error by thread", got.Rates[0].SE, want.Rates[0].SE, 0.002)
	near(t, "Median.Limits.Hi", got.Median.Limits.Hi, want.Median.Limits.Hi, 0.5)
	near(t, "Mean.SE", got.Mean.SE, want.Mean.SE, 0.05)

	options.Cluster = make([]int, len(ten)) // a single thread
	if got := must(Describe(ten, options)); width(got) < 0.8 {
		t.Errorf("limits from a single thread = %v, want them to tell next to nothing", got.Rates[0].Limits)
	}
}

func TestDescribeDegenerate(t *testing.T) {
	tests := []struct {
		name string
		obs  []Observation
	}{
		{"one event", []Observation{Exact(1)}},
		{"one interval", []Observation{Between(1, 2)}},
		{"one censored", []Observation{Censored(1)}},
		{"censored at asking", []Observation{Censored(0), Censored(0)}},
		{"all at once", []Observation{Exact(0), Exact(0), Exact(0)}},
		{"all in one interval", []Observation{Between(0, 1), Between(0, 1)}},
		{"huge", []Observation{Exact(1e308), Between(1, 1e308), Censored(1.7e308)}},
		{"tiny", []Observation{Exact(5e-324), Between(0, 5e-324), Censored(5e-324)}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			checkSummary(t, must(Describe(test.obs, Options{Horizons: []float64{0, 1, 1e308}, Until: 10})))
		})
	}
}

// checkSummary fails the test on a number that must never be published.
func checkSummary(t *testing.T, s Summary) {
	t.Helper()
	for _, r := range s.Rates {
		ok := r.Band.Lo >= 0 && r.Band.Hi <= 1 && r.Band.Contains(r.Share) && r.SE >= 0 && r.SE < 10 &&
			r.Limits.Lo >= 0 && r.Limits.Hi <= 1 && r.Limits.Contains(r.Share) &&
			r.Evidence.K >= 0 && r.Evidence.K <= r.Evidence.N
		if !ok {
			t.Errorf("rate %+v", r)
		}
	}
	for _, q := range []Quantile{s.Median, s.Q90} {
		if !(q.Time >= 0 && q.Limits.Lo >= 0 && q.Limits.Contains(q.Time) && q.Band.Contains(q.Time)) {
			t.Errorf("quantile %+v", q)
		}
	}
	if m := s.Mean; !(m.Time >= 0 && m.SE >= 0 && m.Band.Lo <= m.Time*(1+1e-9) && m.Time <= m.Band.Hi*(1+1e-9)) {
		t.Errorf("mean %+v", m)
	}
}

func TestDescribeIsTheSameOnAnyNumberOfProcessors(t *testing.T) {
	obs := goldenObservations(t, "interval.csv")["all"]
	options := Options{Horizons: []float64{1, 7}, Until: 15, Seed: 3}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	one := must(Describe(obs, options))
	runtime.GOMAXPROCS(4)
	if diff := cmp.Diff(one, must(Describe(obs, options))); diff != "" {
		t.Errorf("one processor and four differ:\n%s", diff)
	}
}

func TestDescribeRefuses(t *testing.T) {
	obs := []Observation{Exact(1), Exact(2)}
	for name, o := range map[string]Options{
		"error for level":    {Level: 0.05},
		"limits":             {Limits: "normal"},
		"NaN horizon":        {Horizons: []float64{math.NaN()}},
		"negative horizon":   {Horizons: []float64{-1}},
		"infinite horizon":   {Horizons: []float64{math.Inf(1)}},
		"negative mean":      {Until: -1},
		"NaN mean":           {Until: math.NaN()},
		"clusters too short": {Cluster: []int{1}},
	} {
		if _, err := Describe(obs, o); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if _, err := Describe(nil, Options{}); !errors.Is(err, ErrNoData) {
		t.Errorf("Describe(nil) = %v, want %v", err, ErrNoData)
	}
}

func BenchmarkDescribeIntervals(b *testing.B) {
	obs := visited(300, 1)
	b.ReportAllocs()
	for b.Loop() {
		must(Describe(obs, Options{Horizons: []float64{1, 3, 7, 15, 30}, Until: 15}))
	}
}

func BenchmarkDescribeExact(b *testing.B) {
	var obs []Observation
	for _, o := range visited(300, 1) {
		if !o.IsCensored() {
			o = Exact(o.Hi)
		}
		obs = append(obs, o)
	}
	b.ReportAllocs()
	for b.Loop() {
		must(Describe(obs, Options{Horizons: []float64{1, 3, 7, 15, 30}, Until: 15}))
	}
}
