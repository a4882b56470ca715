package schema

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestKnown(t *testing.T) {
	s := open(t)
	first := sampleBatch(0, 4)
	if err := s.Append(t.Context(), first); err != nil {
		t.Fatal(err)
	}
	// An edit, then a later vanishing of the other item; and another source's item.
	edited, vanished := first.Sightings[0], first.Sightings[1]
	edited.VisitID, edited.SeenAt, edited.Change, edited.TextHash, edited.Edited = "v2", at(10), Edited, "new", true
	vanished.VisitID, vanished.SeenAt, vanished.Change = "v3", at(20), Vanished
	other := first.Sightings[0]
	other.VisitID, other.SourceID, other.SeenAt, other.Change = "v4", "other", at(30), Vanished
	batch := Batch{Sightings: []Sighting{edited, vanished, other}}
	for i, id := range []string{"v2", "v3", "v4"} {
		sg := batch.Sightings[i]
		batch.Visits = append(batch.Visits, Visit{VisitID: id, SourceID: sg.SourceID, ThreadID: sg.ThreadID, SeenAt: sg.SeenAt, Outcome: OK, Sightings: 1})
	}
	if err := s.Append(t.Context(), batch); err != nil {
		t.Fatal(err)
	}
	got, err := s.Known(t.Context(), "src", []string{"t0", "nowhere", "it's"})
	if err != nil {
		t.Fatal(err)
	}
	item := func(s Sighting, c Change, hash string, edited bool, seen time.Time) KnownItem {
		return KnownItem{
			ThreadID: s.ThreadID, ItemID: s.ItemID, Change: c, Kind: s.Kind, ParentID: s.ParentID, PublishedLo: s.PublishedLo, PublishedHi: s.PublishedHi,
			Precision: s.Precision, Edited: edited, TextHash: hash, FirstSeenAt: at(0), SeenAt: seen,
		}
	}
	want := map[string][]KnownItem{"t0": {
		item(first.Sightings[0], Edited, "new", true, at(10)),
		item(first.Sightings[1], Vanished, "h1", false, at(20)),
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Known (-want +got):\n%s", diff)
	}
}

// A list of ids longer than ClickHouse takes in a statement by default.
func TestKnownOfManyThreads(t *testing.T) {
	s := open(t)
	if err := s.Append(t.Context(), sampleBatch(0, 4)); err != nil {
		t.Fatal(err)
	}
	ids := []string{"t0"}
	for i := range 12_000 {
		ids = append(ids, fmt.Sprintf("https://example.org/a/thread/with/a/long/address/%d", i))
	}
	got, err := s.Known(t.Context(), "src", append(ids, "t1"))
	if err != nil || len(got["t0"]) != 2 || len(got["t1"]) != 2 {
		t.Errorf("Known of 12,002 threads = %d threads, %v, want the items of 2", len(got), err)
	}
}

func TestThreads(t *testing.T) {
	s := open(t)
	b := sampleBatch(0, 6)
	if err := s.Append(t.Context(), b); err != nil {
		t.Fatal(err)
	}
	// Found again with another count, and a third that nobody has visited yet.
	again, unseen := b.Threads[0], Thread{SourceID: "src", ThreadID: "t2", Kind: "post", Declared: -1, PublishedAt: at(1), FoundAt: at(5)}
	again.Declared, again.FoundAt = 9, at(5)
	gone := b.Sightings[0]
	gone.VisitID, gone.SeenAt, gone.Change = "v2", at(10), Vanished
	if err := s.Append(t.Context(), Batch{
		Threads:   []Thread{again, unseen, {SourceID: "other", ThreadID: "t0", FoundAt: at(1)}},
		Sightings: []Sighting{gone},
		Visits: []Visit{
			{VisitID: "v2", SourceID: "src", ThreadID: "t0", SeenAt: at(10), Outcome: NotModified, Complete: true, ETag: `"new"`, LastModified: "then", Parser: "telegram", ParserVersion: 4, Sightings: 1},
			{VisitID: "v3", SourceID: "src", ThreadID: "t0", SeenAt: at(20), Outcome: Throttled},
		},
	}); err != nil {
		t.Fatal(err)
	}
	got, err := s.Threads(t.Context(), "src")
	if err != nil {
		t.Fatal(err)
	}
	want := []ThreadState{
		{Thread: again, Visits: 3, LastAt: at(20), LastOutcome: Throttled, CompleteAt: at(10), ETag: `"new"`, LastModified: "then", Parser: "telegram", ParserVersion: 4, Items: 2, LastItemAt: at(0), FailingAt: at(20), OldestAt: epoch, YoungestAt: epoch, DerivedAt: epoch},
		{Thread: b.Threads[1], Visits: 1, LastAt: at(0), LastOutcome: OK, CompleteAt: at(0), ETag: `"0"`, Parser: "telegram", ParserVersion: 3, Items: 3, LastItemAt: at(0), Pages: 1, FailingAt: epoch, OldestAt: epoch, YoungestAt: epoch, DerivedAt: epoch},
		{Thread: unseen, LastAt: epoch, CompleteAt: epoch, LastItemAt: epoch, FailingAt: epoch, OldestAt: epoch, YoungestAt: epoch, DerivedAt: epoch},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Threads (-want +got):\n%s", diff)
	}
}

func TestHistoryAsOf(t *testing.T) {
	s := open(t)
	for _, minutes := range []int{30, 0, 60} { // written out of order
		if err := s.Append(t.Context(), sampleBatch(minutes, 6)); err != nil {
			t.Fatal(err)
		}
	}
	incomplete := Visit{VisitID: "x", SourceID: "src", ThreadID: "t0", SeenAt: at(10), Outcome: Captcha}
	gone := Visit{VisitID: "y", SourceID: "src", ThreadID: "t0", SeenAt: at(50), Outcome: Gone} // tells that nothing is there
	if err := s.Append(t.Context(), Batch{Visits: []Visit{incomplete, gone}}); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name              string
		asOf              time.Time
		sightings, visits int
	}{
		{"before all", at(0).Add(-time.Millisecond), 0, 0},
		{"at the first", at(0), 6, 2},
		{"between", at(45), 12, 4},
		{"a zone away", at(60).In(time.FixedZone("", 5*3600)), 18, 7},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			sightings := collect(t, s.Sightings(t.Context(), []string{"src", "other"}, tt.asOf))
			visits := collect(t, s.VisitMarks(t.Context(), []string{"src", "other"}, tt.asOf))
			if len(sightings) != tt.sightings || len(visits) != tt.visits {
				t.Errorf("as of %v: %d sightings and %d marks, want %d and %d", tt.asOf, len(sightings), len(visits), tt.sightings, tt.visits)
			}
			for i := 1; i < len(sightings); i++ {
				a, b := sightings[i-1], sightings[i]
				if a.ThreadID > b.ThreadID || a.ThreadID == b.ThreadID && a.ItemID > b.ItemID {
					t.Errorf("sighting %s %s comes before %s %s", a.ThreadID, a.ItemID, b.ThreadID, b.ItemID)
				}
			}
			for i := 1; i < len(visits); i++ {
				a, b := visits[i-1], visits[i]
				if a.ThreadID > b.ThreadID || a.ThreadID == b.ThreadID && a.SeenAt.After(b.SeenAt) {
					t.Errorf("visit %v comes before %v", a, b)
				}
			}
		})
	}
	if got := collect(t, s.Sightings(t.Context(), []string{"other"}, at(60))); len(got) != 0 {
		t.Errorf("sightings of another source = %d, want none", len(got))
	}
}

// Breaking out of a stream ends its query, and using the store meanwhile works.
func TestHistoryStreams(t *testing.T) {
	s := open(t)
	if err := s.Append(t.Context(), sampleBatch(0, 20_000)); err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, err := range s.Sightings(t.Context(), []string{"src"}, at(0)) {
		if err != nil {
			t.Fatal(err)
		}
		if n++; n == 10 {
			if _, err := s.Known(t.Context(), "src", []string{"t1"}); err != nil {
				t.Errorf("Known inside of Sightings: %v", err)
			}
			break
		}
	}
	for range 2 * maxConnections { // none of them is still held
		for range s.Sightings(t.Context(), []string{"src"}, at(0)) {
			break
		}
	}
	if got := ask(t, s, "SELECT count() FROM sightings_committed"); got != "20000" {
		t.Errorf("sightings = %s, want 20000", got)
	}
}

// A post is seen by the visit of the listing that shows it, and belongs to a thread
// of its own: asking for that thread must find it.
func TestKnownFindsWhatAnotherThreadsVisitSaw(t *testing.T) {
	s := open(t)
	err := s.Append(t.Context(), Batch{
		Sightings: []Sighting{{VisitID: "v", SourceID: "src", ThreadID: "post", ItemID: "post", SeenAt: at(0), Change: First, Kind: "post"}},
		Visits:    []Visit{{VisitID: "v", SourceID: "src", ThreadID: "listing", SeenAt: at(0), Outcome: OK, Sightings: 1}},
	})
	if err != nil {
		t.Fatal(err)
	}
	known, err := s.Known(t.Context(), "src", []string{"post"})
	if err != nil || len(known["post"]) != 1 {
		t.Errorf("Known = %v, %v, want the post", known, err)
	}
}
