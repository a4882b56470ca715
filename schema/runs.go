package schema

import (
	"context"
	"time"
)

// Run is a row of table runs: one run of a job of the daemon.
type Run struct {
	Job       string    `ch:"job"`
	DueAt     time.Time `ch:"due_at"`
	StartedAt time.Time `ch:"started_at"`
	EndedAt   time.Time `ch:"ended_at"` // the epoch while it runs
	Outcome   string    `ch:"outcome"`  // running, ok, failed, interrupted
	Attempt   uint16    `ch:"attempt"`
	Note      string    `ch:"note"`
	WrittenAt time.Time `ch:"written_at"` // the last row of a job and due time counts
}

// PutRun writes a run; it replaces an earlier row of the same job and due time.
func (s *Store) PutRun(ctx context.Context, r Run) error {
	return fail("put run", insert(ctx, s, "runs", []Run{r}))
}

// LatestRuns gives for each job the run with the latest due time, by job.
func (s *Store) LatestRuns(ctx context.Context) ([]Run, error) {
	var runs []Run
	err := each(ctx, s.conn, func(r Run) { runs = append(runs, r) },
		"SELECT "+columnsOf[Run]("")+" FROM runs FINAL ORDER BY job, due_at DESC LIMIT 1 BY job")
	return runs, fail("latest runs", err)
}
