package endpoint_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"qulaq/schema"
	"qulaq/schema/endpoint"
)

const user, password = "analyst", "a-password-of-the-tests"

var limits = endpoint.Limits{Time: 2 * time.Second, Memory: 256 << 20, Rows: 50_000, Bytes: 4 << 20, Queries: 2}

// serve opens a store with its tables and serves it until the test ends. There is
// one engine a process, so these tests are not parallel.
func serve(t *testing.T) *httptest.Server {
	t.Helper()
	store, err := schema.Open(t.Context(), "embedded:"+t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	if err := store.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	h, err := endpoint.New(endpoint.Config{
		Engine: store.HTTP(), Database: store.Database(), User: user, Password: password,
		Limits: limits, Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	return server
}

// ask posts a query with the right password.
func ask(t *testing.T, server *httptest.Server, params, sql string) (*http.Response, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL+"/?"+params, strings.NewReader(sql))
	if err != nil {
		t.Fatal(err)
	}
	req.SetBasicAuth(user, password)
	return do(t, req)
}

func do(t *testing.T, req *http.Request) (*http.Response, string) {
	t.Helper()
	resp, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Fatal(err)
	}
	return resp, string(body)
}

func TestEndpoint(t *testing.T) {
	server := serve(t)
	t.Run("credentials", func(t *testing.T) { testCredentials(t, server) })
	t.Run("protocol", func(t *testing.T) { testProtocol(t, server) })
	t.Run("compression", func(t *testing.T) { testCompression(t, server) })
	t.Run("metadata", func(t *testing.T) { testMetadata(t, server) })
	t.Run("refuses", func(t *testing.T) { testRefuses(t, server) })
	t.Run("limits", func(t *testing.T) { testLimits(t, server) })
	t.Run("concurrency", func(t *testing.T) { testConcurrency(t, server) })
	t.Run("driver", func(t *testing.T) { testDriver(t, server) })
	t.Run("curl", func(t *testing.T) { testCurl(t, server) })
	t.Run("javascript", func(t *testing.T) { testJavaScript(t, server) })
}

func testCredentials(t *testing.T, server *httptest.Server) {
	tests := []struct {
		name string
		show func(*http.Request)
		want int
		code string
	}{
		{"none", func(*http.Request) {}, 401, "194"},
		{"basic", func(r *http.Request) { r.SetBasicAuth(user, password) }, 200, ""},
		{"headers", func(r *http.Request) {
			r.Header.Set("X-ClickHouse-User", user)
			r.Header.Set("X-ClickHouse-Key", password)
		}, 200, ""},
		{"address", func(r *http.Request) {
			r.URL.RawQuery += "&" + url.Values{"user": {user}, "password": {password}}.Encode()
		}, 200, ""},
		{"wrong password", func(r *http.Request) { r.SetBasicAuth(user, password+"x") }, 403, "516"},
		{"no password", func(r *http.Request) { r.SetBasicAuth(user, "") }, 403, "516"},
		{"wrong user", func(r *http.Request) { r.SetBasicAuth("default", password) }, 403, "516"},
		{"user swapped with password", func(r *http.Request) { r.SetBasicAuth(password, user) }, 403, "516"},
		{"headers win over the address", func(r *http.Request) {
			r.Header.Set("X-ClickHouse-User", user)
			r.URL.RawQuery += "&" + url.Values{"user": {user}, "password": {password}}.Encode()
		}, 403, "516"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			req, err := http.NewRequest(http.MethodGet, server.URL+"/?query=SELECT+41%2B1", nil)
			if err != nil {
				t.Fatal(err)
			}
			tt.show(req)
			resp, body := do(t, req)
			if resp.StatusCode != tt.want || resp.Header.Get("X-ClickHouse-Exception-Code") != tt.code {
				t.Errorf("= %d, code %q, want %d, %q: %s", resp.StatusCode, resp.Header.Get("X-ClickHouse-Exception-Code"), tt.want, tt.code, body)
			}
			if (strings.TrimSpace(body) == "42") != (tt.want == 200) {
				t.Errorf("the answer is %q", body)
			}
		})
	}
	for _, path := range []string{"/ping", "/replicas_status"} {
		req, err := http.NewRequest(http.MethodGet, server.URL+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		if resp, body := do(t, req); resp.StatusCode != 200 || body != "Ok.\n" {
			t.Errorf("GET %s = %d %q, want 200 Ok.", path, resp.StatusCode, body)
		}
	}
}

func testProtocol(t *testing.T, server *httptest.Server) {
	tests := []struct{ name, params, sql, want, kind string }{
		{"body", "", "SELECT 1, 'a'", "1\ta\n", "text/tab-separated-values; charset=UTF-8"},
		{"query in the address, the rest in the body", "query=SELECT+1", "+ 1", "2\n", "text/tab-separated-values; charset=UTF-8"},
		{"default_format", "default_format=CSVWithNames", "SELECT 1 AS n", "\"n\"\n1\n", "text/csv; charset=UTF-8; header=present"},
		{"FORMAT wins", "default_format=CSV", "SELECT 1 AS n FORMAT JSONEachRow", "{\"n\":1}\n", "application/x-ndjson; charset=UTF-8"},
		{"parameters", "param_x=it%27s&param_n=3", "SELECT {x:String}, {n:UInt8} + 1", "it\\'s\t4\n", "text/tab-separated-values; charset=UTF-8"},
		{"database is qulaq", "", "SELECT currentDatabase()", "qulaq\n", "text/tab-separated-values; charset=UTF-8"},
		{"database", "database=system", "SELECT count() FROM one", "1\n", "text/tab-separated-values; charset=UTF-8"},
		{"session ids are ignored", "session_id=abc&session_timeout=60", "SELECT 1", "1\n", "text/tab-separated-values; charset=UTF-8"},
		{"settings of the format", "output_format_json_quote_64bit_integers=1", "SELECT toUInt64(1) AS n FORMAT JSONEachRow", "{\"n\":\"1\"}\n", "application/x-ndjson; charset=UTF-8"},
		{"a tighter limit", "max_result_rows=2&result_overflow_mode=break&max_block_size=1", "SELECT number FROM numbers(5)", "0\n1\n", "text/tab-separated-values; charset=UTF-8"},
		{"a wider limit stays ours", "max_execution_time=9999&max_memory_usage=0", "SELECT getSetting('max_execution_time'), getSetting('max_memory_usage')", "2\t268435456\n", "text/tab-separated-values; charset=UTF-8"},
		{"views", "", "SELECT count() FROM latencies", "0\n", "text/tab-separated-values; charset=UTF-8"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			resp, got := ask(t, server, tt.params, tt.sql)
			if resp.StatusCode != 200 || got != tt.want || resp.Header.Get("Content-Type") != tt.kind {
				t.Errorf("%s = %d %q as %s, want %q as %s", tt.sql, resp.StatusCode, got, resp.Header.Get("Content-Type"), tt.want, tt.kind)
			}
		})
	}
	resp, _ := ask(t, server, "query_id=mine&default_format=JSON", "SELECT 1")
	for name, want := range map[string]string{"X-ClickHouse-Query-Id": "mine", "X-ClickHouse-Format": "JSON", "X-ClickHouse-Timezone": "UTC"} {
		if got := resp.Header.Get(name); got != want {
			t.Errorf("header %s = %q, want %q", name, got, want)
		}
	}
	for sql, want := range map[string]int{"SELECT 1 +": 400, "SELECT * FROM nothing": 404, "": 400, "SELECT 1; SELECT 2": 400, "SELECT '" + strings.Repeat("x", 300<<10) + "'": 413} {
		if resp, got := ask(t, server, "", sql); resp.StatusCode != want || !strings.HasPrefix(got, "Code: ") {
			t.Errorf("%.30s = %d %.100s, want %d with the exception", sql, resp.StatusCode, got, want)
		}
	}
}

func testCompression(t *testing.T, server *httptest.Server) {
	request := func(params string, body io.Reader, headers ...string) *http.Request {
		req, err := http.NewRequest(http.MethodPost, server.URL+"/?"+params, body)
		if err != nil {
			t.Fatal(err)
		}
		req.SetBasicAuth(user, password)
		for i := 0; i < len(headers); i += 2 {
			req.Header.Set(headers[i], headers[i+1])
		}
		return req
	}
	const sql = "SELECT number FROM numbers(1000)"
	resp, got := do(t, request("enable_http_compression=1", strings.NewReader(sql), "Accept-Encoding", "br, gzip;q=0.8"))
	zr, err := gzip.NewReader(strings.NewReader(got))
	if err != nil || resp.Header.Get("Content-Encoding") != "gzip" {
		t.Fatalf("Content-Encoding %q: %v", resp.Header.Get("Content-Encoding"), err)
	}
	if text, err := io.ReadAll(zr); err != nil || !strings.HasSuffix(string(text), "\n999\n") {
		t.Errorf("the unpacked result ends with %.20q, %v", text[max(0, len(text)-20):], err)
	}
	// As on a server: not by Accept-Encoding alone.
	if resp, got := do(t, request("", strings.NewReader("SELECT 7"), "Accept-Encoding", "gzip")); got != "7\n" {
		t.Errorf("without enable_http_compression = %q, encoded %q", got, resp.Header.Get("Content-Encoding"))
	}
	// An error is never packed: nothing announces it.
	if _, got := do(t, request("enable_http_compression=1&compress=1", strings.NewReader("SELECT 1 +"), "Accept-Encoding", "gzip")); !strings.HasPrefix(got, "Code: 62") {
		t.Errorf("an error = %.60q, want it in clear", got)
	}
	var packed bytes.Buffer
	zw := gzip.NewWriter(&packed)
	fmt.Fprint(zw, "SELECT 8")
	zw.Close()
	if _, got := do(t, request("", &packed, "Content-Encoding", "gzip")); got != "8\n" {
		t.Errorf("a packed query = %q, want 8", got)
	}
	packed.Reset()
	zw.Reset(&packed)
	fmt.Fprint(zw, "SELECT '"+strings.Repeat("x", 10<<20)+"'")
	zw.Close()
	if resp, _ := do(t, request("", &packed, "Content-Encoding", "gzip")); resp.StatusCode != http.StatusRequestEntityTooLarge {
		t.Errorf("a packed query of 10 MiB = %d, want 413", resp.StatusCode)
	}
}

// What clients ask before the first query of their user.
func testMetadata(t *testing.T, server *httptest.Server) {
	for _, sql := range []string{
		"SELECT 1",
		"SELECT version(), timezone()", // clickhouse-connect, DBeaver
		"SELECT name, value, readonly FROM system.settings LIMIT 10000",                                         // clickhouse-connect
		"SELECT currentUser(), timezone(), version(), getSetting('readonly') FORMAT RowBinaryWithNamesAndTypes", // JDBC
		"SELECT name, comment FROM system.databases ORDER BY name",
		"SHOW DATABASES", "SHOW TABLES", "SHOW TABLES FROM qulaq", "SHOW CREATE TABLE latencies",
		"SELECT database, name, engine, comment, total_rows, is_temporary FROM system.tables WHERE database = 'qulaq'", // DBeaver, Grafana, Superset
		"SELECT table, name, type, default_kind, default_expression, comment, position FROM system.columns WHERE database = 'qulaq'",
		"SELECT name FROM system.functions", "SELECT name FROM system.data_type_families", "SELECT name FROM system.table_engines",
		"DESCRIBE TABLE latencies", "EXPLAIN SELECT * FROM latencies",
	} {
		t.Run(sql, func(t *testing.T) {
			if resp, got := ask(t, server, "", sql); resp.StatusCode != 200 || got == "" {
				t.Errorf("= %d %s", resp.StatusCode, got)
			}
		})
	}
}
