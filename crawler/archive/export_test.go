package archive

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"filippo.io/age"
	"github.com/google/go-cmp/cmp"
)

// TestExport: what is exported is a sound plain archive with the same records.
func TestExport(t *testing.T) {
	dir, out := t.TempDir(), filepath.Join(t.TempDir(), "out")
	identity := newKey(t)
	c := newClock()
	w := newWriter(t, Config{Dir: dir, Recipients: []age.Recipient{identity.Recipient()}, Now: c.Now, SegmentBytes: 5_000})
	for i := range 12 {
		c.move(time.Minute)
		mustGet(t, w, web(numberedPage), "http://a.example/"+strings.Repeat("x", i%8))
	}
	if err := w.Sync(); err != nil { // the last segment stays open
		t.Fatal(err)
	}
	r := openReader(t, dir, identity)
	got, err := r.Export(t.Context(), out, Filter{})
	if err != nil {
		t.Fatal(err)
	}
	exported := openReader(t, out)
	sound(t, exported)
	for _, s := range exported.Segments() {
		if s.Sealed || s.Open {
			t.Errorf("exported segment %s is sealed or open", s.Path)
		}
	}
	ignore := cmp.FilterPath(func(p cmp.Path) bool { return p.Last().String() == ".Segment" }, cmp.Ignore())
	want := records(t, r, Filter{})
	if diff := cmp.Diff(want, records(t, exported, Filter{}), ignore); diff != "" {
		t.Errorf("records (-archive +export):\n%s", diff)
	}
	if segments := len(exported.Segments()); got.Segments != segments || got.Records != len(want)+segments || got.Bytes == 0 {
		t.Errorf("Export = %+v, want %d segments and %d records", got, segments, len(want)+segments)
	}
	if _, err := r.Export(t.Context(), out, Filter{}); !errors.Is(err, os.ErrExist) {
		t.Errorf("Export over an export = %v, want %v", err, os.ErrExist)
	}
}

// TestExportChosen: a revisit takes along what it refers to, and nothing else
// comes.
func TestExportChosen(t *testing.T) {
	dir, path := plainArchive(t)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	first := time.Time{}
	for _, rec := range records(t, openReader(t, dir), Filter{}) {
		first = rec.Date
	}
	// Let the revisit be a minute later.
	rewrite(t, path, func(r []string) []string {
		for i := 5; i < 7; i++ {
			r[i] = strings.Replace(r[i], "WARC-Date: "+warcDate(first), "WARC-Date: "+warcDate(first.Add(time.Minute)), 1)
		}
		return r
	})
	out := t.TempDir()
	if _, err := openReader(t, dir).Export(t.Context(), out, Filter{From: first.Add(time.Second)}); err != nil {
		t.Fatal(err)
	}
	exported := openReader(t, out)
	sound(t, exported)
	want := []string{"http://a.example/a", "http://a.example/a"}
	if diff := cmp.Diff(want, targets(t, exported, Filter{})); diff != "" {
		t.Errorf("exported answers (-want +got):\n%s", diff)
	}
	nothing := filepath.Join(t.TempDir(), "nothing")
	if got, err := openReader(t, dir).Export(t.Context(), nothing, Filter{URL: func(string) bool { return false }}); err != nil || got != (Exported{}) {
		t.Errorf("Export of nothing = %+v, %v, want no file", got, err)
	}
	if _, err := os.Stat(nothing); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("Export of nothing made a folder: %v", err)
	}

	// A damaged segment is exported as far as it goes.
	if err := os.WriteFile(path, whole[:len(whole)-3], 0o600); err != nil {
		t.Fatal(err)
	}
	rest := t.TempDir()
	var damage *DamageError
	got, err := openReader(t, dir).Export(t.Context(), rest, Filter{})
	if !errors.As(err, &damage) || got.Records != 5 {
		t.Errorf("Export of a damaged segment = %+v, %v, want 5 records and the damage", got, err)
	}
	data, err := os.ReadFile(filepath.Join(rest, "2026/11/23", filepath.Base(path)))
	if err != nil || !bytes.HasPrefix(whole, data) {
		t.Errorf("exported %d bytes, %v, want what is before the damage", len(data), err)
	}
	sound(t, openReader(t, rest))
}

// An open segment may end between a request and its answer: what is exported of
// it is sound all the same.
func TestExportOpen(t *testing.T) {
	dir, path := plainArchive(t)
	all := records(t, openReader(t, dir), Filter{})
	if err := os.Truncate(path, all[3].Offset); err != nil { // the second answer
		t.Fatal(err)
	}
	if err := os.Rename(path, path+openMark); err != nil {
		t.Fatal(err)
	}
	out := t.TempDir()
	if got, err := openReader(t, dir).Export(t.Context(), out, Filter{}); err != nil || got.Records != 3 {
		t.Errorf("Export = %+v, %v, want 3 records", got, err)
	}
	sound(t, openReader(t, out))
}

func TestPrune(t *testing.T) {
	dir := t.TempDir()
	identity := newKey(t)
	c := newClock()
	w := newWriter(t, Config{Dir: dir, Recipients: []age.Recipient{identity.Recipient()}, Now: c.Now})
	for range 3 {
		mustGet(t, w, web(page), "http://a.example/"+dayOf(c.Now()))
		c.move(24 * time.Hour)
	}
	if err := w.Sync(); err != nil {
		t.Fatal(err)
	}
	for _, next := range openReader(t, dir).Segments()[2:] { // as a crash in the middle of a Sync leaves it
		path := strings.TrimSuffix(filepath.Join(dir, next.Path), openMark) + tailMark + nextMark
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, test := range []struct {
		before  time.Time
		removed int
		left    []string
	}{
		{day, 0, []string{"http://a.example/2026-11-23", "http://a.example/2026-11-24", "http://a.example/2026-11-25"}},
		{time.Date(2026, 11, 24, 23, 59, 59, 0, time.UTC), 1, []string{"http://a.example/2026-11-24", "http://a.example/2026-11-25"}},
		{time.Date(2026, 11, 25, 0, 0, 0, 0, time.UTC), 1, []string{"http://a.example/2026-11-25"}},
		{time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC), 1, nil}, // the open one, with its tail
	} {
		removed, err := Prune(dir, test.before)
		if err != nil || len(removed) != test.removed {
			t.Errorf("Prune before %s = %v, %v, want %d", test.before, removed, err, test.removed)
		}
		if diff := cmp.Diff(test.left, targets(t, openReader(t, dir, identity), Filter{})); diff != "" {
			t.Errorf("left after pruning before %s (-want +got):\n%s", test.before, diff)
		}
	}
	left, err := os.ReadDir(dir)
	if err != nil || len(left) > 0 {
		t.Errorf("left in the folder: %v, %v, want nothing", left, err)
	}
	if _, err := os.Stat(dir); err != nil {
		t.Errorf("the archive's folder itself: %v", err)
	}
}
