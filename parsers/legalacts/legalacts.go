// Package legalacts reads legalacts.egov.kz, the portal on which Kazakhstan's
// state bodies publish drafts of legal acts, citizens comment on them and the
// bodies answer below each comment.
//
// Two kinds of pages matter: a list of drafts (/list), which leads to documents,
// and a document (/npa/view?id=N) with its comments, ten to a page. What the
// portal makes difficult, and how it is met:
//
//   - Times have neither year nor zone ("10/09 - 11:05"). The year follows from
//     the day on which the document was created and from the ids, which grow with
//     time (times.go).
//   - The page is in Kazakh or Russian as a cookie has it. Everything is found by
//     markup, or by the label in either language; one document gives the same
//     ids, times and verdicts in both.
//   - The comment counter counts the replies too, and those on other pages.
//   - Tabs other than the citizens' show what expert bodies said. They are no
//     part of the thread and do not earn silence.
//   - Up to 1.2 MB of navigation precede the content and are not even parsed.
//
// Thread ids are the document's number, and "list" for a list. Item ids are the
// portal's numbers, which comments, replies and documents share.
package legalacts

import (
	"cmp"
	"fmt"
	"time"

	"qulaq/parsers"
	"qulaq/parsers/htmlpage"
	"qulaq/parsers/weburl"
	"qulaq/parsers/when"
)

// version is raised with every change of what Parse returns.
const version = 2

type parser struct{ zone *time.Location }

// New gives the parser of legalacts.egov.kz.
func New() parsers.Parser { return parser{when.Location("Asia/Almaty")} }

// Properties implements [parsers.Parser].
func (p parser) Properties() parsers.Properties {
	return parsers.Properties{
		Name:         "legalacts",
		Version:      version,
		Hosts:        []string{host},
		Zone:         p.zone,
		ShowsParents: true,
		ShowsCounts:  true,
		QuestionSite: true, // a body owes every comment on its draft a reply and a verdict
	}
}

// Start implements [parsers.Parser]. It takes the portal itself, a list with any
// filters, or a document.
func (parser) Start(source string) (parsers.Thread, error) {
	a, err := parseSource(source)
	if err != nil {
		return parsers.Thread{}, fmt.Errorf("legalacts: source %q: %w", weburl.WithoutSecrets(source), err)
	}
	return a.thread(), nil
}

// Parse implements [parsers.Parser]. Addresses in the result have the scheme and
// host of the page's own address.
func (p parser) Parse(page parsers.Page) (parsers.Result, error) {
	a, err := parseAddress(page.URL)
	if err != nil {
		return parsers.Result{}, fmt.Errorf("legalacts: address %q: %w", weburl.WithoutSecrets(page.URL), err)
	}
	page.Zone = cmp.Or(page.Zone, p.zone)
	r := parsers.Result{Thread: a.thread(), Declared: parsers.Unknown}
	shown, refused := htmlpage.ReadFrom(page, landmarks[a.place]...)
	if refused != nil {
		refused.Apply(&r)
		return r, nil
	}
	s := &site{Page: shown, at: a, zone: page.Zone, seen: page.Seen}
	if a.place == onList {
		s.list(&r)
	} else {
		s.document(&r)
	}
	return r, nil
}
