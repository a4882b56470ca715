package command

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
)

// csvTable is a CSV file with a header.
type csvTable struct {
	name    string
	header  []string
	columns map[string]int
	rows    [][]string
}

func readCSV(in io.Reader, name string) (*csvTable, error) {
	r := csv.NewReader(in)
	all, err := r.ReadAll()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if len(all) < 2 {
		return nil, fmt.Errorf("%s: no rows below the header", name)
	}
	t := &csvTable{name: name, header: all[0], columns: map[string]int{}, rows: all[1:]}
	t.header[0] = strings.TrimPrefix(t.header[0], "\ufeff") // spreadsheets begin a file with it
	for i, column := range t.header {
		column = strings.ToLower(strings.TrimSpace(column))
		if _, twice := t.columns[column]; twice {
			return nil, fmt.Errorf("%s: column %s stands twice in the header", name, column)
		}
		t.columns[column] = i
	}
	return t, nil
}

func (t *csvTable) has(column string) bool {
	_, ok := t.columns[column]
	return ok
}

func (t *csvTable) cell(row int, column string) string { return t.rows[row][t.columns[column]] }

func (t *csvTable) number(row int, column string) (float64, error) {
	x, err := strconv.ParseFloat(strings.TrimSpace(t.cell(row, column)), 64)
	if err != nil {
		return 0, fmt.Errorf("%s is %q, not a number", column, t.cell(row, column))
	}
	return x, nil
}

func (t *csvTable) count(row int, column string) (int, error) {
	n, err := strconv.Atoi(strings.TrimSpace(t.cell(row, column)))
	if err != nil {
		return 0, fmt.Errorf("%s is %q, not a whole number", column, t.cell(row, column))
	}
	return n, nil
}

func (t *csvTable) instant(row int, column string) (time.Time, error) {
	at, err := time.Parse(time.RFC3339, strings.TrimSpace(t.cell(row, column)))
	if err != nil {
		return at, fmt.Errorf("%s is %q, not a time like 2026-03-01T09:00:00+05:00", column, t.cell(row, column))
	}
	return at, nil
}

// mistake tells in which line of the file an error is.
func (t *csvTable) mistake(row int, err error) error {
	return fmt.Errorf("%s: line %d: %w", t.name, row+2, err)
}
