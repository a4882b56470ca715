package disqus

import (
	"errors"
	"net/url"
	"slices"
	"strings"

	"qulaq/parsers"
	"qulaq/parsers/weburl"
)

var hosts = []string{"disqus.com"}

const (
	root        = "/api/3.0/"
	listThreads = "forums/listThreads"
	threadsList = "threads/list"
	listPosts   = "threads/listPosts"
	closedMark  = "closed" // in the fragment
)

// address is a parsed address of a call.
type address struct {
	base   string // scheme, host and path before the name of the call
	forum  string
	thread string  // whose posts are asked for; "" for the threads of the forum
	closed bool    // the thread, as the list of threads told
	own    url.URL // without keys
}

var errNotCall = errors.New("not the address of forums/listThreads, threads/list or threads/listPosts with a forum or thread")

// parseAddress reads the address of a call on any host.
func parseAddress(raw string) (address, error) {
	u, err := weburl.Parse(raw)
	if err != nil {
		return address{}, err
	}
	before, call, found := strings.Cut(strings.TrimSuffix(u.EscapedPath(), "/"), root)
	if !found {
		return address{}, errNotCall
	}
	query := u.Query()
	for key := range query {
		if weburl.IsSecret(key) {
			query.Del(key)
		}
	}
	a := address{base: weburl.Origin(u) + before + root, closed: u.Fragment == closedMark, own: *u}
	a.own.RawQuery, a.own.User = query.Encode(), nil
	switch strings.TrimSuffix(call, ".json") {
	case listThreads, threadsList:
		a.forum = query.Get("forum")
	case listPosts:
		a.thread = query.Get("thread")
	}
	if !weburl.IsID(a.thread) && !isName(a.forum) {
		return address{}, errNotCall
	}
	return a, nil
}

// parseSource reads an address as people write it.
func parseSource(source string) (address, error) {
	u, err := weburl.Source(source)
	if err != nil {
		return address{}, err
	}
	host := strings.TrimPrefix(u.Hostname(), "www.")
	name, onForum := strings.CutSuffix(host, ".disqus.com")
	switch {
	case weburl.Loopback(host), slices.Contains(hosts, host) && strings.HasPrefix(u.Path, root):
		return parseAddress(u.String())
	case slices.Contains(hosts, host):
		_, path, _ := strings.Cut(u.Path, "/home/forum/")
		name, _, _ = strings.Cut(path, "/")
	case !onForum:
		return address{}, errNotCall
	}
	if name = strings.ToLower(name); !isName(name) {
		return address{}, errNotCall
	}
	return address{base: "https://" + hosts[0] + root, forum: name}, nil
}

// listed is the thread, or the forum with its threads, that the address leads to.
// Posts come oldest first, so that what is added meanwhile does not move the
// pages.
func (a address) listed() parsers.Thread {
	if a.thread == "" {
		query := url.Values{"forum": {a.forum}, "limit": {"100"}, "order": {"desc"}}
		return parsers.Thread{ID: a.forum, Kind: parsers.Listing, Address: a.call(listThreads, query), Declared: parsers.Unknown}
	}
	query := url.Values{"thread": {a.thread}, "limit": {"100"}, "order": {"asc"}}
	return parsers.Thread{ID: a.thread, Kind: parsers.Post, Address: a.call(listPosts, query), Declared: parsers.Unknown}
}

func (a address) call(name string, query url.Values) parsers.Address {
	s := a.base + name + ".json?" + query.Encode()
	if a.closed && a.thread != "" {
		s += "#" + closedMark
	}
	return parsers.Address{URL: s}
}

// next is the page that a cursor leads to, of the same call.
func (a address) next(cursor string) *parsers.Address {
	query := a.own.Query()
	if query.Get("cursor") == cursor {
		return nil
	}
	query.Set("cursor", cursor)
	a.own.RawQuery = query.Encode()
	return &parsers.Address{URL: a.own.String()}
}

// isName tells whether s can be the short name of a forum.
func isName(s string) bool {
	return s != "" && len(s) <= 100 && s != "www" && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789-_") == ""
}
