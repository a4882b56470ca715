package jobs

import (
	"fmt"
	"testing"
	"time"

	"qulaq/parsers"
	"qulaq/pipeline"
	"qulaq/schema"
)

func TestRecorderDue(t *testing.T) {
	now := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	for _, tt := range []struct {
		name        string
		visits, row int
		age         time.Duration
		more, want  bool
	}{
		{"young", 10, 100, batchAge - 1, false, false},
		{"old, and nothing more is waiting", 10, 100, batchAge, false, true},
		{"old, but more is waiting", 10, batchRows - 1, time.Hour, true, false},
		{"full, and more is waiting", 10, batchRows, 0, true, true},
		{"full of visits that showed nothing", batchRows, 0, 0, true, true},
	} {
		r := &recorder{seen: make([]seen, tt.visits), rows: tt.row, since: now.Add(-tt.age), now: func() time.Time { return now }}
		if got := r.due(tt.more); got != tt.want {
			t.Errorf("%s: due(%v) = %v, want %v", tt.name, tt.more, got, tt.want)
		}
	}
}

// While looks are waiting, however slowly the clock says they are taken in, no insert
// has fewer than 10,000 rows; and what is stored is no longer in memory.
func TestRecorderBatches(t *testing.T) {
	e := openSite(t, "hill", "http://127.0.0.1:1")
	var inserts []int
	e.Inserted = func(rows int, _ time.Duration) { inserts = append(inserts, rows) }
	c, err := NewCrawl(t.Context(), e, CrawlOptions{})
	if err != nil {
		t.Fatal(err)
	}
	r := c.recorder
	clock := time.Now()
	r.now = func() time.Time { clock = clock.Add(batchAge); return clock }
	source := c.frontier.feeds[0].Source
	const looks, items = 90, 300
	for i := range looks {
		thread, at := fmt.Sprint("thread", i), time.Date(2026, 3, 1, 9, 0, i, 0, time.UTC)
		s := &pipeline.Sheet{Visit: schema.Visit{
			VisitID: fmt.Sprint("visit", i), SourceID: source.ID, ThreadID: thread, StartedAt: at, SeenAt: at, Outcome: schema.OK, Complete: true,
		}}
		for k := range items {
			s.Shown = append(s.Shown, pipeline.Shown{Sighting: schema.Sighting{
				SourceID: source.ID, ThreadID: thread, ItemID: fmt.Sprint(thread, "/", k), SeenAt: at, Kind: string(parsers.KindComment), TextHash: "h",
			}})
		}
		if err := r.add(t.Context(), seen{Sheet: s}, true); err != nil {
			t.Fatal(err)
		}
	}
	if err := r.flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	sum := 0
	for i, rows := range inserts {
		if sum += rows; i < len(inserts)-1 && rows < 10_000 {
			t.Errorf("insert %d has %d rows while more were waiting, want 10,000 at least", i, rows)
		}
	}
	if want := looks * (items + 1); sum != want || len(inserts) != 3 {
		t.Errorf("rows of inserts = %v, want %d in 3", inserts, want)
	}
	for id, m := range r.memories {
		if len(m.threads) > 0 {
			t.Errorf("of source %s, %d threads are in memory after all were stored, want none", id, len(m.threads))
		}
	}
	known, err := e.Store.Known(t.Context(), source.ID, []string{"thread0", fmt.Sprint("thread", looks-1)})
	if err != nil || len(known["thread0"]) != items || len(known[fmt.Sprint("thread", looks-1)]) != items {
		t.Errorf("items of the first and last thread in the store = %d and %d, %v; want %d each", len(known["thread0"]), len(known[fmt.Sprint("thread", looks-1)]), err, items)
	}
}
