// Package dataegov reads data sets of data.egov.kz, Kazakhstan's open data portal,
// that hold questions to state bodies and their answers as records (API version 4,
// JSON).
//
// Every data set has fields of its own, so that the source tells what they are, in
// the fragment of its address, which is never sent:
//
//	https://data.egov.kz/api/v4/DATASET/v1#id=nomer&asked=data&question=tekst&answered=data_otveta&answer=otvet&body=organ&state=status&dates=dots
//
// id, asked and question must be there. dates names the shapes in which times are
// printed, as package when names them, joined by commas; without it they are iso.
//
// A data set is a list, and each of its records a thread with the id DATASET/ID,
// which is asked for by a query of its own, so that silence is earned record by
// record. An answer has the id of its question with "/answer".
//
// What the portal makes difficult, and how it is met:
//
//   - Every call needs a key, which never enters an address of a result.
//   - A query matches words, not values. Other records that it finds are left out.
//   - Numbers stand for texts, null and "" for nothing.
//   - A record may tell that there was an answer and not what it said, or what it
//     said and not when.
package dataegov

import (
	"cmp"
	"fmt"
	"time"

	"qulaq/parsers"
	"qulaq/parsers/jsonpage"
	"qulaq/parsers/stamp"
	"qulaq/parsers/weburl"
	"qulaq/parsers/when"
)

// version is raised with every change of what Parse returns.
const version = 1

type parser struct{ zone *time.Location }

// New gives the parser of data.egov.kz.
func New() parsers.Parser { return parser{when.Location("Asia/Almaty")} }

// Properties implements [parsers.Parser].
func (p parser) Properties() parsers.Properties {
	return parsers.Properties{
		Name:         "dataegov",
		Version:      version,
		Hosts:        []string{host},
		Zone:         p.zone,
		NeedsKey:     true,
		Key:          parsers.Key{Parameter: "apiKey"},
		ReadsErrors:  true,
		ShowsParents: true,
		QuestionSite: true,
	}
}

// Start implements [parsers.Parser]. It takes the address of a data set whose
// fragment tells its fields.
func (parser) Start(source string) (parsers.Thread, error) {
	a, err := parseSource(source)
	if err != nil {
		return parsers.Thread{}, fmt.Errorf("dataegov: source %q: %w", weburl.WithoutSecrets(source), err)
	}
	return a.thread(), nil
}

// Parse implements [parsers.Parser]. Addresses in the result have the origin of
// the page's own.
func (p parser) Parse(page parsers.Page) (parsers.Result, error) {
	a, err := parseAddress(page.URL)
	if err != nil {
		return parsers.Result{}, fmt.Errorf("dataegov: address %q: %w", weburl.WithoutSecrets(page.URL), err)
	}
	page.Zone = cmp.Or(page.Zone, p.zone)
	r := parsers.Result{Thread: a.thread(), Declared: parsers.Unknown}
	in := reader{at: a, clock: stamp.Clock{Grammar: when.Grammar{Shapes: a.fields.shapes, Zone: page.Zone}, Seen: page.Seen}}
	var answer answer
	refused := jsonpage.Decode(page, &answer)
	switch {
	case refused != nil:
	case answer.records == nil:
		refused = parsers.Refuse(answer.state(), "the portal says: "+answer.said)
	case a.record != "":
		refused = in.record(answer.records, &r)
	default:
		refused = in.list(answer.records, &r)
	}
	if refused != nil {
		refused.Apply(&r)
	}
	return r, nil
}
