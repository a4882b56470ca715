package crawler

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
)

// benchServer serves a page of the usual size.
func benchServer(b *testing.B) *httptest.Server {
	b.Helper()
	page := strings.Repeat("<div class=comment><p>Жауап беріңіз</p></div>\n", 500)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/robots.txt" {
			io.WriteString(w, "User-agent: *\nDisallow: /private/\nAllow: /private/p\n")
			return
		}
		io.WriteString(w, page)
	}))
	b.Cleanup(s.Close)
	return s
}

// The plain benchmarks are what a program with nothing but net/http costs; the
// others, the same pages through colly and the whole stack with an open gate.

func BenchmarkPlainOne(b *testing.B) {
	s := benchServer(b)
	b.ReportAllocs()
	for b.Loop() {
		plainGet(b, s.Client(), s.URL+"/p")
	}
}

func BenchmarkVisitOne(b *testing.B) {
	s := benchServer(b)
	c := newTestCrawler(b, nil)
	b.ReportAllocs()
	for b.Loop() {
		if v := c.Visit(context.Background(), Request{URL: s.URL + "/p", AllowLoopback: true}); v.Outcome != OK {
			b.Fatalf("Visit = %s (%s), want ok", v.Outcome, v.Reason)
		}
	}
}

func BenchmarkPlainMany(b *testing.B) {
	s := benchServer(b)
	s.Client().Transport.(*http.Transport).MaxIdleConnsPerHost = 64
	b.ReportAllocs()
	b.SetParallelism(4)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			plainGet(b, s.Client(), s.URL+"/p")
		}
	})
}

func BenchmarkVisitMany(b *testing.B) {
	s := benchServer(b)
	c := newTestCrawler(b, nil)
	owners := make([]string, 100)
	for i := range owners {
		owners[i] = fmt.Sprint("owner ", i)
	}
	b.ReportAllocs()
	b.ResetTimer()
	var visits atomic.Int64
	err := c.Each(context.Background(), 8, func(yield func(Request) bool) {
		for i := range b.N {
			if !yield(Request{URL: s.URL + "/p", Owner: owners[i%len(owners)], AllowLoopback: true}) {
				return
			}
		}
	}, func(_ Request, v Visit) {
		if v.Outcome == OK {
			visits.Add(1)
		}
	})
	if err != nil || visits.Load() != int64(b.N) {
		b.Fatalf("Each = %v after %d visits, want nil after %d", err, visits.Load(), b.N)
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "pages/s")
}

func plainGet(b *testing.B, client *http.Client, url string) {
	resp, err := client.Get(url)
	if err != nil {
		b.Fatal(err)
	}
	defer resp.Body.Close()
	if _, err := io.ReadAll(resp.Body); err != nil {
		b.Fatal(err)
	}
}
