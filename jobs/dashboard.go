package jobs

import (
	"context"
	"errors"
	"fmt"
	"time"

	"qulaq/jobs/schedule"
	"qulaq/report"
	"qulaq/report/web"
	"qulaq/schema"
)

// Dashboard gives the web pages their data; it is a [web.Source].
type Dashboard struct {
	Env    *Env
	Counts uint64 // needs from which on pages are made from counts; 0 for never, as an edition wants it
}

// Generation names the state of the store.
func (d Dashboard) Generation(ctx context.Context) (string, error) {
	return d.Env.Store.Generation(ctx)
}

// Snapshot reads all that the pages show, as of a moment; as it is now for the zero
// time.
func (d Dashboard) Snapshot(ctx context.Context, asOf time.Time) (*web.Snapshot, error) {
	if asOf.IsZero() && d.Counts > 0 && len(d.Env.Samples) == 0 {
		counts, err := d.counts(ctx)
		if err != nil {
			return nil, fmt.Errorf("jobs: dashboard: %w", err)
		}
		if counts != nil {
			return d.counted(ctx, counts)
		}
	}
	store := d.Env.Store
	evidence, exchanges, err := d.Env.evidence(ctx, asOf)
	if err != nil {
		return nil, err
	}
	out := &web.Snapshot{Evidence: evidence}
	if asOf.IsZero() {
		out.Replies, err = store.ReplyCounts(ctx)
	} else {
		out.Replies = schema.ReplyCountsOf(exchanges)
	}
	if err != nil {
		return nil, fmt.Errorf("jobs: dashboard: %w", err)
	}
	return out, d.watched(ctx, out)
}

// watched adds how well the sources were watched.
func (d Dashboard) watched(ctx context.Context, out *web.Snapshot) (err error) {
	store, asOf := d.Env.Store, out.Evidence.AsOf
	if out.Weeks, err = store.SourceWeeks(ctx, asOf); err != nil {
		return fmt.Errorf("jobs: dashboard: %w", err)
	}
	p := DefaultPolicy
	if out.Outages, err = store.Outages(ctx, p.Listing, p.Patience(), asOf); err != nil {
		return fmt.Errorf("jobs: dashboard: %w", err)
	}
	if out.Alarms, err = fillAlarms(ctx, store, asOf); err != nil {
		return fmt.Errorf("jobs: dashboard: %w", err)
	}
	return nil
}

// counts is what is counted; nil when there are too few needs for it. What was derived
// and not counted since is counted first.
func (d Dashboard) counts(ctx context.Context) (*Counts, error) {
	for range 3 {
		c, err := d.Env.counts(ctx, true)
		if err != nil {
			return nil, err
		}
		if c.all() < d.Counts {
			return nil, nil
		}
		if len(c.counted.Stale) == 0 {
			return c, nil
		}
		silent := *d.Env
		silent.Progress = nil // it belongs to who crawls
		var sources []string
		for _, s := range c.counted.Stale {
			sources = append(sources, s.SourceID)
		}
		if err := Recount(ctx, &silent, sources...); err != nil {
			return nil, err
		}
	}
	return nil, errors.New("exchanges are derived faster than they are counted")
}

// counted is a snapshot whose numbers are read from counts when a page asks for them.
func (d Dashboard) counted(ctx context.Context, counts *Counts) (*web.Snapshot, error) {
	evidence, err := counts.Evidence(ctx, report.StateQuery{Period: report.ByMonth})
	if err != nil {
		return nil, err
	}
	out := &web.Snapshot{Counts: counts.Evidence, Needs: counts.Needs(), Months: len(evidence.States.Periods())}
	evidence.States = nil
	out.Evidence = evidence
	if out.Replies, err = d.Env.Store.CountedReplies(ctx, counts.counted); err != nil {
		return nil, fmt.Errorf("jobs: dashboard: %w", err)
	}
	return out, d.watched(ctx, out)
}

// WebSiteOptions are what the web pages of a daemon know besides its Env.
type WebSiteOptions struct {
	Version string
	Address string                   // public address; "" for the host by which readers come
	Status  func() []schedule.Status // of its jobs; nil when it has none
}

// WebSite makes the web pages of an Env. They compute in the background until ctx
// ends; wait for them ([web.Site.Wait]) before the store is closed.
func WebSite(ctx context.Context, e *Env, o WebSiteOptions) (*web.Site, error) {
	methods, err := methodPages(e.Index.Country())
	if err != nil {
		return nil, err
	}
	dictionary, err := schema.Dictionary(ctx, e.Store)
	if err != nil {
		return nil, fmt.Errorf("jobs: dashboard: %w", err)
	}
	return web.New(ctx, web.Options{
		Source: Dashboard{Env: e, Counts: ManyNeeds}, Index: e.Index, Log: e.Log, Version: o.Version, Address: o.Address,
		Method: methods, Dictionary: dictionary, Running: o.running,
	})
}

// running lists the jobs that run just now.
func (o *WebSiteOptions) running() []web.Running {
	if o.Status == nil {
		return nil
	}
	var list []web.Running
	for _, s := range o.Status() {
		if s.Last.Outcome == schedule.Running {
			list = append(list, web.Running{Job: s.Job, Since: s.Last.StartedAt})
		}
	}
	return list
}
