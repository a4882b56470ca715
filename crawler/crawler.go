// Package crawler gets a page, politely. Every attempt ends as a [Visit] with an
// [Outcome], never as silence and never as an error.
//
// Construct a [Crawler] with [New]; call [Crawler.Visit] for one page, or
// [Crawler.Each] for many, which visits one page per owner at a time.
//
// Fetching is colly's. Everything that makes it polite and safe lies below colly,
// in layers that are each an [http.RoundTripper]:
//
//	hop          may this request go there? notes how far the visit has come
//	conditional  asks only for what has changed
//	exclusion    obeys robots.txt (RFC 9309)
//	gate         one request per owner at a time, pauses, Retry-After, penalties
//	content      limits of time and size, decoding
//	(archive)    Config.Archive, if there is one: sees what crosses the wire
//	secret       adds what only the server may see
//	repeated     asks Request.Spend before the network sends a request again
//	transport    the network, but no address that is not public
package crawler

import (
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"time"
)

// Config sets up a Crawler. Its zero value visits loopback, with defaults that
// are polite on the open web.
type Config struct {
	Project string // product token of the User-Agent, and name in a robots.txt; "": qulaq
	Version string // "": dev
	Contact string // URL or mail address for whoever runs a server; without it only loopback is visited

	Timeout  time.Duration // of a request, from sending it to the last byte of its answer; 0: 30 s
	MaxBytes int64         // of a page; a larger one fails and is not cut; 0: 16 MiB

	FloorDelay    time.Duration // least pause between two requests to an owner; 0: 2 s
	LoopbackDelay time.Duration // the same where the request allows loopback; 0: none
	MaxWait       time.Duration // a visit whose turn is further away ends at once, with RetryAt; 0: 2 min; negative: never wait
	Penalty       time.Duration // first extra pause after a sign of trouble; doubles with each that follows; 0: 10 s
	MaxPenalty    time.Duration // 0: 1 h

	// Now is the clock of all times that are told or compared, nil for
	// time.Now. It may be simulated; with one, make MaxWait negative, because
	// waits pass in real time.
	Now func() time.Time

	// Archive wraps the network in a layer that records what crosses the wire:
	// every request and answer, robots.txt and redirects included, secrets not.
	// It must read nothing ahead of its caller and is told the end of a body by
	// its closing. Its own failures wrap ErrNotArchived. Nil records nothing.
	Archive func(http.RoundTripper) http.RoundTripper

	// Transport takes the place of the network, and of its check of addresses;
	// nil for the network.
	Transport http.RoundTripper

	Logger *slog.Logger // one line per visit, at level debug; nil for none
}

// Crawler visits pages. It may be used by several goroutines at once.
type Crawler struct {
	config    Config // with defaults filled in
	userAgent string
	log       *slog.Logger
	transport http.RoundTripper
	gate      *gate
	engines   sync.Pool // of *engine
	buffers   sync.Pool // of *bytes.Buffer, for bodies
}

// New returns a crawler. It fails if config cannot be followed.
func New(config Config) (*Crawler, error) {
	config = config.withDefaults()
	if err := config.check(); err != nil {
		return nil, fmt.Errorf("crawler: %w", err)
	}
	c := &Crawler{
		config:    config,
		userAgent: config.Project + "/" + config.Version,
		log:       config.Logger,
		transport: config.Transport,
	}
	if config.Contact != "" {
		c.userAgent += " (+" + config.Contact + ")"
	}
	if c.transport == nil {
		c.transport = repeated{newTransport()}
	}
	var rt http.RoundTripper = secret{c.transport, config.MaxBytes}
	if config.Archive != nil {
		rt = config.Archive(rt)
	}
	rt = &content{next: rt, timeout: config.Timeout, maxBytes: config.MaxBytes, now: config.Now}
	c.gate = newGate(rt, pace{
		floor:         config.FloorDelay,
		loopbackFloor: config.LoopbackDelay,
		maxWait:       config.MaxWait,
		penalty:       config.Penalty,
		maxPenalty:    config.MaxPenalty,
	}, config.Now)
	rt = newExclusion(c.gate, config.Project, c.userAgent, config.Now)
	rt = hop{conditional{rt}, &c.buffers}

	base := newCollector(&http.Client{Transport: rt, CheckRedirect: checkRedirect})
	c.engines.New = func() any { return newEngine(base) }
	return c, nil
}

// ErrNotArchived is in what a layer of Config.Archive fails with when it cannot
// record: the page may be as it should, but this side is not. Such a visit is
// aborted, and no owner is spared for it.
var ErrNotArchived = errors.New("not recorded in the archive")

// Rest tells that the answer to a request asks, in its content, to be left alone:
// an API whose quota is spent says so with a status of its own, or with 200. The
// owner of the request is not asked again before until or, when that is the zero
// time, for as long as after any sign of trouble; visits end as throttled.
func (c *Crawler) Rest(r Request, until time.Time, reason string) {
	c.gate.rest(c.gate.turnstile(r.OwnerKey()), until, trouble{Throttled, clip(reason)})
}

// UserAgent is what the crawler calls itself.
func (c *Crawler) UserAgent() string { return c.userAgent }

// Close closes connections that are kept open for later requests.
func (c *Crawler) Close() {
	client := http.Client{Transport: c.transport}
	client.CloseIdleConnections()
}

func (c Config) withDefaults() Config {
	c.Project = cmp.Or(c.Project, "qulaq")
	c.Version = cmp.Or(c.Version, "dev")
	c.Timeout = cmp.Or(c.Timeout, 30*time.Second)
	c.MaxBytes = cmp.Or(c.MaxBytes, 16<<20)
	c.FloorDelay = cmp.Or(c.FloorDelay, 2*time.Second)
	c.MaxWait = cmp.Or(c.MaxWait, 2*time.Minute)
	c.Penalty = cmp.Or(c.Penalty, 10*time.Second)
	c.MaxPenalty = cmp.Or(c.MaxPenalty, time.Hour)
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	return c
}

func (c Config) check() error {
	switch {
	case strings.Trim(c.Project, letters+"-_") != "":
		return fmt.Errorf("project %q is not a product token: letters, - and _ (RFC 9309 section 2.2.1)", c.Project)
	case strings.Trim(c.Version, letters+digits+"-_.+") != "":
		return fmt.Errorf("version %q is not made of letters, digits and -_.+", c.Version)
	case c.Contact != "" && !isContact(c.Contact):
		return fmt.Errorf("contact %q is neither a web nor a mail address", c.Contact)
	case c.Timeout < 0, c.MaxBytes < 0, c.FloorDelay < 0, c.LoopbackDelay < 0, c.Penalty < 0:
		return errors.New("negative limit or delay")
	case c.MaxPenalty < c.Penalty:
		return fmt.Errorf("MaxPenalty %v is less than Penalty %v", c.MaxPenalty, c.Penalty)
	}
	return nil
}

const (
	letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	digits  = "0123456789"
)

// isContact tells whether s can stand in a User-Agent for people to reach us by.
func isContact(s string) bool {
	if strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r > '~' || r == '(' || r == ')' }) {
		return false
	}
	for _, scheme := range []string{"https://", "http://", "mailto:"} {
		if rest, ok := strings.CutPrefix(s, scheme); ok {
			return rest != ""
		}
	}
	name, host, ok := strings.Cut(s, "@")
	return ok && name != "" && strings.Contains(host, ".")
}
