package registry

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"
)

// complainer notes what is wrong with a field of the row that is being read.
type complainer = func(field int, format string, args ...any)

// parseTable reads a CSV file that has exactly these columns, and gives each row
// below the header to a function, with one to complain by. Quotation follows RFC
// 4180. A file that is no such table is a problem and stops the reading; the number
// of rows that were read is returned.
func parseTable(file string, src []byte, columns []string, read func(row []string, complain complainer)) (rows int, problems Problems) {
	src = bytes.TrimPrefix(src, []byte("\ufeff"))
	t, r := newText(file, src), csv.NewReader(bytes.NewReader(src))
	r.FieldsPerRecord = len(columns)
	complain := func(field int, format string, args ...any) {
		line, column := r.FieldPos(field)
		problems = append(problems, t.problem(line, t.characters(line, column), format, args...))
	}
	for first := true; ; first = false {
		row, err := r.Read()
		switch {
		case err == io.EOF:
			return rows, problems
		case err != nil:
			line, column, reason := 1, 1, err
			if e := new(csv.ParseError); errors.As(err, &e) {
				line, column, reason = e.Line, max(1, e.Column), e.Err
			}
			return rows, append(problems, t.problem(line, t.characters(line, column), "not readable as CSV with the columns %s: %v", strings.Join(columns, ","), reason))
		case !first:
			rows++
			read(row, complain)
		case !slices.Equal(row, columns):
			complain(0, "the first line must be %s", strings.Join(columns, ","))
			return rows, problems
		}
	}
}
