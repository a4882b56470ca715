package stats

import (
	"errors"
	"math"
	"math/rand/v2"
	"testing"
)

// misread is a population of threads that a bad classifier has read: what truly
// counts, what it took, and the shares of its errors.
type misread struct {
	missed, mistaken float64 // shares of true and of other cases
	otherTime        float64 // share of the true ones whose reply is taken for one of another kind
	intervals        bool
}

// population draws threads of one to six items, of which two in five count. Those
// that are missed are answered less often than the others, and what does not count
// hardly ever: whoever errs there, errs about the share. A thread is watched for a
// time; none of its items is known any longer.
func (m misread) population(threads int, random *rand.Rand) []Case {
	var cases []Case
	for thread := range threads {
		busy := 0.8 + 0.4*random.Float64() // of the officials of the thread
		watched := 4 + 26*random.Float64()
		for range 1 + random.IntN(6) {
			x := Case{Cluster: thread, Is: random.Float64() < 0.4}
			answered := 0.75 * busy
			switch {
			case !x.Is:
				answered = 0.05
				x.Taken = random.Float64() < m.mistaken
			case random.Float64() < m.missed:
				answered = 0.35 * busy
			default:
				x.Taken = true
			}
			latency := math.Inf(1)
			if random.Float64() < answered {
				latency = random.ExpFloat64() * 5
			}
			x.True = m.seen(latency, watched, random)
			x.Read = x.True
			if x.Is && random.Float64() < m.otherTime {
				x.Read = Censored(watched) // a real reply was taken for none
				if !math.IsInf(latency, 1) && random.Float64() < 0.3 {
					x.Read = m.seen(latency/3, watched, random) // a phrase was taken for a reply
				}
			}
			if x.Taken {
				x.Stratum = 1
			}
			cases = append(cases, x)
		}
	}
	return cases
}

// seen is a latency as visits tell it.
func (m misread) seen(latency, watched float64, random *rand.Rand) Observation {
	switch {
	case latency > watched:
		return Censored(watched)
	case m.intervals && random.Float64() < 0.5:
		return Between(latency*(0.7+0.3*random.Float64()), latency*(1+0.3*random.Float64()))
	}
	return Exact(latency)
}

// share is the true one by h.
func (m misread) share(h float64) float64 {
	return (0.75*(1-m.missed) + 0.35*m.missed) * (1 - math.Exp(-h/5))
}

// sample codes n cases: half of those that were taken, half of the others.
func sample(cases []Case, n int, random *rand.Rand) {
	var strata [2][]int
	for i := range cases {
		strata[cases[i].Stratum] = append(strata[cases[i].Stratum], i)
	}
	for _, stratum := range strata {
		of := min(n/2, len(stratum))
		for _, k := range random.Perm(len(stratum))[:of] {
			cases[stratum[k]].Weight = float64(len(stratum)) / float64(of)
		}
	}
}

// plain is the estimate from what the classifier took alone.
func plain(cases []Case, h float64) Rate {
	var obs []Observation
	var cluster []int
	for _, x := range cases {
		if x.Taken {
			obs, cluster = append(obs, x.Read), append(cluster, x.Cluster)
		}
	}
	return must(Describe(obs, Options{Horizons: []float64{h}, Cluster: cluster})).Rates[0]
}

// held is how often plain and corrected limits hold the truth, and how far plain
// and corrected shares are off on average.
type held struct{ plain, corrected, plainOff, correctedOff, width, classifier float64 }

func (m misread) simulate(simulations, threads, n int, h float64) (r held) {
	each := 1 / float64(simulations)
	for s := range simulations {
		random := rand.New(rand.NewPCG(uint64(s), 17))
		cases := m.population(threads, random)
		sample(cases, n, random)
		corrected := must(Correct(cases, []float64{h}, CorrectOptions{Seed: uint64(s)}))[0]
		naive, truth := plain(cases, h), m.share(h)
		if naive.Limits.Contains(truth) {
			r.plain += each
		}
		if corrected.Limits.Contains(truth) {
			r.corrected += each
		}
		r.plainOff += each * (naive.Share - truth)
		r.correctedOff += each * (corrected.Share - truth)
		r.width += each * (corrected.Limits.Hi - corrected.Limits.Lo)
		r.classifier += each * corrected.Classifier
	}
	return r
}

// misreadings are classifiers, by what is wrong with them, and whether plain rates
// drift with it.
var misreadings = []struct {
	name string
	misread
	drifts bool
}{
	{"right", misread{}, false},
	{"good", misread{0.1, 0.05, 0.05, false}, false},
	{"takes chatter for needs", misread{0.05, 0.35, 0, false}, true},
	{"misses needs", misread{0.5, 0.02, 0, false}, true},
	{"misreads replies", misread{0.05, 0.05, 0.4, false}, true},
	{"all at once", misread{0.4, 0.3, 0.3, false}, true},
	{"by chance", misread{0.5, 0.5, 0.5, false}, true},
	{"all at once, intervals", misread{0.4, 0.3, 0.3, true}, true},
}

// Plain rates drift with the classifier's errors; corrected ones hold, and a good
// classifier makes their limits narrower. The table over sample sizes is in the long
// test.
func TestCorrectHoldsWhereTheClassifierErrs(t *testing.T) {
	const simulations = 400
	width := map[string]float64{}
	for _, c := range misreadings {
		simulations := simulations
		if c.intervals {
			simulations = 100
		}
		r := c.simulate(simulations, 150, 200, 7)
		if r.corrected < 0.93 || r.corrected > 0.97 {
			t.Errorf("%s: coverage of corrected limits = %.3f, want 0.93 to 0.97", c.name, r.corrected)
		}
		if math.Abs(r.correctedOff) > 0.012 {
			t.Errorf("%s: corrected shares are off by %.3f on average, want 0", c.name, r.correctedOff)
		}
		if c.drifts && (r.plain > 0.5 || math.Abs(r.plainOff) < 0.1) {
			t.Errorf("%s: plain limits hold in %.3f and are off by %.3f: this test shows nothing", c.name, r.plain, r.plainOff)
		}
		width[c.name] = r.width
	}
	if good, bad := width["good"], width["by chance"]; good > 0.9*bad {
		t.Errorf("width with a good classifier = %.3f, with one that errs by chance %.3f: want it to help", good, bad)
	}
}

// With every case coded, the estimate is Kaplan and Meier's of the truth, whatever
// the classifier says.
func TestCorrectOfACensusIsKaplanMeier(t *testing.T) {
	cases := misread{0.4, 0.3, 0.3, false}.population(60, rand.New(rand.NewPCG(3, 3)))
	var truth []Observation
	for i := range cases {
		cases[i].Weight = 1
		if cases[i].Is {
			truth = append(truth, cases[i].True)
		}
	}
	km := must(KaplanMeier(truth))
	for _, r := range must(Correct(cases, []float64{0, 1, 3, 7, 30}, CorrectOptions{})) {
		if want, _ := km.At(r.At); math.Abs(r.Share-want) > 1e-12 {
			t.Errorf("share by %v = %v, want Kaplan and Meier's %v", r.At, r.Share, want)
		}
		if !r.Limits.Contains(r.Share) {
			t.Errorf("limits by %v = %v, want %v within", r.At, r.Limits, r.Share)
		}
	}
}

// With a classifier that makes no errors, the share is the plain one; the limits
// are wider, for errors that the sample does not show are not excluded.
func TestCorrectOfARightClassifierIsPlain(t *testing.T) {
	random := rand.New(rand.NewPCG(4, 4))
	cases := misread{}.population(200, random)
	sample(cases, 60, random)
	corrected, naive := must(Correct(cases, []float64{7}, CorrectOptions{}))[0], plain(cases, 7)
	if math.Abs(corrected.Share-naive.Share) > 1e-9 {
		t.Errorf("share = %v, want the plain %v", corrected.Share, naive.Share)
	}
	if got, least := corrected.Limits.Hi-corrected.Limits.Lo, naive.Limits.Hi-naive.Limits.Lo; got <= least {
		t.Errorf("width = %.4f, want it above the plain %.4f", got, least)
	}
}

// A missed need shows in the rate with the weight of those that it stands for.
func TestCorrectCountsMissedNeeds(t *testing.T) {
	var cases []Case
	for i := range 100 { // all answered on day 1
		cases = append(cases, Case{Cluster: i, Stratum: 1, Taken: true, Read: Exact(1), Is: true, True: Exact(1), Weight: float64((i+1)%2) * 2})
	}
	for i := range 100 { // of those passed over, half are needs that nobody answers
		cases = append(cases, Case{Cluster: 100 + i, Is: i%4 < 2, True: Censored(30), Weight: float64((i+1)%2) * 2})
	}
	got := must(Correct(cases, []float64{7}, CorrectOptions{}))[0]
	if want := 100.0 / 150; math.Abs(got.Share-want) > 1e-9 {
		t.Errorf("share = %v, want %v: 100 of 150 true needs", got.Share, want)
	}
	if plain := plain(cases, 7).Share; plain != 1 {
		t.Errorf("plain share = %v, want 1: this test shows nothing", plain)
	}
}

func TestCorrectRefuses(t *testing.T) {
	good := []Case{{Weight: 1, Is: true, True: Exact(1)}, {Weight: 1}, {Weight: 1, Taken: true, Read: Exact(2)}}
	for _, test := range []struct {
		name     string
		cases    []Case
		horizons []float64
		o        CorrectOptions
		want     error
	}{
		{"nothing", nil, nil, CorrectOptions{}, ErrNoData},
		{"a stratum without codes", append([]Case{{Stratum: 1}}, good...), nil, CorrectOptions{}, ErrUncoded},
		{"no needs at all", []Case{{Weight: 1}, {Weight: 1}}, nil, CorrectOptions{}, ErrNoData},
		{"negative weight", append([]Case{{Weight: -1}}, good...), nil, CorrectOptions{}, nil},
		{"NaN weight", append([]Case{{Weight: math.NaN()}}, good...), nil, CorrectOptions{}, nil},
		{"time", append([]Case{{Taken: true, Read: Exact(-1)}}, good...), nil, CorrectOptions{}, nil},
		{"horizon", good, []float64{math.NaN()}, CorrectOptions{}, nil},
		{"level", good, nil, CorrectOptions{Level: 0.05}, nil},
	} {
		if _, err := Correct(test.cases, test.horizons, test.o); err == nil || test.want != nil && !errors.Is(err, test.want) {
			t.Errorf("%s: Correct = %v, want error %v", test.name, err, test.want)
		}
	}
}

// Whatever the weights, which may take back more than is there, a share is a share
// and lies within its limits.
func TestCorrectOfAnything(t *testing.T) {
	random := rand.New(rand.NewPCG(9, 9))
	told := 0
	for range 1000 {
		var cases []Case
		for range 2 + random.IntN(12) {
			x := Case{Stratum: random.IntN(2), Cluster: random.IntN(4), Taken: random.IntN(2) == 0, Is: random.IntN(2) == 0}
			times := func() Observation {
				at := float64(random.IntN(5))
				switch random.IntN(4) {
				case 0:
					return Censored(at)
				case 1:
					return Between(at, at+float64(random.IntN(3)))
				}
				return Exact(at)
			}
			x.Read, x.True = times(), times()
			if random.IntN(3) > 0 {
				x.Weight = math.Exp(6 * random.Float64())
			}
			cases = append(cases, x)
		}
		rates, err := Correct(cases, []float64{0, 2, 9}, CorrectOptions{})
		if err != nil {
			continue
		}
		told++
		for _, r := range rates {
			if !(r.Share >= 0 && r.Share <= 1 && r.SE >= 0 && r.Limits.Lo >= 0 && r.Limits.Hi <= 1 && r.Classifier >= 0 && r.Classifier <= 1) || !r.Limits.Contains(r.Share) {
				t.Fatalf("Correct(%+v) = %+v", cases, r)
			}
		}
	}
	if told < 200 {
		t.Errorf("only %d of 1000 populations could be corrected: this test shows little", told)
	}
}

func BenchmarkCorrect(b *testing.B) {
	random := rand.New(rand.NewPCG(1, 1))
	cases := misread{0.2, 0.1, 0.1, false}.population(30_000, random)
	sample(cases, 600, random)
	b.ReportAllocs()
	for b.Loop() {
		must(Correct(cases, []float64{1, 3, 7, 30}, CorrectOptions{}))
	}
	b.ReportMetric(float64(len(cases)), "cases")
}
