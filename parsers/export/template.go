package export

import (
	"cmp"
	"errors"
	"fmt"
	"strings"
)

// Template writes a value out of fields: {chat}/{id}. It is empty when any of its
// fields is.
type Template struct {
	parts []string // literal, field, literal, …
}

func parseTemplate(s string) (Template, error) {
	var t Template
	for rest := s; ; {
		literal, after, opened := strings.Cut(rest, "{")
		if strings.Contains(literal, "}") {
			return t, fmt.Errorf("template %q: } without {", s)
		}
		t.parts = append(t.parts, literal)
		if !opened {
			return t, nil
		}
		field, behind, closed := strings.Cut(after, "}")
		if !closed || field == "" || strings.Contains(field, "{") {
			return t, fmt.Errorf("template %q: { without a field and }", s)
		}
		t.parts = append(t.parts, field)
		rest = behind
	}
}

func (t Template) value(f fields) string {
	if len(t.parts) == 3 && t.parts[0] == "" && t.parts[2] == "" {
		return f.field(t.parts[1])
	}
	var b strings.Builder
	for i, part := range t.parts {
		if i%2 == 1 {
			if part = f.field(part); part == "" {
				return ""
			}
		}
		b.WriteString(part)
	}
	return b.String()
}

// Templates are alternatives: the first that is not empty counts. In YAML, one
// string or a list of them.
type Templates []Template

// UnmarshalYAML reads a string or a list of strings.
func (t *Templates) UnmarshalYAML(decode func(any) error) error {
	texts, err := oneOrMany(decode)
	if err != nil {
		return err
	}
	for _, text := range texts {
		one, err := parseTemplate(text)
		if err != nil {
			return err
		}
		*t = append(*t, one)
	}
	return nil
}

func (t Templates) value(f fields) string {
	for _, one := range t {
		if v := one.value(f); v != "" {
			return v
		}
	}
	return ""
}

// Condition is a test of one field: "field" (it is there, and not 0, false or
// no), "field=value", "field^=beginning", "field$=end".
type Condition struct {
	field, operator, operand string
}

// UnmarshalYAML reads a condition.
func (c *Condition) UnmarshalYAML(decode func(any) error) error {
	var s string
	if err := decode(&s); err != nil {
		return err
	}
	for _, operator := range []string{"^=", "$=", "="} {
		if field, operand, ok := strings.Cut(s, operator); ok {
			*c = Condition{field, operator, operand}
			break
		}
		*c = Condition{field: s}
	}
	if c.field == "" {
		return errors.New("a condition without a field")
	}
	return nil
}

func (c Condition) holds(f fields) bool {
	v := f.field(c.field)
	switch c.operator {
	case "=":
		return v == c.operand
	case "^=":
		return strings.HasPrefix(v, c.operand)
	case "$=":
		return strings.HasSuffix(v, c.operand)
	default:
		return truth(v)
	}
}

// truth tells whether a value says yes.
func truth(v string) bool {
	switch strings.ToLower(v) {
	case "", "0", "false", "no", "none", "null":
		return false
	default:
		return true
	}
}

// all tells whether all conditions hold.
func all(conditions []Condition, f fields) bool {
	for _, c := range conditions {
		if !c.holds(f) {
			return false
		}
	}
	return true
}

// Choice gives a value by conditions: the first case whose conditions all hold
// and whose value is not empty.
type Choice []Case

// Case is a value with its conditions.
type Case struct {
	Is Templates   `yaml:"is"`
	If []Condition `yaml:"if,omitempty"`
}

func (c Choice) value(f fields) string {
	for _, one := range c {
		if v := one.Is.value(f); v != "" && all(one.If, f) {
			return v
		}
	}
	return ""
}

// of is the value of a choice, or another where the record says nothing.
func (c Choice) of(f fields, otherwise string) string { return cmp.Or(c.value(f), otherwise) }

// oneOrMany reads a string or a list of strings.
func oneOrMany(decode func(any) error) ([]string, error) {
	var one string
	if err := decode(&one); err == nil {
		return []string{one}, nil
	}
	var many []string
	err := decode(&many)
	return many, err
}
