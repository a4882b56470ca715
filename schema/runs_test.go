package schema

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestRuns(t *testing.T) {
	s := open(t)
	begun := Run{Job: "crawl", DueAt: at(60), StartedAt: at(61), EndedAt: epoch, Outcome: "running", Attempt: 1, WrittenAt: at(61)}
	ended := begun
	ended.EndedAt, ended.Outcome, ended.Note, ended.WrittenAt = at(80), "ok", "12 visits", at(80)
	earlier := Run{Job: "crawl", DueAt: at(0), StartedAt: at(1), EndedAt: at(90), Outcome: "ok", Attempt: 1, WrittenAt: at(90)}
	other := Run{Job: "relink", DueAt: at(30), StartedAt: at(30), EndedAt: at(31), Outcome: "failed", Attempt: 2, Note: "no space", WrittenAt: at(31)}
	// The row that began comes last, as after a retry: what counts is when it was written.
	for _, r := range []Run{ended, earlier, other, begun} {
		if err := s.PutRun(t.Context(), r); err != nil {
			t.Fatal(err)
		}
	}
	got, err := s.LatestRuns(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]Run{ended, other}, got); diff != "" {
		t.Errorf("LatestRuns() (-want +got):\n%s", diff)
	}
}
