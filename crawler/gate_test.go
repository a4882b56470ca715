package crawler

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// clockedWeb answers after a second and notes when it was asked for what.
type clockedWeb struct {
	begin  time.Time
	mu     sync.Mutex
	log    []string
	answer func(*http.Request) *http.Response
}

func (w *clockedWeb) RoundTrip(req *http.Request) (*http.Response, error) {
	w.mu.Lock()
	w.log = append(w.log, fmt.Sprintf("%v %s%s", time.Since(w.begin), req.URL.Host, req.URL.Path))
	w.mu.Unlock()
	select {
	case <-time.After(time.Second):
	case <-req.Context().Done():
		return nil, context.Cause(req.Context())
	}
	resp := w.answer(req)
	resp.Request = req
	return resp, nil
}

// newClocked is a crawler with the default pauses on a simulated network.
func newClocked(t *testing.T, change func(*Config), answers func(*http.Request) *http.Response) (*Crawler, *clockedWeb) {
	t.Helper()
	web := &clockedWeb{begin: time.Now(), answer: answers}
	config := Config{Contact: "crawler@qulaq.example", Transport: web}
	if change != nil {
		change(&config)
	}
	c, err := New(config)
	if err != nil {
		t.Fatal(err)
	}
	return c, web
}

func okWithRobots(robots string) func(*http.Request) *http.Response {
	return func(req *http.Request) *http.Response {
		if req.URL.Path == "/robots.txt" {
			return answer(200, robots)
		}
		return answer(200, "page")
	}
}

func TestGateKeepsFloorDelay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, web := newClocked(t, nil, okWithRobots(""))
		var group sync.WaitGroup
		for range 3 { // at once: nevertheless one after the other
			group.Go(func() { c.Visit(t.Context(), Request{URL: "http://a.example/p"}) })
		}
		group.Wait()
		want := []string{"0s a.example/robots.txt", "3s a.example/p", "6s a.example/p", "9s a.example/p"}
		if diff := cmp.Diff(want, web.log); diff != "" {
			t.Errorf("requests, 1 s each and 2 s apart (-want +got):\n%s", diff)
		}
	})
}

// The pause that robots.txt asks for already holds between it and the first page.
func TestGateKeepsCrawlDelay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, web := newClocked(t, nil, okWithRobots("User-agent: *\nCrawl-delay: 20"))
		for range 2 {
			c.Visit(t.Context(), Request{URL: "http://a.example/p"})
		}
		want := []string{"0s a.example/robots.txt", "21s a.example/p", "42s a.example/p"}
		if diff := cmp.Diff(want, web.log); diff != "" {
			t.Errorf("requests, 20 s apart (-want +got):\n%s", diff)
		}
	})
}

func TestGateOneTurnPerOwner(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var busy, most atomic.Int32
		c, _ := newClocked(t, nil, func(*http.Request) *http.Response {
			resp := answer(200, "")
			most.Store(max(most.Load(), busy.Add(1)))
			resp.Body = &closeHook{resp.Body, func() { time.Sleep(time.Second); busy.Add(-1) }}
			return resp
		})
		var group sync.WaitGroup
		for i := range 5 {
			url := fmt.Sprintf("http://h%d.example/", i)
			group.Go(func() { c.Visit(t.Context(), Request{URL: url, Owner: "the ministry"}) })
		}
		group.Wait()
		if got := most.Load(); got != 1 {
			t.Errorf("bodies of one owner open at once = %d, want 1", got)
		}
	})
}

type closeHook struct {
	io.ReadCloser
	hook func()
}

func (c *closeHook) Close() error { c.hook(); return c.ReadCloser.Close() }

func TestGateOwnersDoNotWaitForEachOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, web := newClocked(t, nil, okWithRobots(""))
		var group sync.WaitGroup
		for _, host := range []string{"a", "b", "c"} {
			group.Go(func() { c.Visit(t.Context(), Request{URL: "http://" + host + ".example/"}) })
		}
		group.Wait()
		if got, want := time.Since(web.begin), 4*time.Second; got != want {
			t.Errorf("three owners took %v, want %v", got, want)
		}
	})
}

func TestGateRetryAfter(t *testing.T) {
	for _, test := range []struct {
		name   string
		header []string
	}{
		{"seconds", []string{"Retry-After", "60"}},
		{"date, by the server's own wrong clock", []string{
			"Date", "Thu, 01 Jan 1998 00:00:00 GMT", "Retry-After", "Thu, 01 Jan 1998 00:01:00 GMT",
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				throttle := true
				c, web := newClocked(t, nil, noRobotsAnswer(func() *http.Response {
					if throttle {
						throttle = false
						return answer(429, "", test.header...)
					}
					return answer(200, "page")
				}))
				v := c.Visit(t.Context(), Request{URL: "http://a.example/p"})
				if want := v.SeenAt.Add(60 * time.Second); v.Outcome != Throttled || !v.RetryAt.Equal(want) {
					t.Errorf("Visit = %s, retry at %v, want throttled, %v", v.Outcome, v.RetryAt, want)
				}
				v = c.Visit(t.Context(), Request{URL: "http://a.example/p"})
				if v.Outcome != OK {
					t.Errorf("second Visit = %s, want ok", v.Outcome)
				}
				want := []string{"0s a.example/robots.txt", "3s a.example/p", "1m4s a.example/p"}
				if diff := cmp.Diff(want, web.log); diff != "" {
					t.Errorf("requests, 60 s apart (-want +got):\n%s", diff)
				}
			})
		})
	}
}

func noRobotsAnswer(page func() *http.Response) func(*http.Request) *http.Response {
	return func(req *http.Request) *http.Response {
		if req.URL.Path == "/robots.txt" {
			return answer(404, "")
		}
		return page()
	}
}

// The pause after trouble doubles up to its cap, and halves after good answers.
func TestGatePenalty(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		codes := []int{500, 503, 429, 500, 500, 200, 404, 200, 200, 200}
		var last time.Time
		var pauses []time.Duration
		c, _ := newClocked(t, func(config *Config) {
			config.FloorDelay = time.Second
			config.Penalty = 10 * time.Second
			config.MaxPenalty = 80 * time.Second
		}, noRobotsAnswer(func() *http.Response {
			resp := answer(codes[len(pauses)], "")
			pauses = append(pauses, time.Since(last)-time.Second)
			last = time.Now()
			return resp
		}))
		for range codes {
			c.Visit(t.Context(), Request{URL: "http://a.example/p"})
		}
		want := []time.Duration{10, 20, 40, 80, 80, 40, 20, 10, 1}
		for i := range want {
			want[i] *= time.Second
		}
		if diff := cmp.Diff(want, pauses[1:]); diff != "" {
			t.Errorf("pauses before the 2nd and later of answers %v (-want +got):\n%s", codes, diff)
		}
	})
}

// What is of our own making is no reason to spare an owner: a page too large,
// a visit called off.
func TestGateNoPenaltyForOurFaults(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, web := newClocked(t, func(config *Config) { config.MaxBytes = 2 }, okWithRobots(""))
		c.Visit(t.Context(), Request{URL: "http://a.example/large"})
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second+time.Millisecond)
		defer cancel()
		c.Visit(ctx, Request{URL: "http://a.example/called-off"})
		c.Visit(t.Context(), Request{URL: "http://a.example/next"})
		want := []string{"0s a.example/robots.txt", "3s a.example/large", "6s a.example/called-off", "8.001s a.example/next"}
		if diff := cmp.Diff(want, web.log); diff != "" {
			t.Errorf("requests (-want +got):\n%s", diff)
		}
	})
}

// A turn beyond MaxWait is told at once, without a request, and the cause of the
// wait is the visit's outcome.
func TestGateMaxWait(t *testing.T) {
	for _, test := range []struct {
		name    string
		answer  *http.Response
		outcome Outcome
		wait    time.Duration
	}{
		{"Retry-After", answer(429, "", "Retry-After", "3600"), Throttled, time.Hour},
		{"Retry-After beyond belief", answer(429, "", "Retry-After", "99999999999999999999"), Throttled, 24 * time.Hour},
		{"trouble", answer(500, ""), NetworkError, 10 * time.Minute},
		{"floor", answer(200, ""), Throttled, 5 * time.Minute},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c, web := newClocked(t, func(config *Config) {
					config.FloorDelay = 5 * time.Minute
					config.Penalty = 10 * time.Minute
					config.MaxWait = 5 * time.Minute
				}, noRobotsAnswer(func() *http.Response { return test.answer }))
				first := c.Visit(t.Context(), Request{URL: "http://a.example/p"})
				c.gate.pace.maxWait = time.Minute // now that it has waited for the page after robots.txt
				v := c.Visit(t.Context(), Request{URL: "http://a.example/p"})
				if v.Outcome != test.outcome || !v.RetryAt.Equal(first.SeenAt.Add(test.wait)) {
					t.Errorf("Visit = %s (%s), retry in %v, want %s, %v",
						v.Outcome, v.Reason, v.RetryAt.Sub(first.SeenAt), test.outcome, test.wait)
				}
				if got := len(web.log); got != 2 {
					t.Errorf("requests = %d (%v), want 2", got, web.log)
				}
				if v.Status != 0 || v.Reason == "" {
					t.Errorf("Visit.Status, Reason = %d, %q, want 0 and a reason", v.Status, v.Reason)
				}
			})
		})
	}
}

// With a simulated clock that jumps, the gate goes by that clock and never waits
// in real time.
func TestGateSimulatedClock(t *testing.T) {
	now := time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)
	web := fakeWeb(noRobots(func(*http.Request) (*http.Response, error) {
		return answer(429, "", "Retry-After", "3600"), nil
	}))
	c := newTestCrawler(t, func(config *Config) {
		config.Now = func() time.Time { return now }
		config.MaxWait = -1
		config.Transport = web
	})
	visit := func() Visit {
		return c.Visit(t.Context(), Request{URL: "http://127.0.0.1/", AllowLoopback: true})
	}
	if v := visit(); v.Status != 429 || !v.RetryAt.Equal(now.Add(time.Hour)) {
		t.Fatalf("Visit = %d, retry at %v, want 429, %v", v.Status, v.RetryAt, now.Add(time.Hour))
	}
	now = now.Add(time.Hour - time.Second)
	if v := visit(); v.Status != 0 || v.Outcome != Throttled {
		t.Errorf("Visit a second early = %d %s, want 0 throttled", v.Status, v.Outcome)
	}
	now = now.Add(time.Second)
	if v := visit(); v.Status != 429 {
		t.Errorf("Visit on time = %d %s (%s), want 429", v.Status, v.Outcome, v.Reason)
	}
}

// A redirect to another host is that host's turn, not its owner's again.
func TestGateRedirectIsTheTargetsTurn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, web := newClocked(t, nil, func(req *http.Request) *http.Response {
			switch {
			case req.URL.Path == "/robots.txt":
				return answer(404, "")
			case req.URL.Host == "a.example":
				return answer(301, "", "Location", "http://b.example/p")
			}
			return answer(200, "page")
		})
		v := c.Visit(t.Context(), Request{URL: "http://a.example/p", Owner: "the ministry"})
		if v.Outcome != OK || v.FinalURL != "http://b.example/p" {
			t.Errorf("Visit = %s at %s, want ok at http://b.example/p", v.Outcome, v.FinalURL)
		}
		want := []string{"0s a.example/robots.txt", "3s a.example/p", "4s b.example/robots.txt", "7s b.example/p"}
		if diff := cmp.Diff(want, web.log); diff != "" {
			t.Errorf("requests (-want +got):\n%s", diff)
		}
		var owners []string
		for owner := range c.gate.owners {
			owners = append(owners, owner)
		}
		slices.Sort(owners)
		if diff := cmp.Diff([]string{"b.example", "the ministry"}, owners); diff != "" {
			t.Errorf("owners (-want +got):\n%s", diff)
		}
	})
}

// A quota that only the content tells of stops what would follow, until it is
// whole again.
func TestRest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, web := newClocked(t, nil, okWithRobots(""))
		r := Request{URL: "http://a.example/p"}
		c.Visit(t.Context(), r)
		until := time.Now().Add(3 * time.Hour)
		c.Rest(r, until, "the quota is spent")
		before := len(web.log)
		v := c.Visit(t.Context(), r)
		if v.Outcome != Throttled || !v.RetryAt.Equal(until) || !strings.Contains(v.Reason, "the quota is spent") {
			t.Errorf("Visit while resting = %s (%s), come back at %v; want throttled until %v", v.Outcome, v.Reason, v.RetryAt, until)
		}
		if len(web.log) != before {
			t.Errorf("asked for %q while resting", web.log[before:])
		}
		time.Sleep(3 * time.Hour)
		if v := c.Visit(t.Context(), r); v.Outcome != OK {
			t.Errorf("Visit after the rest = %s (%s), want ok", v.Outcome, v.Reason)
		}
	})
}

// Without a time to come back at, every refusal in a row doubles the pause, though
// each looks like a good answer to the gate.
func TestRestDoubles(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, _ := newClocked(t, func(c *Config) { c.MaxWait, c.FloorDelay = -1, time.Nanosecond }, okWithRobots(""))
		r := Request{URL: "http://a.example/p"}
		for _, want := range []time.Duration{10 * time.Second, 20 * time.Second, 40 * time.Second} {
			time.Sleep(time.Minute)
			c.Visit(t.Context(), r)
			c.Rest(r, time.Time{}, "slow down")
			c.Rest(r, time.Time{}, "slow down") // told twice, of one answer
			if v := c.Visit(t.Context(), r); time.Until(v.RetryAt) != want {
				t.Errorf("pause = %v, want %v", time.Until(v.RetryAt), want)
			}
		}
	})
}
