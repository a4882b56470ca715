package jobs

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"qulaq/stats"

	"github.com/google/go-cmp/cmp"
)

// waiting is a need in a thread of its own, on pages without times: it is answered
// after latency seconds, +Inf for never.
type waiting struct{ latency, phase float64 }

// habitsOf draws the needs put to a body as package simulate does: lognormal
// latencies, and a share that nobody ever answers.
func habitsOf(rng *rand.Rand, median time.Duration, needs ...int) [][]waiting {
	sigma, never := 0.8+0.5*rng.Float64(), 0.05+0.45*rng.Float64()
	drawn := make([][]waiting, len(needs))
	for k, n := range needs {
		for range n {
			w := waiting{median.Seconds() * math.Exp(sigma*rng.NormFloat64()), rng.Float64()}
			if rng.Float64() < never {
				w.latency = math.Inf(1)
			}
			drawn[k] = append(drawn[k], w)
		}
	}
	return drawn
}

// watched is what visits made of a need.
type watched struct {
	visits int
	lo, hi float64 // the visits before and after the reply; hi is +Inf when none saw it
}

// watch has the policy choose all visits of a thread whose need was asked at 0, and
// that was found soon after.
func (p Policy) watch(w waiting, h *habit) watched {
	t := &prospect{found: 600 * w.phase, habit: h, open: 1}
	seen := watched{hi: math.Inf(1)}
	for {
		at, _, ok := p.next(t)
		if !ok {
			return seen
		}
		seen.visits++
		switch {
		case at < w.latency:
			seen.lo = at
		case math.IsInf(seen.hi, 1):
			seen.hi, t.open = at, 0
		}
		t.seen(at)
	}
}

// poll visits at a fixed distance until stop; if answered ends it, no more once the
// reply was seen.
func poll(w waiting, every, stop float64, untilAnswered bool) watched {
	seen := watched{hi: math.Inf(1)}
	for at := every * w.phase; at < stop; at += every {
		seen.visits++
		switch {
		case at < w.latency:
			seen.lo = at
		case math.IsInf(seen.hi, 1):
			seen.hi = at
			if untilAnswered {
				return seen
			}
		}
	}
	return seen
}

// narrow gives the visits in all, and the relative widths of the spans of replies:
// in relation to their latencies.
func narrow(needs []waiting, look func(waiting) watched) (visits int, widths []float64) {
	for _, w := range needs {
		seen := look(w)
		visits += seen.visits
		if !math.IsInf(seen.hi, 1) {
			widths = append(widths, (seen.hi-seen.lo)/w.latency)
		}
	}
	return visits, widths
}

// atEqualVisits finds the distance at which polling makes as many visits, or hardly
// more, and the widths that it gives.
func atEqualVisits(needs []waiting, visits int, look func(w waiting, every float64) watched) (every float64, widths []float64) {
	lo, hi := 60.0, 90*aDay.Seconds()
	for range 60 {
		every = math.Sqrt(lo * hi)
		if made, _ := narrow(needs, func(w waiting) watched { return look(w, every) }); made >= visits {
			lo = every
		} else {
			hi = every
		}
	}
	_, widths = narrow(needs, func(w waiting) watched { return look(w, lo) })
	return lo, widths
}

func middle(x []float64) float64 { slices.Sort(x); return x[len(x)/2] }

// exposures counts what visits told of latencies, as Store.ReplyTimes does.
func exposures(needs []waiting, look func(waiting) watched) []stats.Exposure {
	steps := make([]stats.Exposure, len(habitAges))
	for _, w := range needs {
		seen := look(w)
		at, replied := (seen.lo+seen.hi)/2, !math.IsInf(seen.hi, 1)
		if !replied {
			at = seen.lo
		}
		for i, age := range habitAges {
			from, to := age.Seconds(), math.Inf(1)
			if i+1 < len(habitAges) {
				to = habitAges[i+1].Seconds()
			}
			steps[i].Time += min(max(at-from, 0), to-from)
			if replied && at >= from && at < to {
				steps[i].Events++
			}
		}
	}
	return steps
}

// At equal visits, spans of replies are at most half as wide, in relation to the
// latency, as polling at a fixed distance makes them, whether bodies answer within
// hours or a week. What a body does is learnt from the spans that visits under the
// prior law gave of 200 earlier needs, not told. The table stands in the method page.
func TestNarrowing(t *testing.T) {
	const bodies, past, needs = 12, 200, 250
	p, prior := DefaultPolicy, &habit{hazard: priorHabit()}
	stop := p.Stop.Seconds()
	table := &strings.Builder{}
	fmt.Fprintln(table, "| median latency | visits a need | this policy | before it has learnt | fixed polling | fixed, until answered |\n|---|---|---|---|---|---|")
	for _, typical := range []time.Duration{6 * time.Hour, 2 * aDay, 6 * aDay} {
		rng := rand.New(rand.NewPCG(7, uint64(typical)))
		seen, next := map[string][]stats.Exposure{}, map[string][]waiting{}
		for i := range bodies {
			body := fmt.Sprint(i)
			drawn := habitsOf(rng, typical, past, needs)
			seen[body] = exposures(drawn[0], func(w waiting) watched { return p.watch(w, prior) })
			next[body] = drawn[1]
		}
		hazards, err := learnHabits(seen)
		if err != nil {
			t.Fatal(err)
		}
		visits, blindVisits := 0, 0
		var all []waiting
		var ours, blind []float64
		for i := range bodies {
			body := fmt.Sprint(i)
			made, widths := narrow(next[body], func(w waiting) watched { return p.watch(w, &habit{hazard: hazards[body]}) })
			visits, ours = visits+made, append(ours, widths...)
			made, widths = narrow(next[body], func(w waiting) watched { return p.watch(w, prior) })
			blindVisits, blind = blindVisits+made, append(blind, widths...)
			all = append(all, next[body]...)
		}
		every, fixed := atEqualVisits(all, visits, func(w waiting, every float64) watched { return poll(w, every, stop, false) })
		everyUntil, until := atEqualVisits(all, visits, func(w waiting, every float64) watched { return poll(w, every, stop, true) })
		narrowed := middle(ours)
		if ratio := narrowed / middle(fixed); ratio > 0.5 {
			t.Errorf("median latency %v: relative width %.3f, %.3f with fixed polling: %.2f times as wide, want at most half", typical, narrowed, middle(fixed), ratio)
		}
		fmt.Fprintf(table, "| %s | %.1f | %.2f | %.2f (%.1f visits) | %.2f (every %.0f h) | %.2f (every %.0f h) |\n", methodLanguages["en"].span(typical), float64(visits)/float64(len(all)),
			narrowed, middle(blind), float64(blindVisits)/float64(len(all)), middle(fixed), every/3600, middle(until), everyUntil/3600)
	}
	if *update {
		if err := os.WriteFile("narrowing.md", []byte(table.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(narrowingTable, table.String()); diff != "" && !*update {
		t.Errorf("narrowing.md differs; go test ./jobs -run Narrowing -update, then Method (-file +test):\n%s", diff)
	}
}
