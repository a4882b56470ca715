package jobs

import (
	"log/slog"
	"math/rand/v2"
	"testing"
	"time"

	"qulaq/crawler"
	"qulaq/simulate"
)

// most is the largest number of moments, which are in order, in any 24 hours.
func most(moments []time.Time) int {
	most, first := 0, 0
	for i, at := range moments {
		for !moments[first].After(at.Add(-aDay)) {
			first++
		}
		most = max(most, i-first+1)
	}
	return most
}

// A year of demand in bursts: the budget is spent, and never exceeded, in whatever
// 24 hours one looks.
func TestBudgetOverAYear(t *testing.T) {
	const limit = 40
	b := &budget{limit: limit, spent: map[string][]time.Time{}}
	rng := rand.New(rand.NewPCG(7, 7))
	var made []time.Time
	asked := 0
	for now := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC); now.Year() == 2024; now = now.Add(time.Duration(rng.ExpFloat64() * float64(4*time.Hour))) {
		for at := now; rng.IntN(30) > 0; at = at.Add(2 * time.Second) { // a round of thirty visits, more or less
			asked++
			if b.take("owner", at) {
				made = append(made, at.Add(time.Duration(rng.Int64N(int64(2*time.Minute))))) // a visit waits for its turn
			}
		}
	}
	if got := most(made); got != limit {
		t.Errorf("%d visits in some 24 hours of a year, want the budget of %d, which is wanted often enough", got, limit)
	}
	if len(made) < 366*limit*8/10 {
		t.Errorf("%d of %d visits made in a year, want most of the budget of %d a day to be spent", len(made), asked, limit)
	}
	if got := b.use(made[len(made)-1])["owner"]; got <= 0 || got > 1 {
		t.Errorf("use() = %v, want a share", got)
	}
}

func TestNoBudgetBoundsNothing(t *testing.T) {
	var b *budget
	for range 10_000 {
		if !b.take("owner", time.Now()) {
			t.Fatal("a nil budget refused a visit")
		}
	}
}

// A crawl keeps its budget across rounds and restarts, which know of it only what
// the store has.
func TestCrawlKeepsItsBudget(t *testing.T) {
	const limit = 6
	republic, err := simulate.New(simulate.Config{Seed: 3, Days: 4, Load: 3})
	if err != nil {
		t.Fatal(err)
	}
	stage, err := OpenStage(republic, "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer stage.Close()
	e := openEnv(t, t.TempDir(), republic.Country(stage.Base), slog.New(slog.DiscardHandler))
	e.Now = republic.Now
	if e.Crawler, err = crawler.New(crawler.Config{Now: republic.Now, MaxWait: -1}); err != nil {
		t.Fatal(err)
	}
	inserts := 0
	e.Inserted = func(int, time.Duration) { inserts++ }
	over := 0
	for round := range 9 {
		republic.SetNow(republic.Start().Add(time.Duration(round+1) * 8 * time.Hour))
		crawl, err := NewCrawl(t.Context(), e, CrawlOptions{Budget: limit}) // as after a restart
		if err != nil {
			t.Fatal(err)
		}
		tally, err := crawl.Round(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		over += tally.OverBudget
		threads, _ := crawl.Backlog()
		if tally.OverBudget > 0 && (threads == 0) {
			t.Errorf("round %d: %d visits were left and the backlog is empty", round, tally.OverBudget)
		}
	}
	owners := map[string]string{}
	for _, f := range e.feeds() {
		owners[f.ID] = owner(f)
	}
	made := map[string][]time.Time{}
	for visit, err := range e.Store.VisitStarts(t.Context(), time.Unix(0, 0)) {
		if err != nil {
			t.Fatal(err)
		}
		made[owners[visit.SourceID]] = append(made[owners[visit.SourceID]], visit.StartedAt)
	}
	if over == 0 || inserts == 0 || len(made) == 0 {
		t.Fatalf("%d visits over budget, %d inserts, %d owners: the test shows nothing", over, inserts, len(made))
	}
	reached := 0
	for o, moments := range made {
		if got := most(moments); got > limit {
			t.Errorf("owner %s: %d visits in some 24 hours, want at most %d", o, got, limit)
		} else if got == limit {
			reached++
		}
	}
	if reached == 0 {
		t.Error("no owner's budget was spent: the test shows nothing")
	}
}
