package feed

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"mime"
	"strings"
	"unicode/utf8"

	"qulaq/parsers"
	"qulaq/parsers/htmlpage"

	"golang.org/x/net/html/charset"
)

// The namespaces of what is read beside RSS and Atom themselves.
const (
	nsAtom    = "http://www.w3.org/2005/Atom"
	nsContent = "http://purl.org/rss/1.0/modules/content/"
	nsDC      = "http://purl.org/dc/elements/1.1/"
	nsSlash   = "http://purl.org/rss/1.0/modules/slash/"
	nsWFW     = "http://wellformedweb.org/CommentAPI/"
	nsThread  = "http://purl.org/syndication/thread/1.0"
	nsSearch  = "http://a9.com/-/spec/opensearch"
	nsHistory = "http://purl.org/syndication/history/1.0"
)

// document is a feed in its own words.
type document struct {
	entries  []entry
	total    string // opensearch:totalResults
	next     string // the page with older entries
	paged    bool   // it links to other pages of itself
	complete bool   // fh:complete
	cut      bool
}

// entry is an item of RSS or an entry of Atom.
type entry struct {
	id, link  string
	title     string
	text      string // of the shortest to the fullest, the last that is there
	name      string
	account   string // an Atom author's uri
	published string
	updated   string
	count     string // slash:comments, thr:total
	replies   string // the feed of the comments
	inReplyTo string
	fullness  int
}

// decode reads the XML of a feed, entry by entry, so that one that is cut off
// keeps what came before.
func decode(page parsers.Page) (*document, *parsers.Refusal) {
	body := bytes.TrimSpace(page.Body)
	if len(body) == 0 {
		return nil, parsers.Refuse(parsers.Partial, "the feed has no content")
	}
	d := newDecoder(body, page.ContentType)
	f := &document{}
	root := ""
	for {
		token, err := d.Token()
		if err == nil {
			start, ok := token.(xml.StartElement)
			switch {
			case !ok:
				continue
			case root == "":
				if root = start.Name.Local; root != "rss" && root != "feed" && root != "RDF" {
					return nil, standIn(page)
				}
				continue
			}
			err = f.element(d, start)
		}
		var syntax *xml.SyntaxError
		switch {
		case err == nil:
		case errors.Is(err, io.EOF) && root != "":
			return f, nil
		case root == "":
			return nil, standIn(page)
		case errors.As(err, &syntax) && (strings.HasPrefix(syntax.Msg, "unexpected EOF") || int(d.InputOffset()) >= len(body)-utf8.UTFMax),
			errors.Is(err, io.ErrUnexpectedEOF):
			f.cut = true
			return f, nil
		default:
			return nil, parsers.Refuse(parsers.Drift, "the feed is not XML that can be read: "+err.Error())
		}
	}
}

// standIn tells what a page is that is no feed.
func standIn(page parsers.Page) *parsers.Refusal {
	shown, refused := htmlpage.Read(page)
	if refused != nil {
		return refused
	}
	return shown.StandIn("rss, feed or RDF")
}

// newDecoder decodes by the charset of the header, unless the body cannot be in
// it, and else by that of the XML declaration.
func newDecoder(body []byte, contentType string) *xml.Decoder {
	declared := ""
	if _, parameters, err := mime.ParseMediaType(contentType); err == nil {
		declared = parameters["charset"]
	}
	byHeader, name := charset.Lookup(declared)
	if byHeader == nil || name == "utf-8" && !utf8.Valid(body) {
		d := xml.NewDecoder(bytes.NewReader(body))
		d.CharsetReader = charset.NewReaderLabel
		d.Entity = xml.HTMLEntity
		return d
	}
	d := xml.NewDecoder(byHeader.NewDecoder().Reader(bytes.NewReader(body)))
	d.CharsetReader = func(_ string, decoded io.Reader) (io.Reader, error) { return decoded, nil }
	d.Entity = xml.HTMLEntity
	return d
}

// element reads what stands in a feed beside its entries, and them.
func (f *document) element(d *xml.Decoder, start xml.StartElement) error {
	switch space, name := start.Name.Space, start.Name.Local; {
	case name == "item", name == "entry" && space == nsAtom:
		return f.entry(d)
	case name == "totalResults" && len(space) > len(nsSearch) && space[:len(nsSearch)] == nsSearch:
		return d.DecodeElement(&f.total, &start)
	case name == "complete" && space == nsHistory:
		f.complete = true
	case name == "link" && space == nsAtom:
		switch attr(start, "rel") {
		case "next", "prev-archive": // to what is older
			f.next, f.paged = attr(start, "href"), true
		case "previous", "first", "last", "next-archive", "current":
			f.paged = true
		}
	}
	return nil
}

// entry reads one item or entry. One that is not over is not kept.
func (f *document) entry(d *xml.Decoder) error {
	var e entry
	for {
		token, err := d.Token()
		if err != nil {
			if errors.Is(err, io.EOF) {
				return io.ErrUnexpectedEOF
			}
			return err
		}
		switch token := token.(type) {
		case xml.EndElement:
			f.entries = append(f.entries, e)
			return nil
		case xml.StartElement:
			if err := e.element(d, token); err != nil {
				return err
			}
		}
	}
}

// element reads one element of an entry, to its end.
func (e *entry) element(d *xml.Decoder, start xml.StartElement) error {
	switch start.Name.Space + " " + start.Name.Local {
	case nsAtom + " link":
		e.atomLink(start)
		return d.Skip()
	case nsThread + " in-reply-to":
		e.inReplyTo = attr(start, "ref")
		return d.Skip()
	case nsAtom + " author":
		var author struct {
			Name string `xml:"name"`
			URI  string `xml:"uri"`
		}
		err := d.DecodeElement(&author, &start)
		e.name, e.account = author.Name, author.URI
		return err
	case nsAtom + " content", nsAtom + " summary":
		return e.atomText(d, start)
	}
	var text string
	var into *string
	switch start.Name.Space + " " + start.Name.Local {
	case " guid", "http://purl.org/rss/1.0/ guid", nsAtom + " id":
		into = &e.id
	case " link", "http://purl.org/rss/1.0/ link":
		into = &e.link
	case " title", "http://purl.org/rss/1.0/ title", nsAtom + " title":
		into = &e.title
	case nsDC + " creator", " author":
		into = &e.name
	case " pubDate", nsDC + " date", nsAtom + " published":
		into = &e.published
	case nsAtom + " updated":
		into = &e.updated
	case nsSlash + " comments", nsThread + " total":
		into = &e.count
	case nsWFW + " commentRss", nsWFW + " commentRSS":
		into = &e.replies
	case nsContent + " encoded":
		err := d.DecodeElement(&text, &start)
		e.say(text, 2)
		return err
	case " description", "http://purl.org/rss/1.0/ description":
		err := d.DecodeElement(&text, &start)
		e.say(text, 1)
		return err
	default:
		return d.Skip()
	}
	return d.DecodeElement(into, &start)
}

// say keeps a text unless there is a fuller one.
func (e *entry) say(text string, fullness int) {
	if fullness > e.fullness {
		e.text, e.fullness = text, fullness
	}
}

// atomText reads a text of Atom, which is HTML as a string, HTML as elements, or
// plain.
func (e *entry) atomText(d *xml.Decoder, start xml.StartElement) error {
	fullness := 1
	if start.Name.Local == "content" {
		fullness = 2
	}
	if attr(start, "type") == "xhtml" {
		var inner struct {
			XML string `xml:",innerxml"`
		}
		err := d.DecodeElement(&inner, &start)
		e.say(inner.XML, fullness)
		return err
	}
	var text string
	err := d.DecodeElement(&text, &start)
	if kind := attr(start, "type"); kind == "" || kind == "text" {
		text = escape(text)
	}
	e.say(text, fullness)
	return err
}

// escape makes HTML of plain text.
func escape(text string) string {
	var b bytes.Buffer
	_ = xml.EscapeText(&b, []byte(text)) // a buffer does not fail
	return b.String()
}

// atomLink keeps where a link of an entry leads.
func (e *entry) atomLink(start xml.StartElement) {
	switch rel := attr(start, "rel"); rel {
	case "", "alternate":
		e.link = attr(start, "href")
	case "replies": // as a feed rather than as a page, and how many (RFC 4685)
		kind := attr(start, "type")
		if kind == "application/atom+xml" || e.replies == "" && kind == "" {
			e.replies = attr(start, "href")
		}
		if n := attr(start, "count"); n != "" {
			e.count = n
		}
	}
}

func attr(start xml.StartElement, name string) string {
	for _, a := range start.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}
