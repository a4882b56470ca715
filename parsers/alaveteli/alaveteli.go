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
		return parsers.Thread{}, fmt.Errorf("alaveteli: source %q: %w", api.WithoutSecrets(source), err)
	}
	return a.thread(), nil
}

// Parse implements [parsers.Parser].
func (parser) Parse(page parsers.Page) (parsers.Result, error) {
	a, err := parseAddress(page.URL)
	if err != nil {
		return parsers.Result{}, fmt.Errorf("alaveteli: address %q: %w", api.WithoutSecrets(page.URL), err)
	}
	r := parsers.Result{Thread: a.thread(), Declared: parsers.Unknown}
	in := reader{
		Reading: api.Read(&r, 0),
		at:      a,
		clock:   api.Clock{Grammar: when.Grammar{Shapes: when.YearFirst | when.ISO}, Seen: page.Seen},
	}
	if a.request == "" && bytes.HasPrefix(bytes.TrimSpace(page.Body), []byte("[")) {
		var events []event
		if refused := api.Decode(page.Body, &events); refused != nil {
			refused.Put(&r)
		} else {
			in.feed(events)
		}
		return r, nil
	}
	var answer request
	refused := api.Decode(page.Body, &answer)
	switch {
	case refused != nil:
	case answer.Events == nil || a.request == "":
		refused = api.Refuse(parsers.Drift, "the answer has no events")
	default:
		refused = in.request(&answer)
	}
	if refused != nil {
		refused.Put(&r)
	}
	return r, nil
}
