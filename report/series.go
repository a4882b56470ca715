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
	ByAll   Period = "all" // one period, from the first need on
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
	return time.Time{}, fmt.Errorf("report: period %q: there are day, week, month and all", p)
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
	if e.States != nil {
		return e.countedSeries(o)
	}
	if e.Any.Len() == 0 {
		return nil, nil
	}
	first := slices.MinFunc(e.Any.AskedLo, time.Time.Compare).In(e.Index.Location(nil, nil))
	period := func(body, source string, asked time.Time) (string, error) {
		if len(o.Bodies) > 0 && !slices.Contains(o.Bodies, body) {
			return "", nil
		}
		if o.Period == ByAll {
			return first.Format(time.DateOnly), nil
		}
		of, by, _ := e.Index.Source(source)
		start, err := o.Period.start(asked.In(e.Index.Location(of, by)))
		return start.Format(time.DateOnly), err
	}
	cut := func(l *schema.Latencies) (map[string][]int, error) {
		rows := map[string][]int{}
		for row, body := range l.BodyID {
			start, err := period(body, l.SourceID[row], l.AskedLo[row])
			if err != nil {
				return nil, err
			}
			rows[start] = append(rows[start], row)
		}
		delete(rows, "")
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
	candidates, err := e.Sample.by(func(c *Candidate) (string, error) { return period(c.BodyID, c.SourceID, c.Asked) })
	if err != nil {
		return nil, err
	}
	coverage := e.covered(o.Bodies...)
	var points []Point
	for _, start := range slices.Sorted(maps.Keys(rows)) {
		p := Point{Period: start, Flagged: coverage < FlagBelow}
		if err := e.both(candidates[start], o.Horizons, 0, coverage, rows[start], real[start], &p.Any, &p.Substantive); err != nil {
			return nil, err
		}
		points = append(points, p)
	}
	return points, nil
}

// countedSeries is Series from the counts of its periods.
func (e *Evidence) countedSeries(o SeriesOptions) ([]Point, error) {
	coverage := e.covered(o.Bodies...)
	return atOnce(e.States.names(), func(start string) (Point, error) {
		p := Point{Period: start, Flagged: coverage < FlagBelow}
		err := e.bothCounted("", start, o.Horizons, 0, coverage, &p.Any, &p.Substantive)
		return p, err
	})
}
