// Package htmlpage reads pages of HTML as far as that is the same for every site:
// the bytes become a tree, what was cut off or damaged is told, and where
// something else stands in place of the page (a captcha, a login form, an excuse)
// it is told what.
package htmlpage

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"qulaq/parsers"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"
	"golang.org/x/net/html/charset"
)

// Page is a page as a tree.
type Page struct {
	Source []byte // in UTF-8
	Tree   *goquery.Document
	Cut    bool // it ends before it is over
}

// Read decodes and parses a page. The refusal is nil when there is a tree to
// read on; whether it is the right one is for the caller to see.
func Read(page parsers.Page) (*Page, *parsers.Refusal) {
	p, refused := decode(page)
	if refused != nil {
		return nil, refused
	}
	return p, p.parse(p.Source)
}

// ReadFrom is Read of a page whose content begins at a landmark: a text that
// stands in the first tag of the content. What is before that tag is not parsed.
// The first landmark that there is counts; a page without any is refused.
func ReadFrom(page parsers.Page, landmarks ...string) (*Page, *parsers.Refusal) {
	p, refused := decode(page)
	if refused != nil {
		return nil, refused
	}
	for _, landmark := range landmarks {
		if i := bytes.Index(p.Source, []byte(landmark)); i >= 0 {
			return p, p.parse(p.Source[max(0, bytes.LastIndexByte(p.Source[:i], '<')):])
		}
	}
	if refused := p.parse(p.Source); refused != nil {
		return nil, refused
	}
	return nil, p.StandIn(strings.Join(landmarks, " or "))
}

// decode gives the page without its tree.
func decode(page parsers.Page) (*Page, *parsers.Refusal) {
	p := &Page{Source: UTF8(page.Body, page.ContentType)}
	p.Cut = !bytes.Contains(bytes.ToLower(p.Source[max(0, len(p.Source)-256):]), []byte("</html"))
	if p.Cut {
		p.Source = wholeRunes(p.Source)
	}
	if len(bytes.TrimSpace(p.Source)) == 0 {
		return nil, parsers.Refuse(parsers.Partial, "the page has no content")
	}
	if !utf8.Valid(p.Source) {
		return nil, parsers.Refuse(parsers.Partial, "the page is damaged: not all of it is UTF-8")
	}
	return p, nil
}

// parse makes the tree.
func (p *Page) parse(source []byte) *parsers.Refusal {
	root, err := html.Parse(bytes.NewReader(source))
	if err != nil { // nested deeper than any browser would follow
		return parsers.Refuse(parsers.Drift, "the page is not HTML that can be read: "+err.Error())
	}
	p.Tree = goquery.NewDocumentFromNode(root)
	return nil
}

// UTF8 decodes a body by the charset that its header or its own meta element
// declares. Where neither does it is taken for UTF-8, which is where
// DetermineEncoding falls back on windows-1252. A body that cannot be decoded stays
// as it is.
func UTF8(body []byte, contentType string) []byte {
	encoding, name, certain := charset.DetermineEncoding(body, contentType)
	if name == "utf-8" || (!certain && name == "windows-1252") {
		return bytes.TrimPrefix(body, []byte("\xef\xbb\xbf"))
	}
	decoded, err := encoding.NewDecoder().Bytes(body)
	if err != nil {
		return body
	}
	return decoded
}

// wholeRunes drops a character that was cut in the middle at the end.
func wholeRunes(body []byte) []byte {
	for n := 1; n < utf8.UTFMax && n <= len(body); n++ {
		if tail := body[len(body)-n:]; utf8.RuneStart(tail[0]) {
			if !utf8.FullRune(tail) {
				return body[:len(body)-n]
			}
			break
		}
	}
	return body
}
