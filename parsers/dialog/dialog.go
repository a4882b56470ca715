// Package dialog reads dialog.egov.kz, the "open dialogue" on which citizens of
// Kazakhstan put questions to the heads of state bodies and these answer in
// public.
//
// Three kinds of pages matter: the questions of one blog (/blogs/B/questions),
// which show each question with its answers folded in; the list of all questions
// (/blogs/all-questions), which leads to them; and a question's own page
// (/blogs/all-questions/N). What the portal makes difficult, and how it is met:
//
//   - Its robots.txt forbids the list of all questions and with it the questions'
//     own pages. A question that a blog's list shows is therefore visited in that
//     list: its address is that of the list, with its number in the fragment,
//     which is never sent. Where the list has grown meanwhile, the visit follows
//     it to the page on which the question now stands (address.go).
//   - A question bears a day, an answer a minute on the question's own page and a
//     day in a list. The spans are as wide.
//     A list may also cut a long text short; it is kept as shown.
//   - What is not published leaves a notice in place of its text: under review,
//     or rejected on a day. These are outcomes, neither answered nor silent.
//   - A question that was sent again has a number with a suffix (763211/1), which
//     is not the number in its address. It has the latter only once it is published;
//     a blog's list knows it by the former throughout.
//   - Parts of the page are filled in by a script, and sometimes are not.
//   - A list that is filtered for answered questions hides the silence; it is no
//     source.
//
// Thread ids are the numbers of questions, "blog/B" and "all-questions" for
// lists. A question has the id of its thread, its answers have it with their
// place: 765824/answer/1.
package dialog

import (
	"cmp"
	"fmt"
	"time"

	"qulaq/parsers"
	"qulaq/parsers/htmlpage"
	"qulaq/parsers/stamp"
	"qulaq/parsers/weburl"
	"qulaq/parsers/when"
)

// version is raised with every change of what Parse returns.
const version = 2

type parser struct{ zone *time.Location }

// New gives the parser of dialog.egov.kz.
func New() parsers.Parser { return parser{when.Location("Asia/Almaty")} }

// Properties implements [parsers.Parser].
func (p parser) Properties() parsers.Properties {
	return parsers.Properties{
		Name:         "dialog",
		Version:      version,
		Hosts:        []string{host},
		Zone:         p.zone,
		ShowsParents: true,
		ShowsCounts:  true,
		QuestionSite: true,
	}
}

// Start implements [parsers.Parser]. It takes any page of a blog
// (/blogs/32777/welcome), the list of all questions, or a question.
func (parser) Start(source string) (parsers.Thread, error) {
	a, err := parseSource(source)
	if err != nil {
		return parsers.Thread{}, fmt.Errorf("dialog: source %q: %w", weburl.WithoutSecrets(source), err)
	}
	return a.thread(), nil
}

// Parse implements [parsers.Parser]. Addresses in the result have the scheme and
// host of the page's own address.
func (p parser) Parse(page parsers.Page) (parsers.Result, error) {
	a, err := parseAddress(page.URL)
	if err != nil {
		return parsers.Result{}, fmt.Errorf("dialog: address %q: %w", weburl.WithoutSecrets(page.URL), err)
	}
	page.Zone = cmp.Or(page.Zone, p.zone)
	r := parsers.Result{Thread: a.thread(), Declared: parsers.Unknown}
	shown, refused := htmlpage.Read(page)
	if refused != nil {
		refused.Apply(&r)
		return r, nil
	}
	s := &site{
		Page:  shown,
		at:    a,
		clock: stamp.Clock{Grammar: when.Grammar{Shapes: when.Dots, Zone: page.Zone}, Seen: page.Seen},
	}
	switch {
	case a.place == onQuestion:
		refused = s.question(&r)
	case a.question != "":
		refused = s.inList(&r)
	default:
		refused = s.list(&r)
	}
	if refused != nil {
		refused.Apply(&r)
	}
	return r, nil
}

// site is a page of the portal.
type site struct {
	*htmlpage.Page
	at    address
	clock stamp.Clock
}
