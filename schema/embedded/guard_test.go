package embedded

import (
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestReadOnlyRefuses(t *testing.T) {
	e := openEngine(t)
	folder := t.TempDir()
	file, out := filepath.Join(folder, "in.csv"), filepath.Join(folder, "out.csv")
	if err := os.WriteFile(file, []byte("planted,2\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	mustPost(t, e, "", "CREATE TABLE t (a UInt64) ENGINE = MergeTree ORDER BY a")
	const nowhere = "http://127.0.0.1:1/bucket/x.csv"
	queries := []string{
		// Writing.
		"INSERT INTO t VALUES (1)",
		"CREATE TABLE u (a UInt8) ENGINE = Memory",
		"CREATE TEMPORARY TABLE u (a UInt8)",
		"CREATE DATABASE d",
		"CREATE VIEW v AS SELECT 1",
		"CREATE FUNCTION f AS x -> x",
		"CREATE USER u",
		"GRANT ALL ON *.* TO default",
		"ALTER TABLE t UPDATE a = 1 WHERE 1",
		"DELETE FROM t WHERE 1",
		"UPDATE t SET a = 1 WHERE 1",
		"TRUNCATE TABLE t",
		"DROP TABLE t",
		"UNDROP TABLE t",
		"RENAME TABLE t TO u",
		"EXCHANGE TABLES t AND t",
		"ATTACH TABLE t",
		"DETACH TABLE t",
		"OPTIMIZE TABLE t",
		"CHECK TABLE t",
		"BACKUP TABLE t TO Memory('b')",
		"RESTORE TABLE t FROM Memory('b')",
		"KILL QUERY WHERE 1",
		"SYSTEM FLUSH LOGS",
		"SYSTEM STOP MERGES",
		"SYSTEM SHUTDOWN",
		// Changing the rules.
		"SET max_threads = 1",
		"SET readonly = 0",
		"USE system",
		"SELECT 1 SETTINGS readonly = 0",
		"SELECT 1 SETTINGS max_execution_time = 100000",
		"SELECT 1; SET readonly = 0; INSERT INTO t VALUES (1)",
		"EXECUTE AS default SELECT 1",
		// Files.
		"SELECT * FROM file('%file%')",
		"SELECT * FROM file('%file%', CSV, 'a String, b UInt8')",
		"SELECT file('%file%')",
		"SELECT `file`('%file%')",
		"SELECT \"fi\\x6ce\"('%file%')",
		"SELECT file /* a remark */ ('%file%')",
		"WITH (SELECT file('%file%')) AS x SELECT x",
		"SELECT ‘it’, file('%file%'), ‘’'’",
		"SELECT '%file%' AS x, * EXCEPT x APPLY(file) FROM (SELECT '%file%' AS y)",
		"SELECT arrayMap(x -> file(x), ['%file%'])",
		"SELECT * FROM `%file%`",
		"SELECT * FROM '%file%'",
		"SELECT * FROM default.`%file%`",
		"SELECT 'planted' IN default.`%file%`",
		"SELECT joinGet('default.%file%', 'c2', 'planted')",
		"DESCRIBE TABLE file('%file%')",
		"DESCRIBE TABLE default.`%file%`",
		"SHOW CREATE TABLE default.`%file%`",
		"EXISTS TABLE default.`%file%`",
		"EXPLAIN SELECT * FROM file('%file%')",
		"EXPLAIN SELECT file('%file%')",
		"SELECT 1 INTO OUTFILE '%out%'",
		"SELECT 1 into/**/outfile '%out%' TRUNCATE FORMAT CSV",
		"SHOW TABLES INTO OUTFILE '%out%'",
		"DESCRIBE TABLE t INTO OUTFILE '%out%'",
		"INSERT INTO FUNCTION file('%out%') SELECT 1",
		"INSERT INTO t FROM INFILE '%file%' FORMAT CSV",
		"SELECT * FROM filesystem('%folder%')",
		"SELECT * FROM sqlite('%out%', 't')",
		"SELECT * FROM icebergLocal('%folder%')",
		"SELECT * FROM deltaLakeLocal('%folder%')",
		"SELECT catboostEvaluate('%file%', 1)",
		// The network and other programs.
		"SELECT * FROM url('" + nowhere + "')",
		"SELECT * FROM url('" + nowhere + "', CSV, 'a UInt8')",
		"DESCRIBE TABLE url('" + nowhere + "')",
		"SELECT * FROM `" + nowhere + "`",
		"SELECT * FROM s3('" + nowhere + "', CSV, 'a UInt8')",
		"DESCRIBE TABLE s3('" + nowhere + "')",
		"SELECT * FROM gcs('" + nowhere + "', CSV, 'a UInt8')",
		"SELECT * FROM hdfs('hdfs://127.0.0.1:1/x', CSV, 'a UInt8')",
		"SELECT * FROM azureBlobStorage('" + nowhere + "', 'a', 'b', 'c', 'd')",
		"SELECT * FROM iceberg('" + nowhere + "')",
		"SELECT * FROM deltaLake('" + nowhere + "')",
		"SELECT * FROM hudi('" + nowhere + "')",
		"SELECT * FROM remote('127.0.0.1:1', system, one)",
		"SELECT * FROM remoteSecure('127.0.0.1:1', system, one)",
		"SELECT * FROM cluster('default', system, one)",
		"SELECT * FROM clusterAllReplicas('default', system, one)",
		"SELECT * FROM urlCluster('default', '" + nowhere + "')",
		"SELECT * FROM mysql('127.0.0.1:1', 'a', 'b', 'c', 'd')",
		"SELECT * FROM postgresql('127.0.0.1:1', 'a', 'b', 'c', 'd')",
		"SELECT * FROM mongodb('127.0.0.1:1', 'a', 'b', 'c', 'd', 'a UInt8')",
		"SELECT * FROM redis('127.0.0.1:1', 'a', 'a UInt8')",
		"SELECT * FROM odbc('DSN=x', 'a', 'b')",
		"SELECT * FROM jdbc('x', 'a', 'b')",
		"SELECT * FROM executable('cat', CSV, 'a UInt8')",
		"SELECT aiGenerate('x', 'y')",
		"SELECT addressToLine(1)",
		"SELECT * FROM system.models",
		"SELECT * FROM `system`.`models`",
		"SELECT * FROM merge('system', 'models')",
		"SELECT * FROM system.stack_trace",
	}
	fill := strings.NewReplacer("%file%", file, "%out%", out, "%folder%", folder)
	before := snapshot(t, e)
	for _, q := range queries {
		t.Run(q, func(t *testing.T) {
			// readonly=2 would allow changes of settings, temporary tables and, with
			// them, paths of files as names of tables.
			code, got, err := post(t.Context(), e, "readonly=2&max_execution_time=10", fill.Replace(q))
			if err == nil && code != http.StatusOK {
				code, got, err = post(t.Context(), e, "readonly=1&max_execution_time=10", fill.Replace(q))
			}
			if err != nil {
				t.Fatal(err)
			}
			if code == http.StatusOK {
				t.Errorf("%s = %s, want an exception", q, got)
			}
			if strings.Contains(got, "planted\t") || strings.Contains(got, "planted,") {
				t.Errorf("%s tells what is in the file: %s", q, got)
			}
			if _, err := os.Stat(out); err == nil {
				t.Errorf("%s wrote a file", q)
				os.Remove(out)
			}
		})
	}
	if after := snapshot(t, e); after != before {
		t.Errorf("after the refused queries the engine holds %s, before %s", after, before)
	}
}

func TestReadOnlyRefusesInDatabaseSystem(t *testing.T) {
	e := openEngine(t)
	if code, got, err := post(t.Context(), e, "readonly=1&database=system", "SELECT * FROM models"); code == http.StatusOK || err != nil {
		t.Errorf("SELECT * FROM models = %d %s, %v, want an exception", code, got, err)
	}
	if got := mustPost(t, e, "readonly=1", "SELECT 1 AS models"); got != "1" {
		t.Errorf("a column named models = %s, want 1", got)
	}
}

// A GET is read-only, as on a server.
func TestGetIsReadOnly(t *testing.T) {
	e := openEngine(t)
	for query, want := range map[string]int{"SELECT 1": http.StatusOK, "CREATE DATABASE d": http.StatusInternalServerError} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://embedded/?query="+url.QueryEscape(query), nil)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := e.RoundTrip(req)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != want {
			t.Errorf("GET %s = %d, want %d", query, resp.StatusCode, want)
		}
	}
}

func snapshot(t *testing.T, e *Engine) string {
	t.Helper()
	return mustPost(t, e, "", `SELECT (SELECT groupArray((database, name, total_rows)) FROM system.tables WHERE database != 'system'),
		(SELECT groupArray(name) FROM system.databases), (SELECT groupArray(name) FROM system.functions WHERE origin != 'System'),
		(SELECT count() FROM system.backups)`)
}

func TestReadOnlyAllows(t *testing.T) {
	e := openEngine(t)
	mustPost(t, e, "", "CREATE TABLE t (a UInt64, url String, format String) ENGINE = MergeTree ORDER BY a")
	mustPost(t, e, "", "INSERT INTO t VALUES (1, 'into outfile', 'file(1)')")
	tests := []struct{ query, want string }{
		{"SELECT a FROM t", "1"},
		{"SELECT a AS outfile, url, format FROM t WHERE url = 'into outfile'", "1\tinto outfile\tfile(1)"},
		{"-- file('x')\nSELECT a /* INTO OUTFILE 'x' */ FROM t;", "1"},
		{"WITH (SELECT max(a) FROM t) AS m SELECT m + 1", "2"},
		{"(SELECT 1) UNION ALL (SELECT 1)", "1\n1"},
		{"FROM t SELECT count()", "1"},
		{"SELECT format('{} file({})', 'a', 'b')", "a file(b)"},
		{"SELECT sum(number) FROM numbers(4)", "6"},
		{"SELECT * FROM values('a UInt8', 7)", "7"},
		{"SELECT a FROM view(SELECT a FROM t)", "1"},
		{"SELECT {x:String} = 'it\\'s'", "1"},
		{"SHOW TABLES", "t"},
		{"DESCRIBE TABLE t FORMAT CSV", `"a","UInt64","","","","",""` + "\n" + `"url","String","","","","",""` + "\n" + `"format","String","","","","",""`},
		{"EXPLAIN SYNTAX SELECT a FROM t", "SELECT a\nFROM t"},
		{"SELECT EXISTS (SELECT 1)", "1"},
		{"SELECT getSetting('readonly')", "1"},
	}
	for _, tt := range tests {
		t.Run(tt.query, func(t *testing.T) {
			code, got, err := post(t.Context(), e, "readonly=1&param_x=it's", tt.query)
			if err != nil || code != http.StatusOK || got != tt.want {
				t.Errorf("%s = %d %q, %v, want 200 %q", tt.query, code, got, err, tt.want)
			}
		})
	}
}

// A read-only query says nothing about the next one on the same connection.
func TestReadOnlyDoesNotStay(t *testing.T) {
	e := openEngine(t)
	for i := range 20 {
		mustPost(t, e, "readonly=1", "SELECT 1")
		mustPost(t, e, "", fmt.Sprintf("CREATE TABLE t%d (a UInt8) ENGINE = Memory", i))
	}
}

func TestReadOnlyLimits(t *testing.T) {
	e := openEngine(t)
	tests := []struct {
		name, params, query string
		code                int
	}{
		{"time", "max_execution_time=1", "SELECT max(sipHash64(number)) FROM numbers(1000000000000)", 159},
		{"rows", "max_result_rows=10&result_overflow_mode=throw", "SELECT number FROM numbers(100000)", 396},
		{"memory", "max_memory_usage=10000000", "SELECT uniqExact(number) FROM numbers(10000000)", 241},
		{"syntax", "", "SELECT FROM WHERE", 62},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, got, err := post(t.Context(), e, "wait_end_of_query=1&readonly=1&"+tt.params, tt.query)
			if want := fmt.Sprintf("Code: %d.", tt.code); err != nil || !strings.HasPrefix(got, want) {
				t.Errorf("%s = %s, %v, want %s", tt.query, got, err, want)
			}
			if strings.Contains(got, "formatQuery") {
				t.Errorf("the error speaks of the guard's own query: %s", got)
			}
		})
	}
}

func TestNormalWords(t *testing.T) {
	tests := []struct{ normal, want string }{
		{"SELECT file('x')", "SELECT file("},
		{"SELECT `a b`(1), 'file(', t.x", "SELECT a b( 1 t x"},
		{`SELECT 'it\'s file(' , f (1)`, "SELECT f( 1"},
		{"SELECT `q\\`file(`", "SELECT q`file("},
		{"SELECT 'open", "SELECT"},
		{`SELECT 'open\`, "SELECT"},
		{"`", ""},
	}
	for _, tt := range tests {
		var got []string
		for _, w := range normalWords(tt.normal) {
			s := w.text
			if w.called {
				s += "("
			}
			got = append(got, s)
		}
		if s := strings.Join(got, " "); strings.TrimSpace(s) != tt.want {
			t.Errorf("normalWords(%s) = %q, want %q", tt.normal, s, tt.want)
		}
	}
}

func FuzzNormalWords(f *testing.F) {
	f.Add("SELECT `a`(1), 'b\\'', c")
	f.Fuzz(func(t *testing.T, s string) {
		for _, w := range normalWords(s) {
			if len(w.text) > len(s) {
				t.Errorf("normalWords(%q) has the word %q", s, w.text)
			}
		}
	})
}
