package wellformed

import (
	"strings"

	"golang.org/x/net/html"
)

// maxAttributes of an element; those of programs have a handful.
const maxAttributes = 32

// attributes reads from behind the name of a tag to behind its ">". closed tells that
// it ends with "/>".
func (t *Tree) attributes() (list []html.Attribute, closed, ok bool) {
	var found [maxAttributes]html.Attribute
	n := 0
	for {
		t.space()
		switch {
		case t.at >= len(t.source):
			return nil, false, false
		case t.source[t.at] == '>':
			t.at++
			if n == 0 {
				return nil, false, true
			}
			list = t.attrs.take(n)
			copy(list, found[:n])
			return list, false, true
		case strings.HasPrefix(t.source[t.at:], "/>"):
			t.at += len("/>")
			if n > 0 {
				list = t.attrs.take(n)
				copy(list, found[:n])
			}
			return list, true, true
		case n == maxAttributes:
			return nil, false, false
		}
		if found[n], ok = t.attribute(); !ok {
			return nil, false, false
		}
		for _, earlier := range found[:n] {
			if earlier.Key == found[n].Key {
				return nil, false, false
			}
		}
		n++
	}
}

// attribute reads a name with a value in quotes, or without any.
func (t *Tree) attribute() (a html.Attribute, ok bool) {
	from := t.at
	for t.at < len(t.source) && !isSpace(t.source[t.at]) && strings.IndexByte("/>=", t.source[t.at]) < 0 {
		t.at++
	}
	if t.at == from {
		return a, false
	}
	a.Key = strings.ToLower(t.source[from:t.at])
	t.space()
	if !strings.HasPrefix(t.source[t.at:], "=") {
		return a, true
	}
	t.at++
	t.space()
	if t.at >= len(t.source) || t.source[t.at] != '"' && t.source[t.at] != '\'' {
		return a, false
	}
	value, _, ended := strings.Cut(t.source[t.at+1:], t.source[t.at:t.at+1])
	t.at += len(value) + 2
	if strings.IndexByte(value, '&') >= 0 {
		if !plainReferences(value) {
			return a, false
		}
		value = html.UnescapeString(value)
	}
	a.Val = value
	return a, ended
}

// plainReferences tells whether every "&" begins a reference that means the same in
// a value as in a text: others do not, where they lack the semicolon.
func plainReferences(value string) bool {
	for {
		_, after, more := strings.Cut(value, "&")
		if !more {
			return true
		}
		name, _, ended := strings.Cut(after, ";")
		switch {
		case !ended:
			return false
		case name != "amp" && name != "quot" && name != "lt" && name != "gt" && name != "apos" && name != "#39" && name != "#33":
			return false
		}
		value = after
	}
}

func (t *Tree) space() {
	for t.at < len(t.source) && isSpace(t.source[t.at]) {
		t.at++
	}
}

func isSpace(c byte) bool { return c == ' ' || c == '\n' || c == '\t' || c == '\f' }
