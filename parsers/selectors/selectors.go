// Package selectors reads the pages of any site that a [Site] describes: a parser
// made from data.
//
// A Site says, for each kind of page, by which address it is told, where its items
// are, and by which CSS selector or JSON path each of their fields is named. [New]
// checks it and makes a [Parser] of it; [Check] holds it against saved pages, and
// [Parser.Probe] shows what each selector matched. Package propose, below, starts
// one from a saved page.
//
// What a description makes difficult, and how it is met:
//
//   - A selector that matches nothing reads like a page without answers, which is
//     silence. So the absence of items has to be proved: by what stands in their
//     place, by the number that the page declares, or by an empty JSON array. Where
//     nothing proves it, the page has drifted.
//   - A value of an item is not one of a reply that stands within it.
//   - Roles come from values that the description lists; any other is unknown.
//   - An id comes from the page or, for the item that opens a thread, from the
//     address. An item without one is not read, and its order is no id.
//   - A time is read in the declared shapes alone. One without a year is placed
//     between the opening of its thread and the visit, and left open where more
//     than one year fits.
//   - Links to other hosts are not followed.
//
// Thread ids are addresses without their host, as the description writes them:
// /questions/123. The item that opens a thread has the id of it, any other has it
// with its own behind: /questions/123#a45.
package selectors

import (
	"errors"
	"fmt"
	"time"

	"qulaq/parsers"
	"qulaq/parsers/weburl"
)

// Platform is the name under which sources are read by a description.
const Platform = "selectors"

// version is raised with every change of what Parse returns.
const version = 1

// ErrNoSite is the error of parsing without a description.
var ErrNoSite = errors.New("the pages of each source are described in the registry; `qulaq sources probe` reads them")

// Any gives the parser of no site in particular. It tells the properties of the
// platform and knows one address from another; it cannot parse.
func Any() parsers.Parser { return anySite{} }

type anySite struct{}

// Properties implements [parsers.Parser].
func (anySite) Properties() parsers.Properties {
	return parsers.Properties{Name: Platform, Version: version, Zone: time.UTC, ShowsParents: true, ShowsEdits: true, ShowsCounts: true}
}

// Start implements [parsers.Parser].
func (anySite) Start(source string) (parsers.Thread, error) {
	u, err := weburl.Source(source)
	if err != nil {
		return parsers.Thread{}, fmt.Errorf("selectors: source %q: %w", weburl.WithoutSecrets(source), err)
	}
	id := u.Host + u.EscapedPath()
	if u.RawQuery != "" {
		id += "?" + u.Query().Encode()
	}
	return parsers.Thread{ID: id, Kind: parsers.Listing, Address: parsers.Address{URL: u.String()}, Declared: parsers.Unknown}, nil
}

// Parse implements [parsers.Parser]. It always fails.
func (anySite) Parse(parsers.Page) (parsers.Result, error) {
	return parsers.Result{}, fmt.Errorf("selectors: %w", ErrNoSite)
}

// Parser reads the pages of one site. It is safe for concurrent use.
type Parser struct {
	json    bool
	source  string
	site    *Site
	pages   []*page
	first   at   // where the source begins
	further []at // listings beside it
}

// Properties implements [parsers.Parser]. They are those of this site.
func (p *Parser) Properties() parsers.Properties {
	props := parsers.Properties{Name: Platform, Version: version, Zone: time.UTC, QuestionSite: p.site.QuestionSite}
	for _, page := range p.pages {
		props.ShowsCounts = props.ShowsCounts || page.declared != nil
		for _, r := range page.rules {
			props.ShowsParents = props.ShowsParents || r.parent != nil || r.place != ""
			props.ShowsEdits = props.ShowsEdits || r.edited != nil
			props.ExactTimes = props.ExactTimes || r.time != nil && r.time.unit != 0
		}
	}
	return props
}

// Start implements [parsers.Parser]. The address is that of the source, or any
// other that a page of the site has.
func (p *Parser) Start(source string) (parsers.Thread, error) {
	u, err := weburl.Source(source)
	if err != nil {
		return parsers.Thread{}, fmt.Errorf("selectors: source %q: %w", weburl.WithoutSecrets(source), err)
	}
	a, err := p.find(u)
	if err != nil {
		return parsers.Thread{}, fmt.Errorf("selectors: source %q %w", weburl.WithoutSecrets(source), err)
	}
	return a.thread(), nil
}

// thread is what an address leads to, the address being that of its first page.
func (a at) thread() parsers.Thread {
	return parsers.Thread{
		ID: a.id, Kind: a.page.kind, Declared: parsers.Unknown,
		Address: parsers.Address{URL: weburl.Origin(a.url) + a.id},
	}
}

// Parse implements [parsers.Parser]. Addresses in the result have the scheme and
// host of the page's own address.
func (p *Parser) Parse(page parsers.Page) (parsers.Result, error) {
	return p.parse(page, nil)
}

func (p *Parser) parse(page parsers.Page, seen *trace) (parsers.Result, error) {
	u, err := weburl.Parse(page.URL)
	if err != nil {
		return parsers.Result{}, fmt.Errorf("selectors: address %q: %w", weburl.WithoutSecrets(page.URL), err)
	}
	a, err := p.find(u)
	if err != nil {
		return parsers.Result{}, fmt.Errorf("selectors: address %q %w", weburl.WithoutSecrets(page.URL), err)
	}
	r := parsers.Result{Thread: a.thread(), Declared: parsers.Unknown}
	doc, refused := open(page, p.json, seen)
	if refused == nil {
		in := &reader{doc: doc, at: a, parser: p, page: page, result: &r}
		refused = in.read()
	}
	if refused != nil {
		refused.Apply(&r)
	}
	return r, nil
}
