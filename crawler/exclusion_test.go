package crawler

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// robotsWeb answers requests for robots.txt with what robots returns, and for
// anything else with a page; it counts the former.
type robotsWeb struct {
	mu     sync.Mutex
	reads  int
	pages  int
	robots func(*http.Request) (*http.Response, error)
}

func (w *robotsWeb) RoundTrip(req *http.Request) (*http.Response, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if req.URL.Path != "/robots.txt" {
		w.pages++
		resp := answer(200, "page")
		resp.Request = req
		return resp, nil
	}
	w.reads++
	resp, err := w.robots(req)
	if resp != nil {
		resp.Request = req
	}
	return resp, err
}

func robotsFile(body string) func(*http.Request) (*http.Response, error) {
	return func(*http.Request) (*http.Response, error) { return answer(200, body), nil }
}

func TestRobotsAreReadAgainWithinADay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		web := &robotsWeb{robots: robotsFile("User-agent: *\nDisallow: /private")}
		c := newTestCrawler(t, func(config *Config) { config.Transport = web })
		visit := func() Outcome { return c.Visit(t.Context(), Request{URL: "http://a.example/p"}).Outcome }

		first := visit()
		time.Sleep(23 * time.Hour)
		web.robots = robotsFile("User-agent: *\nDisallow: /")
		second := visit()
		time.Sleep(time.Hour)
		third := visit()
		if got, want := []Outcome{first, second, third}, []Outcome{OK, OK, BlockedByRobots}; !cmp.Equal(got, want) {
			t.Errorf("visits now, after 23 h and after 24 h = %v, want %v", got, want)
		}
		if web.reads != 2 {
			t.Errorf("robots.txt was read %d times, want 2", web.reads)
		}
	})
}

func TestRobotsFailureIsRetried(t *testing.T) {
	for _, test := range []struct {
		name   string
		answer *http.Response
		wait   time.Duration
	}{
		{"503", answer(503, ""), 10 * time.Minute},
		{"429 with Retry-After", answer(429, "", "Retry-After", "3600"), time.Hour},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				web := &robotsWeb{robots: func(*http.Request) (*http.Response, error) { return test.answer, nil }}
				c := newTestCrawler(t, func(config *Config) { config.Transport = web })
				visit := func() Visit { return c.Visit(t.Context(), Request{URL: "http://a.example/p"}) }

				v := visit()
				if want := time.Now().Add(test.wait); v.Outcome != BlockedByRobots || !v.RetryAt.Equal(want) {
					t.Errorf("Visit = %s, retry at %v, want blocked_by_robots, %v", v.Outcome, v.RetryAt, want)
				}
				web.robots = robotsFile("")
				time.Sleep(test.wait - time.Second)
				if v := visit(); v.Outcome != BlockedByRobots || web.reads != 1 || web.pages != 0 {
					t.Errorf("Visit a second early = %s after %d reads and %d pages, want blocked_by_robots, 1, 0", v.Outcome, web.reads, web.pages)
				}
				time.Sleep(time.Second)
				if v := visit(); v.Outcome != OK {
					t.Errorf("Visit on time = %s (%s), want ok", v.Outcome, v.Reason)
				}
			})
		})
	}
}

// Nobody answering is an outage, not a verdict: it is not remembered, and the
// page is not asked for.
func TestRobotsOutage(t *testing.T) {
	web := &robotsWeb{robots: func(*http.Request) (*http.Response, error) { return nil, errors.New("connection refused") }}
	c := newTestCrawler(t, func(config *Config) { config.Transport = web })
	v := c.Visit(t.Context(), Request{URL: "http://a.example/p"})
	if v.Outcome != NetworkError || v.Reason != "robots.txt: connection refused" || web.pages != 0 {
		t.Errorf("Visit = %s (%s) after %d pages, want network_error (robots.txt: connection refused) after 0", v.Outcome, v.Reason, web.pages)
	}
	web.robots = robotsFile("")
	if v := c.Visit(t.Context(), Request{URL: "http://a.example/p"}); v.Outcome != OK {
		t.Errorf("Visit after the outage = %s (%s), want ok", v.Outcome, v.Reason)
	}
}

func TestRobotsAreReadOnceByMany(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		web := &robotsWeb{robots: robotsFile("")}
		c := newTestCrawler(t, func(config *Config) { config.Transport = web })
		var group sync.WaitGroup
		for i := range 20 {
			group.Go(func() {
				c.Visit(t.Context(), Request{URL: "http://a.example/", Owner: fmt.Sprint(i)})
			})
		}
		group.Wait()
		if web.reads != 1 || web.pages != 20 {
			t.Errorf("reads, pages = %d, %d, want 1, 20", web.reads, web.pages)
		}
	})
}

// A visit called off while it reads robots.txt leaves no verdict behind.
func TestRobotsReaderCalledOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slow := true
		web := fakeWeb(func(req *http.Request) (*http.Response, error) {
			if slow {
				<-req.Context().Done()
				return nil, context.Cause(req.Context())
			}
			return answer(200, ""), nil
		})
		c := newTestCrawler(t, func(config *Config) { config.Transport = web })
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if v := c.Visit(ctx, Request{URL: "http://a.example/p"}); !v.Aborted {
			t.Errorf("Visit.Aborted = false (%s, %s), want true", v.Outcome, v.Reason)
		}
		slow = false
		if v := c.Visit(t.Context(), Request{URL: "http://a.example/p"}); v.Outcome != OK {
			t.Errorf("Visit after it = %s (%s), want ok", v.Outcome, v.Reason)
		}
	})
}

// The file is valid for scheme, host and port, and for nothing else.
func TestRobotsPerOrigin(t *testing.T) {
	web := &robotsWeb{robots: func(req *http.Request) (*http.Response, error) {
		if req.URL.Scheme == "https" && req.URL.Host == "a.example" {
			return answer(200, "User-agent: *\nDisallow: /"), nil
		}
		return answer(404, ""), nil
	}}
	c := newTestCrawler(t, func(config *Config) { config.Transport = web })
	for url, want := range map[string]Outcome{
		"https://a.example/p":      BlockedByRobots,
		"https://A.EXAMPLE/p":      BlockedByRobots,
		"https://a.example:443/p":  BlockedByRobots,
		"https://a.example:8443/p": OK,
		"http://a.example/p":       OK,
		"https://b.example/p":      OK,
	} {
		if v := c.Visit(t.Context(), Request{URL: url}); v.Outcome != want {
			t.Errorf("Visit(%s) = %s, want %s", url, v.Outcome, want)
		}
	}
	if web.reads != 4 {
		t.Errorf("robots.txt was read %d times, want 4", web.reads)
	}
}

func TestRobotsVerdictIsRecorded(t *testing.T) {
	const file = "User-agent: qulaq\nAllow: /p\nDisallow: /\n"
	const hash = "b174a70186d07d53350f45df6768fb679b754e6924fb1b420b5cb520f10f0428"
	web := &robotsWeb{robots: robotsFile(file)}
	c := newTestCrawler(t, func(config *Config) { config.Transport = web })
	for _, test := range []struct {
		path    string
		outcome Outcome
		rule    string
	}{
		{"/p", OK, "allow: /p"},
		{"/q", BlockedByRobots, "disallow: /"},
	} {
		v := c.Visit(t.Context(), Request{URL: "http://a.example" + test.path})
		if v.Outcome != test.outcome || v.RobotsRule != test.rule || v.RobotsHash != hash {
			t.Errorf("Visit(%s) = %s, %q, %s, want %s, %q, %s",
				test.path, v.Outcome, v.RobotsRule, v.RobotsHash, test.outcome, test.rule, hash)
		}
	}
}

func TestRobotsRequest(t *testing.T) {
	web := &robotsWeb{}
	web.robots = func(req *http.Request) (*http.Response, error) {
		if got, want := req.Header.Get("User-Agent"), "qulaq/1.2 (+https://qulaq.example/bot)"; got != want {
			t.Errorf("User-Agent = %q, want %q", got, want)
		}
		if req.URL.RawQuery != "" || req.Header.Get("If-None-Match") != "" {
			t.Errorf("robots.txt was asked for as %v with If-None-Match %q, want neither query nor validator",
				req.URL, req.Header.Get("If-None-Match"))
		}
		return answer(200, ""), nil
	}
	c := newTestCrawler(t, func(config *Config) { config.Transport = web })
	c.Visit(t.Context(), Request{
		URL: "https://a.example/p", ETag: `"v"`,
		Secret: map[string][]string{"key": {"0123456789abcdef"}},
	})
	if web.reads != 1 || web.pages != 1 {
		t.Errorf("reads, pages = %d, %d, want 1, 1", web.reads, web.pages)
	}
}

// Five redirects are followed, to other hosts too; the file then counts for the
// host that it was asked of.
func TestRobotsRedirects(t *testing.T) {
	for _, test := range []struct {
		redirects int
		outcome   Outcome
		reason    string
	}{
		{5, BlockedByRobots, "robots.txt: disallow: /p"},
		{6, BlockedByRobots, "robots.txt redirects more than 5 times"},
	} {
		web := fakeWeb(func(req *http.Request) (*http.Response, error) {
			hop := strings.Count(req.URL.Host, "x")
			if hop < test.redirects {
				return answer(301, "", "Location", "http://x"+req.URL.Host+"/robots.txt"), nil
			}
			return answer(200, "User-agent: *\nDisallow: /p"), nil
		})
		c := newTestCrawler(t, func(config *Config) { config.Transport = web })
		v := c.Visit(t.Context(), Request{URL: "http://a.e/p"})
		if v.Outcome != test.outcome || v.Reason != test.reason {
			t.Errorf("%d redirects: Visit = %s (%s), want %s (%s)", test.redirects, v.Outcome, v.Reason, test.outcome, test.reason)
		}
	}
}
