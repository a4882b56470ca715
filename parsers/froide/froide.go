// Package froide reads answers of the API, version 1, of sites that run Froide
// (FragDenStaat), on which people send freedom-of-information requests in public:
// a list of requests, and a request with its messages.
//
// A thread is a request; its id is the site's number. Messages are message-N.
// Authors are body/N for a public body; people are not named.
//
// What the format makes difficult, and how it is met:
//
//   - A letter is dated by hand: the hour of is_postal messages means nothing, and
//     they are read to the day.
//   - A message that was written and not sent has reached nobody and is left out.
//   - What another body than the one asked writes (a mediator, or whoever the
//     request was passed on to) is official, of its own author.
//   - status tells what the person thinks, resolution how it ended; the latter, if
//     any, is the outcome of the request.
//   - Lists have no messages and only lead to the requests.
package froide

import (
	"fmt"
	"time"
	_ "time/tzdata"

	"qulaq/parsers"
	"qulaq/parsers/api"
	"qulaq/parsers/when"
	// New may run before the init functions of whatever else brings zones
)

// version is raised with every change of what Parse returns.
const version = 1

type parser struct{ zone *time.Location }

// New gives the parser of Froide's API.
func New() parsers.Parser {
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		panic("froide: " + err.Error()) // Unreachable: the zone is in time/tzdata.
	}
	return parser{zone}
}

// Properties implements [parsers.Parser].
func (p parser) Properties() parsers.Properties {
	return parsers.Properties{
		Name:         "froide",
		Version:      version,
		Zone:         p.zone, // in which letters are dated
		ReadsErrors:  true,
		ExactTimes:   true,
		ShowsParents: true,
		QuestionSite: true,
	}
}

// Start implements [parsers.Parser]. It takes a public body (/behoerde/90/…), a
// request by its number (/a/82), and either of them in the API. An address that
// holds a request's title alone does not tell its number and is refused.
func (parser) Start(source string) (parsers.Thread, error) {
	a, err := parseSource(source)
	if err != nil {
		return parsers.Thread{}, fmt.Errorf("froide: source %q: %w", api.WithoutSecrets(source), err)
	}
	return a.thread(), nil
}

// Parse implements [parsers.Parser].
func (p parser) Parse(page parsers.Page) (parsers.Result, error) {
	a, err := parseAddress(page.URL)
	if err != nil {
		return parsers.Result{}, fmt.Errorf("froide: address %q: %w", api.WithoutSecrets(page.URL), err)
	}
	r := parsers.Result{Thread: a.thread(), Declared: parsers.Unknown}
	var answer answer
	refused := api.Decode(page.Body, &answer)
	if refused == nil && answer.Detail != "" {
		refused = answer.refusal(page.Status)
	}
	if refused != nil {
		refused.Put(&r)
		return r, nil
	}
	zone := page.Zone
	if zone == nil {
		zone = p.zone
	}
	in := reader{
		Reading: api.Read(&r, len(answer.Messages)),
		at:      a,
		clock:   api.Clock{Grammar: when.Grammar{Shapes: when.ISO, Zone: zone}, Seen: page.Seen},
	}
	switch {
	case a.request == "" && answer.Objects != nil:
		in.list(&answer)
	case a.request != "" && answer.ID > 0 && answer.Messages != nil:
		in.request(&answer.request)
	default:
		api.Refuse(parsers.Drift, "the answer has no objects or messages").Put(&r)
	}
	return r, nil
}
