package schema

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
)

func askOptions(ctx context.Context, s *Store, sql string, o QueryOptions) (string, error) {
	r, err := s.Query(ctx, sql, o)
	if err != nil {
		return "", err
	}
	defer r.Close()
	b, err := io.ReadAll(r)
	return strings.TrimSpace(string(b)), err
}

// code is the code of ClickHouse's exception; 0 for another error or none.
func code(err error) int32 {
	var ex *clickhouse.Exception
	if errors.As(err, &ex) {
		return ex.Code
	}
	return 0
}

func TestQuery(t *testing.T) {
	s := open(t)
	tests := []struct {
		name, sql string
		o         QueryOptions
		want      string
	}{
		{"format by option", "SELECT 1 AS a", QueryOptions{Format: "JSONEachRow"}, `{"a":1}`},
		{"format by statement", "SELECT 1 AS a\nformat CSV ;", QueryOptions{Format: "JSONEachRow"}, "1"},
		{"format in a string", "SELECT ' FORMAT CSV'", QueryOptions{Format: "TSVRaw"}, "FORMAT CSV"},
		{"default format", "SELECT 1 AS a", QueryOptions{}, "┌─a─┐\n1. │ 1 │\n   └───┘"},
		{"parameters", "SELECT {n:UInt8} + 1", QueryOptions{Format: "TSV", Params: map[string]string{"n": "4"}}, "5"},
		{"no result", "SELECT 1 WHERE 0", QueryOptions{Format: "TSV"}, ""},
		{"read-only", "SELECT count() FROM visits", QueryOptions{Format: "TSV", ReadOnly: true}, "0"},
		{"read-only with limits", "SELECT number FROM numbers(3)", QueryOptions{Format: "TSV", ReadOnly: true, MaxRows: 3, MaxTime: time.Second, MaxMemory: 100 << 20}, "0\n1\n2"},
		{"show", "SHOW TABLES LIKE 'visits'", QueryOptions{Format: "TSV", ReadOnly: true}, "visits"},
		{"its own database", "SELECT currentDatabase() LIKE 'test%'", QueryOptions{Format: "TSV", ReadOnly: true}, "1"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := askOptions(t.Context(), s, tt.sql, tt.o)
			if err != nil || got != tt.want {
				t.Errorf("Query(%s) = %q, %v, want %q", tt.sql, got, err, tt.want)
			}
		})
	}
}

// Each refused function has its test in package embedded; this is that the
// options reach it.
func TestQueryRefuses(t *testing.T) {
	s := open(t)
	tests := []struct {
		name, sql string
		o         QueryOptions
		code      int32
	}{
		{"write", "INSERT INTO migrations (name) VALUES ('x')", QueryOptions{ReadOnly: true}, 164},
		{"file", "SELECT file('/etc/hostname')", QueryOptions{ReadOnly: true}, 164},
		{"outfile", "SELECT 1 INTO OUTFILE '/tmp/x'", QueryOptions{ReadOnly: true}, 164},
		{"raising a limit", "SELECT 1 SETTINGS max_execution_time = 100", QueryOptions{ReadOnly: true, MaxTime: time.Second}, 164},
		{"rows", "SELECT number FROM numbers(1000000)", QueryOptions{ReadOnly: true, MaxRows: 10}, 396},
		{"time", "SELECT max(sipHash64(number)) FROM numbers(1000000000000)", QueryOptions{ReadOnly: true, MaxTime: time.Second}, 159},
		{"memory", "SELECT uniqExact(number) FROM numbers(10000000)", QueryOptions{ReadOnly: true, MaxMemory: 10 << 20}, 241},
		{"syntax", "SELEC 1", QueryOptions{}, 62},
		{"unknown table", "SELECT * FROM nope", QueryOptions{}, 60},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got, err := askOptions(t.Context(), s, tt.sql, tt.o); code(err) != tt.code {
				t.Errorf("Query(%s) = %q, %v, want code %d", tt.sql, got, err, tt.code)
			}
		})
	}
}

func TestQueryCancelled(t *testing.T) {
	s := open(t)
	ctx, cancel := context.WithCancel(t.Context())
	r, err := s.Query(ctx, "SELECT number FROM numbers(1000000000000)", QueryOptions{Format: "TSV"})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if _, err := io.CopyN(io.Discard, r, 1<<20); err != nil {
		t.Fatal(err)
	}
	cancel()
	if _, err := io.Copy(io.Discard, r); !errors.Is(err, context.Canceled) {
		t.Errorf("reading on after cancel = %v, want context.Canceled", err)
	}
}
