package dialog

import (
	"errors"
	"net/url"
	"strconv"
	"strings"

	"qulaq/parsers"
	"qulaq/parsers/weburl"
)

const host = "dialog.egov.kz"

// place tells what an address leads to.
type place int

const (
	onBlog     place = iota + 1 // /blogs/B/questions
	onAll                       // /blogs/all-questions
	onQuestion                  // /blogs/all-questions/N
)

// address is a parsed address of the portal.
type address struct {
	base     string // scheme, host and what stands before the portal's own path
	place    place
	blog     string
	query    url.Values // of a list: its filters, without the page
	page     int        // of a list, from 1
	question string     // a question's number: of its own page, or of the one to be read in a list
	way      way        // of a question in a list: where the visit came from
}

// way tells in which direction a visit looks for a question in a blog's list,
// newest first. It stands behind the number in the fragment, so that a visit
// which has turned once does not turn again.
type way string

const (
	anywhere way = ""
	older    way = "older"
	newer    way = "newer"
)

var (
	errNotPortal = errors.New("not an address of a list of questions or of a question")
	errFiltered  = errors.New("the list is filtered for answered questions, so that it hides the unanswered ones")
)

// parseAddress reads the address of a page on any host, so that a test server
// serves as well.
func parseAddress(raw string) (address, error) {
	u, err := weburl.Parse(raw)
	if err != nil {
		return address{}, err
	}
	a := address{base: weburl.Origin(u), page: 1, query: u.Query()}
	before, path, found := strings.Cut(strings.TrimSuffix(u.EscapedPath(), "/"), "/blogs/")
	if !found {
		return address{}, errNotPortal
	}
	a.base += before
	first, rest, _ := strings.Cut(path, "/")
	switch {
	case first == "all-questions" && rest == "":
		a.place = onAll
	case first == "all-questions" && weburl.IsID(rest):
		a.place, a.question = onQuestion, rest
	case weburl.IsID(first) && rest == "questions":
		a.place, a.blog = onBlog, first
		number, turn, _ := strings.Cut(u.Fragment, ",")
		if isPrinted(number) {
			a.question, a.way = number, way(turn)
		}
	default:
		return address{}, errNotPortal
	}
	if n, err := strconv.Atoi(a.query.Get("page")); err == nil && n > 1 {
		a.page = n
	}
	a.query.Del("page")
	return a, nil
}

// parseSource reads an address as people write it.
func parseSource(source string) (address, error) {
	u, err := weburl.SourceOf(host, source)
	if err != nil {
		return address{}, err
	}
	if strings.Trim(u.Path, "/") == "" {
		u.Path = "/blogs/all-questions"
	}
	if parts := strings.Split(strings.Trim(u.Path, "/"), "/"); parts[0] == "blogs" && len(parts) > 1 && weburl.IsID(parts[1]) {
		u.Path = "/blogs/" + parts[1] + "/questions" // of /welcome, /posts, /biography
	}
	a, err := parseAddress(u.String())
	if err != nil {
		return address{}, err
	}
	for _, filter := range [...]string{"answeredFilter", "answered"} {
		if v := a.query.Get(filter); v != "" && v != "all" {
			return address{}, errFiltered
		}
	}
	return a, nil
}

// thread is what the address leads to.
func (a address) thread() parsers.Thread {
	t := parsers.Thread{ID: a.question, Kind: parsers.Question, Address: a.list(a.page), Declared: parsers.Unknown}
	switch {
	case a.place == onQuestion:
		t.Address = parsers.Address{URL: a.base + "/blogs/all-questions/" + a.question}
	case a.question == "" && a.place == onBlog:
		t.ID, t.Kind, t.Address = "blog/"+a.blog, parsers.Listing, a.list(1)
	case a.question == "":
		t.ID, t.Kind, t.Address = "all-questions", parsers.Listing, a.list(1)
	}
	return t
}

// list is a page of the list, with what stands in the fragment.
func (a address) list(page int) parsers.Address {
	query := url.Values{}
	for key, values := range a.query {
		query[key] = values
	}
	if page > 1 {
		query.Set("page", strconv.Itoa(page))
	}
	s := a.base + "/blogs/all-questions"
	if a.place == onBlog {
		s = a.base + "/blogs/" + a.blog + "/questions"
	}
	if len(query) > 0 {
		s += "?" + query.Encode()
	}
	if a.question != "" {
		s += "#" + a.question
		if a.way != anywhere {
			s += "," + string(a.way)
		}
	}
	return parsers.Address{URL: s}
}

// turned is the next page on the way to a question.
func (a address) turned(to way) *parsers.Address {
	a.way = to
	page := a.page + 1
	if to == newer {
		page = a.page - 1
	}
	next := a.list(page)
	return &next
}

// found is the thread of a question that a list shows. A blog's list shows it
// whole, so that it is visited there, under the number that is printed, which it
// has from the start; a link, with a number of its own where the question was sent
// again, it has only once it is published. From the list of all questions that link
// leads to its own page, without which it cannot be visited.
func (a address) found(c card) (parsers.Thread, bool) {
	if a.place == onBlog {
		a.question = c.printed
	} else {
		a.place, a.question = onQuestion, c.linked
	}
	t := a.thread()
	t.Published = c.asked
	return t, a.question != ""
}

// isPrinted tells whether s is a number as the portal prints it, which is with a
// suffix when the question was sent again: 763211/1.
func isPrinted(s string) bool {
	number, copied, again := strings.Cut(s, "/")
	return weburl.IsID(number) && (!again || weburl.IsID(copied))
}
