package archive

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// numbered makes the ids of records countable.
func numbered() func() recordID {
	var n byte
	return func() recordID {
		n++
		return recordID{15: n}
	}
}

// members splits a plain segment into its gzip members and decompresses each.
func members(t *testing.T, path string) []string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	source := bytes.NewReader(data)
	var all []string
	for source.Len() > 0 {
		zr, err := gzip.NewReader(source)
		if err != nil {
			t.Fatal(err)
		}
		zr.Multistream(false)
		text, err := io.ReadAll(zr)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, string(text))
	}
	return all
}

// record is a record as the standard wants it, with the fields in the order in
// which they are given and those that follow from its block.
func record(contentType, block string, fields ...string) string {
	return lines("WARC/1.1", lines(fields...),
		fmt.Sprintf("WARC-Block-Digest: sha256:%x", sha256.Sum256([]byte(block))),
		"Content-Type: "+contentType,
		fmt.Sprintf("Content-Length: %d", len(block)),
		"", block) + "\r\n\r\n"
}

func lines(s ...string) string { return strings.Join(s, "\r\n") }

// TestRecordsByteByByte holds the writer to ISO 28500:2017: names and order of the
// fields, digests, lengths, the empty lines, one gzip member a record. The payload
// digests were made with sha256sum.
func TestRecordsByteByByte(t *testing.T) {
	dir := t.TempDir()
	c := newClock()
	w := newWriter(t, Config{Dir: dir, Mode: Plain, Now: c.Now, Software: "qulaq/1.2", UserAgent: "qulaq/1.2 (+https://qulaq.example/bot)"})
	w.newID = numbered()
	w.run = "9f3c01d2"
	site := web(func(req *http.Request) *http.Response {
		c.move(1500 * time.Millisecond)
		if req.Header.Get("If-None-Match") != "" {
			return answer(304, "", "Etag", `"v1"`)
		}
		return answer(200, "hello", "Content-Type", "text/plain", "ETag", `"v1"`, "Set-Cookie", "session=1")
	})
	mustGet(t, w, site, "https://akimat.example/a?q=1#part", "User-Agent", "qulaq", "Cookie", "session=0")
	mustGet(t, w, site, "https://akimat.example/b", "Authorization", "Basic eDp5")
	mustGet(t, w, site, "https://akimat.example/b", "If-None-Match", `"v1"`)
	mustGet(t, w, site, "https://akimat.example/a?q=1", "If-None-Match", `"v1"`)
	form, err := http.NewRequest(http.MethodPost, "https://akimat.example/search", strings.NewReader("q=su"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := send(w, site, form); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}

	const (
		hello    = "sha256:2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"
		profiles = "http://netpreserve.org/warc/1.1/revisit/"
	)
	id := func(n string) string { return "<urn:uuid:00000000-0000-0000-0000-0000000000" + n + ">" }
	info := lines("software: qulaq/1.2", "format: WARC File Format 1.1",
		"conformsTo: https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
		"robots: obey", "http-header-user-agent: qulaq/1.2 (+https://qulaq.example/bot)", "")
	want := []string{
		record("application/warc-fields",
			info,
			"WARC-Type: warcinfo", "WARC-Record-ID: "+id("03"), "WARC-Date: 2026-11-23T06:03:02.5Z",
			"WARC-Filename: 20261123T060302Z-9f3c01d2-00001.warc.gz"),
		record("application/http;msgtype=request",
			lines("GET /a?q=1 HTTP/1.1", "Host: akimat.example", "User-Agent: qulaq", "", ""),
			"WARC-Type: request", "WARC-Record-ID: "+id("01"), "WARC-Date: 2026-11-23T06:03:01Z",
			"WARC-Target-URI: https://akimat.example/a?q=1", "WARC-Concurrent-To: "+id("02")),
		record("application/http;msgtype=response",
			lines("HTTP/1.1 200 OK", "Content-Type: text/plain", `Etag: "v1"`, "", "hello"),
			"WARC-Type: response", "WARC-Record-ID: "+id("02"), "WARC-Date: 2026-11-23T06:03:01Z",
			"WARC-Target-URI: https://akimat.example/a?q=1", "WARC-Concurrent-To: "+id("01"),
			"Qulaq-Seen: 2026-11-23T06:03:02.5Z", "WARC-Payload-Digest: "+hello),
		record("application/http;msgtype=request",
			lines("GET /b HTTP/1.1", "Host: akimat.example", "", ""),
			"WARC-Type: request", "WARC-Record-ID: "+id("04"), "WARC-Date: 2026-11-23T06:03:02.5Z",
			"WARC-Target-URI: https://akimat.example/b", "WARC-Concurrent-To: "+id("05")),
		record("application/http;msgtype=response",
			lines("HTTP/1.1 200 OK", "Content-Type: text/plain", `Etag: "v1"`, "", ""),
			"WARC-Type: revisit", "WARC-Record-ID: "+id("05"), "WARC-Date: 2026-11-23T06:03:02.5Z",
			"WARC-Target-URI: https://akimat.example/b", "WARC-Concurrent-To: "+id("04"),
			"WARC-Profile: "+profiles+"identical-payload-digest", "Qulaq-Seen: 2026-11-23T06:03:04Z",
			"WARC-Refers-To: "+id("02"), "WARC-Refers-To-Target-URI: https://akimat.example/a?q=1",
			"WARC-Refers-To-Date: 2026-11-23T06:03:01Z", "WARC-Payload-Digest: "+hello, "WARC-Truncated: length"),
		record("application/http;msgtype=request",
			lines("GET /b HTTP/1.1", "Host: akimat.example", `If-None-Match: "v1"`, "", ""),
			"WARC-Type: request", "WARC-Record-ID: "+id("06"), "WARC-Date: 2026-11-23T06:03:04Z",
			"WARC-Target-URI: https://akimat.example/b", "WARC-Concurrent-To: "+id("07")),
		// /b itself is a revisit: what the server vouches for is its original.
		record("application/http;msgtype=response",
			lines("HTTP/1.1 304 Not Modified", `Etag: "v1"`, "", ""),
			"WARC-Type: revisit", "WARC-Record-ID: "+id("07"), "WARC-Date: 2026-11-23T06:03:04Z",
			"WARC-Target-URI: https://akimat.example/b", "WARC-Concurrent-To: "+id("06"),
			"WARC-Profile: "+profiles+"server-not-modified", "Qulaq-Seen: 2026-11-23T06:03:05.5Z",
			"WARC-Refers-To: "+id("02"), "WARC-Refers-To-Target-URI: https://akimat.example/a?q=1",
			"WARC-Refers-To-Date: 2026-11-23T06:03:01Z"),
		record("application/http;msgtype=request",
			lines("GET /a?q=1 HTTP/1.1", "Host: akimat.example", `If-None-Match: "v1"`, "", ""),
			"WARC-Type: request", "WARC-Record-ID: "+id("08"), "WARC-Date: 2026-11-23T06:03:05.5Z",
			"WARC-Target-URI: https://akimat.example/a?q=1", "WARC-Concurrent-To: "+id("09")),
		record("application/http;msgtype=response",
			lines("HTTP/1.1 304 Not Modified", `Etag: "v1"`, "", ""),
			"WARC-Type: revisit", "WARC-Record-ID: "+id("09"), "WARC-Date: 2026-11-23T06:03:05.5Z",
			"WARC-Target-URI: https://akimat.example/a?q=1", "WARC-Concurrent-To: "+id("08"),
			"WARC-Profile: "+profiles+"server-not-modified", "Qulaq-Seen: 2026-11-23T06:03:07Z",
			"WARC-Refers-To: "+id("02"), "WARC-Refers-To-Target-URI: https://akimat.example/a?q=1",
			"WARC-Refers-To-Date: 2026-11-23T06:03:01Z"),
		record("application/http;msgtype=request",
			lines("POST /search HTTP/1.1", "Host: akimat.example", "Content-Length: 4", "", "q=su"),
			"WARC-Type: request", "WARC-Record-ID: "+id("0a"), "WARC-Date: 2026-11-23T06:03:07Z",
			"WARC-Target-URI: https://akimat.example/search", "WARC-Concurrent-To: "+id("0b"),
			"WARC-Payload-Digest: sha256:5126fc0d27f1b86bf44bd4d65ed4480c572b01d9dfa93f6cbe46eaaddf229f9d"),
	}
	got := members(t, filepath.Join(dir, "2026/11/23/20261123T060302Z-9f3c01d2-00001.warc.gz"))
	if len(got) != len(want)+1 { // and the answer to the form
		t.Fatalf("%d records, want %d", len(got), len(want)+1)
	}
	for i := range want {
		if diff := cmp.Diff(want[i], got[i]); diff != "" {
			t.Errorf("record %d (-want +got):\n%s", i, diff)
		}
	}
}

func TestTargetURI(t *testing.T) {
	for in, want := range map[string]string{
		"https://a.example/p?q=1#f":            "https://a.example/p?q=1",
		"https://me:secret@a.example/":         "https://a.example/",
		"https://a.example/сұрақ?тема=су":      "https://a.example/%D1%81%D2%B1%D1%80%D0%B0%D2%9B?%D1%82%D0%B5%D0%BC%D0%B0=%D1%81%D1%83",
		"https://a.example/%d1%81?x=%7e":       "https://a.example/%d1%81?x=%7e",
		"https://[2001:db8::1]:8443/p;a=1?b|c": "https://[2001:db8::1]:8443/p;a=1?b|c",
	} {
		u, err := url.Parse(in)
		if err != nil {
			t.Fatal(err)
		}
		if got := targetURI(u); got != want {
			t.Errorf("targetURI(%s) = %s, want %s", in, got, want)
		}
	}
	broken := &url.URL{Scheme: "https", Host: "a.example", RawQuery: "a\r\nWARC-Type: forged"}
	if got := targetURI(broken); strings.ContainsAny(got, "\r\n ") {
		t.Errorf("targetURI of a query with a line break = %q", got)
	}
}

// TestTruncated: a body that was not read to its end is archived as far as it was
// read, and says so.
func TestTruncated(t *testing.T) {
	for _, test := range []struct {
		name string
		body func(*http.Response, context.CancelFunc) // changes the answer
		read int                                      // bytes before closing; -1: until an error
		want string
		size int
	}{
		{"whole", func(*http.Response, context.CancelFunc) {}, -1, "", 10},
		{"whole, closed before EOF", func(*http.Response, context.CancelFunc) {}, 10, "", 10},
		{"closed early", func(*http.Response, context.CancelFunc) {}, 4, "unspecified", 4},
		{"closed unread", func(*http.Response, context.CancelFunc) {}, 0, "unspecified", 0},
		{"length unknown, closed before EOF", func(r *http.Response, _ context.CancelFunc) { r.ContentLength = -1 }, 10, "unspecified", 10},
		{"connection lost", func(r *http.Response, _ context.CancelFunc) {
			r.Body = io.NopCloser(io.MultiReader(strings.NewReader("01234"), cutReader{}))
		}, -1, "disconnect", 5},
		{"timeout", func(r *http.Response, _ context.CancelFunc) {
			r.Body = io.NopCloser(io.MultiReader(strings.NewReader("01234"), failing{os.ErrDeadlineExceeded}))
		}, -1, "time", 5},
		{"given up", func(r *http.Response, cancel context.CancelFunc) {
			r.Body = io.NopCloser(io.MultiReader(strings.NewReader("01234"), failing{context.Canceled}))
			cancel()
		}, -1, "unspecified", 5},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			w := newWriter(t, Config{Dir: dir, Mode: Plain})
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://a.example/p", nil)
			if err != nil {
				t.Fatal(err)
			}
			resp, err := w.Layer(web(func(*http.Request) *http.Response {
				r := answer(200, "0123456789")
				test.body(r, cancel)
				return r
			})).RoundTrip(req)
			if err != nil {
				t.Fatal(err)
			}
			if test.read < 0 {
				_, _ = io.ReadAll(resp.Body) // its error is the point of some cases
			} else if _, err := io.ReadFull(resp.Body, make([]byte, test.read)); err != nil {
				t.Fatal(err)
			}
			if err := resp.Body.Close(); err != nil {
				t.Fatal(err)
			}
			if err := w.Close(); err != nil {
				t.Fatal(err)
			}
			r := openReader(t, dir)
			sound(t, r)
			for p, err := range r.Pages(Filter{}) {
				if got := strings.TrimPrefix(p.Incomplete, "truncated: "); err != nil || got != test.want || len(p.Body) != test.size {
					t.Errorf("page = %d bytes, %q, %v, want %d bytes, %q", len(p.Body), got, err, test.size, test.want)
				}
			}
		})
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

// A page that was cut off is not what a later whole one may refer to, nor may it
// refer to another.
func TestTruncatedIsNotRevisited(t *testing.T) {
	dir := t.TempDir()
	w := newWriter(t, Config{Dir: dir, Mode: Plain})
	cut := web(func(*http.Request) *http.Response {
		r := answer(200, "")
		r.Body, r.ContentLength = io.NopCloser(io.MultiReader(strings.NewReader("half"), cutReader{})), -1
		return r
	})
	whole := web(func(*http.Request) *http.Response { return answer(200, "half") })
	for _, site := range []web{cut, whole, cut} {
		_, _ = get(w, site, "http://a.example/p") // the cut ones fail for their reader
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	var types []string
	for _, rec := range records(t, openReader(t, dir), Filter{}) {
		types = append(types, rec.Type+" "+rec.Fields.Get("WARC-Truncated"))
	}
	want := []string{"request ", "response disconnect", "request ", "response ", "request ", "response disconnect"}
	if diff := cmp.Diff(want, types); diff != "" {
		t.Errorf("records (-want +got):\n%s", diff)
	}
}

// TestOverTheNetwork records what a real transport sends and gets: the address of
// the server, a chunked body, the chain of a redirect.
func TestOverTheNetwork(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, req *http.Request) {
		if req.URL.Path == "/old" {
			http.Redirect(rw, req, "/new", http.StatusMovedPermanently)
			return
		}
		q := req.FormValue("q")
		io.WriteString(rw, "part one, ")
		rw.(http.Flusher).Flush() // makes it chunked
		io.WriteString(rw, "part two, "+q)
	}))
	defer server.Close()
	dir := t.TempDir()
	w := newWriter(t, Config{Dir: dir, Mode: Plain, Now: time.Now})
	client := http.Client{Transport: w.Layer(http.DefaultTransport)}
	for _, do := range []func() (*http.Response, error){
		func() (*http.Response, error) { return client.Get(server.URL + "/old") },
		func() (*http.Response, error) { return client.PostForm(server.URL+"/form", url.Values{"q": {"су"}}) },
	} {
		resp, err := do()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(io.Discard, resp.Body); err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	r := openReader(t, dir)
	sound(t, r)
	for _, rec := range records(t, r, Filter{}) {
		if got := rec.Fields.Get("WARC-IP-Address"); got != "127.0.0.1" {
			t.Errorf("WARC-IP-Address of the %s of %s = %q, want 127.0.0.1", rec.Type, rec.Target, got)
		}
	}
	type seen struct {
		URL, Asked string
		Form       url.Values
		Status     int
		Body       string
	}
	var got []seen
	for p, err := range r.Pages(Filter{}) {
		if err != nil || p.Incomplete != "" {
			t.Fatalf("Pages: %v %s", err, p.Incomplete)
		}
		body := string(p.Body)
		if p.Status == http.StatusMovedPermanently {
			body = ""
		}
		got = append(got, seen{strings.TrimPrefix(p.URL, server.URL), strings.TrimPrefix(p.Asked, server.URL), p.Form, p.Status, body})
	}
	want := []seen{
		{"/old", "/old", nil, 301, ""},
		{"/new", "/old", nil, 200, "part one, part two, "},
		{"/form", "/form", url.Values{"q": {"су"}}, 200, "part one, part two, су"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("pages (-want +got):\n%s", diff)
	}
}

// A request that gets no answer leaves no record, and its error passes.
func TestNoAnswer(t *testing.T) {
	dir := t.TempDir()
	w := newWriter(t, Config{Dir: dir, Mode: Plain})
	_, err := get(w, refusing{}, "http://a.example/")
	if !errors.Is(err, errRefused) {
		t.Errorf("GET = %v, want %v", err, errRefused)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if got := openReader(t, dir).Segments(); len(got) != 0 {
		t.Errorf("segments = %v, want none", got)
	}
}

var errRefused = errors.New("refused")

type refusing struct{}

func (refusing) RoundTrip(*http.Request) (*http.Response, error) { return nil, errRefused }
