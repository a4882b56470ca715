package schedule

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"strings"
	"time"
)

// perform runs a job once.
func (s *Scheduler) perform(ctx context.Context, job Job, run Run) {
	defer func() {
		select {
		case s.ended <- run:
		case <-s.stopped: // it took longer to stop than it was given
		}
	}()
	if err := s.ledger.Put(ctx, run); err != nil {
		// Without the mark that it began, its due time would not outlive a crash.
		run.EndedAt, run.Outcome, run.Note = time.Now(), Failed, oneLine("it was not begun: "+err.Error())
		return
	}
	s.log.LogAttrs(ctx, slog.LevelInfo, "job begins", slog.String("job", job.Name), slog.Time("due", run.DueAt), slog.Int("attempt", run.Attempt))
	working := ctx
	if job.Timeout > 0 {
		var cancel context.CancelFunc
		working, cancel = context.WithTimeoutCause(ctx, job.Timeout, fmt.Errorf("it took longer than its timeout of %v", job.Timeout))
		defer cancel()
	}
	note, err := s.safely(working, job)
	run.EndedAt, run.Note = time.Now(), oneLine(note)
	switch {
	case err == nil:
		run.Outcome = OK
	case ctx.Err() != nil:
		run.Outcome, run.Note = Interrupted, "the program was told to stop"
	case working.Err() != nil:
		run.Outcome, run.Note = Failed, context.Cause(working).Error()
	default:
		run.Outcome, run.Note = Failed, oneLine(err.Error())
	}
}

// safely runs a job; a panic of it is an error, for the other jobs go on.
func (s *Scheduler) safely(ctx context.Context, job Job) (note string, err error) {
	defer func() {
		if p := recover(); p != nil {
			s.log.LogAttrs(ctx, slog.LevelError, "job panicked", slog.String("job", job.Name), slog.String("stack", string(debug.Stack())))
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	return job.Run(ctx)
}

// maxNote bounds what is kept of an error, in bytes.
const maxNote = 1000

func oneLine(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	if len(text) > maxNote {
		text = strings.ToValidUTF8(text[:maxNote], "") + "…"
	}
	return text
}

// end takes in that a run has ended.
func (s *Scheduler) end(ctx context.Context, run Run) {
	writing, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.options.Shutdown)
	defer cancel()
	level := slog.LevelInfo
	if run.Outcome != OK {
		level = slog.LevelError
	}
	s.log.LogAttrs(writing, level, "job ended", slog.String("job", run.Job), slog.String("outcome", string(run.Outcome)),
		slog.Duration("took", run.EndedAt.Sub(run.StartedAt)), slog.String("note", run.Note))
	if err := s.ledger.Put(writing, run); err != nil {
		s.log.LogAttrs(writing, slog.LevelError, "run not recorded", slog.String("job", run.Job), slog.String("err", err.Error()))
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	e := s.entries[run.Job]
	e.running, e.last = false, run
	if e.removed {
		delete(s.entries, run.Job)
		return
	}
	e.plan(time.Now())
}
