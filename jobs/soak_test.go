//go:build long

package jobs

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"qulaq/crawler"
	"qulaq/simulate"
)

// A watch goes on for years. In a day of simulated time, a round every quarter of
// an hour as the daemon makes them, neither memory nor file handles nor goroutines
// grow beyond what the first hours needed.
func TestADaysSoakDoesNotGrow(t *testing.T) {
	republic, err := simulate.New(simulate.Config{Seed: 11, Bodies: 12, Days: 9})
	if err != nil {
		t.Fatal(err)
	}
	stage, err := OpenStage(republic, "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stage.Close() })
	dir := t.TempDir()
	e := openEnv(t, dir, republic.Country(stage.Base), nil)
	e.Now = republic.Now
	if e.Crawler, err = crawler.New(crawler.Config{Now: republic.Now, MaxWait: -1}); err != nil {
		t.Fatal(err)
	}
	defer e.Crawler.Close()

	type use struct {
		heap                uint64
		handles, goroutines int
	}
	measure := func() use {
		runtime.GC()
		runtime.GC() // what the first left to finalizers
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return use{m.HeapAlloc, handles(t, dir), runtime.NumGoroutine()}
	}
	const rounds, warm = 96, 24 // of a quarter of an hour: a day, and its first six hours
	start := republic.Start().AddDate(0, 0, 7)
	var early use
	visits := 0
	for round := range rounds {
		republic.SetNow(start.Add(time.Duration(round) * 15 * time.Minute))
		crawl, err := NewCrawl(t.Context(), e, CrawlOptions{})
		if err != nil {
			t.Fatal(err)
		}
		tally, err := crawl.Round(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		visits += tally.Visits
		if round%4 == 3 {
			if _, err := Relink(t.Context(), e); err != nil {
				t.Fatal(err)
			}
		}
		if round == warm {
			early = measure()
		}
	}
	late := measure()
	t.Logf("%d visits in %d rounds; after %d rounds %d MB of heap, %d handles, %d goroutines; after all %d MB, %d, %d",
		visits, rounds, warm, early.heap>>20, early.handles, early.goroutines, late.heap>>20, late.handles, late.goroutines)
	if visits < 500 {
		t.Errorf("%d visits are too few to tell anything", visits)
	}
	if late.heap > early.heap+early.heap/4+4<<20 {
		t.Errorf("the heap grew from %d to %d bytes", early.heap, late.heap)
	}
	if late.handles > early.handles+8 {
		t.Errorf("file handles grew from %d to %d", early.handles, late.handles)
	}
	if late.goroutines > early.goroutines+8 {
		t.Errorf("goroutines grew from %d to %d", early.goroutines, late.goroutines)
	}
}

// handles counts the open files of this process but the engine's own: those of its
// tables, below dir, and three for the accounts of each of its threads.
func handles(t *testing.T, dir string) int {
	open, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Skipf("file handles cannot be counted here: %v", err)
	}
	n := 0
	for _, f := range open {
		to, err := os.Readlink(filepath.Join("/proc/self/fd", f.Name()))
		if err == nil && !strings.HasPrefix(to, dir) && !strings.HasPrefix(to, "/proc/") {
			n++
		}
	}
	return n
}
