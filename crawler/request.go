package crawler

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// Request is what to ask for.
type Request struct {
	URL  string     // http or https
	Form url.Values // asked by POST when not nil

	// Owner is who runs the server, the unit of politeness: requests with the
	// same owner are made one at a time. "" stands for the URL's host.
	Owner string

	// AllowLoopback lets the request go to this machine, and nowhere else.
	AllowLoopback bool

	// ETag and LastModified make the request conditional. They are those of an
	// earlier Visit of the same URL; hand back only those of a complete one,
	// because "not modified" then vouches for all that it saw.
	ETag, LastModified string

	// Header holds extra fields such as Accept-Language. A visit neither logs
	// in nor disguises itself: Cookie, Authorization, User-Agent and the like
	// are refused.
	Header http.Header

	// Secret holds query parameters, such as an API key, that are only added on
	// the wire, and only for the URL's own host over https (or on loopback).
	// They appear in no URL, archive, log, error or Visit, and are masked where
	// the answer repeats them; values of fewer than 8 bytes, which would mask
	// ordinary text, are refused. SecretHeader holds header fields that are
	// treated alike; of "Bearer KEY" the secret is KEY.
	Secret       url.Values
	SecretHeader http.Header

	// Allow is asked about the URL and the target of every redirect before
	// anything is sent there; nil allows all.
	Allow func(*url.URL) bool

	// Spend is asked right before anything is sent, and told to whom: the request
	// itself, robots.txt before it, where redirects lead, and what the network has to
	// send again. At an error nothing is sent, and the visit is aborted with it. Nil
	// allows all.
	Spend func(ctx context.Context, owner string) error
}

// OwnerKey is the owner that a request counts for: Owner or, if that is "", the
// host of its URL.
func (r Request) OwnerKey() string {
	if r.Owner != "" {
		return r.Owner
	}
	u, err := url.Parse(r.URL)
	if err != nil {
		return ""
	}
	return strings.ToLower(u.Host)
}

// refusedFields are the fields that Request.Header may not hold, because they
// would log in, disguise the crawler, or belong to a layer of the stack.
var refusedFields = []string{
	"Accept-Encoding", "Authorization", "Connection", "Content-Length", "Cookie", "Host",
	"If-Modified-Since", "If-None-Match", "Proxy-Authorization", "Range", "Te",
	"Transfer-Encoding", "Upgrade", "User-Agent",
}

// minSecret is the length from which on masking a secret does not mask ordinary
// text.
const minSecret = 8

// check tells whether the request may be made.
func (r Request) check() error {
	u, err := url.Parse(r.URL)
	if err != nil {
		var parse *url.Error
		if errors.As(err, &parse) {
			err = parse.Err // without the address, which may hold anything
		}
		return fmt.Errorf("not a URL: %w", err)
	}
	if err := r.checkURL(u); err != nil {
		return err
	}
	for name := range r.Header {
		if slices.Contains(refusedFields, http.CanonicalHeaderKey(name)) {
			return fmt.Errorf("header %s is not for the caller to set", name)
		}
	}
	for name, value := range r.secrets() {
		if len(value) < minSecret {
			return fmt.Errorf("secret %s has fewer than %d bytes", name, minSecret)
		}
	}
	return nil
}

// secrets are the values that nobody but the server may see, with the names of
// their parameters and fields.
func (r Request) secrets() iter.Seq2[string, string] {
	return func(yield func(name, value string) bool) {
		for name, values := range r.Secret {
			for _, value := range values {
				if !yield(name, value) {
					return
				}
			}
		}
		for name, values := range r.SecretHeader {
			for _, value := range values {
				if _, token, ok := strings.Cut(value, " "); ok {
					value = token // behind its scheme, RFC 9110 section 11.4
				}
				if !yield(name, value) {
					return
				}
			}
		}
	}
}

// hasSecrets tells whether there are any.
func (r Request) hasSecrets() bool { return len(r.Secret) > 0 || len(r.SecretHeader) > 0 }

// checkURL tells whether the request may go to u, its own URL or a redirect's.
func (r Request) checkURL(u *url.URL) error {
	switch {
	case u.Scheme != "http" && u.Scheme != "https":
		return fmt.Errorf("scheme %q is not http or https", u.Scheme)
	case u.Host == "":
		return errors.New("URL without a host")
	case u.User != nil:
		return errors.New("URL with a user name or password")
	case r.Allow != nil && !r.Allow(u):
		// Without the address: it may be a citizen's, and reasons are stored.
		return errors.New("not an address of its source")
	}
	return nil
}

// attempt is one request on its way through the stack: what the layers have to
// know about it, and what they tell about it. It travels in the context. One
// attempt is made by one goroutine, so that it needs no lock.
type attempt struct {
	request *Request
	host    string // of the first hop, in lower case

	// Of the latest hop:
	url        *url.URL
	sentAt     time.Time     // zero before it is sent
	status     int           // 0 before there is an answer
	header     http.Header   // not to be changed: an archive may still hold it
	retryAfter time.Duration // that the answer asks for
	robotsHash string
	robotsRule string
	crawlDelay time.Duration // that robots.txt asks for
	body       *bytes.Buffer // nil when there is none, or it could not be read

	// Of all hops:
	bytes int64 // of bodies, as transferred
}

type attemptKey struct{}

func withAttempt(ctx context.Context, a *attempt) context.Context {
	return context.WithValue(ctx, attemptKey{}, a)
}

// attemptOf returns the attempt that ctx belongs to. A layer is never used
// without one, but a test of a single layer may be.
func attemptOf(ctx context.Context) *attempt {
	if a, ok := ctx.Value(attemptKey{}).(*attempt); ok {
		return a
	}
	return &attempt{request: &Request{}}
}

// owner is the unit of politeness of a hop to host: a redirect that leaves the
// request's own host no longer counts for its owner.
func (a *attempt) owner(host string) string {
	host = strings.ToLower(host)
	if a.request.Owner != "" && (a.host == "" || host == a.host) {
		return a.request.Owner
	}
	return host
}
