package schema

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// Replies count in the step of their middle; who waits counts in every step that was
// lived through, until the reply or the last complete visit.
func TestReplyTimes(t *testing.T) {
	s := open(t)
	need := func(id string, asked int, censored int, reply ...int) Exchange {
		e := Exchange{SourceID: "src", ThreadID: "t", NeedID: id, BodyID: "b", AskedLo: at(asked), AskedHi: at(asked), CensoredAt: at(censored)}
		if len(reply) == 2 {
			e.ReplyID, e.ReplyBodyID, e.ReplyKind, e.ReplyMethod = []string{id + "r"}, []string{"b"}, []string{"substantive"}, []string{"parent"}
			e.ReplyLo, e.ReplyHi = []time.Time{at(reply[0])}, []time.Time{at(reply[1])}
			e.ReplyTemplate, e.ReplyConfidence, e.ReplyWatched = []bool{false}, []float32{1}, []bool{true}
		}
		return e
	}
	if err := s.ReplaceDerived(t.Context(), []string{"src"}, nil, []Exchange{
		need("a", 0, 500, 20, 40),   // replied at 30 minutes
		need("b", 0, 100),           // waited for 100
		need("c", 0, 500, 150, 250), // replied at 200
		need("old", -500, 0),
	}); err != nil {
		t.Fatal(err)
	}
	got, err := s.ReplyTimes(t.Context(), at(-100), []time.Duration{0, time.Hour, 3 * time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	want := []ReplyTime{
		{"src", 0, 1, (30 + 60 + 60) * 60},
		{"src", 1, 0, (0 + 40 + 120) * 60},
		{"src", 2, 1, 20 * 60},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("ReplyTimes (-want +got):\n%s", diff)
	}

	states, err := s.Threads(t.Context(), "src")
	if err != nil || len(states) != 0 {
		t.Fatalf("Threads = %v, %v, want none: there are only needs", states, err)
	}
	if err := s.Append(t.Context(), Batch{Threads: []Thread{{SourceID: "src", ThreadID: "t", FoundAt: at(0)}}}); err != nil {
		t.Fatal(err)
	}
	if states, err = s.Threads(t.Context(), "src"); err != nil || len(states) != 1 {
		t.Fatal(states, err)
	}
	if got := states[0]; got.Open != 2 || !got.OldestAt.Equal(at(-500)) || !got.YoungestAt.Equal(at(0)) {
		t.Errorf("%d needs wait, asked from %v to %v; want 2, from %v to %v", got.Open, got.OldestAt, got.YoungestAt, at(-500), at(0))
	}
}

func TestPrecisions(t *testing.T) {
	s := open(t)
	batch := sampleBatch(0, 6)
	for i, precision := range []string{"second", "minute", "hour", "day", "relative", "visit"} {
		batch.Sightings[i].Precision, batch.Sightings[i].Change = precision, First
	}
	if err := s.Append(t.Context(), batch); err != nil {
		t.Fatal(err)
	}
	got, err := s.Precisions(t.Context(), at(-1))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]Precision{"src": {"src", 6, 2}}, got); diff != "" {
		t.Errorf("Precisions (-want +got):\n%s", diff)
	}
	if got, err = s.Precisions(t.Context(), at(1)); err != nil || len(got) != 0 {
		t.Errorf("Precisions of later items = %v, %v, want none", got, err)
	}
}
