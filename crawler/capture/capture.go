// Package capture reads the files in which browsers and other crawlers keep pages:
// WARC (ISO 28500), WACZ, and HAR.
//
// [Open] tells whether a file is one; [File.Captures] lists what it holds, without
// the pages themselves; [File.Page] loads one. Requests are read for their address
// and form alone: cookies, keys and the rest of what identifies whoever captured
// the page are not looked at.
package capture

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"qulaq/crawler/archive"
)

// ErrFormat says that a file is of no format that this package reads.
var ErrFormat = errors.New("neither WARC nor WACZ nor HAR")

// Capture is a page in a file: an answer with status 200 that is text.
type Capture struct {
	URL  string
	Form url.Values // sent by POST; nil for GET
	At   time.Time  // when it was asked for

	part   int   // of the file
	offset int64 // of the record with the page
	length int   // of an entry of a HAR
}

// File is a file of pages. It belongs to one goroutine.
type File struct {
	parts []part // WARC files: one, or those in a WACZ
	har   bool   // the part is a HAR
}

type part struct {
	io.ReaderAt
	name string // in a WACZ; "" otherwise
	size int64
}

// Open looks at the beginning of a file. The error wraps ErrFormat for one that is
// none of the formats.
func Open(r io.ReaderAt, size int64) (*File, error) {
	whole := part{r, "", size}
	head := make([]byte, 4)
	if n, err := r.ReadAt(head, 0); err != nil && err != io.EOF {
		return nil, fmt.Errorf("capture: %w", err)
	} else {
		head = head[:n]
	}
	switch {
	case string(head) == "WARC", strings.HasPrefix(string(head), "\x1f\x8b"):
		return &File{parts: []part{whole}}, whole.checkWARC()
	case string(head) == "PK\x03\x04":
		return openWACZ(whole)
	case whole.isHAR():
		return &File{parts: []part{whole}, har: true}, nil
	}
	return nil, fmt.Errorf("capture: %w", ErrFormat)
}

// Captures lists the pages in the order of the file. What cannot be read is told
// to trouble; it ends a file, but not one of several in a WACZ.
func (f *File) Captures(trouble func(error) error) ([]Capture, error) {
	var all []Capture
	for n := range f.parts {
		list := f.parts[n].captures
		if f.har {
			list = f.parts[n].entries
		}
		found, err := list(trouble)
		if err != nil {
			return nil, err
		}
		for _, c := range found {
			c.part = n
			all = append(all, c)
		}
	}
	return all, nil
}

// Page loads a page.
func (f *File) Page(c Capture) (page archive.Page, err error) {
	p := &f.parts[c.part]
	if f.har {
		page, err = p.entry(c)
	} else {
		page, err = p.response(c)
	}
	if err != nil {
		return page, p.fail(c.offset, err)
	}
	page.URL, page.Asked, page.Form = c.URL, c.URL, c.Form
	return page, nil
}

// fail says where in a file something went wrong.
func (p *part) fail(offset int64, err error) error {
	if p.name == "" {
		return fmt.Errorf("capture: byte %d: %w", offset, err)
	}
	return fmt.Errorf("capture: %s: byte %d: %w", p.name, offset, err)
}

// isPage tells whether an answer may be one that a parser reads.
func isPage(status int, contentType string) bool {
	if status != http.StatusOK {
		return false
	}
	kind, _, _ := strings.Cut(strings.ToLower(contentType), ";")
	kind = strings.TrimSpace(kind)
	return kind == "" || kind == "text/plain" || strings.HasSuffix(kind, "html") ||
		strings.HasSuffix(kind, "json") || strings.HasSuffix(kind, "xml")
}
