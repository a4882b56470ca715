package crawler

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

const (
	maxRedirects   = 10
	maxHostChanges = 2 // to "www." and to a new domain
)

// hop is the top layer. It sees every request that a visit makes, the first and
// those that redirects lead to, and notes how far the visit has come.
type hop struct {
	next http.RoundTripper
}

// RoundTrip refuses hops that the request does not allow; the first one, too,
// because colly has put its address into another form since it was checked.
func (h hop) RoundTrip(req *http.Request) (*http.Response, error) {
	a := attemptOf(req.Context())
	if a.host == "" {
		a.host = strings.ToLower(req.URL.Host)
	}
	a.url = req.URL
	a.status, a.header, a.retryAfter = 0, nil, 0
	if err := a.request.checkURL(req.URL); err != nil {
		return nil, err
	}
	resp, err := h.next.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	if _, err := redirectTarget(resp); err != nil {
		_ = resp.Body.Close() // the answer is refused whatever closing says
		return nil, err
	}
	if recodes(resp.Header.Get("Content-Type")) {
		hidden := *resp
		hidden.Header = resp.Header.Clone()
		hidden.Header.Del("Content-Type")
		return &hidden, nil
	}
	return resp, nil
}

// recodes tells whether colly, seeing a content type, would change the body to
// UTF-8. Parsers want it as served: they know better than a wrong header.
func recodes(contentType string) bool {
	contentType = strings.ToLower(contentType)
	return strings.Contains(contentType, "charset") &&
		!strings.Contains(contentType, "utf-8") && !strings.Contains(contentType, "utf8")
}

// checkRedirect ends chains of redirects that lead nowhere; it is the client's
// CheckRedirect.
func checkRedirect(req *http.Request, via []*http.Request) error {
	if len(via) > maxRedirects {
		return fmt.Errorf("more than %d redirects", maxRedirects)
	}
	hostChanges := 0
	next := req.URL
	for i := len(via) - 1; i >= 0; i-- {
		earlier := via[i]
		if earlier.Method == req.Method && sameAddress(earlier.URL, req.URL) {
			return errRedirectLoop
		}
		if !strings.EqualFold(earlier.URL.Host, next.Host) {
			hostChanges++
		}
		next = earlier.URL
	}
	if hostChanges > maxHostChanges {
		return fmt.Errorf("redirects to more than %d other hosts", maxHostChanges)
	}
	return nil
}

func sameAddress(a, b *url.URL) bool {
	return a.Scheme == b.Scheme && strings.EqualFold(a.Host, b.Host) &&
		a.EscapedPath() == b.EscapedPath() && a.RawQuery == b.RawQuery
}
