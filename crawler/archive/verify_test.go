package archive

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"filippo.io/age"
	"github.com/google/go-cmp/cmp"
)

// plainArchive records three exchanges, the last a revisit, in one plain segment.
func plainArchive(t *testing.T) (dir, segment string) {
	t.Helper()
	dir = t.TempDir()
	w := newWriter(t, Config{Dir: dir, Mode: Plain})
	w.newID = numbered()
	w.run = "9f3c01d2"
	for _, path := range []string{"/a", "/b", "/a"} {
		mustGet(t, w, web(page), "http://a.example"+path)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return dir, filepath.Join(dir, "2026/11/23/20261123T060301Z-9f3c01d2-00001.warc.gz")
}

// rewrite packs the records of a segment anew, as change leaves them.
func rewrite(t *testing.T, path string, change func(records []string) []string) {
	t.Helper()
	var b bytes.Buffer
	for _, text := range change(members(t, path)) {
		zw := gzip.NewWriter(&b)
		if _, err := zw.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
		if err := zw.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestVerifyFinds changes one thing in a sound archive and expects to be told.
func TestVerifyFinds(t *testing.T) {
	replace := func(i int, old, new string) func([]string) []string {
		return func(records []string) []string {
			if !strings.Contains(records[i], old) {
				t.Fatalf("record %d has no %q", i, old)
			}
			records[i] = strings.Replace(records[i], old, new, 1)
			return records
		}
	}
	for _, test := range []struct {
		name   string
		change func([]string) []string
		what   string
	}{
		{"the URL of a request", replace(3, "a.example", "b.example"), "its URL or date"},
		{"a letter of a body", replace(4, "<p>h", "<p>H"), "its block has the digest"},
		{"a letter of a body, payload", replace(4, "<p>h", "<p>H"), "its payload has the digest"},
		{"a field of a request", replace(3, "Host: a", "Host: b"), "its block has the digest"},
		{"a shorter length", replace(5, "Content-Length: ", "Content-Length: 1"), "Content-Length says"},
		{"no length", replace(5, "Content-Length: ", "X: "), `Content-Length ""`},
		{"a length that is none", replace(5, "Content-Length: ", "Content-Length: -"), "Content-Length"},
		{"no date", replace(4, "WARC-Date", "X-Date"), "WARC-Date"},
		{"another version", replace(4, "WARC/1.1", "WARC/2.0"), `begins with "WARC/2.0"`},
		{"fields that do not end", func(r []string) []string { r[4] = "WARC/1.1\r\nWARC-Type: response\r\n"; return r }, "named fields do not end"},
		{"a member without a record", func(r []string) []string { r[4] = ""; return r }, "without a record"},
		{"no type", replace(4, "WARC-Type", "X-Type"), "no WARC-Type"},
		{"an unknown type", replace(4, "WARC-Type: response", "WARC-Type: metadata"), `type "metadata"`},
		{"something at the end of a member", replace(5, "\r\n\r\n", "\r\n\r\n\r\n\r\nx"), "Content-Length says"},
		{"a revisit of something else", replace(6, "0000000002>\r\nWARC-Refers-To-T", "0000000005>\r\nWARC-Refers-To-T"), "not the payload"},
		{"a revisit of nothing", replace(6, "WARC-Refers-To: <", "WARC-Refers-To: <x"), "not before it in the segment"},
		{"a revisit of an unknown sort", replace(6, "identical-payload-digest", "similar"), "profile"},
		{"another file's warcinfo", replace(0, "9f3c01d2-00001", "9f3c01d2-00007"), "it is of the file"},
		{"no warcinfo", func(r []string) []string { return r[1:] }, "the first and no other"},
		{"a request lost", func(r []string) []string { return append(r[:1:1], r[2:]...) }, "an answer without its request"},
		{"an answer lost", func(r []string) []string { return append(r[:2:2], r[3:]...) }, "a request without its answer"},
		{"the last answer lost", func(r []string) []string { return r[:6] }, "a request without its answer"},
		{"a record twice", func(r []string) []string { return append(r, r[1], r[2]) }, "that of an earlier record"},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir, path := plainArchive(t)
			rewrite(t, path, test.change)
			report, err := openReader(t, dir).Verify(t.Context())
			if err != nil || report.OK() {
				t.Fatalf("Verify = %+v, %v, want a problem", report, err)
			}
			var all []string
			for _, p := range report.Segments[0].Problems {
				all = append(all, p.What)
			}
			if got := strings.Join(all, "\n"); !strings.Contains(got, test.what) {
				t.Errorf("problems = %s, want …%s…", got, test.what)
			}
		})
	}
}

// TestVerifyBytes flips bits of a plain segment: no change goes unnoticed unless it
// changes nothing in what the records say (the times in gzip headers, padding).
func TestVerifyBytes(t *testing.T) {
	dir, path := plainArchive(t)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	said := members(t, path)
	for at := 0; at < len(whole); at += 5 {
		damaged := bytes.Clone(whole)
		damaged[at] ^= 0x10
		if err := os.WriteFile(path, damaged, 0o600); err != nil {
			t.Fatal(err)
		}
		report, err := openReader(t, dir).Verify(t.Context())
		if err != nil || report.OK() && !cmp.Equal(members(t, path), said) {
			t.Errorf("Verify after a change of byte %d = OK, %v", at, err)
		}
	}
}

// TestVerifyTails: what is missing at the end of a segment that was not closed is
// told to the byte and is no problem; of one that was closed it is one.
func TestVerifyTails(t *testing.T) {
	dir, path := plainArchive(t)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	all := records(t, openReader(t, dir), Filter{})
	last := all[len(all)-1]
	if err := os.WriteFile(path, whole[:last.Offset+20], 0o600); err != nil {
		t.Fatal(err)
	}
	report, err := openReader(t, dir).Verify(t.Context())
	if err != nil || report.OK() || report.Segments[0].Problems[0].Offset != last.Offset || report.Segments[0].Cut != 20 {
		t.Errorf("Verify of a closed segment that is cut = %+v, %v, want a problem at %d", report, err, last.Offset)
	}
	if err := os.Rename(path, path+openMark); err != nil {
		t.Fatal(err)
	}
	s := sound(t, openReader(t, dir)).Segments[0]
	if s.Readable != last.Offset || s.Cut != 20 || s.Exchanges != 2 || s.Records != 6 {
		t.Errorf("Verify of an open segment that is cut = %+v, want %d bytes readable and 20 cut", s, last.Offset)
	}
}

// A sealed segment that was closed and then lost its end, or a bit of its middle,
// gives what is before the damage and is reported.
func TestVerifySealedDamage(t *testing.T) {
	identity := newKey(t)
	record := func(t *testing.T) (dir, path string) {
		dir = t.TempDir()
		w := newWriter(t, Config{Dir: dir, Recipients: []age.Recipient{identity.Recipient()}})
		for _, p := range "abcdefgh" {
			mustGet(t, w, web(func(*http.Request) *http.Response { return answer(200, noise(int(p), 60_000)) }), "http://a.example/"+string(p))
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		return dir, filepath.Join(dir, openReader(t, dir).Segments()[0].Path)
	}
	for _, test := range []struct {
		name   string
		damage func([]byte) []byte
		what   string
	}{
		{"end lost", func(b []byte) []byte { return b[:len(b)-100] }, "does not end as it was"},
		{"cut at a chunk", func(b []byte) []byte { o, _ := payloadOffset(b); return b[:o+2*(chunk+overhead)] }, "does not end as it was"},
		{"a bit in the middle", func(b []byte) []byte { o, _ := payloadOffset(b); b[o+2*(chunk+overhead)+9] ^= 1; return b }, "chunk"},
		{"a bit at the end", func(b []byte) []byte { b[len(b)-1] ^= 1; return b }, "does not end as it was"},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir, path := record(t)
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, test.damage(data), 0o600); err != nil {
				t.Fatal(err)
			}
			r := openReader(t, dir, identity)
			report, err := r.Verify(t.Context())
			if err != nil || len(report.Segments[0].Problems) == 0 {
				t.Fatalf("Verify = %+v, %v, want a problem", report, err)
			}
			s := report.Segments[0]
			if !strings.Contains(s.Problems[0].What, test.what) || s.Exchanges == 0 || s.Exchanges == 8 {
				t.Errorf("Verify = %d exchanges, %+v, want some and …%s…", s.Exchanges, s.Problems, test.what)
			}
			pages := 0
			for _, err := range r.Pages(Filter{}) {
				if err == nil {
					pages++
				}
			}
			if pages != s.Exchanges {
				t.Errorf("%d pages can be read, Verify says %d", pages, s.Exchanges)
			}
		})
	}
}

func TestVerifyMissing(t *testing.T) {
	dir := t.TempDir()
	w := newWriter(t, Config{Dir: dir, Mode: Plain, SegmentBytes: 1})
	for i := range 5 {
		mustGet(t, w, web(page), "http://a.example/"+strings.Repeat("x", i))
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	all := openReader(t, dir).Segments()
	for _, i := range []int{0, 2} { // the first may have been pruned, the third not
		if err := os.Remove(filepath.Join(dir, all[i].Path)); err != nil {
			t.Fatal(err)
		}
	}
	report, err := openReader(t, dir).Verify(t.Context())
	if err != nil || report.OK() || len(report.Missing) != 1 || !strings.Contains(report.Missing[0], "-00003.") {
		t.Errorf("Verify = missing %v, %v, want the third segment", report.Missing, err)
	}
}

func TestVerifyCannotOpen(t *testing.T) {
	dir := t.TempDir()
	w := newWriter(t, Config{Dir: dir, Recipients: []age.Recipient{newKey(t).Recipient()}})
	mustGet(t, w, web(page), "http://a.example/")
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := openReader(t, dir).Verify(t.Context()); err == nil || !strings.Contains(err.Error(), "no identities") {
		t.Errorf("Verify without identity = %v, want an error", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := openReader(t, dir).Verify(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("Verify after cancel = %v, want %v", err, context.Canceled)
	}
}
