package epetition

import (
	"errors"
	"net/url"
	"strconv"
	"strings"

	"qulaq/parsers"
	"qulaq/parsers/weburl"
)

const host = "epetition.kz"

const (
	root         = "/api/public/v1/petitions"
	listSize     = 10 // the portal answers slowly, and its own pages ask for as many
	commentsSize = 1000
)

// place tells what an address leads to.
type place int

const (
	onList place = iota + 1
	onPetition
	onComments
)

// address is a parsed address of the JSON.
type address struct {
	base  string // scheme, host and what stands before the portal's own path
	place place
	id    string // of the petition
	page  int    // from 0
	size  int
}

var errNotPortal = errors.New("not an address of the portal's petitions")

// parseAddress reads the address of a page on any host, so that a test server
// serves as well.
func parseAddress(raw string) (address, error) {
	u, err := weburl.Parse(raw)
	if err != nil {
		return address{}, err
	}
	before, path, found := strings.Cut(strings.TrimSuffix(u.EscapedPath(), "/"), root+"/")
	if !found {
		return address{}, errNotPortal
	}
	a := address{base: weburl.Origin(u) + before}
	a.page, a.size = natural(u.Query(), "page"), natural(u.Query(), "size")
	id, rest, _ := strings.Cut(path, "/")
	switch {
	case path == "short":
		a.place = onList
		return a, nil
	case !isID(id):
		return address{}, errNotPortal
	case rest == "":
		a.place = onPetition
	case rest == "comments":
		a.place = onComments
	default:
		return address{}, errNotPortal
	}
	a.id = strings.ToLower(id)
	return a, nil
}

// parseSource reads an address as people write it.
func parseSource(source string) (address, error) {
	u, err := weburl.SourceOf(host, source)
	if err != nil {
		return address{}, err
	}
	if strings.Contains(u.Path, root) {
		a, err := parseAddress(u.String())
		a.page, a.size = 0, 0
		return a, err
	}
	a := address{base: weburl.Origin(u), place: onList}
	path := strings.Trim(u.Path, "/")
	if id := path[strings.LastIndexByte(path, '/')+1:]; isID(id) {
		a.place, a.id = onPetition, strings.ToLower(id)
	} else if path != "" && path != "petitions" && path != "petition" {
		return address{}, errNotPortal
	}
	return a, nil
}

// thread is the list or the petition that the address leads to.
func (a address) thread() parsers.Thread {
	if a.place == onList {
		return parsers.Thread{ID: "petitions", Kind: parsers.Listing, Address: a.list(0, listSize), Declared: parsers.Unknown}
	}
	return parsers.Thread{ID: a.id, Kind: parsers.Question, Address: parsers.Address{URL: a.base + root + "/" + a.id}, Declared: parsers.Unknown}
}

func (a address) list(page, size int) parsers.Address {
	return parsers.Address{URL: a.base + root + "/short?" + paging(page, size)}
}

func (a address) comments(page, size int) *parsers.Address {
	return &parsers.Address{URL: a.base + root + "/" + a.id + "/comments?" + paging(page, size)}
}

func paging(page, size int) string {
	return url.Values{"page": {strconv.Itoa(page)}, "size": {strconv.Itoa(size)}}.Encode()
}

// natural is a parameter that is a number from 0.
func natural(query url.Values, name string) int {
	n, err := strconv.Atoi(query.Get(name))
	if err != nil || n < 0 {
		return 0
	}
	return n
}

// isID tells whether s is an id as the portal writes it: a UUID (RFC 9562).
func isID(s string) bool {
	if len(s) != 36 {
		return false
	}
	for i := range len(s) {
		c := s[i] | 0x20 // lower case
		hyphen := i == 8 || i == 13 || i == 18 || i == 23
		if hyphen != (s[i] == '-') || !hyphen && (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}
