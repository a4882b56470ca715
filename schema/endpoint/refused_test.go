package endpoint_test

import (
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Each forbidden thing is refused. What the engine's own guard refuses is tested at
// length in package embedded; here it is asked over HTTP, as an analyst would.
func testRefuses(t *testing.T, server *httptest.Server) {
	folder := t.TempDir()
	file, out := filepath.Join(folder, "in.csv"), filepath.Join(folder, "out.csv")
	if err := os.WriteFile(file, []byte("planted,2\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	// A table function that is refused only because its address is dead would be let
	// through: the words of the refusal are looked at, too.
	const guarded, readonly, setting = "reaches outside the database", "(READONLY)", "setting in readonly mode"
	tests := []struct{ name, params, sql, want string }{
		{"file()", "", "SELECT * FROM file('%file%')", guarded},
		{"file as a scalar", "", "SELECT file('%file%')", guarded},
		{"file in quotes", "", "SELECT * FROM `file`('%file%', CSV)", guarded},
		{"file behind a remark", "", "SELECT * FROM file/* */('%file%')", guarded},
		{"file by DESCRIBE", "", "DESCRIBE TABLE file('%file%')", guarded},
		{"file in a CTE", "", "WITH f AS (SELECT * FROM file('%file%')) SELECT * FROM f", guarded},
		{"file in a view()", "", "SELECT * FROM view(SELECT * FROM file('%file%'))", guarded},
		{"file in a subquery", "", "SELECT 1 WHERE 'planted' IN (SELECT * FROM file('%file%'))", guarded},
		{"file in an EXPLAIN", "", "EXPLAIN PIPELINE SELECT * FROM file('%file%')", guarded},
		{"writing by file()", "", "INSERT INTO FUNCTION file('%out%', CSV, 'a UInt8') SELECT 1", readonly},
		{"writing by remote()", "", "INSERT INTO FUNCTION remote('127.0.0.1:1', system, one) SELECT 1", readonly},
		// It would tell which files there are.
		{"EXISTS of a path", "", "EXISTS TABLE default.`%file%`", readonly},
		{"path as a table", "", "SELECT * FROM `%file%`", "(UNKNOWN_TABLE)"},
		{"url()", "", "SELECT * FROM url('http://127.0.0.1:1/', CSV, 'a String')", guarded},
		{"remote()", "", "SELECT * FROM remote('127.0.0.1:1', system, one)", guarded},
		{"remoteSecure()", "", "SELECT * FROM remoteSecure('127.0.0.1:1', system, one)", guarded},
		{"urlCluster()", "", "SELECT * FROM urlCluster('default', 'http://127.0.0.1:1/', CSV, 'a String')", guarded},
		{"fileCluster()", "", "SELECT * FROM fileCluster('default', '%file%', CSV, 'a String')", guarded},
		{"gcs()", "", "SELECT * FROM gcs('http://127.0.0.1:1/b/x.csv')", guarded},
		{"azureBlobStorage()", "", "SELECT * FROM azureBlobStorage('http://127.0.0.1:1/', 'c', 'x.csv')", guarded},
		{"hdfs()", "", "SELECT * FROM hdfs('hdfs://127.0.0.1:1/x.csv', CSV, 'a String')", guarded},
		{"s3()", "", "SELECT * FROM s3('http://127.0.0.1:1/b/x.csv')", guarded},
		{"mysql()", "", "SELECT * FROM mysql('127.0.0.1:1', 'a', 'b', 'c', 'd')", guarded},
		{"postgresql()", "", "SELECT * FROM postgresql('127.0.0.1:1', 'a', 'b', 'c', 'd')", guarded},
		{"mongodb()", "", "SELECT * FROM mongodb('127.0.0.1:1', 'a', 'b', 'c', 'd', 'a UInt8')", guarded},
		{"redis()", "", "SELECT * FROM redis('127.0.0.1:1', 'a', 'a UInt8')", guarded},
		{"sqlite()", "", "SELECT * FROM sqlite('%out%', 't')", guarded},
		{"odbc()", "", "SELECT * FROM odbc('DSN=x', 'a', 'b')", guarded},
		{"executable()", "", "SELECT * FROM executable('cat', CSV, 'a UInt8')", guarded},
		{"cluster()", "", "SELECT * FROM cluster('default', system, one)", guarded},
		{"merge()", "", "SELECT * FROM merge('qulaq', '.*')", guarded},
		{"INTO OUTFILE", "", "SELECT 1 INTO OUTFILE '%out%'", "INTO OUTFILE is not allowed"},
		{"a dictionary's source", "", "CREATE DICTIONARY d (a UInt64) PRIMARY KEY a SOURCE(FILE(path '%file%' format 'CSV')) LAYOUT(FLAT()) LIFETIME(0)", readonly},
		{"dictGet", "", "SELECT dictGet('d', 'a', 1)", "Code: "},
		{"INSERT", "", "INSERT INTO visits (visit_id) VALUES ('x')", readonly},
		{"INSERT with data", "query=INSERT+INTO+visits+(visit_id)+FORMAT+TSV", "x\n", readonly},
		{"INSERT SELECT", "", "INSERT INTO visits SELECT * FROM visits", readonly},
		{"CREATE TABLE", "", "CREATE TABLE t (a UInt8) ENGINE = Memory", readonly},
		{"CREATE TEMPORARY TABLE", "", "CREATE TEMPORARY TABLE t (a UInt8)", readonly},
		{"CREATE USER", "", "CREATE USER u", readonly},
		{"ALTER", "", "ALTER TABLE visits DELETE WHERE 1", readonly},
		{"DELETE", "", "DELETE FROM visits WHERE 1", readonly},
		{"DROP", "", "DROP TABLE visits", readonly},
		{"TRUNCATE", "", "TRUNCATE TABLE visits", readonly},
		{"RENAME", "", "RENAME TABLE visits TO v", readonly},
		{"OPTIMIZE", "", "OPTIMIZE TABLE visits", readonly},
		{"ATTACH", "", "ATTACH TABLE t (a UInt8) ENGINE = Memory", readonly},
		{"DETACH", "", "DETACH TABLE visits", readonly},
		{"EXCHANGE", "", "EXCHANGE TABLES visits AND sightings", readonly},
		{"CREATE VIEW", "", "CREATE VIEW v AS SELECT 1", readonly},
		{"CREATE FUNCTION", "", "CREATE FUNCTION f AS (x) -> x", readonly},
		{"SET ROLE", "", "SET ROLE ALL", readonly},
		{"GRANT", "", "GRANT ALL ON *.* TO default", readonly},
		{"BACKUP", "", "BACKUP TABLE visits TO Memory('b')", readonly},
		{"KILL", "", "KILL QUERY WHERE 1", readonly},
		{"SYSTEM", "", "SYSTEM FLUSH LOGS", readonly},
		{"SYSTEM SHUTDOWN", "", "SYSTEM SHUTDOWN", readonly},
		{"writing to system", "", "INSERT INTO system.one VALUES (1)", readonly},
		{"system.models", "", "SELECT * FROM system.models", "not allowed in a read-only query"},
		{"SET", "", "SET max_threads = 1", readonly},
		{"SET readonly", "", "SET readonly = 0", readonly},
		{"USE", "", "USE system", readonly},
		{"SETTINGS clause", "", "SELECT 1 SETTINGS max_execution_time = 100000", "max_execution_time"},
		{"SETTINGS readonly", "", "SELECT 1 SETTINGS readonly = 0", "readonly"},
		{"two statements", "", "SELECT 1; DROP TABLE visits", "Multi-statements are not allowed"},
		{"parameter readonly=0", "readonly=0", "SELECT 1", setting},
		{"parameter format_schema", "format_schema=%2Fetc%2Fpasswd:x", "SELECT 1 FORMAT Protobuf", setting},
		{"parameter format_template_row", "format_template_row=%2Fetc%2Fpasswd", "SELECT 1 FORMAT Template", setting},
		{"parameter user_files_path", "user_files_path=%2F", "SELECT 1", setting},
		{"parameter allow_introspection_functions", "allow_introspection_functions=1", "SELECT 1", setting},
		{"parameter role", "role=admin", "SELECT 1", setting},
		{"parameter that is no word", "a%3B%20b=1", "SELECT 1", setting},
		{"parameter limit that is no number", "max_execution_time=never", "SELECT 1", "is no number"},
	}
	fill := strings.NewReplacer("%file%", file, "%out%", out)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			// However a client asks for fewer restrictions: readonly=2 would allow settings.
			for _, params := range []string{tt.params, "readonly=2&" + tt.params} {
				resp, got := ask(t, server, params, fill.Replace(tt.sql))
				if resp.StatusCode < 400 || !strings.Contains(got, tt.want) {
					t.Errorf("%s (%s) = %d %s, want a refusal with %q", tt.sql, params, resp.StatusCode, got, tt.want)
				}
				if strings.Contains(got, "planted") {
					t.Errorf("%s tells what is in the file: %s", tt.sql, got)
				}
			}
			if _, err := os.Stat(out); err == nil {
				t.Errorf("%s wrote a file", tt.sql)
			}
		})
	}
	if _, got := ask(t, server, "", "SELECT count() FROM visits"); got != "0\n" {
		t.Errorf("after the refused statements there are %s visits, want none", got)
	}
}
