package archive

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"filippo.io/age"
	"github.com/google/go-cmp/cmp"
)

// TestOrderOfTime: the order is that of sending, whichever Writer recorded it,
// whenever it ended, and across the end of a day.
func TestOrderOfTime(t *testing.T) {
	dir := t.TempDir()
	c := newClock()
	c.now = time.Date(2026, 11, 23, 23, 59, 50, 0, time.UTC)
	a := newWriter(t, Config{Dir: dir, Mode: Plain, Now: c.Now})
	b := newWriter(t, Config{Dir: dir, Mode: Plain, Now: c.Now})
	slow, err := http.NewRequest(http.MethodGet, "http://a.example/1-slow", nil)
	if err != nil {
		t.Fatal(err)
	}
	answered, err := a.Layer(web(page)).RoundTrip(slow)
	if err != nil {
		t.Fatal(err)
	}
	for i, w := range []*Writer{b, a, b} {
		c.move(3 * time.Second)
		mustGet(t, w, web(page), fmt.Sprintf("http://a.example/%d", i+2))
	}
	c.move(10 * time.Second) // it is the next day
	mustGet(t, b, web(page), "http://a.example/5")
	if _, err := io.Copy(io.Discard, answered.Body); err != nil {
		t.Fatal(err)
	}
	c.move(time.Second)
	mustGet(t, a, web(page), "http://a.example/6")
	c.move(72 * time.Hour)
	mustGet(t, a, web(page), "http://a.example/7")
	if err := errors.Join(a.Close(), b.Close()); err != nil {
		t.Fatal(err)
	}
	r := openReader(t, dir)
	sound(t, r)
	all := []string{"1-slow", "2", "3", "4", "5", "6", "7"}
	at := func(s int) time.Time { return time.Date(2026, 11, 23, 23, 59, s, 0, time.UTC) }
	for _, test := range []struct {
		name   string
		filter Filter
		want   []string
	}{
		{"all", Filter{}, all},
		{"sent before the day was over, recorded after", Filter{From: at(50), To: at(51)}, all[:1]},
		{"from, inclusive", Filter{From: at(56)}, all[2:]},
		{"to, exclusive", Filter{To: at(56)}, all[:2]},
		{"next day", Filter{From: at(60), To: at(3600)}, all[4:6]},
		{"days later", Filter{From: at(7200)}, all[6:]},
		{"a day without anything", Filter{From: at(24 * 3600), To: at(48 * 3600)}, nil},
		{"by URL", Filter{URL: func(u string) bool { return strings.HasSuffix(u, "/3") || strings.HasSuffix(u, "/7") }}, []string{"3", "7"}},
	} {
		var got []string
		for _, target := range targets(t, r, test.filter) {
			got = append(got, strings.TrimPrefix(target, "http://a.example/"))
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.name, diff)
		}
	}
	var types []string
	for _, rec := range records(t, r, Filter{To: at(56)}) {
		types = append(types, rec.Type)
	}
	if want := []string{"request", "response", "request", "response"}; !cmp.Equal(types, want) {
		t.Errorf("records = %v, want %v", types, want)
	}
}

// An archive can be read while it is written, and a segment may be closed between
// being listed and being read.
func TestReadWhileWriting(t *testing.T) {
	for _, mode := range []Mode{Plain, Sealed} {
		dir := t.TempDir()
		identity := newKey(t)
		config := Config{Dir: dir, Mode: mode}
		if mode == Sealed {
			config.Recipients = []age.Recipient{identity.Recipient()}
		}
		w := newWriter(t, config)
		mustGet(t, w, web(page), "http://a.example/1")
		if err := w.Sync(); err != nil {
			t.Fatal(err)
		}
		r := openReader(t, dir, identity)
		want := []string{"http://a.example/1"}
		if got := targets(t, r, Filter{}); !cmp.Equal(got, want) || !r.Segments()[0].Open {
			t.Errorf("%s, while written: %v, want %v", mode, got, want)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		if got := targets(t, r, Filter{}); !cmp.Equal(got, want) {
			t.Errorf("%s, closed since: %v, want %v", mode, got, want)
		}
	}
}

func TestOpen(t *testing.T) {
	if _, err := Open(filepath.Join(t.TempDir(), "none")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("Open of nothing = %v, want %v", err, os.ErrNotExist)
	}
	dir := t.TempDir()
	for _, name := range []string{
		"2026/11/23/20261123T060301Z-9f3c01d2-00001.warc.gz",
		"2026/11/23/20261123T060301Z-9f3c01d2-00002.warc.gz.age",
		"2026/11/23/20261123T060301Z-9f3c01d2-00003.warc.gz.age.open",
		"2026/11/23/20261123T060301Z-9f3c01d2-00003.warc.gz.age.tail",
		"2026/11/23/20261123T060301Z-9f3c01d2-00003.warc.gz.age.tail.next",
		"2026/11/24/20261123T060301Z-9f3c01d2-00004.warc.gz", // in another day's folder
		"2026/11/23/20261323T060301Z-9f3c01d2-00005.warc.gz", // no such month
		"2026/11/23/notes.txt.tail",
		"20261123T060301Z-9f3c01d2-00006.warc.gz",
	} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	r := openReader(t, dir)
	type listed struct {
		Name         string
		Sealed, Open bool
	}
	var got []listed
	for _, s := range r.Segments() {
		got = append(got, listed{strings.TrimPrefix(s.Name(), "20261123T060301Z-9f3c01d2-"), s.Sealed, s.Open})
	}
	want := []listed{
		{"00001.warc.gz", false, false},
		{"00002.warc.gz.age", true, false},
		{"00003.warc.gz.age.open", true, true},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("segments (-want +got):\n%s", diff)
	}
	if len(r.strays) != 4 {
		t.Errorf("strays = %v, want 4", r.strays)
	}
}

// One damaged segment does not hide the others, and gives what it still holds.
func TestDamagedSegment(t *testing.T) {
	dir := t.TempDir()
	w := newWriter(t, Config{Dir: dir, Mode: Plain, SegmentBytes: 2_000})
	for i := range 9 {
		mustGet(t, w, web(page), fmt.Sprintf("http://a.example/%d", i))
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	r := openReader(t, dir)
	whole := len(targets(t, r, Filter{}))
	damaged := r.Segments()[0]
	path := filepath.Join(dir, damaged.Path)
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, data[:len(data)-5], 0o600); err != nil {
		t.Fatal(err)
	}
	var pages, errs int
	for _, err := range r.Pages(Filter{}) {
		var damage *DamageError
		switch {
		case err == nil:
			pages++
		case errors.As(err, &damage) && damage.Segment == damaged.Path && damage.Offset > 0:
			errs++
		default:
			t.Errorf("Pages: %v, want a DamageError of %s", err, damaged.Path)
		}
	}
	if pages != whole-1 || errs != 1 {
		t.Errorf("%d pages and %d errors, want %d and 1", pages, errs, whole-1)
	}
}
