package schema

import (
	"context"
	"fmt"
	"iter"
	"reflect"
	"strings"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
)

// A row type is a struct whose fields carry the names of their columns in tags
// (ch:"…"). This file carries them out of queries, insert.go into tables.

// fieldsOf gives the fields of a row type that are columns.
func fieldsOf(row reflect.Type) []reflect.StructField {
	var fields []reflect.StructField
	for _, f := range reflect.VisibleFields(row) {
		if f.Tag.Get("ch") != "" {
			fields = append(fields, f)
		}
	}
	return fields
}

// columnsOf names the columns of a row type, for a SELECT of them from the table
// of that alias, if any ("t.").
func columnsOf[T any](alias string) string {
	var names []string
	for _, f := range fieldsOf(reflect.TypeFor[T]()) {
		name := f.Tag.Get("ch")
		if alias != "" {
			name = alias + name + " AS " + name
		}
		names = append(names, name)
	}
	return strings.Join(names, ", ")
}

// each calls f with every row of a query.
func each[T any](ctx context.Context, conn driver.Conn, f func(T), sql string, args ...any) error {
	for row, err := range query[T](ctx, conn, sql, args...) {
		if err != nil {
			return err
		}
		f(row)
	}
	return nil
}

// query gives the rows of a query, whose columns are fields of T, by name. An
// error is the last pair. Ending the loop early ends the query.
func query[T any](ctx context.Context, conn driver.Conn, sql string, args ...any) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var row, none T
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		rows, err := conn.Query(ctx, sql, args...)
		if err != nil {
			yield(none, err)
			return
		}
		// Close reads on to the end of the result, which cancel brings near.
		defer func() { cancel(); _ = rows.Close() }()
		var cells []any
		for rows.Next() {
			if cells == nil {
				if cells, err = cellPointers(&row, rows.Columns()); err != nil {
					yield(none, err)
					return
				}
			}
			if err := rows.Scan(cells...); err != nil {
				yield(none, err)
				return
			}
			if !yield(row, nil) {
				return
			}
		}
		if err := rows.Err(); err != nil {
			yield(none, err)
		}
	}
}

// cellPointers are the fields of a row for some columns, as the driver scans into
// them. It knows strings and not types like [Outcome] that are made of them.
func cellPointers[T any](row *T, columns []string) ([]any, error) {
	v := reflect.ValueOf(row).Elem()
	fields := map[string]any{}
	for _, f := range fieldsOf(v.Type()) {
		p := v.FieldByIndex(f.Index).Addr()
		if f.Type.Kind() == reflect.String {
			p = p.Convert(reflect.TypeFor[*string]())
		}
		fields[f.Tag.Get("ch")] = p.Interface()
	}
	cells := make([]any, len(columns))
	for i, name := range columns {
		if cells[i] = fields[name]; cells[i] == nil {
			return nil, fmt.Errorf("%T has no field for column %s", *row, name)
		}
	}
	return cells, nil
}
