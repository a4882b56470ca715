package archive

import (
	"bytes"
	"compress/flate"
	"compress/zlib"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"filippo.io/age"
	"github.com/google/go-cmp/cmp"
)

// TestPages: what a parser gets is what the crawl saw, whether the body was
// encoded, repeated, or cut.
func TestPages(t *testing.T) {
	const body = "<p>Құрметті әкім, су қашан болады?</p>"
	zipped := gzipped(t, strings.Repeat(body, 50))
	dir := t.TempDir()
	identity := newKey(t)
	c := newClock()
	w := newWriter(t, Config{Dir: dir, Recipients: []age.Recipient{identity.Recipient()}, Now: c.Now})
	site := web(func(req *http.Request) *http.Response {
		c.move(250 * time.Millisecond)
		switch req.URL.Path {
		case "/gzip", "/same":
			return answer(200, zipped, "Content-Encoding", "gzip", "Content-Type", "text/html; charset=windows-1251")
		case "/cut":
			return answer(200, zipped[:len(zipped)-9], "Content-Encoding", "gzip")
		case "/gone":
			return answer(410, "", "Content-Encoding", "gzip")
		case "/unchanged":
			return answer(304, "", "ETag", `"1"`)
		case "/strange":
			return answer(200, "x", "Content-Encoding", "br")
		}
		return answer(200, body)
	})
	for _, path := range []string{"/plain", "/gzip", "/same", "/cut", "/gone", "/unchanged", "/strange"} {
		mustGet(t, w, site, "http://a.example"+path)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	type seen struct {
		Path, Type, Body, Incomplete string
		Status                       int
		Took                         time.Duration
	}
	var got []seen
	for p, err := range openReader(t, dir, identity).Pages(Filter{}) {
		if err != nil {
			t.Fatal(err)
		}
		if p.Header == nil || p.Asked != p.URL || p.Form != nil {
			t.Errorf("%s: Header %v, Asked %s, Form %v", p.URL, p.Header, p.Asked, p.Form)
		}
		got = append(got, seen{
			strings.TrimPrefix(p.URL, "http://a.example"), p.ContentType, strings.ReplaceAll(string(p.Body), strings.Repeat(body, 50), "50x"),
			p.Incomplete, p.Status, p.Seen.Sub(p.Sent),
		})
	}
	const took = 250 * time.Millisecond
	want := []seen{
		{"/plain", "", body, "", 200, took},
		{"/gzip", "text/html; charset=windows-1251", "50x", "", 200, took},
		{"/same", "text/html; charset=windows-1251", "50x", "", 200, took},
		{"/cut", "", "", "unexpected EOF", 200, took},
		{"/gone", "", "", "", 410, took},
		{"/unchanged", "", "", "", 304, took},
		{"/strange", "", "", `content encoding "br"`, 200, took},
	}
	got[3].Body = "" // as far as it could be decoded
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("pages (-want +got):\n%s", diff)
	}
}

func TestDecode(t *testing.T) {
	const text = "сұрақ сұрақ сұрақ"
	var zlibbed, flated bytes.Buffer
	zw := zlib.NewWriter(&zlibbed)
	fw, err := flate.NewWriter(&flated, flate.BestSpeed)
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range []io.WriteCloser{zw, fw} {
		if _, err := io.WriteString(w, text); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
	}
	for _, test := range []struct {
		name, body, coding, want string
		fails                    bool
	}{
		{"none", text, "", text, false},
		{"identity", text, "identity", text, false},
		{"gzip", gzipped(t, text), "gzip", text, false},
		{"gzip in another case", gzipped(t, text), " X-GZIP ", text, false},
		{"zlib", zlibbed.String(), "deflate", text, false},
		{"bare deflate", flated.String(), "deflate", text, false},
		{"empty", "", "gzip", "", false},
		{"not gzip", text, "gzip", "", true},
		{"unknown", text, "zstd", "", true},
	} {
		got, err := Decode([]byte(test.body), test.coding)
		if string(got) != test.want || (err != nil) != test.fails {
			t.Errorf("Decode(%s) = %q, %v, want %q", test.name, got, err, test.want)
		}
	}
}
