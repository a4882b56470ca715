package coding

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"qulaq/pipeline/language"
)

// The columns of the files.
var (
	sheetColumns = []string{"row", "role", "class", "text"}
	keyColumns   = []string{"row", "source", "thread", "item", "role", "body", "lang", "class", "classifier", "probability", "coders"}
	codesColumns = []string{"row", "source", "thread", "item", "role", "class", "probability", "a", "b"}
)

// tabs replaces what would break a row.
var tabs = strings.NewReplacer("\t", " ", "\r\n", " ", "\n", " ", "\r", " ")

func writeRow(w io.Writer, cells ...string) error {
	for i, cell := range cells {
		cells[i] = tabs.Replace(cell)
	}
	_, err := fmt.Fprintln(w, strings.Join(cells, "\t"))
	return err
}

// readTable reads the rows of a file, as maps from column to cell. It must have the
// wanted columns and may have others: people add notes.
func readTable(r io.Reader, wanted []string, row func(cells map[string]string) error) error {
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 1<<20)
	var columns []string
	for n := 1; lines.Scan(); n++ {
		fields := strings.Split(strings.TrimSuffix(lines.Text(), "\r"), "\t")
		if columns == nil {
			fields[0] = strings.TrimPrefix(fields[0], "\ufeff") // spreadsheets begin a file with it
			for _, column := range wanted {
				if !slices.Contains(fields, column) {
					return fmt.Errorf("line 1: no column %s; it has: %s", column, strings.Join(fields, ", "))
				}
			}
			columns = fields
			continue
		}
		if len(fields) != len(columns) {
			return fmt.Errorf("line %d: %d columns, want %d", n, len(fields), len(columns))
		}
		cells := make(map[string]string, len(fields))
		for i, column := range columns {
			cells[column] = strings.TrimSpace(fields[i])
		}
		if err := row(cells); err != nil {
			return fmt.Errorf("line %d: %w", n, err)
		}
	}
	if err := lines.Err(); err != nil {
		return err
	}
	if columns == nil {
		return errors.New("the file is empty")
	}
	return nil
}

func readRole(cell string) (language.Role, error) {
	role := language.Role(cell)
	if language.Classes[role] == nil {
		return "", fmt.Errorf("unknown role %q: there are citizen and official", cell)
	}
	return role, nil
}

func readClass(role language.Role, cell string) (language.Class, error) {
	class := language.Class(strings.ToLower(cell))
	if !slices.Contains(language.Classes[role], class) {
		return "", fmt.Errorf("unknown class %q: of the role %s there are %v", cell, role, language.Classes[role])
	}
	return class, nil
}

func readProbability(cell string) (float64, error) {
	p, err := strconv.ParseFloat(cell, 64)
	if err != nil || !(p > 0 && p <= 1) {
		return 0, fmt.Errorf("probability %q is not above 0 and up to 1", cell)
	}
	return p, nil
}
