package simulate

import (
	"math"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestNewRefuses(t *testing.T) {
	for _, test := range []struct {
		name   string
		config Config
		want   string
	}{
		{"few bodies", Config{Bodies: 11}, "11 bodies, want 12 to 84"},
		{"many bodies", Config{Bodies: 85}, "85 bodies"},
		{"no time", Config{Days: -1}, "-1 days"},
		{"too long", Config{Days: 4000}, "4000 days"},
		{"negative load", Config{Load: -1}, "load -1"},
		{"no number", Config{Load: math.NaN()}, "load NaN"},
		{"unknown zone", Config{Zone: "Mars/Olympus"}, "Mars/Olympus"},
	} {
		if _, err := New(test.config); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("New(%s) = %v, want an error with %q", test.name, err, test.want)
		}
	}
}

// TestSizes: the republic has the size that its configuration asks for.
func TestSizes(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name     string
		config   Config
		bodies   int
		from, to int // needs
	}{
		{"default", Config{}, 14, 1500, 3000},
		{"few days", Config{Days: 3}, 14, 100, 500},
		{"smallest", Config{Bodies: 12, Days: 1}, 12, 10, 200},
		{"largest", Config{Bodies: 84, Days: 7}, 84, 2000, 5000},
		{"tenfold", Config{Load: 10}, 14, 15000, 30000},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := republic(t, test.config)
			if got := len(r.Country(base).Bodies); got != test.bodies {
				t.Errorf("%d bodies, want %d", got, test.bodies)
			}
			if got := len(r.Truth()); got < test.from || got > test.to {
				t.Errorf("%d needs, want %d to %d", got, test.from, test.to)
			}
		})
	}
}

// TestHabitsShowInTruth: with many needs, every body answers as it was drawn.
func TestHabitsShowInTruth(t *testing.T) {
	t.Parallel()
	r := republic(t, Config{Seed: 11, Load: 6})
	type tally struct {
		asked, silent int
		first         []float64
	}
	byBody := map[string]*tally{}
	for _, n := range r.needs {
		b := n.item.thread.body
		if n.item.hidden || n.cluster != nil || n.repeats != nil || n.item.deleted != never || n.item.thread.source == r.portal {
			continue // scenes have laws of their own
		}
		c := byBody[b.id]
		if c == nil {
			c = &tally{}
			byBody[b.id] = c
		}
		c.asked++
		if len(n.replies) == 0 {
			c.silent++
			continue
		}
		for _, reply := range n.replies {
			if reply.class != "acknowledgement" {
				c.first = append(c.first, float64(reply.at-n.item.at)/3600)
				break
			}
		}
	}
	for _, b := range r.bodies {
		if slices.ContainsFunc(b.sources, func(s *source) bool { return s.closed }) {
			continue // can only be asked on the portal
		}
		c := byBody[b.id]
		if c == nil || c.asked < 300 {
			t.Errorf("%s was asked %v times, want at least 300", b.id, c)
			continue
		}
		share := float64(c.silent) / float64(c.asked)
		if limit := 4 * math.Sqrt(b.never*(1-b.never)/float64(c.asked)); math.Abs(share-b.never) > limit {
			t.Errorf("%s never answers %.3f of %d, want %.3f ± %.3f", b.id, share, c.asked, b.never, limit)
		}
		slices.Sort(c.first)
		// Office hours bend the calendar: a quick body is slower over night.
		if median := c.first[len(c.first)/2]; median < b.median/4 || median > 3*b.median+16 {
			t.Errorf("%s settles in %.1f h at the median, want about %.1f", b.id, median, b.median)
		}
	}
}

// TestNaiveFiguresAreWrong: on the last day, what the peers compute is far from
// the truth; a republic on which they were right would test nothing.
func TestNaiveFiguresAreWrong(t *testing.T) {
	r := republic(t, Config{Seed: 2, Load: 3})
	end := r.End()
	wrong, bodies := 0, map[string][2]int{}
	for _, e := range r.Truth() {
		c := bodies[e.Body]
		if len(e.Replies) > 0 && e.Replies[0].At.Sub(e.Asked) <= 7*24*time.Hour {
			c[0]++ // in truth answered within 7 days
		}
		if len(e.Replies) > 0 && e.Replies[0].At.Before(end) && e.Replies[0].At.Sub(e.Asked) <= 7*24*time.Hour {
			c[1]++ // and already seen to be
		}
		bodies[e.Body] = c
	}
	for _, c := range bodies {
		if float64(c[0]-c[1]) > 0.1*float64(c[0]) {
			wrong++
		}
	}
	if wrong < len(bodies)/3 {
		t.Errorf("answered ÷ asked is off by more than a tenth for %d of %d bodies", wrong, len(bodies))
	}
}

// TestLoadGrows: the second half of the time has more needs than the first.
func TestLoadGrows(t *testing.T) {
	r := republic(t, Config{Seed: 1, Load: 4})
	half, first, second := r.start+(r.end-r.start)/2, 0, 0
	for _, n := range r.needs {
		if n.item.at < half {
			first++
		} else {
			second++
		}
	}
	if float64(second) < 1.15*float64(first) {
		t.Errorf("%d needs in the first half, %d in the second", first, second)
	}
}

// TestOrderOfEvents: replies follow their needs while these are there, threads
// precede what is in them, numbers grow with time.
func TestOrderOfEvents(t *testing.T) {
	r := republic(t, Config{Seed: 8, Load: 2})
	for _, e := range r.Truth() {
		last := e.Asked
		for _, reply := range e.Replies {
			if reply.At.Before(last) || reply.At.Equal(e.Asked) {
				t.Errorf("%s: reply at %v, after %v", e.Item, reply.At, last)
			}
			if !e.Deleted.IsZero() && !reply.At.Before(e.Deleted) {
				t.Errorf("%s: reply at %v to what was deleted at %v", e.Item, reply.At, e.Deleted)
			}
			last = reply.At
		}
		if e.Hidden && len(e.Replies) > 0 {
			t.Errorf("%s is hidden and has a reply", e.Item)
		}
	}
	ids := map[string]bool{}
	for _, it := range r.Items() {
		if ids[it.ID] {
			t.Errorf("id %s twice", it.ID)
		}
		ids[it.ID] = true
	}
	for _, s := range r.sources {
		var before *thread
		for _, th := range s.threads {
			if before != nil && (th.at < before.at || th.number <= before.number+before.post.album) {
				t.Errorf("%s: thread %d of %d after %d of %d", s.id, th.number, th.at, before.number, before.at)
			}
			before = th
			for i, it := range th.items {
				if it.at < th.at || i > 0 && it.number <= th.items[i-1].number {
					t.Errorf("%s: item %d of %d in thread of %d", s.id, it.number, it.at, th.at)
				}
				if it.parent != nil && (it.parent.at > it.at || it.at >= it.parent.deleted || it.parent.hidden) {
					t.Errorf("%s: item %d answers what is not there", s.id, it.number)
				}
			}
		}
	}
}

// TestOfficeHours: work that is taken up at one moment is done at another.
func TestOfficeHours(t *testing.T) {
	zone, err := time.LoadLocation("Asia/Almaty")
	if err != nil {
		t.Fatal(err)
	}
	h := newOfficeHours(zone)
	at := func(s string) time.Time {
		v, err := time.ParseInLocation("2006-01-02 15:04", s, zone)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	for _, test := range []struct {
		name, from string
		work       float64
		want       string
	}{
		{"within a day", "2025-12-08 10:00", 2, "2025-12-08 12:00"},
		{"half pace is none at night", "2025-12-08 18:00", 0.5, "2025-12-08 18:30"},
		{"over night", "2025-12-08 18:00", 0.5 + 14.5*offDutyPace + 1, "2025-12-09 10:00"},
		{"over the weekend", "2025-12-12 18:30", 62.5*offDutyPace + 1, "2025-12-15 10:00"},
		{"over a holiday", "2025-12-17 18:30", 38.5*offDutyPace + 1, "2025-12-19 10:00"},
	} {
		got := time.Unix(h.after(at(test.from).Unix(), test.work), 0)
		if d := got.Sub(at(test.want)); d < -time.Second || d > time.Second {
			t.Errorf("%s: after(%s, %v) = %v, want %s", test.name, test.from, test.work, got.In(zone), test.want)
		}
	}
}

// TestArrivals: the process has the mean that it is asked for, and no event
// outside of its time.
func TestArrivals(t *testing.T) {
	h := newOfficeHours(time.UTC)
	start := time.Date(2025, 3, 3, 0, 0, 0, 0, time.UTC).Unix()
	end := start + 1000*24*3600 + 1234
	for name, rhythm := range map[string]*[24]float64{"awake": &awake, "desk": &desk} {
		moments := h.arrivals(newDice(1, name), start, end, 10, rhythm, 0.6)
		if want := 10 * 1000 * (5 + 2*0.6) / 7; math.Abs(float64(len(moments))-want) > 0.04*want {
			t.Errorf("%s: %d events, want about %.0f", name, len(moments), want)
		}
		if !slices.IsSorted(moments) || moments[0] < start || moments[len(moments)-1] >= end {
			t.Errorf("%s: events from %d to %d, out of order or out of time", name, moments[0], moments[len(moments)-1])
		}
	}
}

func BenchmarkNew(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := New(Config{}); err != nil {
			b.Fatal(err)
		}
	}
}
