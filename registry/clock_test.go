package registry

import (
	"errors"
	"math"
	"math/rand/v2"
	"testing"
	"time"
)

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

// clock makes a clock of Kazakhstan's calendar.
func clock(t testing.TB, zoneName, knownAt string) *Clock {
	t.Helper()
	c, loc := kazakhstan(t), zone(t, zoneName)
	var known time.Time
	if knownAt != "" {
		known = local(t, loc, knownAt)
	}
	k, err := NewClock(c.Week, c.Calendar, loc, known)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// local reads a wall-clock time such as "2024-02-29 23:50" or, where that
// happened twice, "2024-02-29 23:50 +05".
func local(t testing.TB, loc *time.Location, s string) time.Time {
	t.Helper()
	if at, err := time.Parse("2006-01-02 15:04 -07", s); err == nil {
		return at
	}
	at, err := time.ParseInLocation("2006-01-02 15:04", s, loc)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// The figures of 2022 (after the changes of that year), 2025 and 2026 are the
// published ones. Those with a date of knowledge are what an office had to
// expect then: 245 was the published figure of 2022 before Republic Day.
func TestWorkingDaysOfAYear(t *testing.T) {
	t.Parallel()
	tests := []struct {
		year    int
		knownAt string
		want    float64
	}{
		{2022, "", 246},
		{2022, "2022-01-10 09:00", 245},
		{2025, "", 246},
		{2026, "", 247},
		{2026, "2026-01-10 09:00", 246},
	}
	for _, tt := range tests {
		k := clock(t, "Asia/Almaty", tt.knownAt)
		loc := zone(t, "Asia/Almaty")
		from, to := time.Date(tt.year, 1, 1, 0, 0, 0, 0, loc), time.Date(tt.year+1, 1, 1, 0, 0, 0, 0, loc)
		if got, err := k.Days(from, to); err != nil || got != tt.want {
			t.Errorf("Days(%d, known %q) = %v, %v, want %v", tt.year, tt.knownAt, got, err, tt.want)
		}
	}
}

func TestIsWorkingAsKnown(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, at, knownAt string
		want              bool
	}{
		{"ordinary Thursday", "2024-06-13 12:00", "", true},
		{"ordinary Sunday", "2024-06-09 12:00", "", false},
		{"transferred day off", "2024-05-08 12:00", "", false},
		{"the Saturday worked for it", "2024-05-04 12:00", "", true},
		{"Kurban Ait 2024 as announced", "2024-06-17 12:00", "2024-06-06 23:59", false},
		{"Kurban Ait 2024 once it was fixed", "2024-06-17 12:00", "2024-06-07 00:00", true},
		{"Kurban Ait 2024 as known now", "2024-06-17 12:00", "", true},
		{"Republic Day before the law", "2022-10-25 12:00", "2022-09-28 12:00", true},
		{"Republic Day after the law", "2022-10-25 12:00", "2022-09-29 12:00", false},
		{"bridge to it before the decree", "2022-10-24 12:00", "2022-10-07 12:00", true},
		{"First President Day before the law", "2022-12-01 12:00", "2022-09-28 12:00", false},
		{"First President Day after the law", "2022-12-01 12:00", "", true},
		{"31 August 2026 in January", "2026-08-31 12:00", "2026-01-15 12:00", false},
		{"31 August 2026 under the new constitution", "2026-08-31 12:00", "", true},
		{"last minute of a holiday", "2025-01-02 23:59", "", false},
		{"day off instead of 5 January", "2025-01-03 00:00", "", false},
		{"Sunday worked for it", "2025-01-05 00:00", "", true},
	}
	loc := zone(t, "Asia/Almaty")
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			k := clock(t, "Asia/Almaty", tt.knownAt)
			if got, err := k.IsWorking(local(t, loc, tt.at)); err != nil || got != tt.want {
				t.Errorf("IsWorking(%s, known %q) = %v, %v, want %v", tt.at, tt.knownAt, got, err, tt.want)
			}
		})
	}
}

func TestDuration(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, zone, from, to string
		want                 time.Duration
	}{
		{"within a day", "Asia/Almaty", "2025-02-03 10:00", "2025-02-03 11:30", 90 * time.Minute},
		{"evening to next morning", "Asia/Almaty", "2025-02-03 20:00", "2025-02-04 09:20", 20 * time.Minute},
		{"early morning counts from the opening", "Asia/Almaty", "2025-02-03 05:00", "2025-02-03 09:20", 20 * time.Minute},
		{"answered at night, in no working time", "Asia/Almaty", "2025-02-03 20:00", "2025-02-03 23:00", 0},
		{"Saturday to Monday", "Asia/Almaty", "2025-02-01 12:00", "2025-02-03 10:00", time.Hour},
		{"over the new year: 1 to 3 January off, Sunday the 5th worked, the 7th off", "Asia/Almaty", "2024-12-31 18:00", "2025-01-08 09:30", 30*time.Minute + 2*9*time.Hour + 2*30*time.Minute + 30*time.Minute},
		{"over Nauryz 2026", "Asia/Almaty", "2026-03-20 18:00", "2026-03-26 10:00", 90 * time.Minute},
		{"over Almaty's change of 1 March 2024", "Asia/Almaty", "2024-02-29 17:00", "2024-03-01 10:00", 150 * time.Minute},
		{"the same in Aqtobe, which had no change", "Asia/Aqtobe", "2024-02-29 17:00", "2024-03-01 10:00", 150 * time.Minute},
		{"29 February 2024", "Asia/Almaty", "2024-02-29 00:00", "2024-03-01 00:00", 9*time.Hour + 30*time.Minute},
		{"backwards", "Asia/Almaty", "2025-02-03 11:30", "2025-02-03 10:00", -90 * time.Minute},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			loc := zone(t, tt.zone)
			got, err := clock(t, tt.zone, "").Duration(local(t, loc, tt.from), local(t, loc, tt.to))
			if err != nil || got != tt.want {
				t.Errorf("Duration(%s, %s) = %v, %v, want %v", tt.from, tt.to, got, err, tt.want)
			}
		})
	}
}

// TestLastHourOfFebruary2024 is the trap of Almaty: on 29 February 2024 the hour
// from 23:00 to 24:00 happened twice. A clock that never stands still tells the
// two apart, and elapsed time is right across both.
func TestLastHourOfFebruary2024(t *testing.T) {
	t.Parallel()
	loc := zone(t, "Asia/Almaty")
	k := roundTheClock(t, loc)
	tests := []struct {
		from, to string
		want     time.Duration
	}{
		{"2024-02-29 23:50 +05", "2024-03-01 00:10", 20 * time.Minute},
		{"2024-02-29 23:50 +06", "2024-03-01 00:10", 80 * time.Minute},
		{"2024-02-29 23:50 +06", "2024-02-29 23:50 +05", time.Hour},
		{"2024-02-29 00:00", "2024-03-01 00:00", 25 * time.Hour},
	}
	for _, tt := range tests {
		if got, err := k.Duration(local(t, loc, tt.from), local(t, loc, tt.to)); err != nil || got != tt.want {
			t.Errorf("Duration(%s, %s) = %v, %v, want %v", tt.from, tt.to, got, err, tt.want)
		}
	}
	day, err := k.Days(local(t, loc, "2024-02-29 00:00"), local(t, loc, "2024-03-01 00:00"))
	if err != nil || day != 1 {
		t.Errorf("Days(29 February 2024) = %v, %v, want 1, long as it was", day, err)
	}
}

func roundTheClock(t testing.TB, loc *time.Location) *Clock {
	t.Helper()
	k, err := NewClock(
		Week{Days: []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"}, From: "00:00", To: "24:00"},
		&Calendar{Days: []Day{{Date: "2018-06-01", Working: true}, {Date: "2024-06-01", Working: true}}}, loc, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// TestRoundTheClock compares with the difference of instants, in zones that
// shift at midnight, for good, or twice a year.
func TestRoundTheClock(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	for _, name := range []string{"Asia/Almaty", "Asia/Qyzylorda", "Asia/Qostanay", "Europe/Berlin", "America/New_York", "America/Santiago", "Pacific/Apia"} {
		loc := zone(t, name)
		k := roundTheClock(t, loc)
		first := time.Date(2018, 1, 1, 0, 0, 0, 0, loc).Unix()
		span := time.Date(2025, 1, 1, 0, 0, 0, 0, loc).Unix() - first
		for range 2000 {
			from, to := time.Unix(first+r.Int64N(span), r.Int64N(1e9)), time.Unix(first+r.Int64N(span), 0)
			if got, err := k.Duration(from, to); err != nil || got != to.Sub(from) {
				t.Fatalf("%s: Duration(%s, %s) = %v, %v, want %v", name, from.In(loc), to.In(loc), got, err, to.Sub(from))
			}
		}
	}
}

// TestClockAgainstWalk compares with a walk from minute to minute that asks the
// wall clock and the calendar's rows anew each time.
func TestClockAgainstWalk(t *testing.T) {
	t.Parallel()
	rows := map[string]bool{}
	for _, d := range kazakhstan(t).Calendar.Days {
		rows[d.Date] = d.Working
	}
	r := rand.New(rand.NewPCG(3, 4))
	for _, name := range []string{"Asia/Almaty", "Asia/Qyzylorda", "Asia/Aqtobe"} {
		loc, k := zone(t, name), clock(t, name, "")
		working := func(at time.Time) bool {
			at = at.In(loc)
			day, listed := rows[at.Format(time.DateOnly)]
			if !listed {
				day = at.Weekday() != time.Saturday && at.Weekday() != time.Sunday
			}
			minute := at.Hour()*60 + at.Minute()
			return day && minute >= 9*60 && minute < 18*60+30
		}
		for range 40 {
			from := time.Date(2019, 1, 1, 0, 0, 0, 0, loc).Add(time.Duration(r.IntN(7*365*24*60)) * time.Minute)
			to := from.Add(time.Duration(r.IntN(20*24*60)) * time.Minute)
			var want time.Duration
			for at := from; at.Before(to); at = at.Add(time.Minute) {
				if working(at) {
					want += time.Minute
				}
			}
			if got, err := k.Duration(from, to); err != nil || got != want {
				t.Errorf("%s: Duration(%s, %s) = %v, %v, want %v", name, from.In(loc), to.In(loc), got, err, want)
			}
			days, err := k.Days(from, to)
			if wantDays := want.Hours() / 9.5; err != nil || math.Abs(days-wantDays) > 1e-9 {
				t.Errorf("%s: Days(%s, %s) = %v, %v, want %v", name, from.In(loc), to.In(loc), days, err, wantDays)
			}
		}
	}
}

func TestDue(t *testing.T) {
	t.Parallel()
	x, k, loc := index(t, kazakhstan(t)), clock(t, "Asia/Almaty", ""), zone(t, "Asia/Almaty")
	tests := []struct {
		name, kind, asked, want string
	}{
		{"15 working days from a Monday", "appeal", "2025-02-03 10:00", "2025-02-25 00:00"},
		{"before the opening is the same day", "appeal", "2025-02-03 00:00", "2025-02-25 00:00"},
		{"at the closing hour is the next working day", "appeal", "2025-02-03 18:30", "2025-02-26 00:00"},
		{"a Saturday's clock starts on Monday", "appeal", "2025-02-01 12:00", "2025-02-25 00:00"},
		{"over Nauryz 2025", "appeal", "2025-03-12 12:00", "2025-04-08 00:00"},
		{"into the new year", "appeal", "2024-12-20 12:00", "2025-01-16 00:00"},
		{"over Almaty's change of zone", "appeal", "2024-02-15 12:00", "2024-03-08 00:00"},
		{"the last day under Law 221: 15 calendar days", "appeal", "2021-06-30 12:00", "2021-07-16 00:00"},
		{"the first day under the APPC: 15 working days", "appeal", "2021-07-01 12:00", "2021-07-27 00:00"},
		{"calendar days from a Saturday start on Monday", "information", "2025-02-01 12:00", "2025-02-19 00:00"},
		{"media before 20 August 2024", "media", "2024-08-19 12:00", "2024-08-29 00:00"},
		{"media since", "media", "2024-08-20 12:00", "2024-08-28 00:00"},
		{"redirect", "redirect", "2025-02-03 12:00", "2025-02-07 00:00"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			asked := local(t, loc, tt.asked)
			rule, ok := x.Deadline(tt.kind, asked)
			if !ok {
				t.Fatalf("Deadline(%s, %s) finds no rule", tt.kind, tt.asked)
			}
			got, err := k.Due(rule, asked)
			if err != nil || !got.Equal(local(t, loc, tt.want)) {
				t.Errorf("Due(%s, %s) = %v, %v, want %s", rule.ID, tt.asked, got.In(loc), err, tt.want)
			}
		})
	}

	comment, ok := x.Deadline("comment", local(t, loc, "2025-02-03 10:00"))
	if !ok {
		t.Fatal("Deadline(comment) finds no rule")
	}
	if _, err := k.Due(comment, local(t, loc, "2025-02-03 10:00")); !errors.Is(err, ErrNoPeriod) {
		t.Errorf("Due(%s) = %v, want %v: a comment is not a legal appeal", comment.ID, err, ErrNoPeriod)
	}
}

func TestOutsideCalendar(t *testing.T) {
	t.Parallel()
	k, loc := clock(t, "Asia/Almaty", ""), zone(t, "Asia/Almaty")
	inside := local(t, loc, "2025-02-03 10:00")
	for _, at := range []time.Time{
		local(t, loc, "2018-12-31 23:59"),
		local(t, loc, "2027-01-01 00:01"),
		{},
		time.Date(3000, 1, 1, 0, 0, 0, 0, time.UTC), // Beyond what fits into nanoseconds.
	} {
		if _, err := k.IsWorking(at); !errors.Is(err, ErrOutsideCalendar) {
			t.Errorf("IsWorking(%s) = %v, want %v", at, err, ErrOutsideCalendar)
		}
		if _, err := k.Duration(inside, at); !errors.Is(err, ErrOutsideCalendar) {
			t.Errorf("Duration(…, %s) = %v, want %v", at, err, ErrOutsideCalendar)
		}
		if _, err := k.Days(at, inside); !errors.Is(err, ErrOutsideCalendar) {
			t.Errorf("Days(%s, …) = %v, want %v", at, err, ErrOutsideCalendar)
		}
	}
	// A period that runs into a year that is not known ends nowhere.
	fifteen := Deadline{ID: "d", Days: 15, Unit: WorkingDays}
	for _, rule := range []Deadline{fifteen, {ID: "d", Days: 15, Unit: CalendarDays}} {
		if _, err := k.Due(rule, local(t, loc, "2026-12-21 10:00")); !errors.Is(err, ErrOutsideCalendar) {
			t.Errorf("Due(%s days, 2026-12-21) = %v, want %v", rule.Unit, err, ErrOutsideCalendar)
		}
	}
	if got, err := k.Due(Deadline{ID: "d", Days: 3, Unit: WorkingDays}, local(t, loc, "2026-12-28 10:00")); err != nil || !got.Equal(local(t, loc, "2027-01-01 00:00")) {
		t.Errorf("Due(3 working days, 2026-12-28) = %v, %v, want the end of the year", got, err)
	}
	if _, err := NewClock(Week{Days: []string{"mon"}, From: "09:00", To: "18:00"}, nil, loc, time.Time{}); !errors.Is(err, ErrOutsideCalendar) {
		t.Errorf("NewClock without a calendar: %v, want %v", err, ErrOutsideCalendar)
	}
}

func TestNewClockRefuses(t *testing.T) {
	t.Parallel()
	week := Week{Days: []string{"mon"}, From: "09:00", To: "18:00"}
	tests := []struct {
		name string
		week Week
		days []Day
	}{
		{"no working day", Week{From: "09:00", To: "18:00"}, []Day{{Date: "2024-01-01"}}},
		{"closing before opening", Week{Days: []string{"mon"}, From: "18:00", To: "09:00"}, []Day{{Date: "2024-01-01"}}},
		{"years out of order", week, []Day{{Date: "2026-01-01"}, {Date: "2024-01-01"}}},
		{"a day twice", week, []Day{{Date: "2024-01-01"}, {Date: "2024-01-01"}}},
		{"no date", week, []Day{{Date: "soon"}}},
		{"a year that nanoseconds cannot count", week, []Day{{Date: "1066-10-14"}}},
		{"known from no date", week, []Day{{Date: "2024-01-01", KnownFrom: "soon"}}},
	}
	for _, tt := range tests {
		if _, err := NewClock(tt.week, &Calendar{Days: tt.days}, time.UTC, time.Time{}); err == nil {
			t.Errorf("NewClock(%s) = nil, want an error", tt.name)
		}
	}
}

func BenchmarkClock(b *testing.B) {
	k, loc := clock(b, "Asia/Almaty", ""), zone(b, "Asia/Almaty")
	var at [1024]time.Time
	r := rand.New(rand.NewPCG(5, 6))
	for i := range at {
		at[i] = time.Date(2019, 1, 1, 0, 0, 0, 0, loc).Add(time.Duration(r.IntN(2900*24*60)) * time.Minute)
	}
	rule := Deadline{ID: "appc_main", Days: 15, Unit: WorkingDays}
	b.Run("Duration", func(b *testing.B) {
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			if _, err := k.Duration(at[i%1024], at[(i+1)%1024]); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("Days", func(b *testing.B) {
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			if _, err := k.Days(at[i%1024], at[(i+1)%1024]); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("Due", func(b *testing.B) {
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			if _, err := k.Due(rule, at[i%1024]); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkNewClock(b *testing.B) {
	c, loc := kazakhstan(b), zone(b, "Asia/Almaty")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := NewClock(c.Week, c.Calendar, loc, time.Time{}); err != nil {
			b.Fatal(err)
		}
	}
}
