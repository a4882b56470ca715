// Package epetition reads the open JSON of epetition.kz, where citizens of
// Kazakhstan put petitions to state bodies, sign and discuss them, and where the
// body's decision appears.
//
// Three answers matter: the list of petitions (/petitions/short), a petition with
// its decision (/petitions/ID), and the comments on it (/petitions/ID/comments).
// A petition is one thread, whose first page is the petition and whose further
// pages are its comments. The petition has the id of its thread, the decision is
// ID/decision, and comments have their own ids.
//
// What the portal makes difficult, and how it is met:
//
//   - Times are a wall clock without a zone, and nothing tells whether it is
//     Almaty's or UTC. A span holds both readings, unless the time has a zone.
//   - A decision is there in two languages. It is one answer, in Russian where
//     there is a Russian text.
//   - A comment counts its replies; where the list does not show that many, more is
//     declared than was read.
//   - A comment is no petition: what calls for an answer in it must show in its
//     words, so that the portal is not made for questions alone.
package epetition

import (
	"cmp"
	"fmt"
	"time"

	"qulaq/parsers"
	"qulaq/parsers/jsonpage"
	"qulaq/parsers/weburl"
	"qulaq/parsers/when"
)

// version is raised with every change of what Parse returns.
const version = 1

type parser struct{ zone *time.Location }

// New gives the parser of epetition.kz.
func New() parsers.Parser { return parser{when.Location("Asia/Almaty")} }

// Properties implements [parsers.Parser].
func (p parser) Properties() parsers.Properties {
	return parsers.Properties{
		Name:         "epetition",
		Version:      version,
		Hosts:        []string{host},
		Zone:         p.zone,
		ReadsErrors:  true,
		ShowsParents: true,
		ShowsCounts:  true,
	}
}

// Start implements [parsers.Parser]. It takes the portal itself, a petition as a
// browser shows it (/petition/ID), and addresses of the JSON.
func (parser) Start(source string) (parsers.Thread, error) {
	a, err := parseSource(source)
	if err != nil {
		return parsers.Thread{}, fmt.Errorf("epetition: source %q: %w", weburl.WithoutSecrets(source), err)
	}
	return a.thread(), nil
}

// Parse implements [parsers.Parser]. Addresses in the result have the origin of
// the page's own.
func (p parser) Parse(page parsers.Page) (parsers.Result, error) {
	a, err := parseAddress(page.URL)
	if err != nil {
		return parsers.Result{}, fmt.Errorf("epetition: address %q: %w", weburl.WithoutSecrets(page.URL), err)
	}
	page.Zone = cmp.Or(page.Zone, p.zone)
	r := parsers.Result{Thread: a.thread(), Declared: parsers.Unknown}
	in := reader{at: a, page: page}
	var answer answer
	refused := jsonpage.Decode(page, &answer)
	switch {
	case refused != nil:
	case answer.Status >= 400:
		refused = answer.refusal()
	case a.place == onPetition:
		refused = in.petition(&answer, &r)
	case answer.Content == nil:
		refused = parsers.Refuse(parsers.Drift, "the answer has no content")
	case a.place == onComments:
		refused = in.comments(&answer, &r)
	default:
		refused = in.list(&answer, &r)
	}
	if refused != nil {
		refused.Apply(&r)
	}
	return r, nil
}
