package telegram

import (
	"bytes"
	"encoding/json"
	"iter"
	"slices"
	"strings"

	"qulaq/parsers"
	"qulaq/parsers/wellformed"

	"golang.org/x/net/html"
)

// document is what one walk over the tree of a page finds, in the page's words.
type document struct {
	at      address
	page    parsers.Page
	cut     bool             // the page ends before it is over
	answer  *answer          // of the api, around the page
	refused *parsers.Refusal // what the page was refused with before it could be walked

	root     *html.Node
	messages []*message

	frame      bool   // the frame of a channel's messages is there, or that of comments
	discussion bool   // it is that of comments
	before     string // a link to older messages: before which number
	prev       string // the same from the head of the page
	header     string // above comments: "44 comments"
	headerHref string // the post that they belong to
	notice     string // in place of messages
	noticed    bool   // there is such a notice, perhaps without text

	form      map[string]string // hidden inputs that identify a discussion
	api       string            // address for more comments
	apiCount  *int              // comments, as the page's script has it
	landing   bool              // a page about a name, without messages
	title     string            // of the name, on a landing page
	widget    bool              // a landing page that frames a post by script
	noindex   bool              // asks search engines not to index it
	pageTitle string            // in the head
}

// read decodes a page and walks its tree, once. The tree is built in memory that the
// next page uses again, and of strings that are parts of the page.
func read(page parsers.Page, at address, tree *wellformed.Tree) *document {
	d := &document{at: at, page: page}
	var source []byte
	if source, d.cut, d.answer, d.refused = decode(page); d.refused != nil {
		return d
	}
	root, ok := tree.ParseBytes(source)
	if !ok {
		var err error
		if root, err = html.Parse(bytes.NewReader(source)); err != nil { // nested deeper than any browser would follow
			d.refused = parsers.Refuse(parsers.Drift, "the page is not HTML that can be read: "+err.Error())
			return d
		}
	}
	d.root = root
	d.walk(root, nil)
	return d
}

// walk visits the elements below n. Inside a message they belong to m; m is nil
// outside of any. Messages do not nest; where damaged markup makes them, the
// inner one still counts for itself.
func (d *document) walk(n *html.Node, m *message) {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type != html.ElementNode {
			continue
		}
		inside, descend := m, true
		switch class := attr(c, "class"); {
		case hasClass(class, "tgme_widget_message"):
			inside = newMessage(c, class)
			d.messages = append(d.messages, inside)
		case m != nil:
			descend = m.element(c, class)
		default:
			d.landmark(c, class)
		}
		if descend {
			d.walk(c, inside)
		}
	}
}

// landmark notes an element outside of messages.
func (d *document) landmark(n *html.Node, class string) {
	switch n.Data {
	case "title":
		if d.pageTitle == "" { // a drawing can have one too
			d.pageTitle = textOf(n)
		}
	case "meta":
		d.noindex = d.noindex || attr(n, "name") == "robots" && strings.Contains(attr(n, "content"), "noindex")
	case "link":
		if attr(n, "rel") == "prev" {
			d.prev = attr(n, "href")
		}
	case "input":
		if name := attr(n, "name"); slices.Contains(identifying, name) {
			if d.form == nil {
				d.form = make(map[string]string, 3)
			}
			d.form[name] = attr(n, "value")
		}
	case "script":
		d.script(n)
	}
	for class := range classes(class) {
		switch class {
		case "tgme_channel_history", "js-message_history":
			d.frame = true
		case "tgme_post_discussion":
			d.frame, d.discussion = true, true
		case "js-header":
			d.header = textOf(n)
			for s := n.NextSibling; s != nil; s = s.NextSibling {
				if s.Type == html.ElementNode && s.Data == "a" {
					d.headerHref = attr(s, "href")
				}
			}
		case "js-messages_more": // also names what is newer, by data-after
			if before := attr(n, "data-before"); isNumber(before) && d.before == "" {
				d.before = before
			}
		case "tme_no_messages_found":
			d.notice, d.noticed = textOf(n), true
		case "tgme_page":
			d.landing = true
		case "tgme_page_title":
			d.title = textOf(n)
		case "tgme_page_widget":
			d.widget = true
		}
	}
}

// script reads what the page tells its own scripts.
func (d *document) script(n *html.Node) {
	if n.FirstChild == nil {
		return
	}
	var options struct {
		API   string `json:"api_url"`
		Count *int   `json:"comments_cnt"`
	}
	for _, call := range []string{"TWidgetAuth.init(", "TWidgetDiscussion.init("} {
		if _, argument, ok := strings.Cut(n.FirstChild.Data, call); ok {
			// The decoder stops behind the object. What is no object tells nothing.
			_ = json.NewDecoder(strings.NewReader(argument)).Decode(&options)
		}
	}
	if options.API != "" {
		d.api = options.API
	}
	if options.Count != nil {
		d.apiCount = options.Count
	}
}

// attr is the value of an attribute, "" when n does not have it.
func attr(n *html.Node, name string) string {
	for i := range n.Attr {
		if n.Attr[i].Key == name {
			return n.Attr[i].Val
		}
	}
	return ""
}

// hasClass tells whether the value of a class attribute names a class.
func hasClass(value, class string) bool {
	for at := 0; ; {
		found := strings.Index(value[at:], class)
		if found < 0 {
			return false
		}
		start := at + found
		at = start + len(class)
		if (start == 0 || isSpace(value[start-1])) && (at == len(value) || isSpace(value[at])) {
			return true
		}
	}
}

// classes are those that the value of a class attribute names.
func classes(value string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for i := 0; i < len(value); {
			if isSpace(value[i]) {
				i++
				continue
			}
			end := i
			for end < len(value) && !isSpace(value[end]) {
				end++
			}
			if !yield(value[i:end]) {
				return
			}
			i = end
		}
	}
}

// isSpace tells whether a byte stands between classes.
func isSpace(c byte) bool { return c == ' ' || c == '\n' || c == '\t' || c == '\f' || c == '\r' }
