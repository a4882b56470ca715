package endpoint_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
)

// The official Go driver, with each of the compressions that it knows.
func testDriver(t *testing.T, server *httptest.Server) {
	for name, method := range map[string]clickhouse.CompressionMethod{
		"none": clickhouse.CompressionNone, "lz4": clickhouse.CompressionLZ4, "zstd": clickhouse.CompressionZSTD,
		"gzip": clickhouse.CompressionGZIP, "deflate": clickhouse.CompressionDeflate,
	} {
		t.Run(name, func(t *testing.T) {
			conn, err := clickhouse.Open(&clickhouse.Options{
				Protocol: clickhouse.HTTP, Addr: []string{strings.TrimPrefix(server.URL, "http://")},
				Auth:        clickhouse.Auth{Database: "qulaq", Username: user, Password: password},
				Compression: &clickhouse.Compression{Method: method},
			})
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			if err := conn.Ping(t.Context()); err != nil {
				t.Fatal(err)
			}
			ctx := clickhouse.Context(t.Context(), clickhouse.WithParameters(clickhouse.Parameters{"least": "10"}))
			rows, err := conn.Query(ctx, "SELECT number, toString(number) AS s, if(number % 2 = 0, number, NULL) AS even FROM numbers(40000) WHERE number >= {least:UInt64}")
			if err != nil {
				t.Fatal(err)
			}
			defer rows.Close()
			n := uint64(10)
			for ; rows.Next(); n++ {
				var number uint64
				var s string
				var even *uint64
				if err := rows.Scan(&number, &s, &even); err != nil {
					t.Fatal(err)
				}
				if number != n || (even == nil) != (n%2 == 1) {
					t.Fatalf("row %d = %d, %s, %v", n, number, s, even)
				}
			}
			if err := rows.Err(); err != nil || n != 40000 {
				t.Errorf("read rows until %d, %v; want 40000", n, err)
			}
			if method == clickhouse.CompressionNone || method == clickhouse.CompressionLZ4 {
				ctx := clickhouse.Context(t.Context(), clickhouse.WithSettings(clickhouse.Settings{"max_block_size": 1000}))
				if n, err := drain(ctx, conn, "SELECT throwIf(number = 39999, 'at the end') FROM numbers(40000)"); err == nil || n >= 40000 {
					t.Errorf("a result that fails in its midst has %d rows and no error", n)
				}
			}
			var refused *clickhouse.Exception
			if err := conn.Exec(t.Context(), "DROP TABLE visits"); !errors.As(err, &refused) || refused.Code != 164 {
				t.Errorf("DROP TABLE = %v, want an exception with code 164", err)
			}
			if method != clickhouse.CompressionNone && method != clickhouse.CompressionLZ4 {
				return // An error reads alike by each, and the next takes its time.
			}
			if err := conn.Exec(t.Context(), "SELECT count() FROM numbers(1000000000000) WHERE cityHash64(number) = 1"); !errors.As(err, &refused) || refused.Code != 159 {
				t.Errorf("a query of minutes = %v, want an exception with code 159", err)
			}
		})
	}
}

// drain counts the rows of a query.
func drain(ctx context.Context, conn driver.Conn, sql string) (n int, err error) {
	rows, err := conn.Query(ctx, sql)
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	for rows.Next() {
		n++
	}
	return n, rows.Err()
}

func testCurl(t *testing.T, server *httptest.Server) {
	if _, err := exec.LookPath("curl"); err != nil {
		t.Skip("curl is not installed")
	}
	tests := []struct {
		name string
		args []string
		want string
	}{
		{"ping", []string{server.URL + "/ping"}, "Ok.\n"},
		{"body", []string{"-u", user + ":" + password, server.URL, "-d", "SELECT 1 AS n FORMAT CSVWithNames"}, "\"n\"\n1\n"},
		{"address", []string{"-G", "--data-urlencode", "query=SELECT {x:UInt8} + 1", "-d", "param_x=4", "-d", "user=" + user, "-d", "password=" + password, server.URL}, "5\n"},
		{"compressed", []string{"--compressed", "-H", "X-ClickHouse-User: " + user, "-H", "X-ClickHouse-Key: " + password, server.URL + "/?enable_http_compression=1", "-d", "SELECT count() FROM bodies_now"}, "0\n"},
		{"path as a database", []string{"-u", user + ":" + password, server.URL + "/system", "-d", "SELECT count() FROM one"}, "1\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			out, err := exec.CommandContext(t.Context(), "curl", append([]string{"--silent", "--show-error", "--noproxy", "*"}, tt.args...)...).CombinedOutput()
			if err != nil || string(out) != tt.want {
				t.Errorf("curl %q = %q, %v, want %q", tt.args, out, err, tt.want)
			}
		})
	}
}

// The official JavaScript client, from clienttest/client.mjs.
func testJavaScript(t *testing.T, server *httptest.Server) {
	if _, err := exec.LookPath("node"); err != nil {
		t.Skip("node is not installed")
	}
	if _, err := os.Stat("clienttest/node_modules/@clickhouse/client"); err != nil {
		t.Skip("the client is not installed; make client-test installs it")
	}
	ctx, cancel := context.WithTimeout(t.Context(), 30e9)
	defer cancel()
	cmd := exec.CommandContext(ctx, "node", "client.mjs")
	cmd.Dir = "clienttest"
	cmd.Env = append(os.Environ(), "URL="+server.URL, "USER_NAME="+user, "PASSWORD="+password)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("node client.mjs: %v", err)
	}
	var got struct {
		Ping, Exact, Refused, Stopped bool
		Rows                          int
	}
	if err := json.Unmarshal(out, &got); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if !got.Ping || !got.Exact || !got.Refused || !got.Stopped || got.Rows != 20000 {
		t.Errorf("client.mjs tells %+v, want all of it, and 20000 rows", got)
	}
}
