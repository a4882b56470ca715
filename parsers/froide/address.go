package froide

import (
	"net/url"
	"strconv"
	"strings"

	"qulaq/parsers"
	"qulaq/parsers/api"
)

const (
	root     = "/api/v1/request"
	pageSize = 50
)

// filters are the parameters that choose requests.
var filters = []string{"public_body", "jurisdiction", "classification", "categories", "campaign", "law", "status", "resolution", "tags"}

// address is the address of a call.
type address struct {
	api.Call
	request string // "" for a list
	offset  int
}

func parseAddress(raw string) (address, error) {
	call, err := api.ParseCall(raw, append([]string{"offset"}, filters...)...)
	if err != nil {
		return address{}, err
	}
	a := address{Call: call}
	rest, ok := strings.CutPrefix(call.Path, root)
	a.request = strings.TrimPrefix(rest, "/")
	if !ok || rest != "" && !api.IsNumber(a.request) {
		return address{}, api.ErrCall
	}
	if offset := a.Query.Get("offset"); offset != "" {
		if a.offset, err = strconv.Atoi(offset); err != nil || a.offset < 0 {
			return address{}, api.ErrCall
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
	list := a.page(0)
	t := parsers.Thread{ID: "requests", Kind: parsers.Listing, Address: list.Address(), Declared: parsers.Unknown}
	if named := list.With("offset", "").With("limit", "").Query.Encode(); named != "" {
		t.ID += "?" + named
	}
	return t
}

func (a address) toRequest(id string) parsers.Thread {
	return parsers.Thread{
		ID: id, Kind: parsers.Question, Declared: parsers.Unknown,
		Address: a.To(root + "/" + id + "/").Address(),
	}
}

// page is a page of the list.
func (a address) page(offset int) api.Call {
	c := a.To(root + "/")
	c.Query = a.Query
	return c.With("limit", strconv.Itoa(pageSize)).With("offset", strconv.Itoa(offset))
}

// parseSource reads the address of a body or request as people write it, or that
// of a call.
func parseSource(source string) (address, error) {
	u, err := api.ParseSource(source)
	if err != nil {
		return address{}, err
	}
	if strings.HasPrefix(u.Path, root) {
		return parseAddress(u.String())
	}
	path := append(api.Segments(u.Path), "", "")
	a := address{Call: api.Call{Origin: u.Scheme + "://" + u.Host, Query: url.Values{}}}
	switch number := path[1]; {
	case !api.IsNumber(number):
		return address{}, api.ErrSource
	case path[0] == "a": // the short address of a request
		a.request = number
	case path[0] == "behoerde" || path[0] == "body":
		a.Query.Set("public_body", number)
	default:
		return address{}, api.ErrSource
	}
	return a, nil
}
