package archive

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"sync/atomic"
	"time"
)

// exchange is a request and the answer to it.
type exchange struct {
	request  *http.Request
	form     []byte // body of the request
	response *http.Response
	body     *bytes.Buffer // of the response, as transferred

	sent, seen time.Time // when the request left, and when the last byte had arrived
	address    atomic.Pointer[string]
	truncated  string // why body is not whole, as WARC-Truncated tells it; "" when it is
}

// asked is the address that the first of a chain of redirected requests was sent
// to; nil when this one was not redirected.
func (x *exchange) asked() *url.URL {
	var first *url.URL
	for via := x.request.Response; via != nil && via.Request != nil; via = via.Request.Response {
		first = via.Request.URL
	}
	return first
}

// layer records what passes through it.
type layer struct {
	writer *Writer
	next   http.RoundTripper
}

// RoundTrip records nothing yet: an exchange ends with the body of its answer. A
// request that gets no answer leaves no record.
func (l layer) RoundTrip(req *http.Request) (*http.Response, error) {
	l.writer.mu.Lock()
	err := l.writer.err()
	l.writer.mu.Unlock()
	if err != nil {
		if req.Body != nil {
			_ = req.Body.Close() // the contract of RoundTripper; nothing was sent
		}
		return nil, err // what could not be recorded is not asked for
	}
	x := &exchange{request: req}
	trace := &httptrace.ClientTrace{GotConn: func(c httptrace.GotConnInfo) {
		if host, _, err := net.SplitHostPort(c.Conn.RemoteAddr().String()); err == nil {
			x.address.Store(&host)
		}
	}}
	sent := req.WithContext(httptrace.WithClientTrace(req.Context(), trace))
	if req.Body != nil && req.Body != http.NoBody {
		if err := x.copyForm(sent); err != nil {
			return nil, err
		}
	}
	x.sent = l.writer.config.Now()
	resp, err := l.next.RoundTrip(sent)
	if err != nil {
		return nil, err
	}
	x.response = resp
	x.body = l.writer.bodies.Get().(*bytes.Buffer)
	x.body.Reset()
	resp.Body = &recordedBody{body: resp.Body, writer: l.writer, exchange: x}
	return resp, nil
}

// copyForm reads the body of a request, which is a short form, and puts a copy in
// its place.
func (x *exchange) copyForm(req *http.Request) error {
	form, err := io.ReadAll(req.Body)
	if err := errors.Join(err, req.Body.Close()); err != nil {
		return err
	}
	x.form = form
	req.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(form)), nil }
	req.Body, err = req.GetBody()
	return err
}

// recordedBody keeps a copy of a body as it is read, and has the exchange
// recorded at its end: at EOF, so that whoever reads it learns of a failure there
// and cannot take the page for archived, or else when it is closed.
type recordedBody struct {
	body     io.ReadCloser
	writer   *Writer
	exchange *exchange // nil once it was recorded
	err      error     // that recording failed with
}

func (b *recordedBody) Read(p []byte) (int, error) {
	if b.err != nil {
		return 0, b.err
	}
	n, err := b.body.Read(p)
	if b.exchange != nil {
		b.exchange.body.Write(p[:n])
		if err != nil {
			b.finish(err == io.EOF, err)
		}
	}
	if b.err != nil {
		err = b.err
	}
	return n, err
}

func (b *recordedBody) Close() error {
	err := b.body.Close()
	if b.exchange != nil {
		b.finish(int64(b.exchange.body.Len()) == b.exchange.response.ContentLength, nil)
	}
	return errors.Join(b.err, err)
}

// finish records the exchange; end is what reading ended with, nil when the body
// was closed before.
func (b *recordedBody) finish(whole bool, end error) {
	x := b.exchange
	b.exchange = nil
	x.seen = b.writer.config.Now()
	if !whole {
		x.truncated = truncation(x.request.Context(), end)
	}
	b.err = b.writer.record(x)
	if x.body.Cap() <= maxPooled {
		b.writer.bodies.Put(x.body)
	}
}

// truncation is the reason, as WARC-Truncated has it, for a body that is not
// whole.
func truncation(ctx context.Context, end error) string {
	var timeout net.Error
	switch {
	case errors.Is(ctx.Err(), context.DeadlineExceeded),
		errors.As(end, &timeout) && timeout.Timeout():
		return "time"
	case end == nil, ctx.Err() != nil:
		return "unspecified" // whoever read it had enough
	default:
		return "disconnect"
	}
}

// maxPooled is the largest buffer that is kept for later exchanges.
const maxPooled = 1 << 20
