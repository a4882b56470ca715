package crawler

import (
	"context"
	"net/http"
	"net/http/httptrace"
)

// spendError says that Request.Spend did not allow a request.
type spendError struct{ err error }

func (e *spendError) Error() string { return e.err.Error() }

func (e *spendError) Unwrap() error { return e.err }

// spend asks whether a request to an owner may be sent.
func (a *attempt) spend(ctx context.Context, owner string) error {
	if a.request.Spend == nil {
		return nil
	}
	if err := a.request.Spend(ctx, owner); err != nil {
		return &spendError{err}
	}
	return nil
}

// repeated is the network, which asks before it sends a request again. When a
// connection that was kept open dies under a request, net/http repeats the request
// on another one and tells nobody; the server may have seen both.
type repeated struct{ transport }

func (r repeated) RoundTrip(req *http.Request) (*http.Response, error) {
	ctx := req.Context()
	a := attemptOf(ctx)
	if a.request.Spend == nil {
		return r.transport.RoundTrip(req)
	}
	var refused error
	first := true
	trace := &httptrace.ClientTrace{GotConn: func(got httptrace.GotConnInfo) {
		if first {
			first = false // the gate has asked
			return
		}
		if err := a.spend(ctx, a.owner(req.URL.Host)); err != nil {
			refused = err
			_ = got.Conn.Close() // nothing can be sent on it any more
		}
	}}
	resp, err := r.transport.RoundTrip(req.WithContext(httptrace.WithClientTrace(ctx, trace)))
	if err != nil && refused != nil {
		return nil, refused
	}
	return resp, err
}
