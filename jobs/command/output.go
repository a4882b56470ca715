package command

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"unicode"

	"qulaq/report"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"
)

// formats are the output formats of commands that print rows.
var formats = []string{"table", "json", "ndjson", "csv", "markdown"}

// Output is the choice of an output format.
type Output struct {
	Format string `enum:"table,json,ndjson,csv,markdown" default:"table" help:"Output: ${formats}." placeholder:"FORMAT"`
	JSON   bool   `help:"Short for --format json."`
}

func (o Output) format() string {
	if o.JSON {
		return "json"
	}
	return o.Format
}

// column is a column of a table: text, or a number with its limits, which people
// read in one cell and programs in three.
type column[T any] struct {
	name   string
	right  bool // aligned to the right
	cell   func(T) string
	number func(T) report.Number // instead of cell
	write  func(report.Number) string
}

// number makes a column of numbers.
func number[T any](name string, of func(T) report.Number, write func(report.Number) string) column[T] {
	return column[T]{name: name, right: true, number: of, write: write, cell: func(row T) string { return write(of(row)) }}
}

// write prints rows: for people by columns, for programs as they are encoded.
func write[T any](w io.Writer, o Output, rows []T, columns []column[T]) error {
	switch format := o.format(); format {
	case "json":
		e := json.NewEncoder(w)
		e.SetIndent("", "  ")
		e.SetEscapeHTML(false)
		if rows == nil {
			rows = []T{}
		}
		return e.Encode(rows)
	case "ndjson":
		e := json.NewEncoder(w)
		e.SetEscapeHTML(false)
		for _, row := range rows {
			if err := e.Encode(row); err != nil {
				return err
			}
		}
		return nil
	case "csv":
		return writeCSV(w, rows, columns)
	default:
		return writeTable(w, format, rows, columns)
	}
}

func writeCSV[T any](w io.Writer, rows []T, columns []column[T]) error {
	c := csv.NewWriter(w)
	var header []string
	for _, col := range columns {
		name := strings.Join(strings.FieldsFunc(col.name, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }), "_")
		header = append(header, name)
		if col.number != nil {
			header = append(header, name+"_lo", name+"_hi")
		}
	}
	if err := c.Write(header); err != nil {
		return err
	}
	for _, row := range rows {
		var record []string
		for _, col := range columns {
			if col.number == nil {
				record = append(record, col.cell(row))
				continue
			}
			n := col.number(row)
			record = append(record, plain(n.Value()), plain(n.Limits().Lo), plain(n.Limits().Hi))
		}
		if err := c.Write(record); err != nil {
			return err
		}
	}
	c.Flush()
	return c.Error()
}

// plain writes a number for programs: "" for what was not reached.
func plain(x float64) string {
	if math.IsInf(x, 0) || math.IsNaN(x) {
		return ""
	}
	return strconv.FormatFloat(x, 'g', 10, 64)
}

func writeTable[T any](w io.Writer, format string, rows []T, columns []column[T]) error {
	t := table.NewWriter()
	t.SetStyle(table.StyleLight)
	t.Style().Options.SeparateRows = false
	t.Style().Options.DrawBorder = false
	t.Style().Options.SeparateColumns = false
	t.Style().Format.Header = text.FormatDefault
	var header table.Row
	var configs []table.ColumnConfig
	for i, col := range columns {
		header = append(header, col.name)
		if col.right {
			configs = append(configs, table.ColumnConfig{Number: i + 1, Align: text.AlignRight, AlignHeader: text.AlignRight})
		}
	}
	t.AppendHeader(header)
	t.SetColumnConfigs(configs)
	for _, row := range rows {
		cells := make(table.Row, len(columns))
		for i, col := range columns {
			cells[i] = col.cell(row)
		}
		t.AppendRow(cells)
	}
	rendered := t.Render
	if format == "markdown" {
		rendered = t.RenderMarkdown
	}
	_, err := fmt.Fprintln(w, rendered())
	return err
}
