package command

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"runtime/debug"
	"sync/atomic"
	"syscall"
	"time"

	"qulaq/crawler"
	"qulaq/jobs"
	"qulaq/jobs/config"
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
	if err := c.Coded.load(g, e, "need"); err != nil {
		return err
	}
	e.Log, e.Progress, e.NoTexts = c.logger(g, s.Err), nil, !c.StoreText
	if e.Archive, err = c.open(g); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, e.Archive.Close()) }()
	if e.Tokens, err = c.tokens(g); err != nil {
		return err
	}
	if e.Crawler, err = crawler.New(crawler.Config{Version: version(), Contact: c.Contact, Archive: jobs.Leased(e.Archive.Layer), Logger: e.Log}); err != nil {
		return err
	}
	defer e.Crawler.Close()
	closeBrowser, err := c.openBrowser(ctx, e)
	if err != nil {
		return err
	}
	defer closeBrowser()
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
	pages, stop := context.WithCancel(ctx)
	site, err := jobs.WebSite(pages, e, jobs.WebSiteOptions{Version: version(), Address: f.Address, Status: d.scheduler.Status})
	if err != nil {
		stop()
		return err
	}
	defer site.Wait() // before the store is closed
	defer stop()
	analysts, err := c.analysts(g, s.Err, e, f.SQL)
	if err != nil {
		return err
	}
	return d.run(ctx, s.Err, c.routes(site), analysts, again)
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

// routes are the public pages of the daemon.
func (*Serve) routes(site http.Handler) *http.ServeMux {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", alive)
	mux.Handle("/", site)
	return mux
}

func alive(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") }

// daemon is a running qulaq serve.
type daemon struct {
	flags     *Serve
	globals   *Globals
	scheduler *schedule.Scheduler
	metrics   *metrics.Metrics
	state     atomic.Pointer[state]
	now       func() time.Time
}

// state is what a reload exchanges.
type state struct {
	env      *jobs.Env
	config   *config.File
	replaced chan struct{} // closed when it no longer holds
}

// Round tells the metrics of a round.
func (d *daemon) Round(crawl *jobs.Crawl, _ jobs.Tally) {
	threads, oldest := crawl.Backlog()
	d.metrics.Round(threads, oldest, d.now(), crawl.BudgetUse())
}

// run runs the jobs and serves until ctx ends or one of them fails; then all end.
func (d *daemon) run(ctx context.Context, w io.Writer, public, analysts http.Handler, again reload) error {
	log := d.state.Load().env.Log
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	parts := []func() error{func() error { return d.scheduler.Run(ctx) }}
	if d.state.Load().env.Queue != nil {
		parts = append(parts, func() error { return d.work(ctx) })
	}
	open := func(what, address string, handler http.Handler) error {
		listener, err := new(net.ListenConfig).Listen(ctx, "tcp", address)
		if err != nil {
			return fmt.Errorf("serve: %w; choose another address with --%s", err, what)
		}
		fmt.Fprintf(w, "qulaq: %s on http://%s\n", what, listener.Addr())
		parts = append(parts, func() error { return serveHTTP(ctx, listener, handler) })
		return nil
	}
	if err := open("listen", d.flags.Listen, public); err != nil {
		return err
	}
	if d.flags.Admin != config.None {
		if err := open("admin", d.flags.Admin, d.admin()); err != nil {
			return err
		}
	}
	if analysts != nil {
		if err := open("sql", d.flags.SQL, until(ctx, analysts)); err != nil {
			return err
		}
	}
	hup := make(chan os.Signal, 1)
	signal.Notify(hup, syscall.SIGHUP)
	defer signal.Stop(hup)

	done := make(chan error, len(parts))
	for _, part := range parts {
		go func() { done <- part() }()
	}
	log.LogAttrs(ctx, slog.LevelInfo, "watching", slog.String("version", version()), slog.Int("jobs", len(d.scheduler.Status())))
	var errs []error
	for ended := 0; ended < len(parts); {
		select {
		case err := <-done:
			ended++
			errs = append(errs, err)
			stop()
		case <-hup:
			if err := d.reload(ctx, again); err != nil {
				log.LogAttrs(ctx, slog.LevelError, "configuration refused, the old one stays", slog.String("err", err.Error()))
			} else {
				log.LogAttrs(ctx, slog.LevelInfo, "configuration read again")
			}
		}
	}
	log.LogAttrs(ctx, slog.LevelInfo, "stopped")
	return errors.Join(errs...)
}

// work makes visits of the queue beside the workers of other processes, as the
// configuration that holds wants them.
func (d *daemon) work(ctx context.Context) error {
	for ctx.Err() == nil {
		state := d.state.Load()
		working, stop := context.WithCancel(ctx)
		go func() {
			select {
			case <-state.replaced:
				stop()
			case <-working.Done():
			}
		}()
		err := jobs.Work(working, state.env, state.config.Crawl.Workers)
		stop()
		if err == nil {
			continue
		}
		// A round that began before the configuration was read again goes by the old one.
		state.env.Log.LogAttrs(ctx, slog.LevelWarn, "the daemon makes no visits itself for now", slog.String("err", err.Error()))
		select {
		case <-time.After(time.Minute):
		case <-ctx.Done():
		}
	}
	return nil
}

// reload takes over what a changed configuration says of jobs, budget, retention
// and registry. Nothing changes when any of it cannot be followed.
func (d *daemon) reload(ctx context.Context, again reload) error {
	cli, err := again()
	if err != nil {
		return err
	}
	old := d.state.Load()
	f, err := cli.Serve.settings(&cli.Globals)
	if err != nil {
		return err
	}
	if what := needsRestart(old.config, f); what != "" {
		return fmt.Errorf("%s has changed, which takes a restart", what)
	}
	env := *old.env // runs that are under way keep theirs
	if env.Index, err = cli.index(); err != nil {
		return err
	}
	env.NoTexts = !f.Texts.Store
	list, err := jobs.Watch(&env, f, d)
	if err != nil {
		return err
	}
	if err := jobs.PutRegistry(ctx, &env); err != nil {
		return err
	}
	if err := d.scheduler.Set(list); err != nil {
		return err
	}
	d.state.Store(&state{&env, f, make(chan struct{})})
	close(old.replaced)
	return nil
}

// needsRestart names the first setting that differs and that a running daemon
// cannot change; "" for none.
func needsRestart(old, fresh *config.File) string {
	pinned := map[string]bool{
		"data": true, "clickhouse": true, "key": true, "contact": true, "listen": true, "address": true, "admin": true,
		"sql.listen": true, "sql.user": true, "sql.password_file": true, "sql.time": true, "sql.memory": true, "sql.rows": true, "sql.bytes": true, "sql.queries": true,
		"queue.server": true, "queue.listen": true, "queue.replicas": true,
		"archive.mode": true, "archive.recipients": true, "archive.dir": true, "jobs.jitter": true,
	}
	was := map[string]string{}
	for _, s := range old.Settings() {
		was[s.Path] = s.Default
	}
	for _, s := range fresh.Settings() {
		if pinned[s.Path] && was[s.Path] != s.Default {
			return s.Path
		}
	}
	return ""
}

// admin are the pages for the operator.
func (d *daemon) admin() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", alive)
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), 5*time.Second)
		defer cancel()
		if err := d.state.Load().env.Store.Ping(ctx); err != nil {
			http.Error(w, "the store does not answer", http.StatusServiceUnavailable)
			return
		}
		alive(w, r)
	})
	mux.Handle("GET /metrics", d.metrics.Handler())
	mux.HandleFunc("GET /jobs", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(jobRows(d.scheduler.Status())) // whoever went away needs no answer
	})
	return mux
}

// until ends the requests that a handler is still answering when ctx ends.
func until(ctx context.Context, handler http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		request, cancel := context.WithCancel(r.Context())
		defer cancel()
		defer context.AfterFunc(ctx, cancel)()
		handler.ServeHTTP(w, r.WithContext(request))
	})
}

// shutdownTime is what requests get to end in when the daemon stops.
const shutdownTime = 8 * time.Second

// serveHTTP answers requests until ctx ends.
func serveHTTP(ctx context.Context, listener net.Listener, handler http.Handler) error {
	server := &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: 10 * time.Second,
		IdleTimeout:       2 * time.Minute,
	}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	select {
	case err := <-failed:
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}
	ending, stop := context.WithTimeout(context.WithoutCancel(ctx), shutdownTime)
	defer stop()
	if err := server.Shutdown(ending); err != nil {
		return errors.Join(fmt.Errorf("serve: requests were cut off: %w", err), server.Close())
	}
	return nil
}
