package jobs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"qulaq/crawler"
	"qulaq/jobs/queue"
	"qulaq/registry"
	"qulaq/schema"
	"qulaq/simulate"
)

// most is the largest number of moments in any 24 hours.
func most(moments []time.Time) int {
	slices.SortFunc(moments, time.Time.Compare)
	most, first := 0, 0
	for i, at := range moments {
		for !moments[first].After(at.Add(-aDay)) {
			first++
		}
		most = max(most, i-first+1)
	}
	return most
}

// notes is a ledger in memory.
type notes struct{ rows map[string]schema.Allotment }

func (n notes) PutAllotments(_ context.Context, rows []schema.Allotment) error {
	for _, row := range rows {
		if n.rows[row.ID].Ended <= row.Ended {
			n.rows[row.ID] = row
		}
	}
	return nil
}

func (n notes) Allotments(_ context.Context, after time.Time) (rows []schema.Allotment, err error) {
	for _, row := range n.rows {
		if row.ReservedAt.After(after) {
			rows = append(rows, row)
		}
	}
	return rows, nil
}

// A year of rounds in bursts, some of which end by being killed and some by a
// restart: the budget is spent, and never exceeded, in whatever 24 hours one looks.
func TestBudgetOverAYear(t *testing.T) {
	const limit = 60
	rng := rand.New(rand.NewPCG(7, 7))
	now := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
	clock := func() time.Time { return now }
	ledger := notes{map[string]schema.Allotment{}}
	var b *budget
	var arrived []time.Time
	kills, refused := 0, 0
	for now.Year() == 2024 {
		if b == nil {
			var err error
			if b, err = newBudget(t.Context(), ledger, clock, limit); err != nil {
				t.Fatal(err)
			}
		}
		if err := b.reserve(t.Context(), map[string]int{"owner": rng.IntN(20)}); err != nil {
			t.Fatal(err)
		}
		kill := rng.IntN(50) == 0
		for rng.IntN(15) > 0 { // a visit, of one to five pages
			pages := 1 + rng.IntN(5)
			if !b.covers("owner", pages) {
				refused++
				break
			}
			for range pages {
				now = now.Add(time.Duration(rng.Int64N(int64(4 * time.Minute))))
				switch err := b.spend(t.Context(), "owner"); {
				case err == nil:
					arrived = append(arrived, now.Add(time.Duration(rng.Int64N(int64(time.Minute)))))
				case errors.Is(err, errBudgetSpent):
					refused++
				default:
					t.Fatal(err)
				}
			}
			if kill && rng.IntN(4) == 0 {
				break
			}
		}
		switch {
		case kill:
			kills++
			b = nil
		case rng.IntN(10) == 0:
			if err := b.settle(t.Context()); err != nil {
				t.Fatal(err)
			}
			b = nil // a restart
		default:
			if err := b.settle(t.Context()); err != nil {
				t.Fatal(err)
			}
			if got := b.use()["owner"]; got < 0 || got > 1 {
				t.Fatalf("use() = %v, want a share", got)
			}
		}
		now = now.Add(time.Duration(rng.ExpFloat64() * float64(3*time.Hour)))
	}
	if got := most(arrived); got > limit || got < limit-5 {
		t.Errorf("%d requests in some 24 hours of a year, want the budget of %d, which is wanted often enough", got, limit)
	}
	if kills < 20 || refused < 100 || len(arrived) < 366*limit*7/10 {
		t.Errorf("%d requests, %d refused, %d kills in a year: the test shows nothing", len(arrived), refused, kills)
	}
}

// A visit that takes more than is left is not made, and those that are worth less do
// not take from it what it waits for.
func TestBudgetWaitsForALongThread(t *testing.T) {
	now := time.Date(2026, 11, 2, 0, 0, 0, 0, time.UTC)
	b, err := newBudget(t.Context(), notes{map[string]schema.Allotment{}}, func() time.Time { return now }, 10)
	if err != nil {
		t.Fatal(err)
	}
	spend := func(n int) {
		t.Helper()
		for range n {
			if err := b.spend(t.Context(), "o"); err != nil {
				t.Fatal(err)
			}
		}
	}
	spend(6)
	for _, test := range []struct {
		pages int
		want  bool
	}{{4, true}, {5, false}, {1, false}} {
		if got := b.covers("o", test.pages); got != test.want {
			t.Errorf("after 6 of 10, covers(%d pages) = %v, want %v", test.pages, got, test.want)
		}
	}
	if !b.covers("other", 5) {
		t.Error("another owner has to wait, too")
	}
	now = now.Add(budgetWindow)
	if err := b.reserve(t.Context(), map[string]int{"o": 1}); err != nil {
		t.Fatal(err)
	}
	if !b.covers("o", 500) {
		t.Error("a thread longer than the whole budget is never begun")
	}
	spend(10)
	if err := b.spend(t.Context(), "o"); !errors.Is(err, errBudgetSpent) {
		t.Errorf("spend() of an 11th request of 10 = %v, want errBudgetSpent", err)
	}
}

func TestNoBudgetBoundsNothing(t *testing.T) {
	b, err := newBudget(t.Context(), nil, nil, 0)
	if b != nil || err != nil {
		t.Fatalf("newBudget(0) = %v, %v, want none", b, err)
	}
	if !b.covers("owner", 1_000_000) || b.use() != nil || b.settle(t.Context()) != nil || b.reserve(t.Context(), map[string]int{"owner": 1}) != nil {
		t.Error("no budget bounds something")
	}
}

// doors serves every source of a republic at an address of its own, which is its
// owner's, and notes when each was asked for anything at all.
type doors struct {
	mu      sync.Mutex
	asked   map[string][]time.Time // by owner
	robots  int
	further int // pages of a thread that is behind its first
}

func (d *doors) open(t *testing.T, republic *simulate.Republic) *registry.Country {
	const base = "http://republic.invalid"
	country := republic.Country(base)
	for i := range country.Bodies {
		for j := range country.Bodies[i].Sources {
			source := &country.Bodies[i].Sources[j]
			id := source.Owner
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				d.mu.Lock()
				d.asked[id] = append(d.asked[id], republic.Now())
				if r.URL.Path == "/robots.txt" {
					d.robots++
				}
				if q := r.URL.Query(); q.Has("before") || q.Has("offset") || q.Has("page") || r.Method == http.MethodPost {
					d.further++
				}
				d.mu.Unlock()
				republic.Handler().ServeHTTP(w, r)
			}))
			t.Cleanup(server.Close)
			source.URL = strings.Replace(source.URL, base, server.URL, 1)
		}
	}
	return country
}

// forgetful is a ledger of crawls that are killed before they can say what they spent.
type forgetful struct{ ledger }

func (f forgetful) PutAllotments(ctx context.Context, rows []schema.Allotment) error {
	return f.ledger.PutAllotments(ctx, slices.DeleteFunc(rows, func(a schema.Allotment) bool { return a.Ended == 1 }))
}

// By the republic's own log no owner gets more requests in any 24 hours than its
// budget: with robots.txt and all pages, across rounds and restarts, after crawls
// that were killed, and when workers make the visits.
func TestCrawlKeepsItsBudget(t *testing.T) {
	const limit = 12
	for _, hands := range []string{"this process", "workers"} {
		t.Run(hands, func(t *testing.T) {
			republic, err := simulate.New(simulate.Config{Seed: 3, Bodies: 12, Days: 3, Load: 6})
			if err != nil {
				t.Fatal(err)
			}
			site := &doors{asked: map[string][]time.Time{}}
			e := openEnv(t, t.TempDir(), site.open(t, republic), slog.New(slog.DiscardHandler))
			e.Now = republic.Now
			visitor := func() *crawler.Crawler {
				c, err := crawler.New(crawler.Config{Now: republic.Now, MaxWait: -1})
				if err != nil {
					t.Fatal(err)
				}
				t.Cleanup(c.Close)
				return c
			}
			e.Crawler = visitor()
			if hands == "workers" {
				hire(t, e, visitor())
			}
			over := 0
			for round := range 5 {
				republic.SetNow(republic.Start().Add(time.Duration(round+1) * 8 * time.Hour))
				crawl, err := NewCrawl(t.Context(), e, CrawlOptions{Budget: limit}) // as after a restart
				if err != nil {
					t.Fatal(err)
				}
				if round%5 == 2 {
					crawl.budget.ledger = forgetful{crawl.budget.ledger}
				}
				tally, err := crawl.Round(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				over += tally.OverBudget
				if threads, _ := crawl.Backlog(); tally.OverBudget > 0 && threads == 0 {
					t.Errorf("round %d: %d visits were left and the backlog is empty", round, tally.OverBudget)
				}
			}
			reached, requests := 0, 0
			for owner, moments := range site.asked {
				requests += len(moments)
				switch got := most(moments); {
				case got > limit:
					t.Errorf("owner %s: %d requests in some 24 hours, want at most %d", owner, got, limit)
				case got == limit:
					reached++
				}
			}
			t.Logf("%d requests to %d owners, of them %d for robots.txt and %d for further pages; %d visits left for later", requests, len(site.asked), site.robots, site.further, over)
			if over == 0 || reached == 0 || site.robots == 0 || site.further == 0 {
				t.Errorf("%d visits over budget, %d budgets spent: the test shows nothing", over, reached)
			}
		})
	}
}

// hire gives an environment a queue with a worker at its end, which has a crawler of
// its own.
func hire(t *testing.T, e *Env, c *crawler.Crawler) {
	t.Helper()
	server, err := queue.Serve(queue.ServerConfig{Listen: "127.0.0.1:0", Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	open := func() *queue.Queue {
		q, err := queue.Open(t.Context(), queue.Config{URL: server.URL(), Lease: shortLease})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(q.Close)
		return q
	}
	hand := *e
	e.Queue, hand.Queue, hand.Crawler, hand.Store = open(), open(), c, nil
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- Work(ctx, &hand, 4) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(fmt.Errorf("worker: %w", err))
		}
	})
}
