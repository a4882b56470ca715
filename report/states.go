package report

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"qulaq/schema"
	"qulaq/stats"
)

// States are counts of needs, from which reports are made without reading the needs
// themselves. Bodies or periods for which the counts are not enough are not in it.
type States struct {
	groups map[stateKey]*schema.StateGroup
	wide   map[string]bool // bodies, "" among them, for which counts are not enough
}

type stateKey struct {
	kind    schema.ReplyKind
	working bool
	group   string // a body, or the first day of a period
}

// StateKinds are the kinds of replies that States tell.
var StateKinds = []schema.ReplyKind{schema.AnyReply, schema.Substantive}

// NewStates makes them of groups that get reads: those of bodies over all time for
// ByAll and byBody, those of all asked bodies together else.
func NewStates(period Period, byBody bool, get func(kind schema.ReplyKind, clock string) ([]schema.StateGroup, error)) (*States, error) {
	s := &States{groups: map[stateKey]*schema.StateGroup{}, wide: map[string]bool{}}
	for _, kind := range StateKinds {
		for _, clock := range []string{calendarClock, workingClock} {
			groups, err := get(kind, clock)
			if err != nil {
				return nil, err
			}
			for i := range groups {
				g := &groups[i]
				key := stateKey{kind, clock == workingClock, g.BodyID}
				if !byBody && period != ByAll {
					key.group = g.Start.Format(dateOnly)
				}
				s.groups[key] = g
				// A working day has fewer hours than it is counted for: what is exact
				// to the bucket by the calendar is taken to be so by that clock.
				if g.Wide > 0 && clock == calendarClock {
					s.wide[g.BodyID] = true
				}
			}
		}
	}
	return s, nil
}

const dateOnly = "2006-01-02"

// Wide lists the bodies with replies whose times are known less exactly than their
// buckets; a set with "" when bodies are added up. Their needs must be read.
func (s *States) Wide() map[string]bool { return s.wide }

// Without leaves out a body whose needs are read themselves.
func (s *States) Without(body string) {
	for key := range s.groups {
		if key.group == body {
			delete(s.groups, key)
		}
	}
}

// has tells whether anything is counted of a body or a period.
func (s *States) has(group string) bool {
	return s != nil && s.groups[stateKey{schema.AnyReply, false, group}] != nil
}

// periods lists the first days of what is counted, in order.
func (s *States) periods() []string {
	var starts []string
	for key := range s.groups {
		if key.kind == schema.AnyReply && !key.working {
			starts = append(starts, key.group)
		}
	}
	slices.Sort(starts)
	return starts
}

// bothCounted is [Evidence.both] from counts, which no sample corrects.
func (e *Evidence) bothCounted(group string, horizons []Horizon, main int, coverage float64, any, substantive *Speed) (err error) {
	if *any, err = e.counted(schema.AnyReply, group, horizons, main, coverage); err != nil {
		return err
	}
	*substantive, err = e.counted(schema.Substantive, group, horizons, main, coverage)
	return err
}

// counted is [Evidence.speed] from counts.
func (e *Evidence) counted(kind schema.ReplyKind, group string, horizons []Horizon, main int, coverage float64) (Speed, error) {
	out := Speed{Rates: make([]Number, len(horizons))}
	for _, working := range []bool{false, true} {
		var at []float64
		var places []int
		for i, h := range horizons {
			if h.Working == working {
				at, places = append(at, h.Days), append(places, i)
			}
		}
		if len(at) == 0 && working {
			continue
		}
		g := e.States.groups[stateKey{kind, working, group}]
		if g == nil {
			return e.silence(out), nil
		}
		summary, err := describeGroup(g, at)
		if err != nil {
			return out, err
		}
		basis := e.basis(summary, coverage)
		for i, place := range places {
			rate := summary.Rates[i]
			basis.Horizon, basis.Band = horizons[place].String(), &rate.Band
			out.Rates[place] = basis.Number(rate.Share, rate.Limits)
			if place == main {
				out.main = rate.Evidence
			}
		}
		if !working {
			basis.Horizon, basis.Band = "", &summary.Median.Band
			out.Median = basis.Number(summary.Median.Time, summary.Median.Limits)
			out.Method = summary.Method
		}
	}
	return out, nil
}

func describeGroup(g *schema.StateGroup, horizons []float64) (stats.Summary, error) {
	cells := make([]stats.Cell, len(g.Hi))
	for i := range cells {
		cells[i] = stats.Cell{
			Lo: float64(g.Lo[i]) / dayMinutes, Hi: float64(g.Hi[i]) / dayMinutes,
			Events: int(g.Answered[i]), Censored: int(g.Open[i]),
		}
	}
	designs := make([]float64, len(g.Threads))
	threads := 0
	for i, t := range g.Threads {
		var err error
		sums := stats.ClusterSums{Clusters: int(t.Followed), N: t.N, K: t.K, SquareN: t.NN, NK: t.NK, SquareK: t.KK}
		if designs[i], err = sums.DesignEffect(stats.DefaultLevel); err != nil {
			return stats.Summary{}, err
		}
		threads = int(t.Threads)
	}
	// The effect is known at the default horizons; elsewhere it is that of the nearest.
	design := func(h float64) float64 {
		nearest, effect := math.Inf(1), 1.0
		for i, t := range g.Threads {
			if d := math.Abs(math.Log(max(h, 0.01) / t.Horizon)); d < nearest {
				nearest, effect = d, designs[i]
			}
		}
		return effect
	}
	s, err := stats.DescribeGrouped(cells, stats.Options{Horizons: horizons}, threads, design)
	if err != nil {
		return s, fmt.Errorf("report: counts of %s: %w", cmp.Or(g.BodyID, "all bodies"), err)
	}
	return s, nil
}
