package schema

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"

	"qulaq/schema/embedded"

	"github.com/ClickHouse/ch-go/proto"
	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/column"
	"github.com/cespare/xxhash/v2"
)

// rowsPerInsert bounds one INSERT: what is atomic, and what is in memory twice.
const rowsPerInsert = 100_000

// insert writes rows to a table.
func insert[T any](ctx context.Context, s *Store, table string, rows []T) error {
	return insertChunks(ctx, s, table, rows, false)
}

// insertOnce writes rows to a table with a deduplication window: each INSERT
// carries a token of its rows, by which the table ignores it when it comes again.
func insertOnce[T any](ctx context.Context, s *Store, table string, rows []T) error {
	return insertChunks(ctx, s, table, rows, true)
}

func insertChunks[T any](ctx context.Context, s *Store, table string, rows []T, once bool) error {
	for chunk := range slices.Chunk(rows, rowsPerInsert) {
		if err := insertChunk(ctx, s, table, chunk, once); err != nil {
			return fmt.Errorf("insert into %s: %w", table, err)
		}
	}
	return nil
}

func insertChunk[T any](ctx context.Context, s *Store, table string, rows []T, once bool) error {
	var names []string
	for _, f := range fieldsOf(reflect.TypeFor[T]()) {
		names = append(names, f.Tag.Get("ch"))
	}
	columns, err := s.columnTypes(ctx, table, names)
	if err != nil {
		return err
	}
	statement := "INSERT INTO " + table + " (" + strings.Join(names, ", ") + ")"
	block, err := s.newBlock()
	if err != nil {
		return err
	}
	defer block.Close()
	hash := xxhash.New()
	_, _ = io.WriteString(hash, table) // Writing to a hash never fails.
	if err := writeBlocks(io.MultiWriter(hash, block), columns, rows, block.size(len(rows))); err != nil {
		return err
	}
	settings := map[string]string{
		"async_insert":                    "0", // a server may have it on: acknowledged means written
		"max_partitions_per_insert_block": "0", // an import may reach back many years
	}
	if once {
		settings["insert_deduplicate"] = "1"
		settings["insert_deduplication_token"] = hex.EncodeToString(hash.Sum(nil))
	}
	return block.insert(ctx, statement, columns, settings)
}

// block is rows in the format Native on their way into a table.
type block interface {
	io.WriteCloser
	size(rows int) int // of a block, when there are so many rows
	insert(ctx context.Context, statement string, columns []clickhouse.ColumnNameAndType, settings map[string]string) error
}

func (s *Store) newBlock() (block, error) {
	if s.engine == nil {
		return &sentBlock{store: s}, nil
	}
	data, err := s.engine.NewData()
	return &ownBlock{data, s}, err
}

// ownBlock is written to where the engine in this process reads it.
type ownBlock struct {
	*embedded.Data
	store *Store
}

// size is what the processor's cache holds while column after column is written. The
// engine makes one of all blocks.
func (b *ownBlock) size(int) int { return 8192 }

func (b *ownBlock) insert(ctx context.Context, statement string, _ []clickhouse.ColumnNameAndType, settings map[string]string) error {
	err := b.store.engine.Insert(ctx, b.store.database, statement, "Native", settings, b.Data)
	var refused *embedded.Exception
	if errors.As(err, &refused) {
		text := strings.TrimPrefix(refused.Text, fmt.Sprintf("Code: %d. DB::Exception: ", refused.Code))
		return &clickhouse.Exception{Code: int32(refused.Code), Name: "DB::Exception", Message: text} // as the driver makes it
	}
	return err
}

// sentBlock is sent to a server by the driver, over either protocol.
type sentBlock struct {
	bytes.Buffer
	store *Store
}

func (b *sentBlock) Close() error { return nil }

// size is all: the driver sends one block.
func (b *sentBlock) size(rows int) int { return rows }

func (b *sentBlock) insert(ctx context.Context, statement string, columns []clickhouse.ColumnNameAndType, settings map[string]string) error {
	with := clickhouse.Settings{}
	for name, value := range settings {
		with[name] = value
	}
	ctx = clickhouse.Context(ctx, clickhouse.WithColumnNamesAndTypes(columns), clickhouse.WithSettings(with))
	batch, err := b.store.conn.PrepareBatch(ctx, statement)
	if err != nil {
		return err
	}
	defer batch.Close()
	if err := readBlock(&b.Buffer, batch.Columns()); err != nil {
		return err
	}
	return batch.Send()
}

// readBlock fills the driver's columns with a block, as the driver does with one that a
// server sends.
func readBlock(r io.Reader, columns []column.Interface) error {
	block := proto.NewReader(r)
	if n, err := block.UVarInt(); err != nil || n != uint64(len(columns)) {
		return fmt.Errorf("a block of %d columns, want %d: %w", n, len(columns), err)
	}
	rows, err := block.UVarInt()
	if err != nil {
		return err
	}
	for _, c := range columns {
		name, err := block.Str()
		if err != nil {
			return err
		}
		kind, err := block.Str()
		if err != nil {
			return err
		}
		if name != c.Name() || kind != string(c.Type()) {
			return fmt.Errorf("column %s %s where the table has %s %s", name, kind, c.Name(), c.Type())
		}
		if c, ok := c.(column.CustomSerialization); ok {
			if err := c.ReadStatePrefix(block); err != nil {
				return fmt.Errorf("column %s: %w", name, err)
			}
		}
		if err := c.Decode(block, int(rows)); err != nil {
			return fmt.Errorf("column %s: %w", name, err)
		}
	}
	return nil
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
