package schema

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// shared is the engine of this test process, of which there can be one at a time.
// Tests that need a folder of their own close it first.
var shared struct {
	store *Store
	dir   string
	n     atomic.Int64
}

func TestMain(m *testing.M) {
	if dsn := os.Getenv(childDSN); dsn != "" {
		os.Exit(appendForEver(dsn))
	}
	os.Exit(run(m))
}

func run(m *testing.M) int {
	dir, err := os.MkdirTemp("", "qulaq-schema-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	shared.dir = dir
	code := m.Run()
	if shared.store != nil {
		shared.store.Close()
	}
	return code
}

// open gives a migrated database of its own on the shared engine.
func open(t testing.TB) *Store {
	t.Helper()
	s := openBare(t)
	if err := s.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	return s
}

// openBare gives a database of its own that has not been made yet.
func openBare(t testing.TB) *Store {
	t.Helper()
	if shared.store == nil {
		var err error
		if shared.store, err = Open(t.Context(), "embedded:"+shared.dir); err != nil {
			t.Fatal(err)
		}
	}
	return over(t, shared.store.engine, fmt.Sprintf("test%d", shared.n.Add(1)))
}

// closeShared frees the process for an engine on another folder.
func closeShared(t *testing.T) {
	t.Helper()
	if shared.store == nil {
		return
	}
	if err := shared.store.Close(); err != nil {
		t.Fatal(err)
	}
	shared.store = nil
}

// over opens a database through any transport to the engine.
func over(t testing.TB, transport http.RoundTripper, database string) *Store {
	t.Helper()
	s := &Store{database: database}
	if err := s.connect(t.Context(), serverOptions(transport)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// at is a moment of the tests, minutes after their beginning.
func at(minutes int) time.Time {
	return time.Date(2024, 2, 28, 12, 0, 0, 0, time.UTC).Add(time.Duration(minutes) * time.Minute)
}

var epoch = time.UnixMilli(0).UTC()

// ask runs a query and gives its result as text.
func ask(t testing.TB, s *Store, sql string) string {
	t.Helper()
	got, err := askOptions(t.Context(), s, sql, QueryOptions{Format: "TSVRaw"})
	if err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return got
}

func TestOpenErrors(t *testing.T) {
	closeShared(t)
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	away := free.Addr().String()
	free.Close()
	file := t.TempDir() + "/file"
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name, dsn string
		want      error
		text      string
	}{
		{"native server away", "clickhouse://" + away + "/qulaq", ErrUnreachable, away},
		{"http server away", "http://" + away + "/qulaq", ErrUnreachable, away},
		{"password stays secret", "clickhouse://me:hunter2@" + away, ErrUnreachable, away},
		{"folder is a file", "embedded:" + file, ErrEngine, file},
		{"no folder", "embedded:", nil, "needs a folder"},
		{"unknown scheme", "postgres://x", nil, `"postgres:"`},
		{"no scheme", "data", nil, "embedded:DIR"},
		{"unknown parameter", "embedded:data?readonly=1", nil, `"readonly"`},
		{"broken address", "clickhouse://me:hunter2@%zz", nil, "address of the store"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s, err := Open(t.Context(), tt.dsn)
			if err == nil {
				s.Close()
				t.Fatalf("Open(%s) succeeded", tt.dsn)
			}
			if tt.want != nil && !errors.Is(err, tt.want) {
				t.Errorf("Open(%s) = %v, want %v", tt.dsn, err, tt.want)
			}
			if !strings.Contains(err.Error(), tt.text) || strings.Contains(err.Error(), "hunter2") {
				t.Errorf("Open(%s) = %q, want it to tell %q and no password", tt.dsn, err, tt.text)
			}
		})
	}
	t.Run("engine missing", func(t *testing.T) {
		_, err := Open(t.Context(), "embedded:"+t.TempDir(), WithEngine(t.TempDir()+"/libchdb.so"))
		if !errors.Is(err, ErrEngine) {
			t.Errorf("Open = %v, want ErrEngine", err)
		}
	})
}

func TestParseDSN(t *testing.T) {
	tests := []struct{ dsn, folder, server, database string }{
		{"embedded:data", "data", "", "qulaq"},
		{"embedded:/var/lib/qulaq?database=x", "/var/lib/qulaq", "", "x"},
		{"embedded://data", "data", "", "qulaq"},
		{"embedded:///data", "/data", "", "qulaq"},
		{"clickhouse://u:p@db:9000/x", "", "db:9000", "x"},
		{"clickhouse://a:9000,b:9000", "", "a:9000,b:9000", "qulaq"},
		{"http://db:8123/x", "", "db:8123", "x"},
		{"https://db:8443", "", "db:8443", "qulaq"},
	}
	for _, tt := range tests {
		got, err := parseDSN(tt.dsn)
		server := ""
		if got.server != nil {
			server = strings.Join(got.server.Addr, ",")
		}
		if err != nil || got.folder != tt.folder || server != tt.server || got.database != tt.database {
			t.Errorf("parseDSN(%s) = %q %q %q, %v, want %q %q %q", tt.dsn, got.folder, server, got.database, err, tt.folder, tt.server, tt.database)
		}
	}
}

// The engine behind a real HTTP port is a server to everything above it.
func TestServer(t *testing.T) {
	openBare(t)
	proxy := &httputil.ReverseProxy{
		Rewrite:   func(r *httputil.ProxyRequest) { r.Out.URL.Scheme, r.Out.URL.Host = "http", "embedded" },
		Transport: shared.store.engine, FlushInterval: -1,
	}
	server := httptest.NewServer(proxy)
	defer server.Close()
	s, err := Open(t.Context(), server.URL+"/over_http")
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := s.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	b := sampleBatch(0, 200)
	for range 2 {
		if err := s.Append(t.Context(), b); err != nil {
			t.Fatal(err)
		}
	}
	if got := ask(t, s, "SELECT count() FROM sightings_committed"); got != fmt.Sprint(len(b.Sightings)) {
		t.Errorf("sightings over HTTP = %s, want %d", got, len(b.Sightings))
	}
	known, err := s.Known(t.Context(), "src", []string{"t0", "t1"})
	if err != nil || len(known) != 2 {
		t.Errorf("Known over HTTP = %v, %v, want two threads", known, err)
	}
	if _, err := askOptions(t.Context(), s, "DROP TABLE visits", QueryOptions{ReadOnly: true}); err == nil {
		t.Error("a read-only query over HTTP dropped a table")
	}
	_, err = askOptions(t.Context(), s, "SELECT throwIf(number = 500000) FROM numbers(1000000)", QueryOptions{Format: "TSV"})
	if code(err) != 395 {
		t.Errorf("error in mid-stream over HTTP = %v, want code 395", err)
	}
	server.Close()
	if err := s.Append(t.Context(), b); !errors.Is(err, ErrUnreachable) {
		t.Errorf("Append to a server that has gone = %v, want ErrUnreachable", err)
	}
}

func TestContextEnds(t *testing.T) {
	s := open(t)
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	start := time.Now()
	_, err := askOptions(ctx, s, "SELECT max(sipHash64(number)) FROM numbers(1000000000000)", QueryOptions{})
	if !errors.Is(err, context.DeadlineExceeded) || time.Since(start) > 2*time.Second {
		t.Errorf("Query = %v after %v, want context.DeadlineExceeded at once", err, time.Since(start))
	}
}
