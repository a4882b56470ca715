package froide

import (
	"net/url"
	"strings"

	"qulaq/parsers/api"
	"qulaq/parsers/weburl"
)

// requests is where the requests are.
var requests = api.Collection{
	Name:    "requests",
	Path:    "/api/v1/request",
	Slash:   "/",
	Filters: []string{"public_body", "jurisdiction", "classification", "categories", "campaign", "law", "status", "resolution", "tags"},
	Offset:  "offset",
	Limit:   "limit",
	Size:    50,
}

// parseSource reads the address of a body or request as people write it, or that
// of a call.
func parseSource(source string) (api.Place, error) {
	u, err := weburl.Source(source)
	if err != nil {
		return api.Place{}, err
	}
	if strings.HasPrefix(u.Path, requests.Path) {
		return requests.Parse(u.String())
	}
	path := append(api.Segments(u.Path), "", "")
	switch number := path[1]; {
	case !api.IsNumber(number):
		return api.Place{}, api.ErrSource
	case path[0] == "a": // the short address of a request
		return requests.At(weburl.Origin(u), number, nil), nil
	case path[0] == "behoerde" || path[0] == "body":
		return requests.At(weburl.Origin(u), "", url.Values{"public_body": {number}}), nil
	}
	return api.Place{}, api.ErrSource
}
