package edition

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"qulaq/schema"
)

// Change is what differs from the edition before: a row that is new or gone, or a
// cell of one that is in both.
type Change struct {
	Table  string
	Row    string // key fields as name=value, parted by spaces
	What   string // added, gone, changed
	Column string // of a changed cell; "" otherwise
	Old    string
	New    string
}

// The sorts of changes.
const (
	added   = "added"
	gone    = "gone"
	changed = "changed"
)

// Compare tells the differences between two versions of a table, as CSV, in the
// order of rows and columns. Columns that one of them lacks are no difference.
func Compare(t Table, old, now io.Reader) ([]Change, error) {
	was, err := readRows(t, old)
	if err != nil {
		return nil, fmt.Errorf("edition: table %s of the edition before: %w", t.Name, err)
	}
	is, err := readRows(t, now)
	if err != nil {
		return nil, fmt.Errorf("edition: table %s: %w", t.Name, err)
	}
	var changes []Change
	for _, row := range is.order {
		before, known := was.rows[row]
		if !known {
			changes = append(changes, Change{Table: t.Name, Row: row, What: added})
			continue
		}
		for _, column := range is.columns {
			a, there := before[column]
			if b := is.rows[row][column]; there && a != b {
				changes = append(changes, Change{t.Name, row, changed, column, a, b})
			}
		}
	}
	for _, row := range was.order {
		if is.rows[row] == nil {
			changes = append(changes, Change{Table: t.Name, Row: row, What: gone})
		}
	}
	slices.SortStableFunc(changes, func(a, b Change) int { return cmp.Compare(a.Row, b.Row) })
	return changes, nil
}

// keyed are the rows of a CSV file by their keys.
type keyed struct {
	columns []string
	order   []string
	rows    map[string]map[string]string
}

func readRows(t Table, from io.Reader) (*keyed, error) {
	r := csv.NewReader(from)
	r.ReuseRecord = true
	header, err := r.Read()
	if err != nil {
		return nil, fmt.Errorf("no header: %w", err)
	}
	k := &keyed{columns: slices.Clone(header), rows: map[string]map[string]string{}}
	for {
		record, err := r.Read()
		if errors.Is(err, io.EOF) {
			return k, nil
		}
		if err != nil {
			return nil, err
		}
		row := make(map[string]string, len(record))
		for i, column := range k.columns {
			row[column] = record[i]
		}
		var key []string
		for _, name := range t.Key {
			value, ok := row[name]
			if !ok {
				return nil, fmt.Errorf("it has no column %s", name)
			}
			key = append(key, name+"="+value)
		}
		name := strings.Join(key, " ")
		if k.rows[name] != nil {
			return nil, fmt.Errorf("two rows are %s", name)
		}
		k.order, k.rows[name] = append(k.order, name), row
	}
}

const changesTable = "changes"

// ChangesTable is the list of changes as a table of the edition.
func ChangesTable(changes []Change) Table {
	t := Table{Name: changesTable, Title: "Differences from the edition before", Fields: []schema.Field{
		text("table", "Table in which the row stands"),
		text("row", "What names the row"),
		text("what", "added, gone or changed"),
		text("column", "Column of a changed cell; empty otherwise"),
		text("old", "What stood there; empty when nothing did"),
		text("new", "What stands there now"),
	}}
	for _, c := range changes {
		t.Rows = append(t.Rows, []any{c.Table, c.Row, c.What, c.Column, c.Old, c.New})
	}
	return t
}

// told is how many changes of a table are told one by one on the page of changes;
// all of them are in the table.
const told = 50

// ChangesPage tells the changes of some tables in Markdown.
func ChangesPage(a About, tables []Table, changes []Change) []byte {
	var b bytes.Buffer
	if a.Previous == "" {
		fmt.Fprintf(&b, "# Edition %s\n\nIt was made without an edition before to compare it with.\n", a.Edition)
		return b.Bytes()
	}
	fmt.Fprintf(&b, "# From edition %s to %s\n\nAll differences, with old and new numbers, are in data/changes.csv.", a.Previous, a.Edition)
	for _, t := range tables {
		if t.Key == nil && t.Name != changesTable {
			fmt.Fprintf(&b, " Rows of %s have no names and are not compared.", t.Name)
		}
	}
	b.WriteString("\n")
	if len(changes) == 0 {
		b.WriteString("\nNothing has changed.\n")
	}
	for len(changes) > 0 {
		table := changes[0].Table
		end := slices.IndexFunc(changes, func(c Change) bool { return c.Table != table })
		if end < 0 {
			end = len(changes)
		}
		writeChanges(&b, changes[:end])
		changes = changes[end:]
	}
	return b.Bytes()
}

func writeChanges(b *bytes.Buffer, changes []Change) {
	counts := map[string]int{}
	for _, c := range changes {
		counts[c.What]++
	}
	fmt.Fprintf(b, "\n## %s\n\n%d rows added, %d gone, %d cells changed.\n\n| row | what | column | old | new |\n|---|---|---|---|---|\n",
		changes[0].Table, counts[added], counts[gone], counts[changed])
	escape := strings.NewReplacer("|", `\|`, "\n", " ")
	for i, c := range changes {
		if i == told {
			fmt.Fprintf(b, "\nand %d more\n", len(changes)-told)
			break
		}
		fmt.Fprintf(b, "| %s | %s | %s | %s | %s |\n", escape.Replace(c.Row), c.What, c.Column, escape.Replace(c.Old), escape.Replace(c.New))
	}
}
