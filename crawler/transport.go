package crawler

import (
	"net/http"
	"net/netip"
	"time"
)

// transport is the end of the stack: the network. Public and loopback requests
// have connections of their own, because a kept connection, unlike a new one,
// is not checked again and must not be lent from one to the other.
type transport struct {
	public, loopback http.RoundTripper
}

func newTransport() transport {
	return transport{
		public:   newHTTPTransport(checkPublic),
		loopback: newHTTPTransport(checkLoopback),
	}
}

func (t transport) RoundTrip(req *http.Request) (*http.Response, error) {
	if attemptOf(req.Context()).request.AllowLoopback {
		return t.loopback.RoundTrip(req)
	}
	return t.public.RoundTrip(req)
}

// CloseIdleConnections is what http.Client.CloseIdleConnections looks for.
func (t transport) CloseIdleConnections() {
	for _, rt := range []http.RoundTripper{t.public, t.loopback} {
		if closer, ok := rt.(interface{ CloseIdleConnections() }); ok {
			closer.CloseIdleConnections()
		}
	}
}

// newHTTPTransport makes a transport that only connects to the addresses that
// check lets pass. It never uses a proxy: behind one the addresses could not be
// checked.
func newHTTPTransport(check func(netip.Addr) error) *http.Transport {
	return &http.Transport{
		DialContext:            newDialer(check).DialContext,
		ForceAttemptHTTP2:      true,
		DisableCompression:     true, // layer content decodes, within limits
		MaxIdleConns:           512,
		MaxIdleConnsPerHost:    64, // many owners may share one platform's host
		IdleConnTimeout:        90 * time.Second,
		TLSHandshakeTimeout:    10 * time.Second,
		ExpectContinueTimeout:  time.Second,
		MaxResponseHeaderBytes: 256 << 10,
	}
}
