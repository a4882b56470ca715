package schema

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/google/go-cmp/cmp"
)

// within is the store of over as the program opens it: its inserts go straight into
// the engine, and not through the driver as those to a server.
func within(s *Store) *Store {
	return &Store{conn: s.conn, admin: s.admin, engine: shared.store.engine, database: s.database}
}

// everyType is a row with all that rows may hold.
type everyType struct {
	ID        uint64            `ch:"id"`
	Text      string            `ch:"text"`
	Low       Outcome           `ch:"low"`
	At        time.Time         `ch:"at"`
	Day       time.Time         `ch:"day"`
	Yes       bool              `ch:"yes"`
	U8        uint8             `ch:"u8"`
	U16       uint16            `ch:"u16"`
	U32       uint32            `ch:"u32"`
	I32       int32             `ch:"i32"`
	F64       float64           `ch:"f64"`
	Texts     []string          `ch:"texts"`
	Lows      []string          `ch:"lows"`
	Times     []time.Time       `ch:"times"`
	Bools     []bool            `ch:"bools"`
	Floats    []float32         `ch:"floats"`
	Counts    map[string]uint32 `ch:"counts"`
	versioned                   // as the rows of derived tables have their version
}

type versioned struct {
	Version uint64 `ch:"version"`
}

const everyTable = `CREATE TABLE every (id UInt64, text String, low LowCardinality(String), at DateTime64(3, 'UTC'), day Date, yes Bool,
	u8 UInt8, u16 UInt16, u32 UInt32, i32 Int32, f64 Float64, texts Array(String), lows Array(LowCardinality(String)),
	times Array(DateTime64(3, 'UTC')), bools Array(Bool), floats Array(Float32), counts Map(LowCardinality(String), UInt32), version UInt64)
	ENGINE = MergeTree ORDER BY id SETTINGS non_replicated_deduplication_window = 100`

// everyRow is the i-th row, of which there are different ones in each of values.
func everyRow(i, values int) everyType {
	r := everyType{
		ID: uint64(i), Text: fmt.Sprintf("';\n-- \x00 %d", i), Low: Outcome(fmt.Sprint("low", i%values)), At: at(i).Add(7 * time.Millisecond), Day: at(i).Truncate(24 * time.Hour),
		Yes: i%3 == 0, U8: uint8(i), U16: uint16(i), U32: uint32(i) << 16, I32: -int32(i), F64: float64(i) / 3, versioned: versioned{uint64(i) << 40},
		Texts: []string{}, Lows: []string{}, Times: []time.Time{}, Bools: []bool{}, Floats: []float32{}, Counts: map[string]uint32{},
	}
	for k := range i % 4 {
		r.Texts, r.Lows, r.Times = append(r.Texts, fmt.Sprint(k)), append(r.Lows, fmt.Sprint("l", (i+k)%values)), append(r.Times, at(k))
		r.Bools, r.Floats, r.Counts[fmt.Sprint("c", k)] = append(r.Bools, k%2 == 0), append(r.Floats, float32(k)/2), uint32(i)
	}
	return r
}

// Both ways into the tables write what the rows hold, whatever it is.
func TestInsertEveryType(t *testing.T) {
	tests := []struct {
		name         string
		rows, values int
	}{
		{"one row with nothing in its lists", 1, 1},
		{"few values", 100, 3},
		{"255 values and the empty string", 3000, 255},
		{"256 values and the empty string", 3000, 256},
		{"more blocks than one", 20_000, 300},
		{"65,536 values and the empty string", 65_536, 65_536},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			driven := openBare(t)
			if err := driven.admin.Exec(t.Context(), "CREATE DATABASE "+driven.database); err != nil {
				t.Fatal(err)
			}
			for way, s := range map[string]*Store{"driver": driven, "engine": within(driven)} {
				if err := s.conn.Exec(t.Context(), strings.Replace(everyTable, "every", way, 1)); err != nil {
					t.Fatal(err)
				}
				want := make([]everyType, tt.rows)
				for i := range want {
					want[i] = everyRow(i, tt.values)
				}
				if tt.rows > 1 {
					want[1].Text = strings.Repeat("longer than a buffer", blockBuffer/10)
				}
				for range 2 { // the second time with the same token
					if err := insertOnce(t.Context(), s, way, want); err != nil {
						t.Fatal(err)
					}
				}
				var got []everyType
				if err := each(t.Context(), s.conn, func(r everyType) { got = append(got, r) }, "SELECT "+columnsOf[everyType]("")+" FROM "+way+" ORDER BY id"); err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(want, got, cmp.AllowUnexported(everyType{})); diff != "" {
					t.Errorf("%s: rows (-want +got):\n%.2000s", way, diff)
				}
			}
		})
	}
}

// Tokens are made of the bytes: they must not depend on the order in which Go happens to
// walk a map.
func TestBlocksAreAFunctionOfTheRows(t *testing.T) {
	columns := []clickhouse.ColumnNameAndType{{Name: "visit_id", Type: "String"}, {Name: "fill", Type: "Map(LowCardinality(String), UInt32)"}}
	type row struct {
		VisitID string            `ch:"visit_id"`
		Fill    map[string]uint32 `ch:"fill"`
	}
	write := func() []byte {
		fill := map[string]uint32{}
		for k := range 100 {
			fill[fmt.Sprint(k)] = uint32(k)
		}
		var b bytes.Buffer
		if err := writeBlocks(&b, columns, []row{{"a", fill}, {"b", nil}}, 8192); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	first := write()
	for range 10 {
		if !bytes.Equal(first, write()) {
			t.Fatal("the same rows are other bytes the second time")
		}
	}
}

// A column that a field does not fit is an error, and never other bytes in its place.
func TestInsertIntoAnotherType(t *testing.T) {
	driven := open(t)
	for way, s := range map[string]*Store{"driver": driven, "engine": within(driven)} {
		for _, kind := range []string{"Int64", "FixedString(3)", "Array(UInt64)"} {
			if err := s.conn.Exec(t.Context(), "CREATE OR REPLACE TABLE other (id "+kind+") ENGINE = Memory"); err != nil {
				t.Fatal(err)
			}
			s.types.Clear()
			err := insert(t.Context(), s, "other", []struct {
				ID uint64 `ch:"id"`
			}{{1}})
			if err == nil || !strings.Contains(err.Error(), "column id is a "+kind) {
				t.Errorf("%s: insert of a uint64 into %s = %v, want an error that names both", way, kind, err)
			}
		}
	}
}

func TestInsertErrors(t *testing.T) {
	driven := open(t)
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	for way, s := range map[string]*Store{"driver": driven, "engine": within(driven)} {
		if err := insert(t.Context(), s, "nowhere", []Run{{Job: "crawl"}}); err == nil || !strings.Contains(err.Error(), "migrated") {
			t.Errorf("%s: insert into a table that is not there = %v, want the advice to migrate", way, err)
		}
		if err := insert(t.Context(), s, "runs", []Run{{Job: "crawl"}}); err != nil {
			t.Fatal(err)
		}
		if err := insert(ended, s, "runs", []Run{{Job: "crawl"}}); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: insert after its context ended = %v, want context.Canceled", way, err)
		}
		// Known to the store, and gone since.
		if err := s.conn.Exec(t.Context(), "RENAME TABLE runs TO gone"); err != nil {
			t.Fatal(err)
		}
		err := insert(t.Context(), s, "runs", []Run{{Job: "crawl"}})
		var refused *clickhouse.Exception
		if !errors.As(err, &refused) || refused.Code != 60 {
			t.Errorf("%s: insert into a table that went away = %v, want ClickHouse's exception 60", way, err)
		}
		if err := s.conn.Exec(t.Context(), "RENAME TABLE gone TO runs"); err != nil {
			t.Fatal(err)
		}
	}
}
