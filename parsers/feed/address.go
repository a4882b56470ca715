package feed

import (
	"net/url"
	"strings"

	"qulaq/parsers"
	"qulaq/parsers/weburl"
)

// fragment marks the address of a feed of comments. It is never sent.
const fragment = "comments"

// address is the parsed address of a feed.
type address struct {
	url      *url.URL // without keys and fragment
	comments bool     // a feed of comments
	post     string   // the id of the post below which they stand; "" when not told
}

func newAddress(u *url.URL) address {
	own := *u
	query := own.Query()
	for key := range query {
		if weburl.IsSecret(key) {
			query.Del(key)
			own.RawQuery = query.Encode()
		}
	}
	a := address{url: &own}
	name, post, _ := strings.Cut(u.Fragment, "=")
	if name == fragment {
		a.comments, a.post = true, post
	}
	own.Fragment, own.RawFragment, own.User = "", "", nil
	return a
}

// thread is the feed of posts, or the post whose comments the feed holds. A feed
// of comments whose post is not told is a thread of its own.
func (a address) thread() parsers.Thread {
	t := parsers.Thread{ID: "feed", Kind: parsers.Listing, Address: parsers.Address{URL: a.url.String()}, Declared: parsers.Unknown}
	if !a.comments {
		return t
	}
	t.Kind = parsers.Post
	t.Address.URL += "#" + fragment
	if t.ID = a.post; a.post == "" {
		t.ID = a.url.Host + a.url.RequestURI()
	} else {
		t.Address.URL += "=" + url.PathEscape(a.post)
	}
	return t
}

// resolve is the address of another feed of the same site, as a feed writes it.
// Its origin is that of this feed, whatever is written: no feed can send the
// crawler elsewhere.
func (a address) resolve(ref string) (*url.URL, bool) {
	u, err := a.url.Parse(strings.TrimSpace(ref))
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, false
	}
	u.Scheme, u.Host = a.url.Scheme, a.url.Host
	return u, true
}

// replies is the thread of a post's comments.
func (a address) replies(ref, post string) (parsers.Thread, bool) {
	u, ok := a.resolve(ref)
	if !ok || ref == "" {
		return parsers.Thread{}, false
	}
	replies := newAddress(u)
	replies.comments, replies.post = true, post
	return replies.thread(), true
}

// next is the next page of the same feed, with the fragment of this one.
func (a address) next(ref string) *parsers.Address {
	u, ok := a.resolve(ref)
	if !ok || ref == "" {
		return nil
	}
	next := newAddress(u)
	if next.url.String() == a.url.String() {
		return nil
	}
	next.comments, next.post = a.comments, a.post
	address := next.thread().Address
	return &address
}
