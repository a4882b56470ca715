package web

import (
	"bytes"
	"encoding/csv"
	"html/template"
	"slices"
	"strconv"
	"time"

	"qulaq/report"
)

// table is what people read, and its CSV what programs do. The two have the same
// rows; a number has its limits and all that it rests on in the CSV.
type table struct {
	ID      string // names it in addresses
	Caption string
	Columns []column
	Rows    []row
	CSV     string // address
	limit   int    // of rows in the page; 0 for none
}

// Shown are the rows that the page shows.
func (t *table) Shown() []row {
	if t.limit > 0 && len(t.Rows) > t.limit {
		return t.Rows[:t.limit]
	}
	return t.Rows
}

// column is a column of a table.
type column struct {
	Title  string
	Right  bool
	Strip  bool // its cells are drawn
	Sort   *sortLink
	fields []string // names in the CSV; none when it is left out there
}

// sortLink is how a table is sorted by a column.
type sortLink struct {
	Href    string
	Current string // "ascending", "descending", or "" when it is sorted by another
}

// row is a row of a table. Its first cell that is a header names it.
type row struct {
	Cells  []cell
	Marked bool // the one that the page is about
}

// cell is a cell of a table.
type cell struct {
	Text   string
	Limits string // small, behind the text
	Below  string // smaller still, beneath it
	Href   string
	Note   string // a mark, behind the text, with its meaning
	Header bool
	Whole  bool // not broken into lines
	Strip  template.HTML
	Right  bool // filled in by add
	Title  string

	record []string // one for each field of its column
}

// newTable begins a table, under a name that is unique on its page.
func (r *request) newTable(id, caption string, columns ...column) table {
	return table{ID: id, Caption: caption, Columns: columns, CSV: r.same("csv", id)}
}

func (t *table) add(cells ...cell) {
	for i := range cells {
		cells[i].Right, cells[i].Title = t.Columns[i].Right, t.Columns[i].Title
	}
	t.Rows = append(t.Rows, row{Cells: cells})
}

func textColumn(title, field string) column { return column{Title: title, fields: []string{field}} }

func rightColumn(title, field string) column {
	return column{Title: title, Right: true, fields: []string{field}}
}

// numberColumn is a column of numbers, with all that they rest on in the CSV.
func numberColumn(title, field string) column {
	fields := []string{field}
	for _, of := range []string{"lo", "hi", "n", "censored", "coverage", "horizon", "as_of"} {
		fields = append(fields, field+"_"+of)
	}
	return column{Title: title, Right: true, fields: fields}
}

// basisColumns tell in the page what the numbers of a row rest on.
func (r *request) basisColumns() []column {
	return []column{
		{Title: r.t("column.needs"), Right: true},
		{Title: r.t("column.open"), Right: true},
		{Title: r.t("column.coverage"), Right: true},
	}
}

func (r *request) basisCells(n report.Number) []cell {
	if n.Suppressed() {
		return []cell{{Text: needs(n)}, {Text: "–"}, {Text: "–"}}
	}
	coverage := cell{Text: r.share(n.Basis().Coverage)}
	if n.Basis().Coverage < report.FlagBelow {
		coverage.Note = r.t("note.flagged")
	}
	return []cell{{Text: needs(n)}, {Text: r.share(n.Basis().Censored)}, coverage}
}

// corrected adds to a column of rates what a hand-coded sample corrects, and on how
// much of it that rests.
func (c column) corrected(field string) column {
	c.fields = append(c.fields, numberColumn("", field+"_corrected").fields...)
	for _, of := range []string{"items", "needs", "false", "missed"} {
		c.fields = append(c.fields, field+"_coded_"+of)
	}
	return c
}

// correctedCell is the cell of a rate, the corrected one beneath it.
func (r *request) correctedCell(s report.Speed) cell {
	h := r.choice.horizon()
	c, n := r.rateCell(s.Rates[h]), s.CorrectedAt(h)
	on := make([]string, 4)
	if b := n.Basis().Coded; b != nil && !n.Suppressed() {
		share, limits := r.percent(n)
		c.Below = r.t("corrected.value", share, limits, count(b.Items))
		on = []string{strconv.Itoa(b.Items), strconv.Itoa(b.Needs), strconv.Itoa(b.False), strconv.Itoa(b.Missed)}
	}
	c.record = slices.Concat(c.record, record(n), on)
	return c
}

func textCell(text string) cell { return cell{Text: text, record: []string{text}} }

// dateCell is the date that names a row.
func dateCell(date string) cell {
	c := textCell(date)
	c.Header, c.Whole = true, true
	return c
}

func countCell[N int | uint64](n N) cell {
	return cell{Text: count(n), record: []string{strconv.FormatUint(uint64(n), 10)}}
}

func (r *request) rateCell(n report.Number) cell {
	value, limits := r.percent(n)
	return cell{Text: value, Limits: limits, record: record(n)}
}

func (r *request) timeCell(n report.Number) cell {
	value, limits := r.days(n)
	return cell{Text: value, Limits: limits, record: record(n)}
}

// record is a number for programs, in the order of numberColumn. A suppressed one
// has nothing but its horizon and moment.
func record(n report.Number) []string {
	b := n.Basis()
	asOf := b.AsOf.UTC().Format(time.RFC3339)
	if n.Suppressed() {
		return []string{"", "", "", "", "", "", b.Horizon, asOf}
	}
	return []string{
		plain(n.Value()), plain(n.Limits().Lo), plain(n.Limits().Hi),
		strconv.Itoa(b.Needs), plain(b.Censored), plain(b.Coverage), b.Horizon, asOf,
	}
}

// csvFile is a table as programs read it.
type csvFile struct{ table table }

func (csvFile) contentType() string { return "text/csv; charset=utf-8; header=present" }

func (f csvFile) write(b *bytes.Buffer, _ *request) error {
	w := csv.NewWriter(b)
	var header []string
	for _, c := range f.table.Columns {
		header = append(header, c.fields...)
	}
	if err := w.Write(header); err != nil {
		return err
	}
	for _, row := range f.table.Rows {
		var record []string
		for i, c := range row.Cells {
			if len(f.table.Columns[i].fields) > 0 {
				record = append(record, c.record...)
			}
		}
		if err := w.Write(record); err != nil {
			return err
		}
	}
	w.Flush()
	return w.Error()
}

// csv is the table of a page that the reader wants.
func (p *page) csv(r *request) (response, error) {
	i := slices.IndexFunc(p.tables, func(t *table) bool { return t.ID == r.choice.CSV })
	if i < 0 {
		return nil, errNotFound
	}
	return csvFile{*p.tables[i]}, nil
}
