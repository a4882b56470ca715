// Package weburl reads the web addresses of pages and of sources.
//
// It holds what the parsers of many hosts would each have to write: that an
// address is one of the web, what people leave out when they write one, which
// hosts stand for a test server, and that no key of an API enters a result or an
// error.
package weburl

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
)

// ErrNotWeb is the error for what is not an http or https address with a host.
// Errors of this package never repeat the address, for it may hold a key.
var ErrNotWeb = errors.New("not an address of the web")

// Parse reads the address of a page.
func Parse(raw string) (*url.URL, error) {
	u, err := url.Parse(raw)
	if err != nil || u.Host == "" || (u.Scheme != "https" && u.Scheme != "http") {
		return nil, ErrNotWeb
	}
	return u, nil
}

// Source reads an address as people write it, often without a scheme. Its host
// comes out in lower case.
func Source(raw string) (*url.URL, error) {
	s := strings.TrimSpace(raw)
	if !strings.Contains(s, "://") {
		s = "https://" + s
	}
	u, err := Parse(s)
	if err != nil {
		return nil, err
	}
	u.Host = strings.ToLower(u.Host)
	return u, nil
}

// SourceOf is Source for a parser of one host, with or without "www." before it.
// The address comes out with https, that host and no port. A host of this machine
// is taken for a test server, and stays.
func SourceOf(host, raw string) (*url.URL, error) {
	u, err := Source(raw)
	if err != nil || Loopback(u.Hostname()) {
		return u, err
	}
	if strings.TrimPrefix(u.Hostname(), "www.") != host {
		return nil, fmt.Errorf("not an address of %s", host)
	}
	u.Scheme, u.Host = "https", host
	return u, nil
}

// Loopback tells whether a host, without its port, is of this machine: there it
// stands for any server in a test.
func Loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// Origin is the scheme and host of an address, with a port if it has one.
func Origin(u *url.URL) string { return u.Scheme + "://" + u.Host }

// WithoutSecrets is an address as it may stand in an error or a result: without
// the parameters that are keys, without a user, and without a fragment that holds
// a key.
func WithoutSecrets(raw string) string {
	u, err := url.Parse(raw)
	if err != nil {
		return "(malformed)"
	}
	query := u.Query()
	for name := range query {
		if IsSecret(name) {
			query.Del(name)
		}
	}
	u.RawQuery, u.User = query.Encode(), nil
	for pair := range strings.SplitSeq(u.Fragment, "&") {
		if name, _, _ := strings.Cut(pair, "="); IsSecret(name) {
			u.Fragment, u.RawFragment = "", ""
		}
	}
	return u.String()
}

// IsSecret tells whether a parameter of this name is a key.
func IsSecret(name string) bool {
	name = strings.ToLower(strings.NewReplacer("_", "", "-", "").Replace(name))
	for _, word := range [...]string{"token", "secret", "apikey", "password", "signature"} {
		if strings.Contains(name, word) {
			return true
		}
	}
	return name == "key"
}

// IsID tells whether s is an id as sites number what they show: digits, at most 18
// so that it fits into an int64, without a zero in front.
func IsID(s string) bool {
	return s != "" && len(s) <= 18 && s[0] != '0' && strings.Trim(s, "0123456789") == ""
}
