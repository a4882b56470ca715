package crawler

import (
	"net/http"
	"strings"
	"time"
)

// conditional asks for a page only if it has changed (RFC 9110 section 13).
type conditional struct {
	next http.RoundTripper
}

// RoundTrip adds the validators of the request. They are sent to the request's
// own host only: nobody else's "not modified" says anything about the page. One
// that nobody asked for is an error, for there is nothing that it could confirm.
func (c conditional) RoundTrip(req *http.Request) (*http.Response, error) {
	a := attemptOf(req.Context())
	asked := req.Method == http.MethodGet && strings.EqualFold(req.URL.Host, a.host) &&
		(a.request.ETag != "" || a.request.LastModified != "")
	if asked {
		req = req.Clone(req.Context())
		if a.request.ETag != "" {
			req.Header.Set("If-None-Match", a.request.ETag)
		}
		if a.request.LastModified != "" {
			req.Header.Set("If-Modified-Since", a.request.LastModified)
		}
	}
	resp, err := c.next.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	if resp.StatusCode == http.StatusNotModified && !asked {
		_ = resp.Body.Close() // a 304 has no body
		return nil, errUnasked304
	}
	return resp, nil
}

// validators are what to make the next request for a page conditional with.
//
// A Last-Modified from the very second in which the answer was made is left
// out: the page may have changed again within it, and would then be taken for
// unchanged (RFC 9110 section 8.8.2.2).
func validators(h http.Header) (etag, lastModified string) {
	etag = h.Get("Etag")
	lastModified = h.Get("Last-Modified")
	if lastModified == "" {
		return etag, ""
	}
	modified, err := http.ParseTime(lastModified)
	if err != nil {
		return etag, ""
	}
	made, err := http.ParseTime(h.Get("Date"))
	if err != nil || made.Sub(modified) < time.Second {
		return etag, ""
	}
	return etag, lastModified
}
