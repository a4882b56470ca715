// Package browser gets pages that a script renders, with a browser that has no
// network of its own.
//
// [Open] starts Chrome or Chromium without a window; [Browser.Visit] stands in for
// [crawler.Crawler.Visit]. Every request that the page makes is taken from the
// browser and made by the crawler, so that robots.txt, pauses, limits and the
// archive hold for each. Only what it takes to render the page's text is asked for:
// the document, its scripts and their data, by GET and from the page's own origin.
// Images, fonts, styles, media and other hosts are refused. Nothing is disguised:
// the page sees the crawler's User-Agent.
//
// It is for sites that allow crawling and cannot be read otherwise, never for a
// gate that tells browsers from crawlers.
package browser

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/url"
	"os/exec"
	"strings"
	"time"

	"qulaq/crawler"

	"github.com/chromedp/chromedp"
)

// Config sets up a Browser.
type Config struct {
	Path    string           // of Chrome or Chromium; "" to look for it
	Crawler *crawler.Crawler // makes the requests
	Timeout time.Duration    // of rendering a page, its requests included; 0: 2 min
	Quiet   time.Duration    // a page is rendered when it has asked for nothing for so long; 0: 500 ms
}

// ErrNotFound says that there is no browser on this machine.
var ErrNotFound = errors.New("no Chrome or Chromium is installed, or none where it was looked for")

// Browser renders pages, one tab and one profile a visit. It may be used by
// several goroutines at once.
//
// As root, Chrome runs without its sandbox: crawl as another user.
type Browser struct {
	config Config
	ctx    context.Context // of the process
	stop   context.CancelFunc
}

// Open starts a browser. The error wraps ErrNotFound when there is none.
func Open(ctx context.Context, config Config) (*Browser, error) {
	config.Timeout = cmp.Or(config.Timeout, 2*time.Minute)
	config.Quiet = cmp.Or(config.Quiet, 500*time.Millisecond)
	path, err := Find(config.Path)
	if err != nil {
		return nil, err
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:len(chromedp.DefaultExecAllocatorOptions):len(chromedp.DefaultExecAllocatorOptions)],
		chromedp.ExecPath(path),
		chromedp.UserAgent(config.Crawler.UserAgent()),
		// What is not taken from the browser goes nowhere, this machine included.
		chromedp.ProxyServer("http://127.0.0.1:9"),
		chromedp.Flag("proxy-bypass-list", "<-loopback>"),
		chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND"),
		chromedp.Flag("blink-settings", "imagesEnabled=false"),
	)
	allocator, stopAllocator := chromedp.NewExecAllocator(ctx, options...)
	process, stopProcess := chromedp.NewContext(allocator)
	b := &Browser{config: config, ctx: process, stop: func() { stopProcess(); stopAllocator() }}
	if err := chromedp.Do(process); err != nil {
		b.stop()
		return nil, fmt.Errorf("browser: start %s: %w", path, err)
	}
	return b, nil
}

// Close ends the browser.
func (b *Browser) Close() { b.stop() }

// Find looks for Chrome or Chromium: at a path, or where it is installed. The error
// wraps ErrNotFound.
func Find(path string) (string, error) {
	names := []string{path}
	if path == "" {
		names = []string{"chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"}
	}
	for _, name := range names {
		if found, err := exec.LookPath(name); err == nil {
			return found, nil
		}
	}
	return "", fmt.Errorf("browser: %w: %s", ErrNotFound, strings.Join(names, ", "))
}

// Visit gets a page and renders it. What the crawler says of the document holds,
// and so does what it says of a request of the page's scripts that failed: a page
// whose data could not be had is not a page without items. Body is the document as
// it stands after its scripts have run; there are no validators for it.
func (b *Browser) Visit(ctx context.Context, r crawler.Request) crawler.Visit {
	r.ETag, r.LastModified = "", "" // of the document, which says nothing of the data
	visit := b.config.Crawler.Visit(ctx, r)
	if visit.Outcome != crawler.OK || visit.Aborted || !strings.Contains(strings.ToLower(visit.ContentType), "html") {
		return visit
	}
	visit.ETag, visit.LastModified = "", ""
	origin, err := url.Parse(visit.FinalURL)
	if err != nil {
		return fail(visit, crawler.NetworkError, "the address of the page: "+err.Error())
	}
	tab := &tab{crawler: b.config.Crawler, request: r, document: visit, origin: origin, quiet: b.config.Quiet}
	rendering, cancel := context.WithTimeout(b.ctx, b.config.Timeout)
	defer cancel()
	defer context.AfterFunc(ctx, cancel)()
	html, err := tab.render(rendering)
	switch {
	case ctx.Err() != nil:
		visit.Aborted = true
		return fail(visit, crawler.NetworkError, "the visit was ended")
	case tab.failed != nil && tab.failed.Aborted:
		visit.Aborted, visit.Err = true, tab.failed.Err
		return fail(visit, crawler.NetworkError, tab.failed.Reason)
	case tab.failed != nil:
		outcome := tab.failed.Outcome
		if outcome == crawler.Gone { // the data, and not the page
			outcome = crawler.NetworkError
		}
		failed := fail(visit, outcome, "its script asked for "+tab.failed.URL+": "+tab.failed.Reason)
		failed.RetryAt, failed.Status = tab.failed.RetryAt, tab.failed.Status
		return failed
	case err != nil:
		return fail(visit, crawler.NetworkError, "the page could not be rendered: "+err.Error())
	}
	visit.Body, visit.ContentType = []byte(html), "text/html; charset=utf-8"
	visit.SeenAt, visit.Bytes = tab.document.SeenAt, tab.document.Bytes
	return visit
}

func fail(v crawler.Visit, outcome crawler.Outcome, reason string) crawler.Visit {
	v.Outcome, v.Reason, v.Body = outcome, reason, nil
	return v
}
