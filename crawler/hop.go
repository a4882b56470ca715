package crawler

import (
	"bytes"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
)

const (
	maxRedirects   = 10
	maxHostChanges = 2 // to "www." and to a new domain
)

// hop is the top layer. It sees every request that a visit makes, the first and
// those that redirects lead to, and notes how far the visit has come. It is also
// where the body of the last answer is read, whole: above it the answer has none.
// Colly would read it into memory that grows by and by, and change it to UTF-8,
// where parsers want it as served: they know better than a wrong header.
type hop struct {
	next    http.RoundTripper
	buffers *sync.Pool // of *bytes.Buffer
}

// RoundTrip refuses hops that the request does not allow; the first one, too,
// because colly has put its address into another form since it was checked.
func (h hop) RoundTrip(req *http.Request) (*http.Response, error) {
	a := attemptOf(req.Context())
	if a.host == "" {
		a.host = strings.ToLower(req.URL.Host)
	}
	a.url = req.URL
	a.status, a.header, a.retryAfter, a.body = 0, nil, 0, nil
	if err := a.request.checkURL(req.URL); err != nil {
		return nil, err
	}
	resp, err := h.next.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	target, err := redirectTarget(resp)
	if err != nil {
		_ = resp.Body.Close() // the answer is refused whatever closing says
		return nil, err
	}
	if target != nil {
		return resp, nil // the client closes it, and comes back with the next hop
	}
	body, _ := h.buffers.Get().(*bytes.Buffer)
	if body == nil {
		body = new(bytes.Buffer)
	}
	_, err = body.ReadFrom(resp.Body)
	_ = resp.Body.Close() // it was read to its end, or is refused
	if err != nil {
		recycle(h.buffers, body)
		return nil, err
	}
	resp.Body, a.body = http.NoBody, body
	return resp, nil
}

// maxRecycled is the largest buffer that waits for another page: pages are far
// smaller, and one that is not should not keep its memory.
const maxRecycled = 1 << 20

// recycle keeps a buffer for another page.
func recycle(buffers *sync.Pool, b *bytes.Buffer) {
	if b.Cap() <= maxRecycled {
		b.Reset()
		buffers.Put(b)
	}
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
