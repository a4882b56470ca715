package jobs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"qulaq/jobs/config"
	"qulaq/jobs/schedule"
	"qulaq/schema"
)

// Ledger keeps the runs of the daemon's jobs in the store.
type Ledger struct{ Store *schema.Store }

// Put writes a run.
func (l Ledger) Put(ctx context.Context, run schedule.Run) error {
	return l.Store.PutRun(ctx, schema.Run{
		Job: run.Job, DueAt: run.DueAt, StartedAt: run.StartedAt, EndedAt: run.EndedAt,
		Outcome: string(run.Outcome), Attempt: uint16(run.Attempt), Note: run.Note, WrittenAt: time.Now(),
	})
}

// Latest reads the last run of each job.
func (l Ledger) Latest(ctx context.Context) ([]schedule.Run, error) {
	rows, err := l.Store.LatestRuns(ctx)
	if err != nil {
		return nil, err
	}
	runs := make([]schedule.Run, len(rows))
	for i, r := range rows {
		runs[i] = schedule.Run{
			Job: r.Job, DueAt: r.DueAt, StartedAt: r.StartedAt, Outcome: schedule.Outcome(r.Outcome),
			Attempt: int(r.Attempt), Note: r.Note,
		}
		if r.EndedAt.After(epoch) {
			runs[i].EndedAt = r.EndedAt
		}
	}
	return runs, nil
}

// Watcher is told of each round of a crawl.
type Watcher interface {
	Round(crawl *Crawl, tally Tally)
}

// deriving is the group of the jobs that make or remove rows which others of them
// read: they take turns.
const deriving = "deriving"

// Watch makes the jobs of the daemon as a configuration wants them, except those
// that are off.
func Watch(e *Env, c *config.File, w Watcher) ([]schedule.Job, error) {
	zone, err := Zone(e, c)
	if err != nil {
		return nil, err
	}
	var list []schedule.Job
	for _, job := range []struct {
		name, group string
		when        config.Job
		run         func(context.Context) (string, error)
	}{
		{"crawl", "", c.Jobs.Crawl, func(ctx context.Context) (string, error) { return crawlRound(ctx, e, c, w) }},
		{"relink", deriving, c.Jobs.Relink, func(ctx context.Context) (string, error) {
			done, err := Relink(ctx, e)
			return fmt.Sprintf("%d bodies: %d items, %d needs, %d of them answered", done.Bodies, done.Items, done.Exchanges, done.Answered), err
		}},
		{"prune", deriving, c.Jobs.Prune, func(ctx context.Context) (string, error) {
			done, err := Prune(ctx, e, time.Duration(c.Texts.Keep))
			return fmt.Sprintf("%d texts read, %d sightings lost their text", done.Read, done.Sightings), err
		}},
		{"backup", deriving, c.Jobs.Backup, func(ctx context.Context) (string, error) {
			done, err := BackupInto(ctx, e, c.Backup.Dir, c.Backup.Keep)
			return done.String(), err
		}},
	} {
		if job.when.Cron == config.Off {
			continue
		}
		line, err := schedule.ParseLine(job.when.Cron, zone)
		if err != nil {
			return nil, fmt.Errorf("jobs: %s: %w", job.name, err)
		}
		list = append(list, schedule.Job{Name: job.name, Line: line, Timeout: time.Duration(job.when.Timeout), Group: job.group, Run: job.run})
	}
	return list, nil
}

// Zone is the zone of the cron lines: that of the configuration, or the country's.
func Zone(e *Env, c *config.File) (*time.Location, error) {
	name := c.Zone
	if name == "" {
		name = e.Index.Country().Zone
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		return nil, fmt.Errorf("jobs: zone of the cron lines: %w", err)
	}
	return zone, nil
}

// crawlRound makes one round. What there is to visit is read from the store each
// time: a daemon that runs for years holds no more than one round needs.
func crawlRound(ctx context.Context, e *Env, c *config.File, w Watcher) (string, error) {
	workers := c.Crawl.Workers
	if e.Queue != nil {
		workers = c.Queue.Visits
	}
	crawl, err := NewCrawl(ctx, e, CrawlOptions{
		Contact: c.Contact, Workers: workers, Budget: c.Crawl.Budget, Since: e.Now().Add(-time.Duration(c.Crawl.Since)),
	})
	if err != nil {
		return "", err
	}
	for _, skipped := range crawl.Skipped() {
		e.Log.LogAttrs(ctx, slog.LevelWarn, "source skipped", slog.String("source", skipped.SourceID), slog.String("reason", skipped.Reason))
	}
	tally, err := crawl.Round(ctx)
	w.Round(crawl, tally)
	if err == nil && tally.Visits > 0 && tally.Complete == 0 {
		err = errors.New("no visit was complete; see: qulaq coverage --by outcome")
	}
	return tally.String(), err
}
