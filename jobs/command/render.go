package command

import (
	"context"
	"errors"
	"slices"

	"qulaq/crawler/browser"
	"qulaq/jobs"
	"qulaq/registry"
)

// Rendering names the browser for pages that a script renders.
type Rendering struct {
	Chrome string `help:"Chrome or Chromium, for sources whose pages a script renders (default: one that is installed)." env:"QULAQ_CHROME" placeholder:"FILE"`
}

// openBrowser starts a browser if one of the named sources, or of all where none is
// named, needs one. That none is installed is told by the crawl, with the source.
func (r *Rendering) openBrowser(ctx context.Context, e *jobs.Env, named ...string) (closeBrowser func(), err error) {
	needed := false
	for source := range e.Index.Sources() {
		wanted := len(named) == 0 || slices.Contains(named, source.ID)
		needed = needed || wanted && source.Browser && source.Status == registry.Active
	}
	if !needed {
		return func() {}, nil
	}
	b, err := browser.Open(ctx, browser.Config{Path: r.Chrome, Crawler: e.Crawler})
	switch {
	case errors.Is(err, browser.ErrNotFound):
		return func() {}, nil
	case err != nil:
		return nil, err
	}
	e.Browser = b
	return b.Close, nil
}
