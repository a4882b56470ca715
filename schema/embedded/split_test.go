package embedded

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSplitStatements(t *testing.T) {
	tests := []struct {
		name, sql string
		want      []string
	}{
		{"empty", "", nil},
		{"one", "SELECT 1", []string{"SELECT 1"}},
		{"two", "SELECT 1;\nSELECT 2;\n", []string{"SELECT 1", "SELECT 2"}},
		{"in a string", "SELECT ';', 1; SELECT 2", []string{"SELECT ';', 1", "SELECT 2"}},
		{"after a backslash", `SELECT '\';'; SELECT 2`, []string{`SELECT '\';'`, "SELECT 2"}},
		{"after a doubled quote", "SELECT 'body''s; own'; SELECT 2", []string{"SELECT 'body''s; own'", "SELECT 2"}},
		{"in a name", "SELECT `a;b`, \"c;d\"; SELECT 2", []string{"SELECT `a;b`, \"c;d\"", "SELECT 2"}},
		{"in a line comment", "-- a; b's\nSELECT 1; SELECT 2", []string{"-- a; b's\nSELECT 1", "SELECT 2"}},
		{"in a block comment", "SELECT /* ; ' */ 1; SELECT 2", []string{"SELECT /* ; ' */ 1", "SELECT 2"}},
		{"comment marks in a string", "SELECT '-- /*'; SELECT 2", []string{"SELECT '-- /*'", "SELECT 2"}},
		{"comments only", "SELECT 1; -- the end\n/* really */\n", []string{"SELECT 1"}},
		{"empty statements", ";;SELECT 1;;", []string{"SELECT 1"}},
		{"open string", "SELECT 'a; SELECT 2", []string{"SELECT 'a; SELECT 2"}},
		{"open comment", "SELECT 1; /* SELECT 2;", []string{"SELECT 1"}},
		{"minus", "SELECT 1 - 1; SELECT 2", []string{"SELECT 1 - 1", "SELECT 2"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, SplitStatements(tt.sql)); diff != "" {
				t.Errorf("SplitStatements(%q) (-want +got):\n%s", tt.sql, diff)
			}
		})
	}
}

func FuzzSplitStatements(f *testing.F) {
	f.Add("SELECT ';'; -- x\nSELECT `a`;/* ; */")
	f.Fuzz(func(t *testing.T, sql string) {
		rest := sql
		for _, s := range SplitStatements(sql) {
			i := strings.Index(rest, s)
			if i < 0 || s == "" {
				t.Fatalf("SplitStatements(%q) gives %q, which is not there in order", sql, s)
			}
			rest = rest[i+len(s):]
		}
	})
}
