package registry

import (
	"errors"
	"fmt"
	"time"
)

// The errors of a Clock.
var (
	// ErrOutsideCalendar tells that an instant lies in a year of which the
	// calendar does not know the days off. No guess is made.
	ErrOutsideCalendar = errors.New("registry: outside the years of the calendar")
	// ErrNoPeriod tells that the law sets no period for what was asked.
	ErrNoPeriod = errors.New("registry: the law sets no period")
)

// Clock measures in the working time of state bodies in one zone, by the
// calendar as it was known at one moment. All days are laid out when it is made,
// so that a measurement is two table look-ups. A Clock does not change and can
// be shared.
//
// Working time runs on working days between the opening and the closing hour of
// the [Week] and stands still otherwise: what arrives in the evening, on a
// weekend or on a holiday arrives at the next opening. Hours are those of the
// local wall clock, time between them is elapsed time; a shift of the zone is
// neither lost nor counted twice.
type Clock struct {
	days []clockDay // consecutive; one more stands for the end of the last year
	nth  []int      // index in days of each working day, in order
}

// clockDay is a calendar day in Unix nanoseconds.
type clockDay struct {
	start       int64 // local midnight
	open, close int64 // working hours; equal on a day off
	time        int64 // working time before this day
	worked      int   // working days before this day
}

// NewClock lays out a calendar in a zone, as it was known at knownAt; the zero
// time stands for all that is known now.
func NewClock(week Week, cal *Calendar, loc *time.Location, knownAt time.Time) (*Clock, error) {
	w, err := parseWeek(week)
	if err != nil {
		return nil, fmt.Errorf("registry: %w", err)
	}
	if cal == nil || len(cal.Days) == 0 {
		return nil, fmt.Errorf("%w: the country has no calendar", ErrOutsideCalendar)
	}
	if err := cal.check(); err != nil {
		return nil, err
	}
	exceptions, err := cal.known(loc, knownAt)
	if err != nil {
		return nil, err
	}
	var (
		k     Clock
		total int64
		end   = year(cal.Days[len(cal.Days)-1].Date) + 1
	)
	for t := time.Date(year(cal.Days[0].Date), time.January, 1, 0, 0, 0, 0, time.UTC); ; t = t.AddDate(0, 0, 1) {
		y, m, d := t.Date()
		day := clockDay{start: time.Date(y, m, d, 0, 0, 0, 0, loc).UnixNano(), time: total, worked: len(k.nth)}
		day.open, day.close = day.start, day.start
		if y >= end {
			k.days = append(k.days, day)
			return &k, nil
		}
		working, listed := exceptions[t]
		if !listed {
			working = w.days[t.Weekday()]
		}
		if working {
			day.open = time.Date(y, m, d, 0, w.from, 0, 0, loc).UnixNano()
			day.close = time.Date(y, m, d, 0, w.to, 0, 0, loc).UnixNano()
			total += day.close - day.open
			k.nth = append(k.nth, len(k.days))
		}
		k.days = append(k.days, day)
	}
}

// known gives the exceptions that were known at a moment, by date (in UTC).
func (c *Calendar) known(loc *time.Location, knownAt time.Time) (map[time.Time]bool, error) {
	exceptions := make(map[time.Time]bool, len(c.Days))
	for _, d := range c.Days {
		if d.KnownFrom != "" && !knownAt.IsZero() {
			from, err := midnight(d.KnownFrom, loc)
			if err != nil {
				return nil, fmt.Errorf("registry: calendar: %w", err)
			}
			if from.After(knownAt) {
				continue
			}
		}
		date, err := midnight(d.Date, time.UTC)
		if err != nil {
			return nil, fmt.Errorf("registry: calendar: %w", err)
		}
		exceptions[date] = d.Working
	}
	return exceptions, nil
}

// IsWorking tells whether the local day of an instant is a working day.
func (k *Clock) IsWorking(t time.Time) (bool, error) {
	i, err := k.day(t)
	if err != nil {
		return false, err
	}
	return k.days[i].open < k.days[i].close, nil
}

// Duration gives the working time between two instants, negative when to comes
// before from.
func (k *Clock) Duration(from, to time.Time) (time.Duration, error) {
	i, j, err := k.span(from, to)
	if err != nil {
		return 0, err
	}
	a, b := &k.days[i], &k.days[j]
	return time.Duration(b.time + b.within(to) - a.time - a.within(from)), nil
}

// Days gives the same in working days: a day counts by the share of its working
// hours that lies between the two instants.
func (k *Clock) Days(from, to time.Time) (float64, error) {
	i, j, err := k.span(from, to)
	if err != nil {
		return 0, err
	}
	a, b := &k.days[i], &k.days[j]
	return float64(b.worked-a.worked) + b.share(to) - a.share(from), nil
}

// Due gives the first instant at which an answer is too late by a legal period:
// the end of its last day. Day 0 is the day of registration, which is the day of
// asking or, after the closing hour or on a day off, the next working day (APPC
// of Kazakhstan, art. 64). A last day that is a day off is not moved. The error
// is [ErrNoPeriod] where the law sets none.
func (k *Clock) Due(d Deadline, asked time.Time) (time.Time, error) {
	i, err := k.day(asked)
	if err != nil {
		return time.Time{}, err
	}
	if d.Days <= 0 {
		return time.Time{}, fmt.Errorf("%w: %s", ErrNoPeriod, d.ID)
	}
	n := k.days[i].worked // number of the working day on which it is registered
	if day := &k.days[i]; day.open < day.close && asked.UnixNano() >= day.close {
		n++
	}
	if d.Unit == WorkingDays {
		n += d.Days
	}
	if n >= len(k.nth) {
		return time.Time{}, k.outside(asked)
	}
	last := k.nth[n]
	if d.Unit == CalendarDays {
		last += d.Days
	}
	if last+1 >= len(k.days) {
		return time.Time{}, k.outside(asked)
	}
	return time.Unix(0, k.days[last+1].start).UTC(), nil
}

// within gives the working time of the day before t.
func (d *clockDay) within(t time.Time) int64 {
	return min(max(t.UnixNano(), d.open), d.close) - d.open
}

func (d *clockDay) share(t time.Time) float64 {
	if d.open == d.close {
		return 0
	}
	return float64(d.within(t)) / float64(d.close-d.open)
}

func (k *Clock) span(from, to time.Time) (i, j int, err error) {
	if i, err = k.day(from); err != nil {
		return 0, 0, err
	}
	j, err = k.day(to)
	return i, j, err
}

// day finds the day of an instant. The end of the calendar counts as inside: a
// period may end there.
func (k *Clock) day(t time.Time) (int, error) {
	first, end := k.days[0].start, k.days[len(k.days)-1].start
	if s := t.Unix(); s < first/1e9 || s > end/1e9 { // Seconds first: nanoseconds overflow far from now.
		return 0, k.outside(t)
	}
	n := t.UnixNano()
	if n < first || n > end {
		return 0, k.outside(t)
	}
	// Days of a zone that shifts are not all of 24 hours, so the quotient may be
	// off by one.
	i := min(int((n-first)/int64(24*time.Hour)), len(k.days)-1)
	for k.days[i].start > n {
		i--
	}
	for i+1 < len(k.days) && k.days[i+1].start <= n {
		i++
	}
	return i, nil
}

func (k *Clock) outside(t time.Time) error {
	first, end := time.Unix(0, k.days[0].start), time.Unix(0, k.days[len(k.days)-1].start)
	return fmt.Errorf("%w: %s is not in, or too near the end of, %s to %s",
		ErrOutsideCalendar, t.UTC().Format(time.RFC3339), first.UTC().Format(time.RFC3339), end.UTC().Format(time.RFC3339))
}
