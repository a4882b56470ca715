package dataegov

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"qulaq/parsers"
	"qulaq/parsers/weburl"
	"qulaq/parsers/when"
)

const host = "data.egov.kz"

const (
	root     = "/api/v4/"
	pageSize = 100
	// sameWords is how many records a query for one may find: those whose ids have
	// a word in common.
	sameWords = 100
)

// fields tells which fields of a data set hold what; "" for what it does not tell.
type fields struct {
	id, asked, question, answered, answer, body, state string

	dates  string // the shapes of times, as the source names them
	shapes when.Shape
}

// address is a parsed address of a data set or of one of its records.
type address struct {
	base    string // scheme, host and path before the name of the data set
	dataset string // with its version, if one is named
	from    int    // of a list
	size    int    // of a list
	record  string // the id of the record that is asked for
	fields  fields
}

var (
	errNotDataset = errors.New("not the address of a data set (/api/v4/NAME/VERSION)")
	errNoFields   = errors.New("its fragment does not tell the fields id, asked and question")
)

// query is what the parameter "source" asks for.
type query struct {
	From  int    `json:"from,omitempty"`
	Size  int    `json:"size"`
	Query *match `json:"query,omitempty"`
}

// match asks for the records in which a field has a value.
type match struct {
	Match map[string]string `json:"match"`
}

// parseAddress reads the address of a page on any host, so that a test server
// serves as well.
func parseAddress(raw string) (address, error) {
	u, err := weburl.Parse(raw)
	if err != nil {
		return address{}, err
	}
	before, path, found := strings.Cut(strings.Trim(u.Path, "/"), strings.Trim(root, "/")+"/")
	a := address{base: weburl.Origin(u) + "/" + before + strings.TrimPrefix(root, "/"), dataset: path, size: pageSize}
	if name, version, versioned := strings.Cut(path, "/"); !found || !isName(name) || versioned && !isName(version) {
		return address{}, errNotDataset
	}
	told, err := url.ParseQuery(u.Fragment)
	if err != nil {
		return address{}, errNoFields
	}
	if a.fields, err = parseFields(told); err != nil {
		return address{}, err
	}
	a.record = told.Get("record")
	var sent query
	if json.Unmarshal([]byte(u.Query().Get("source")), &sent) == nil && sent.From >= 0 && sent.Size > 0 {
		a.from, a.size = sent.From, sent.Size
	}
	return a, nil
}

// parseFields reads what a fragment tells of the fields.
func parseFields(told url.Values) (fields, error) {
	f := fields{
		id: told.Get("id"), asked: told.Get("asked"), question: told.Get("question"),
		answered: told.Get("answered"), answer: told.Get("answer"),
		body: told.Get("body"), state: told.Get("state"),
		dates: told.Get("dates"), shapes: when.ISO,
	}
	if f.id == "" || f.asked == "" || f.question == "" {
		return fields{}, errNoFields
	}
	if f.dates != "" {
		shapes, err := when.ParseShape(strings.Split(f.dates, ",")...)
		if err != nil {
			return fields{}, fmt.Errorf("dates: %w", err)
		}
		f.shapes = shapes
	}
	return f, nil
}

// parseSource reads the address of a data set as a registry names it.
func parseSource(source string) (address, error) {
	u, err := weburl.SourceOf(host, source)
	if err != nil {
		return address{}, err
	}
	return parseAddress(u.String())
}

// thread is the data set or record that the address leads to.
func (a address) thread() parsers.Thread {
	if a.record == "" {
		return parsers.Thread{ID: a.dataset, Kind: parsers.Listing, Address: a.call(query{Size: pageSize}), Declared: parsers.Unknown}
	}
	return parsers.Thread{
		ID:       a.dataset + "/" + a.record,
		Kind:     parsers.Question,
		Address:  a.call(query{Size: sameWords, Query: &match{map[string]string{a.fields.id: a.record}}}),
		Declared: parsers.Unknown,
	}
}

// next is the page after this one.
func (a address) next() *parsers.Address {
	next := a.call(query{From: a.from + a.size, Size: a.size})
	return &next
}

func (a address) call(q query) parsers.Address {
	source, err := json.Marshal(q)
	if err != nil {
		panic("dataegov: " + err.Error()) // Unreachable: numbers and strings can be encoded.
	}
	fragment := url.Values{}
	for name, value := range map[string]string{
		"id": a.fields.id, "asked": a.fields.asked, "question": a.fields.question, "answered": a.fields.answered,
		"answer": a.fields.answer, "body": a.fields.body, "state": a.fields.state, "dates": a.fields.dates, "record": a.record,
	} {
		if value != "" {
			fragment.Set(name, value)
		}
	}
	return parsers.Address{URL: a.base + a.dataset + "?" + url.Values{"source": {string(source)}}.Encode() + "#" + fragment.Encode()}
}

// isName tells whether s can be the name or version of a data set.
func isName(s string) bool {
	return s != "" && len(s) <= 200 && s != "." && s != ".." &&
		strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.") == ""
}
