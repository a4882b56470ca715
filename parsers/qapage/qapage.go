// Package qapage reads pages with one question and its answers that are marked up
// as schema.org's QAPage, whatever site they are on: as JSON-LD or as microdata.
//
// A thread has the address of its page as id, without scheme, fragment and the
// parameters of advertising. A question has the id of its thread. An answer has
// its own address or @id where it has one, and else its time.
//
// What the markup makes difficult, and how it is met:
//
//   - Anybody may answer. Only an author that is marked up as a
//     GovernmentOrganization speaks officially; an accepted answer is one that the
//     asker has accepted, which is an outcome.
//   - JSON-LD stands in lists, in @graph, under several types at once; and in the
//     wild it holds raw line breaks in its strings, which JSON forbids.
//   - Names, texts and authors may be strings, objects or lists of either.
//   - A FAQPage holds a body's own questions. It is no QAPage.
//   - Answers are ordered by votes, so that their place says nothing.
package qapage

import (
	"fmt"
	"time"

	"qulaq/parsers"
	"qulaq/parsers/htmlpage"
	"qulaq/parsers/weburl"
)

// version is raised with every change of what Parse returns.
const version = 1

type parser struct{}

// New gives the parser of schema.org's QAPage.
func New() parsers.Parser { return parser{} }

// Properties implements [parsers.Parser].
func (parser) Properties() parsers.Properties {
	return parsers.Properties{
		Name:         "qapage",
		Version:      version,
		Zone:         time.UTC,
		ShowsParents: true,
		ShowsEdits:   true,
		ShowsCounts:  true,
		// No QuestionSite: anybody may answer, and a citizen's answer is no need.
	}
}

// Start implements [parsers.Parser]. It takes the address of a question's page.
// The vocabulary has no lists of questions, so that a source is one question;
// selectors in YAML read the lists of a site.
func (parser) Start(source string) (parsers.Thread, error) {
	u, err := weburl.Source(source)
	if err != nil {
		return parsers.Thread{}, fmt.Errorf("qapage: source %q: %w", weburl.WithoutSecrets(source), err)
	}
	return thread(u), nil
}

// Parse implements [parsers.Parser].
func (parser) Parse(page parsers.Page) (parsers.Result, error) {
	u, err := weburl.Parse(page.URL)
	if err != nil {
		return parsers.Result{}, fmt.Errorf("qapage: address %q: %w", weburl.WithoutSecrets(page.URL), err)
	}
	r := parsers.Result{Thread: thread(u), Declared: parsers.Unknown}
	shown, refused := htmlpage.Read(page)
	if refused == nil {
		refused = read(page, shown, &r)
	}
	if refused != nil {
		refused.Apply(&r)
	}
	return r, nil
}

// read reads the question that a page marks up.
func read(page parsers.Page, shown *htmlpage.Page, r *parsers.Result) *parsers.Refusal {
	q, fault := jsonLD(shown)
	if q == nil && !shown.Cut { // an element may be cut, and look whole
		q = microdata(shown)
	}
	switch {
	case q == nil && shown.Cut:
		return parsers.Refuse(parsers.Partial, "the page ends before its markup does")
	case q == nil && fault != "":
		return parsers.Refuse(parsers.Drift, fault)
	case q == nil:
		return shown.StandIn("QAPage with a Question as JSON-LD or microdata")
	}
	return newReader(page, r).question(q, shown.Cut)
}
