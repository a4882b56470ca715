package propose

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"qulaq/parsers"
	"qulaq/parsers/htmlpage"
	"qulaq/parsers/selectors"

	"github.com/andybalholm/cascadia"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// found is an element that looks like an item: what stands around a date.
type found struct {
	node *html.Node
	date *html.Node
	attr string // of date that holds it; "" for its text
	when printed
}

// leastText is how long the text beside a date must be for an item, in characters.
const leastText = 12

// html proposes a page of HTML.
func (d *draft) html(p *Page, u *url.URL) (*selectors.Page, error) {
	shown, err := open(p)
	if err != nil {
		return nil, err
	}
	root := shown.Tree.Nodes[0]
	groups := grouped(items(root, p.Seen))
	links := linked(root, u)
	if len(groups) == 0 && len(links) == 0 {
		return nil, errNoDates
	}
	kind := p.Kind
	if kind == "" {
		kind = parsers.Question
		if len(groups) == 0 || leads(groups, links) {
			kind = parsers.Listing
		}
		d.remark(d.at+".kind", "A guess: %s. The kinds are listing, question, post and document; --kind tells it.", kind)
	}
	page := &selectors.Page{Kind: string(kind), Address: d.address(u, kind), Next: d.next(root, u)}
	if kind == parsers.Listing {
		return page, d.threads(page, groups, links, p.Seen)
	}
	if len(groups) == 0 {
		return nil, errNoDates
	}
	counted := d.declared(page, root, groups)
	for i, g := range groups {
		page.Items = append(page.Items, d.item(i, len(groups), g, counted, p.Seen))
	}
	return page, nil
}

// items finds what stands around each date: the smallest element that has some
// text of its own beside it.
func items(root *html.Node, seen time.Time) []found {
	var list []found
	taken := map[*html.Node]bool{}
	for n := range root.Descendants() {
		f, ok := dated(n, seen)
		if !ok {
			continue
		}
		size := utf8.RuneCountInString(htmlpage.Line(n))
		for above := n.Parent; above != nil && above.DataAtom != atom.Body && above.Type == html.ElementNode; above = above.Parent {
			if utf8.RuneCountInString(htmlpage.Line(above))-size < leastText || above.DataAtom == atom.Tbody || selectorOf(above) == "" {
				continue
			}
			if f.node = above; !taken[above] { // its first date counts
				taken[above] = true
				list = append(list, f)
			}
			break
		}
	}
	return list
}

// dated tells whether an element holds a date, and nothing else.
func dated(n *html.Node, seen time.Time) (found, bool) {
	if n.Type != html.ElementNode {
		return found{}, false
	}
	for _, a := range n.Attr {
		if a.Key == "datetime" || a.Key == "data-time" || a.Key == "data-date" {
			if when, ok := asDate(a.Val, seen); ok {
				return found{date: n, attr: a.Key, when: when}, true
			}
		}
	}
	for child := range n.ChildNodes() {
		if child.Type == html.ElementNode && child.DataAtom != atom.I && child.DataAtom != atom.Span && child.DataAtom != atom.B {
			return found{}, false
		}
	}
	when, ok := asDate(htmlpage.Line(n), seen)
	return found{date: n, when: when}, ok
}

// grouped puts items of one markup together, in the order of the page.
func grouped(list []found) [][]found {
	var groups [][]found
	place := map[string]int{}
	for _, f := range list {
		key := selectorOf(f.node)
		i, ok := place[key]
		if !ok {
			i = len(groups)
			place[key] = i
			groups = append(groups, nil)
		}
		groups[i] = append(groups[i], f)
	}
	return groups
}

var plainClass = regexp.MustCompile(`^[\pL_][\pL\d_-]*$`)

// selectorOf names an element by its first class that is no number, else by its
// name where that says something; "" where nothing does.
func selectorOf(n *html.Node) string {
	for class := range strings.FieldsSeq(attribute(n, "class")) {
		if plainClass.MatchString(class) && number.FindString(class) == "" {
			return n.Data + "." + class
		}
	}
	switch n.DataAtom {
	case atom.Article, atom.Time, atom.Dt, atom.Dd, atom.Blockquote, atom.P, atom.H1, atom.H2, atom.H3:
		return n.Data
	case atom.Li, atom.Tr, atom.Td, atom.Div, atom.Span, atom.A, atom.B, atom.Strong, atom.I, atom.Em:
		if n.Parent != nil && n.Parent.Type == html.ElementNode && n.Parent.DataAtom != atom.Body {
			if outer := attribute(n.Parent, "class"); outer != "" && plainClass.MatchString(strings.Fields(outer)[0]) {
				return "." + strings.Fields(outer)[0] + " > " + n.Data
			}
		}
	}
	return ""
}

func attribute(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

// first is what a selector names first in an element.
func first(n *html.Node, selector string) *html.Node {
	group, err := cascadia.ParseGroup(selector)
	if selector == "" || err != nil {
		return nil
	}
	return cascadia.Query(n, group)
}

// hasFirst tells whether a selector names the wanted element first in each item.
func hasFirst(group []found, selector string, wanted func(found) *html.Node) bool {
	return selector != "" && !slices.ContainsFunc(group, func(f found) bool { return first(f.node, selector) != wanted(f) })
}
