// Package open311 reads answers of Open311's GeoReport v2, the API at which cities
// take and show citizens' requests for a service: a list of requests, and one.
//
// A thread is a request; its id, and that of the request as an item, is the
// city's service_request_id. Below it stand the notes by which the city answers
// (Chicago's extension "notes"), as ID/TYPE-TIME, or else its closing, as ID/closed.
//
// What the format makes difficult, and how it is met:
//
//   - There is no time of closing. updated_datetime is the last touch of any sort,
//     an import three months later included, and is not read. Without notes, a
//     closing happened between two visits.
//   - Of the notes, only "activity" and "closed" speak to the citizen. That a
//     request was opened is the request itself; follow-ons are orders from one
//     department to another.
//   - "closed" is the outcome of the request, and of the reply that closes it: not
//     every closing is a solution.
//   - A request without a number yet has a token alone, and is left for later.
//   - Paging is an extension. A server that does not know it answers with more
//     requests than were asked for, and is not asked again.
//
// Times without an offset are read in the zone of the source, and not at all
// where the source names none.
package open311

import (
	"bytes"
	"fmt"

	"qulaq/parsers"
	"qulaq/parsers/api"
	"qulaq/parsers/jsonpage"
	"qulaq/parsers/weburl"
)

// version is raised with every change of what Parse returns.
const version = 1

type parser struct{}

// New gives the parser of Open311 GeoReport v2.
func New() parsers.Parser { return parser{} }

// Properties implements [parsers.Parser].
func (parser) Properties() parsers.Properties {
	return parsers.Properties{
		Name:         "open311",
		Version:      version,
		Key:          parsers.Key{Parameter: "api_key"},
		ReadsErrors:  true,
		ExactTimes:   true,
		ShowsParents: true,
		QuestionSite: true,
	}
}

// Start implements [parsers.Parser]. It takes the endpoint of a city
// (https://city.example/open311/v2), its requests.json with filters, or one
// request.
func (parser) Start(source string) (parsers.Thread, error) {
	a, err := parseSource(source)
	if err != nil {
		return parsers.Thread{}, fmt.Errorf("open311: source %q: %w", weburl.WithoutSecrets(source), err)
	}
	return a.thread(), nil
}

// Parse implements [parsers.Parser].
func (parser) Parse(page parsers.Page) (parsers.Result, error) {
	a, err := parseAddress(page.URL)
	if err != nil {
		return parsers.Result{}, fmt.Errorf("open311: address %q: %w", weburl.WithoutSecrets(page.URL), err)
	}
	in := reader{Reading: api.Read(page, a.thread()), at: a}
	in.Clock.Grammar.Zone = page.Zone
	requests, refused := decode(page.Body)
	switch {
	case refused != nil:
	case a.request == "":
		in.list(requests)
	default:
		refused = in.one(requests)
	}
	in.Refuse(refused)
	return in.Result, nil
}

// decode reads an array of requests, or the errors in place of one. Some servers
// send a request alone, without the array around it.
func decode(body []byte) ([]request, *parsers.Refusal) {
	if !bytes.HasPrefix(bytes.TrimSpace(body), []byte("{")) {
		var many []request
		refused := jsonpage.Unmarshal(body, &many)
		if refused == nil && len(many) == 1 && many[0].Code != nil {
			return nil, many[0].refusal()
		}
		return many, refused
	}
	var one struct {
		request
		Errors []request `json:"errors"`
	}
	if refused := jsonpage.Unmarshal(body, &one); refused != nil {
		return nil, refused
	}
	switch {
	case len(one.Errors) > 0:
		return nil, one.Errors[0].refusal()
	case one.Code != nil:
		return nil, one.refusal()
	case one.ID == "":
		return nil, parsers.Refuse(parsers.Drift, "the answer has no service_request_id")
	}
	return []request{one.request}, nil
}
