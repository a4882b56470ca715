package jobs

import (
	"context"
	"fmt"
	"time"

	"qulaq/jobs/schedule"
	"qulaq/report/web"
	"qulaq/schema"
)

// Dashboard gives the web pages their data; it is a [web.Source].
type Dashboard struct{ Env *Env }

// Generation names the state of the store.
func (d Dashboard) Generation(ctx context.Context) (string, error) {
	return d.Env.Store.Generation(ctx)
}

// Snapshot reads all that the pages show, as of a moment; as it is now for the zero
// time.
func (d Dashboard) Snapshot(ctx context.Context, asOf time.Time) (*web.Snapshot, error) {
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
	if out.Weeks, err = store.SourceWeeks(ctx, evidence.AsOf); err != nil {
		return nil, fmt.Errorf("jobs: dashboard: %w", err)
	}
	p := DefaultPolicy
	if out.Outages, err = store.Outages(ctx, p.Listing, p.Patience(), evidence.AsOf); err != nil {
		return nil, fmt.Errorf("jobs: dashboard: %w", err)
	}
	if out.Alarms, err = fillAlarms(ctx, store, evidence.AsOf); err != nil {
		return nil, fmt.Errorf("jobs: dashboard: %w", err)
	}
	return out, nil
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
		Source: Dashboard{e}, Index: e.Index, Log: e.Log, Version: o.Version, Address: o.Address,
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
