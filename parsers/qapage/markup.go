package qapage

import (
	"bytes"
	"encoding/json"
	"strings"

	"qulaq/parsers/htmlpage"

	"github.com/PuerkitoBio/goquery"
	"github.com/andybalholm/cascadia"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

var (
	scripts   = cascadia.MustCompile(`script[type="application/ld+json"]`)
	questions = cascadia.MustCompile(`[itemscope][itemtype$="schema.org/Question"]`)
	faqs      = cascadia.MustCompile(`[itemtype$="schema.org/FAQPage"]`)
)

// jsonLD finds the question of a page's JSON-LD; nil when it has none, and then
// why, if that is to be told.
func jsonLD(page *htmlpage.Page) (question *thing, fault string) {
	page.Tree.FindMatcher(scripts).EachWithBreak(func(_ int, script *goquery.Selection) bool {
		source := bytes.TrimSpace([]byte(script.Text()))
		if len(source) == 0 {
			return true
		}
		var document any
		d := json.NewDecoder(bytes.NewReader(spaced(source)))
		d.UseNumber()
		if err := d.Decode(&document); err != nil {
			if bytes.Contains(source, []byte("QAPage")) {
				fault = "the JSON-LD cannot be read: " + err.Error()
			}
			return true
		}
		question, fault = mainQuestion(newValues(document), fault, 0)
		return question == nil
	})
	return question, fault
}

// spaced puts spaces in place of control characters, which JSON forbids within
// strings and treats as space outside of them.
func spaced(source []byte) []byte {
	return bytes.Map(func(r rune) rune {
		if r < ' ' {
			return ' '
		}
		return r
	}, source)
}

// depth bounds how far down a QAPage is looked for.
const depth = 4

// mainQuestion looks for the question of a QAPage.
func mainQuestion(nodes []value, before string, level int) (question *thing, fault string) {
	fault = before
	for _, node := range nodes {
		switch t := node.thing; {
		case t == nil || level > depth:
		case t.is("QAPage"):
			for _, main := range t.things("mainEntity") {
				if main.is("Question") {
					if main.id == "" {
						main.id = t.id
					}
					return main, ""
				}
			}
			fault = "the QAPage has no Question as its mainEntity"
		case t.is("FAQPage"):
			fault = "a FAQPage holds the body's own questions, not those of citizens"
		default:
			for _, under := range [...]string{"@graph", "mainEntity", "mainEntityOfPage"} {
				if question, fault = mainQuestion(t.values[under], fault, level+1); question != nil {
					return question, ""
				}
			}
		}
	}
	return nil, fault
}

// microdata finds the question that a page marks up in its elements. A page with
// several is a list.
func microdata(page *htmlpage.Page) *thing {
	found := page.Tree.FindMatcher(questions)
	if found.Length() != 1 || page.Tree.FindMatcher(faqs).Length() > 0 {
		return nil
	}
	return element(found.Nodes[0])
}

// element is the thing that an element with itemscope is.
func element(n *html.Node) *thing {
	t := &thing{id: attr(n, "itemid"), values: map[string][]value{}}
	for name := range strings.FieldsSeq(attr(n, "itemtype")) {
		t.types = append(t.types, localName(name))
	}
	if t.id == "" && attr(n, "id") != "" {
		t.id = "#" + attr(n, "id")
	}
	t.gather(n)
	return t
}

// gather reads the properties below an element.
func (t *thing) gather(n *html.Node) {
	for c := range n.ChildNodes() {
		if c.Type != html.ElementNode {
			continue
		}
		_, scope := attribute(c, "itemscope")
		properties := attr(c, "itemprop")
		if properties == "" && !scope {
			t.gather(c)
			continue
		}
		if properties == "" {
			continue // of a thing that belongs to nobody here
		}
		var v value
		if scope {
			v.thing = element(c)
		} else {
			v.element = c
			t.gather(c)
		}
		for name := range strings.FieldsSeq(properties) {
			t.values[name] = append(t.values[name], v)
		}
	}
}

// content is the text that an element gives to a property (HTML, 5.2.4), which
// is HTML where the element is not made for a value.
func content(n *html.Node) string {
	if s, ok := attribute(n, "content"); ok {
		return s
	}
	switch n.DataAtom {
	case atom.Time:
		if s, ok := attribute(n, "datetime"); ok {
			return s
		}
	case atom.A, atom.Link:
		return attr(n, "href")
	case atom.Data:
		return attr(n, "value")
	}
	var b strings.Builder
	for c := range n.ChildNodes() {
		_ = html.Render(&b, c) // a strings.Builder does not fail, and a parsed tree can be rendered
	}
	return b.String()
}

func attr(n *html.Node, name string) string {
	s, _ := attribute(n, name)
	return s
}

func attribute(n *html.Node, name string) (string, bool) {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val, true
		}
	}
	return "", false
}
