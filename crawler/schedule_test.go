package crawler

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// quietWeb answers every page after a second, without a robots.txt.
func quietWeb(*http.Request) (*http.Response, error) {
	time.Sleep(time.Second)
	return answer(200, "page"), nil
}

func requestsFor(hosts ...string) iter.Seq[Request] {
	return func(yield func(Request) bool) {
		for i, host := range hosts {
			if !yield(Request{URL: fmt.Sprintf("http://%s.example/%d", host, i)}) {
				return
			}
		}
	}
}

func TestEachVisitsAllInOrderPerOwner(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newTestCrawler(t, func(config *Config) { config.Transport = noRobots(quietWeb) })
		var (
			mu   sync.Mutex
			seen = map[string][]string{}
		)
		err := c.Each(t.Context(), 3, requestsFor("a", "b", "a", "c", "a", "b"), func(r Request, v Visit) {
			mu.Lock()
			defer mu.Unlock()
			seen[r.OwnerKey()] = append(seen[r.OwnerKey()], fmt.Sprint(v.URL, " ", v.Outcome))
		})
		if err != nil {
			t.Errorf("Each = %v, want nil", err)
		}
		want := map[string][]string{
			"a.example": {"http://a.example/0 ok", "http://a.example/2 ok", "http://a.example/4 ok"},
			"b.example": {"http://b.example/1 ok", "http://b.example/5 ok"},
			"c.example": {"http://c.example/3 ok"},
		}
		if diff := cmp.Diff(want, seen); diff != "" {
			t.Errorf("visits (-want +got):\n%s", diff)
		}
	})
}

// Two workers keep twenty owners with a long pause busy: no worker waits for an
// owner while another's turn has come.
func TestEachDoesNotWaitBehindOneOwner(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newTestCrawler(t, func(config *Config) {
			config.FloorDelay = 20 * time.Second
			config.Transport = noRobots(quietWeb)
		})
		var hosts []string
		for owner := range 20 { // in the worst order: all of one owner's together
			for range 5 {
				hosts = append(hosts, fmt.Sprintf("h%d", owner))
			}
		}
		warm(t, c, hosts)
		begin := time.Now()
		visits := 0
		var mu sync.Mutex
		err := c.Each(t.Context(), 2, requestsFor(hosts...), func(Request, Visit) {
			mu.Lock()
			visits++
			mu.Unlock()
		})
		if err != nil || visits != 100 {
			t.Errorf("Each = %v after %d visits, want nil after 100", err, visits)
		}
		// Five rounds with a pause of 20 s between them, in each of which 20
		// visits of 1 s fall to two workers. One owner after the other would take
		// half an hour, and two workers asleep in the gate 15 minutes.
		if got, limit := time.Since(begin), 120*time.Second; got > limit {
			t.Errorf("Each took %v, want at most %v", got, limit)
		}
	})
}

// warm has the robots.txt of all hosts read, and their pauses end.
func warm(t *testing.T, c *Crawler, hosts []string) {
	t.Helper()
	var group sync.WaitGroup
	for _, host := range slices.Compact(slices.Clone(hosts)) {
		group.Go(func() { c.Visit(t.Context(), Request{URL: "http://" + host + ".example/warm"}) })
	}
	group.Wait()
	time.Sleep(time.Minute)
}

func TestEachKeepsToOneVisitPerOwner(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newTestCrawler(t, func(config *Config) { config.Transport = noRobots(quietWeb) })
		var busy, most atomic.Int32
		err := c.Each(t.Context(), 8, requestsFor("a", "a", "a", "a", "a"), func(Request, Visit) {
			most.Store(max(most.Load(), busy.Add(1)))
			time.Sleep(10 * time.Second) // parsing counts, too
			busy.Add(-1)
		})
		if err != nil || most.Load() != 1 {
			t.Errorf("Each = %v, %d at once for one owner, want nil, 1", err, most.Load())
		}
	})
}

// An owner that is not to be asked for long is told at once, and does not keep
// the others.
func TestEachTellsOfFarTurnsAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newTestCrawler(t, func(config *Config) {
			config.MaxWait = time.Minute
			config.Transport = noRobots(func(req *http.Request) (*http.Response, error) {
				if req.URL.Host == "a.example" {
					return answer(429, "", "Retry-After", "3600"), nil
				}
				return quietWeb(req)
			})
		})
		begin := time.Now()
		var mu sync.Mutex
		outcomes := map[Outcome]int{}
		err := c.Each(t.Context(), 2, requestsFor("a", "a", "a", "b", "b"), func(_ Request, v Visit) {
			mu.Lock()
			outcomes[v.Outcome]++
			mu.Unlock()
		})
		if diff := cmp.Diff(map[Outcome]int{Throttled: 3, OK: 2}, outcomes); diff != "" || err != nil {
			t.Errorf("Each = %v, outcomes (-want +got):\n%s", err, diff)
		}
		if got := time.Since(begin); got > time.Minute {
			t.Errorf("Each took %v, want less than a minute", got)
		}
	})
}

// When ctx ends Each stops taking requests, reports nothing that it aborted, and
// leaves no goroutine behind (which synctest checks).
func TestEachEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newTestCrawler(t, func(config *Config) {
			config.Transport = noRobots(func(req *http.Request) (*http.Response, error) {
				select {
				case <-time.After(time.Second):
					return answer(200, "page"), nil
				case <-req.Context().Done():
					return nil, context.Cause(req.Context())
				}
			})
		})
		stop := errors.New("stop")
		ctx, cancel := context.WithCancelCause(t.Context())
		time.AfterFunc(3500*time.Millisecond, func() { cancel(stop) })
		endless := func(yield func(Request) bool) {
			for i := 0; yield(Request{URL: fmt.Sprintf("http://h%d.example/", i)}); i++ {
			}
		}
		var reported atomic.Int32
		err := c.Each(ctx, 2, endless, func(_ Request, v Visit) {
			reported.Add(1)
			if v.Outcome != OK {
				t.Errorf("reported %s (%s), want only what was not aborted", v.Outcome, v.Reason)
			}
		})
		if !errors.Is(err, stop) || reported.Load() != 6 {
			t.Errorf("Each = %v after %d reports, want %v after 6", err, reported.Load(), stop)
		}
	})
}

// The sequence is read no further than needed to keep the workers busy.
func TestWorkReadsAheadWithinBounds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newTestCrawler(t, func(config *Config) { config.Transport = noRobots(quietWeb) })
		ctx, cancel := context.WithCancel(t.Context())
		read := 0
		tasks := func(yield func(int) bool) {
			for ; yield(read); read++ {
			}
		}
		done := make(chan error)
		go func() {
			done <- Work(ctx, c, 2, tasks, func(int) string { return "one owner" }, func(ctx context.Context, _ int) { <-ctx.Done() })
		}()
		synctest.Wait()
		if limit := 2*readAhead + 2; read > limit {
			t.Errorf("read %d tasks while one owner is busy, want at most %d", read, limit)
		}
		cancel()
		if err := <-done; !errors.Is(err, context.Canceled) {
			t.Errorf("Work = %v, want %v", err, context.Canceled)
		}
	})
}

func TestWorkWithoutTasks(t *testing.T) {
	c := newTestCrawler(t, nil)
	none := func(func(int) bool) {}
	err := Work(t.Context(), c, 0, none, func(int) string { return "" }, func(context.Context, int) { t.Error("called") })
	if err != nil {
		t.Errorf("Work = %v, want nil", err)
	}
}
