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

// New gives the parser of the UK Parliament's written questions.
func New() parsers.Parser { return parser{when.Location("Europe/London")} }

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
	at, err := parseSource(source)
	if err != nil {
		return parsers.Thread{}, fmt.Errorf("ukwq: source %q: %w", weburl.WithoutSecrets(source), err)
	}
	return at.Thread(), nil
}

// Parse implements [parsers.Parser].
func (p parser) Parse(page parsers.Page) (parsers.Result, error) {
	at, err := questions.Parse(page.URL)
	if err != nil {
		return parsers.Result{}, fmt.Errorf("ukwq: address %q: %w", weburl.WithoutSecrets(page.URL), err)
	}
	in := reader{Reading: api.Read(page, at.Thread()), at: at}
	in.Clock.Grammar.Zone = cmp.Or(page.Zone, p.zone)
	in.Refuse(in.read(page.Body))
	return in.Result, nil
}
