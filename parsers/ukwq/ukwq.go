// Package ukwq reads answers of the UK Parliament's API of written questions,
// questions-statements-api.parliament.uk: a list of questions, and a question
// with its answer.
//
// A thread is a question; its id, and that of the question in it, is Parliament's
// number. The answer is NUMBER/answer, a holding answer NUMBER/holding. Authors are
// member/N for a Member and body/N for the answering body.
//
// What the API makes difficult, and how it is met:
//
//   - Dates are days, printed as midnight without a zone. They are read as the
//     whole day in London.
//   - A holding answer says that no answer is ready. It is a comment of the body
//     with the outcome "holding", never an answer.
//   - A list cuts texts at 255 characters. It only leads to the questions, whose
//     own pages have all of the text.
//   - A withdrawn question is marked by the outcome "withdrawn".
package ukwq

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

// New gives the parser of the UK Parliament's written questions.
func New() parsers.Parser {
	zone, err := time.LoadLocation("Europe/London")
	if err != nil {
		panic("ukwq: " + err.Error()) // Unreachable: the zone is in time/tzdata.
	}
	return parser{zone}
}

// Properties implements [parsers.Parser].
func (p parser) Properties() parsers.Properties {
	return parsers.Properties{
		Name:         "ukwq",
		Version:      version,
		Hosts:        []string{host},
		Zone:         p.zone,
		ReadsErrors:  true,
		ShowsParents: true,
		ShowsEdits:   true,
		QuestionSite: true,
	}
}

// Start implements [parsers.Parser]. It takes the list of written questions, on
// the site or of the API, with its filters (?answeringBodies=13), and a question
// of the API.
func (parser) Start(source string) (parsers.Thread, error) {
	a, err := parseSource(source)
	if err != nil {
		return parsers.Thread{}, fmt.Errorf("ukwq: source %q: %w", api.WithoutSecrets(source), err)
	}
	return a.thread(), nil
}

// Parse implements [parsers.Parser].
func (p parser) Parse(page parsers.Page) (parsers.Result, error) {
	a, err := parseAddress(page.URL)
	if err != nil {
		return parsers.Result{}, fmt.Errorf("ukwq: address %q: %w", api.WithoutSecrets(page.URL), err)
	}
	r := parsers.Result{Thread: a.thread(), Declared: parsers.Unknown}
	var answer answer
	if refused := api.Decode(page.Body, &answer); refused != nil {
		refused.Put(&r)
		return r, nil
	}
	zone := page.Zone
	if zone == nil {
		zone = p.zone
	}
	in := reader{
		Reading: api.Read(&r, 3),
		at:      a,
		clock:   api.Clock{Grammar: when.Grammar{Shapes: when.ISO, Zone: zone}, Seen: page.Seen},
	}
	switch {
	case answer.Status == 404 || answer.Title == "Not Found":
		api.Refuse(parsers.Gone, "there is no such question").Put(&r)
	case answer.Status == 429 || answer.Status >= 500:
		api.Refuse(parsers.Throttled, "the API says", fmt.Sprint(answer.Status), answer.Title).Put(&r)
	case a.question == "" && answer.Results != nil:
		in.list(&answer)
	case a.question != "" && answer.Value != nil:
		in.question(answer.Value)
	default:
		api.Refuse(parsers.Drift, "the answer has no results or value").Put(&r)
	}
	return r, nil
}
