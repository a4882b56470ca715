package schema

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// What is derived in memory for an earlier moment must be what the store counts.
func TestReplyCountsOfEqualsTheStore(t *testing.T) {
	s := open(t)
	all := exchanges(3, 400, false)
	if err := s.ReplaceDerived(t.Context(), []string{"src"}, nil, all); err != nil {
		t.Fatal(err)
	}
	got, err := s.ReplyCounts(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(ReplyCountsOf(all), got); diff != "" || len(got) == 0 {
		t.Errorf("ReplyCounts: %d rows, unlike those of the exchanges (-exchanges +store):\n%s", len(got), diff)
	}
}

func TestSourceWeeksAndOutages(t *testing.T) {
	s := open(t)
	if err := s.PutRegistry(t.Context(), nil, []Source{{SourceID: "a", Status: "active"}}); err != nil {
		t.Fatal(err)
	}
	monday := time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)
	visit := func(id string, hours float64, outcome Outcome) Visit {
		seen := monday.Add(time.Duration(hours * float64(time.Hour)))
		return Visit{VisitID: id, SourceID: "a", ThreadID: "t", StartedAt: seen, SeenAt: seen, Outcome: outcome, Complete: outcome == OK, Declared: 10, Parsed: 9}
	}
	// Seen on Sunday night and on Monday; throttled then until 20 h; seen again at 22 h.
	visits := []Visit{visit("1", -1, OK), visit("2", 1, OK), visit("3", 10, Throttled), visit("4", 22, OK)}
	if err := s.Append(t.Context(), Batch{Visits: visits}); err != nil {
		t.Fatal(err)
	}
	at := func(hours float64) time.Time { return monday.Add(time.Duration(hours * float64(time.Hour))) }
	weeks, err := s.SourceWeeks(t.Context(), at(12))
	if err != nil {
		t.Fatal(err)
	}
	want := []SourceWeek{
		{SourceID: "a", Week: monday.AddDate(0, 0, -7), Visits: 1, Complete: 1, Declared: 10, Parsed: 9, Outcomes: map[string]uint64{"ok": 1}},
		{SourceID: "a", Week: monday, Visits: 2, Complete: 1, Declared: 20, Parsed: 18, Outcomes: map[string]uint64{"ok": 1, "throttled": 1}},
	}
	if diff := cmp.Diff(want, weeks); diff != "" {
		t.Errorf("SourceWeeks as of 12 h (-want +got):\n%s", diff)
	}
	for asOf, want := range map[float64][]Outage{
		3:  nil, // an hour late is within the patience
		12: {{SourceID: "a", Lo: at(2), Hi: at(12), Failed: 1}},
		30: {{SourceID: "a", Lo: at(2), Hi: at(22), Failed: 1}},
	} {
		got, err := s.Outages(t.Context(), time.Hour, 3*time.Hour, at(asOf))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("Outages as of %v h (-want +got):\n%s", asOf, diff)
		}
	}
}

func TestGenerationChangesWithWhatIsStored(t *testing.T) {
	s := open(t)
	generation := func() string {
		t.Helper()
		g, err := s.Generation(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return g
	}
	names := []string{generation()}
	if err := s.Append(t.Context(), Batch{Visits: []Visit{{VisitID: "1", SourceID: "a", ThreadID: "t", SeenAt: at(1), StartedAt: at(1), Outcome: OK}}}); err != nil {
		t.Fatal(err)
	}
	names = append(names, generation())
	if err := s.ReplaceDerived(t.Context(), []string{"src"}, nil, exchanges(1, 2, true)); err != nil {
		t.Fatal(err)
	}
	names = append(names, generation())
	if names[0] == names[1] || names[1] == names[2] {
		t.Errorf("generations = %q, want three different ones", names)
	}
	if again := generation(); again != names[2] {
		t.Errorf("generation = %q without anything new, want %q", again, names[2])
	}
}
