package capture

import (
	"archive/zip"
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"

	"qulaq/crawler/archive"
)

// headBytes is how much of a record is read to list it: the HTTP header, and what
// a form sends.
const headBytes = 64 << 10

// checkWARC tells why a file that begins like a WARC file is none.
func (p *part) checkWARC() error {
	begin := make([]byte, len("WARC/"))
	if plain, err := gzip.NewReader(io.NewSectionReader(p, 0, p.size)); err == nil {
		if _, err := io.ReadFull(plain, begin); err != nil || string(begin) != "WARC/" {
			return fmt.Errorf("capture: %w: compressed, and not a WARC file", ErrFormat)
		}
	}
	for _, err := range archive.Records(p, p.size, 0, 1) {
		if err != nil {
			return fmt.Errorf("capture: %w (a WARC file that is compressed as a whole has to be decompressed)", err)
		}
		break
	}
	return nil
}

// openWACZ opens the WARC files of a WACZ (specs.webrecorder.net/wacz/1.1.1), which
// are in its folder archive, not compressed once more.
func openWACZ(whole part) (*File, error) {
	z, err := zip.NewReader(whole, whole.size)
	if err != nil {
		return nil, fmt.Errorf("capture: WACZ: %w", err)
	}
	f := &File{}
	for _, member := range z.File {
		if path.Dir(member.Name) != "archive" || !strings.Contains(path.Ext(strings.TrimSuffix(member.Name, ".gz")), "warc") {
			continue
		}
		if member.Method != zip.Store {
			return nil, fmt.Errorf("capture: WACZ: %s is compressed within the file, against the standard", member.Name)
		}
		offset, err := member.DataOffset()
		if err != nil {
			return nil, fmt.Errorf("capture: WACZ: %s: %w", member.Name, err)
		}
		size := int64(member.UncompressedSize64)
		f.parts = append(f.parts, part{io.NewSectionReader(whole, offset, size), member.Name, size})
	}
	if len(f.parts) == 0 {
		return nil, fmt.Errorf("capture: %w: a ZIP file without archive/….warc.gz", ErrFormat)
	}
	return f, nil
}

// captures lists the pages of a WARC file.
func (p *part) captures(trouble func(error) error) ([]Capture, error) {
	var all []Capture
	var ids []string                 // of their records
	originals := map[string]int64{}  // payload digest → offset of the response that has it
	forms := map[string]url.Values{} // by the id of the request, and of what it says it belongs to
	for rec, err := range archive.Records(p, p.size, 0, headBytes) {
		if err != nil {
			if p.name != "" {
				err = fmt.Errorf("%s: %w", p.name, err)
			}
			if err := trouble(err); err != nil {
				return nil, err
			}
			break
		}
		switch rec.Type {
		case "request":
			if form := postedForm(rec.Block); form != nil {
				forms[rec.ID], forms[concurrent(rec)] = form, form
			}
		case "response", "revisit":
			offset, err := original(rec, originals)
			if err != nil {
				if err := trouble(p.fail(rec.Offset, err)); err != nil {
					return nil, err
				}
			}
			if offset < 0 {
				continue
			}
			all = append(all, Capture{URL: rec.Target, At: rec.Date, offset: offset})
			ids = append(ids, rec.ID+" "+concurrent(rec))
		}
	}
	for n := range all {
		own, other, _ := strings.Cut(ids[n], " ")
		if all[n].Form = forms[own]; all[n].Form == nil && other != "" {
			all[n].Form = forms[other]
		}
	}
	return all, nil
}

// original gives the offset of the response that holds a record's page; -1 when
// the record has none.
func original(rec *archive.Record, originals map[string]int64) (int64, error) {
	digest := rec.Fields.Get("WARC-Payload-Digest")
	if rec.Type == "revisit" {
		if !strings.HasSuffix(rec.Fields.Get("WARC-Profile"), "/identical-payload-digest") {
			return -1, nil
		}
		if offset, ok := originals[digest]; ok {
			return offset, nil
		}
		return -1, errors.New("a revisit of a page that the file does not have")
	}
	status, header, _, err := readHTTP(rec.Block)
	if err != nil {
		return -1, nil // of another protocol than HTTP
	}
	if !isPage(status, header.Get("Content-Type")) {
		if digest != "" {
			originals[digest] = -1 // so that revisits of it are no trouble
		}
		return -1, nil
	}
	if digest != "" {
		originals[digest] = rec.Offset
	}
	return rec.Offset, nil
}

// response loads the page of a response.
func (p *part) response(c Capture) (archive.Page, error) {
	for rec, err := range archive.Records(p, p.size, c.offset, 0) {
		if err != nil {
			return archive.Page{}, err
		}
		page, err := readPage(rec)
		if c.At.After(page.Sent) { // a revisit: seen again, the same
			page.Sent, page.Seen = c.At, c.At
		}
		return page, err
	}
	return archive.Page{}, io.ErrUnexpectedEOF
}

func readPage(rec *archive.Record) (archive.Page, error) {
	status, header, body, err := readHTTP(rec.Block)
	page := archive.Page{
		Status: status, Header: header, ContentType: header.Get("Content-Type"),
		Sent: rec.Date, Seen: rec.Seen(), Incomplete: rec.Fields.Get("WARC-Truncated"),
	}
	if err != nil {
		return page, err
	}
	page.Body, err = archive.Decode(body, header.Get("Content-Encoding"))
	if err != nil && !bytes.HasPrefix(body, []byte("\x1f\x8b")) {
		page.Body, err = body, nil // some software decodes it and leaves the header
	}
	return page, err
}

var endOfHead = []byte("\r\n\r\n")

// readHTTP reads an HTTP response, with its body as far as the block has it,
// whatever the header says of its length: it may have been decoded.
func readHTTP(block []byte) (status int, header http.Header, body []byte, err error) {
	head, rest, ok := bytes.Cut(block, endOfHead)
	if !ok {
		return 0, nil, nil, errors.New("its HTTP header does not end")
	}
	for _, newer := range []string{"HTTP/2 ", "HTTP/3 "} { // which have no such text
		if after, ok := bytes.CutPrefix(head, []byte(newer)); ok {
			head = slices.Concat([]byte("HTTP/1.1 "), after)
		}
	}
	resp, err := http.ReadResponse(bufio.NewReader(io.MultiReader(bytes.NewReader(head), bytes.NewReader(endOfHead), bytes.NewReader(rest))), nil)
	if err != nil {
		return 0, nil, nil, err
	}
	defer resp.Body.Close()
	body = bytes.Clone(rest)
	if len(resp.TransferEncoding) > 0 {
		if joined, err := io.ReadAll(resp.Body); err == nil {
			body = joined // else some software has joined the chunks and left the header
		}
	}
	return resp.StatusCode, resp.Header, body, nil
}

// postedForm is the form that a request sends; nil when it sends none.
func postedForm(block []byte) url.Values {
	if !bytes.HasPrefix(block, []byte("POST ")) {
		return nil
	}
	_, body, _ := bytes.Cut(block, endOfHead)
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return nil
	}
	return form
}

func concurrent(rec *archive.Record) string {
	return strings.Trim(rec.Fields.Get("WARC-Concurrent-To"), "<>")
}
