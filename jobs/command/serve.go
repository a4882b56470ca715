package command

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"os"
	"runtime/debug"
	"time"

	"qulaq/jobs"
	"qulaq/jobs/metrics"
	"qulaq/jobs/schedule"
)

// Serve is the daemon.
type Serve struct {
	Serving
	Rendering
	Keyring
	Coded
	LogFormat string `help:"Format of the log: text or json." enum:"text,json" default:"text" env:"QULAQ_LOG_FORMAT" placeholder:"FORMAT"`
}

// Help is printed below the flags.
func (Serve) Help() string {
	return `Runs the jobs of the configuration on their cron lines, in the country's time zone:
crawl, relink, prune, backup. What was due while nothing ran is caught up once. No
job runs twice at a time, and what is cut off is made again.

At --listen stand the web pages; at --sql ClickHouse's HTTP interface, read-only, for
DBeaver, Grafana, R, Python or curl (docs/sql.md); at --admin /metrics (Prometheus), /healthz, /readyz
and /jobs, which qulaq jobs reads. SIGHUP reads the configuration again; one that
cannot be followed is refused, and the old one stays. SIGTERM or Ctrl-C ends it
within ten seconds.

With --queue embedded or --queue nats://HOST:4222, the daemon hands visits to
workers (qulaq worker --help) and makes some of them itself.

The embedded engine belongs to one process: while the daemon runs on it, other
commands cannot open the data folder.

  qulaq serve
  qulaq --config /etc/qulaq/qulaq.yaml serve
  qulaq config show                what holds, and when the jobs run`
}

// gcPercent is how much garbage may gather, in relation to what is in use.
const gcPercent = 40

// crawlGCPercent is the same for a crawl, which makes garbage as fast as it can: less
// would cost it time.
const crawlGCPercent = 75

// collectGarbageAt sets how much garbage may gather, unless the user says so by GOGC.
func collectGarbageAt(percent int) {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(percent)
	}
}

// Run serves until ctx ends.
func (c *Serve) Run(ctx context.Context, g *Globals, s Streams, again reload) (err error) {
	f, err := c.settings(g)
	if err != nil {
		return err
	}
	e, err := g.env(ctx, s)
	if err != nil {
		return err
	}
	defer func() { err = closing(e.Store, err) }()
	if err := c.Coded.load(ctx, g, e, "need"); err != nil {
		return err
	}
	ctx, release, err := alone(ctx, e)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, release()) }()
	e.Log, e.Progress, e.NoTexts = c.logger(g, s.Err), nil, !c.StoreText
	unequip, err := equipment{Archiving: c.Archiving, Keyring: c.Keyring, Rendering: c.Rendering, contact: c.Contact, leased: true}.equip(ctx, g, e)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, unequip()) }()
	closeQueue, err := c.Queuing.serve(ctx, g, e, s.Err)
	if err != nil {
		return err
	}
	defer closeQueue()

	// What the daemon holds most of are threads, which have no pointers: collecting
	// garbage often costs little, and keeps a million of them within 300 MB.
	collectGarbageAt(gcPercent)
	d := &daemon{flags: c, globals: g, now: time.Now}
	d.state.Store(&state{e, f, make(chan struct{})})
	d.metrics = metrics.New(metrics.Config{
		Version:   version(),
		Facts:     func(ctx context.Context) (*metrics.Facts, error) { return jobs.Facts(ctx, d.state.Load().env) },
		Jobs:      func() []schedule.Status { return d.scheduler.Status() },
		Objective: func() time.Duration { return time.Duration(d.state.Load().config.Metrics.Freshness) },
		Log:       e.Log,
	})
	e.Inserted = d.metrics.Inserted
	list, err := jobs.Watch(e, f, d)
	if err != nil {
		return err
	}
	d.scheduler, err = schedule.New(ctx, jobs.Ledger{Store: e.Store}, list, schedule.Options{Jitter: time.Duration(f.Jobs.Jitter), Seed: f.Contact, Log: e.Log})
	if err != nil {
		return err
	}
	d.pages = &pages{ctx: ctx, options: jobs.WebSiteOptions{Version: version(), Address: f.Address, Status: d.scheduler.Status}}
	site, err := d.pages.open(e)
	if err != nil {
		return err
	}
	d.pages.show(site)
	defer d.pages.close()
	analysts, err := c.analysts(g, s.Err, e, f.SQL)
	if err != nil {
		return err
	}
	return d.run(ctx, s.Err, c.routes(d.pages), analysts, again)
}

func (c *Serve) logger(g *Globals, w io.Writer) *slog.Logger {
	o := &slog.HandlerOptions{Level: slog.LevelInfo}
	if g.Verbose {
		o.Level = slog.LevelDebug
	}
	if c.LogFormat == "json" {
		return slog.New(slog.NewJSONHandler(w, o))
	}
	return slog.New(slog.NewTextHandler(w, o))
}
