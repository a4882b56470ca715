package schedule

import (
	"fmt"
	"strings"
	"time"

	"github.com/robfig/cron/v3"
)

// Line is a cron line in a time zone. The zero Line is never due.
//
// A line with an hour (30 2 * * *) means the clock on the wall: it is due once for
// each time that the clock shows it. An hour that a change of the clock skips is
// due when the gap is over, and one that the clock shows twice is due the first
// time. A line for every hour (15 * * * *) means time that passes: it is due in
// each hour that passes, also in one that the clock shows twice.
type Line struct {
	text string
	spec *cron.SpecSchedule
	zone *time.Location
}

// fields are minute, hour, day of month, month and day of week.
const fields = cron.Minute | cron.Hour | cron.Dom | cron.Month | cron.Dow | cron.Descriptor

// ParseLine reads a cron line: five fields, or @hourly, @daily, @weekly, @monthly.
// A zone within the line and @every are refused: the first would be a second truth,
// the second has no due times that outlive a restart.
func ParseLine(text string, zone *time.Location) (Line, error) {
	if strings.HasPrefix(text, "TZ=") || strings.HasPrefix(text, "CRON_TZ=") {
		return Line{}, fmt.Errorf("schedule: cron line %q: the zone is set for all jobs, not in a line", text)
	}
	parsed, err := cron.NewParser(fields).Parse(text)
	if err != nil {
		return Line{}, fmt.Errorf("schedule: cron line %q: %w; five fields are wanted: minute hour day month weekday", text, err)
	}
	spec, ok := parsed.(*cron.SpecSchedule)
	if !ok {
		return Line{}, fmt.Errorf("schedule: cron line %q: @every is not used here, write */15 * * * * or the like", text)
	}
	line := Line{text: text, spec: spec, zone: zone}
	if line.Next(time.Date(2023, 1, 1, 0, 0, 0, 0, zone)).IsZero() {
		return Line{}, fmt.Errorf("schedule: cron line %q is never due: there is no such day", text)
	}
	return line, nil
}

// String is the line as it was written.
func (l Line) String() string { return l.text }

// everyHour is the bit that the cron library sets for a star.
const everyHour = 1 << 63

// Next is the first time after t at which the line is due; zero for never.
func (l Line) Next(t time.Time) time.Time {
	if l.spec == nil {
		return time.Time{}
	}
	spec := *l.spec
	if spec.Hour&everyHour != 0 {
		spec.Location = l.zone
		return spec.Next(t.In(l.zone))
	}
	// Count by the wall clock, as if it never changed, and look up each time.
	spec.Location = time.UTC
	for wall := wallClock(t.In(l.zone)); ; {
		if wall = spec.Next(wall); wall.IsZero() {
			return time.Time{}
		}
		if due := shown(wall, l.zone); due.After(t) {
			return due
		}
	}
}

// Last is the last time at which the line was due in (after, until]; zero for none.
func (l Line) Last(after, until time.Time) time.Time {
	// The last time is mostly near: a long absence is not walked through from its
	// beginning.
	for _, window := range []time.Duration{time.Hour, 24 * time.Hour, 32 * 24 * time.Hour, 367 * 24 * time.Hour} {
		if from := until.Add(-window); from.After(after) {
			if last := l.walk(from, until); !last.IsZero() {
				return last
			}
		}
	}
	return l.walk(after, until)
}

// walk goes from due time to due time in (after, until], to the last.
func (l Line) walk(after, until time.Time) time.Time {
	var last time.Time
	for due := l.Next(after); !due.IsZero() && !due.After(until); due = l.Next(due) {
		last = due
	}
	return last
}

// wallClock is what the clock shows at t, as if it were UTC.
func wallClock(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), time.UTC)
}

// shown is the first moment at which the clock of a zone shows wall; or, when it
// skips that, the moment at which it jumps.
func shown(wall time.Time, zone *time.Location) time.Time {
	near := time.Date(wall.Year(), wall.Month(), wall.Day(), wall.Hour(), wall.Minute(), wall.Second(), wall.Nanosecond(), zone)
	start, end := near.ZoneBounds()
	// Which of two moments [time.Date] gives is not promised: look on both sides
	// of the changes around it.
	for _, side := range []time.Time{start.Add(-time.Second), near, end} {
		if side.IsZero() || side.Year() < 1 {
			continue // there is no change on that side
		}
		_, offset := side.In(zone).Zone()
		at := wall.Add(-time.Duration(offset) * time.Second).In(zone)
		if wallClock(at).Equal(wall) {
			return at
		}
	}
	for _, jump := range []time.Time{start, end} {
		if jump.IsZero() {
			continue
		}
		if !wallClock(jump.Add(-time.Nanosecond).In(zone)).After(wall) && wallClock(jump.In(zone)).After(wall) {
			return jump.In(zone)
		}
	}
	return near
}
