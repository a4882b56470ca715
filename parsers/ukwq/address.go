package ukwq

import (
	"net/url"
	"strconv"
	"strings"

	"qulaq/parsers"
	"qulaq/parsers/api"
)

const (
	host     = "questions-statements-api.parliament.uk"
	siteHost = "questions-statements.parliament.uk"
	root     = "/api/writtenquestions/questions"
	pageSize = 100
)

// filters are the parameters that choose questions; see the API's own
// documentation of GET /api/writtenquestions/questions.
var filters = []string{
	"answeringBodies", "askingMemberId", "answeringMemberId", "house", "tabledWhenFrom", "tabledWhenTo",
	"searchTerm", "members", "includeWithdrawn",
}

// address is the address of a call.
type address struct {
	api.Call
	question string // "" for a list
	skip     int
}

func parseAddress(raw string) (address, error) {
	call, err := api.ParseCall(raw, append([]string{"skip"}, filters...)...)
	if err != nil {
		return address{}, err
	}
	a := address{Call: call}
	rest, ok := strings.CutPrefix(call.Path, root)
	a.question = strings.TrimPrefix(rest, "/")
	if !ok || rest != "" && !api.IsNumber(a.question) {
		return address{}, api.ErrCall
	}
	if skip := a.Query.Get("skip"); skip != "" {
		if a.skip, err = strconv.Atoi(skip); err != nil || a.skip < 0 {
			return address{}, api.ErrCall
		}
	}
	return a, nil
}

// thread is the question or the list that the address leads to. A list is named
// by its filters.
func (a address) thread() parsers.Thread {
	if a.question != "" {
		return a.toQuestion(a.question)
	}
	list := a.page(0)
	t := parsers.Thread{ID: "questions", Kind: parsers.Listing, Address: list.Address(), Declared: parsers.Unknown}
	if named := list.With("skip", "").With("take", "").Query.Encode(); named != "" {
		t.ID += "?" + named
	}
	return t
}

func (a address) toQuestion(id string) parsers.Thread {
	return parsers.Thread{
		ID: id, Kind: parsers.Question, Declared: parsers.Unknown,
		Address: a.To(root+"/"+id).With("expandMember", "true").Address(),
	}
}

// page is a page of the list.
func (a address) page(skip int) api.Call {
	c := a.To(root)
	c.Query = a.Query
	return c.With("skip", strconv.Itoa(skip)).With("take", strconv.Itoa(pageSize))
}

// parseSource reads the address of a list as people write it, or that of a call.
func parseSource(source string) (address, error) {
	u, err := api.ParseSource(source)
	if err != nil {
		return address{}, err
	}
	if u.Host == host || api.IsLoopback(u) {
		return parseAddress(u.String())
	}
	if u.Host != siteHost || strings.Trim(u.Path, "/") != "written-questions" {
		return address{}, api.ErrSource
	}
	query := url.Values{}
	for key, values := range u.Query() { // the site writes its filters with a capital
		for _, filter := range filters {
			if strings.EqualFold(key, filter) && len(values) > 0 && values[0] != "" {
				query.Set(filter, values[0])
			}
		}
	}
	return address{Call: api.Call{Origin: "https://" + host, Query: query}}, nil
}
