package report

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"qulaq/registry"
	"qulaq/schema"
	"qulaq/stats"
)

// Evidence is what reports are made from.
type Evidence struct {
	Index       *registry.Index
	Any         *schema.Latencies         // until the first reply of whatever kind
	Substantive *schema.Latencies         // until the first that is neither acknowledgement, redirect, closing nor template
	Coverage    map[string]schema.Covered // by body
	AsOf        time.Time
	Sample      *Sample // coded by hand; nil for none
	States      *States // counts of what is not in Any and Substantive; nil for none
}

// covered is the coverage of some bodies together; of all when none is named.
func (e *Evidence) covered(bodies ...string) float64 {
	var sum schema.Covered
	for body, c := range e.Coverage {
		if len(bodies) == 0 || slices.Contains(bodies, body) {
			sum.Declared += c.Declared
			sum.Parsed += c.Parsed
		}
	}
	return sum.Share()
}

// Horizon is a time after asking at which the share of answered needs is told.
type Horizon struct {
	Days    float64
	Working bool // days are working days of the country's calendar
}

// DefaultHorizons are those of every report: 1, 3, 7 and 30 days, and the 15
// working days that the law gives for a formal appeal. A comment is no appeal; the
// last is a benchmark, not a duty.
var DefaultHorizons = []Horizon{{Days: 1}, {Days: 3}, {Days: 7}, {Days: 30}, {Days: 15, Working: true}}

// ParseHorizon reads 7d, 12h or 15wd.
func ParseHorizon(s string) (Horizon, error) {
	for _, unit := range []struct {
		suffix  string
		days    float64
		working bool
	}{{"wd", 1, true}, {"d", 1, false}, {"h", 1.0 / 24, false}} {
		number, ok := strings.CutSuffix(s, unit.suffix)
		if !ok {
			continue
		}
		n, err := strconv.ParseFloat(number, 64)
		if err != nil || !(n > 0) || math.IsInf(n, 0) {
			break
		}
		return Horizon{n * unit.days, unit.working}, nil
	}
	return Horizon{}, fmt.Errorf("report: horizon %q: write a number of days (7d), hours (12h) or working days (15wd)", s)
}

// String writes the horizon as ParseHorizon reads it.
func (h Horizon) String() string {
	unit := "d"
	if h.Working {
		unit = "wd"
	}
	return strconv.FormatFloat(h.Days, 'f', -1, 64) + unit
}

// sample is the latencies of some needs, on one clock.
type sample struct {
	observations []stats.Observation // days
	threads      []int               // a number for each thread
}

// draw makes the sample of some rows of l.
func (e *Evidence) draw(l *schema.Latencies, working bool, rows []int) (sample, error) {
	var s sample
	numbers := map[string]int{}
	elapsed := e.calendarDays
	if working {
		elapsed = e.workingDays()
	}
	for _, row := range rows {
		key := l.SourceID[row] + "\xff" + l.ThreadID[row]
		if _, ok := numbers[key]; !ok {
			numbers[key] = len(numbers)
		}
		observation, err := e.observe(l, row, elapsed)
		if err != nil {
			return sample{}, err
		}
		s.observations = append(s.observations, observation)
		s.threads = append(s.threads, numbers[key])
	}
	return s, nil
}

// clock tells how many days of a clock lie between two instants, at a source.
type clock func(sourceID string, from, to time.Time) (float64, error)

// observe restates the latency of a row on a clock. The instants between which it
// lies follow from when the need was asked. Gaps, in which nobody could get
// through, do not count; and what ends beyond the last year of the calendar is
// censored, for nobody knows what will be a working day.
func (e *Evidence) observe(l *schema.Latencies, row int, elapsed clock) (stats.Observation, error) {
	lo, err := e.waited(l, row, l.AskedHi[row], l.Lo[row], elapsed)
	switch {
	case errors.Is(err, registry.ErrOutsideCalendar):
		return stats.Censored(0), nil
	case err != nil:
		return stats.Observation{}, err
	case math.IsInf(l.Hi[row], 1):
		return stats.Censored(lo), nil
	}
	hi, err := e.waited(l, row, l.AskedLo[row], l.Hi[row], elapsed)
	switch {
	case errors.Is(err, registry.ErrOutsideCalendar):
		return stats.Censored(lo), nil
	case err != nil:
		return stats.Observation{}, err
	}
	return stats.Between(lo, max(lo, hi)), nil
}

// waited is how many days of a clock lie in the seconds after an instant.
func (e *Evidence) waited(l *schema.Latencies, row int, from time.Time, seconds float64, elapsed clock) (float64, error) {
	sum := 0.0
	for from, to := range e.Index.Outside(from, from.Add(time.Duration(seconds*float64(time.Second)))) {
		days, err := elapsed(l.SourceID[row], from, to)
		if err != nil {
			return 0, fmt.Errorf("report: need %s: %w", l.NeedID[row], err)
		}
		sum += days
	}
	return sum, nil
}

func (e *Evidence) calendarDays(_ string, from, to time.Time) (float64, error) {
	return to.Sub(from).Seconds() / day, nil
}

// workingDays is the working clock of each source, where its officials sit.
func (e *Evidence) workingDays() clock {
	clocks := map[string]*registry.Clock{}
	return func(sourceID string, from, to time.Time) (float64, error) {
		clock, ok := clocks[sourceID]
		if !ok {
			source, body, _ := e.Index.Source(sourceID)
			var err error
			if clock, err = e.Index.Clock(e.Index.Location(source, body), e.AsOf); err != nil {
				return 0, err
			}
			clocks[sourceID] = clock
		}
		days, err := clock.Days(from, to)
		return math.Round(days*1e9) / 1e9, err // shares of days add up to a hair beside whole ones
	}
}

const day = 24 * 60 * 60 // seconds

// describe estimates the shares answered at horizons, and the median.
func (s sample) describe(horizons []float64) (stats.Summary, error) {
	return stats.Describe(s.observations, stats.Options{Horizons: horizons, Cluster: s.threads, Seed: 1})
}

// basis is what the numbers of a summary rest on.
func (e *Evidence) basis(s stats.Summary, coverage float64) Basis {
	return Basis{Needs: s.N, Threads: s.Clusters, Censored: s.CensoredShare(), Coverage: coverage, AsOf: e.AsOf}
}
