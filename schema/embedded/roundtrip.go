//go:build linux || darwin

package embedded

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"sync"

	chproto "github.com/ClickHouse/ch-go/proto"
	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/column"
	"github.com/ClickHouse/clickhouse-go/v2/lib/proto"
)

// RoundTrip answers a request of ClickHouse's HTTP interface. What the engine
// refuses is a response with its exception, as a server sends it; an error is
// returned when the context ends or the request cannot be read.
func (e *Engine) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.Body != nil {
		defer req.Body.Close()
	}
	st, err := e.parse(req)
	if err != nil {
		return respondError(req, "", err)
	}
	if st.hello {
		b, err := hello(e.version)
		if err != nil {
			return nil, fmt.Errorf("embedded: %w", err)
		}
		return respond(req, st.id, http.StatusOK, io.NopCloser(bytes.NewReader(b)), int64(len(b))), nil
	}
	return e.answer(req, st)
}

func (e *Engine) answer(req *http.Request, st *statement) (*http.Response, error) {
	ctx, end := e.untilClosed(req.Context())
	chunks, err := e.run(ctx, st)
	if err != nil {
		end()
		return nil, fmt.Errorf("embedded: %w", err)
	}
	b := &body{lib: e.lib, ctx: ctx, cancel: end, chunks: chunks, tag: tag()}
	// The first chunk tells whether the query works at all.
	first, more, err := b.receive()
	switch {
	case err != nil:
		end()
		return nil, err
	case first.err != nil:
		end()
		return respondError(req, st.id, first.err)
	case !more:
		end()
		return respond(req, st.id, http.StatusOK, http.NoBody, 0), nil
	}
	b.take(first)
	resp := respond(req, st.id, http.StatusOK, b, -1)
	resp.Header.Set("X-ClickHouse-Exception-Tag", b.tag)
	return resp, nil
}

// hello answers helloQuery. The driver reads this answer at its own revision of
// the protocol; the revision 0 that it is told makes both sides speak plain
// Native from then on, which is what the engine writes.
func hello(version string) ([]byte, error) {
	b := proto.NewBlock()
	for _, c := range []struct{ name, kind string }{
		{"displayName()", "String"}, {"version()", "String"}, {"revision()", "UInt32"}, {"timezone()", "String"},
	} {
		if err := b.AddColumn(c.name, column.Type(c.kind)); err != nil {
			return nil, err
		}
	}
	if err := b.Append("embedded", version, uint32(0), "UTC"); err != nil {
		return nil, err
	}
	var buf chproto.Buffer
	if err := b.Encode(&buf, clickhouse.ClientTCPProtocolVersion); err != nil {
		return nil, err
	}
	return buf.Buf, nil
}

func respond(req *http.Request, id string, code int, content io.ReadCloser, length int64) *http.Response {
	h := http.Header{}
	if id != "" {
		h.Set("X-ClickHouse-Query-Id", id)
	}
	return &http.Response{
		Status: strconv.Itoa(code) + " " + http.StatusText(code), StatusCode: code,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: h, Body: content, ContentLength: length, Request: req,
	}
}

func respondError(req *http.Request, id string, err error) (*http.Response, error) {
	var ex *Exception
	if !errors.As(err, &ex) {
		return nil, err
	}
	text := []byte(ex.Text + "\n")
	resp := respond(req, id, http.StatusInternalServerError, io.NopCloser(bytes.NewReader(text)), int64(len(text)))
	resp.Header.Set("X-ClickHouse-Exception-Code", strconv.Itoa(ex.Code))
	return resp, nil
}

// tag tells a frame of body.fail from data that only looks like one.
func tag() string {
	var b [8]byte
	rand.Read(b[:]) // Never fails.
	return hex.EncodeToString(b[:])
}

// body reads a result from the engine's own memory, chunk by chunk.
type body struct {
	lib    *library
	ctx    context.Context // a response's body outlives the call that makes it
	cancel func()
	chunks <-chan chunk
	tag    string

	mu   sync.Mutex // Close may come while Read waits
	held chunk
	rest []byte // of held
	done bool
}

// receive waits for the next chunk; more is false at the end.
func (b *body) receive() (c chunk, more bool, err error) {
	select {
	case c, more = <-b.chunks:
	case <-b.ctx.Done():
	}
	if cause := context.Cause(b.ctx); cause != nil && (!more || c.err != nil) {
		return chunk{}, false, cause
	}
	return c, more, nil
}

func (b *body) take(c chunk) { b.held, b.rest = c, b.lib.bytes(c.result) }

func (b *body) Read(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for len(b.rest) == 0 {
		if b.done {
			return 0, io.EOF
		}
		b.lib.free(b.held.result)
		b.held = chunk{}
		c, more, err := b.receive()
		switch {
		case err != nil:
			b.done = true
			return 0, err
		case !more:
			b.done = true
			b.cancel()
		case c.err != nil:
			b.fail(c.err)
		default:
			b.take(c)
		}
	}
	n := copy(p, b.rest)
	b.rest = b.rest[n:]
	return n, nil
}

// fail ends the result with an exception after data have gone out, in the frame
// in which a server sends it (WriteBufferFromHTTPServerResponse.cpp).
func (b *body) fail(err error) {
	b.done = true
	text := err.Error() + "\n"
	b.rest = fmt.Appendf(nil, "\r\n__exception__\r\n%s\r\n%s%d %s\r\n__exception__\r\n", b.tag, text, len(text), b.tag)
	b.cancel()
}

// Close ends the query if it still runs.
func (b *body) Close() error {
	b.cancel()
	b.mu.Lock()
	defer b.mu.Unlock()
	b.done = true
	b.rest = nil
	b.lib.free(b.held.result)
	b.held = chunk{}
	return nil
}
