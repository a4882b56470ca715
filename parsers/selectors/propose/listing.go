package propose

import (
	"errors"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"qulaq/parsers/htmlpage"
	"qulaq/parsers/selectors"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// link is a link within the site.
type link struct {
	node *html.Node
	form string // of its address
	to   *url.URL
}

// linked finds the links of a page that lead to addresses of one form, the form
// with the longest texts first: those of questions are longer than those of menus.
func linked(root *html.Node, page *url.URL) []link {
	forms := map[string][]link{}
	own, _ := form(page)
	for n := range root.Descendants() {
		if n.DataAtom != atom.A {
			continue
		}
		to, err := page.Parse(attribute(n, "href"))
		if err != nil || to.Host != page.Host {
			continue
		}
		of, names := form(to)
		if len(names) > 0 && of != own {
			forms[of] = append(forms[of], link{n, of, to})
		}
	}
	var best []link
	longest := 0
	for _, of := range slices.Sorted(maps.Keys(forms)) {
		targets, size := map[string]bool{}, 0
		for _, l := range forms[of] {
			targets[l.to.String()] = true
			size += utf8.RuneCountInString(htmlpage.Line(l.node))
		}
		if len(targets) > 1 && size > longest {
			best, longest = forms[of], size
		}
	}
	return best
}

// leads tells whether the items of a page are the entries of a list: each holds
// one of the links, and little else.
func leads(groups [][]found, links []link) bool {
	for _, g := range groups {
		if len(g) < 2 {
			continue
		}
		for _, f := range g {
			held := slices.IndexFunc(links, func(l link) bool { return holds(f.node, l.node) })
			if held < 0 || 2*utf8.RuneCountInString(htmlpage.Line(links[held].node)) < utf8.RuneCountInString(htmlpage.Line(f.node))-maxDate {
				return false
			}
		}
		return true
	}
	return false
}

// threads proposes where a listing leads: the entries are the dated elements that
// hold the links or, where the listing has no dates, the elements around them.
func (d *draft) threads(page *selectors.Page, groups [][]found, links []link, seen time.Time) error {
	if len(links) == 0 {
		return errors.New("no links of one form lead to threads: describe the listing by hand, as docs/sources.md shows")
	}
	t := &selectors.Threads{Link: &selectors.Link{}}
	page.Threads, page.None = t, selectors.Unfilled
	d.remark(d.at+".none", "Look at a listing without threads: name what stands there. Until then it reads as drift.")
	d.remark(d.at+".threads", "%d links lead to addresses like %s; describe that page, too.", len(links), links[0].form)
	for _, g := range groups {
		if len(g) < 2 || !holds(g[0].node, links[0].node) {
			continue
		}
		t.Select = selectorOf(g[0].node)
		t.Published = d.time(d.at+".threads.published", g, seen)
		t.Link.Select = inLink(g[0].node, links[0].node)
		return nil
	}
	for above := links[0].node; above != nil && above.Type == html.ElementNode; above = above.Parent {
		if t.Select = selectorOf(above); t.Select != "" && above.DataAtom != atom.Body {
			t.Link.Select = inLink(above, links[0].node)
			return nil
		}
	}
	t.Select, t.Link.Attribute = "a", "href"
	d.remark(d.at+".threads.select", "All links of the page: choose those of the threads.")
	return nil
}

// inLink is a selector of a link within an entry; "" for the entry itself.
func inLink(entry, to *html.Node) string {
	if entry == to {
		return ""
	}
	for _, selector := range []string{selectorOf(to), "a"} {
		if first(entry, selector) == to {
			return selector
		}
	}
	if outer := selectorOf(to.Parent); outer != "" && first(entry, outer+" a") == to {
		return outer + " a"
	}
	return "a"
}

var nextText = regexp.MustCompile(`(?i)^(?:далее|дальше|вперёд|вперед|следующая.*|келесі.*|алға|next.*|older.*|»|›|>|→)$`)

// next proposes the link to the next page.
func (d *draft) next(root *html.Node, page *url.URL) *selectors.Next {
	for n := range root.Descendants() {
		if n.DataAtom != atom.A && n.DataAtom != atom.Link {
			continue
		}
		to, err := page.Parse(attribute(n, "href"))
		if err != nil || attribute(n, "rel") != "next" && (n.DataAtom == atom.Link || !nextText.MatchString(htmlpage.Line(n))) {
			continue
		}
		s := &selectors.Next{}
		switch selector := selectorOf(n); {
		case attribute(n, "rel") == "next":
			s.Select = n.Data + `[rel="next"]`
		case n.DataAtom == atom.A && first(root, selector) == n:
			s.Select = selector
		default:
			s.Select = selectors.Unfilled
			d.remark(d.at+".next", "The link %q has nothing to be named by: choose a selector.", htmlpage.Line(n))
		}
		for key, values := range to.Query() {
			if values[0] != page.Query().Get(key) && number.FindString(values[0]) == values[0] && values[0] != "" {
				s.Parameter = key
			}
		}
		if s.Parameter == "" {
			s.Address = pagePath(page, to)
		}
		d.remark(d.at+".next", "Found: %q, which leads to %s", htmlpage.Line(n), to.RequestURI())
		return s
	}
	return nil
}

// pagePath is the form of an address that differs from that of the first page by
// the number of a page in its path.
func pagePath(page, next *url.URL) string {
	numbers := number.FindAllStringIndex(next.Path, -1)
	if len(numbers) == 0 {
		return "/" + selectors.Unfilled + "/{page}"
	}
	last := numbers[len(numbers)-1]
	head, _ := form(&url.URL{Path: next.Path[:last[0]]})
	if _, names := form(page); len(names) == 0 {
		head = next.Path[:last[0]]
	}
	return strings.TrimSuffix(head, "{page}") + "{page}" + next.Path[last[1]:]
}
