package selectors

import (
	"regexp"

	"qulaq/parsers"
	"qulaq/parsers/when"

	"github.com/andybalholm/cascadia"
)

// page, rule and value are what a Site says, checked and ready to be used. The
// names of their fields are those of Site.
type page struct {
	path      string
	kind      parsers.ThreadKind
	address   *template
	threads   *threads
	rules     []*rule
	addressee *value
	declared  *value
	counts    []parsers.Kind // of items that declared counts; nil for all but the opening one
	none      *value
	closed    *value
	gone      *value
	next      *next
}

type threads struct {
	entry     *value
	link      *value
	address   string // made of the link's value; "" when that is the address
	published *clock
	declared  *value
}

type rule struct {
	path             string
	entry            *value
	kind             parsers.Kind
	opens            bool
	id               *value
	parent           *value
	place            string
	text             *value
	html             bool
	time             *clock
	role             *value
	is               parsers.Role
	roles            map[string]parsers.Role
	author, account  *value
	edited, deleted  *value
	outcome          *value
	optional, silent bool // silent: the page declares how many there are
	none             *value
}

type next struct {
	link      *value // nil when pages are counted
	parameter string
	address   *template
	fromZero  bool
	pages     *value
}

// base is the number of the first page.
func (n *next) base() int {
	if n != nil && n.fromZero {
		return 0
	}
	return 1
}

// value is where a text stands.
type value struct {
	path      string // of its declaration, for messages
	printed   string
	css       cascadia.Matcher // nil on a site of format json, and for the element itself
	json      path
	attribute string
	match     *regexp.Regexp
}

type clock struct {
	*value
	grammar when.Grammar
	unit    int64 // nanoseconds of a number since 1970; 0 when it is no number
}
