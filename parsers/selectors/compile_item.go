package selectors

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"qulaq/parsers"
	"qulaq/parsers/when"

	"github.com/andybalholm/cascadia"
)

func (c *compiler) rule(at string, s *Item) *rule {
	r := &rule{
		path: at, kind: parsers.Kind(s.Kind), opens: s.Opens, optional: s.Optional,
		entry:   c.entry(at+".select", s.Select),
		id:      c.value(at+".id", s.ID),
		time:    c.time(at+".time", s.Time),
		author:  c.value(at+".author", s.Author),
		account: c.value(at+".account", s.Account),
		edited:  c.value(at+".edited", s.Edited),
		deleted: c.value(at+".deleted", s.Deleted),
		outcome: c.value(at+".outcome", s.Outcome),
		none:    c.mark(at+".none", s.None),
	}
	c.kind(at+".kind", r.kind)
	switch {
	case r.opens && s.ID != nil:
		c.fault(at+".id", "the item that opens the thread has the thread's address as id: remove it")
	case !r.opens && s.ID == nil:
		c.fault(at, "id is missing: name what tells this item from the others of its thread, for their order changes")
	}
	if s.Text == nil {
		c.fault(at, "text is missing: name the element that holds what is said")
	} else {
		r.text, r.html = c.value(at+".text", &s.Text.Value), s.Text.HTML
		if s.Text.HTML && !c.json {
			c.fault(at+".text.html", "html is for texts of a site of format json: remove it")
		}
	}
	if s.None != "" && (s.Optional || s.Opens) {
		c.fault(at+".none", "none is for items that are looked for, and do not open the thread: remove none, or optional and opens")
	}
	c.parent(at+".parent", s.Parent, r)
	c.role(at+".role", s.Role, r)
	return r
}

func (c *compiler) parent(at string, s *Parent, r *rule) {
	if s == nil {
		return
	}
	if s.Value != (Value{}) {
		r.parent = c.value(at, &s.Value)
	}
	r.place = s.Place
	switch {
	case s.Place != "" && !slices.Contains([]string{placeAround, placeBefore, placeOpening}, s.Place):
		c.fault(at+".place", "place %q must be one of around, before, opening", s.Place)
	case s.Place == "" && r.parent == nil:
		c.fault(at, "parent needs a value that names the item, or a place")
	case r.opens:
		c.fault(at, "the item that opens the thread answers none: remove parent")
	}
}

func (c *compiler) role(at string, s *Role, r *rule) {
	if s == nil {
		return
	}
	listed := len(s.Official)+len(s.Citizen) > 0
	valued := s.Value != (Value{})
	switch r.is = parsers.Role(s.Is); {
	case s.Is != "" && (listed || valued):
		c.fault(at+".is", "is says it for all of these items: remove it, or the value and its lists")
	case s.Is != "" && r.is != parsers.RoleOfficial && r.is != parsers.RoleCitizen:
		c.fault(at+".is", "is %q must be one of official, citizen", s.Is)
	case s.Is == "" && !listed:
		c.fault(at, "list the values that mean official or citizen; any other leaves the role unknown")
	case s.Is == "" && !valued:
		c.fault(at, "select is missing: name the value that the lists are held against")
	}
	if !valued {
		return
	}
	r.role, r.roles = c.value(at, &s.Value), map[string]parsers.Role{}
	for _, v := range s.Citizen {
		r.roles[fold(v)] = parsers.RoleCitizen
	}
	for _, v := range s.Official {
		if r.roles[fold(v)] != "" {
			c.fault(at+".official", "%q stands in both lists: it can mean one", v)
		}
		r.roles[fold(v)] = parsers.RoleOfficial
	}
}

// fold makes one of the ways in which white space stands in a value.
func fold(s string) string { return strings.Join(strings.Fields(s), " ") }

// The shapes of times that are numbers since 1970.
var units = map[string]int64{"unix": int64(time.Second), "unix-ms": int64(time.Millisecond)}

func (c *compiler) time(at string, s *Time) *clock {
	if s == nil {
		return nil
	}
	k := &clock{value: c.value(at, &s.Value)}
	if len(s.Shapes) == 0 {
		c.fault(at, "shapes are missing: name those in which the site prints its times, such as %s; unix, unix-ms", strings.ReplaceAll(allShapes.String(), "|", ", "))
	}
	var names []string
	for _, name := range s.Shapes {
		if unit, ok := units[name]; ok && len(s.Shapes) == 1 {
			k.unit = unit
		} else if ok {
			c.fault(at+".shapes", "shape %s is a number and stands alone", name)
		} else {
			names = append(names, name)
		}
	}
	shapes, err := when.ParseShape(names...)
	if err != nil {
		c.fault(at+".shapes", "%s: it is one of %s; unix, unix-ms", strings.TrimPrefix(err.Error(), "when: "), strings.ReplaceAll(allShapes.String(), "|", ", "))
	}
	const twoOrders = when.Slashes | when.MonthFirst
	if shapes&twoOrders == twoOrders {
		c.fault(at+".shapes", "slashes and month-first read 03/04/2024 as two days: declare the one that the site prints")
	}
	k.grammar = when.Grammar{Shapes: shapes}
	for _, label := range s.Labels {
		k.grammar.Labels = append(k.grammar.Labels, strings.ToLower(label))
	}
	return k
}

// allShapes is the set of all shapes of package when.
const allShapes = when.Ago<<1 - 1

// entry compiles the selector of a repeated element, which must be there.
func (c *compiler) entry(at, selector string) *value {
	if selector == "" {
		c.fault(at, "select is missing: name the element of one entry")
		return nil
	}
	v := c.selector(at, selector)
	if v != nil && c.json && !v.json.root {
		c.fault(at, "select %q must begin with $, at the page", selector)
	}
	return v
}

// mark compiles the selector of something that is there or not; nil for "".
func (c *compiler) mark(at, selector string) *value {
	if selector == "" {
		return nil
	}
	return c.selector(at, selector)
}

func (c *compiler) selector(at, selector string) *value {
	v := &value{path: strings.TrimSuffix(at, ".select"), printed: selector}
	var err error
	if c.json {
		v.json, err = parsePath(selector)
	} else {
		v.css, err = cascadia.ParseGroup(selector)
	}
	if err != nil {
		c.fault(at, "%q cannot be read as a selector: %v", selector, err)
		return nil
	}
	return v
}

func (c *compiler) value(at string, s *Value) *value {
	if s == nil {
		return nil
	}
	v := &value{path: at, printed: s.Select}
	if s.Select != "" {
		if v = c.selector(at+".select", s.Select); v == nil {
			return nil
		}
	}
	v.attribute = s.Attribute
	if c.json && s.Attribute != "" {
		c.fault(at+".attribute", "attribute is for sites of format html: a JSON path names the member itself")
	}
	if s.Match != "" {
		var err error
		v.match, err = regexp.Compile(s.Match)
		switch {
		case err != nil:
			c.fault(at+".match", "match %q is not a regular expression: %v", s.Match, err)
		case v.match.NumSubexp() > 1:
			c.fault(at+".match", "match %q has %d groups: the value is the first, write the others as (?:…)", s.Match, v.match.NumSubexp())
		}
	}
	return v
}
