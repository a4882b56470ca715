package selectors

import (
	"fmt"
	"slices"
	"strings"

	"qulaq/parsers"
	"qulaq/parsers/weburl"
)

// Fault is one thing that is wrong with a Site. Path leads to the value as the
// registry writes it, such as pages[0].items[1].time.shapes; "" is the whole.
type Fault struct {
	Path   string
	Reason string // what is wrong, and what to do
}

// The formats of a site.
const (
	formatHTML = "html"
	formatJSON = "json"
)

// The places of a parent.
const (
	placeAround  = "around"  // the item within which it stands
	placeBefore  = "before"  // the nearest item before it that is of another rule
	placeOpening = "opening" // the item that opens the thread
)

// compiler turns a Site into a Parser and gathers what is wrong with it.
type compiler struct {
	json   bool
	faults []Fault
}

func (c *compiler) fault(path, format string, args ...any) {
	c.faults = append(c.faults, Fault{path, fmt.Sprintf(format, args...)})
}

// New gives the parser of a source by its address and the site's description. The
// parser is nil when there are faults.
func New(address string, s *Site) (*Parser, []Fault) {
	c := &compiler{json: s.Format == formatJSON}
	if s.Format != formatHTML && !c.json {
		c.fault("format", "format %q must be one of html, json", s.Format)
	}
	p := &Parser{json: c.json, source: address, site: s}
	for i := range s.Pages {
		p.pages = append(p.pages, c.page(fmt.Sprintf("pages[%d]", i), &s.Pages[i]))
	}
	if len(p.pages) == 0 {
		c.fault("", "pages are missing: describe each kind of page that is visited")
	}
	if len(c.faults) == 0 {
		c.start(p)
	}
	if len(c.faults) > 0 {
		return nil, c.faults
	}
	return p, nil
}

// start checks that the source begins on a page that is described.
func (c *compiler) start(p *Parser) {
	u, err := weburl.Source(p.source)
	if err != nil {
		c.fault("", "the source's url is not an address of the web")
		return
	}
	if p.first, err = p.find(u); err != nil {
		c.fault("pages", "the source's url %s: no address of a page has its form", err)
		return
	}
	for i, s := range p.site.Start {
		where := fmt.Sprintf("start[%d]", i)
		further, err := p.first.resolve(s)
		if err != nil {
			c.fault(where, "start %q %v", s, err)
			continue
		}
		a, err := p.find(further)
		switch {
		case err != nil:
			c.fault(where, "start %q %v: give a page an address of its form", s, err)
		case a.page.kind != parsers.Listing || p.first.page.kind != parsers.Listing:
			c.fault(where, "start %q: only a listing leads on, and to listings: describe both as one", s)
		case a.id == p.first.id || slices.ContainsFunc(p.further, func(other at) bool { return other.id == a.id }):
			c.fault(where, "start %q is listing %s again: remove it, or give its page an address that tells the two apart", s, a.id)
		default:
			p.further = append(p.further, a)
		}
	}
}

func (c *compiler) page(at string, s *Page) *page {
	p := &page{path: at, kind: parsers.ThreadKind(s.Kind)}
	if !slices.Contains([]parsers.ThreadKind{parsers.Listing, parsers.Question, parsers.Post, parsers.Document}, p.kind) {
		c.fault(at+".kind", "kind %q must be one of listing, question, post, document", s.Kind)
	}
	p.address = c.template(at+".address", s.Address)
	p.addressee = c.value(at+".addressee", s.Addressee)
	p.closed, p.gone = c.value(at+".closed", s.Closed), c.value(at+".gone", s.Gone)
	p.none = c.mark(at+".none", s.None)
	p.next = c.next(at+".next", s.Next, p.address)
	if s.Declared != nil {
		p.declared = c.value(at+".declared", &s.Declared.Value)
		for i, k := range s.Declared.Of {
			c.kind(fmt.Sprintf("%s.declared.of[%d]", at, i), parsers.Kind(k))
			p.counts = append(p.counts, parsers.Kind(k))
		}
	}
	if p.kind == parsers.Listing {
		c.listing(at, s, p)
		return p
	}
	if s.Threads != nil {
		c.fault(at+".threads", "only a listing leads to threads: set kind: listing, or remove them")
	}
	if s.None != "" {
		c.fault(at+".none", "none of a %s stands with its items: move it there", s.Kind)
	}
	if len(s.Items) == 0 {
		c.fault(at, "items are missing: a %s shows what is said", s.Kind)
	}
	opening := -1
	for i := range s.Items {
		of := fmt.Sprintf("%s.items[%d]", at, i)
		r := c.rule(of, &s.Items[i])
		if r.opens && opening >= 0 {
			c.fault(of+".opens", "items[%d] opens the thread already: only one does", opening)
		} else if r.opens {
			opening = i
		}
		r.silent = p.declared != nil && p.isCounted(r)
		p.rules = append(p.rules, r)
		if !c.json && !r.opens && !r.silent && !r.optional && r.none == nil {
			c.fault(of, "nothing tells a page without these items from one whose layout has changed: "+
				"name what stands in their place (none), let declared count them, or set optional: true")
		}
	}
	for i, r := range p.rules {
		if r.place == placeOpening && opening < 0 {
			c.fault(fmt.Sprintf("%s.items[%d].parent.place", at, i), "no item opens the thread: set opens: true at the one that does")
		}
	}
	return p
}

// isCounted tells whether what the page declares counts the items of a rule.
func (p *page) isCounted(r *rule) bool {
	if p.counts == nil {
		return !r.opens
	}
	return slices.Contains(p.counts, r.kind)
}

func (c *compiler) listing(at string, s *Page, p *page) {
	for key, there := range map[string]bool{"items": len(s.Items) > 0, "closed": s.Closed != nil, "declared": s.Declared != nil} {
		if there {
			c.fault(at+"."+key, "a listing has no %s of its own: what it leads to is described by threads", key)
		}
	}
	if s.Threads == nil {
		c.fault(at, "threads are missing: a listing leads to them")
		return
	}
	if p.none == nil && !c.json {
		c.fault(at, "none is missing: name what a listing without threads shows in their place")
	}
	of := at + ".threads"
	t := &threads{entry: c.entry(of+".select", s.Threads.Select)}
	if s.Threads.Link == nil {
		c.fault(of, "link is missing: name the address of a thread")
	} else {
		t.link, t.address = c.value(of+".link", &s.Threads.Link.Value), s.Threads.Link.Address
		if t.link != nil && !c.json && t.link.attribute == "" && t.address == "" {
			t.link.attribute = "href"
		}
		if t.address != "" && (!strings.HasPrefix(t.address, "/") || strings.Count(t.address, linkValue) != 1) {
			c.fault(of+".link.address", "address %q must begin with / and hold {value} once", t.address)
		}
	}
	t.published = c.time(of+".published", s.Threads.Published)
	t.declared = c.value(of+".declared", s.Threads.Declared)
	p.threads = t
}

// linkValue is the placeholder in the address of a link.
const linkValue = "{value}"

func (c *compiler) next(at string, s *Next, of *template) *next {
	if s == nil {
		return nil
	}
	n := &next{parameter: s.Parameter, fromZero: s.FromZero, pages: c.value(at+".pages", s.Pages)}
	switch {
	case (s.Parameter == "") == (s.Address == ""):
		c.fault(at, "name what tells a page's number: the parameter of the query, or the address of the pages after the first")
	case s.Address != "":
		if n.address = c.template(at+".address", s.Address); n.address != nil && of != nil {
			slices.Sort(n.address.names)
			want := append(slices.Clone(of.names), pageNumber)
			slices.Sort(want)
			if !slices.Equal(want, n.address.names) {
				c.fault(at+".address", "address %q must have the placeholders of the page's address, and {page}", s.Address)
			}
		}
	}
	switch {
	case s.Pages != nil && (s.Select != "" || s.Parameter == ""):
		c.fault(at+".pages", "pages are counted by a parameter, instead of a link: remove select, and name the parameter")
	case s.Pages == nil && s.Select == "":
		c.fault(at, "select is missing: name the link to the next page, or the number of pages (pages)")
	case s.Pages == nil:
		if n.link = c.value(at, &s.Value); n.link != nil && !c.json && n.link.attribute == "" {
			n.link.attribute = "href"
		}
	}
	return n
}

func (c *compiler) template(at, s string) *template {
	if s == "" {
		c.fault(at, "address is missing: write the path of these pages, such as /questions/{id}")
		return nil
	}
	t, err := parseTemplate(s)
	if err != nil {
		c.fault(at, "address %q: %v", s, err)
		return nil
	}
	return t
}

func (c *compiler) kind(at string, k parsers.Kind) {
	if !slices.Contains([]parsers.Kind{parsers.KindPost, parsers.KindQuestion, parsers.KindComment, parsers.KindAnswer}, k) {
		c.fault(at, "kind %q must be one of post, question, comment, answer", k)
	}
}
