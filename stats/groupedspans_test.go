package stats

import (
	"math"
	"math/rand/v2"
	"testing"
)

// What is told of spans in buckets is what [Turnbull] tells of the spans themselves, but
// for the width of a bucket.
func TestSpansInBucketsAgreeWithIntervals(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 3))
	cells := make([]Cell, 40) // days
	for i := range cells {
		cells[i].Lo, cells[i].Hi = float64(i), float64(i+1)
	}
	spans := map[[2]float64]int{}
	var exact []Observation
	for range 600 {
		at, seen := random.ExpFloat64()*6, random.Float64()*40
		switch day := math.Floor(at); {
		case at > seen:
			exact = append(exact, Censored(seen))
			cells[int(seen)].Censored++
		case random.IntN(2) == 0:
			exact = append(exact, Exact(at))
			cells[int(day)].Events++
		default: // known to lie within some days
			lo, hi := max(0, day-float64(random.IntN(3))), day+1+float64(random.IntN(3))
			exact = append(exact, Between(lo, hi))
			spans[[2]float64{lo, hi}]++
		}
	}
	var wide []Span
	for s, n := range spans {
		wide = append(wide, Span{s[0], s[1], n})
	}
	o := Options{Horizons: []float64{1, 3, 7, 30}, Seed: 1}
	want, err := Describe(exact, o)
	if err != nil {
		t.Fatal(err)
	}
	got, err := DescribeGrouped(cells, wide, o, len(exact), nil)
	if err != nil {
		t.Fatal(err)
	}
	if got.Method != MethodTurnbull || got.N != want.N || got.Events != want.Events {
		t.Errorf("%s of %d, %d events, want %s of %d, %d", got.Method, got.N, got.Events, MethodTurnbull, want.N, want.Events)
	}
	for i, g := range got.Rates {
		w := want.Rates[i]
		if math.Abs(g.Share-w.Share) > 0.03 || math.Abs(g.Limits.Lo-w.Limits.Lo) > 0.04 || math.Abs(g.Limits.Hi-w.Limits.Hi) > 0.04 {
			t.Errorf("by %v: %.3f %.3f from buckets, %.3f %.3f from intervals", g.At, g.Share, g.Limits, w.Share, w.Limits)
		}
	}
	if g, w := got.Median, want.Median; math.Abs(g.Time-w.Time) > 1 || !g.Limits.Contains(w.Time) {
		t.Errorf("median %.2f %.2f from buckets, %.2f %.2f from intervals", g.Time, g.Limits, w.Time, w.Limits)
	}
	for _, bad := range []Span{{-1, 2, 1}, {3, 2, 1}, {math.NaN(), 2, 1}} {
		if _, err := DescribeGrouped(cells, []Span{bad}, o, 1, nil); err == nil {
			t.Errorf("span %+v was taken", bad)
		}
	}
}

// Around 200 degrees of freedom the expansion takes over: no step may be seen.
func TestStudentQuantileGoesOn(t *testing.T) {
	for _, p := range []float64{0.9, 0.975, 0.995} {
		below, above := studentQuantile(p, 199.999999), studentQuantile(p, 200)
		if math.Abs(below-above) > 1e-8 {
			t.Errorf("studentQuantile(%v) = %v below 200 degrees of freedom, %v above", p, below, above)
		}
		if got, want := studentQuantile(p, 1e12), normalQuantile(p); math.Abs(got-want) > 1e-9 {
			t.Errorf("studentQuantile(%v, 1e12) = %v, want %v", p, got, want)
		}
	}
}
