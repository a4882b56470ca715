// Package alaveteli reads the JSON of sites that run Alaveteli, on which people
// send freedom-of-information requests in public: a request with its events, and a
// feed of events of many requests.
//
// A thread is a request; its id is the name in its address. Ids of items are the
// anchors on the request's page: outgoing-N for what was asked, incoming-N for
// what the body sent, comment-N for an annotation.
//
// What the format makes difficult, and how it is met:
//
//   - Of the events, only "sent", "followup_sent", "response" and "comment" are
//     utterances; a new label is not a reply.
//   - described_state is the label that a person gave, calculated_state is carried
//     over to it by the site. The former is an outcome, unless the request awaits a
//     new description; the latter is not read.
//   - A feed holds some of the events. It only leads to the requests: an event
//     that is missing there may well have happened.
//   - Dates come as 2013/06/18 10:18:19 +1000 or in ISO 8601, by version.
//   - The texts are beginnings (snippets).
package alaveteli

import (
	"bytes"
	"fmt"

	"qulaq/parsers"
	"qulaq/parsers/api"
	"qulaq/parsers/weburl"
	"qulaq/parsers/when"
)

// version is raised with every change of what Parse returns.
const version = 1

type parser struct{}

// New gives the parser of Alaveteli's JSON.
func New() parsers.Parser { return parser{} }

// Properties implements [parsers.Parser].
func (parser) Properties() parsers.Properties {
	return parsers.Properties{
		Name:         "alaveteli",
		Version:      version,
		ExactTimes:   true,
		ShowsParents: true,
		ShowsEdits:   true,
		QuestionSite: true,
	}
}

// Start implements [parsers.Parser]. It takes a body (/body/NAME), a list
// (/list/successful), a feed of either, or a request (/request/NAME).
func (parser) Start(source string) (parsers.Thread, error) {
	a, err := parseSource(source)
	if err != nil {
		return parsers.Thread{}, fmt.Errorf("alaveteli: source %q: %w", weburl.WithoutSecrets(source), err)
	}
	return a.thread(), nil
}

// Parse implements [parsers.Parser].
func (parser) Parse(page parsers.Page) (parsers.Result, error) {
	a, err := parseAddress(page.URL)
	if err != nil {
		return parsers.Result{}, fmt.Errorf("alaveteli: address %q: %w", weburl.WithoutSecrets(page.URL), err)
	}
	in := reader{Reading: api.Read(page, a.thread()), at: a}
	in.Clock.Grammar.Shapes |= when.YearFirst
	if a.request == "" && bytes.HasPrefix(bytes.TrimSpace(page.Body), []byte("[")) {
		in.Refuse(in.feed(page.Body))
	} else {
		in.Refuse(in.request(page.Body))
	}
	return in.Result, nil
}
