package schema

import (
	"context"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/ClickHouse/clickhouse-go/v2"
)

// exportFiles are the tables that can be exported, a query each. A file begins with
// what the table is; lines "-- column: meaning" follow for columns that the relation
// of the same name does not have.
//
//go:embed exports/*.sql
var exportFiles embed.FS

// ExportOptions choose what an export tells.
type ExportOptions struct {
	Private bool // citizens' pseudonyms and redacted texts, too: to be kept, not to be published
	Least   int  // needs below which table needs leaves a cell out
}

// Field is a column of an exported table.
type Field struct {
	Name    string `ch:"name" json:"name"`
	Type    string `json:"type"` // ClickHouse's name of it
	Meaning string `ch:"comment" json:"meaning"`
}

// ExportTables names the tables that can be exported, in order.
func ExportTables() []string {
	entries, err := exportFiles.ReadDir("exports")
	if err != nil {
		// Unreachable: the folder is in the program.
		panic(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, strings.TrimSuffix(e.Name(), path.Ext(e.Name())))
	}
	return names
}

// export is a query of exportFiles, read.
type export struct {
	title    string
	meanings map[string]string // of columns
	sql      string
}

func readExport(table string) (*export, error) {
	text, err := exportFiles.ReadFile("exports/" + table + ".sql")
	if err != nil {
		return nil, fmt.Errorf("there is no table %q to export; there are: %s", table, strings.Join(ExportTables(), ", "))
	}
	e := &export{meanings: map[string]string{}, sql: string(text)}
	for line := range strings.Lines(e.sql) {
		comment, is := strings.CutPrefix(strings.TrimSpace(line), "-- ")
		if !is {
			break
		}
		if e.title == "" {
			e.title = comment
		} else if name, meaning, ok := strings.Cut(comment, ": "); ok {
			e.meanings[name] = meaning
		}
	}
	return e, nil
}

// ExportFields tells what a table is that can be exported, and its columns.
func (s *Store) ExportFields(ctx context.Context, table string) (title string, fields []Field, err error) {
	const doing = "describe export"
	e, err := readExport(table)
	if err != nil {
		return "", nil, fail(doing, err)
	}
	meanings := map[string]string{}
	err = each(ctx, s.conn, func(f Field) { meanings[f.Name] = f.Meaning },
		"SELECT name, comment FROM system.columns WHERE database = currentDatabase() AND table = ?", table)
	if err != nil {
		return "", nil, fail(doing, err)
	}
	maps.Copy(meanings, e.meanings)
	// As text, for a result without rows has no columns by the driver.
	rows, err := s.conn.QueryFormat(withExport(ctx, ExportOptions{}), NDJSON, "DESCRIBE ("+e.sql+")")
	if err != nil {
		return "", nil, fail(doing, err)
	}
	defer rows.Close()
	for d := json.NewDecoder(rows); ; {
		var f Field
		if err := d.Decode(&f); errors.Is(err, io.EOF) {
			return e.title, fields, nil
		} else if err != nil {
			return "", nil, fail(doing, err)
		}
		f.Meaning = meanings[f.Name]
		fields = append(fields, f)
	}
}

// withExport carries the parameters of the queries.
func withExport(ctx context.Context, o ExportOptions) context.Context {
	return clickhouse.Context(ctx, clickhouse.WithParameters(clickhouse.Parameters{
		"private": fmt.Sprint(o.Private), "least": fmt.Sprint(o.Least),
	}))
}

// The formats of an export, by ClickHouse's names.
const (
	CSV     = "CSVWithNames"
	NDJSON  = "JSONEachRow"
	Parquet = "Parquet"
	Arrow   = "Arrow"
)

// exportSettings make an export a function of the rows alone: what runs in parallel
// cuts a Parquet file otherwise each time. Times are ISO 8601 in UTC, and what is not
// known is an empty cell.
const exportSettings = `SETTINGS date_time_output_format = 'iso', format_csv_null_representation = '', max_threads = 1,
    output_format_parallel_formatting = 0, output_format_parquet_parallel_encoding = 0, output_format_json_quote_64bit_integers = 0,
    output_format_parquet_string_as_string = 1, output_format_arrow_string_as_string = 1, output_format_parquet_compression_method = 'zstd'`

// Export writes a table in one of the formats, in the order of its key. It needs the
// HTTP protocol, as [Store.Query] does.
func (s *Store) Export(ctx context.Context, w io.Writer, table, format string, o ExportOptions) error {
	e, err := readExport(table)
	if err != nil {
		return fail("export", err)
	}
	return fail("export "+table, s.writeFormat(withExport(ctx, o), w, e.sql, format))
}

func (s *Store) writeFormat(ctx context.Context, w io.Writer, sql, format string) error {
	rows, err := s.conn.QueryFormat(ctx, format, sql+"\n"+exportSettings)
	if err != nil {
		return err
	}
	defer rows.Close()
	_, err = io.Copy(w, rows)
	return err
}

// ExportRows writes rows of the caller's own as Export writes a table. cells[i] is the
// i-th row: strings, bools, uint32s and float64s, or nil where its field is Nullable.
func (s *Store) ExportRows(ctx context.Context, w io.Writer, format string, fields []Field, cells [][]any) (err error) {
	const doing, scratch = "export rows", "export_rows"
	var columns, names []string
	for _, f := range fields {
		columns = append(columns, quoteName(f.Name)+" "+f.Type)
		names = append(names, quoteName(f.Name))
	}
	list := strings.Join(names, ", ")
	if err := s.conn.Exec(ctx, fmt.Sprintf("CREATE OR REPLACE TABLE %s (export_row UInt32, %s) ENGINE = MergeTree ORDER BY export_row", scratch, strings.Join(columns, ", "))); err != nil {
		return fail(doing, err)
	}
	defer func() {
		if drop := s.conn.Exec(context.WithoutCancel(ctx), "DROP TABLE "+scratch); err == nil {
			err = fail(doing, drop)
		}
	}()
	batch, err := s.conn.PrepareBatch(ctx, fmt.Sprintf("INSERT INTO %s (export_row, %s)", scratch, list))
	if err != nil {
		return fail(doing, err)
	}
	defer batch.Close()
	for i, row := range cells {
		if err := batch.Append(slices.Concat([]any{uint32(i)}, row)...); err != nil {
			return fail(doing, err)
		}
	}
	if err := batch.Send(); err != nil {
		return fail(doing, err)
	}
	return fail(doing, s.writeFormat(ctx, w, fmt.Sprintf("SELECT %s FROM %s ORDER BY export_row", list, scratch), format))
}
