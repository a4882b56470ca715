package legalacts

import (
	"errors"
	"net/url"
	"strconv"
	"strings"

	"qulaq/parsers"
	"qulaq/parsers/weburl"
)

const host = "legalacts.egov.kz"

// citizens is the tab of a document on which citizens comment.
const citizens = "6"

// place tells what an address leads to.
type place string

const (
	onList       place = "/list"
	onDocument   place = "/npa/view"
	onConclusion place = "/npa/viewArvConclusion" // of the regulatory impact; nobody comments on it
)

// address is a parsed address of the portal.
type address struct {
	base  string // scheme, host and what stands before the portal's own path
	place place
	id    string     // of the document
	tab   string     // of the document: typeComment
	page  int        // from 1
	query url.Values // of a list: its filters, without the page
}

var errNotPortal = errors.New("not an address of the portal")

// parseAddress reads the address of a page on any host, so that a test server
// serves as well.
func parseAddress(raw string) (address, error) {
	u, err := weburl.Parse(raw)
	if err != nil {
		return address{}, err
	}
	a := address{page: 1, query: u.Query()}
	path := strings.TrimSuffix(u.EscapedPath(), "/")
	for _, at := range [...]place{onList, onDocument, onConclusion} {
		if before, ok := strings.CutSuffix(path, string(at)); ok {
			a.base, a.place = weburl.Origin(u)+before, at
		}
	}
	page := "page"
	switch a.place {
	case onList:
	case onDocument, onConclusion:
		a.id, a.tab = a.query.Get("id"), a.query.Get("typeComment")
		if !weburl.IsID(a.id) {
			return address{}, errNotPortal
		}
		if a.tab == "" {
			a.tab = citizens
		}
		page = "pageComment"
	default:
		return address{}, errNotPortal
	}
	if n, err := strconv.Atoi(a.query.Get(page)); err == nil && n > 1 {
		a.page = n
	}
	a.query.Del("page")
	return a, nil
}

// parseSource reads the address of a list or document as people write it.
func parseSource(source string) (address, error) {
	u, err := weburl.SourceOf(host, source)
	if err != nil {
		return address{}, err
	}
	if strings.Trim(u.Path, "/") == "" {
		u.Path = string(onList)
	}
	return parseAddress(u.String())
}

// thread is the list or document that the address leads to.
func (a address) thread() parsers.Thread {
	if a.place == onList {
		address := a.base + string(onList)
		if len(a.query) > 0 {
			address += "?" + a.query.Encode()
		}
		return parsers.Thread{ID: "list", Kind: parsers.Listing, Address: parsers.Address{URL: address}, Declared: parsers.Unknown}
	}
	return parsers.Thread{
		ID:       a.id,
		Kind:     parsers.Document,
		Address:  parsers.Address{URL: a.base + string(a.place) + "?id=" + a.id},
		Declared: parsers.Unknown,
	}
}

// next is the page after this one.
func (a address) next() *parsers.Address {
	page := strconv.Itoa(a.page + 1)
	if a.place != onList {
		return &parsers.Address{URL: a.base + string(onDocument) + "?id=" + a.id + "&pageComment=" + page + "&typeComment=" + a.tab}
	}
	query := url.Values{"page": {page}}
	for key, values := range a.query {
		query[key] = values
	}
	return &parsers.Address{URL: a.base + string(onList) + "?" + query.Encode()}
}

// document is the thread that a link of a list leads to. Its host is that of the
// list: no page can send the crawler elsewhere.
func (a address) document(href string) (parsers.Thread, bool) {
	u, err := url.Parse(href)
	if err != nil || u.Path != string(onDocument) || !weburl.IsID(u.Query().Get("id")) {
		return parsers.Thread{}, false
	}
	return address{base: a.base, place: onDocument, id: u.Query().Get("id")}.thread(), true
}
