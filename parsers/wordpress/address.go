package wordpress

import (
	"errors"
	"net/url"
	"strconv"
	"strings"

	"qulaq/parsers"
	"qulaq/parsers/weburl"
)

// The resources of the API that are read.
const (
	posts    = "posts"
	comments = "comments"
)

const (
	route    = "/wp/v2/"
	pageSize = 100 // the most that WordPress gives
)

// address is a parsed address of the API.
type address struct {
	site     string // the address of the site, without a slash at its end
	plain    bool   // the API is asked by ?rest_route=, as sites without rewriting have it
	host     string // with port, as part of author ids
	resource string
	post     int64
	page     int
	size     int
	query    url.Values // other parameters that choose among posts
	own      url.URL    // without keys

	// What the listing told of the post, in the fragment of an address of comments:
	author int64 // who wrote it; 0 when not told
	closed bool  // for comments
}

var (
	errNotAPI = errors.New("not an address of wp/v2/posts or wp/v2/comments")
	errNoPost = errors.New("names no post")
)

// choosing are the parameters that choose among posts and so belong to the thread.
var choosing = []string{"categories", "tags", "author", "search", "lang"}

// parseAddress reads the address of a page on any host.
func parseAddress(raw string) (address, error) {
	u, err := weburl.Parse(raw)
	if err != nil {
		return address{}, err
	}
	sent := u.Query()
	for key := range sent {
		if weburl.IsSecret(key) {
			sent.Del(key)
		}
	}
	a := address{host: u.Host, page: 1, size: 10, query: url.Values{}, own: *u} // ten is WordPress's default
	a.own.RawQuery, a.own.User = sent.Encode(), nil
	path, plain := u.EscapedPath(), sent.Get("rest_route")
	if plain != "" {
		a.plain = true
		a.site = weburl.Origin(u) + strings.TrimSuffix(path, "/")
		path = "/wp-json" + plain
	}
	before, resource, found := strings.Cut(strings.TrimSuffix(path, "/"), "/wp-json"+route)
	if !found || resource != posts && resource != comments {
		return address{}, errNotAPI
	}
	if !a.plain {
		a.site = weburl.Origin(u) + before
	}
	a.resource = resource
	if n := number(sent.Get("page")); n > 1 {
		a.page = int(n)
	}
	if n := number(sent.Get("per_page")); 0 < n && n <= pageSize {
		a.size = int(n)
	}
	if resource == posts {
		for _, key := range choosing {
			if v := sent.Get(key); v != "" {
				a.query.Set(key, v)
			}
		}
		return a, nil
	}
	if a.post = number(sent.Get("post")); a.post == 0 {
		return address{}, errNoPost
	}
	told, _ := url.ParseQuery(u.Fragment) // what is malformed tells nothing
	a.author, a.closed = number(told.Get("author")), told.Get("comments") == "closed"
	return a, nil
}

// parseSource reads an address as people write it. What is not one of the API is
// that of a site.
func parseSource(source string) (address, error) {
	u, err := weburl.Source(source)
	if err != nil {
		return address{}, err
	}
	if strings.Contains(u.Path, "/wp-json"+route) || u.Query().Get("rest_route") != "" {
		return parseAddress(u.String())
	}
	path := strings.TrimSuffix(strings.TrimSuffix(u.EscapedPath(), "/"), "/wp-json")
	return address{site: weburl.Origin(u) + path, host: u.Host, resource: posts, page: 1}, nil
}

// thread is the list of posts or the post that the address leads to.
func (a address) thread() parsers.Thread {
	if a.resource == posts {
		return parsers.Thread{ID: "posts", Kind: parsers.Listing, Address: a.first(), Declared: parsers.Unknown}
	}
	return parsers.Thread{ID: postID(a.post), Kind: parsers.Post, Address: a.first(), Declared: parsers.Unknown}
}

// next is the page after this one, of the same size and in the same order.
func (a address) next() *parsers.Address {
	query := a.own.Query()
	query.Set("page", strconv.Itoa(a.page+1))
	a.own.RawQuery = query.Encode()
	return &parsers.Address{URL: a.own.String()}
}

// first is the first page of the list. Comments come oldest first, so that what
// is added meanwhile does not move the pages.
func (a address) first() parsers.Address {
	query := url.Values{"_envelope": {"1"}, "per_page": {strconv.Itoa(pageSize)}}
	for key, values := range a.query {
		query[key] = values
	}
	if a.resource == comments {
		query.Set("post", strconv.FormatInt(a.post, 10))
		query.Set("orderby", "id")
		query.Set("order", "asc")
	}
	s := a.site
	if a.plain {
		query.Set("rest_route", route+a.resource)
		s += "/?"
	} else {
		s += "/wp-json" + route + a.resource + "?"
	}
	s += query.Encode()
	told := url.Values{}
	if a.author != 0 {
		told.Set("author", strconv.FormatInt(a.author, 10))
	}
	if a.closed {
		told.Set("comments", "closed")
	}
	if len(told) > 0 {
		s += "#" + told.Encode()
	}
	return parsers.Address{URL: s}
}

// commentsOf is the thread of a post of the list.
func (a address) commentsOf(e *entry) parsers.Thread {
	a.resource, a.query = comments, nil
	a.post, a.author, a.closed = e.ID, e.Author, e.CommentStatus == "closed"
	return a.thread()
}

func postID(id int64) string { return "post-" + strconv.FormatInt(id, 10) }

func commentID(id int64) string { return "comment-" + strconv.FormatInt(id, 10) }

// number is the positive number that s is, else 0.
func number(s string) int64 {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n < 0 {
		return 0
	}
	return n
}
