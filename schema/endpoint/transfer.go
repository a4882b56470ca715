package endpoint

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/ClickHouse/ch-go/compress"
)

// requestBody reads the body, which a client may have compressed as HTTP does
// (Content-Encoding) or as ClickHouse does (decompress=1).
func requestBody(body io.Reader, r *http.Request, params url.Values) (string, error) {
	encoding := r.Header.Get("Content-Encoding")
	var err error
	switch {
	case on(params, "decompress"):
		body = compress.NewReader(body)
	case encoding == "gzip":
		body, err = gzip.NewReader(body)
	case encoding == "deflate":
		body, err = zlib.NewReader(body)
	case encoding != "" && encoding != "identity":
		return "", exceptionf(codeNotImplemented, "NOT_IMPLEMENTED", "Content-Encoding %.64s: this endpoint reads gzip and deflate", encoding)
	}
	if err != nil {
		return "", exceptionf(codeBadArguments, "BAD_ARGUMENTS", "The body is not compressed with %s: %v", encoding, err)
	}
	text, err := io.ReadAll(io.LimitReader(body, maxQuery+1)) // a small body may hold a long query
	var tooLong *http.MaxBytesError
	switch {
	case errors.As(err, &tooLong) || len(text) > maxQuery:
		return "", exceptionf(codeQueryTooLarge, "QUERY_IS_TOO_LARGE", "The query is longer than %d bytes", maxQuery)
	case err != nil:
		return "", exceptionf(codeBadArguments, "BAD_ARGUMENTS", "The body cannot be read: %v", err)
	}
	return string(text), nil
}

// send copies an answer of the engine to the client. An error of the engine before
// the first byte is returned; one after it travels in the result, as a server sends
// it, and the connection is cut so that nobody takes the result for whole.
func send(w http.ResponseWriter, r *http.Request, resp *http.Response, params url.Values, format string) error {
	if resp.StatusCode != http.StatusOK {
		text, err := io.ReadAll(resp.Body)
		if err != nil {
			return requestError(err)
		}
		code, err := strconv.Atoi(resp.Header.Get("X-ClickHouse-Exception-Code"))
		if err != nil {
			code = codeUnknown
		}
		return &exception{code: code, text: strings.TrimSpace(string(text))}
	}
	h := w.Header()
	h.Set("Content-Type", contentType(format))
	h.Set("X-ClickHouse-Format", format)
	tag := resp.Header.Get("X-ClickHouse-Exception-Tag")
	if tag != "" {
		h.Set("X-ClickHouse-Exception-Tag", tag)
	}
	out := compressed(w, r, params)
	if r.Method == http.MethodHead {
		return nil
	}
	// Header and status go out with the first byte; until then an error is one.
	head := make([]byte, 1)
	n, err := io.ReadFull(resp.Body, head)
	if err != nil && !errors.Is(err, io.EOF) {
		h.Del("Content-Encoding")
		return requestError(err)
	}
	var end tail
	_, err = io.Copy(out, io.TeeReader(io.MultiReader(bytes.NewReader(head[:n]), resp.Body), &end))
	if err == nil {
		err = out.Close()
	}
	if err != nil || tag != "" && bytes.HasSuffix(end, []byte(tag+"\r\n__exception__\r\n")) {
		_ = http.NewResponseController(w).Flush() // what there is, an exception included
		panic(http.ErrAbortHandler)               // the way of net/http to cut a connection
	}
	return nil
}

// tail keeps the last bytes that were written to it.
type tail []byte

func (t *tail) Write(p []byte) (int, error) {
	const enough = 64 // for the end of an exception in a result
	*t = append(*t, p[max(0, len(p)-enough):]...)
	*t = append((*t)[:0], (*t)[max(0, len(*t)-enough):]...)
	return len(p), nil
}

// compressed writes as the client asked: in ClickHouse's own frames (compress=1),
// or by an encoding of HTTP, which ClickHouse applies only when told to.
func compressed(w http.ResponseWriter, r *http.Request, params url.Values) io.WriteCloser {
	if on(params, "compress") {
		method := compress.LZ4
		if strings.EqualFold(params.Get("network_compression_method"), "zstd") {
			method = compress.ZSTD
		}
		return &frames{to: w, writer: compress.NewWriter(compress.LevelZero, method)}
	}
	if on(params, "enable_http_compression") {
		for encoding := range strings.SplitSeq(r.Header.Get("Accept-Encoding"), ",") {
			switch encoding, _, _ = strings.Cut(strings.TrimSpace(encoding), ";"); encoding {
			case "gzip":
				w.Header().Set("Content-Encoding", encoding)
				return gzip.NewWriter(w)
			case "deflate":
				w.Header().Set("Content-Encoding", encoding)
				return zlib.NewWriter(w)
			}
		}
	}
	return plain{w}
}

func on(params url.Values, name string) bool {
	v := params.Get(name)
	return v == "1" || v == "true"
}

// plain writes what it is given.
type plain struct{ io.Writer }

func (plain) Close() error { return nil }

// frames writes ClickHouse's compressed frames of up to frameSize bytes each.
type frames struct {
	to     io.Writer
	writer *compress.Writer
	buf    []byte
}

// frameSize is what a ClickHouse server compresses at a time (max_compress_block_size).
const frameSize = 1 << 20

func (f *frames) Write(p []byte) (int, error) {
	f.buf = append(f.buf, p...)
	if len(f.buf) < frameSize {
		return len(p), nil
	}
	return len(p), f.flush()
}

func (f *frames) flush() error {
	if len(f.buf) == 0 {
		return nil
	}
	if err := f.writer.Compress(f.buf); err != nil {
		return err
	}
	f.buf = f.buf[:0]
	_, err := f.to.Write(f.writer.Data)
	return err
}

func (f *frames) Close() error { return f.flush() }
