package schema

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// told is a text that stands nowhere else.
const told = "Суы жоқ ауыл туралы ешкімге айтылмаған сөз"

// openPlain gives a database whose texts are not compressed, so that a search over
// the folder finds them.
func openPlain(t *testing.T) *Store {
	t.Helper()
	s := open(t)
	for _, table := range []string{"sightings", "items"} {
		if err := s.conn.Exec(t.Context(), "ALTER TABLE "+table+" MODIFY COLUMN text CODEC(NONE)"); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

// onDisk tells whether a file of the folder holds some bytes.
func onDisk(t *testing.T, needle string) bool {
	t.Helper()
	found := false
	err := filepath.WalkDir(shared.dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() || found {
			return nil //nolint:nilerr // the engine removes files under our feet
		}
		content, err := os.ReadFile(path)
		found = err == nil && bytes.Contains(content, []byte(needle))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// tellAll stores one item with a text as a sighting, and as two derivations of it.
func tellAll(t *testing.T, s *Store) Sighting {
	t.Helper()
	b := sampleBatch(0, 4)
	b.Sightings[0].Text = told
	if err := s.Append(t.Context(), b); err != nil {
		t.Fatal(err)
	}
	said := b.Sightings[0]
	for range 2 {
		items := []Item{{SourceID: "src", ThreadID: said.ThreadID, ItemID: said.ItemID, Text: told}}
		if err := s.ReplaceDerived(t.Context(), []string{"src"}, items, nil); err != nil {
			t.Fatal(err)
		}
	}
	if !onDisk(t, told) {
		t.Fatal("the text does not stand in the data folder: the search finds nothing")
	}
	return said
}

func TestDropTextsLeavesNoByte(t *testing.T) {
	s := openPlain(t)
	said := tellAll(t, s)
	if n, err := s.DropTexts(t.Context()); n != 0 || err != nil {
		t.Errorf("DropTexts without readings = %d, %v, want 0", n, err)
	}
	reading := Reading{SourceID: "src", ThreadID: said.ThreadID, ItemID: said.ItemID, TextHash: said.TextHash, Class: "question", Pruned: true, ReadAt: at(9)}
	if err := s.PutReadings(t.Context(), []Reading{reading}); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]Reading{reading}, collect(t, s.Readings(t.Context(), []string{"src"}))); diff != "" {
		t.Errorf("readings (-want +got):\n%s", diff)
	}
	if n, err := s.DropTexts(t.Context()); n != 1 || err != nil {
		t.Errorf("DropTexts = %d, %v, want 1", n, err)
	}
	items := []Item{{SourceID: "src", ThreadID: said.ThreadID, ItemID: said.ItemID}}
	if err := s.ReplaceDerived(t.Context(), []string{"src"}, items, nil); err != nil {
		t.Fatal(err)
	}
	if err := s.Purge(t.Context(), "sightings", "items"); err != nil {
		t.Fatal(err)
	}
	if onDisk(t, told) {
		t.Errorf("%q still stands in the data folder", told)
	}
	if got := ask(t, s, "SELECT count(), countIf(text = '') FROM sightings"); got != "4\t1" {
		t.Errorf("sightings, without text = %q, want 4 and 1", got)
	}
}

func TestForgetLeavesNoByte(t *testing.T) {
	s := openPlain(t)
	said := tellAll(t, s)
	answer := sampleBatch(5, 2)
	answer.Sightings[0].ParentID, answer.Sightings[0].QuotedHash = said.ItemID, said.TextHash
	answer.Sightings[1].ParentID, answer.Sightings[1].QuotedHash = said.ItemID, said.TextHash // in another thread: another item
	if err := s.Append(t.Context(), answer); err != nil {
		t.Fatal(err)
	}
	places, err := s.Find(t.Context(), "https://example.org/"+said.ItemID)
	item := Place{"src", said.ThreadID, said.ItemID}
	if err != nil || !cmp.Equal(places, []Place{item, {"src", "t1", said.ItemID}}) {
		t.Fatalf("Find = %v, %v", places, err)
	}
	grave := Tombstone{Tombstone: "0123", Mark: "4567", ForgottenAt: at(9)}
	for range 2 { // again is harmless
		if err := s.Forget(t.Context(), item, []Tombstone{grave}); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Purge(t.Context(), "sightings", "items"); err != nil {
		t.Fatal(err)
	}
	if onDisk(t, told) {
		t.Errorf("%q still stands in the data folder", told)
	}
	if got := ask(t, s, "SELECT count(), countIf(parent_id = '' AND quoted_hash = ''), countIf(thread_id = 't0') FROM sightings"); got != "5\t1\t2" {
		t.Errorf("sightings, cleared, of the thread = %q, want 5, 1 and 2", got)
	}
	if got, err := s.Tombstones(t.Context()); err != nil || !cmp.Equal(got, []Tombstone{grave}) {
		t.Errorf("Tombstones = %v, %v, want one", got, err)
	}
}

func TestForgetThread(t *testing.T) {
	s := open(t)
	if err := s.Append(t.Context(), sampleBatch(0, 6)); err != nil {
		t.Fatal(err)
	}
	places, err := s.Find(t.Context(), "https://example.org/t0")
	if err != nil || !cmp.Equal(places, []Place{{"src", "t0", ""}}) {
		t.Fatalf("Find = %v, %v", places, err)
	}
	if items, err := s.Items(t.Context(), places[0]); err != nil || len(items) != 3 {
		t.Errorf("Items = %v, %v, want 3", items, err)
	}
	if err := s.Forget(t.Context(), places[0], nil); err != nil {
		t.Fatal(err)
	}
	if got := ask(t, s, counts); got != "1\t3\t1" {
		t.Errorf("threads, sightings, visits = %q, want 1, 3 and 1", strings.ReplaceAll(got, "\t", " "))
	}
	if places, err := s.Find(t.Context(), "t0"); err != nil || len(places) != 0 {
		t.Errorf("Find after Forget = %v, %v, want nothing", places, err)
	}
}

// A list of thousands of readings is one statement.
func BenchmarkDropTexts(b *testing.B) {
	s := open(b)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		batch := sampleBatch(i*3, 2_000)
		readings := make([]Reading, len(batch.Sightings))
		for j, s := range batch.Sightings {
			readings[j] = Reading{SourceID: s.SourceID, ThreadID: s.ThreadID, ItemID: s.ItemID, Pruned: true, ReadAt: at(i)}
		}
		if err := s.Append(b.Context(), batch); err != nil {
			b.Fatal(err)
		}
		if err := s.PutReadings(b.Context(), readings); err != nil {
			b.Fatal(err)
		}
		if n, err := s.DropTexts(b.Context()); n != 2_000 || err != nil {
			b.Fatal(n, err)
		}
	}
}
