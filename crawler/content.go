package crawler

import (
	"bufio"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"
)

// A page may become this many times larger by decoding: markup stays far below,
// bombs reach a thousand. Small pages may be as repetitive as they like.
const (
	maxRatio       = 200
	ratioMattersAt = 1 << 20 // decoded bytes
)

// content is the layer that bounds an answer, in time and in size, and decodes
// it. A body that exceeds a bound fails; it is never cut, because a cut page
// reads like a complete one with fewer answers.
type content struct {
	next     http.RoundTripper
	timeout  time.Duration // from sending the request to the last byte of the answer
	maxBytes int64         // of a body, both as transferred and decoded
	now      func() time.Time
	gzips    sync.Pool // of *gunzipper
}

// RoundTrip leaves the header of the answer as it was served; that the body is
// decoded is told by Uncompressed.
func (c *content) RoundTrip(req *http.Request) (*http.Response, error) {
	a := attemptOf(req.Context())
	ctx, cancel := context.WithTimeoutCause(req.Context(), c.timeout, errTimeout)
	a.sentAt = c.now()
	resp, err := c.next.RoundTrip(req.WithContext(ctx))
	if err != nil {
		err = timeoutOr(ctx, err)
		cancel()
		return nil, err
	}
	a.status, a.header = resp.StatusCode, resp.Header
	body := &contentBody{layer: c, ctx: ctx, cancel: cancel, attempt: a, raw: resp.Body}
	body.coding, err = contentCoding(resp.Header)
	if err == nil && resp.ContentLength > c.maxBytes {
		err = c.tooLarge()
	}
	if err != nil {
		_ = body.Close() // the answer is refused whatever closing says
		return nil, err
	}
	resp.Body = body
	resp.ContentLength = -1
	resp.Uncompressed = true
	return resp, nil
}

func (c *content) tooLarge() error {
	return &sizeError{fmt.Sprintf("larger than %d bytes", c.maxBytes)}
}

// contentCoding is the one coding of a body: "", "gzip" or "deflate".
func contentCoding(h http.Header) (string, error) {
	coding := strings.ToLower(strings.TrimSpace(strings.Join(h.Values("Content-Encoding"), ", ")))
	switch coding {
	case "", "identity":
		return "", nil
	case "gzip", "x-gzip":
		return "gzip", nil
	case "deflate":
		return "deflate", nil
	}
	return "", fmt.Errorf("content encoding %q was not asked for", coding)
}

// timeoutOr is errTimeout if that is what ended ctx, else err.
func timeoutOr(ctx context.Context, err error) error {
	if errors.Is(context.Cause(ctx), errTimeout) {
		return errTimeout
	}
	return err
}

// contentBody reads a body decoded and within bounds.
type contentBody struct {
	layer   *content
	ctx     context.Context
	cancel  context.CancelFunc
	attempt *attempt
	raw     io.ReadCloser
	coding  string

	decoded     io.Reader // nil until the first Read
	gzip        *gunzipper
	rawN        int64 // bytes as transferred
	decodedN    int64
	rawTooLarge bool
}

func (b *contentBody) Read(p []byte) (int, error) {
	if b.decoded == nil {
		if err := b.open(); err != nil {
			return 0, b.failure(err)
		}
	}
	n, err := b.decoded.Read(p)
	b.decodedN += int64(n)
	switch {
	case b.decodedN > b.layer.maxBytes:
		return 0, b.layer.tooLarge()
	case b.decodedN > ratioMattersAt && b.decodedN > maxRatio*b.rawN:
		return 0, &sizeError{fmt.Sprintf("decodes to more than %d times its size", maxRatio)}
	case err != nil && err != io.EOF:
		return 0, b.failure(err)
	}
	return n, err
}

// open chooses the decoder.
func (b *contentBody) open() error {
	var err error
	switch raw := (*rawReader)(b); b.coding {
	case "gzip":
		err = b.openGzip(raw)
	case "deflate":
		err = b.openDeflate(raw)
	default:
		b.decoded = raw
	}
	if errors.Is(err, io.EOF) && b.rawN == 0 { // no body, as after a 304
		b.decoded, err = http.NoBody, nil
	}
	return err
}

// gunzipper decodes one body after the other in the same memory. What it reads from
// the wire at a time is most of a page: it goes past the buffer of the connection.
type gunzipper struct {
	gzip.Reader
	raw *bufio.Reader
}

const rawAtATime = 16 << 10

func (b *contentBody) openGzip(raw io.Reader) error {
	var ok bool
	if b.gzip, ok = b.layer.gzips.Get().(*gunzipper); !ok {
		b.gzip = &gunzipper{raw: bufio.NewReaderSize(nil, rawAtATime)}
	}
	b.gzip.raw.Reset(raw)
	b.decoded = b.gzip
	return b.gzip.Reset(b.gzip.raw)
}

// openDeflate reads zlib, which the name means (RFC 9110 section 8.4.1.2), and
// its bare content, which some servers send.
func (b *contentBody) openDeflate(raw io.Reader) error {
	buffered := bufio.NewReader(raw)
	head, err := buffered.Peek(2)
	if err != nil {
		return err
	}
	if head[0]&0x0f == 8 && (int(head[0])<<8|int(head[1]))%31 == 0 {
		b.decoded, err = zlib.NewReader(buffered)
		return err
	}
	b.decoded = flate.NewReader(buffered)
	return nil
}

// failure names the failure to read on.
func (b *contentBody) failure(err error) error {
	if b.rawTooLarge {
		return b.layer.tooLarge()
	}
	if err := timeoutOr(b.ctx, err); errors.Is(err, errTimeout) || b.ctx.Err() != nil {
		return err
	}
	return &cutError{b.rawN, err}
}

func (b *contentBody) Close() error {
	err := b.raw.Close()
	b.cancel()
	b.attempt.bytes += b.rawN
	if b.gzip != nil {
		b.gzip.raw.Reset(nil) // do not keep the connection alive
		b.layer.gzips.Put(b.gzip)
		b.gzip = nil
		b.decoded = http.NoBody
	}
	b.rawN = 0 // closing again adds nothing
	return err
}

// rawReader reads the body as transferred.
type rawReader contentBody

func (r *rawReader) Read(p []byte) (int, error) {
	n, err := r.raw.Read(p)
	r.rawN += int64(n)
	if r.rawN > r.layer.maxBytes {
		r.rawTooLarge = true
		return 0, io.ErrUnexpectedEOF
	}
	return n, err
}
