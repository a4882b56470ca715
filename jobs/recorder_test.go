package jobs

import (
	"testing"

	"qulaq/parsers"
	"qulaq/pipeline"
	"qulaq/registry"
)

// TestARecorderAsksAgainWhatItCouldNotStore checks that looks that became rows early
// become rows once more when these could not be stored: memory, which holds what they
// saw, would otherwise take it for known.
func TestARecorderAsksAgainWhatItCouldNotStore(t *testing.T) {
	look := func(thread string) *pipeline.Look {
		return &pipeline.Look{Source: registry.Source{ID: "s"}, Thread: parsers.Thread{ID: thread}, Items: []parsers.Item{{ID: thread + "#1", Thread: thread, Text: "Су қашан болады?"}}}
	}
	r := &recorder{
		observer: pipeline.NewObserver(new(pipeline.Key), emptyIndex(t)),
		memories: map[string]*memory{"s": {pipeline.NewMemory(), map[string]bool{"known": true}}},
	}
	known, unknown := look("known"), look("unknown")
	if !r.remembers(known) || r.remembers(unknown) {
		t.Fatalf("remembers(known) = %v, remembers(unknown) = %v, want true and false", r.remembers(known), r.remembers(unknown))
	}
	beyond := look("known")
	beyond.Items[0].Thread = "unknown" // a listing shows items of many threads
	if r.remembers(beyond) {
		t.Error("remembers a look with an item of a thread that memory does not cover")
	}
	r.looks, r.waiting = []*pipeline.Look{known, unknown}, []*pipeline.Look{unknown}
	r.observe(known)
	if got := len(r.batch.Sightings); got != 1 {
		t.Fatalf("%d sightings, want 1", got)
	}
	r.forget()
	if len(r.batch.Sightings) != 0 || len(r.batch.Visits) != 0 || len(r.memories) != 0 {
		t.Errorf("forget left %d sightings, %d visits and %d memories, want none", len(r.batch.Sightings), len(r.batch.Visits), len(r.memories))
	}
	if len(r.waiting) != 2 || r.waiting[0] != known || r.waiting[1] != unknown {
		t.Errorf("%d looks wait, want both, in their order", len(r.waiting))
	}
}

// emptyIndex is that of a country without bodies.
func emptyIndex(t *testing.T) *registry.Index {
	t.Helper()
	index, err := registry.NewIndex(&registry.Country{Code: "XQ", Zone: "Asia/Almaty"})
	if err != nil {
		t.Fatal(err)
	}
	return index
}
