package jobs

import (
	"math"
	"testing"
	"time"

	"qulaq/schema"
	"qulaq/stats"
)

// quiet is a thread without needs that was opened, found and visited at 0.
func quiet(change func(*prospect)) *prospect {
	t := &prospect{visited: true, outcome: schema.OK, pages: 1, habit: &habit{hazard: priorHabit(), rhythm: math.Inf(1)}}
	change(t)
	return t
}

func hours(n float64) float64 { return n * 3600 }

func TestPolicyNext(t *testing.T) {
	p := DefaultPolicy
	exactly := func(t *prospect) { t.habit.exact = true }
	tests := []struct {
		name   string
		thread *prospect
		at     float64 // hours
		why    reason
		stops  bool
	}{
		{"never visited", &prospect{found: hours(7)}, 7, isNew, false},
		{"nothing waits: after Young at first", quiet(func(*prospect) {}), 12, audit, false},
		{"nothing waits: then ages double", quiet(func(t *prospect) { t.last = hours(12) }), 36, audit, false},
		{"the last audit is when the thread is left alone", quiet(func(t *prospect) { t.last = hours(40 * 24) }), 45 * 24, audit, false},
		{"and none follows", quiet(func(t *prospect) { t.last = hours(45 * 24) }), 0, "", true},
		{"a need waits: its age grows by Growth", quiet(func(t *prospect) { t.open, t.last = 1, hours(48) }), 48 * 1.15, needWaits, false},
		{"never sooner than Least", quiet(func(t *prospect) { t.open, t.oldest, t.youngest, t.last = 1, hours(1), hours(1), hours(1) }), 1.25, needWaits, false},
		{"a need in an old thread keeps it from being left alone", quiet(func(t *prospect) { t.open, t.oldest, t.youngest, t.last = 1, hours(44*24), hours(44*24), hours(45*24) }), 45*24 + 24*0.15, needWaits, false},
		{"a need that is too old counts no more", quiet(func(t *prospect) { t.open, t.last = 1, hours(45*24) }), 0, "", true},
		{"times are printed: the next horizon", quiet(func(t *prospect) { exactly(t); t.open, t.last = 1, hours(60) }), 73, horizonDue, false},
		{"times are printed: a horizon that was just seen is not seen again", quiet(func(t *prospect) { exactly(t); t.open, t.last = 1, hours(73) }), 158, audit, false},
		{"times are printed: the older need's horizon may come first", quiet(func(t *prospect) { exactly(t); t.open, t.oldest, t.youngest, t.last = 2, 0, hours(66), hours(67) }), 73, horizonDue, false},
		{"it failed", quiet(func(t *prospect) { t.last, t.failing, t.outcome = hours(40), hours(40), schema.NetworkError }), 41, retry, false},
		{"it goes on failing", quiet(func(t *prospect) { t.last, t.failing, t.outcome = hours(47), hours(40), schema.NetworkError }), 54, retry, false},
		{"it has been failing for long", quiet(func(t *prospect) { t.last, t.failing, t.outcome = hours(240), hours(40), schema.Captcha }), 264, retry, false},
		{"robots.txt is read again within a day, not an hour", quiet(func(t *prospect) { t.last, t.failing, t.outcome = hours(40), hours(40), schema.BlockedByRobots }), 64, retry, false},
		{"closed comments are no failure", quiet(func(t *prospect) { t.last, t.failing, t.outcome = hours(12), hours(12), schema.CommentsClosed }), 36, audit, false},
		{"a listing of which nothing is known", quiet(func(t *prospect) { t.listing = true }), 1, rhythm, false},
		{"a listing with something new each hour", quiet(func(t *prospect) { t.listing, t.habit.rhythm = true, 3600 }), 0.5, rhythm, false},
		{"a listing with something new each minute", quiet(func(t *prospect) { t.listing, t.habit.rhythm = true, 60 }), 0.25, rhythm, false},
		{"a listing is never too old", quiet(func(t *prospect) { t.listing, t.last = true, hours(9000) }), 9001, rhythm, false},
		{"a listing that failed", quiet(func(t *prospect) { t.listing, t.habit.rhythm, t.outcome = true, 60, schema.Throttled }), 1, retry, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			at, why, ok := p.next(test.thread)
			if ok == test.stops || why != test.why || ok && math.Abs(at-hours(test.at)) > hours(test.at)*0.02 {
				t.Errorf("next = %.2f h, %q, %t, want %.2f h, %q, %t", at/3600, why, ok, test.at, test.why, !test.stops)
			}
		})
	}
}

// On pages that print times, a thread takes a fraction of the visits that it takes
// elsewhere, and has one within an hour or two of each horizon.
func TestExactTimesTakeFewVisits(t *testing.T) {
	p := DefaultPolicy
	unanswered := waiting{math.Inf(1), 0.5}
	elsewhere := p.watch(unanswered, &habit{hazard: priorHabit()}).visits
	exact := p.watch(unanswered, &habit{hazard: priorHabit(), exact: true}).visits
	if exact > 12 || exact*4 > elsewhere {
		t.Errorf("%d visits where times are printed, %d where they are not: want at most 12, and a quarter", exact, elsewhere)
	}
	for _, h := range p.Horizons {
		// One that was answered just before the horizon is seen soon after it.
		seen := p.watch(waiting{(h - time.Minute).Seconds(), 0.5}, &habit{hazard: priorHabit(), exact: true})
		if late := seen.hi - h.Seconds(); late < 0 || late > p.Lag.Seconds() {
			t.Errorf("horizon %v: the visit after it came %v later, want at most %v", h, time.Duration(late)*time.Second, p.Lag)
		}
	}
}

// A source that answers within hours is visited closely at that age, one that takes
// a week hardly.
func TestVisitsComeWhereRepliesDo(t *testing.T) {
	p := DefaultPolicy
	learn := func(median time.Duration) *habit {
		var needs []waiting
		for i := range 300 { // spread evenly about the median, on a logarithmic scale
			needs = append(needs, waiting{median.Seconds() * math.Exp(float64(i-150)/150), 0.5})
		}
		hazards, err := learnHabits(map[string][]stats.Exposure{"s": exposures(needs, func(w waiting) watched { return p.watch(w, &habit{hazard: priorHabit()}) })})
		if err != nil {
			t.Fatal(err)
		}
		return &habit{hazard: hazards["s"]}
	}
	gap := func(h *habit, age time.Duration) time.Duration {
		thread := &prospect{visited: true, outcome: schema.OK, open: 1, last: age.Seconds(), habit: h}
		at, _, _ := p.next(thread)
		return time.Duration((at - age.Seconds()) * float64(time.Second))
	}
	fast, slow, unknown := learn(3*time.Hour), learn(6*aDay), &habit{hazard: priorHabit()}
	if f, u, s := gap(fast, 3*time.Hour), gap(unknown, 3*time.Hour), gap(slow, 3*time.Hour); !(f < u && 4*u < s) {
		t.Errorf("after 3 hours the next visit follows after %v where replies take 3 hours, %v where nothing is known, %v where they take 6 days", f, u, s)
	}
	if s, u := gap(slow, 6*aDay), gap(unknown, 6*aDay); s >= u {
		t.Errorf("after 6 days the next visit follows after %v where replies take 6 days, %v where nothing is known", s, u)
	}
}

// What is behind its time narrows most; an audit narrows nothing, but its turn comes.
func TestValue(t *testing.T) {
	p := DefaultPolicy
	value := func(why reason, due, now float64, pages int) float64 {
		return p.value(quiet(func(t *prospect) { t.pages = pages }), hours(due), why, hours(now))
	}
	fresh := p.value(&prospect{habit: &habit{}}, 0, isNew, 0)
	for _, test := range []struct {
		name       string
		more, less float64
	}{
		{"further behind", value(needWaits, 4, 12, 1), value(needWaits, 4, 8, 1)},
		{"behind in relation to its gap", value(needWaits, 1, 3, 1), value(needWaits, 10, 13, 1)},
		{"further behind a horizon", value(horizonDue, 4, 30, 1), value(horizonDue, 4, 8, 1)},
		{"a need before a horizon that was met just after a visit", value(needWaits, 4, 8, 1), value(horizonDue, 0.1, 8, 1)},
		{"fewer pages", value(needWaits, 4, 8, 1), value(needWaits, 4, 8, 3)},
		{"a need before an audit", value(needWaits, 4, 4, 1), value(audit, 4, 6, 1)},
		{"an audit that has waited", value(audit, 4, 12, 1), value(needWaits, 4, 4, 1)},
		{"a new thread before most", fresh, value(needWaits, 4, 16, 1)},
	} {
		if !(test.more > test.less) {
			t.Errorf("%s: value %.2f, want more than %.2f", test.name, test.more, test.less)
		}
	}
}

func TestRhythm(t *testing.T) {
	var p pulse
	if got := p.rhythm(5); !math.IsInf(got, 1) {
		t.Errorf("rhythm of nothing = %v, want +Inf", got)
	}
	for i := range 40 { // in any order
		p.beat(float64((i * 7) % 40))
	}
	if got := p.rhythm(40); len(p) != rhythmPosts || got != 1 {
		t.Errorf("rhythm of a thread a second = %v of the last %d, want 1 of the last %d", got, len(p), rhythmPosts)
	}
	if got := p.rhythm(40 + 160); got != 11 {
		t.Errorf("rhythm after a long silence = %v, want 11: silence counts", got)
	}
}
