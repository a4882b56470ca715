package report

import "testing"

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
		if lo, hi := bucketOf(test.days); lo != test.lo || hi != test.hi {
			t.Errorf("bucketOf(%v) = %d, %d, want %d, %d", test.days, lo, hi, test.lo, test.hi)
		}
	}
}

// A horizon within a bucket could only be interpolated.
func TestHorizonsAreEdgesOfBuckets(t *testing.T) {
	for _, h := range DefaultHorizons {
		if _, hi := bucketOf(h.Days); float64(hi) != h.Days*dayMinutes {
			t.Errorf("horizon %v lies in a bucket that ends at %d minutes, want at its edge", h, hi)
		}
	}
	for _, days := range CurveDays {
		if _, hi := bucketOf(days); float64(hi) != days*dayMinutes {
			t.Errorf("%v days of curves lie in a bucket that ends at %d minutes, want at its edge", days, hi)
		}
	}
}

// A reply whose time is known less exactly than its bucket must be told apart: its
// body is estimated from each need.
func TestWideRepliesAreCounted(t *testing.T) {
	a := NewAggregate(kz(t))
	e := evidence(t, need{"steady", date(2026, 3, 2), 1, 1.01}, need{"steady", date(2026, 3, 3), 2, 4}, need{"steady", date(2026, 3, 4), 5, never})
	for range e.Any.NeedID {
		e.Any.Language, e.Any.Theme = append(e.Any.Language, "kk"), append(e.Any.Theme, "none")
	}
	if err := a.Add("any", e.Any); err != nil {
		t.Fatal(err)
	}
	states, err := a.States()
	if err != nil {
		t.Fatal(err)
	}
	var answered, open, wide uint32
	for _, c := range states.Cells {
		if c.Period == "all" && c.Clock == calendarClock {
			answered, open, wide = answered+c.Answered, open+c.Open, wide+c.Wide
		}
	}
	if answered != 2 || open != 1 || wide != 1 {
		t.Errorf("%d answered, %d wide, %d open, want 2, 1, 1", answered, wide, open)
	}
}
