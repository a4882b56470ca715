package crawler

import (
	"context"
	"fmt"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// The tests in this file are named after what colly v2.3.0 does when left alone.
// Each fails if the crawler lets it.

// colly cuts a page at MaxBodySize and reports no error.
func TestCollyMaxBodySizeCuts(t *testing.T) {
	fits, exceeds := strings.Repeat("x", 1000), strings.Repeat("x", 1001)
	s := serve(t, map[string]http.HandlerFunc{
		"/fits": text(fits), "/exceeds": text(exceeds),
		"/fits-packed": encoded("gzip", gzipped(t, []byte(fits))), "/exceeds-packed": encoded("gzip", gzipped(t, []byte(exceeds))),
	})
	c := newTestCrawler(t, func(config *Config) { config.MaxBytes = 1000 })
	for path, want := range map[string]Outcome{
		"/fits": OK, "/exceeds": TooLarge, "/fits-packed": OK, "/exceeds-packed": TooLarge,
	} {
		v := c.Visit(t.Context(), Request{URL: s.URL + path, AllowLoopback: true})
		if v.Outcome != want || want == TooLarge && v.Body != nil {
			t.Errorf("Visit(%s) = %s with %d bytes, want %s", path, v.Outcome, len(v.Body), want)
		}
	}
}

// colly's default limit of 10 MiB cuts, too.
func TestCollyDefaultMaxBodySize(t *testing.T) {
	const size = 11 << 20
	s := serve(t, map[string]http.HandlerFunc{"/": text(strings.Repeat("x", size))})
	c := newTestCrawler(t, nil)
	v := c.Visit(t.Context(), Request{URL: s.URL, AllowLoopback: true})
	if v.Outcome != OK || len(v.Body) != size {
		t.Errorf("Visit = %s with %d bytes, want ok with %d", v.Outcome, len(v.Body), size)
	}
}

// colly takes every status from 203 on for an error and drops the answer.
func TestCollyStatus203AndAboveIsAnError(t *testing.T) {
	s := serve(t, map[string]http.HandlerFunc{
		"/203": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(203); fmt.Fprint(w, "page") },
		"/206": status(206), "/304": status(304), "/404": status(404), "/500": status(500),
	})
	c := newTestCrawler(t, nil)
	for path, want := range map[string]Outcome{
		"/203": OK, "/206": Partial, "/304": NotModified, "/404": Gone, "/500": NetworkError,
	} {
		v := c.Visit(t.Context(), Request{URL: s.URL + path, AllowLoopback: true, ETag: `"v1"`})
		if v.Outcome != want || fmt.Sprintf("/%d", v.Status) != path {
			t.Errorf("Visit(%s) = %s, status %d, want %s", path, v.Outcome, v.Status, want)
		}
	}
}

// colly sleeps through a cancelled context and keeps a goroutine per request
// that waits.
func TestCollyLimitRuleIgnoresContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newTestCrawler(t, func(config *Config) {
			config.FloorDelay = time.Minute
			config.Transport = fakeWeb(func(*http.Request) (*http.Response, error) { return answer(404, ""), nil })
		})
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		begin := time.Now()
		var group sync.WaitGroup
		for range 10 {
			group.Go(func() {
				v := c.Visit(ctx, Request{URL: "http://a.example/"})
				if !v.Aborted || v.Outcome != NetworkError {
					t.Errorf("Visit = %s (%s), aborted %v, want network_error, aborted", v.Outcome, v.Reason, v.Aborted)
				}
			})
		}
		group.Wait()
		if got, want := time.Since(begin), 100*time.Millisecond; got != want {
			t.Errorf("ten visits cancelled after %v took %v", want, got)
		}
		if v := c.Visit(t.Context(), Request{URL: "http://a.example/"}); v.Outcome != Gone {
			t.Errorf("Visit after them = %s (%s), want gone: the turn is free", v.Outcome, v.Reason)
		}
	})
}

// colly deadlocks when two collectors share a LimitRule.
func TestCollySharedLimitRuleDeadlocks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // which fails on a deadlock
		c := newTestCrawler(t, func(config *Config) {
			config.Transport = fakeWeb(func(*http.Request) (*http.Response, error) { return answer(404, ""), nil })
		})
		var group sync.WaitGroup
		for i := range 50 { // as many collectors, over two owners
			group.Go(func() { c.Visit(t.Context(), Request{URL: "http://a.example/", Owner: fmt.Sprint(i % 2)}) })
		}
		group.Wait()
	})
}

// One of colly's LimitRules for "*" is one slot for all hosts.
func TestCollyLimitRuleIsSharedByAllHosts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begin := time.Now()
		c := newTestCrawler(t, func(config *Config) {
			config.Transport = noRobots(func(*http.Request) (*http.Response, error) {
				time.Sleep(time.Second)
				return answer(200, ""), nil
			})
		})
		var group sync.WaitGroup
		for i := range 5 {
			group.Go(func() { c.Visit(t.Context(), Request{URL: fmt.Sprintf("http://h%d.example/", i)}) })
		}
		group.Wait()
		if got := time.Since(begin); got > 1100*time.Millisecond {
			t.Errorf("five hosts took %v, want 1 s: side by side", got)
		}
	})
}

// colly does not read robots.txt unless told to.
func TestCollyIgnoresRobotsByDefault(t *testing.T) {
	s := serve(t, map[string]http.HandlerFunc{"/robots.txt": text("User-agent: *\nDisallow: /"), "/": text("page")})
	v := newTestCrawler(t, nil).Visit(t.Context(), Request{URL: s.URL, AllowLoopback: true})
	if v.Outcome != BlockedByRobots || len(s.asked()) != 0 {
		t.Errorf("Visit = %s after %v, want blocked_by_robots without a request", v.Outcome, s.asked())
	}
}

// colly, told to, fetches pages of a site whose robots.txt fails; keeps the file
// for ever; and ignores Crawl-delay. See also TestRobotsAreReadAgainWithinADay
// and TestGateKeepsCrawlDelay.
func TestCollyRobots503Fetches(t *testing.T) {
	for _, code := range []int{429, 500, 503} {
		s := serve(t, map[string]http.HandlerFunc{"/robots.txt": status(code), "/": text("page")})
		v := newTestCrawler(t, nil).Visit(t.Context(), Request{URL: s.URL, AllowLoopback: true})
		if v.Outcome != BlockedByRobots || len(s.asked()) != 0 {
			t.Errorf("robots.txt %d: Visit = %s after %v, want blocked_by_robots without a request", code, v.Outcome, s.asked())
		}
	}
}

// colly's client gives up after 10 seconds whatever it is told elsewhere.
func TestCollyClientTimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newTestCrawler(t, func(config *Config) {
			config.Timeout = 15 * time.Second
			config.Transport = noRobots(func(req *http.Request) (*http.Response, error) {
				delay := 14 * time.Second
				if req.URL.Path == "/late" {
					delay = 16 * time.Second
				}
				select {
				case <-time.After(delay):
					return answer(200, "page"), nil
				case <-req.Context().Done():
					return nil, context.Cause(req.Context())
				}
			})
		})
		for path, want := range map[string]Outcome{"/in-time": OK, "/late": NetworkError} {
			if v := c.Visit(t.Context(), Request{URL: "http://a.example" + path}); v.Outcome != want {
				t.Errorf("Visit(%s) = %s (%s), want %s", path, v.Outcome, v.Reason, want)
			}
		}
	})
}

// colly changes bodies to UTF-8 by a charset that a header claims, although the
// header may be wrong and the parser would then decode twice.
func TestCollyRecodesBodies(t *testing.T) {
	const cp1251 = "\xd1\xf3\xf0\xe0\xea" // "Сурак"
	for _, contentType := range []string{
		"text/html; charset=windows-1251", "text/html; charset=utf-8", "text/html; charset=nonsense", "text/html",
	} {
		s := serve(t, map[string]http.HandlerFunc{"/": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", contentType)
			fmt.Fprint(w, cp1251)
		}})
		v := newTestCrawler(t, nil).Visit(t.Context(), Request{URL: s.URL, AllowLoopback: true})
		if v.Outcome != OK || string(v.Body) != cp1251 || v.ContentType != contentType {
			t.Errorf("Visit = %s %q as %q, want ok %q as %q", v.Outcome, v.Body, v.ContentType, cp1251, contentType)
		}
	}
}

// colly unpacks whatever looks like gzip by its type or name.
func TestCollyUnpacksByName(t *testing.T) {
	packed := gzipped(t, []byte("<urlset/>"))
	serveAs := func(contentType string, body []byte) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", contentType)
			w.Write(body)
		}
	}
	s := serve(t, map[string]http.HandlerFunc{
		"/sitemap.xml.gz": serveAs("application/octet-stream", packed),
		"/named.xml.gz":   serveAs("text/xml", []byte("<urlset/>")),
		"/typed":          serveAs("application/gzip", packed),
	})
	c := newTestCrawler(t, nil)
	for path, want := range map[string][]byte{
		"/sitemap.xml.gz": packed, "/named.xml.gz": []byte("<urlset/>"), "/typed": packed,
	} {
		v := c.Visit(t.Context(), Request{URL: s.URL + path, AllowLoopback: true})
		if v.Outcome != OK || string(v.Body) != string(want) {
			t.Errorf("Visit(%s) = %s (%s) %q, want ok %q, as served", path, v.Outcome, v.Reason, v.Body, want)
		}
	}
}

// colly refuses to go twice to the same address, and its cache would answer in
// place of the server, with a 429 for ever.
func TestCollyAlreadyVisited(t *testing.T) {
	codes := []int{429, 200, 200}
	asked := 0
	c := newTestCrawler(t, func(config *Config) {
		config.Transport = noRobots(func(*http.Request) (*http.Response, error) {
			asked++
			return answer(codes[asked-1], "page"), nil
		})
	})
	var got []Outcome
	for range codes {
		got = append(got, c.Visit(t.Context(), Request{URL: "http://a.example/p"}).Outcome)
	}
	if want := []Outcome{Throttled, OK, OK}; !cmp.Equal(got, want) || asked != 3 {
		t.Errorf("visits = %v with %d requests, want %v with 3", got, asked, want)
	}
}

// colly carries cookies from visit to visit.
func TestCollyKeepsCookies(t *testing.T) {
	var cookies []string
	s := serve(t, map[string]http.HandlerFunc{"/": func(w http.ResponseWriter, r *http.Request) {
		cookies = append(cookies, r.Header.Get("Cookie"))
		http.SetCookie(w, &http.Cookie{Name: "session", Value: "1"})
		fmt.Fprint(w, "page")
	}})
	c := newTestCrawler(t, nil)
	for range 2 {
		v := c.Visit(t.Context(), Request{URL: s.URL, AllowLoopback: true})
		if v.Header.Get("Set-Cookie") != "" || v.Header.Get("Content-Type") == "" {
			t.Errorf("Visit.Header = %v, want all but Set-Cookie", v.Header)
		}
	}
	if diff := cmp.Diff([]string{"", ""}, cookies); diff != "" {
		t.Errorf("cookies sent (-want +got):\n%s", diff)
	}
}

// colly.NewCollector lets environment variables change its settings.
func TestCollyObeysTheEnvironment(t *testing.T) {
	for name, value := range map[string]string{
		"COLLY_MAX_BODY_SIZE": "3", "COLLY_CACHE_DIR": t.TempDir(), "COLLY_USER_AGENT": "Mozilla/5.0",
		"COLLY_DISALLOWED_DOMAINS": "127.0.0.1", "COLLY_MAX_REQUESTS": "1", "COLLY_FOLLOW_REDIRECTS": "n",
		"COLLY_DETECT_CHARSET": "y", "COLLY_MAX_DEPTH": "1",
	} {
		t.Setenv(name, value)
	}
	s := serve(t, map[string]http.HandlerFunc{"/": redirect("/p"), "/p": func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, r.UserAgent())
	}})
	c := newTestCrawler(t, nil)
	for range 2 {
		v := c.Visit(t.Context(), Request{URL: s.URL, AllowLoopback: true})
		if v.Outcome != OK || string(v.Body) != c.UserAgent() {
			t.Errorf("Visit = %s (%s) %q, want ok %q", v.Outcome, v.Reason, v.Body, c.UserAgent())
		}
	}
	if got := len(s.asked()); got != 4 {
		t.Errorf("requests = %v, want 4", s.asked())
	}
}

// A collector that is used again and again must not grow.
func TestCollyCollectorsDoNotPileUp(t *testing.T) {
	c := newTestCrawler(t, func(config *Config) {
		config.Transport = noRobots(func(*http.Request) (*http.Response, error) { return answer(200, "page"), nil })
	})
	visit := func(n int) uint64 {
		for range n {
			c.Visit(t.Context(), Request{URL: "http://a.example/p"})
		}
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	before := visit(100)
	after := visit(5_000)
	if grown := int64(after) - int64(before); grown > 256<<10 {
		t.Errorf("5,000 visits left %d bytes behind, want next to none", grown)
	}
}
