package browser

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"time"

	"qulaq/crawler"

	"github.com/chromedp/cdproto/fetch"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// maxRequests bounds what one page may ask for. More is not a page but a program.
const maxRequests = 60

// tab renders one page.
type tab struct {
	crawler  *crawler.Crawler
	request  crawler.Request
	document crawler.Visit // with the time and size of what was asked for last
	origin   *url.URL
	quiet    time.Duration

	served bool           // the document has been handed over
	asked  int            // requests that the crawler made
	failed *crawler.Visit // the first that got no answer
}

var errTooMany = errors.New("it asks for too much")

// render loads the document in a tab of its own and gives it back when its scripts
// have come to rest.
func (t *tab) render(ctx context.Context) (string, error) {
	ctx, closeTab := chromedp.NewContext(ctx, chromedp.WithNewBrowserContext())
	defer closeTab()
	events := make(chan *fetch.EventRequestPaused, 4*maxRequests)
	err := chromedp.Listen(ctx, func(event any) {
		if paused, ok := event.(*fetch.EventRequestPaused); ok {
			select {
			case events <- paused:
			default: // the page hangs, and is given up with the rest
			}
		}
	})
	if err != nil {
		return "", err
	}
	if _, err := chromedp.Call(ctx, fetch.Enable, fetch.EnableParams{}); err != nil {
		return "", err
	}
	loaded := make(chan error, 1)
	go func() { loaded <- chromedp.Do(ctx, chromedp.Navigate(t.document.FinalURL)) }()
	if err := t.settle(ctx, events, loaded); err != nil {
		return "", err
	}
	return chromedp.Run(ctx, chromedp.Evaluate[string]("document.documentElement.outerHTML"))
}

// settle answers what the page asks for until it has loaded and asks no more.
func (t *tab) settle(ctx context.Context, events <-chan *fetch.EventRequestPaused, loaded <-chan error) error {
	quiet := time.NewTimer(t.quiet)
	defer quiet.Stop()
	done := false
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case err := <-loaded:
			if err != nil {
				return err
			}
			done, loaded = true, nil
		case paused := <-events:
			if err := t.answer(ctx, paused); err != nil {
				return err
			}
		case <-quiet.C:
			if done {
				return nil
			}
		}
		quiet.Reset(t.quiet)
	}
}

// answer makes a request for the page, or refuses it.
func (t *tab) answer(ctx context.Context, paused *fetch.EventRequestPaused) error {
	if paused.ResourceType == network.ResourceTypeDocument && !t.served {
		t.served = true
		return t.fulfill(ctx, paused, t.document)
	}
	if !t.allows(paused) {
		_, err := chromedp.Call(ctx, fetch.FailRequest, fetch.FailRequestParams{
			RequestID: paused.RequestID, ErrorReason: network.ErrorReasonBlockedByClient,
		})
		return err
	}
	if t.asked++; t.asked > maxRequests {
		return errTooMany
	}
	visit := t.crawler.Visit(ctx, crawler.Request{
		URL: paused.Request.URL, Owner: t.request.Owner, AllowLoopback: t.request.AllowLoopback, Allow: t.own, Spend: t.request.Spend,
	})
	t.document.SeenAt, t.document.Bytes = visit.SeenAt, t.document.Bytes+visit.Bytes
	if visit.Outcome != crawler.OK {
		t.failed = &visit
		return errors.New(visit.Reason)
	}
	return t.fulfill(ctx, paused, visit)
}

func (t *tab) fulfill(ctx context.Context, paused *fetch.EventRequestPaused, visit crawler.Visit) error {
	_, err := chromedp.Call(ctx, fetch.FulfillRequest, fetch.FulfillRequestParams{
		RequestID: paused.RequestID, ResponseCode: http.StatusOK, Body: visit.Body,
		ResponseHeaders: []*fetch.HeaderEntry{{Name: "Content-Type", Value: visit.ContentType}},
	})
	return err
}

// allows tells whether a request may be made for the page.
func (t *tab) allows(paused *fetch.EventRequestPaused) bool {
	switch paused.ResourceType {
	case network.ResourceTypeScript, network.ResourceTypeXHR, network.ResourceTypeFetch:
	default:
		return false
	}
	u, err := url.Parse(paused.Request.URL)
	return err == nil && paused.Request.Method == http.MethodGet && t.own(u)
}

// own tells whether an address is of the page's origin.
func (t *tab) own(u *url.URL) bool { return u.Scheme == t.origin.Scheme && u.Host == t.origin.Host }
