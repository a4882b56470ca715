package jobs

import (
	"math"
	"testing"
	"time"

	"qulaq/registry"
	"qulaq/schema"
	"qulaq/stats"
)

// kazakhPace is that of Astana in November 2026.
func kazakhPace(t *testing.T) *pace {
	t.Helper()
	country, err := registry.Embedded("KZ", RegistryRules())
	if err != nil {
		t.Fatal(err)
	}
	index, err := registry.NewIndex(country)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, time.November, 23, 0, 0, 0, 0, time.UTC)
	clock, err := index.Clock(index.Location(nil, nil), now)
	if err != nil {
		t.Fatal(err)
	}
	return newPace(clock, now)
}

func TestPace(t *testing.T) {
	p := kazakhPace(t)
	at := func(text string) float64 {
		moment, err := time.Parse("2006-01-02 15:04 -0700", text+" +0500")
		if err != nil {
			t.Fatal(err)
		}
		return float64(moment.Unix())
	}
	for _, test := range []struct {
		name, from, to string
		want           float64 // of an hour at work
	}{
		{"at work", "2026-11-17 10:00", "2026-11-17 11:00", 1},
		{"by night", "2026-11-17 02:00", "2026-11-17 03:00", offDuty},
		{"on a Sunday", "2026-11-15 10:00", "2026-11-15 11:00", offDuty},
		{"on a Monday that is off for the Day of the Republic", "2026-10-26 10:00", "2026-10-26 11:00", offDuty},
		{"from night to work", "2026-11-17 08:30", "2026-11-17 09:30", 0.5 + 0.5*offDuty},
	} {
		if got := p.between(at(test.from), at(test.to)) / p.work / 3600; math.Abs(got-test.want) > 1e-9 {
			t.Errorf("%s: an hour counts %.3f, want %.3f", test.name, got, test.want)
		}
	}
	from := at("2025-11-24 05:00")
	if got := p.between(from, from+364*86400) / (364 * 86400); math.Abs(got-1) > 1e-9 {
		t.Errorf("a year counts %v, want 1", got)
	}
	if got := p.reach(from, from+6*3600, p.between(from, from+4*3600)); math.Abs(got-from-4*3600) > 1 {
		t.Errorf("reach comes after %v s, want 4 hours", got-from)
	}
	beyond := at("2150-01-01 10:00")
	if got := p.between(beyond, beyond+3600); got != 3600 {
		t.Errorf("an hour beyond the calendar counts %v, want 3600", got)
	}
	if got := (*pace)(nil).reach(5, 100, 20); got != 25 {
		t.Errorf("at an even pace reach = %v, want 25", got)
	}
}

// A need that waits is looked at when officials are at work, in as many visits as at
// an even pace.
func TestVisitsComeAtWork(t *testing.T) {
	at := func(p *pace) (work, rest int) {
		monday := float64(time.Date(2026, time.August, 30, 19, 0, 0, 0, time.UTC).Unix()) // midnight in Astana
		thread := &prospect{visited: true, outcome: schema.OK, open: 1, habit: &habit{hazard: steady(t), pace: p}}
		thread.born, thread.oldest, thread.youngest, thread.last = monday, monday, monday, monday
		clock := kazakhPace(t)
		for thread.last < monday+28*aDay.Seconds() {
			next, _, ok := DefaultPolicy.next(thread)
			if !ok {
				t.Fatal("the visits end")
			}
			if thread.seen(next); clock.between(next, next+1) > 1 {
				work++
			} else {
				rest++
			}
		}
		return work, rest
	}
	evenWork, evenRest := at(nil)
	work, rest := at(kazakhPace(t))
	if made, even := work+rest, evenWork+evenRest; math.Abs(float64(made-even)) > 0.05*float64(even) {
		t.Errorf("%d visits in four weeks, %d at an even pace, want about as many", made, even)
	}
	// 47.5 of 168 hours are at work, so that a share of 0.66 of the visits should be.
	if share := float64(work) / float64(work+rest); math.Abs(share-47.5/(47.5+offDuty*120.5)) > 0.04 {
		t.Errorf("%d visits at work, %d off duty (%d and %d at an even pace): a share of %.2f", work, rest, evenWork, evenRest, share)
	}
}

// steady answers at the same rate however long a need has waited.
func steady(t *testing.T) stats.Hazard {
	t.Helper()
	h, err := stats.NewHazard([]float64{0}, []float64{priorLaw / (8 * 3600)})
	if err != nil {
		t.Fatal(err)
	}
	return h
}
