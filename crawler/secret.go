package crawler

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
)

// secret is the layer below the archive that adds a request's secret query
// parameters and header fields, so that nothing above it ever holds them, and that masks them in
// the answer.
type secret struct {
	next     http.RoundTripper
	maxBytes int64
}

// RoundTrip adds them for the request's own host only, and only where
// nobody can listen: a redirect must not carry them elsewhere.
func (s secret) RoundTrip(req *http.Request) (*http.Response, error) {
	a := attemptOf(req.Context())
	if !a.request.hasSecrets() || !strings.EqualFold(req.URL.Host, a.host) ||
		req.URL.Scheme != "https" && !a.request.AllowLoopback {
		return s.next.RoundTrip(req)
	}
	sent := req.WithContext(req.Context())
	address := *req.URL
	if address.RawQuery != "" && len(a.request.Secret) > 0 {
		address.RawQuery += "&"
	}
	address.RawQuery += a.request.Secret.Encode()
	sent.URL = &address
	if len(a.request.SecretHeader) > 0 {
		sent.Header = req.Header.Clone()
		for name, values := range a.request.SecretHeader {
			sent.Header[http.CanonicalHeaderKey(name)] = values
		}
	}
	resp, err := s.next.RoundTrip(sent)
	if err != nil {
		return nil, err
	}
	resp.Request = req // not the one that holds the secrets
	if coding, err := contentCoding(resp.Header); err != nil || coding != "" {
		_ = resp.Body.Close() // the answer is refused whatever closing says
		return nil, errors.New("an encoded answer to a request with secrets, which cannot be masked")
	}
	mask := newMask(a.request)
	for _, values := range resp.Header {
		for i, value := range values {
			values[i] = string(mask.apply([]byte(value)))
		}
	}
	resp.Body = &maskedBody{body: resp.Body, mask: mask, limit: s.maxBytes}
	return resp, nil
}

// mask replaces secrets by as many stars, so that lengths stay true.
type mask [][]byte

func newMask(r *Request) mask {
	var m mask
	for _, value := range r.secrets() {
		m = append(m, []byte(value))
		if escaped := url.QueryEscape(value); escaped != value {
			m = append(m, []byte(escaped))
		}
	}
	return m
}

func (m mask) apply(b []byte) []byte {
	for _, value := range m {
		b = bytes.ReplaceAll(b, value, bytes.Repeat([]byte("*"), len(value)))
	}
	return b
}

// maskedBody masks a body as a whole: a secret may lie across two reads. Only
// answers to requests with secrets, which are short, are held in memory for it.
type maskedBody struct {
	body   io.ReadCloser
	mask   mask
	limit  int64 // beyond it the body is of no use, and is not held
	masked *bytes.Reader
	err    error
}

func (b *maskedBody) Read(p []byte) (int, error) {
	if b.masked == nil {
		// One byte more than the limit, for the layer above to see it exceeded.
		whole, err := io.ReadAll(io.LimitReader(b.body, b.limit+1))
		b.masked, b.err = bytes.NewReader(b.mask.apply(whole)), err
	}
	if b.masked.Len() > 0 || b.err == nil {
		return b.masked.Read(p)
	}
	return 0, b.err
}

func (b *maskedBody) Close() error { return b.body.Close() }
