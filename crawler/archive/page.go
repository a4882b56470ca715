package archive

import (
	"bufio"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
	"iter"
	"math"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Page is an answer, as a parser wants it.
type Page struct {
	URL         string     // that was asked for, the target of a redirect included
	Asked       string     // where the redirects began; URL when there were none
	Form        url.Values // sent by POST; nil for GET
	Status      int
	Header      http.Header // of the answer, without cookies
	ContentType string      // as served
	Body        []byte      // content encoding removed; nil after "not modified"
	Sent, Seen  time.Time   // when the request left, and when the last byte had arrived
	Incomplete  string      // why Body is not the whole body; "" when it is
}

// Pages gives the answers that the filter chooses, in the order in which their
// requests were sent: pages, but also redirects, errors and robots.txt files, as
// Status and URL tell. Errors are as those of [Reader.Records].
func (r *Reader) Pages(f Filter) iter.Seq2[Page, error] {
	return func(yield func(Page, error) bool) {
		o := &opened{reader: r}
		defer o.close()
		scan := newScanner()
		for e, err := range r.entries(o, &f) {
			var page Page
			if err == nil {
				if e.kind != typeResponse && e.kind != typeRevisit {
					continue
				}
				var m *message
				if m, err = r.message(o, scan, e); err == nil {
					page = m.page()
				}
			}
			if !yield(page, err) {
				return
			}
		}
	}
}

// message is an exchange as it was archived.
type message struct {
	request  *http.Request // without body
	form     []byte
	response *http.Response // without body
	body     []byte         // as transferred

	target, asked string
	sent, seen    time.Time
	truncated     string
}

// message loads the exchange of a response or revisit.
func (r *Reader) message(o *opened, scan *scanner, e entry) (*message, error) {
	if err := r.load(o, scan, e.segment, e.request, e.offset+e.length); err != nil {
		return nil, fmt.Errorf("archive: %s: the request of the record at byte %d: %w", e.segment.Path, e.offset, err)
	}
	m := &message{}
	rec, err := r.next(scan, e.segment)
	if err == nil {
		m.asked = rec.Fields.Get(fieldAsked)
		err = m.readRequest(rec.Block)
	}
	if err != nil {
		return nil, fmt.Errorf("archive: %s: request at byte %d: %w", e.segment.Path, e.request, err)
	}
	if rec, err = r.next(scan, e.segment); err != nil {
		return nil, err
	}
	m.target, m.sent, m.seen = rec.Target, rec.Date, rec.Seen()
	m.truncated = rec.Fields.Get("WARC-Truncated")
	if err := m.readResponse(rec.Block); err != nil {
		return nil, fmt.Errorf("archive: %s: response at byte %d: %w", e.segment.Path, e.offset, err)
	}
	if rec.Fields.Get("WARC-Profile") == profileSameDigest {
		if err := r.repeat(o, scan, e, m); err != nil {
			return nil, fmt.Errorf("archive: %s: what the revisit at byte %d refers to: %w", e.segment.Path, e.offset, err)
		}
	}
	return m, nil
}

// repeat gives m the body of the record that its revisit refers to.
func (r *Reader) repeat(o *opened, scan *scanner, e entry, m *message) error {
	if err := r.load(o, scan, e.segment, e.original, math.MaxInt64); err != nil {
		return err
	}
	rec, err := r.next(scan, e.segment)
	if err != nil {
		return err
	}
	_, body, err := cutHead(rec.Block)
	m.body, m.truncated = bytes.Clone(body), "" // it was compared as a whole
	return err
}

var errNoHead = errors.New("its HTTP header does not end")

// cutHead parts an HTTP message after the empty line.
func cutHead(block []byte) (head, body []byte, err error) {
	i := bytes.Index(block, []byte("\r\n\r\n"))
	if i < 0 {
		return nil, nil, errNoHead
	}
	return block[:i+4], block[i+4:], nil
}

func (m *message) readRequest(block []byte) error {
	head, body, err := cutHead(block)
	if err != nil {
		return err
	}
	m.form = bytes.Clone(body)
	m.request, err = http.ReadRequest(bufio.NewReader(bytes.NewReader(head)))
	return err
}

func (m *message) readResponse(block []byte) error {
	head, body, err := cutHead(block)
	if err != nil {
		return err
	}
	m.body = bytes.Clone(body)
	m.response, err = http.ReadResponse(bufio.NewReader(bytes.NewReader(head)), m.request) //nolint:bodyclose // only the head is read, there is no body
	return err
}

func (m *message) page() Page {
	p := Page{
		URL:         m.target,
		Asked:       m.asked,
		Status:      m.response.StatusCode,
		Header:      m.response.Header,
		ContentType: m.response.Header.Get("Content-Type"),
		Sent:        m.sent,
		Seen:        m.seen,
	}
	if p.Asked == "" {
		p.Asked = p.URL
	}
	if m.request.Method == http.MethodPost {
		p.Form, _ = url.ParseQuery(string(m.form)) // what is not a form is left out
	}
	if p.Status == http.StatusNotModified {
		return p
	}
	body, err := Decode(m.body, m.response.Header.Get("Content-Encoding"))
	p.Body = body
	switch {
	case m.truncated != "":
		p.Incomplete = "truncated: " + m.truncated
	case err != nil:
		p.Incomplete = err.Error()
	}
	return p
}

// maxDecoded bounds what a body becomes by decoding. The crawler's own limit is
// far below, so that nothing it has recorded as a whole exceeds this.
const maxDecoded = 256 << 20

// Decode removes a content coding. With an error it returns what was decoded
// before.
func Decode(body []byte, coding string) ([]byte, error) {
	var (
		decoder io.Reader
		err     error
	)
	switch coding = strings.ToLower(strings.TrimSpace(coding)); {
	case coding == "" || coding == "identity" || len(body) == 0:
		return body, nil
	case coding == "gzip" || coding == "x-gzip":
		decoder, err = gzip.NewReader(bytes.NewReader(body))
	case coding == "deflate" && len(body) > 1 && body[0]&0x0f == 8 && (int(body[0])<<8|int(body[1]))%31 == 0:
		decoder, err = zlib.NewReader(bytes.NewReader(body))
	case coding == "deflate": // some servers send it without the frame of zlib
		decoder = flate.NewReader(bytes.NewReader(body))
	default:
		return nil, fmt.Errorf("content encoding %q", coding)
	}
	if err != nil {
		return nil, err
	}
	decoded, err := io.ReadAll(io.LimitReader(decoder, maxDecoded+1))
	if len(decoded) > maxDecoded {
		return nil, fmt.Errorf("decodes to more than %d bytes", maxDecoded)
	}
	return decoded, err
}
