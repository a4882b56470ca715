package language

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// Example is a text whose language and class were told by a person.
type Example struct {
	Group    string // the situation or wording; texts of one group resemble each other
	Language Language
	Role     Role
	Class    Class
	Theme    string // id of a theme; "none" for no theme, "" when it was not asked
	Text     string
}

// ReadExamples reads a table of labelled texts: a header that names the columns,
// then a row a line, apart by tabs. The columns lang, role, class and text must be
// there, group and theme may. It is strict: an unknown column, language, role,
// class or theme, an empty or repeated text is refused with its line.
func ReadExamples(r io.Reader) ([]Example, error) {
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 1<<20)
	var columns []string
	var examples []Example
	seen := map[string]int{}
	for n := 1; lines.Scan(); n++ {
		fields := strings.Split(strings.TrimSuffix(lines.Text(), "\r"), "\t")
		if columns == nil {
			if err := checkColumns(fields); err != nil {
				return nil, err
			}
			columns = fields
			continue
		}
		if len(fields) != len(columns) {
			return nil, fmt.Errorf("language: labelled texts: line %d: %d columns, want %d", n, len(fields), len(columns))
		}
		e := example(columns, fields)
		if err := e.check(); err != nil {
			return nil, fmt.Errorf("language: labelled texts: line %d: %w", n, err)
		}
		key := string(e.Role) + "\t" + Fold(e.Text) + "\t" + e.Text[:min(len(e.Text), 8)]
		if first := seen[key]; first > 0 {
			return nil, fmt.Errorf("language: labelled texts: line %d: repeats line %d", n, first)
		}
		seen[key] = n
		examples = append(examples, e)
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("language: labelled texts: %w", err)
	}
	if columns == nil {
		return nil, errors.New("language: labelled texts: empty")
	}
	return examples, nil
}

func checkColumns(columns []string) error {
	for i, column := range columns {
		if !slices.Contains([]string{"group", "lang", "role", "class", "theme", "text"}, column) ||
			slices.Contains(columns[:i], column) {
			return fmt.Errorf("language: labelled texts: line 1: unknown or repeated column %q", column)
		}
	}
	for _, column := range []string{"lang", "role", "class", "text"} {
		if !slices.Contains(columns, column) {
			return fmt.Errorf("language: labelled texts: line 1: no column %q", column)
		}
	}
	return nil
}

func example(columns, fields []string) Example {
	var e Example
	for i, column := range columns {
		switch value := fields[i]; column {
		case "group":
			e.Group = value
		case "lang":
			e.Language = Language(value)
		case "role":
			e.Role = Role(value)
		case "class":
			e.Class = Class(value)
		case "theme":
			e.Theme = value
		case "text":
			e.Text = value
		}
	}
	return e
}

func (e *Example) check() error {
	switch {
	case !slices.Contains(Languages, e.Language):
		return fmt.Errorf("unknown language %q", e.Language)
	case Classes[e.Role] == nil:
		return fmt.Errorf("unknown role %q", e.Role)
	case !slices.Contains(Classes[e.Role], e.Class):
		return fmt.Errorf("unknown class %q of role %s", e.Class, e.Role)
	case strings.TrimSpace(e.Text) == "":
		return errors.New("no text")
	case e.Theme != "" && e.Theme != "none" && !slices.ContainsFunc(themes().all, func(t Theme) bool { return t.ID == e.Theme }):
		return fmt.Errorf("unknown theme %q", e.Theme)
	}
	return nil
}
