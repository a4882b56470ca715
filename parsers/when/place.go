package when

import (
	"fmt"
	"time"

	"qulaq/parsers"
)

// place gives the span of a civil date whose year is told.
func (c civil) place(zone *time.Location) (Date, error) {
	midnight := time.Date(c.year, time.Month(c.month), c.day, 0, 0, 0, 0, time.UTC)
	if c.year < 1 || c.month < 1 || c.month > 12 || c.day < 1 || midnight.Day() != c.day {
		return Date{}, fmt.Errorf("%04d-%02d-%02d: %w", c.year, c.month, c.day, ErrImpossible)
	}
	if c.weekday != 0 && midnight.Weekday() != time.Weekday(c.weekday-1) {
		return Date{}, fmt.Errorf("%s is a %s: %w", midnight.Format(time.DateOnly), midnight.Weekday(), ErrImpossible)
	}
	if c.clock.precision == "" {
		return Date{Span: wholeDay(midnight, zone), Precision: parsers.PrecisionDay}, nil
	}
	k := c.clock
	wall := time.Date(c.year, time.Month(c.month), c.day, k.hour, k.minute, k.second, k.nanosecond, time.UTC)
	first, last := wall, wall
	if k.zoned {
		first = wall.Add(-time.Duration(k.offset) * time.Second)
		last = first
	} else {
		var ok bool
		if first, last, ok = instants(wall, zone); !ok {
			return Date{}, fmt.Errorf("%s was skipped in %s: %w", wall.Format(time.DateTime), zone, ErrImpossible)
		}
	}
	span := parsers.Span{Lo: parsers.At(first.Truncate(time.Millisecond)).Lo, Hi: parsers.At(last.Truncate(time.Millisecond)).Hi}
	if k.precision == parsers.PrecisionMinute {
		span.Hi = parsers.Within(last, time.Minute).Hi
	}
	return Date{Span: span, Precision: k.precision}, nil
}

// wholeDay is the span of the day that begins at midnight, a wall clock written
// as UTC. A day in which the clock is moved is not 24 hours long.
func wholeDay(midnight time.Time, zone *time.Location) parsers.Span {
	return parsers.Span{Lo: dayBreak(midnight, zone), Hi: dayBreak(midnight.AddDate(0, 0, 1), zone).Add(-time.Millisecond)}
}

// dayBreak is the first instant of a day. Where the clock skips midnight it is
// the instant of the skip, to which time.Date leads from either side.
func dayBreak(midnight time.Time, zone *time.Location) time.Time {
	if first, _, ok := instants(midnight, zone); ok {
		return first
	}
	year, month, day := midnight.Date()
	start, _ := time.Date(year, month, day, 12, 0, 0, 0, zone).ZoneBounds()
	return start.UTC()
}

// instants gives the first and the last instant at which the clocks of a zone
// showed a wall time, which is written as UTC. They differ when the clock was
// put back; ok is false when it was put forward over the time.
func instants(wall time.Time, zone *time.Location) (first, last time.Time, ok bool) {
	// An offset never reaches 15 hours, so those in force a day before and after
	// are all that can have been in force.
	for _, near := range [...]time.Duration{-day, 0, day} {
		_, offset := wall.Add(near).In(zone).Zone()
		instant := wall.Add(-time.Duration(offset) * time.Second)
		if _, really := instant.In(zone).Zone(); really != offset {
			continue
		}
		if !ok || instant.Before(first) {
			first = instant
		}
		if !ok || instant.After(last) {
			last = instant
		}
		ok = true
	}
	return first, last, ok
}

// placeByContext gives the span of a date without a year from what is known
// around it.
func (c civil) placeByContext(zone *time.Location, known Context) (Date, error) {
	lower, upper := known.NotBefore, known.NotAfter
	if lower.IsZero() && upper.IsZero() {
		upper = known.Seen
	}
	if lower.IsZero() && upper.IsZero() {
		return Date{}, fmt.Errorf("the year: %w", ErrContext)
	}
	// From one end towards the other, far enough for a 29 February round 1900
	// or 2100.
	year, step := lower.In(zone).Year()-1, 1
	if lower.IsZero() {
		year, step = upper.In(zone).Year()+1, -1
	}
	var (
		found   Date
		failure error
	)
	for range 10 {
		c.year = year
		year += step
		date, err := c.place(zone)
		if err != nil {
			failure = err
			continue
		}
		if !lower.IsZero() && date.Span.Hi.Before(lower) || !upper.IsZero() && date.Span.Lo.After(upper) {
			continue
		}
		if found.Precision != "" {
			return Date{}, fmt.Errorf("%d or %d: %w", found.Span.Lo.Year(), c.year, ErrAmbiguous)
		}
		found = date
		if lower.IsZero() || upper.IsZero() {
			break
		}
	}
	switch {
	case found.Precision != "":
		return found, nil
	case failure != nil:
		return Date{}, failure
	default:
		return Date{}, fmt.Errorf("no year between the bounds: %w", ErrImpossible)
	}
}
