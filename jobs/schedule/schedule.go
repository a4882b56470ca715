// Package schedule runs jobs on cron lines.
//
// A [Job] is a name, a line and a function. Give the jobs to [New] with a [Ledger]
// and call [Scheduler.Run]: it runs each job when it is due, never twice at a time,
// and writes every run to the ledger when it begins and when it ends. Due times
// are durable in that way: what was due while the program was away, or while an
// earlier run still went on, is caught up once, however often it was due. A run
// that was cut off is made again.
//
// A job that fails is tried again when it is next due; that is no error of Run.
package schedule

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"
)

// Job is something that is done again and again.
type Job struct {
	Name    string
	Line    Line
	Timeout time.Duration // after which a run is told to end; 0 for none
	Group   string        // jobs of one group run one after another; "" for a job that runs beside all others
	Run     func(ctx context.Context) (note string, err error)
}

// Outcome tells how a run of a job ended.
type Outcome string

// The outcomes of a run.
const (
	Running     Outcome = "running"     // has begun, and has not ended yet
	OK          Outcome = "ok"          //
	Failed      Outcome = "failed"      // its job returned an error, panicked, or took longer than its timeout
	Interrupted Outcome = "interrupted" // the program stopped first; it is made again
)

// Run is one run of a job.
type Run struct {
	Job       string
	DueAt     time.Time // by the cron line; of several that are caught up, the last
	StartedAt time.Time
	EndedAt   time.Time // zero while Running
	Outcome   Outcome
	Attempt   int    // 1, and more for a run that was interrupted
	Note      string // what the job did, or why it failed; one line
}

// Ledger keeps runs. Put replaces an earlier run of the same job and due time.
type Ledger interface {
	Put(ctx context.Context, run Run) error
	// Latest gives for each job the run with the latest due time.
	Latest(ctx context.Context) ([]Run, error)
}

// Options change how a [Scheduler] runs jobs. The zero Options are usable.
type Options struct {
	Jitter   time.Duration // jobs begin up to this long after they are due, each always by the same share; 0 for at once
	Seed     string        // of the shares, so that two installations do not knock at the same second
	Shutdown time.Duration // that jobs are given to end in when Run is told to; 0 for 8 s
	Log      *slog.Logger  // nil for none
}

// maxAttempts bounds how often a run that is cut off is made again: a job that
// kills the program would else kill it for ever.
const maxAttempts = 3

// Scheduler runs jobs. Its methods may be called from several goroutines.
type Scheduler struct {
	ledger  Ledger
	options Options
	log     *slog.Logger
	changed chan struct{} // holds a token when jobs have changed
	ended   chan Run
	stopped chan struct{} // closed when nobody reads ended any more

	mu      sync.Mutex
	order   []string // of names, as the jobs were given
	entries map[string]*entry
}

// entry is what is known of a job.
type entry struct {
	job     Job
	removed bool // no longer scheduled; forgotten when its run has ended
	last    Run  // zero before the first
	due     time.Time
	attempt int
	running bool
}

// New reads the last runs of the jobs. A job that never ran is due at its next
// time, not at once.
func New(ctx context.Context, ledger Ledger, jobs []Job, o Options) (*Scheduler, error) {
	if o.Shutdown == 0 {
		o.Shutdown = 8 * time.Second
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	s := &Scheduler{
		ledger: ledger, options: o, log: o.Log, entries: map[string]*entry{},
		changed: make(chan struct{}, 1), ended: make(chan Run), stopped: make(chan struct{}),
	}
	runs, err := ledger.Latest(ctx)
	if err != nil {
		return nil, fmt.Errorf("schedule: %w", err)
	}
	latest := map[string]Run{}
	for _, run := range runs {
		if run.Outcome == Running { // of a program that is no more
			run.Outcome, run.Note = Interrupted, "the program ended before the job did"
		}
		latest[run.Job] = run
	}
	return s, s.set(jobs, latest)
}

// Set exchanges the jobs. Runs that are under way go on; a job that keeps its name
// keeps its last run, and does not begin again before that has ended.
func (s *Scheduler) Set(jobs []Job) error {
	if err := s.set(jobs, nil); err != nil {
		return err
	}
	select {
	case s.changed <- struct{}{}:
	default:
	}
	return nil
}

func (s *Scheduler) set(jobs []Job, latest map[string]Run) error {
	names := map[string]bool{}
	for _, job := range jobs {
		if job.Name == "" || job.Run == nil || names[job.Name] {
			return fmt.Errorf("schedule: job %q has no name, nothing to run, or a name that another has", job.Name)
		}
		names[job.Name] = true
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	s.order = s.order[:0]
	for _, job := range jobs {
		e := s.entries[job.Name]
		if e == nil {
			e = &entry{last: latest[job.Name]}
			s.entries[job.Name] = e
		}
		s.order = append(s.order, job.Name)
		e.job, e.removed = job, false
		if !e.running {
			e.plan(now)
		}
	}
	for name, e := range s.entries {
		if !names[name] {
			e.removed = true
			if !e.running {
				delete(s.entries, name)
			}
		}
	}
	return nil
}

// plan sets when the job is due next: when a cut-off run was, when it was last due
// since its last run, or else when it will be.
func (e *entry) plan(now time.Time) {
	e.attempt = 1
	if e.last.DueAt.IsZero() {
		e.due = e.job.Line.Next(now)
		return
	}
	if e.due = e.job.Line.Last(e.last.DueAt, now); !e.due.IsZero() {
		return
	}
	if e.last.Outcome == Interrupted && e.last.Attempt < maxAttempts {
		e.due, e.attempt = e.last.DueAt, e.last.Attempt+1
		return
	}
	e.due = e.job.Line.Next(later(e.last.DueAt, now))
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// Run runs the jobs until ctx ends, and then waits for those that run. It returns
// nil when they have ended in time; else an error that names them. It is called
// once.
func (s *Scheduler) Run(ctx context.Context) error {
	defer close(s.stopped)
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		if ctx.Err() != nil { // also when the end of a run was seen first, which is not to be made again now
			return s.wait()
		}
		timer.Reset(s.begin(ctx))
		select {
		case <-ctx.Done():
		case run := <-s.ended:
			s.end(ctx, run)
		case <-s.changed:
		case <-timer.C:
		}
	}
}

// glance bounds a wait: after it, a machine that slept or a clock that was set is
// noticed.
const glance = time.Minute

// begin starts the jobs whose time has come, and tells when to look again.
func (s *Scheduler) begin(ctx context.Context) time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	busy := map[string]bool{}
	for _, e := range s.entries {
		if e.running && e.job.Group != "" {
			busy[e.job.Group] = true
		}
	}
	waiting := make([]*entry, 0, len(s.entries))
	for _, name := range s.order {
		if e := s.entries[name]; !e.running && !e.due.IsZero() {
			waiting = append(waiting, e)
		}
	}
	slices.SortStableFunc(waiting, func(a, b *entry) int { return a.due.Compare(b.due) })
	next := glance
	for _, e := range waiting {
		at := s.startAt(e)
		if wait := at.Sub(now); wait > 0 {
			next = min(next, wait)
			continue
		}
		if busy[e.job.Group] {
			continue // the end of the other one wakes the loop
		}
		if e.job.Group != "" {
			busy[e.job.Group] = true
		}
		e.running = true
		e.last = Run{Job: e.job.Name, DueAt: e.due, StartedAt: now, Outcome: Running, Attempt: e.attempt}
		go s.perform(ctx, e.job, e.last)
	}
	return next
}

// startAt is when a job begins: after it is due by its share of the jitter.
func (s *Scheduler) startAt(e *entry) time.Time {
	if s.options.Jitter <= 0 {
		return e.due
	}
	h := fnv.New64a()
	_, _ = h.Write([]byte(s.options.Seed + "\x00" + e.job.Name)) // never fails
	return e.due.Add(time.Duration(h.Sum64() % uint64(s.options.Jitter)))
}

// wait gives the jobs that run time to end.
func (s *Scheduler) wait() error {
	deadline := time.NewTimer(s.options.Shutdown)
	defer deadline.Stop()
	for {
		names := s.running()
		if len(names) == 0 {
			return nil
		}
		select {
		case run := <-s.ended:
			s.end(context.Background(), run)
		case <-deadline.C:
			return fmt.Errorf("schedule: %w: %s", ErrStuck, strings.Join(names, ", "))
		}
	}
}

// ErrStuck tells that jobs did not end when they were told to.
var ErrStuck = errors.New("jobs did not end in time")

func (s *Scheduler) running() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var names []string
	for name, e := range s.entries {
		if e.running {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// Status is what is known of a job.
type Status struct {
	Job   string
	Line  string
	Last  Run       // zero when it never ran
	DueAt time.Time // next; zero when it runs, and for never
	Next  time.Time // when it will begin: DueAt and its jitter
}

// Status lists the jobs in the order in which they were given.
func (s *Scheduler) Status() []Status {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := make([]Status, 0, len(s.order))
	for _, name := range s.order {
		e := s.entries[name]
		status := Status{Job: name, Line: e.job.Line.String(), Last: e.last}
		if !e.running && !e.due.IsZero() {
			status.DueAt, status.Next = e.due, s.startAt(e)
		}
		list = append(list, status)
	}
	return list
}
