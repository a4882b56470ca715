package stats

import (
	"math"
	"math/rand/v2"
	"testing"
)

// grouped counts observations in buckets of a width, from 0.
func grouped(obs []Observation, width float64) []Cell {
	var last float64
	for _, o := range obs {
		last = max(last, o.Lo)
	}
	cells := []Cell{{}}
	for lo := 0.0; lo < last; lo += width {
		cells = append(cells, Cell{Lo: lo, Hi: lo + width})
	}
	for _, o := range obs {
		c := &cells[int(math.Ceil(o.Lo/width))]
		if o.IsCensored() {
			c.Censored++
		} else {
			c.Events++
		}
	}
	return cells
}

// sampleTimes draws times of events and of censoring, in sixteenths.
func sampleTimes(random *rand.Rand, n int) []Observation {
	obs := make([]Observation, n)
	for i := range obs {
		event, end := math.Ceil(16*random.ExpFloat64()*5)/16, math.Ceil(16*random.Float64()*20)/16
		obs[i] = Exact(event)
		if end < event {
			obs[i] = Censored(end)
		}
	}
	return obs
}

// The estimate from exact times lies in the band of the one from buckets, whatever
// the times are.
func TestBandOfGroupedHoldsTheExactEstimate(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for round := range 300 {
		obs := sampleTimes(random, 1+random.IntN(60))
		table, err := Grouped(grouped(obs, 1))
		if err != nil {
			t.Fatal(err)
		}
		exact, err := KaplanMeier(obs)
		if err != nil {
			t.Fatal(err)
		}
		if table.N() != exact.N() || table.Events() != exact.Events() {
			t.Fatalf("round %d: %d events of %d, want %d of %d", round, table.Events(), table.N(), exact.Events(), exact.N())
		}
		for h := 0.0; h < 20; h += 0.5 { // edges, and times between them
			want, _ := exact.At(h)
			share, band := table.At(h)
			if want < band.Lo-1e-12 || want > band.Hi+1e-12 || !band.Contains(share) {
				t.Fatalf("round %d: At(%v) = %v in %v, by exact times %v", round, h, share, band, want)
			}
		}
		for _, p := range []float64{0.25, 0.5, 0.9} {
			want, _ := exact.Quantile(p)
			at, band, err := table.Quantile(p)
			if err != nil || want < band.Lo || want > band.Hi || !band.Contains(at) {
				t.Fatalf("round %d: Quantile(%v) = %v in %v, %v, by exact times %v", round, p, at, band, err, want)
			}
		}
	}
}

// With nobody who leaves within a bucket there is nothing to lose.
func TestGroupedIsExactWithoutCensoringInBuckets(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	obs := sampleTimes(random, 200)
	for i := range obs {
		if obs[i].IsCensored() {
			obs[i] = Censored(math.Floor(obs[i].Lo) + 1)
		} else if obs[i].Lo == math.Floor(obs[i].Lo) {
			obs[i] = Exact(obs[i].Lo + 0.5)
		}
	}
	cells := grouped(obs, 1)
	for i := len(cells) - 1; i > 0; i-- { // who leaves at an edge leaves in a moment of its own
		if c := &cells[i]; c.Censored > 0 {
			moment := Cell{Lo: c.Hi, Hi: c.Hi, Censored: c.Censored}
			c.Censored = 0
			cells = append(cells[:i+1], append([]Cell{moment}, cells[i+1:]...)...)
		}
	}
	table, err := Grouped(cells)
	if err != nil {
		t.Fatal(err)
	}
	exact, err := KaplanMeier(obs)
	if err != nil {
		t.Fatal(err)
	}
	for h := 1.0; h < 20; h++ {
		want, wantSE := exact.At(h)
		got, band := table.At(h)
		_, se := table.ProductLimit.At(h)
		near(t, "share", got, want, 1e-12)
		near(t, "width of the band", band.Hi-band.Lo, 0, 1e-12)
		// Greenwood's sum telescopes over a bucket, as its sums of 1/n do.
		near(t, "standard error", se, wantSE, 1e-12)
	}
}

func TestGroupedRefuses(t *testing.T) {
	for name, cells := range map[string][]Cell{
		"nothing":     nil,
		"overlapping": {{0, 2, 1, 0}, {1, 3, 1, 0}},
		"reversed":    {{2, 1, 1, 0}},
		"negative":    {{0, 1, -1, 0}},
		"endless":     {{0, math.Inf(1), 1, 0}},
	} {
		if _, err := Grouped(cells); err == nil {
			t.Errorf("Grouped(%s) = nil, want an error", name)
		}
	}
}

// Threads of one mood widen limits as they do where every observation is at hand.
func TestDesignEffectOfSums(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	var obs []Observation
	var threads []int
	var sums ClusterSums
	for thread := range 200 {
		n, k, mood := 1+random.IntN(9), 0.0, random.Float64()
		for range n {
			o := Censored(10)
			if random.Float64() < mood {
				o = Exact(1 + math.Floor(8*random.Float64()))
				k++
			}
			obs, threads = append(obs, o), append(threads, thread)
		}
		m := float64(n)
		sums = sums.Add(ClusterSums{1, m, k, m * m, m * k, k * k})
	}
	s, err := Describe(obs, Options{Horizons: []float64{9}, Cluster: threads})
	if err != nil {
		t.Fatal(err)
	}
	single, err := Describe(obs, Options{Horizons: []float64{9}})
	if err != nil {
		t.Fatal(err)
	}
	wider := s.Rates[0].SE / single.Rates[0].SE
	want := wider * wider
	got, err := sums.DesignEffect(DefaultLevel)
	if err != nil || want < 1.5 {
		t.Fatal(want, err)
	}
	near(t, "design effect", got, want, 0.01) // the jackknife counts hazards, not shares
}
