package export

import (
	"encoding/json"
	"strings"
)

// fields are the values of a record, by column or by path.
type fields interface {
	// field is the value of a field; "" when there is none.
	field(path string) string
	// has tells whether there is such a field, be it empty.
	has(path string) bool
}

// row is a record of a table.
type row map[string]string

func (r row) field(path string) string { return r[path] }

func (r row) has(path string) bool {
	_, ok := r[path]
	return ok
}

// document is a JSON object.
type document map[string]any

// field follows a path of keys, joined by dots.
func (d document) field(path string) string {
	value, _ := d.at(path)
	return text(value)
}

func (d document) has(path string) bool {
	_, ok := d.at(path)
	return ok
}

func (d document) at(path string) (at any, ok bool) {
	at = map[string]any(d)
	for step := range strings.SplitSeq(path, ".") {
		object, is := at.(map[string]any)
		if !is {
			return nil, false
		}
		if at, ok = object[step]; !ok {
			return nil, false
		}
	}
	return at, true
}

// text writes a value as text. A text in parts, plain ones and objects for what
// is a link or bold, is put together.
func text(value any) string {
	switch v := value.(type) {
	case string:
		return v
	case json.Number:
		return v.String()
	case bool:
		if v {
			return "true"
		}
		return "false"
	case map[string]any:
		return text(v["text"])
	case []any:
		var b strings.Builder
		for _, part := range v {
			b.WriteString(text(part))
		}
		return b.String()
	default:
		return ""
	}
}

// context gives the fields of a record, and those around it: {$.name} is a field
// of the document, {$source} the id of the source's first thread.
type context struct {
	fields
	head  document
	start string
}

func (c context) field(path string) string {
	switch {
	case path == "$source":
		return c.start
	case strings.HasPrefix(path, "$."):
		return c.head.field(path[2:])
	}
	return c.fields.field(path)
}

func (c context) has(path string) bool {
	if name, ok := strings.CutPrefix(path, "$."); ok {
		return c.head.has(name)
	}
	return c.fields.has(path)
}
