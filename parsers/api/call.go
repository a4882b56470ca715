package api

import (
	"errors"
	"maps"
	"net/url"
	"strings"

	"qulaq/parsers"
	"qulaq/parsers/weburl"
)

// The reasons for which an address of the web is not read.
var (
	ErrCall   = errors.New("not the address of a call that is read")
	ErrSource = errors.New("not an address of the platform's")
)

// Call is the address of a call. It holds only the parameters that a parser
// names, so that no key or token of an address goes over into another one.
type Call struct {
	Origin  string     // scheme and host
	Path    string     // escaped, without the slash at its end
	Query   url.Values // the kept parameters
	Carried url.Values // the fragment, which is never sent: what answers do not repeat
}

// ParseCall reads the address of a call on any host, so that a test server
// serves as well, and keeps the named parameters. An error does not repeat
// the address, which may hold a key.
func ParseCall(raw string, keep ...string) (Call, error) {
	u, err := weburl.Parse(raw)
	if err != nil {
		return Call{}, err
	}
	c := Call{
		Origin: weburl.Origin(u),
		Path:   strings.TrimRight(u.EscapedPath(), "/"),
		Query:  url.Values{},
	}
	sent := u.Query()
	for _, key := range keep {
		if value := sent.Get(key); value != "" {
			c.Query.Set(key, value)
		}
	}
	if c.Carried, err = url.ParseQuery(u.EscapedFragment()); err != nil {
		c.Carried = url.Values{}
	}
	return c, nil
}

// To is another call to the same server.
func (c Call) To(path string) Call {
	return Call{Origin: c.Origin, Path: path, Query: url.Values{}, Carried: url.Values{}}
}

// With is the call with a parameter set; "" removes it.
func (c Call) With(key, value string) Call {
	c.Query = set(c.Query, key, value)
	return c
}

// Carry is the call with a value in its fragment; "" removes it.
func (c Call) Carry(key, value string) Call {
	c.Carried = set(c.Carried, key, value)
	return c
}

func set(values url.Values, key, value string) url.Values {
	values = maps.Clone(values)
	if values == nil {
		values = url.Values{}
	}
	if value == "" {
		delete(values, key)
	} else {
		values[key] = []string{value}
	}
	return values
}

// Address is the call in the form in which it is asked for: its parameters are
// in the order of their names, so that a call has one address.
func (c Call) Address() parsers.Address {
	address := c.Origin + c.Path
	if len(c.Query) > 0 {
		address += "?" + c.Query.Encode()
	}
	if len(c.Carried) > 0 {
		address += "#" + c.Carried.Encode()
	}
	return parsers.Address{URL: address}
}

// Opens is the thread whose first page is had by the call.
func (c Call) Opens(kind parsers.ThreadKind, id string) parsers.Thread {
	return parsers.Thread{ID: id, Kind: kind, Address: c.Address(), Declared: parsers.Unknown}
}

// Next is the address of a further page of the same thread.
func (c Call) Next() *parsers.Address {
	address := c.Address()
	return &address
}

// Site is the host of an address without the labels by which a platform tells
// the views of its pages apart.
func Site(u *url.URL) string {
	host := u.Host
	for _, view := range [...]string{"www.", "m.", "mobile."} {
		host = strings.TrimPrefix(host, view)
	}
	return host
}

// Segments are the parts of a path between its slashes.
func Segments(path string) []string {
	return strings.FieldsFunc(path, func(r rune) bool { return r == '/' })
}

// IsNumber tells whether s is a number as ids are: digits alone, at most 20.
func IsNumber(s string) bool {
	if s == "" || len(s) > 20 {
		return false
	}
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}
