package qapage

import (
	"encoding/json"
	"strconv"
	"strings"

	"golang.org/x/net/html"
)

// thing is a node of schema.org: its properties by name, each with the values
// that it has. JSON-LD and microdata both become things.
type thing struct {
	types  []string // without the vocabulary's address
	id     string
	values map[string][]value
}

// value is a value of a property: a text, an element whose content is one, or a
// thing.
type value struct {
	text    string
	element *html.Node
	thing   *thing
}

// is tells whether a thing has a type.
func (t *thing) is(name string) bool {
	for _, own := range t.types {
		if own == name {
			return true
		}
	}
	return false
}

// text is the first of some properties that has a text. A thing stands for its
// name.
func (t *thing) text(names ...string) string {
	for _, name := range names {
		for _, v := range t.values[name] {
			switch {
			case v.thing != nil:
				v.text = v.thing.text("name", "@value")
			case v.element != nil:
				v.text = content(v.element)
			}
			if s := strings.TrimSpace(v.text); s != "" {
				return s
			}
		}
	}
	return ""
}

// things are the things among the values of a property.
func (t *thing) things(name string) []*thing {
	var found []*thing
	for _, v := range t.values[name] {
		if v.thing != nil {
			found = append(found, v.thing)
		}
	}
	return found
}

// count is the number that a property has; -1 for none.
func (t *thing) count(name string) int {
	n, err := strconv.Atoi(t.text(name))
	if err != nil || n < 0 {
		return -1
	}
	return n
}

// newThing is the thing that an object of JSON-LD is.
func newThing(object map[string]any) *thing {
	t := &thing{values: make(map[string][]value, len(object))}
	for name, v := range object {
		t.values[strings.TrimPrefix(name, "schema:")] = newValues(v)
	}
	for _, v := range t.values["@type"] {
		t.types = append(t.types, localName(v.text))
	}
	t.id = t.text("@id")
	return t
}

// localName is the name of a type without the address of its vocabulary.
func localName(name string) string {
	name = strings.TrimPrefix(name, "schema:")
	return name[strings.LastIndexAny(name, "/#")+1:]
}

// newValues are the values of a property, which need not be a list for being many.
func newValues(v any) []value {
	switch v := v.(type) {
	case []any:
		var list []value
		for _, element := range v {
			list = append(list, newValues(element)...)
		}
		return list
	case map[string]any:
		return []value{{thing: newThing(v)}}
	case string:
		return []value{{text: v}}
	case json.Number:
		return []value{{text: v.String()}}
	}
	return nil // null, and what is true or false
}
