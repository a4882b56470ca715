package schema

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"iter"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
)

// A row type is a struct whose fields carry the names of their columns in tags
// (ch:"…"). This file carries slices of them into tables and out of queries.

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

// rowsPerInsert bounds one INSERT: what is atomic, and what is in memory twice.
const rowsPerInsert = 50_000

// insert writes rows to a table.
func insert[T any](ctx context.Context, s *Store, table string, rows []T) error {
	return insertChunks(ctx, s, table, rows, func([]any) clickhouse.Settings { return clickhouse.Settings{} })
}

// insertOnce writes rows to a table with a deduplication window: each INSERT
// carries a token of its rows, by which the table ignores it when it comes again.
func insertOnce[T any](ctx context.Context, s *Store, table string, rows []T) error {
	return insertChunks(ctx, s, table, rows, func(columns []any) clickhouse.Settings {
		return clickhouse.Settings{"insert_deduplicate": 1, "insert_deduplication_token": token(table, columns)}
	})
}

func insertChunks[T any](ctx context.Context, s *Store, table string, rows []T, settings func(columns []any) clickhouse.Settings) error {
	for chunk := range slices.Chunk(rows, rowsPerInsert) {
		if err := insertChunk(ctx, s, table, chunk, settings); err != nil {
			return fmt.Errorf("insert into %s: %w", table, err)
		}
	}
	return nil
}

func insertChunk[T any](ctx context.Context, s *Store, table string, rows []T, settings func(columns []any) clickhouse.Settings) error {
	fields := fieldsOf(reflect.TypeFor[T]())
	values := reflect.ValueOf(rows)
	names, columns := make([]string, len(fields)), make([]any, len(fields))
	for i, f := range fields {
		names[i], columns[i] = f.Tag.Get("ch"), column(values, f)
	}
	types, err := s.columnTypes(ctx, table, names)
	if err != nil {
		return err
	}
	with := settings(columns)
	with["async_insert"] = 0                    // a server may have it on: acknowledged means written
	with["max_partitions_per_insert_block"] = 0 // an import may reach back many years
	ctx = clickhouse.Context(ctx, clickhouse.WithColumnNamesAndTypes(types), clickhouse.WithSettings(with))
	batch, err := s.conn.PrepareBatch(ctx, "INSERT INTO "+table+" ("+strings.Join(names, ", ")+")")
	if err != nil {
		return err
	}
	defer batch.Close()
	for i := range columns {
		if err := batch.Column(i).Append(columns[i]); err != nil {
			return fmt.Errorf("column %s: %w", names[i], err)
		}
	}
	return batch.Send()
}

// columnTypes asks a table once for what the driver otherwise asks before every
// INSERT.
func (s *Store) columnTypes(ctx context.Context, table string, names []string) ([]clickhouse.ColumnNameAndType, error) {
	known, ok := s.types.Load(table)
	if !ok {
		types := map[string]string{}
		err := each(ctx, s.conn, func(r struct {
			Name string `ch:"name"`
			Type string `ch:"type"`
		},
		) {
			types[r.Name] = r.Type
		}, "SELECT name, type FROM system.columns WHERE database = currentDatabase() AND table = ?", table)
		if err != nil {
			return nil, err
		}
		if len(types) == 0 {
			return nil, fmt.Errorf("there is no such table; has the database been migrated?")
		}
		known, _ = s.types.LoadOrStore(table, types)
	}
	columns := make([]clickhouse.ColumnNameAndType, len(names))
	for i, name := range names {
		columns[i] = clickhouse.ColumnNameAndType{Name: name, Type: known.(map[string]string)[name]}
	}
	return columns, nil
}

// column collects one field of all rows, in the type that the driver takes whole.
func column(rows reflect.Value, f reflect.StructField) any {
	if f.Type.Kind() == reflect.String {
		cells := make([]string, rows.Len())
		for i := range cells {
			cells[i] = rows.Index(i).FieldByIndex(f.Index).String()
		}
		return cells
	}
	switch f.Type {
	case reflect.TypeFor[time.Time]():
		cells := cellsOf[time.Time](rows, f)
		for i, t := range cells {
			if t.IsZero() {
				cells[i] = time.Unix(0, 0) // "none", as the tables have it
			}
		}
		return cells
	case reflect.TypeFor[bool]():
		return cellsOf[bool](rows, f)
	case reflect.TypeFor[uint8]():
		return cellsOf[uint8](rows, f)
	case reflect.TypeFor[uint16]():
		return cellsOf[uint16](rows, f)
	case reflect.TypeFor[uint32]():
		return cellsOf[uint32](rows, f)
	case reflect.TypeFor[uint64]():
		return cellsOf[uint64](rows, f)
	case reflect.TypeFor[int32]():
		return cellsOf[int32](rows, f)
	case reflect.TypeFor[float64]():
		return cellsOf[float64](rows, f)
	case reflect.TypeFor[[]string]():
		return cellsOf[[]string](rows, f)
	case reflect.TypeFor[map[string]uint32]():
		return cellsOf[map[string]uint32](rows, f)
	case reflect.TypeFor[[]time.Time]():
		return cellsOf[[]time.Time](rows, f)
	case reflect.TypeFor[[]bool]():
		return cellsOf[[]bool](rows, f)
	case reflect.TypeFor[[]float32]():
		return cellsOf[[]float32](rows, f)
	default:
		panic("schema: no column holds a " + f.Type.String()) // A row type of this package is wrong.
	}
}

func cellsOf[V any](rows reflect.Value, f reflect.StructField) []V {
	cells := make([]V, rows.Len())
	for i := range cells {
		cells[i] = *rows.Index(i).FieldByIndex(f.Index).Addr().Interface().(*V)
	}
	return cells
}

// token is a function of what an INSERT inserts.
func token(table string, columns []any) string {
	hash := sha256.New()
	w := bufio.NewWriter(hash) // Writing to a hash never fails.
	number := func(n uint64) { _, _ = w.Write(binary.LittleEndian.AppendUint64(w.AvailableBuffer(), n)) }
	_, _ = w.WriteString(table)
	for _, cells := range columns {
		switch cells := cells.(type) {
		case []string:
			for _, c := range cells {
				number(uint64(len(c)))
				_, _ = w.WriteString(c)
			}
		case []time.Time:
			for _, c := range cells {
				number(uint64(c.UnixMilli()))
			}
		default:
			_, _ = fmt.Fprintf(w, "%#v", cells)
		}
	}
	_ = w.Flush()
	return hex.EncodeToString(hash.Sum(nil)[:16])
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
