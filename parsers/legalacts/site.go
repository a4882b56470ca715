package legalacts

import (
	"bytes"
	"strings"
	"time"

	"qulaq/parsers/htmlpage"
)

// site is a page of the portal.
type site struct {
	*htmlpage.Page
	at   address
	zone *time.Location
	seen time.Time
}

// landmarks are where the content of each place begins; what stands before is
// navigation, most of it a list of all state bodies that outweighs the content
// by forty to one. A list without cards still has the place for page numbers.
var landmarks = map[place][]string{
	onList:       {`class="contentlist"`, `class="pagination-container"`},
	onDocument:   {`id="main_1"`, `class="content-page"`},
	onConclusion: {`id="main_1"`, `class="content-page"`},
}

// pages is how many pages the list or the comments have, which the page tells
// only to its own script; 0 when it does not.
func (s *site) pages() int {
	if s.at.place != onList && !bytes.Contains(s.Source, []byte("pageComment={{number}}")) {
		return 0
	}
	_, after, found := bytes.Cut(s.Source, []byte("totalPages:"))
	if !found {
		return 0
	}
	return firstNumber(string(after[:min(len(after), 32)]))
}

// firstNumber is the number that s begins with after white space; 0 when none.
func firstNumber(s string) int {
	n := 0
	for i, r := range strings.TrimSpace(s) {
		if r < '0' || r > '9' || i == 9 {
			break
		}
		n = n*10 + int(r-'0')
	}
	return n
}
