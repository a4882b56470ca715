package selectors

import (
	"encoding/json"
	"slices"
	"strings"

	"qulaq/parsers"
	"qulaq/parsers/htmlpage"
	"qulaq/parsers/jsonpage"

	"github.com/andybalholm/cascadia"
	"golang.org/x/net/html"
)

// document is a page as a tree, of HTML or of JSON.
type document struct {
	shown *htmlpage.Page // nil for JSON
	root  node
	seen  *trace // nil when nobody looks
}

// node is an element of HTML, or a value of JSON.
type node struct {
	html *html.Node
	json located
}

func open(page parsers.Page, isJSON bool, seen *trace) (*document, *parsers.Refusal) {
	if isJSON {
		var whole exact
		if refused := jsonpage.Decode(page, &whole); refused != nil {
			return nil, refused
		}
		if !shallow(whole.value, maxDepth) {
			return nil, parsers.Refuse(parsers.Drift, "the answer is nested deeper than any discussion")
		}
		return &document{root: node{json: located{value: whole.value}}, seen: seen}, nil
	}
	shown, refused := htmlpage.Read(page)
	if refused != nil {
		return nil, refused
	}
	return &document{shown: shown, root: node{html: shown.Tree.Nodes[0]}, seen: seen}, nil
}

// exact is a JSON value whose numbers are as they are written: an id of 17 digits
// does not survive as a float.
type exact struct{ value any }

// UnmarshalJSON implements [json.Unmarshaler].
func (e *exact) UnmarshalJSON(b []byte) error {
	d := json.NewDecoder(strings.NewReader(string(b)))
	d.UseNumber()
	return d.Decode(&e.value)
}

// maxDepth bounds the nesting of JSON: what a path does to a page grows with it.
// HTML is bounded by its parser.
const maxDepth = 256

// shallow tells whether a value is nested no deeper than depth.
func shallow(v any, depth int) bool {
	switch v := v.(type) {
	case []any:
		return depth > 0 && !slices.ContainsFunc(v, func(e any) bool { return !shallow(e, depth-1) })
	case map[string]any:
		for _, e := range v {
			if depth == 0 || !shallow(e, depth-1) {
				return false
			}
		}
	}
	return true
}

// cut tells whether the page ends before it is over. JSON that does is refused.
func (d *document) cut() bool { return d.shown != nil && d.shown.Cut }

// find gives the elements that a value names, in the order of the page.
func (d *document) find(v *value, from node) []node {
	var found []node
	switch {
	case v.printed == "":
		found = []node{from}
	case v.css != nil:
		for _, n := range cascadia.QueryAll(from.html, v.css) {
			found = append(found, node{html: n})
		}
	default:
		for _, l := range v.json.find(d.root.json, from.json) {
			found = append(found, node{json: l})
		}
	}
	return found
}

// text reads a value on one line; false when the page does not have it.
func (d *document) text(v *value, from node) (string, bool) {
	text, found := "", false
	if nodes := d.find(v, from); len(nodes) > 0 {
		text, found = nodes[0].text(v.attribute)
	}
	if text = fold(text); found {
		text, found = v.matched(text)
	}
	d.seen.value(v, text, found)
	return text, found
}

// matched is the part of a text that a value asks for.
func (v *value) matched(text string) (string, bool) {
	if v.match == nil {
		return text, true
	}
	m := v.match.FindStringSubmatch(text)
	if m == nil {
		return "", false
	}
	return m[len(m)-1], true
}

func (n node) text(attribute string) (string, bool) {
	if n.html == nil {
		return n.json.text()
	}
	if attribute == "" {
		return htmlpage.Line(n.html), true
	}
	for _, a := range n.html.Attr {
		if a.Key == attribute {
			return a.Val, true
		}
	}
	return "", false
}

// said reads what an item says, and apart from it what it quotes.
func (d *document) said(r *rule, from node) (text, quoted string, found bool) {
	nodes := d.find(r.text, from)
	switch {
	case len(nodes) == 0:
	case nodes[0].html != nil && r.text.attribute == "":
		var b strings.Builder
		found = html.Render(&b, nodes[0].html) == nil // a Builder takes everything
		text, quoted = htmlpage.Fragment(b.String())
	default:
		text, found = nodes[0].text(r.text.attribute)
		if r.html {
			text, quoted = htmlpage.Fragment(text)
		}
	}
	text = strings.TrimSpace(text)
	if found {
		text, found = r.text.matched(text)
	}
	d.seen.value(r.text, text, found)
	return text, quoted, found
}

// present tells whether a mark is there: an element; or a value of JSON that is
// not null, false, 0 or empty.
func (d *document) present(v *value, from node) bool {
	if v == nil {
		return false
	}
	found := slices.ContainsFunc(d.find(v, from), func(n node) bool { return n.marks(v) })
	if found {
		d.seen.value(v, "(there)", true)
	} else {
		d.seen.value(v, "", false)
	}
	return found
}

func (n node) marks(v *value) bool {
	text, ok := n.text(v.attribute)
	if n.html != nil {
		if ok {
			_, ok = v.matched(fold(text))
		}
		return ok
	}
	switch list := n.json.value.(type) {
	case []any:
		return len(list) > 0
	case map[string]any:
		return len(list) > 0
	}
	if v.match != nil && ok {
		_, ok = v.matched(fold(text))
		return ok
	}
	return ok && text != "" && text != "0" && text != "false"
}

// entry is an element that a rule names.
type entry struct {
	rule   *rule
	node   node
	around int // the entry within which it stands, -1 for none
}

// entries gives the elements of all rules in the order of the page. twice names
// two rules that name the same element.
func (d *document) entries(rules []*rule) (list []entry, twice [2]*rule) {
	if d.shown == nil {
		return d.values(rules)
	}
	places := map[*html.Node]int{}
	for n := range d.root.html.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		for _, r := range rules {
			if !r.entry.css.Match(n) {
				continue
			}
			if i, taken := places[n]; taken {
				return nil, [2]*rule{list[i].rule, r}
			}
			around := -1
			for above := range n.Ancestors() {
				if i, ok := places[above]; ok {
					around = i
					break
				}
			}
			places[n] = len(list)
			list = append(list, entry{r, node{html: n}, around})
		}
	}
	return list, twice
}

// values is entries for JSON.
func (d *document) values(rules []*rule) (list []entry, twice [2]*rule) {
	for _, r := range rules {
		for _, n := range d.find(r.entry, d.root) {
			list = append(list, entry{r, n, -1})
		}
	}
	slices.SortStableFunc(list, func(a, b entry) int { return a.node.json.place.compare(b.node.json.place) })
	var open []int // the entries that the next one may stand within
	for i := range list {
		here := list[i].node.json.place
		for len(open) > 0 && !here.within(list[open[len(open)-1]].node.json.place) {
			open = open[:len(open)-1]
		}
		if len(open) > 0 {
			above := open[len(open)-1]
			if len(list[above].node.json.place) == len(here) {
				return nil, [2]*rule{list[above].rule, list[i].rule}
			}
			list[i].around = above
		}
		open = append(open, i)
	}
	return list, twice
}

// lacks tells whether JSON proves that there is nothing at a path: the arrays
// that it goes through are all there, and empty.
func (d *document) lacks(v *value) bool {
	if d.shown != nil {
		return false
	}
	found := []located{d.root.json}
	for _, s := range v.json.steps {
		var next []located
		for _, l := range found {
			here := s.follow(nil, l)
			if _, isArray := l.value.([]any); len(here) == 0 && !(s.kind == every && isArray) || s.kind == deep {
				return false
			}
			next = append(next, here...)
		}
		found = next
	}
	return len(found) == 0
}

// remove takes an item that stands within another out of the tree, so that no value
// of it is taken for one of the other, and gives what puts it back. The paths of
// JSON name their values exactly.
func (e *entry) remove() (restore func()) {
	n := e.node.html
	if n == nil || e.around < 0 || n.Parent == nil {
		return func() {}
	}
	parent, before := n.Parent, n.NextSibling
	parent.RemoveChild(n)
	return func() { parent.InsertBefore(n, before) }
}
