package report

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"qulaq/schema"
)

// Point is a row of a series: the needs that were asked in one period.
type Point struct {
	Period      string `json:"period"` // its first day
	Any         Speed  `json:"any"`
	Substantive Speed  `json:"substantive"`
	Flagged     bool   `json:"flagged"` // coverage below FlagBelow
}

// Period is a length of time that a series is cut into.
type Period string

// The periods. Weeks begin on Monday (ISO 8601).
const (
	ByDay   Period = "day"
	ByWeek  Period = "week"
	ByMonth Period = "month"
)

// start is the first day of the period that t falls into, on the calendar of its
// own zone.
func (p Period) start(t time.Time) (time.Time, error) {
	y, m, d := t.Date()
	switch p {
	case ByDay:
		return time.Date(y, m, d, 0, 0, 0, 0, time.UTC), nil
	case ByWeek:
		monday := d - (int(t.Weekday())+6)%7
		return time.Date(y, m, monday, 0, 0, 0, 0, time.UTC), nil
	case ByMonth:
		return time.Date(y, m, 1, 0, 0, 0, 0, time.UTC), nil
	}
	return time.Time{}, fmt.Errorf("report: period %q: there are day, week and month", p)
}

// SeriesOptions choose what a series shows.
type SeriesOptions struct {
	Period   Period    // "" for ByWeek
	Horizons []Horizon // nil for DefaultHorizons
	Bodies   []string  // ids; none for all
}

// Series tells how needs are answered by when they were asked. A period counts
// whole: what was asked lately is censored, not left out, so that the last points
// have wide intervals instead of a false drop.
func Series(e *Evidence, o SeriesOptions) ([]Point, error) {
	if o.Period == "" {
		o.Period = ByWeek
	}
	if o.Horizons == nil {
		o.Horizons = DefaultHorizons
	}
	cut := func(l *schema.Latencies) (map[time.Time][]int, error) {
		rows := map[time.Time][]int{}
		for row, body := range l.BodyID {
			if len(o.Bodies) > 0 && !slices.Contains(o.Bodies, body) {
				continue
			}
			source, of, _ := e.Index.Source(l.SourceID[row])
			start, err := o.Period.start(l.AskedLo[row].In(e.Index.Location(source, of)))
			if err != nil {
				return nil, err
			}
			rows[start] = append(rows[start], row)
		}
		return rows, nil
	}
	rows, err := cut(e.Any)
	if err != nil {
		return nil, err
	}
	real, err := cut(e.Substantive)
	if err != nil {
		return nil, err
	}
	coverage := e.covered(o.Bodies...)
	var points []Point
	for _, start := range slices.SortedFunc(maps.Keys(rows), time.Time.Compare) {
		p := Point{Period: start.Format(time.DateOnly), Flagged: coverage < FlagBelow}
		if p.Any, err = e.speed(e.Any, o.Horizons, 0, coverage, rows[start]); err != nil {
			return nil, err
		}
		if p.Substantive, err = e.speed(e.Substantive, o.Horizons, 0, coverage, real[start]); err != nil {
			return nil, err
		}
		points = append(points, p)
	}
	return points, nil
}
