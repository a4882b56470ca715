package vk

import (
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"qulaq/parsers"
	"qulaq/parsers/weburl"
)

// The calls that are read.
const (
	wallGet     = "wall.get"
	getComments = "wall.getComments"
)

const (
	apiVersion  = "5.199" // asked for unless the page's own address names another
	pageSize    = 100     // posts or comments; the most that VK gives
	repliesSize = 10      // replies within a page of comments; the most that VK gives
)

// carried are the parameters that go over into the address of a next page.
// Tokens are not among them.
var carried = []string{"v", "count", "sort", "filter", "extended", "lang", "thread_items_count"}

// address is a parsed address of a call.
type address struct {
	base    string // scheme, host and path before the name of the call
	method  string
	owner   int64  // of the wall; negative for a community, 0 when only domain is known
	domain  string // screen name of the wall
	post    int64
	comment int64 // whose replies are asked for; 0 for the comments of the post
	offset  int
	query   url.Values // the parameters in carried
	rest    []chain    // still to be asked for after the pages of this level
}

// chain is a chain of replies of which a page shows only the beginning. In an
// address the chains stand in the fragment, which is never sent, as
// "replies=COMMENT:SHOWN,…": VK gives them one call each, and a page can name
// only one next page.
type chain struct {
	comment int64
	shown   int
}

const fragmentKey = "replies="

var (
	errNotVK   = errors.New("not an address of VK's")
	errNotCall = errors.New("not the address of wall.get or wall.getComments")
	errNoPost  = errors.New("names no owner_id and post_id")
	errNoWall  = errors.New("names no owner_id or domain")
)

// parseAddress reads the address of a call on any host, so that a test server
// serves as well.
func parseAddress(raw string) (address, error) {
	u, err := weburl.Parse(raw)
	if err != nil {
		return address{}, err
	}
	path := strings.TrimSuffix(u.EscapedPath(), "/")
	before, method, found := strings.Cut(path, "/method/")
	if !found || (method != wallGet && method != getComments) {
		return address{}, errNotCall
	}
	sent := u.Query()
	a := address{
		base:    weburl.Origin(u) + before + "/method/",
		method:  method,
		owner:   integer(sent.Get("owner_id")),
		domain:  strings.ToLower(sent.Get("domain")),
		post:    integer(sent.Get("post_id")),
		comment: integer(sent.Get("comment_id")),
		offset:  int(integer(sent.Get("offset"))),
		query:   url.Values{},
		rest:    parseChains(u.Fragment),
	}
	for _, key := range carried {
		if value := sent.Get(key); value != "" {
			a.query.Set(key, value)
		}
	}
	switch {
	case a.method == getComments && (a.owner == 0 || a.post <= 0):
		return address{}, errNoPost
	case a.owner == 0 && !isScreenName(a.domain):
		return address{}, errNoWall
	case a.offset < 0 || a.comment < 0:
		return address{}, errNotCall
	}
	return a, nil
}

// thread is the wall or post that the address leads to.
func (a address) thread() parsers.Thread {
	if a.method == getComments {
		return a.postThread(a.owner, a.post)
	}
	query := url.Values{"v": {a.version()}, "count": {strconv.Itoa(pageSize)}}
	id := wallID(a.owner)
	if a.owner != 0 {
		query.Set("owner_id", decimal(a.owner))
	} else {
		id = a.domain
		query.Set("domain", a.domain)
	}
	return parsers.Thread{ID: id, Kind: parsers.Listing, Address: a.call(wallGet, query, nil), Declared: parsers.Unknown}
}

// postThread is the thread of a post with its comments, oldest first so that
// what is added meanwhile does not move the pages.
func (a address) postThread(owner, post int64) parsers.Thread {
	query := url.Values{
		"v": {a.version()}, "owner_id": {decimal(owner)}, "post_id": {decimal(post)},
		"count": {strconv.Itoa(pageSize)}, "thread_items_count": {strconv.Itoa(repliesSize)}, "sort": {"asc"},
	}
	return parsers.Thread{ID: postID(owner, post), Kind: parsers.Post, Address: a.call(getComments, query, nil), Declared: parsers.Unknown}
}

// next is the page after one that showed some of the total on its level: of the
// same level while there is more, then that of the first chain. It goes on by
// what was shown, so that no page skips anything; VK leaves out what is hidden,
// and where that is a whole page it goes on by what was asked for.
func (a address) next(shown, total int, found []chain) *parsers.Address {
	rest := append(slices.Clip(a.rest), found...)
	if a.offset+shown < total {
		if shown == 0 {
			shown = a.asked()
		}
		return a.page(a.comment, a.offset+shown, rest)
	}
	if len(rest) == 0 {
		return nil
	}
	return a.page(rest[0].comment, rest[0].shown, rest[1:])
}

// page is a page of the same thread.
func (a address) page(comment int64, offset int, rest []chain) *parsers.Address {
	query := url.Values{"offset": {strconv.Itoa(offset)}}
	for key, values := range a.query {
		query[key] = values
	}
	if a.owner != 0 {
		query.Set("owner_id", decimal(a.owner))
	} else {
		query.Set("domain", a.domain)
	}
	if a.post != 0 {
		query.Set("post_id", decimal(a.post))
	}
	if comment != 0 {
		query.Set("comment_id", decimal(comment))
	}
	call := a.call(a.method, query, rest)
	return &call
}

func (a address) call(method string, query url.Values, rest []chain) parsers.Address {
	var b strings.Builder
	b.WriteString(a.base + method + "?" + query.Encode())
	for i, c := range rest {
		if i == 0 {
			b.WriteString("#" + fragmentKey)
		} else {
			b.WriteByte(',')
		}
		b.WriteString(decimal(c.comment) + ":" + strconv.Itoa(c.shown))
	}
	return parsers.Address{URL: b.String()}
}

func (a address) version() string {
	if v := a.query.Get("v"); v != "" {
		return v
	}
	return apiVersion
}

// asked is how many posts or comments the address asks for.
func (a address) asked() int {
	if n := integer(a.query.Get("count")); 0 < n && n <= pageSize {
		return int(n)
	}
	return pageSize
}
