package schedule

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// A year of a daemon that is restarted, killed and away, in a zone whose clock
// changes: every due time has one run, or is part of one that catches up.
func TestYear(t *testing.T) {
	for _, zoneName := range []string{"Asia/Almaty", "Europe/Berlin"} {
		t.Run(zoneName, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { year(t, zoneName) })
		})
	}
}

func year(t *testing.T, zoneName string) {
	at(t, "2024-01-01T00:00:30Z")
	began := time.Now()
	ledger := &memory{}
	lines := map[string]string{"crawl": "5 * * * *", "relink": "30 2 * * *", "prune": "0 4 * * 0", "publish": "0 6 1 * *", "backup": "45 23 * * *"}
	takes := map[string]time.Duration{"crawl": 40 * time.Minute, "relink": 25 * time.Minute, "prune": 3 * time.Hour, "publish": time.Minute, "backup": 20 * time.Minute}
	var mu sync.Mutex
	busy := map[string]int{} // by job, and by group
	var jobs []Job
	for _, name := range slices.Sorted(maps.Keys(lines)) {
		group := ""
		if name == "relink" || name == "prune" {
			group = "derive"
		}
		enter := func(by int) {
			mu.Lock()
			defer mu.Unlock()
			busy[name] += by
			if busy[name] > 1 {
				t.Errorf("%s overlaps itself", name)
			}
			if group != "" {
				if busy[group] += by; busy[group] > 1 {
					t.Errorf("two jobs of group %s at a time", group)
				}
			}
		}
		jobs = append(jobs, Job{Name: name, Group: group, Line: line(t, lines[name], zoneName), Run: func(ctx context.Context) (string, error) {
			enter(1)
			defer enter(-1)
			select {
			case <-time.After(takes[name]):
				return "done", nil
			case <-ctx.Done():
				return "", ctx.Err()
			}
		}})
	}
	// Ten days away in summer, an hour each first of a month, and a restart while
	// most of the jobs run.
	type absence struct{ from, until string }
	away := []absence{{"2024-07-10T03:00:00Z", "2024-07-20T11:10:00Z"}, {"2024-10-05T22:10:00Z", "2024-10-05T22:10:20Z"}}
	for month := 2; month <= 12; month++ {
		away = append(away, absence{fmt.Sprintf("2024-%02d-01T00:30:00Z", month), fmt.Sprintf("2024-%02d-01T01:30:00Z", month)})
	}
	slices.SortFunc(away, func(a, b absence) int { return strings.Compare(a.from, b.from) })
	o := Options{Jitter: 2 * time.Minute, Seed: "test"}
	for _, gap := range away {
		_, stop := start(t, ledger, o, jobs...)
		at(t, gap.from)
		before := time.Now()
		stopped(t, stop)
		if took := time.Since(before); took > 10*time.Second {
			t.Errorf("the shutdown of %s took %v, want at most 10s", gap.from, took)
		}
		at(t, gap.until)
	}
	_, stop := start(t, ledger, o, jobs...)
	at(t, "2025-01-01T12:00:00Z")
	stopped(t, stop)
	end := time.Now()
	// back is when the daemon was there again, of a moment when it was not.
	back := func(when time.Time) time.Time {
		for _, gap := range away {
			from, _ := time.Parse(time.RFC3339, gap.from)
			until, _ := time.Parse(time.RFC3339, gap.until)
			if !when.Before(from) && when.Before(until) {
				return until
			}
		}
		return when
	}

	for _, job := range jobs {
		runs := ledger.of(job.Name)
		last := began
		missed, caught := 0, 0
		for _, run := range runs {
			next := job.Line.Next(last)
			if run.DueAt.Before(next) {
				t.Fatalf("%s: due at %s, which is no due time after %s", job.Name, run.DueAt, last)
			}
			skipped := 0
			for next.Before(run.DueAt) {
				skipped++
				next = job.Line.Next(next)
			}
			if !next.Equal(run.DueAt) {
				t.Errorf("%s: a run was due at %s, which the line %q never is", job.Name, run.DueAt, job.Line)
			}
			if skipped > 0 {
				missed, caught = missed+skipped, caught+1
			}
			// Prune holds relink up for three hours, and for no more.
			if late := run.StartedAt.Sub(back(run.DueAt)); late < 0 || late > 3*time.Hour+o.Jitter {
				t.Errorf("%s: began %v after it was due at %s", job.Name, late, run.DueAt)
			}
			switch {
			case run.Outcome == OK:
			case run.EndedAt.Equal(end), run.EndedAt.After(end):
			case job.Line.Last(run.DueAt, back(run.EndedAt)).IsZero():
				t.Errorf("%s: the run due at %s ended as %s, and neither it nor a later one was made when the daemon was back", job.Name, run.DueAt, run.Outcome)
			}
			last = run.DueAt
		}
		due := 0
		for next := job.Line.Next(began); !next.After(end); next = job.Line.Next(next) {
			due++
		}
		t.Logf("%s: %d due times, %d runs; %d were missed and caught up by %d", job.Name, due, len(runs), missed, caught)
		if due != len(runs)+missed || caught > 1 {
			t.Errorf("%s: %d due times, want the %d runs and %d that at most one run made up for, here %d", job.Name, due, len(runs), missed, caught)
		}
	}
}
