package command

import (
	"context"
	"errors"

	"qulaq/crawler"
	"qulaq/jobs"
)

// equipment is what a process makes visits with: an archive of the pages, API keys, a
// crawler and, where a source needs one, a browser.
type equipment struct {
	Archiving
	Keyring
	Rendering
	contact string
	leased  bool     // visits are handed out, and nothing is asked of an owner who has passed on to another
	sources []string // that are visited; nil for all
}

// equip puts it into e, whose index and log are there. The caller releases it when no
// visit is under way any more.
func (q equipment) equip(ctx context.Context, g *Globals, e *jobs.Env) (release func() error, err error) {
	if e.Archive, err = q.open(g); err != nil {
		return nil, err
	}
	stop, err := q.visitors(ctx, g, e)
	if err != nil {
		return nil, errors.Join(err, e.Archive.Close())
	}
	return func() error { stop(); return e.Archive.Close() }, nil
}

// visitors opens what gets pages, above the archive.
func (q equipment) visitors(ctx context.Context, g *Globals, e *jobs.Env) (stop func(), err error) {
	if e.Tokens, err = q.tokens(g); err != nil {
		return nil, err
	}
	layer := e.Archive.Layer
	if q.leased {
		layer = jobs.Leased(layer)
	}
	if e.Crawler, err = crawler.New(crawler.Config{Version: version(), Contact: q.contact, Archive: layer, Logger: e.Log}); err != nil {
		return nil, err
	}
	closeBrowser, err := q.openBrowser(ctx, e, q.sources...)
	if err != nil {
		e.Crawler.Close()
		return nil, err
	}
	return func() { closeBrowser(); e.Crawler.Close() }, nil
}
