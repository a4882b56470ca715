package when

import (
	"errors"
	"strconv"
	"testing"
	"time"

	"qulaq/parsers"
)

func utc(s string) time.Time {
	t, err := time.Parse("2006-01-02T15:04:05.999Z", s)
	if err != nil {
		panic(err)
	}
	return t
}

// Kazakhstan moved Almaty from UTC+6 to UTC+5 at the end of 29 February 2024.
func TestClockPutBack(t *testing.T) {
	berlin := location("Europe/Berlin")
	for _, test := range []struct {
		name, in string
		zone     *time.Location
		lo, hi   string
	}{
		{"the hour before", "29.02.2024 22:59", almaty, "2024-02-29T16:59:00Z", "2024-02-29T16:59:59.999Z"},
		{"the hour that happened twice", "29.02.2024 23:30", almaty, "2024-02-29T17:30:00Z", "2024-02-29T18:30:59.999Z"},
		{"a second of it", "29.02.2024 23:30:15", almaty, "2024-02-29T17:30:15Z", "2024-02-29T18:30:15Z"},
		{"its offset tells which", "2024-02-29T23:30:00+05:00", almaty, "2024-02-29T18:30:00Z", "2024-02-29T18:30:00Z"},
		{"the hour after", "01.03.2024 00:00", almaty, "2024-02-29T19:00:00Z", "2024-02-29T19:00:59.999Z"},
		{"the day has 25 hours", "29.02.2024", almaty, "2024-02-28T18:00:00Z", "2024-02-29T18:59:59.999Z"},
		{"west of the country nothing happened", "29.02.2024 23:30", location("Asia/Aqtobe"), "2024-02-29T18:30:00Z", "2024-02-29T18:30:59.999Z"},
		{"autumn in Berlin", "27.10.2024 02:30", berlin, "2024-10-27T00:30:00Z", "2024-10-27T01:30:59.999Z"},
		{"a day of 23 hours", "31.03.2024", berlin, "2024-03-30T23:00:00Z", "2024-03-31T21:59:59.999Z"},
		{"a day without midnight", "06.10.2024", location("America/Asuncion"), "2024-10-06T04:00:00Z", "2024-10-07T02:59:59.999Z"},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := Grammar{Shapes: Dots | ISO, Zone: test.zone}.Parse(test.in, Context{})
			if want := (parsers.Span{Lo: utc(test.lo), Hi: utc(test.hi)}); err != nil || got.Span != want {
				t.Errorf("Parse(%q) = %v, %v, want %v", test.in, got.Span, err, want)
			}
		})
	}
}

func TestClockPutForward(t *testing.T) {
	got, err := Grammar{Shapes: Dots, Zone: location("Europe/Berlin")}.Parse("31.03.2024 02:30", Context{})
	if !errors.Is(err, ErrImpossible) {
		t.Errorf("Parse of a time that was skipped = %v, %v, want %v", got.Span, err, ErrImpossible)
	}
}

func TestMissingYear(t *testing.T) {
	on := func(s string) time.Time {
		t, err := time.ParseInLocation(time.DateOnly, s, almaty)
		if err != nil {
			panic(err)
		}
		return t
	}
	for _, test := range []struct {
		name, in string
		known    Context
		want     int
		err      error
	}{
		{"last past one", "10/09 - 11:05", Context{Seen: on("2026-09-20")}, 2026, nil},
		{"not in the future", "10/09 - 11:05", Context{Seen: on("2026-09-01")}, 2025, nil},
		{"first after a bound", "10/09 - 11:05", Context{NotBefore: on("2026-09-09")}, 2026, nil},
		{"December to January", "03/01 - 09:00", Context{NotBefore: on("2025-12-29")}, 2026, nil},
		{"January stays before December", "30/12 - 09:00", Context{NotAfter: on("2026-01-03")}, 2025, nil},
		{"between bounds", "03/01 - 09:00", Context{NotBefore: on("2025-12-29"), NotAfter: on("2026-02-01")}, 2026, nil},
		{"the bound's own day", "29/12 - 00:00", Context{NotBefore: on("2025-12-29")}, 2025, nil},
		{"two years fit", "03/01 - 09:00", Context{NotBefore: on("2024-12-29"), NotAfter: on("2026-02-01")}, 0, ErrAmbiguous},
		{"no year fits", "03/02 - 09:00", Context{NotBefore: on("2025-12-29"), NotAfter: on("2026-01-01")}, 0, ErrImpossible},
		{"leap day, back", "29/02 - 09:00", Context{Seen: on("2026-09-20")}, 2024, nil},
		{"leap day, forward", "29/02 - 09:00", Context{NotBefore: on("2025-01-01")}, 2028, nil},
		{"never", "31/02 - 09:00", Context{Seen: on("2026-09-20")}, 0, ErrImpossible},
		{"nothing known", "10/09 - 11:05", Context{}, 0, ErrContext},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := Grammar{Shapes: SlashNoYear, Zone: almaty}.Parse(test.in, test.known)
			if !errors.Is(err, test.err) || err == nil && got.Span.Lo.In(almaty).Year() != test.want {
				t.Errorf("Parse(%q) = %v, %v, want year %d and error %v", test.in, got.Span, err, test.want, test.err)
			}
		})
	}
}

func TestWeekdayTellsTheYear(t *testing.T) {
	known := Context{NotBefore: utc("2020-01-01T00:00:00Z"), NotAfter: utc("2025-01-01T00:00:00Z")}
	got, err := Grammar{Shapes: NamedNoYear, Zone: almaty}.Parse("вторник, 12 марта", known)
	if err != nil || got.Span.Lo.In(almaty).Year() != 2024 {
		t.Errorf("Parse = %v, %v, want 2024, the only year of these in which it was a Tuesday", got.Span, err)
	}
}

func TestRelativeNeedsToKnowWhenItWasSeen(t *testing.T) {
	for _, s := range []string{"вчера", "5 минут назад", "жаңа ғана"} {
		if got, err := (Grammar{Shapes: DayWord | Ago}).Parse(s, Context{}); !errors.Is(err, ErrContext) {
			t.Errorf("Parse(%q) = %v, %v, want %v", s, got.Span, err, ErrContext)
		}
	}
}

// Whatever the true age, and whether a page cuts, rounds or counts days of the
// calendar, the span holds it.
func TestAgoHoldsTheTruth(t *testing.T) {
	g := Grammar{Shapes: Ago, Zone: almaty}
	contains := func(printed string, truth time.Time) {
		t.Helper()
		got, err := g.Parse(printed, Context{Seen: seen})
		if err != nil || truth.Before(got.Span.Lo) || truth.After(got.Span.Hi) {
			t.Errorf("Parse(%q) = %v, %v, does not hold %v", printed, got.Span, err, truth)
		}
	}
	for minutes := range 48 * 60 {
		age := time.Duration(minutes) * time.Minute
		truth := seen.Add(-age)
		hours := int(age / time.Hour)
		contains(strconv.Itoa(hours)+" часов назад", truth)
		contains(strconv.Itoa(int((age+30*time.Minute)/time.Hour))+" сағат бұрын", truth)
		y, m, d := truth.In(almaty).Date()
		midnight := time.Date(y, m, d, 0, 0, 0, 0, almaty)
		today := time.Date(2024, 3, 15, 0, 0, 0, 0, almaty)
		contains(strconv.Itoa(int(today.Sub(midnight)/day))+" дней назад", truth)
	}
}
