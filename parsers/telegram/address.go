package telegram

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"qulaq/parsers"
)

// pageOfComments is how many comments a first page is asked for.
const pageOfComments = 100

// hosts are the names under which Telegram serves its public pages.
var hosts = []string{"t.me", "telegram.me", "telegram.dog"}

// place tells what an address leads to.
type place string

const (
	onListing place = "listing" // t.me/s/CHANNEL and the landing page t.me/CHANNEL
	onPost    place = "post"    // t.me/CHANNEL/POST, embedded or not
	onWidget  place = "widget"  // the same with ?discussion=1
	onAnswer  place = "answer"  // t.me/api/method: more comments, asked for by POST
)

// address is a parsed address of Telegram's.
type address struct {
	origin  string // scheme://host of the page, so that a test server serves as well
	place   place
	channel string // as written
	post    string // number; "" on a listing
	query   url.Values
	method  string     // path and query of an api address
	sent    url.Values // form that was sent to it
}

// ref is what a link names.
type ref struct{ channel, post, comment string }

var (
	errNotTelegram = errors.New("not an address of Telegram's")
	errPrivate     = errors.New("a private chat or an invitation has no public page")
)

// parseAddress reads the address of a page on any host. What is asked for by
// POST has an address that tells nothing of it; [address.more] writes that into
// the fragment, which is never sent, and here it is read again.
func parseAddress(raw string) (address, error) {
	u, err := url.Parse(raw)
	if err != nil {
		return address{}, err
	}
	if u.Host == "" || (u.Scheme != "https" && u.Scheme != "http") {
		return address{}, errNotTelegram
	}
	a := address{origin: u.Scheme + "://" + u.Host, query: u.Query()}
	path := strings.Trim(u.Path, "/")
	if path == "api/method" {
		a.place, a.method = onAnswer, u.RequestURI()
		thread, form, _ := strings.Cut(u.EscapedFragment(), "?")
		if r, ok := parsePath(thread); ok && r.post != "" {
			a.channel, a.post = r.channel, r.post
			a.sent, _ = url.ParseQuery(form)
		}
		return a, nil
	}
	if rest, ok := strings.CutPrefix(path, "s/"); ok {
		r, ok := parsePath(rest)
		if !ok {
			return address{}, errNotTelegram
		}
		a.place, a.channel = onListing, r.channel
		return a, nil
	}
	r, ok := parsePath(path)
	if !ok {
		if strings.HasPrefix(path, "+") || strings.HasPrefix(path, "joinchat/") || strings.HasPrefix(path, "c/") {
			return address{}, errPrivate
		}
		return address{}, errNotTelegram
	}
	a.channel, a.post = r.channel, r.post
	switch {
	case r.post == "":
		a.place = onListing
	case a.query.Get("discussion") == "1":
		a.place = onWidget
	default:
		a.place = onPost
	}
	return a, nil
}

// parseSource reads the address of a channel as people write it. A host of the
// loopback network is taken for a test server.
func parseSource(source string) (address, error) {
	s := strings.TrimSpace(source)
	if name, ok := strings.CutPrefix(s, "@"); ok {
		s = "https://t.me/" + name
	}
	if !strings.Contains(s, "://") {
		s = "https://" + s
	}
	u, err := url.Parse(s)
	if err != nil {
		return address{}, err
	}
	if u.Scheme == "tg" && u.Host == "resolve" {
		u = &url.URL{Scheme: "https", Host: "t.me", Path: "/" + u.Query().Get("domain")}
	}
	host := strings.TrimPrefix(strings.ToLower(u.Hostname()), "www.")
	if name, ok := strings.CutSuffix(host, ".t.me"); ok {
		u.Path, host = "/"+name, "t.me"
	}
	switch ip := net.ParseIP(host); {
	case slices.Contains(hosts, host):
		u.Scheme, u.Host = "https", "t.me"
	case host != "localhost" && (ip == nil || !ip.IsLoopback()):
		return address{}, errNotTelegram
	}
	a, err := parseAddress(u.String())
	if err == nil && a.channel == "" {
		err = errNotTelegram
	}
	return a, err
}

// parsePath reads CHANNEL or CHANNEL/POST.
func parsePath(path string) (ref, bool) {
	channel, post, _ := strings.Cut(path, "/")
	if !isChannel(channel) || (post != "" && !isNumber(post)) {
		return ref{}, false
	}
	return ref{channel: channel, post: post}, true
}

// ref reads a link on the page: to a channel, a post or a comment of Telegram's.
func (a address) ref(href string) (ref, bool) {
	_, link, _ := strings.Cut(href, "://")
	host, link, _ := strings.Cut(link, "/")
	if _, own, _ := strings.Cut(a.origin, "://"); host != own && !slices.Contains(hosts, host) {
		return ref{}, false
	}
	link, _, _ = strings.Cut(link, "#")
	path, query, _ := strings.Cut(link, "?")
	r, ok := parsePath(strings.Trim(path, "/"))
	if ok && query != "" {
		values, _ := url.ParseQuery(query)
		if comment := values.Get("comment"); isNumber(comment) {
			r.comment = comment
		}
	}
	return r, ok
}

// listing is the thread of the channel.
func (a address) listing() parsers.Thread {
	return parsers.Thread{
		ID:       strings.ToLower(a.channel),
		Kind:     parsers.Listing,
		Address:  parsers.Address{URL: a.origin + "/s/" + a.channel},
		Declared: parsers.Unknown,
	}
}

// thread is the thread of a post with its comments.
func (a address) thread(channel, post string) parsers.Thread {
	return parsers.Thread{
		ID:   strings.ToLower(channel) + "/" + post,
		Kind: parsers.Post,
		Address: parsers.Address{URL: fmt.Sprintf("%s/%s/%s?embed=1&discussion=1&comments_limit=%d",
			a.origin, channel, post, pageOfComments)},
		Declared: parsers.Unknown,
	}
}

// older is the page of the channel with the posts before one.
func (a address) older(before string) *parsers.Address {
	query := url.Values{"before": {before}}
	if q := a.query.Get("q"); q != "" {
		query.Set("q", q)
	}
	return &parsers.Address{URL: a.origin + "/s/" + a.channel + "?" + query.Encode()}
}

// more is the answer with the comments of a post that a form asks for. Only the
// path and query of the api's own address are used: no page can make the crawler
// post to another host.
func (a address) more(method, channel, post string, form url.Values) *parsers.Address {
	return &parsers.Address{
		URL:  a.origin + method + "#" + channel + "/" + post + "?" + form.Encode(),
		Form: form,
	}
}

// isChannel tells whether s can be the name of a public channel.
func isChannel(s string) bool {
	switch s {
	case "s", "c", "joinchat", "share", "proxy", "socks", "login", "addstickers", "addemoji", "addlist", "api":
		return false // Telegram's own
	}
	if s == "" || len(s) > 32 || !isLetter(s[0]) {
		return false
	}
	for i := range len(s) {
		if c := s[i]; !isLetter(c) && (c < '0' || c > '9') && c != '_' {
			return false
		}
	}
	return true
}

func isLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }

// isNumber tells whether s is a message number as Telegram writes it.
func isNumber(s string) bool { return number(s) > 0 && s[0] != '0' && s[0] != '+' }

// number is the value of a message number, 0 when it is none.
func number(s string) int64 {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return 0
	}
	return n
}
