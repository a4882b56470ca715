package legalacts

import (
	"strings"
	"unicode"

	"qulaq/parsers"
	"qulaq/parsers/weburl"
	"qulaq/parsers/when"

	"github.com/PuerkitoBio/goquery"
	"github.com/andybalholm/cascadia"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

var (
	mediaBody  = cascadia.MustCompile(".media-body")
	heading    = cascadia.MustCompile("h4.media-heading")
	paragraph  = cascadia.MustCompile("p[id]")
	official   = cascadia.MustCompile("i.fa-tags")
	accepted   = cascadia.MustCompile("i.fa-check-square")
	unaccepted = cascadia.MustCompile("i.fa-times-circle")
)

// comment is a comment or reply in the page's words.
type comment struct {
	id       string
	parent   string // id of the comment within which it stands
	name     string
	official bool
	time     string // "10/09 - 11:05"
	verdict  string
	text     string
}

// reader gathers comments in the order of the page.
type reader struct {
	found   []comment
	missing string // what some comment lacked, so that it could not be read
}

// comment reads one .media element and those within it.
func (r *reader) comment(element *goquery.Selection, parent string) {
	body := element.ChildrenMatcher(mediaBody)
	heads := body.ChildrenMatcher(heading)
	text := body.ChildrenMatcher(paragraph).First()
	c := comment{
		id:       text.AttrOr("id", ""),
		parent:   parent,
		official: heads.ChildrenMatcher(official).Length() > 0,
		text:     textOf(text),
	}
	// A comment has two headings, the name and then the rest; a reply has both in one.
	for i, head := range heads.Nodes {
		if i == 0 {
			c.name = ownText(head)
		}
		if c.time == "" {
			c.time = timeIn(head)
		}
	}
	switch {
	case heads.FindMatcher(unaccepted).Length() > 0:
		c.verdict = "not_accepted"
	case heads.FindMatcher(accepted).Length() > 0:
		c.verdict = "accepted"
	}
	switch {
	case !weburl.IsID(c.id):
		r.missing = "p[id] with its number"
	case c.id == parent:
		r.missing = "a number of its own"
	case c.time == "":
		r.missing = "a time (dd/mm - HH:MM)"
	case c.official && c.name == "":
		r.missing = "the name of the body that replies"
	default:
		r.found = append(r.found, c)
	}
	if !weburl.IsID(c.id) {
		c.id = ""
	}
	body.ChildrenMatcher(media).Each(func(_ int, within *goquery.Selection) { r.comment(within, c.id) })
}

// item puts a comment in the words of package parsers; its time is still open.
func (c comment) item(thread string) parsers.Item {
	item := parsers.Item{
		ID:      c.id,
		Thread:  thread,
		Parent:  c.parent,
		Nested:  c.parent != "",
		Kind:    parsers.KindComment,
		Role:    parsers.RoleCitizen,
		Author:  parsers.Author{Name: c.name},
		Text:    c.text,
		Outcome: c.verdict,
	}
	if c.official {
		item.Role = parsers.RoleOfficial
		if c.parent != "" {
			item.Kind = parsers.KindAnswer
		}
	}
	return item
}

// timeShape is how the portal prints times.
const timeShape = when.SlashNoYear

// timeIn finds the time in a heading. Links are left out: they hold the part of
// the draft that is commented on. A stroke separates the time from the verdict
// and stands alone behind it while there is none.
func timeIn(head *html.Node) string {
	for n := range head.ChildNodes() {
		if n.DataAtom == atom.A {
			continue
		}
		if n.Type == html.ElementNode {
			if found := timeIn(n); found != "" {
				return found
			}
		}
		text := strings.TrimFunc(n.Data, func(r rune) bool { return r == '/' || unicode.IsSpace(r) })
		if n.Type != html.TextNode || text == "" {
			continue
		}
		// Any year will do to tell whether it is a time.
		if date, err := (when.Grammar{Shapes: timeShape}).Parse(text, leapYear); err == nil && date.Precision == parsers.PrecisionMinute {
			return text
		}
	}
	return ""
}

// ownText is the text directly within an element, without that of its children.
func ownText(n *html.Node) string {
	var b strings.Builder
	for c := range n.ChildNodes() {
		if c.Type == html.TextNode {
			b.WriteString(c.Data)
		}
	}
	return tidy(b.String())
}

// textOf is the text of a comment with its line breaks.
func textOf(element *goquery.Selection) string {
	var b strings.Builder
	for _, node := range element.Nodes {
		for n := range node.Descendants() {
			switch {
			case n.Type == html.TextNode:
				b.WriteString(n.Data)
			case n.DataAtom == atom.Br:
				b.WriteByte('\n')
			}
		}
	}
	return strings.TrimSpace(b.String())
}

// tidy makes one line of text that the template has spread over many.
func tidy(text string) string { return strings.Join(strings.Fields(text), " ") }
