package schedule

import (
	"strings"
	"testing"
	"time"
	_ "time/tzdata" // the same zones on every machine

	"github.com/google/go-cmp/cmp"
)

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

func line(t testing.TB, text, zoneName string) Line {
	t.Helper()
	l, err := ParseLine(text, zone(t, zoneName))
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestLineNext(t *testing.T) {
	tests := []struct {
		name, line, zone string
		from             string   // RFC 3339
		want             []string // one after another
	}{
		{
			"an ordinary day", "30 2 * * *", "Asia/Almaty", "2024-06-01T00:00:00+05:00",
			[]string{"2024-06-01T02:30:00+05:00", "2024-06-02T02:30:00+05:00"},
		},
		{
			"weekdays only", "0 9 * * 1-5", "Asia/Almaty", "2024-06-07T10:00:00+05:00",
			[]string{"2024-06-10T09:00:00+05:00"},
		},
		{
			"the day of a month that not every month has", "0 5 31 * *", "Asia/Almaty", "2024-06-01T00:00:00+05:00",
			[]string{"2024-07-31T05:00:00+05:00", "2024-08-31T05:00:00+05:00", "2024-10-31T05:00:00+05:00"},
		},
		{
			"Almaty changes its zone: the hour that came twice has one run", "30 23 * * *", "Asia/Almaty", "2024-02-29T00:00:00+06:00",
			[]string{"2024-02-29T23:30:00+06:00", "2024-03-01T23:30:00+05:00"},
		},
		{
			"Almaty changes its zone: midnight comes once, an hour later", "0 0 * * *", "Asia/Almaty", "2024-02-29T12:00:00+06:00",
			[]string{"2024-03-01T00:00:00+05:00", "2024-03-02T00:00:00+05:00"},
		},
		{
			"Almaty changes its zone: every hour that passes has its run", "15 * * * *", "Asia/Almaty", "2024-02-29T22:00:00+06:00",
			[]string{"2024-02-29T22:15:00+06:00", "2024-02-29T23:15:00+06:00", "2024-02-29T23:15:00+05:00", "2024-03-01T00:15:00+05:00"},
		},
		{
			"spring: 02:30 is skipped by the clock and due when it jumps", "30 2 * * *", "Europe/Berlin", "2025-03-29T12:00:00+01:00",
			[]string{"2025-03-30T03:00:00+02:00", "2025-03-31T02:30:00+02:00"},
		},
		{
			"spring: two times that are skipped are one", "0,30 2 * * *", "Europe/Berlin", "2025-03-29T12:00:00+01:00",
			[]string{"2025-03-30T03:00:00+02:00", "2025-03-31T02:00:00+02:00"},
		},
		{
			"spring: a skipped time and one at the jump are one", "0 2,3 * * *", "Europe/Berlin", "2025-03-30T00:00:00+01:00",
			[]string{"2025-03-30T03:00:00+02:00", "2025-03-31T02:00:00+02:00"},
		},
		{
			"autumn: 02:30 is shown twice and due once", "30 2 * * *", "Europe/Berlin", "2025-10-25T12:00:00+02:00",
			[]string{"2025-10-26T02:30:00+02:00", "2025-10-27T02:30:00+01:00"},
		},
		{
			"autumn: begun between the two", "30 2 * * *", "Europe/Berlin", "2025-10-26T02:10:00+01:00",
			[]string{"2025-10-27T02:30:00+01:00"},
		},
		{
			"autumn: hours pass", "0 * * * *", "Europe/Berlin", "2025-10-26T01:30:00+02:00",
			[]string{"2025-10-26T02:00:00+02:00", "2025-10-26T02:00:00+01:00", "2025-10-26T03:00:00+01:00"},
		},
		{
			"a midnight that does not exist", "0 0 * * *", "America/Sao_Paulo", "2018-11-03T12:00:00-03:00",
			[]string{"2018-11-04T01:00:00-02:00", "2018-11-05T00:00:00-02:00"},
		},
		{
			"a change of half an hour", "15 2 * * *", "Australia/Lord_Howe", "2025-10-04T12:00:00+10:30",
			[]string{"2025-10-05T02:30:00+11:00", "2025-10-06T02:15:00+11:00"},
		},
		{
			"a day that an island skipped", "0 12 * * *", "Pacific/Apia", "2011-12-29T10:00:00-10:00",
			[]string{"2011-12-29T12:00:00-10:00", "2011-12-31T00:00:00+14:00", "2011-12-31T12:00:00+14:00"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			l := line(t, tt.line, tt.zone)
			at, err := time.Parse(time.RFC3339, tt.from)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for range tt.want {
				at = l.Next(at)
				got = append(got, at.In(l.zone).Format(time.RFC3339))
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("due times of %q from %s (-want +got):\n%s", tt.line, tt.from, diff)
			}
		})
	}
}

// Every zone has each daily job once on each of its days, whatever its clocks do.
func TestLineOnceADay(t *testing.T) {
	for _, name := range []string{
		"Asia/Almaty", "Asia/Qyzylorda", "Europe/Berlin", "America/New_York", "Africa/Cairo", "Africa/Casablanca",
		"Asia/Beirut", "Asia/Tehran", "America/Santiago", "Australia/Lord_Howe", "Pacific/Chatham",
	} {
		for _, text := range []string{"30 2 * * *", "0 0 * * *", "59 23 * * *", "30 1 * * *", "30 0 * * *"} {
			l := line(t, text, name)
			end := time.Date(2026, 1, 1, 0, 0, 0, 0, l.zone)
			due := l.Next(time.Date(2021, 12, 31, 23, 59, 59, 0, l.zone))
			for day := time.Date(2022, 1, 1, 0, 0, 0, 0, time.UTC); due.Before(end); day = day.AddDate(0, 0, 1) {
				if got := due.In(l.zone).Format(time.DateOnly); got != day.Format(time.DateOnly) {
					t.Fatalf("%s in %s: due %s, want the next time on %s", text, name, due.In(l.zone), day.Format(time.DateOnly))
				}
				due = l.Next(due)
			}
		}
	}
}

func TestLineLast(t *testing.T) {
	l := line(t, "0 * * * *", "UTC")
	at := func(text string) time.Time {
		v, err := time.Parse(time.RFC3339, text)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	for name, tt := range map[string]struct {
		line         Line
		after, until string
		want         string // "" for none
	}{
		"none":                 {l, "2024-01-01T10:00:00Z", "2024-01-01T10:59:59Z", ""},
		"the end counts":       {l, "2024-01-01T10:00:00Z", "2024-01-01T11:00:00Z", "2024-01-01T11:00:00Z"},
		"the last of several":  {l, "2024-01-01T10:00:00Z", "2024-01-01T15:30:00Z", "2024-01-01T15:00:00Z"},
		"ten years away":       {l, "2014-01-01T10:00:00Z", "2024-01-01T15:30:00Z", "2024-01-01T15:00:00Z"},
		"rare, and long ago":   {line(t, "0 0 29 2 *", "UTC"), "2016-03-01T00:00:00Z", "2027-01-01T00:00:00Z", "2024-02-29T00:00:00Z"},
		"a window of its week": {line(t, "0 0 * * 1", "UTC"), "2023-01-01T00:00:00Z", "2024-01-07T23:00:00Z", "2024-01-01T00:00:00Z"},
	} {
		got := ""
		if last := tt.line.Last(at(tt.after), at(tt.until)); !last.IsZero() {
			got = last.UTC().Format(time.RFC3339)
		}
		if got != tt.want {
			t.Errorf("%s: Last(%s, %s) = %q, want %q", name, tt.after, tt.until, got, tt.want)
		}
	}
}

func TestParseLineRefuses(t *testing.T) {
	for name, tt := range map[string]struct{ line, want string }{
		"too few fields":    {"5 * * *", "five fields are wanted"},
		"seconds":           {"0 5 * * * *", "five fields are wanted"},
		"out of range":      {"61 * * * *", "above maximum (59)"},
		"words":             {"now and then", "five fields are wanted"},
		"a zone of its own": {"TZ=UTC 5 * * * *", "the zone is set for all jobs"},
		"every":             {"@every 5m", "@every is not used here"},
		"30 February":       {"0 0 30 2 *", "there is no such day"},
		"empty":             {"", "five fields are wanted"},
	} {
		if _, err := ParseLine(tt.line, time.UTC); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: ParseLine(%q) error = %v, want one with %q", name, tt.line, err, tt.want)
		}
	}
}

func FuzzLineNext(f *testing.F) {
	f.Add("30 2 * * *", int64(1743292800), uint8(0))
	f.Add("*/7 3 1,15 * 0", int64(1709200000), uint8(1))
	zones := []*time.Location{zone(f, "Europe/Berlin"), zone(f, "Asia/Almaty"), zone(f, "Pacific/Apia"), zone(f, "Australia/Lord_Howe")}
	f.Fuzz(func(t *testing.T, text string, unix int64, z uint8) {
		l, err := ParseLine(text, zones[int(z)%len(zones)])
		if err != nil {
			return
		}
		at := time.Unix(unix%4e9, 0)
		for range 5 {
			next := l.Next(at)
			if next.IsZero() {
				return
			}
			if !next.After(at) {
				t.Fatalf("%q.Next(%s) = %s, which is not later", text, at, next)
			}
			at = next
		}
	})
}

func BenchmarkLineNext(b *testing.B) {
	l := line(b, "30 2 * * *", "Asia/Almaty")
	at := time.Date(2024, 2, 28, 0, 0, 0, 0, time.UTC)
	b.ReportAllocs()
	for b.Loop() {
		at = l.Next(at)
	}
}
