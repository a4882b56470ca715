package archive

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"filippo.io/age"
)

var day = time.Date(2026, 11, 23, 6, 3, 1, 0, time.UTC)

// clock is a clock that stands still unless it is moved.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func newClock() *clock { return &clock{now: day} }

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) move(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// web answers in place of the network.
type web func(*http.Request) *http.Response

func (f web) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.Body != nil {
		if _, err := io.Copy(io.Discard, req.Body); err != nil {
			return nil, err
		}
		req.Body.Close()
	}
	resp := f(req)
	resp.Request = req
	return resp, nil
}

// answer makes a response. Header is given in pairs.
func answer(status int, body string, header ...string) *http.Response {
	resp := &http.Response{
		StatusCode: status, Header: http.Header{},
		Body: io.NopCloser(strings.NewReader(body)), ContentLength: int64(len(body)),
	}
	for i := 0; i < len(header); i += 2 {
		resp.Header.Add(header[i], header[i+1])
	}
	return resp
}

// page is a web of pages whose content follows from their address.
func page(req *http.Request) *http.Response {
	return answer(200, pageBody(req.URL.String()), "Content-Type", "text/html; charset=utf-8")
}

func pageBody(url string) string {
	return "<!doctype html><title>Сұрақ</title><p>" + strings.Repeat(url+" ", 1+len(url)%7) + "</p>"
}

func gzipped(t testing.TB, body string) string {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := io.WriteString(w, body); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// noise is text that compression cannot make much of.
func noise(seed, length int) string {
	var b strings.Builder
	for x := uint64(seed)*2654435761 + 88172645463325252; b.Len() < length; {
		x ^= x << 13
		x ^= x >> 7
		x ^= x << 17
		fmt.Fprintf(&b, "%x", x)
	}
	return b.String()[:length]
}

// newWriter makes a Writer that is closed with the test.
func newWriter(t testing.TB, config Config) *Writer {
	t.Helper()
	if config.Now == nil {
		config.Now = newClock().Now
	}
	w, err := New(config)
	if err != nil {
		t.Fatalf("New: %v", err)
	}
	t.Cleanup(func() { w.Close() })
	return w
}

// get sends a GET through the Writer and reads the whole answer.
func get(w *Writer, next http.RoundTripper, url string, header ...string) (string, error) {
	req, err := http.NewRequestWithContext(context.Background(), http.MethodGet, url, nil)
	if err != nil {
		return "", err
	}
	for i := 0; i < len(header); i += 2 {
		req.Header.Add(header[i], header[i+1])
	}
	return send(w, next, req)
}

func send(w *Writer, next http.RoundTripper, req *http.Request) (string, error) {
	resp, err := w.Layer(next).RoundTrip(req)
	if err != nil {
		return "", err
	}
	body, err := io.ReadAll(resp.Body)
	if closeErr := resp.Body.Close(); err == nil {
		err = closeErr
	}
	return string(body), err
}

func mustGet(t testing.TB, w *Writer, next http.RoundTripper, url string, header ...string) {
	t.Helper()
	if _, err := get(w, next, url, header...); err != nil {
		t.Fatalf("GET %s = %v", url, err)
	}
}

// newKey is a key pair.
func newKey(t testing.TB) *age.X25519Identity {
	t.Helper()
	identity, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	return identity
}

func openReader(t testing.TB, dir string, identities ...age.Identity) *Reader {
	t.Helper()
	r, err := Open(dir, identities...)
	if err != nil {
		t.Fatalf("Open: %v", err)
	}
	return r
}

// records reads all records, with their blocks.
func records(t testing.TB, r *Reader, f Filter) []Record {
	t.Helper()
	var all []Record
	for rec, err := range r.Records(f) {
		if err != nil {
			t.Fatalf("Records: %v", err)
		}
		kept := *rec
		kept.Block = bytes.Clone(rec.Block)
		all = append(all, kept)
	}
	return all
}

// targets lists the URLs of the answers, in order.
func targets(t testing.TB, r *Reader, f Filter) []string {
	t.Helper()
	var all []string
	for p, err := range r.Pages(f) {
		if err != nil {
			t.Fatalf("Pages: %v", err)
		}
		all = append(all, p.URL)
	}
	return all
}

// sound fails the test unless all of the archive is as it was recorded.
func sound(t testing.TB, r *Reader) Report {
	t.Helper()
	report, err := r.Verify(context.Background())
	if err != nil || !report.OK() {
		t.Errorf("Verify = %+v, %v, want no problems", report, err)
	}
	return report
}

// numberedPage is a web of pages of very different length, which do not compress.
func numberedPage(req *http.Request) *http.Response {
	return answer(200, numberedPageBody(req.URL.Path), "Content-Encoding", "identity")
}

func numberedPageBody(path string) string {
	n := len(path) + int(path[len(path)-1])
	return path + noise(n, 100+n*n%97*500)
}
