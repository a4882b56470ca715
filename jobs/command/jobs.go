package command

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"time"

	"qulaq/jobs"
	"qulaq/jobs/config"
	"qulaq/jobs/schedule"
	"qulaq/schema"
)

// Jobs shows the jobs of the daemon.
type Jobs struct {
	Output
	Admin string `help:"Address at which the daemon tells of itself." default:"127.0.0.1:9480" env:"QULAQ_ADMIN" config:"admin" placeholder:"HOST:PORT"`
}

// Help is printed below the flags.
func (Jobs) Help() string {
	return `Asks the daemon that runs. When none answers, the last runs are read from the store,
and the next ones computed from the configuration.

  qulaq jobs
  qulaq jobs --json`
}

// jobRow is a job as it is shown. Times are nil for none.
type jobRow struct {
	Job      string     `json:"job"`
	Cron     string     `json:"cron"`
	DueAt    *time.Time `json:"due_at"`  // next
	NextAt   *time.Time `json:"next_at"` // DueAt and its jitter
	LastDue  *time.Time `json:"last_due_at"`
	Started  *time.Time `json:"last_started_at"`
	Duration float64    `json:"last_seconds"` // until now while it runs
	Outcome  string     `json:"last_outcome"` // "" when it never ran
	Attempt  int        `json:"last_attempt"`
	Note     string     `json:"last_note"`
}

func jobRows(list []schedule.Status) []jobRow {
	moment := func(t time.Time) *time.Time {
		if t.IsZero() {
			return nil
		}
		t = t.Truncate(time.Second)
		return &t
	}
	rows := make([]jobRow, len(list))
	for i, s := range list {
		rows[i] = jobRow{
			Job: s.Job, Cron: s.Line, DueAt: moment(s.DueAt), NextAt: moment(s.Next), LastDue: moment(s.Last.DueAt),
			Started: moment(s.Last.StartedAt), Outcome: string(s.Last.Outcome), Attempt: s.Last.Attempt, Note: s.Last.Note,
		}
		switch {
		case s.Last.StartedAt.IsZero():
		case s.Last.EndedAt.IsZero():
			rows[i].Duration = time.Since(s.Last.StartedAt).Round(time.Millisecond).Seconds()
		default:
			rows[i].Duration = s.Last.EndedAt.Sub(s.Last.StartedAt).Round(time.Millisecond).Seconds()
		}
	}
	return rows
}

// Run shows them.
func (c *Jobs) Run(ctx context.Context, g *Globals, s Streams) error {
	rows, err := c.ask(ctx)
	var away *net.OpError
	switch {
	case errors.As(err, &away), c.Admin == config.None:
		fmt.Fprintf(s.Err, "no daemon answers at %s; this is what the store knows\n", c.Admin)
		if rows, err = c.read(ctx, g, s); errors.Is(err, schema.ErrLocked) {
			return fmt.Errorf("%w; if it is qulaq serve, name the address of its configuration with --admin", err)
		}
	case err != nil:
		return fmt.Errorf("the daemon at %s: %w", c.Admin, err)
	}
	if err != nil {
		return err
	}
	when := func(t *time.Time) string {
		if t == nil {
			return ""
		}
		return t.Local().Format("2006-01-02 15:04:05 -0700")
	}
	return write(s.Out, c.Output, rows, []column[jobRow]{
		{name: "job", cell: func(r jobRow) string { return r.Job }},
		{name: "cron", cell: func(r jobRow) string { return r.Cron }},
		{name: "last run", cell: func(r jobRow) string { return when(r.Started) }},
		{name: "outcome", cell: func(r jobRow) string { return firstOf(r.Outcome, "never ran") }},
		{name: "took", right: true, cell: func(r jobRow) string {
			if r.Started == nil {
				return ""
			}
			return strconv.FormatFloat(r.Duration, 'f', 1, 64) + " s"
		}},
		{name: "next run", cell: func(r jobRow) string {
			if r.NextAt == nil && r.Outcome == string(schedule.Running) {
				return "running"
			}
			return when(r.NextAt)
		}},
		{name: "note", cell: func(r jobRow) string { return r.Note }},
	})
}

// ask asks the daemon.
func (c *Jobs) ask(ctx context.Context) ([]jobRow, error) {
	host, port, err := net.SplitHostPort(c.Admin)
	if err != nil {
		return nil, err
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1" // it listens everywhere
	}
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+net.JoinHostPort(host, port)+"/jobs", nil)
	if err != nil {
		return nil, err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("it answered %s: something else may be listening there", resp.Status)
	}
	var rows []jobRow
	return rows, json.NewDecoder(resp.Body).Decode(&rows)
}

// read makes of the store and the configuration what a daemon would tell.
func (c *Jobs) read(ctx context.Context, g *Globals, s Streams) (rows []jobRow, err error) {
	e, err := g.env(ctx, s)
	if err != nil {
		return nil, err
	}
	defer func() { err = closing(e.Store, err) }()
	f := g.file
	if f == nil {
		f = new(config.File)
		*f = config.Default()
	}
	list, err := jobs.Watch(e, f, nil)
	if err != nil {
		return nil, err
	}
	scheduler, err := schedule.New(ctx, jobs.Ledger{Store: e.Store}, list, schedule.Options{Jitter: time.Duration(f.Jobs.Jitter), Seed: f.Contact})
	if err != nil {
		return nil, err
	}
	return jobRows(scheduler.Status()), nil
}
