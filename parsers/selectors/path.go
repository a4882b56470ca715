package selectors

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// path is a JSON path: the part of RFC 9535 that names things and does not
// compute. $ is the page; a path without it begins at the item that it is
// declared in, and so does @. What may follow: .name, ['name'], [0], [-1], [*],
// .* and ..name, which is every member of that name, however deep.
type path struct {
	root  bool // begins with $
	steps []step
}

type step struct {
	name  string
	index int
	kind  stepKind
}

type stepKind uint8

const (
	byName stepKind = iota
	byIndex
	every
	deep // every member called name, at any depth
)

func parsePath(s string) (path, error) {
	var p path
	rest := strings.TrimSpace(s)
	switch {
	case strings.HasPrefix(rest, "$"):
		p.root, rest = true, rest[1:]
	case strings.HasPrefix(rest, "@"):
		rest = rest[1:]
	case rest != "" && rest[0] != '[' && rest[0] != '.':
		rest = "." + rest
	}
	for rest != "" {
		next, after, err := parseStep(rest)
		if err != nil {
			return path{}, fmt.Errorf("%q is not a JSON path at %q: %w", s, rest, err)
		}
		p.steps, rest = append(p.steps, next), after
	}
	return p, nil
}

var (
	errNoName  = errors.New("a name is missing after the full stop")
	errBracket = errors.New("in brackets stands a number, * or a name in quotes")
)

func parseStep(s string) (step, string, error) {
	if s[0] == '[' {
		return parseBracket(s)
	}
	kind := byName
	if strings.HasPrefix(s, "..") {
		kind, s = deep, s[1:]
	}
	name, ok := strings.CutPrefix(s, ".")
	if !ok {
		return step{}, "", errors.New("a full stop or a bracket must follow")
	}
	end := strings.IndexAny(name, ".[")
	if end < 0 {
		end = len(name)
	}
	name, rest := name[:end], name[end:]
	switch {
	case name == "*" && kind == byName:
		return step{kind: every}, rest, nil
	case name == "" || strings.ContainsAny(name, " ]*?()@'\""):
		return step{}, "", errNoName
	}
	return step{kind: kind, name: name}, rest, nil
}

func parseBracket(s string) (step, string, error) {
	if s, quoted := strings.CutPrefix(s, "['"); quoted {
		name, rest, closed := strings.Cut(s, "']")
		if !closed || strings.Contains(name, `\`) {
			return step{}, "", errBracket
		}
		return step{kind: byName, name: name}, rest, nil
	}
	inside, rest, closed := strings.Cut(s[1:], "]")
	if !closed {
		return step{}, "", errBracket
	}
	if inside == "*" {
		return step{kind: every}, rest, nil
	}
	index, err := strconv.Atoi(inside)
	if err != nil {
		return step{}, "", errBracket
	}
	return step{kind: byIndex, index: index}, rest, nil
}

// place is where a value stands in a page: the names and numbers that lead there.
type place []any

// within tells whether p stands inside of outer, or is it.
func (p place) within(outer place) bool {
	return len(p) >= len(outer) && slices.Equal(p[:len(outer)], outer)
}

// compare orders places as the page has them. The members of an object have no
// order; they are taken by name, so that the result is always the same.
func (p place) compare(q place) int {
	return slices.CompareFunc(p, q, func(a, b any) int {
		if i, ok := a.(int); ok {
			if j, ok := b.(int); ok {
				return cmp.Compare(i, j)
			}
		}
		return cmp.Compare(fmt.Sprint(a), fmt.Sprint(b))
	})
}

// located is a value with its place.
type located struct {
	value any
	place place
}

func (l located) member(key, value any) located {
	return located{value, append(slices.Clip(l.place), key)}
}

// children are the members of an object or array.
func (l located) children() []located {
	var out []located
	switch v := l.value.(type) {
	case []any:
		for i, e := range v {
			out = append(out, l.member(i, e))
		}
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(v)) {
			out = append(out, l.member(key, v[key]))
		}
	}
	return out
}

// find gives the values that a path leads to.
func (p path) find(root, from located) []located {
	found := []located{from}
	if p.root {
		found = []located{root}
	}
	for _, s := range p.steps {
		var next []located
		for _, l := range found {
			next = s.follow(next, l)
		}
		found = next
	}
	return found
}

func (s step) follow(out []located, l located) []located {
	switch s.kind {
	case every:
		return append(out, l.children()...)
	case byIndex:
		list, _ := l.value.([]any)
		i := s.index
		if i < 0 {
			i += len(list)
		}
		if i >= 0 && i < len(list) {
			out = append(out, l.member(i, list[i]))
		}
		return out
	}
	if members, ok := l.value.(map[string]any); ok {
		if v, ok := members[s.name]; ok {
			out = append(out, l.member(s.name, v))
		}
	}
	if s.kind == deep {
		for _, child := range l.children() {
			out = s.follow(out, child)
		}
	}
	return out
}

// text is the text of a scalar; false for null, and for what is none.
func (l located) text() (string, bool) {
	switch v := l.value.(type) {
	case string:
		return v, true
	case json.Number:
		return v.String(), true
	case bool:
		return strconv.FormatBool(v), true
	}
	return "", false
}
