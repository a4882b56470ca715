package schedule

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// memory is a ledger. It outlives the schedulers of a test, as a store does.
type memory struct {
	mu   sync.Mutex
	runs map[string]map[time.Time]Run
	err  error
}

func (m *memory) Put(_ context.Context, run Run) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.err != nil {
		return m.err
	}
	if m.runs == nil {
		m.runs = map[string]map[time.Time]Run{}
	}
	if m.runs[run.Job] == nil {
		m.runs[run.Job] = map[time.Time]Run{}
	}
	m.runs[run.Job][run.DueAt.UTC()] = run
	return nil
}

func (m *memory) Latest(context.Context) ([]Run, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var latest []Run
	for _, runs := range m.runs {
		latest = append(latest, runs[slices.MaxFunc(slices.Collect(maps.Keys(runs)), time.Time.Compare)])
	}
	return latest, m.err
}

// of lists the runs of a job in order.
func (m *memory) of(job string) []Run {
	m.mu.Lock()
	defer m.mu.Unlock()
	runs := slices.Collect(maps.Values(m.runs[job]))
	slices.SortFunc(runs, func(a, b Run) int { return a.DueAt.Compare(b.DueAt) })
	return runs
}

// at makes the simulated clock of a bubble, which begins in 2000, show a time.
func at(t *testing.T, text string) {
	t.Helper()
	when, err := time.Parse(time.RFC3339, text)
	if err != nil {
		t.Fatal(err)
	}
	time.Sleep(time.Until(when))
}

// start runs a scheduler until stop is called.
func start(t *testing.T, ledger Ledger, o Options, jobs ...Job) (s *Scheduler, stop func() error) {
	t.Helper()
	s, err := New(t.Context(), ledger, jobs, o)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- s.Run(ctx) }()
	synctest.Wait()
	return s, func() error { cancel(); return <-done }
}

// counting is a job that takes some time and fails the test when it overlaps.
func counting(t *testing.T, l Line, takes time.Duration) (Job, *[]time.Time) {
	var mu sync.Mutex
	busy, begun := false, new([]time.Time)
	return Job{Name: "count", Line: l, Run: func(ctx context.Context) (string, error) {
		mu.Lock()
		if busy {
			t.Error("a run began while another went on")
		}
		busy = true
		*begun = append(*begun, time.Now())
		mu.Unlock()
		select {
		case <-time.After(takes):
		case <-ctx.Done():
		}
		mu.Lock()
		busy = false
		mu.Unlock()
		return "counted", ctx.Err()
	}}, begun
}

func stopped(t *testing.T, stop func() error) {
	t.Helper()
	if err := stop(); err != nil {
		t.Error(err)
	}
}

func TestMissedRunsAreCaughtUpOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		at(t, "2024-03-10T00:00:00Z")
		ledger := &memory{}
		job, begun := counting(t, line(t, "0 * * * *", "UTC"), time.Minute)
		_, stop := start(t, ledger, Options{}, job)
		at(t, "2024-03-10T01:30:00Z")
		stopped(t, stop)
		at(t, "2024-03-12T09:20:00Z") // 55 due times later
		_, stop = start(t, ledger, Options{}, job)
		at(t, "2024-03-12T10:30:00Z")
		stopped(t, stop)
		got := make([]string, len(*begun))
		for i, when := range *begun {
			got[i] = when.UTC().Format("02T15:04")
		}
		if diff := cmp.Diff([]string{"10T01:00", "12T09:20", "12T10:00"}, got); diff != "" {
			t.Errorf("runs began (-want +got):\n%s", diff)
		}
		if due := ledger.of("count")[1].DueAt.UTC().Format("02T15:04"); due != "12T09:00" {
			t.Errorf("the run that caught up is due at %s, want 12T09:00, the last that was missed", due)
		}
	})
}

func TestLongRunDoesNotOverlap(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		at(t, "2024-03-10T00:00:00Z")
		job, begun := counting(t, line(t, "0 * * * *", "UTC"), 150*time.Minute)
		_, stop := start(t, &memory{}, Options{}, job)
		at(t, "2024-03-10T06:10:00Z")
		stopped(t, stop)
		var got []string
		for _, when := range *begun {
			got = append(got, when.UTC().Format("15:04"))
		}
		// 02:00 and 03:00 passed during the first run: one run makes up for both.
		if diff := cmp.Diff([]string{"01:00", "03:30", "06:00"}, got); diff != "" {
			t.Errorf("runs began (-want +got):\n%s", diff)
		}
	})
}

func TestInterruptedRunIsMadeAgainThreeTimes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		at(t, "2024-03-10T00:30:00Z")
		ledger := &memory{}
		job, begun := counting(t, line(t, "0 1 * * *", "UTC"), time.Hour)
		for i := range 5 {
			_, stop := start(t, ledger, Options{}, job)
			at(t, fmt.Sprintf("2024-03-10T01:%02d:00Z", 10*(i+1)))
			stopped(t, stop)
		}
		if len(*begun) != maxAttempts {
			t.Errorf("a run that was always cut off began %d times, want %d", len(*begun), maxAttempts)
		}
		run := ledger.of("count")[0]
		if run.Outcome != Interrupted || run.Attempt != maxAttempts {
			t.Errorf("the run is %s after attempt %d, want interrupted after %d", run.Outcome, run.Attempt, maxAttempts)
		}
	})
}

// When the daemon is told to stop, the runs that end because of that do not begin
// again, whichever of the two the scheduler sees first.
func TestStopBeginsNothing(t *testing.T) {
	for range 50 {
		synctest.Test(t, func(t *testing.T) {
			at(t, "2024-03-10T00:30:00Z")
			job, begun := counting(t, line(t, "0 1 * * *", "UTC"), time.Hour)
			_, stop := start(t, &memory{}, Options{}, job)
			at(t, "2024-03-10T01:10:00Z")
			stopped(t, stop)
			if len(*begun) != 1 {
				t.Fatalf("began at %v, want once", *begun)
			}
		})
	}
}

// A program that was killed has left a run that never ended.
func TestKilledRunIsMadeAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		at(t, "2024-03-10T01:20:00Z")
		due := time.Date(2024, 3, 10, 1, 0, 0, 0, time.UTC)
		ledger := &memory{}
		if err := ledger.Put(t.Context(), Run{Job: "count", DueAt: due, StartedAt: due, Outcome: Running, Attempt: 1}); err != nil {
			t.Fatal(err)
		}
		job, begun := counting(t, line(t, "0 1 * * *", "UTC"), time.Minute)
		_, stop := start(t, ledger, Options{}, job)
		time.Sleep(5 * time.Minute)
		stopped(t, stop)
		if len(*begun) != 1 || ledger.of("count")[0].Outcome != OK {
			t.Errorf("began %d times and ended as %s, want once and ok", len(*begun), ledger.of("count")[0].Outcome)
		}
	})
}

func TestOutcomes(t *testing.T) {
	for name, tt := range map[string]struct {
		run     func(context.Context) (string, error)
		outcome Outcome
		note    string
	}{
		"ok":     {func(context.Context) (string, error) { return "12 visits", nil }, OK, "12 visits"},
		"failed": {func(context.Context) (string, error) { return "", errors.New("no\nvisit was complete") }, Failed, "no visit was complete"},
		"panic":  {func(context.Context) (string, error) { panic("no such row") }, Failed, "panic: no such row"},
		"late":   {func(ctx context.Context) (string, error) { <-ctx.Done(); return "", ctx.Err() }, Failed, "it took longer than its timeout of 10m0s"},
		"verbose": {func(context.Context) (string, error) {
			return "", errors.New(strings.Repeat("ә", 2000))
		}, Failed, strings.Repeat("ә", 500) + "…"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ledger := &memory{}
				s, stop := start(t, ledger, Options{}, Job{Name: "job", Line: line(t, "0 * * * *", "UTC"), Timeout: 10 * time.Minute, Run: tt.run})
				time.Sleep(80 * time.Minute)
				status := s.Status()[0]
				stopped(t, stop)
				run := ledger.of("job")[0]
				if run.Outcome != tt.outcome || run.Note != tt.note {
					t.Errorf("the run is %s: %q, want %s: %q", run.Outcome, run.Note, tt.outcome, tt.note)
				}
				if !status.Last.EndedAt.Equal(run.EndedAt) || status.DueAt.Sub(run.DueAt) != time.Hour {
					t.Errorf("Status() = %+v, want the run that ended and the next in an hour", status)
				}
			})
		})
	}
}

// What cannot be written down is not begun: after a crash it would be lost or twice.
func TestLedgerFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ledger := &memory{}
		job, begun := counting(t, line(t, "0 * * * *", "UTC"), time.Minute)
		s, stop := start(t, ledger, Options{}, job)
		ledger.mu.Lock()
		ledger.err = errors.New("disk full")
		ledger.mu.Unlock()
		time.Sleep(90 * time.Minute)
		status := s.Status()[0]
		stopped(t, stop)
		if len(*begun) != 0 || status.Last.Outcome != Failed || !strings.Contains(status.Last.Note, "disk full") {
			t.Errorf("began %d times, status %+v; want no run and why", len(*begun), status.Last)
		}
	})
}

func TestSet(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		at(t, "2024-03-10T00:00:00Z")
		ledger := &memory{}
		job, begun := counting(t, line(t, "0 * * * *", "UTC"), 30*time.Minute)
		s, stop := start(t, ledger, Options{}, job)
		at(t, "2024-03-10T01:10:00Z") // while it runs
		job.Line = line(t, "20 * * * *", "UTC")
		if err := s.Set([]Job{job}); err != nil {
			t.Fatal(err)
		}
		at(t, "2024-03-10T02:25:00Z")
		if err := s.Set(nil); err != nil { // while it runs, again
			t.Fatal(err)
		}
		at(t, "2024-03-10T06:00:00Z")
		stopped(t, stop)
		var got []string
		for _, when := range *begun {
			got = append(got, when.UTC().Format("15:04"))
		}
		if diff := cmp.Diff([]string{"01:00", "01:30", "02:20"}, got); diff != "" {
			t.Errorf("runs began (-want +got):\n%s", diff)
		}
		if run := ledger.of("count")[2]; run.Outcome != OK {
			t.Errorf("the run of a job that was removed ended as %s, want ok", run.Outcome)
		}
		if err := s.Set([]Job{job, job}); err == nil {
			t.Error("Set took two jobs of one name")
		}
	})
}

// A clock that is set back does not make a run twice.
func TestDueTimesNeverGoBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		at(t, "2024-03-10T00:30:00Z")
		ledger := &memory{}
		due := time.Date(2024, 3, 10, 3, 0, 0, 0, time.UTC) // by a clock that was wrong
		if err := ledger.Put(t.Context(), Run{Job: "count", DueAt: due, StartedAt: due, EndedAt: due, Outcome: OK, Attempt: 1}); err != nil {
			t.Fatal(err)
		}
		job, begun := counting(t, line(t, "0 * * * *", "UTC"), time.Minute)
		_, stop := start(t, ledger, Options{}, job)
		at(t, "2024-03-10T04:10:00Z")
		stopped(t, stop)
		if len(*begun) != 1 || (*begun)[0].UTC().Hour() != 4 {
			t.Errorf("runs began at %v, want one at 04:00", *begun)
		}
	})
}

func TestJobThatDoesNotEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		_, stop := start(t, &memory{}, Options{}, Job{Name: "deaf", Line: line(t, "0 * * * *", "UTC"), Run: func(context.Context) (string, error) {
			<-release
			return "", nil
		}})
		time.Sleep(70 * time.Minute)
		began := time.Now()
		err := stop()
		if !errors.Is(err, ErrStuck) || !strings.Contains(err.Error(), "deaf") {
			t.Errorf("Run() = %v, want ErrStuck with the job's name", err)
		}
		if took := time.Since(began); took > 10*time.Second {
			t.Errorf("Run ended after %v, want at most 10s", took)
		}
		close(release)
	})
}

func TestJitter(t *testing.T) {
	at := func(seed, name string) time.Duration {
		s := &Scheduler{options: Options{Jitter: 10 * time.Minute, Seed: seed}}
		return s.startAt(&entry{job: Job{Name: name}}).Sub(time.Time{})
	}
	if first, second := at("a", "crawl"), at("a", "crawl"); first != second {
		t.Errorf("the share of a job is %v, and then %v", first, second)
	}
	if at("a", "crawl") == at("b", "crawl") || at("a", "crawl") == at("a", "relink") {
		t.Error("two installations, or two jobs, have the same share")
	}
	for i := range 1000 {
		if d := at("a", fmt.Sprint(i)); d < 0 || d >= 10*time.Minute {
			t.Fatalf("a job begins %v after it is due, want within [0, 10m)", d)
		}
	}
}
