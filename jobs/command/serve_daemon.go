package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"sync/atomic"
	"syscall"
	"time"

	"qulaq/jobs"
	"qulaq/jobs/config"
	"qulaq/jobs/metrics"
	"qulaq/jobs/schedule"
)

// daemon is a running qulaq serve.
type daemon struct {
	flags     *Serve
	globals   *Globals
	scheduler *schedule.Scheduler
	metrics   *metrics.Metrics
	pages     *pages
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
