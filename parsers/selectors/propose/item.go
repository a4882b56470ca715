package propose

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"qulaq/parsers"
	"qulaq/parsers/htmlpage"
	"qulaq/parsers/selectors"

	"golang.org/x/net/html"
)

var errNoDates = errors.New("no date stands beside a text, so that nothing can be told from anything: describe the page by hand, as docs/sources.md shows")

var (
	whoClass     = regexp.MustCompile(`(?i)author|user|name|who|avtor|from|kto|zayavitel|otpravitel`)
	officialSign = regexp.MustCompile(`(?i)official|staff|admin|moder|gov|vlast|representative|официал|представит|администрац|модератор|аким|министер|әкімд|ресми|бөлімі`)
	countText    = regexp.MustCompile(`(?i)(?:ответ|коммент|отзыв|жауап|пікір|answer|comment|repl)\pL*[^\d\pL]{0,6}\d+|\d+\s*(?:ответ|коммент|отзыв|жауап|пікір|answer|comment|repl)`)
)

// item proposes the kind of item that a group of elements is. The only one of its
// markup, at the top, opens the thread.
func (d *draft) item(i, groups int, g []found, counted bool, seen time.Time) selectors.Item {
	at := fmt.Sprintf("%s.items[%d]", d.at, i)
	item := selectors.Item{Select: selectorOf(g[0].node), Kind: string(parsers.KindAnswer)}
	if i == 0 && len(g) == 1 {
		item.Kind, item.Opens = string(parsers.KindQuestion), true
		item.Role = &selectors.Role{Is: string(parsers.RoleCitizen)}
		d.remark(at+".role", "Does a citizen open every thread? Else remove it, or map a value.")
	} else {
		d.remark(at+".kind", "answer, or comment if anybody may write one?")
		item.ID = d.id(at, g)
		item.Parent = d.parent(g, groups > 1)
		if !counted {
			item.None = selectors.Unfilled
			d.remark(at+".none", "Look at a page without them: name what stands there in their place. Until then such a page reads as drift.")
		}
		d.role(at, &item, g)
	}
	item.Text = d.text(at, g)
	item.Time = d.time(at+".time", g, seen)
	if who := inEach(g, func(n *html.Node) bool {
		size := utf8.RuneCountInString(htmlpage.Line(n))
		return whoClass.MatchString(attribute(n, "class")) && size > 1 && size < 80
	}); who != "" {
		item.Author = &selectors.Value{Select: who}
	}
	return item
}

// inEach is a selector that names, in each element of a group, an element of a
// sort; "" for none.
func inEach(g []found, sort func(*html.Node) bool) string {
	for n := range g[0].node.Descendants() {
		if n.Type != html.ElementNode || !sort(n) {
			continue
		}
		selector := selectorOf(n)
		if selector != "" && first(g[0].node, selector) == n && !slices.ContainsFunc(g, func(f found) bool {
			m := first(f.node, selector)
			return m == nil || !sort(m)
		}) {
			return selector
		}
	}
	return ""
}

// id proposes what tells items apart: an attribute of the element, or a link to it.
func (d *draft) id(at string, g []found) *selectors.Value {
	for _, a := range g[0].node.Attr {
		if a.Key == "class" || a.Key == "style" || !differ(g, func(f found) string { return number.FindString(attribute(f.node, a.Key)) }) {
			continue
		}
		v := &selectors.Value{Attribute: a.Key}
		if number.FindString(a.Val) != a.Val {
			v.Match = `(\d+)`
		}
		return v
	}
	link := inEach(g, func(n *html.Node) bool { return number.MatchString(anchor(n)) })
	if link != "" && differ(g, func(f found) string { return number.FindString(anchor(first(f.node, link))) }) {
		d.remark(at+".id", "From a link to the item: is it the item's own number?")
		return &selectors.Value{Select: link, Attribute: "href", Match: `#\D*(\d+)`}
	}
	d.remark(at+".id", "Nothing was found that tells these items apart. Name an attribute or link of the page; their order is no id.")
	return &selectors.Value{Select: selectors.Unfilled}
}

// anchor is the fragment of a link.
func anchor(n *html.Node) string {
	_, fragment, _ := strings.Cut(attribute(n, "href"), "#")
	return fragment
}

// differ tells whether a value is there in each element of a group, and another one.
func differ(g []found, value func(found) string) bool {
	seen := map[string]bool{}
	for _, f := range g {
		v := value(f)
		if v == "" || seen[v] {
			return false
		}
		seen[v] = true
	}
	return true
}

// parent proposes what the items answer.
func (d *draft) parent(g []found, opened bool) *selectors.Parent {
	for _, f := range g {
		for above := range f.node.Ancestors() {
			if slices.ContainsFunc(g, func(other found) bool { return other.node == above }) {
				return &selectors.Parent{Place: "around"}
			}
		}
	}
	if opened {
		return &selectors.Parent{Place: "opening"}
	}
	return nil
}

// text proposes the element with the longest text that is not the item itself.
func (d *draft) text(at string, g []found) *selectors.Text {
	best, size := "", 0
	for n := range g[0].node.Descendants() {
		if n.Type != html.ElementNode || holdsItem(n, g) {
			continue
		}
		selector := selectorOf(n)
		if long := utf8.RuneCountInString(htmlpage.Line(n)); long > size && first(g[0].node, selector) == n && n != g[0].date && !holds(n, g[0].date) {
			best, size = selector, long
		}
	}
	if best == "" {
		d.remark(at+".text", "The text has no element of its own: all of the item is taken, with date and author. Is there a better one?")
		return &selectors.Text{}
	}
	d.remark(at+".text", "Found: %q", line(htmlpage.Line(first(g[0].node, best))))
	return &selectors.Text{Value: selectors.Value{Select: best}}
}

func holds(n, inner *html.Node) bool {
	for above := range inner.Ancestors() {
		if above == n {
			return true
		}
	}
	return false
}

func holdsItem(n *html.Node, g []found) bool {
	return slices.ContainsFunc(g, func(f found) bool { return n == f.node || holds(n, f.node) })
}

// time proposes where the dates are and of which shapes.
func (d *draft) time(path string, g []found, seen time.Time) *selectors.Time {
	t := &selectors.Time{}
	t.Select, t.Attribute = selectorOf(g[0].date), g[0].attr
	if !hasFirst(g, t.Select, func(f found) *html.Node { return f.date }) {
		d.remark(path+".select", "Not every item has its date here first: choose a better selector.")
	}
	var dates []printed
	for _, f := range g {
		dates = append(dates, f.when)
	}
	names, doubt := shapesOf(dates, seen)
	t.Shapes, t.Labels = names, labelsOf(dates)
	if doubt != "" {
		t.Shapes = []string{}
		d.remark(path, "%q can be read as day and month, or month and day: write slashes or month-first, as the site means it.", doubt)
	} else {
		d.remark(path, "Found: %q", dates[0].date)
	}
	return t
}

// role proposes what may tell officials from citizens: a value that is there in
// some items and speaks of officials. Without one a person has to say it.
func (d *draft) role(at string, item *selectors.Item, g []found) {
	for _, f := range g {
		for _, a := range f.node.Attr {
			if a.Key != "class" && officialSign.MatchString(a.Val) {
				item.Role = &selectors.Role{Value: selectors.Value{Attribute: a.Key}, Official: []string{a.Val}}
				d.remark(at+".role", "Does %q mark officials, and nobody else? Add the values that mark citizens.", a.Val)
				return
			}
		}
		for n := range f.node.Descendants() {
			selector := ""
			if n.Type == html.ElementNode {
				selector = selectorOf(n)
			}
			class := strings.Join(strings.Fields(attribute(n, "class")), " ")
			if selector == "" || !officialSign.MatchString(class) || first(f.node, selector) != n {
				continue
			}
			item.Role = &selectors.Role{Value: selectors.Value{Select: selector, Attribute: "class"}, Official: []string{class}}
			d.remark(at+".role", "Does the class %q (%q) mark officials, and nobody else?", class, line(htmlpage.Line(n)))
			return
		}
	}
	d.remark(at+".kind", "Who speaks here? Nothing was found that tells officials from citizens: add role: {is: official} if the site lets nobody else answer, or map a value.")
}

// declared proposes the number that a page declares. It is true when that is how
// many items were found, so that it can prove that a page has none.
func (d *draft) declared(page *selectors.Page, root *html.Node, groups [][]found) bool {
	shown := 0
	for i, g := range groups {
		if i > 0 || len(g) > 1 {
			shown += len(g)
		}
	}
	for n := range root.Descendants() {
		if n.Type != html.ElementNode || n.FirstChild == nil || utf8.RuneCountInString(htmlpage.Line(n)) > 60 {
			continue
		}
		text, selector := htmlpage.Line(n), selectorOf(n)
		if !countText.MatchString(text) || selector == "" || first(root, selector) != n || insideAny(n, groups) {
			continue
		}
		page.Declared = &selectors.Count{Value: selectors.Value{Select: selector, Match: `(\d+)`}}
		d.remark(d.at+".declared", "Found: %q, and %d items on this page. Does it count these, and stand on a page without them, too?", text, shown)
		return number.FindString(text) == strconv.Itoa(shown)
	}
	return false
}

func insideAny(n *html.Node, groups [][]found) bool {
	return slices.ContainsFunc(groups, func(g []found) bool {
		return slices.ContainsFunc(g, func(f found) bool { return holds(f.node, n) })
	})
}
