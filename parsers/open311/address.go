package open311

import (
	"strconv"
	"strings"

	"qulaq/parsers"
	"qulaq/parsers/api"
	"qulaq/parsers/weburl"
)

const (
	list     = "/requests.json"
	one      = "/requests/"
	pageSize = 100
)

// filters are the parameters that choose requests; dates are left out, because a
// listing begins with what is new.
var filters = []string{"jurisdiction_id", "service_code", "status", "agency_responsible"}

// address is the address of a call.
type address struct {
	api.Call
	base    string // path of the endpoint
	request string // "" for a list
	page    int
	size    int
}

func parseAddress(raw string) (address, error) {
	call, err := api.ParseCall(raw, append([]string{"page", "page_size"}, filters...)...)
	if err != nil {
		return address{}, err
	}
	a := address{Call: call, page: 1, size: pageSize}
	if base, ok := strings.CutSuffix(call.Path, list); ok {
		a.base = base
	} else if at := strings.LastIndex(call.Path, one); at >= 0 {
		a.base = call.Path[:at]
		a.request = strings.TrimSuffix(call.Path[at+len(one):], ".json")
		if a.request == "" || strings.ContainsAny(a.request, "/%") || a.request+".json" != call.Path[at+len(one):] {
			return address{}, api.ErrCall
		}
	} else {
		return address{}, api.ErrCall
	}
	for key, into := range map[string]*int{"page": &a.page, "page_size": &a.size} {
		if value := a.Query.Get(key); value != "" {
			if *into, err = strconv.Atoi(value); err != nil || *into < 1 {
				return address{}, api.ErrCall
			}
		}
	}
	return a, nil
}

// thread is the request or the list that the address leads to. A list is named
// by its filters.
func (a address) thread() parsers.Thread {
	if a.request != "" {
		return a.toRequest(a.request)
	}
	first := a.listPage(1)
	t := first.Opens(parsers.Listing, "requests")
	if named := first.With("page", "").With("page_size", "").With("extensions", "").Query.Encode(); named != "" {
		t.ID += "?" + named
	}
	return t
}

func (a address) toRequest(id string) parsers.Thread {
	return a.To(a.base+one+id+".json").With("extensions", "true").
		With("jurisdiction_id", a.Query.Get("jurisdiction_id")).Opens(parsers.Question, id)
}

// listPage is a page of the list, with notes where the city has them.
func (a address) listPage(n int) api.Call {
	c := a.To(a.base + list)
	c.Query = a.Query
	return c.With("extensions", "true").With("page", strconv.Itoa(n)).With("page_size", strconv.Itoa(a.size))
}

// parseSource reads the address of an endpoint as people write it, or that of a
// call.
func parseSource(source string) (address, error) {
	u, err := weburl.Source(source)
	if err != nil {
		return address{}, err
	}
	path := strings.TrimRight(u.Path, "/")
	if strings.HasSuffix(path, "/v2") || strings.HasSuffix(path, "/requests") {
		u.Path = strings.TrimSuffix(path, "/requests") + list
	}
	return parseAddress(u.String())
}
