package jobs

import (
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"qulaq/schema"
	"qulaq/stats"
)

// habit is what was measured of how a source answers, and shows it.
type habit struct {
	hazard stats.Hazard // of a reply to a need that waits, per second
	exact  bool         // its pages print the times of replies
	rhythm float64      // seconds between two of its threads; +Inf when unknown
	pace   *pace        // of its officials
}

// The prior law: of the needs that wait, a quarter is answered while their age
// grows e-fold, at whatever age.
const priorLaw = 0.25

// habitAges are where the steps of a hazard begin: none is more than twice as old
// at its end.
var habitAges = []time.Duration{
	0, 15 * time.Minute, 30 * time.Minute, time.Hour, 2 * time.Hour, 4 * time.Hour, 8 * time.Hour, 16 * time.Hour,
	32 * time.Hour, 64 * time.Hour, 5 * aDay, 8 * aDay, 12 * aDay, 20 * aDay, 32 * aDay,
}

const (
	habitWeight = 4    // of a prior, in replies per step: what all sources do weighs so much against what one does
	habitDays   = 180  // that a habit is learnt from
	exactItems  = 30   // so many items must have been seen to tell whether times are exact
	exactShare  = 0.95 // of them, where they are
	rhythmPosts = 16   // the last threads of a source, of which its rhythm is told
)

// priorHabit is the habit of a source of which nothing is known.
func priorHabit() stats.Hazard {
	ages, rates := make([]float64, len(habitAges)), make([]float64, len(habitAges))
	for i, age := range habitAges {
		ages[i] = age.Seconds()
		middle := age + age/2
		if i == 0 {
			middle = habitAges[1] / 2
		}
		if i+1 < len(habitAges) {
			middle = (age + habitAges[i+1]) / 2
		}
		rates[i] = priorLaw / middle.Seconds()
	}
	h, err := stats.NewHazard(ages, rates)
	if err != nil {
		panic(err) // unreachable: the ages above ascend
	}
	return h
}

// learnHabits makes hazards of what was measured of each source: the prior law
// gives way to what all of them do, and that to what the source itself does, as far
// as there are replies to tell it. A source that is not in seen has the hazard of
// all, which is under "".
func learnHabits(seen map[string][]stats.Exposure) (map[string]stats.Hazard, error) {
	all := make([]stats.Exposure, len(habitAges))
	for _, steps := range seen {
		for i := range steps {
			all[i].Events += steps[i].Events
			all[i].Time += steps[i].Time
		}
	}
	common, err := priorHabit().Learn(all, habitWeight)
	if err != nil {
		return nil, fmt.Errorf("jobs: %w", err)
	}
	hazards := map[string]stats.Hazard{"": common}
	for source, steps := range seen {
		if hazards[source], err = common.Learn(steps, habitWeight); err != nil {
			return nil, fmt.Errorf("jobs: habits of %s: %w", source, err)
		}
	}
	return hazards, nil
}

// habits reads from the store what was measured of the sources until now, in their order.
func (e *Env) habits(ctx context.Context, feeds []feed) ([]*habit, error) {
	since := e.Now().Add(-habitDays * aDay)
	rows, err := e.Store.ReplyTimes(ctx, since, habitAges)
	if err != nil {
		return nil, fmt.Errorf("jobs: habits: %w", err)
	}
	seen := map[string][]stats.Exposure{}
	for _, r := range rows {
		if seen[r.SourceID] == nil {
			seen[r.SourceID] = make([]stats.Exposure, len(habitAges))
		}
		seen[r.SourceID][r.Step] = stats.Exposure{Events: float64(r.Replies), Time: r.Waited}
	}
	hazards, err := learnHabits(seen)
	if err != nil {
		return nil, err
	}
	precisions, err := e.Store.Precisions(ctx, since)
	if err != nil {
		return nil, fmt.Errorf("jobs: habits: %w", err)
	}
	paces, err := e.paces(feeds)
	if err != nil {
		return nil, err
	}
	habits := make([]*habit, len(feeds))
	for i, f := range feeds {
		hazard, ok := hazards[f.ID]
		if !ok {
			hazard = hazards[""]
		}
		habits[i] = &habit{hazard: hazard, exact: exact(f, precisions[f.ID]), pace: paces[f.zone]}
	}
	return habits, nil
}

// exact tells whether a source's pages print times: as they were measured, or else
// as the platform promises.
func exact(f feed, measured schema.Precision) bool {
	if measured.Items < exactItems {
		return f.parser != nil && f.parser.Properties().ExactTimes
	}
	return float64(measured.Exact) >= exactShare*float64(measured.Items)
}

// pulse keeps when the last threads of a source were opened.
type pulse []float64

// beat takes in a thread that was opened at a moment.
func (p *pulse) beat(born float64) {
	i, _ := slices.BinarySearch(*p, born)
	*p = slices.Insert(*p, i, born)
	if len(*p) > rhythmPosts {
		*p = slices.Delete(*p, 0, 1)
	}
}

// rhythm is the mean time between two threads, as it is felt at a moment: silence
// since the last one counts. +Inf when fewer than two are known.
func (p pulse) rhythm(now float64) float64 {
	if len(p) < 2 {
		return math.Inf(1)
	}
	return max(now-p[0], 0) / float64(len(p))
}
