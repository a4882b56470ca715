package alaveteli

import (
	"strings"

	"qulaq/parsers"
	"qulaq/parsers/api"
	"qulaq/parsers/weburl"
)

const suffix = ".json"

// address is the address of a request or a feed.
type address struct {
	api.Call
	base    string // path before it; sites in several languages have /en
	request string // name of a request; "" for a feed
	feed    string // path after /feed/
}

func parseAddress(raw string) (address, error) {
	call, err := api.ParseCall(raw)
	if err != nil {
		return address{}, err
	}
	a := address{Call: call}
	path, ok := strings.CutSuffix(call.Path, suffix)
	if !ok {
		return address{}, api.ErrCall
	}
	if base, name, ok := strings.Cut(path, "/request/"); ok && !strings.Contains(base, "/feed") {
		a.base, a.request = base, name
	} else if base, what, ok := strings.Cut(path, "/feed/"); ok {
		a.base, a.feed = base, what
	}
	if !isName(a.request) && !isFeed(a.feed) {
		return address{}, api.ErrCall
	}
	return a, nil
}

// isName tells whether s can be the name of a request in its address.
func isName(s string) bool {
	return s != "" && strings.Trim(s, "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_-") == ""
}

// isFeed tells whether s is the path of a feed: body/NAME, list/successful.
func isFeed(s string) bool {
	what, name, _ := strings.Cut(s, "/")
	return isName(what) && name != "" && !strings.ContainsAny(name, "%?#")
}

func (a address) thread() parsers.Thread {
	if a.request != "" {
		return a.toRequest(a.request)
	}
	return a.To(a.base+"/feed/"+a.feed+suffix).Opens(parsers.Listing, a.feed)
}

func (a address) toRequest(name string) parsers.Thread {
	return a.To(a.base+"/request/"+name+suffix).Opens(parsers.Question, name)
}

// parseSource reads the address of a body, list or request as people write it,
// or that of its JSON.
func parseSource(source string) (address, error) {
	u, err := weburl.Source(source)
	if err != nil {
		return address{}, err
	}
	if !strings.HasSuffix(u.Path, suffix) {
		path := strings.TrimRight(u.Path, "/")
		if base, rest, ok := strings.Cut(path, "/body/"); ok && !strings.HasSuffix(base, "/feed") {
			name, _, _ := strings.Cut(rest, "/")
			path = base + "/feed/body/" + name
		} else if base, rest, ok := strings.Cut(path, "/list/"); ok && !strings.HasSuffix(base, "/feed") {
			path = base + "/feed/list/" + rest
		}
		u.Path, u.RawPath = path+suffix, ""
	}
	return parseAddress(u.String())
}
