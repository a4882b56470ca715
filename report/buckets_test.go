package report

import (
	"fmt"
	"testing"

	"qulaq/schema"

	"github.com/google/go-cmp/cmp"
)

func TestBucketOf(t *testing.T) {
	for _, test := range []struct {
		days   float64
		lo, hi uint32
	}{
		{0, 0, 0},
		{0.5 / dayMinutes, 0, 5},
		{5.0 / dayMinutes, 0, 5},
		{1.0 / 24, 55, 60},
		{61.0 / dayMinutes, 60, 75},
		{3, 4260, 4320},
		{3.001, 4320, 4500},
		{30, 42480, 43200},
		{370, 522720, 532800},
		{371, 532800, 576000},
	} {
		if lo, hi := fineBuckets.edges(fineBuckets.of(test.days)); lo != test.lo || hi != test.hi {
			t.Errorf("bucket of %v = %d, %d, want %d, %d", test.days, lo, hi, test.lo, test.hi)
		}
	}
}

// A horizon within a bucket could only be interpolated.
func TestHorizonsAreEdgesOfBuckets(t *testing.T) {
	edge := func(w buckets, days float64) {
		t.Helper()
		if _, hi := w.edges(w.of(days)); float64(hi) != days*dayMinutes {
			t.Errorf("%v days lie in a bucket that ends at %d minutes, want at its edge", days, hi)
		}
	}
	for _, h := range DefaultHorizons {
		edge(fineBuckets, h.Days)
		edge(seriesBuckets, h.Days)
	}
	for _, days := range CurveDays {
		edge(fineBuckets, days)
	}
}

// Buckets lie side by side, whatever their widths.
func TestBucketsLieSideBySide(t *testing.T) {
	for _, w := range []buckets{fineBuckets, seriesBuckets} {
		_, before := w.edges(0)
		for bucket := 1; bucket < 400; bucket++ {
			lo, hi := w.edges(bucket)
			if lo != before || hi <= lo {
				t.Fatalf("bucket %d is (%d, %d], want it to begin at %d", bucket, lo, hi, before)
			}
			if got := w.of(float64(hi) / dayMinutes); got != bucket {
				t.Errorf("the bucket of %d minutes is %d, want %d", hi, got, bucket)
			}
			before = hi
		}
	}
}

// A reply whose time is known less exactly than its bucket must be told apart, and the
// buckets of its span counted: it is estimated from them.
func TestWideRepliesAreCounted(t *testing.T) {
	a := NewAggregate(kz(t))
	e := evidence(t, need{"steady", date(2026, 3, 2), 1, 1.01}, need{"steady", date(2026, 3, 3), 2, 4}, need{"steady", date(2026, 3, 4), 5, never})
	for i := range e.Any.NeedID {
		e.Any.Class, e.Any.Language, e.Any.Theme = append(e.Any.Class, "question"), append(e.Any.Language, "kk"), append(e.Any.Theme, "none")
		e.Any.Cluster = append(e.Any.Cluster, e.Any.NeedID[i])
	}
	if err := a.Add("any", e.Any); err != nil {
		t.Fatal(err)
	}
	states, err := a.States()
	if err != nil {
		t.Fatal(err)
	}
	all := func(k schema.StateKey) bool {
		return k.Unit == perNeed && k.Period == "all" && k.Facet == "" && k.Clock == calendarClock
	}
	var answered, open, wide uint32
	for _, c := range states.Cells {
		if all(c.StateKey) {
			answered, open, wide = answered+c.Answered, open+c.Open, wide+c.Wide
		}
	}
	if answered != 2 || open != 1 || wide != 1 {
		t.Errorf("%d answered, %d wide, %d open, want 2, 1, 1", answered, wide, open)
	}
	var spans []string
	for _, s := range states.Spans {
		if all(s.StateKey) {
			spans = append(spans, fmt.Sprintf("(%d, %d] %d", s.Lo, s.Hi, s.Answered))
		}
	}
	if want := []string{"(2880, 5760] 1"}; !cmp.Equal(spans, want) {
		t.Errorf("spans %v, want %v", spans, want)
	}
}
