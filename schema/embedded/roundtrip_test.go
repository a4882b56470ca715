package embedded

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/google/go-cmp/cmp"
)

func TestDriverTypes(t *testing.T) {
	e := openEngine(t)
	conn := connect(t, e)
	ctx := t.Context()
	if err := conn.Ping(ctx); err != nil {
		t.Fatal(err)
	}
	version, err := conn.ServerVersion()
	if err != nil || !strings.HasPrefix(e.Version(), fmt.Sprint(version.Version.Major)+".") {
		t.Errorf("ServerVersion() = %v, %v; the engine is %s", version, err, e.Version())
	}
	if err := conn.Exec(ctx, `CREATE TABLE t (id UInt64, l LowCardinality(String), s String, at DateTime64(3, 'UTC'),
		n Nullable(Int32), a Array(String), ats Array(DateTime64(3, 'UTC')), b Bool, f Array(Float32)) ENGINE = MergeTree ORDER BY id`); err != nil {
		t.Fatal(err)
	}
	type row struct {
		ID  uint64      `ch:"id"`
		L   string      `ch:"l"`
		S   string      `ch:"s"`
		At  time.Time   `ch:"at"`
		N   *int32      `ch:"n"`
		A   []string    `ch:"a"`
		Ats []time.Time `ch:"ats"`
		B   bool        `ch:"b"`
		F   []float32   `ch:"f"`
	}
	seven, at := int32(7), time.Date(2024, 2, 29, 23, 59, 59, 999e6, time.UTC)
	want := []row{
		{1, "a", "Сәлеметсіз бе? ' \\ \x00 ;", at, &seven, []string{"x", "y"}, []time.Time{at, at.Add(time.Millisecond)}, true, []float32{0.5}},
		{2, "", "", time.UnixMilli(0).UTC(), nil, []string{}, []time.Time{}, false, []float32{}},
	}
	batch, err := conn.PrepareBatch(ctx, "INSERT INTO t")
	if err != nil {
		t.Fatal(err)
	}
	for i := range want {
		if err := batch.AppendStruct(&want[i]); err != nil {
			t.Fatal(err)
		}
	}
	if err := batch.Send(); err != nil {
		t.Fatal(err)
	}
	var got []row
	if err := conn.Select(ctx, &got, "SELECT * FROM t WHERE l IN ? ORDER BY id", []string{"a", "", "'"}); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("rows back from the engine (-want +got):\n%s", diff)
	}
}

func TestParameters(t *testing.T) {
	e := openEngine(t)
	mustPost(t, e, "", "CREATE DATABASE other")
	tests := []struct {
		name, params, query, want string
		code                      int // of the exception, 0 for none
	}{
		{"setting", "max_threads=1", "SELECT getSetting('max_threads')", "1", 0},
		{"setting of text", "log_comment=" + url.QueryEscape(`it's \ one`), "SELECT endsWith(getSetting('log_comment'), $$ it's \\ one$$)", "1", 0},
		{"settings do not stay", "", "SELECT getSetting('max_threads') != 1, getSetting('log_comment') LIKE '%one'", "1\t0", 0},
		{"max_query_size", "max_query_size=1000000", "SELECT length('" + strings.Repeat("x", 400_000) + "')", "400000", 0},
		{"parameter", "param_n=5&param_s=" + url.QueryEscape(`a'b\\c\n`), "SELECT {n:UInt8} + 1, {s:String} = 'a\\'b\\\\c\\n'", "6\t1", 0},
		{"parameters do not stay", "", "SELECT {n:UInt8}", "", 456},
		{"database", "database=other", "SELECT currentDatabase()", "other", 0},
		{"database does not stay", "", "SELECT currentDatabase()", "default", 0},
		{"unknown database", "database=nowhere", "SELECT 1", "", 81},
		{"database with a quote", "database=" + url.QueryEscape("a`; DROP DATABASE other"), "SELECT 1", "", 81},
		{"query id", "query_id=mine", "SELECT Settings['log_comment'] FROM system.processes", "mine", 0},
		{"default format", "default_format=CSV", "SELECT 'a', 1", `"a",1`, 0},
		{"format of the statement", "default_format=CSV", "SELECT 'a' FORMAT JSONEachRow", `{"'a'":"a"}`, 0},
		{"whole result", "wait_end_of_query=1", "SELECT count() FROM numbers(10)", "10", 0},
		{"query in both", "query=SELECT", "1 + 1", "2", 0},
		{"unknown setting", "no_such_setting=1", "SELECT 1", "", 115},
		{"not a name", url.QueryEscape("a = 1, readonly") + "=1", "SELECT 1", "", codeBadArguments},
		{"session", "session_id=5", "SELECT 1", "", codeUnsupportedMethod},
		{"compression", "compress=1", "SELECT 1", "", codeUnsupportedMethod},
		{"compression off", "compress=0", "SELECT 1", "1", 0},
		{"no query", "", " ", "", 62},
		{"several statements", "", "SELECT 1; DROP DATABASE other", "", 62},
		{"SET", "", "SET max_threads = 1", "", 0},
		{"SET does not stay", "", "SELECT getSetting('max_threads') = 1", "0", 0},
		{"USE", "", "USE other", "", 0},
		{"USE does not stay", "", "SELECT currentDatabase()", "default", 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			code, got, err := post(t.Context(), e, tt.params, tt.query)
			if err != nil {
				t.Fatal(err)
			}
			if tt.code != 0 {
				if want := fmt.Sprintf("Code: %d.", tt.code); code != http.StatusInternalServerError || !strings.HasPrefix(got, want) {
					t.Errorf("%.80q = %d %s, want 500 %s", tt.query, code, got, want)
				}
			} else if code != http.StatusOK || got != tt.want {
				t.Errorf("%.80q = %d %s, want 200 %s", tt.query, code, got, tt.want)
			}
		})
	}
}

// The library frames each piece of a streamed result as a result of its own: a
// JSON document, a Parquet file, a line of names for every 65,409 rows.
func TestFormatsAreWhole(t *testing.T) {
	e := openEngine(t)
	formats := strings.Fields(mustPost(t, e, "", "SELECT name FROM system.formats WHERE is_output ORDER BY name"))
	queries := []string{"SELECT number AS n, toString(number) AS s FROM numbers(70000)", "SELECT 1 AS n, 'x' AS s WHERE 0"}
	const params = "output_format_write_statistics=0&output_format_pretty_color=0&default_format="
	compared := 0
	for _, format := range formats {
		if format == "Avro" || strings.HasSuffix(format, "WithProgress") {
			continue // They hold random bytes and times.
		}
		for _, query := range queries {
			code, want, err := post(t.Context(), e, "wait_end_of_query=1&"+params+format, query)
			if err != nil {
				t.Fatal(err)
			}
			gotCode, got, err := post(t.Context(), e, params+format, query)
			if err != nil {
				t.Fatal(err)
			}
			if code != gotCode || code == http.StatusOK && got != want {
				t.Errorf("%s of %s = %d, %d bytes; whole %d, %d bytes", query, format, gotCode, len(got), code, len(want))
			}
			// Also when the statement itself names the format.
			if _, got, err := post(t.Context(), e, params+"Native", query+"\nformat /* a remark */ "+format); err != nil || code == http.StatusOK && got != want {
				t.Errorf("%s FORMAT %s = %d bytes, %v; whole %d bytes", query, format, len(got), err, len(want))
			}
			if code == http.StatusOK {
				compared++
			}
		}
	}
	if compared < 80 {
		t.Errorf("compared %d results of %d formats, want 80 or more", compared, len(formats))
	}
}

func TestEngineErrorIsException(t *testing.T) {
	conn := connect(t, openEngine(t))
	var one uint8
	tests := []struct {
		name string
		do   func(ctx context.Context) error
		code int32
	}{
		{"exec", func(ctx context.Context) error { return conn.Exec(ctx, "DROP TABLE nope") }, 60},
		{"query", func(ctx context.Context) error { return conn.QueryRow(ctx, "SELECT nope").Scan(&one) }, 47},
		{"setting of a statement", func(ctx context.Context) error { return conn.QueryRow(ctx, "SELECT 1 SETTINGS nope = 1").Scan(&one) }, 115},
		{"in mid-stream", func(ctx context.Context) error {
			rows, err := conn.Query(ctx, "SELECT throwIf(number = 500000) FROM numbers(1000000)")
			if err != nil {
				return fmt.Errorf("before the first row: %w", err)
			}
			defer rows.Close()
			for rows.Next() {
			}
			return rows.Err()
		}, 395},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var ex *clickhouse.Exception
			err := tt.do(t.Context())
			if !errors.As(err, &ex) || ex.Code != tt.code || ex.Name != "DB::Exception" {
				t.Errorf("error = %v, want a *clickhouse.Exception with code %d", err, tt.code)
			}
			if strings.Count(err.Error(), "DB::Exception") > 1 {
				t.Errorf("error = %v, tells its frame twice", err)
			}
		})
	}
}

func TestManyAtOnce(t *testing.T) {
	e := openEngine(t)
	conn := connect(t, e)
	if err := conn.Exec(t.Context(), "CREATE TABLE t (id UInt64) ENGINE = MergeTree ORDER BY id"); err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			for j := range 10 {
				ctx := clickhouse.Context(t.Context(), clickhouse.WithParameters(clickhouse.Parameters{"n": fmt.Sprint(i*10 + j)}))
				var got uint64
				if err := conn.QueryRow(ctx, "SELECT {n:UInt64}").Scan(&got); err != nil || got != uint64(i*10+j) {
					t.Errorf("parameter = %d, %v, want %d", got, err, i*10+j)
				}
				if err := conn.Exec(t.Context(), "INSERT INTO t VALUES (?)", got); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	if got := mustPost(t, e, "", "SELECT count(), uniqExact(id) FROM t"); got != "80\t80" {
		t.Errorf("rows = %s, want 80 and 80", got)
	}
}
