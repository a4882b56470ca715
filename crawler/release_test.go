package crawler

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// pageServer serves, at /N, a page of its own.
func pageServer(t *testing.T) *httptest.Server {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/robots.txt" {
			http.NotFound(w, r)
			return
		}
		io.WriteString(w, strings.Repeat(r.URL.Path, 1000))
	}))
	t.Cleanup(s.Close)
	return s
}

// TestReleaseTakesNobodysPage releases visits twice, by a copy, and after their body
// was exchanged, as a browser does: no two visits may get the same memory for it.
func TestReleaseTakesNobodysPage(t *testing.T) {
	s, c := pageServer(t), newTestCrawler(t, nil)
	get := func(n int) Visit {
		t.Helper()
		v := c.Visit(context.Background(), Request{URL: fmt.Sprintf("%s/%d", s.URL, n), AllowLoopback: true})
		if v.Outcome != OK {
			t.Fatalf("Visit = %s (%s), want ok", v.Outcome, v.Reason)
		}
		return v
	}
	first := get(0)
	again := first
	first.Release()
	again.Release()
	exchanged := get(1)
	rendered := exchanged
	rendered.Body = []byte("another")
	rendered.Release()
	visits := make([]Visit, 50)
	for i := range visits {
		visits[i] = get(100 + i)
	}
	if want := strings.Repeat("/1", 1000); string(exchanged.Body) != want {
		t.Errorf("the body whose copy was exchanged is %.20q, want %.20q", exchanged.Body, want)
	}
	for i, v := range visits {
		if want := strings.Repeat(fmt.Sprintf("/%d", 100+i), 1000); string(v.Body) != want {
			t.Errorf("body %d is %.20q, want %.20q", i, v.Body, want)
		}
	}
	if first.Body != nil {
		t.Error("Body after Release is not nil")
	}
}
