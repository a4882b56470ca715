package crawler

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strconv"
)

// Outcome tells how a visit ended, as far as a fetch can tell. Its values are
// those of schema.Outcome; the others (empty, comments_closed, drift, and a login
// wall or captcha served as an ordinary page) only the content can tell.
type Outcome string

// The outcomes, and what leads to them.
//
//	200 203                              ok: the whole page arrived
//	304                                  not_modified, if the request had a validator
//	206 and any other 2xx                partial: not a whole page
//	a body cut off or damaged            partial
//	401 403 407                          login_wall: not shown to the public
//	any of them with a challenge         captcha (Cf-Mitigated, X-Amzn-Waf-Action)
//	429, 503 with Retry-After            throttled
//	the owner's turn is too far away     throttled, or the outcome of the trouble
//	                                     that the owner is resting from, without asking
//	a rule of robots.txt; 5xx or 429
//	for robots.txt itself                blocked_by_robots, without asking
//	404 410                              gone
//	451                                  discussion_unavailable
//	a body above Config.MaxBytes         too_large
//	any other status; no answer, a
//	timeout, a bad redirect, an address
//	that must not be asked               network_error
const (
	OK                    Outcome = "ok"
	NotModified           Outcome = "not_modified"
	Partial               Outcome = "partial"
	LoginWall             Outcome = "login_wall"
	Captcha               Outcome = "captcha"
	Throttled             Outcome = "throttled"
	BlockedByRobots       Outcome = "blocked_by_robots"
	Gone                  Outcome = "gone"
	DiscussionUnavailable Outcome = "discussion_unavailable"
	TooLarge              Outcome = "too_large"
	NetworkError          Outcome = "network_error"
)

// Errors that the layers of the stack return for causes that are not an error
// of somebody else's. They carry no package prefix: their text is a reason, for
// the people who read a table of visits.
var (
	errTimeout      = errors.New("no complete answer in time")
	errUnasked304   = errors.New("not modified, although nothing was there to compare with")
	errRedirectLoop = errors.New("redirects in a circle")
)

// cutError is a body that ended before its end, or could not be read on.
type cutError struct {
	read int64 // bytes that had arrived
	err  error
}

func (e *cutError) Error() string {
	return "body cut off or damaged after " + strconv.FormatInt(e.read, 10) + " bytes: " + plainReason(e.err)
}

func (e *cutError) Unwrap() error { return e.err }

// sizeError is a body above the limits.
type sizeError struct{ why string }

func (e *sizeError) Error() string { return e.why }

// statusOutcome maps an answer to an outcome and, unless all is well, a reason.
func statusOutcome(status int, h http.Header) (Outcome, string) {
	reason := strconv.Itoa(status) + " " + http.StatusText(status)
	switch {
	case challenged(h):
		return Captcha, reason + ": a challenge for browsers"
	case status == http.StatusOK, status == http.StatusNonAuthoritativeInfo:
		return OK, ""
	case status >= 200 && status < 300:
		return Partial, reason + ": not a whole page"
	case status == http.StatusNotModified:
		return NotModified, ""
	case status == http.StatusUnauthorized, status == http.StatusForbidden, status == http.StatusProxyAuthRequired:
		return LoginWall, reason + ": not shown to the public"
	case status == http.StatusTooManyRequests,
		status == http.StatusServiceUnavailable && h.Get("Retry-After") != "":
		return Throttled, reason + ": asked to come back later"
	case status == http.StatusNotFound, status == http.StatusGone:
		return Gone, reason
	case status == http.StatusUnavailableForLegalReasons:
		return DiscussionUnavailable, reason
	default:
		return NetworkError, reason
	}
}

// challenged tells whether an answer is a firewall's test for browsers in place
// of the page. The stack never tries to pass one.
func challenged(h http.Header) bool {
	return h.Get("Cf-Mitigated") == "challenge" ||
		h.Get("X-Amzn-Waf-Action") == "challenge" || h.Get("X-Amzn-Waf-Action") == "captcha"
}

// errorOutcome maps the failure of an attempt to an outcome and a reason.
func errorOutcome(err error) (Outcome, string) {
	var (
		address *addressError
		site    *siteError
		robots  *robotsError
		turn    *turnError
		size    *sizeError
		cut     *cutError
	)
	switch {
	case errors.As(err, &address):
		return NetworkError, address.Error()
	case errors.As(err, &site):
		outcome, reason := errorOutcome(site.err)
		return outcome, "robots.txt: " + reason
	case errors.As(err, &robots):
		return BlockedByRobots, robots.Error()
	case errors.As(err, &turn):
		return turn.why.outcome, turn.Error()
	case errors.As(err, &size):
		return TooLarge, size.Error()
	case isTimeout(err):
		return NetworkError, plainReason(err)
	case errors.As(err, &cut):
		return Partial, cut.Error()
	default:
		return NetworkError, plainReason(err)
	}
}

func isTimeout(err error) bool {
	if errors.Is(err, errTimeout) || errors.Is(err, context.DeadlineExceeded) || errors.Is(err, os.ErrDeadlineExceeded) {
		return true
	}
	var timeout net.Error
	return errors.As(err, &timeout) && timeout.Timeout()
}

// plainReason is the text of an error without what only describes this machine
// (its addresses and ports) or repeats the visit (its URL).
func plainReason(err error) string {
	var (
		lookup *net.DNSError
		op     *net.OpError
		get    *url.Error
	)
	switch {
	case errors.Is(err, errTimeout):
		return errTimeout.Error()
	case errors.As(err, &lookup):
		return "lookup " + lookup.Name + ": " + lookup.Err
	case errors.As(err, &op):
		return op.Err.Error()
	case errors.As(err, &get):
		return get.Err.Error()
	case errors.Is(err, io.ErrUnexpectedEOF):
		return "unexpected end"
	default:
		return err.Error()
	}
}
