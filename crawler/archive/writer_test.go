package archive

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"filippo.io/age"
	"github.com/google/go-cmp/cmp"
)

func TestNew(t *testing.T) {
	key := newKey(t).Recipient()
	hybrid, err := age.GenerateHybridIdentity()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	occupied := filepath.Join(dir, "file")
	if err := os.WriteFile(occupied, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name   string
		config Config
		mode   Mode // Off: no Writer
		err    string
	}{
		{"zero value", Config{}, Off, ""},
		{"off with recipients", Config{Dir: dir, Mode: Off, Recipients: []age.Recipient{key}}, Off, ""},
		{"recipients seal by default", Config{Dir: dir, Recipients: []age.Recipient{key}}, Sealed, ""},
		{"plain only when told", Config{Dir: dir, Mode: Plain}, Plain, ""},
		{"post-quantum", Config{Dir: dir, Recipients: []age.Recipient{hybrid.Recipient()}}, Sealed, ""},
		{"sealed to nobody", Config{Dir: dir, Mode: Sealed}, "", "no recipients"},
		{"recipients that cannot go together", Config{Dir: dir, Recipients: []age.Recipient{key, hybrid.Recipient()}}, "", "incompatible"},
		{"plain, but recipients", Config{Dir: dir, Mode: Plain, Recipients: []age.Recipient{key}}, "", "plain"},
		{"unknown mode", Config{Dir: dir, Mode: "open"}, "", `mode "open"`},
		{"no folder", Config{Mode: Plain}, "", "no folder"},
		{"negative length", Config{Dir: dir, Mode: Plain, SegmentBytes: -1}, "", "negative"},
		{"a file in the place of the folder", Config{Dir: occupied, Mode: Plain}, "", "not a directory"},
	} {
		w, err := New(test.config)
		switch {
		case test.err != "":
			if err == nil || !strings.Contains(err.Error(), test.err) || !strings.HasPrefix(err.Error(), "archive: ") {
				t.Errorf("New(%s) = %v, want archive: …%s…", test.name, err, test.err)
			}
		case err != nil:
			t.Errorf("New(%s) = %v, want no error", test.name, err)
		case test.mode == Off && w != nil:
			t.Errorf("New(%s) = a Writer, want nil", test.name)
		case test.mode != Off && (w == nil || w.config.Mode != test.mode):
			t.Errorf("New(%s) = %+v, want mode %s", test.name, w, test.mode)
		}
	}
}

// A nil Writer, which New returns for mode off, records nothing and works.
func TestOff(t *testing.T) {
	var w *Writer
	if body, err := get(w, web(page), "http://a.example/"); err != nil || body == "" {
		t.Errorf("GET = %q, %v, want the page", body, err)
	}
	if err := errors.Join(w.Sync(), w.Close()); err != nil {
		t.Errorf("Sync, Close = %v, want no error", err)
	}
}

// TestSealed: nothing of what is recorded can be found on the disk, in any file,
// at any time, and all of it can be read with the identity.
func TestSealed(t *testing.T) {
	dir := t.TempDir()
	identity := newKey(t)
	w := newWriter(t, Config{Dir: dir, Recipients: []age.Recipient{identity.Recipient()}})
	site := web(func(*http.Request) *http.Response {
		return answer(200, "the citizen's words", "Content-Encoding", "identity")
	})
	search := func(when string) {
		t.Helper()
		files := 0
		err := filepath.WalkDir(dir, func(path string, entry os.DirEntry, err error) error {
			if err != nil || entry.IsDir() {
				return err
			}
			files++
			data, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			for _, word := range []string{"citizen", "akimat.example", "WARC", "\x1f\x8b\x08"} {
				if strings.Contains(string(data), word) {
					t.Errorf("%s, %s holds %q", when, entry.Name(), word)
				}
			}
			info, err := entry.Info()
			if err == nil && info.Mode().Perm() != 0o600 {
				t.Errorf("%s has mode %v, want 0600", entry.Name(), info.Mode())
			}
			return err
		})
		if err != nil || files == 0 {
			t.Fatalf("%s: %d files, error %v", when, files, err)
		}
	}
	mustGet(t, w, site, "http://akimat.example/1")
	search("after recording")
	if err := w.Sync(); err != nil {
		t.Fatal(err)
	}
	search("after Sync")
	if got := targets(t, openReader(t, dir, identity), Filter{}); !cmp.Equal(got, []string{"http://akimat.example/1"}) {
		t.Errorf("after Sync the archive holds %v, want the page", got)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	search("after Close")
	r := openReader(t, dir, identity)
	sound(t, r)
	for p, err := range r.Pages(Filter{}) {
		if err != nil || string(p.Body) != "the citizen's words" {
			t.Errorf("page = %q, %v", p.Body, err)
		}
	}
	for _, err := range openReader(t, dir, newKey(t)).Pages(Filter{}) {
		var noMatch *age.NoIdentityMatchError
		if !errors.As(err, &noMatch) {
			t.Errorf("with another identity: %v, want that it does not match", err)
		}
	}
}

// TestSegments: a segment is closed when it is long enough and when the day is
// over, and each begins with its warcinfo.
func TestSegments(t *testing.T) {
	dir := t.TempDir()
	c := newClock()
	w := newWriter(t, Config{Dir: dir, Mode: Plain, SegmentBytes: 12_000, Now: c.Now})
	site := web(func(req *http.Request) *http.Response { return answer(200, noise(len(req.URL.Path), 9_000)) })
	for i := range 4 {
		mustGet(t, w, site, "http://a.example/"+strings.Repeat("x", i))
	}
	c.move(18 * time.Hour)
	mustGet(t, w, site, "http://a.example/next-day")
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	var got []string
	r := openReader(t, dir)
	for _, s := range r.Segments() {
		got = append(got, strings.ReplaceAll(s.Path, w.run, "RUN"))
	}
	want := []string{
		"2026/11/23/20261123T060301Z-RUN-00001.warc.gz",
		"2026/11/23/20261123T060301Z-RUN-00002.warc.gz",
		"2026/11/24/20261124T000301Z-RUN-00003.warc.gz",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("segments (-want +got):\n%s", diff)
	}
	if report := sound(t, r); report.Segments[0].Exchanges != 3 { // the third made it long enough
		t.Errorf("first segment has %d exchanges, want 3", report.Segments[0].Exchanges)
	}
}

// TestRevisitStaysInItsSegment: every segment can be read without the others.
func TestRevisitStaysInItsSegment(t *testing.T) {
	dir := t.TempDir()
	c := newClock()
	w := newWriter(t, Config{Dir: dir, Mode: Plain, Now: c.Now})
	for range 2 {
		for range 2 {
			mustGet(t, w, web(func(*http.Request) *http.Response { return answer(200, "same") }), "http://a.example/")
		}
		c.move(24 * time.Hour)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	r := openReader(t, dir)
	sound(t, r)
	var got []string
	for _, rec := range records(t, r, Filter{}) {
		if rec.Type != typeRequest {
			got = append(got, rec.Type)
		}
	}
	if want := []string{"response", "revisit", "response", "revisit"}; !cmp.Equal(got, want) {
		t.Errorf("records = %v, want %v", got, want)
	}
}

// TestRevisitOfAClosedSegment: the segment is closed between looking for the
// original and writing the revisit.
func TestRevisitOfAClosedSegment(t *testing.T) {
	dir := t.TempDir()
	c := newClock()
	w := newWriter(t, Config{Dir: dir, Mode: Plain, Now: c.Now})
	same := web(func(*http.Request) *http.Response { return answer(200, "same") })
	mustGet(t, w, same, "http://a.example/")
	newID := w.newID
	ids := 0
	w.config.Now = func() time.Time {
		if ids == 2 { // both ids are given, the original is found: the next look at the clock is the segment's
			c.move(24 * time.Hour)
			ids = 0
		}
		return c.Now()
	}
	w.newID = func() recordID { ids++; return newID() }
	mustGet(t, w, same, "http://a.example/")
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	r := openReader(t, dir)
	if report := sound(t, r); len(report.Segments) != 2 {
		t.Errorf("%d segments, want 2", len(report.Segments))
	}
	for _, rec := range records(t, r, Filter{}) {
		if rec.Type == typeRevisit {
			t.Error("a revisit refers to another segment")
		}
	}
}

// TestConcurrently records with many goroutines, across segments. Run with -race.
func TestConcurrently(t *testing.T) {
	const workers, each = 8, 60
	dir := t.TempDir()
	identity := newKey(t)
	w := newWriter(t, Config{Dir: dir, Recipients: []age.Recipient{identity.Recipient()}, SegmentBytes: 100_000, Now: time.Now})
	site := web(func(req *http.Request) *http.Response {
		return answer(200, req.URL.Path[:2]+noise(len(req.URL.Path)*len(req.URL.Host), 3_000))
	})
	var group sync.WaitGroup
	for worker := range workers {
		group.Go(func() {
			for i := range each {
				if _, err := get(w, site, fmt.Sprintf("http://%s.example/%d/%s", strings.Repeat("w", 1+worker), worker, strings.Repeat("p", i%50))); err != nil {
					t.Error(err)
				}
				if i%20 == 0 {
					if err := w.Sync(); err != nil {
						t.Error(err)
					}
				}
			}
		})
	}
	group.Wait()
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	r := openReader(t, dir, identity)
	report := sound(t, r)
	exchanges := 0
	for _, s := range report.Segments {
		exchanges += s.Exchanges
	}
	if exchanges != workers*each || len(report.Segments) < 3 {
		t.Errorf("%d exchanges in %d segments, want %d in several", exchanges, len(report.Segments), workers*each)
	}
	dates := []time.Time{}
	for _, rec := range records(t, r, Filter{}) {
		dates = append(dates, rec.Date)
	}
	if !slices.IsSortedFunc(dates, time.Time.Compare) {
		t.Error("Records are not in the order of time")
	}
}

func TestClosed(t *testing.T) {
	w := newWriter(t, Config{Dir: t.TempDir(), Mode: Plain})
	if err := errors.Join(w.Close(), w.Close()); err != nil {
		t.Fatal(err)
	}
	if _, err := get(w, web(page), "http://a.example/"); !errors.Is(err, errClosed) {
		t.Errorf("GET after Close = %v, want %v", err, errClosed)
	}
}
