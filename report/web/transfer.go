package web

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"net/http"
	"strconv"
	"strings"
	"sync"
)

// squeezed is the size from which on a body is worth compressing: a packet.
const squeezed = 1400

// squeezers are writers to be used again; each has a megabyte of tables.
type squeezers struct{ pool sync.Pool }

// squeeze is the body in gzip's form (RFC 1952). Level 5 takes a third of the time of
// the best, for pages that are a tenth larger.
func (s *squeezers) squeeze(body []byte) ([]byte, error) {
	const level = 5
	var out bytes.Buffer
	w, ok := s.pool.Get().(*gzip.Writer)
	if !ok {
		var err error
		if w, err = gzip.NewWriterLevel(nil, level); err != nil {
			return nil, fmt.Errorf("web: compress: %w", err)
		}
	}
	defer s.pool.Put(w)
	w.Reset(&out)
	if _, err := w.Write(body); err != nil {
		return nil, fmt.Errorf("web: compress: %w", err)
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("web: compress: %w", err)
	}
	return out.Bytes(), nil
}

// send writes a body, compressed where the reader takes that and it is worth it.
func (s *Site) send(w http.ResponseWriter, r *http.Request, status int, body []byte) error {
	h := w.Header()
	h.Set("Vary", "Accept-Encoding")
	if len(body) >= squeezed && compressible(h.Get("Content-Type")) && takesGzip(r.Header.Get("Accept-Encoding")) {
		small, err := s.squeezers.squeeze(body)
		if err != nil {
			return err
		}
		body = small
		h.Set("Content-Encoding", "gzip")
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	_, _ = w.Write(body) // the reader may have left
	return nil
}

// compressible tells whether content of a type is text.
func compressible(kind string) bool {
	kind, _, _ = strings.Cut(kind, ";")
	return strings.HasPrefix(kind, "text/") || strings.HasSuffix(kind, "+xml") || kind == "application/javascript" // as some systems name it
}

// takesGzip reads Accept-Encoding (RFC 9110, 12.5.3).
func takesGzip(accepted string) bool {
	anything := false
	for part := range strings.SplitSeq(accepted, ",") {
		coding, quality, weighed := strings.Cut(part, ";")
		taken := true
		if weighed {
			q, err := strconv.ParseFloat(strings.TrimPrefix(strings.TrimSpace(quality), "q="), 64)
			taken = err == nil && q > 0
		}
		switch strings.ToLower(strings.TrimSpace(coding)) {
		case "gzip", "x-gzip":
			return taken
		case "*":
			anything = taken
		}
	}
	return anything
}

// fingerprintOf names all that pages are made of besides the data: the program and
// its texts, the registry, the method.
func (s *Site) fingerprintOf(registry string) (string, error) {
	sum := sha256.New()
	for _, text := range []string{s.Version, s.Edition, s.Address, s.Dictionary, registry} {
		fmt.Fprintf(sum, "%d %s", len(text), text)
	}
	for _, lang := range languages {
		fmt.Fprintf(sum, "%d %s", len(s.Method[string(lang)]), s.Method[string(lang)])
	}
	err := fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := files.ReadFile(name)
		fmt.Fprintf(sum, "%s %d %s", name, len(text), text)
		return err
	})
	if err != nil {
		return "", fmt.Errorf("web: %w", err)
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

// tag names the page that the request gets, before it is made: it is a function of
// what the site is made of, of the state of the data, and of the address. It is weak
// (RFC 9110, 8.8.1), as the same page may go out compressed or not.
func (r *request) tag() string {
	sum := sha256.Sum256([]byte(strings.Join([]string{r.site.fingerprint, r.snapshot.name, r.host, r.url.RequestURI(), string(r.lang), fmt.Sprint(r.running())}, "\x00")))
	return `W/"` + hex.EncodeToString(sum[:12]) + `"`
}

// has tells whether the reader has what a tag names, by If-None-Match.
func has(r *http.Request, tag string) bool {
	return strings.Contains(r.Header.Get("If-None-Match"), strings.TrimPrefix(tag, "W/"))
}
