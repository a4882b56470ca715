package crawler

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"qulaq/crawler/robots"
)

const (
	robotsMaxAge    = 24 * time.Hour   // RFC 9309 section 2.4
	robotsRetry     = 10 * time.Minute // after a failure that names no other time
	robotsRedirects = 5                // section 2.3.1.2
)

// exclusion is the layer that obeys robots.txt (the Robots Exclusion Protocol,
// RFC 9309). Every hop of a redirect passes it, each with the file of its own
// site.
//
// A site whose file is told to be absent (4xx) may be crawled. One that answers
// 5xx, or 429, for it may not, until the file was read. One that does not answer
// is not asked for anything else; the gate decides when it is asked again.
type exclusion struct {
	next      http.RoundTripper
	product   string // the crawler's name in a robots.txt
	userAgent string
	now       func() time.Time

	mu    sync.Mutex
	sites map[origin]*site
}

// origin is what a robots.txt is valid for (section 2.3).
type origin struct{ scheme, host string }

// site is what is known of an origin.
type site struct {
	reading chan struct{} // holds a token while somebody reads the file
	verdict atomic.Pointer[siteVerdict]
}

// siteVerdict is what the robots.txt of a site said.
type siteVerdict struct {
	rules   *robots.Rules
	hash    string // sha256 of the file, as far as it is read, in hex; "" when there is none
	refusal string // why nothing may be fetched; "" when the rules decide
	expires time.Time
}

// robotsError says that a robots.txt forbids to fetch a page.
type robotsError struct {
	reason  string
	retryAt time.Time // zero when a rule forbids
}

func (e *robotsError) Error() string { return e.reason }

// siteError says that a robots.txt could not be had.
type siteError struct{ err error }

func (e *siteError) Error() string { return "robots.txt: " + e.err.Error() }

func (e *siteError) Unwrap() error { return e.err }

func newExclusion(next http.RoundTripper, product, userAgent string, now func() time.Time) *exclusion {
	return &exclusion{next: next, product: product, userAgent: userAgent, now: now, sites: map[origin]*site{}}
}

func (e *exclusion) RoundTrip(req *http.Request) (*http.Response, error) {
	a := attemptOf(req.Context())
	v, err := e.verdict(req.Context(), a, origin{req.URL.Scheme, strings.ToLower(req.URL.Host)})
	if err != nil {
		return nil, &siteError{err}
	}
	a.robotsHash, a.robotsRule = v.hash, ""
	if v.refusal != "" {
		return nil, &robotsError{v.refusal, v.expires}
	}
	allowed, rule := v.rules.Match(req.URL)
	a.robotsRule = rule
	if !allowed {
		return nil, &robotsError{reason: "robots.txt: " + rule}
	}
	a.crawlDelay = v.rules.CrawlDelay()
	return e.next.RoundTrip(req)
}

// verdict returns what the robots.txt of o says, reading it when that is not
// known or too old. Of several that need it at once one reads it and the others
// wait.
func (e *exclusion) verdict(ctx context.Context, a *attempt, o origin) (*siteVerdict, error) {
	s := e.site(o)
	if v := e.fresh(s); v != nil {
		return v, nil
	}
	select {
	case s.reading <- struct{}{}:
		defer func() { <-s.reading }()
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
	if v := e.fresh(s); v != nil {
		return v, nil
	}
	v, err := e.fetch(ctx, a, o)
	if err != nil {
		return nil, err
	}
	s.verdict.Store(v)
	return v, nil
}

func (e *exclusion) site(o origin) *site {
	e.mu.Lock()
	defer e.mu.Unlock()
	s, ok := e.sites[o]
	if !ok {
		s = &site{reading: make(chan struct{}, 1)}
		e.sites[o] = s
	}
	return s
}

func (e *exclusion) fresh(s *site) *siteVerdict {
	v := s.verdict.Load()
	if v == nil || !e.now().Before(v.expires) {
		return nil
	}
	return v
}

// fetch reads the robots.txt of o. An error means that there was no answer, and
// is not to be remembered.
func (e *exclusion) fetch(ctx context.Context, page *attempt, o origin) (*siteVerdict, error) {
	// An attempt of its own: it has the page's owner, but neither its secrets
	// nor its share in what is told about it.
	a := &attempt{
		request: &Request{Owner: page.request.Owner, AllowLoopback: page.request.AllowLoopback, Spend: page.request.Spend},
		host:    page.host,
	}
	ctx = withAttempt(ctx, a)
	address := &url.URL{Scheme: o.scheme, Host: o.host, Path: "/robots.txt"}
	for range 1 + robotsRedirects {
		req := (&http.Request{Method: http.MethodGet, URL: address, Host: address.Host, Header: http.Header{
			"User-Agent":      {e.userAgent},
			"Accept":          {"text/plain, */*;q=0.1"},
			"Accept-Encoding": {"gzip"},
		}}).WithContext(ctx)
		resp, err := e.next.RoundTrip(req)
		if err != nil {
			return nil, err
		}
		target, err := redirectTarget(resp)
		if err != nil {
			return nil, errors.Join(err, resp.Body.Close())
		}
		if target == nil {
			return e.judge(resp, a)
		}
		if err := resp.Body.Close(); err != nil {
			return nil, err
		}
		address = target
	}
	return e.refuse("robots.txt redirects more than "+strconv.Itoa(robotsRedirects)+" times", a), nil
}

// judge turns the last answer for a robots.txt into a verdict.
func (e *exclusion) judge(resp *http.Response, a *attempt) (*siteVerdict, error) {
	defer resp.Body.Close() // what counts was read, or does not matter
	switch status := resp.StatusCode; {
	case status >= 200 && status < 300:
		body, err := io.ReadAll(io.LimitReader(resp.Body, robots.MaxBytes+1))
		if errors.Is(err, ErrNotArchived) {
			return nil, err // the site is not to blame
		}
		var (
			cut  *cutError
			size *sizeError
		)
		if errors.As(err, &cut) || errors.As(err, &size) {
			return e.refuse("robots.txt cannot be read: "+err.Error(), a), nil
		}
		if err != nil {
			return nil, err
		}
		sum := sha256.Sum256(body)
		return &siteVerdict{
			rules:   robots.Parse(body, e.product),
			hash:    hex.EncodeToString(sum[:]),
			expires: e.now().Add(robotsMaxAge),
		}, nil
	case status >= 400 && status < 500 && status != http.StatusTooManyRequests:
		return &siteVerdict{expires: e.now().Add(robotsMaxAge)}, nil
	default:
		return e.refuse(fmt.Sprintf("robots.txt answered %d %s", status, http.StatusText(status)), a), nil
	}
}

func (e *exclusion) refuse(why string, a *attempt) *siteVerdict {
	pause := a.retryAfter
	if pause == 0 {
		pause = robotsRetry
	}
	return &siteVerdict{refusal: why, expires: e.now().Add(pause)}
}

// redirectTarget is where an answer redirects to; nil when it does not. A target
// that nobody could be sent to is an error.
func redirectTarget(resp *http.Response) (*url.URL, error) {
	switch resp.StatusCode {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther,
		http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
	default:
		return nil, nil
	}
	target, err := resp.Location()
	if errors.Is(err, http.ErrNoLocation) {
		return nil, nil
	}
	if err != nil {
		// Without the text of the error, which repeats the target: it may hold
		// anything, and reasons are stored.
		return nil, errors.New("redirect to what is not a URL")
	}
	return target, Request{}.checkURL(target)
}
