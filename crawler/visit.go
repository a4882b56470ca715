package crawler

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"time"
)

// Visit is how an attempt to get a page ended.
type Visit struct {
	URL      string // as requested
	FinalURL string // where redirects led, whether or not it answered; "" if nothing was to be asked

	Outcome Outcome
	Reason  string // one sentence for people, for every outcome but OK and NotModified
	Status  int    // HTTP; 0 when there was no answer

	Header      http.Header // of the last answer, without cookies; nil when there was none
	ContentType string      // as served
	Body        []byte      // of an OK visit, and of an answer with an error's status: as served, content encoding removed; see Release

	ETag, LastModified string // validators for the next request; of OK and NotModified only

	StartedAt time.Time // when the last request left, after all waiting; when Visit was called, if none did
	SeenAt    time.Time // when the last byte had arrived, or the visit had failed
	Bytes     int64     // of bodies as transferred, redirects included, robots.txt not

	RobotsHash string    // sha256, in hex, of the robots.txt that decided; "" when the site has none
	RobotsRule string    // the rule of it that decided ("disallow: /x"); "" when none matched
	RetryAt    time.Time // when to come back, if that was told; else zero

	// Aborted tells that ctx ended the visit, or that Err did. Nothing was learnt
	// about the page; the visit should be made again rather than recorded.
	Aborted bool

	// Err is what is wrong on this side, so that further visits would fail alike:
	// it wraps ErrNotArchived, or is what Request.Spend said. Nil when the crawl can
	// go on.
	Err error

	lease *lease // of Body's memory; nil without any
}

// lease is memory of the crawler's that a visit holds.
type lease struct {
	buffer  *bytes.Buffer
	buffers *sync.Pool
}

// Release gives the memory of Body back, for the page of another visit: Body and
// whatever points into it must not be used any more. Nobody has to call it, and it
// does nothing where Body was exchanged for another.
func (v *Visit) Release() {
	if l := v.lease; l != nil && l.buffer != nil && len(v.Body) > 0 && &v.Body[0] == &l.buffer.Bytes()[0] {
		recycle(l.buffers, l.buffer)
		l.buffer = nil // of every copy of the visit
	}
	v.Body = nil
}

var errNoContact = errors.New("no contact is configured, so that only loopback may be visited")

// Visit gets a page. It waits for the owner's turn, unless that is further away
// than Config.MaxWait, and ends early with ctx.
func (c *Crawler) Visit(ctx context.Context, r Request) Visit {
	v := Visit{URL: r.URL, StartedAt: c.config.Now()}
	a := &attempt{request: &r}
	err := c.fetch(ctx, a)
	v.SeenAt = c.config.Now()
	v.note(a)
	if a.body != nil {
		v.Body, v.lease = a.body.Bytes(), &lease{a.body, &c.buffers}
	}
	if err != nil {
		v.fail(ctx, err)
		v.Release()
	} else {
		v.conclude(r)
	}
	if r.hasSecrets() {
		mask := newMask(&r)
		v.FinalURL = string(mask.apply([]byte(v.FinalURL)))
		v.Reason = string(mask.apply([]byte(v.Reason)))
	}
	if c.log.Enabled(ctx, slog.LevelDebug) {
		c.log.LogAttrs(ctx, slog.LevelDebug, "visit",
			slog.String("url", v.URL),
			slog.String("outcome", string(v.Outcome)),
			slog.String("reason", v.Reason),
			slog.Int("status", v.Status),
			slog.Int64("bytes", v.Bytes),
			slog.Duration("took", v.SeenAt.Sub(v.StartedAt)))
	}
	return v
}

func (c *Crawler) fetch(ctx context.Context, a *attempt) error {
	if err := a.request.check(); err != nil {
		return err
	}
	if c.config.Contact == "" && !a.request.AllowLoopback {
		return errNoContact
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	e := c.engines.Get().(*engine)
	defer c.engines.Put(e)
	return e.fetch(withAttempt(ctx, a), a.request.URL, a.request.Form, c.header(a.request))
}

// header is what a request is sent with.
func (c *Crawler) header(r *Request) http.Header {
	h := make(http.Header, 6+len(r.Header))
	h["User-Agent"] = []string{c.userAgent}
	h["Accept"] = []string{"text/html, application/xhtml+xml, application/json;q=0.9, application/xml;q=0.9, */*;q=0.8"}
	h["Accept-Encoding"] = []string{"gzip"}
	if r.hasSecrets() {
		h["Accept-Encoding"] = []string{"identity"} // what is encoded cannot be masked
	}
	for name, values := range r.Header {
		h[http.CanonicalHeaderKey(name)] = values
	}
	return h
}

// note takes over what the layers told.
func (v *Visit) note(a *attempt) {
	if a.url != nil {
		v.FinalURL = a.url.String()
	}
	if !a.sentAt.IsZero() {
		v.StartedAt = a.sentAt
	}
	v.Status = a.status
	v.Header = a.header
	if _, ok := v.Header["Set-Cookie"]; ok {
		v.Header = v.Header.Clone()
		v.Header.Del("Set-Cookie")
	}
	v.ContentType = v.Header.Get("Content-Type")
	v.Bytes = a.bytes
	v.RobotsHash, v.RobotsRule = a.robotsHash, clip(a.robotsRule)
	if a.retryAfter > 0 {
		v.RetryAt = v.SeenAt.Add(a.retryAfter)
	}
}

// fail ends a visit that got no whole answer.
func (v *Visit) fail(ctx context.Context, err error) {
	outcome, reason := errorOutcome(err)
	v.Outcome, v.Reason = outcome, clip(reason)
	var (
		turn   *turnError
		robots *robotsError
		spend  *spendError
	)
	switch {
	case errors.Is(err, ErrNotArchived):
		v.Aborted, v.Err = true, err
	case errors.As(err, &spend):
		v.Aborted, v.Err = true, spend.err
	case ctx.Err() != nil:
		v.Aborted = true
	case errors.As(err, &turn):
		v.RetryAt = turn.until
	case errors.As(err, &robots):
		v.RetryAt = robots.retryAt
	}
}

// conclude ends a visit that got an answer.
func (v *Visit) conclude(r Request) {
	v.Outcome, v.Reason = statusOutcome(v.Status, v.Header)
	switch v.Outcome {
	case OK:
		v.ETag, v.LastModified = validators(v.Header)
	case NotModified:
		v.ETag, v.LastModified = validators(v.Header)
		if v.ETag == "" && v.LastModified == "" {
			v.ETag, v.LastModified = r.ETag, r.LastModified
		}
	}
	if v.Outcome != OK && v.Status < http.StatusBadRequest {
		v.Release()
	}
}

// clip bounds a text that servers have a say in and that will be stored.
func clip(s string) string {
	const most = 300
	if len(s) > most {
		s = s[:most] + "…"
	}
	return strings.ToValidUTF8(s, "\uFFFD")
}
