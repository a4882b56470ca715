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
	"cmp"
	"fmt"
	"time"

	"qulaq/parsers"
	"qulaq/parsers/api"
	"qulaq/parsers/weburl"
	"qulaq/parsers/when"
)

// version is raised with every change of what Parse returns.
const version = 1

type parser struct{ zone *time.Location }

// New gives the parser of Froide's API.
func New() parsers.Parser { return parser{when.Location("Europe/Berlin")} }

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
	at, err := parseSource(source)
	if err != nil {
		return parsers.Thread{}, fmt.Errorf("froide: source %q: %w", weburl.WithoutSecrets(source), err)
	}
	return at.Thread(), nil
}

// Parse implements [parsers.Parser].
func (p parser) Parse(page parsers.Page) (parsers.Result, error) {
	at, err := requests.Parse(page.URL)
	if err != nil {
		return parsers.Result{}, fmt.Errorf("froide: address %q: %w", weburl.WithoutSecrets(page.URL), err)
	}
	in := reader{Reading: api.Read(page, at.Thread()), at: at}
	in.Clock.Grammar.Zone = cmp.Or(page.Zone, p.zone)
	in.Refuse(in.read(page))
	return in.Result, nil
}
