package embedded

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Pasted behind the statement, such data are cut at the first thing that looks
// like its end: 2,570 of 200,000 rows went in.
func TestInsertOfDataThatLooksLikeStatements(t *testing.T) {
	e := openEngine(t)
	conn := connect(t, e)
	if err := conn.Exec(t.Context(), "CREATE TABLE t (id UInt64, s String) ENGINE = MergeTree ORDER BY id"); err != nil {
		t.Fatal(err)
	}
	batch, err := conn.PrepareBatch(t.Context(), "INSERT INTO t (id, s)")
	if err != nil {
		t.Fatal(err)
	}
	const rows = 200_000
	for i := range uint64(rows) {
		if err := batch.Append(i, "; DROP TABLE t;\n\x00;\nSELECT 1 -- '"); err != nil {
			t.Fatal(err)
		}
	}
	if err := batch.Send(); err != nil {
		t.Fatal(err)
	}
	var n, distinct uint64
	if err := conn.QueryRow(t.Context(), "SELECT count(), uniqExact(s) FROM t").Scan(&n, &distinct); err != nil || n != rows || distinct != 1 {
		t.Errorf("rows in the table = %d (%d texts), %v; want %d (1)", n, distinct, err, rows)
	}
	left, err := os.ReadDir(e.folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range left {
		if strings.Contains(f.Name(), "insert") {
			t.Errorf("%s is left in the data folder", f.Name())
		}
	}
}

func TestInsertForms(t *testing.T) {
	e := openEngine(t)
	mustPost(t, e, "", "CREATE TABLE t (id UInt64, s String) ENGINE = MergeTree ORDER BY id")
	tests := []struct {
		name, query, body, want string
	}{
		{"format in the address", "INSERT INTO t FORMAT TSV", "1\ta;b\n", "1\ta;b"},
		{"columns", "INSERT INTO t (s, id) FORMAT CSV", "x,2\n", "2\tx"},
		{"values in the address", "INSERT INTO t VALUES", "(3, 'c'), (4, 'd;')", "3\tc\n4\td;"},
		{"lower case", "insert into t format jsoneachrow", `{"id":5,"s":"e"}`, "5\te"},
		{"data behind the statement", "", "INSERT INTO t FORMAT TSV\n6\tf;\n7\tg'", "6\tf;\n7\tg'"},
		{"values behind the statement", "", "INSERT INTO t VALUES (8, 'h')", "8\th"},
		{"select", "", "INSERT INTO t SELECT 9, 'i'", "9\ti"},
		{"split between address and body", "INSERT INTO t", "SELECT 10, 'j'", "10\tj"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			code, text, err := post(t.Context(), e, url.Values{"query": {tt.query}}.Encode(), tt.body)
			if err != nil {
				t.Fatal(err)
			}
			if code != http.StatusOK {
				t.Fatalf("insert = %d %s", code, text)
			}
			if got := mustPost(t, e, "", "SELECT * FROM t ORDER BY id FORMAT TSVRaw"); got != tt.want {
				t.Errorf("the table holds %q, want %q", got, tt.want)
			}
			mustPost(t, e, "", "TRUNCATE TABLE t")
		})
	}
	if code, text, _ := post(t.Context(), e, "query=INSERT+INTO+t+FORMAT+Native", ""); code == http.StatusOK {
		t.Errorf("an insert without data = %d %s, want an exception", code, text)
	}
}

// A request that breaks off must not leave the rows that came before.
func TestInsertThatBreaksOffInsertsNothing(t *testing.T) {
	e := openEngine(t)
	mustPost(t, e, "", "CREATE TABLE t (id UInt64) ENGINE = MergeTree ORDER BY id")
	broken := errors.New("the line went dead")
	body := io.MultiReader(strings.NewReader("1\n2\n3\n"), errorReader{broken})
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://embedded/?query=INSERT+INTO+t+FORMAT+TSV", body)
	if err != nil {
		t.Fatal(err)
	}
	if resp, err := e.RoundTrip(req); !errors.Is(err, broken) {
		t.Errorf("RoundTrip = %v, %v, want the reader's error", resp, err)
	}
	if got := mustPost(t, e, "", "SELECT count() FROM t"); got != "0" {
		t.Errorf("rows in the table = %s, want 0", got)
	}
}

type errorReader struct{ err error }

func (r errorReader) Read([]byte) (int, error) { return 0, r.err }

// dataOf holds text; it is closed with the test.
func dataOf(t *testing.T, e *Engine, text string) *Data {
	t.Helper()
	data, err := e.NewData()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { data.Close() })
	if _, err := data.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	return data
}

func TestInsert(t *testing.T) {
	e := openEngine(t)
	mustPost(t, e, "", "CREATE DATABASE other")
	mustPost(t, e, "database=other", "CREATE TABLE t (id UInt64, s String) ENGINE = MergeTree ORDER BY id SETTINGS non_replicated_deduplication_window = 10")
	once := map[string]string{"insert_deduplicate": "1", "insert_deduplication_token": "it's one"}
	for range 2 {
		if err := e.Insert(t.Context(), "other", "INSERT INTO t (s, id)", "TSV", once, dataOf(t, e, "; DROP TABLE t;\t1\n' --\t2\n")); err != nil {
			t.Fatal(err)
		}
	}
	const want = "1\t; DROP TABLE t;\n2\t' --"
	if got := mustPost(t, e, "database=other", "SELECT id, s FROM t ORDER BY id FORMAT TSVRaw"); got != want {
		t.Errorf("after the same Insert twice the table holds %q, want %q", got, want)
	}
	for name, tt := range map[string]struct {
		statement, data string
		code            int
	}{
		"no data":       {"INSERT INTO t", "", codeNoDataToInsert},
		"unknown table": {"INSERT INTO gone", "x\t1\n", 60},
		"broken data":   {"INSERT INTO t (s, id)", "x\t3\nx\tmany\n", 27},
	} {
		err := e.Insert(t.Context(), "other", tt.statement, "TSV", nil, dataOf(t, e, tt.data))
		var ex *Exception
		if !errors.As(err, &ex) || ex.Code != tt.code {
			t.Errorf("%s: Insert = %v, want an exception of code %d", name, err, tt.code)
		}
	}
	if got := mustPost(t, e, "database=other", "SELECT count() FROM t"); got != "2" {
		t.Errorf("rows after Inserts that failed = %s, want 2", got)
	}
}

// A context that ends, ends the INSERT: nothing of it comes later.
func TestInsertCancelled(t *testing.T) {
	e := openEngine(t)
	mustPost(t, e, "", "CREATE TABLE t (id UInt64, x UInt8 DEFAULT sleepEachRow(0.001)) ENGINE = MergeTree ORDER BY id")
	var rows strings.Builder
	for i := range 100_000 {
		fmt.Fprintln(&rows, i)
	}
	ctx, cancel := context.WithCancel(t.Context())
	data := dataOf(t, e, rows.String())
	done := make(chan error, 1)
	go func() {
		done <- e.Insert(ctx, defaultDatabase, "INSERT INTO t (id)", "TSV", map[string]string{"max_block_size": "100", "function_sleep_max_microseconds_per_block": "0"}, data)
	}()
	for mustPost(t, e, "", "SELECT count() FROM system.processes WHERE query LIKE 'INSERT INTO t (id)%'") == "0" {
		select {
		case err := <-done:
			t.Fatalf("Insert = %v before it was cancelled", err)
		default:
		}
	}
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("Insert = %v, want context.Canceled", err)
	}
	if got := mustPost(t, e, "", "SELECT count(), (SELECT count() FROM system.processes WHERE query LIKE 'INSERT INTO t (id)%') FROM t"); got != "0\t0" {
		t.Errorf("rows in the table and INSERTs under way = %s, want 0 and 0", got)
	}
}

// As a stream, the library ends such a result with its first block.
func TestIntoOutfileIsWhole(t *testing.T) {
	e := openEngine(t)
	file := filepath.Join(t.TempDir(), "numbers.native")
	mustPost(t, e, "", "SELECT number FROM numbers(300000) INTO OUTFILE '"+file+"' FORMAT Native")
	if got := mustPost(t, e, "", "SELECT count(), max(number) FROM file('"+file+"', Native)"); got != "300000\t299999" {
		t.Errorf("count and maximum in the file = %s, want 300000 and 299999", got)
	}
}
