package command

import (
	"context"
	"net/http"
	"sync"
	"sync/atomic"

	"qulaq/jobs"
	"qulaq/report/web"
)

// pages are the web pages, which are made anew when the registry changes.
type pages struct {
	ctx     context.Context // ends the work of all of them
	options jobs.WebSiteOptions
	site    atomic.Pointer[shownSite]
	past    sync.WaitGroup
}

type shownSite struct {
	*web.Site
	stop context.CancelFunc
}

// open makes the pages of an environment, which are to be shown or closed.
func (p *pages) open(e *jobs.Env) (*shownSite, error) {
	ctx, stop := context.WithCancel(p.ctx)
	site, err := jobs.WebSite(ctx, e, p.options)
	if err != nil {
		stop()
		return nil, err
	}
	return &shownSite{site, stop}, nil
}

// show makes a site the one that is served.
func (p *pages) show(site *shownSite) {
	if old := p.site.Swap(site); old != nil {
		p.past.Go(old.close)
	}
}

func (s *shownSite) close() {
	s.stop()
	s.Wait()
}

func (p *pages) ServeHTTP(w http.ResponseWriter, r *http.Request) { p.site.Load().ServeHTTP(w, r) }

// close ends their work and waits for it: the store may be closed then.
func (p *pages) close() {
	p.site.Load().close()
	p.past.Wait()
}
