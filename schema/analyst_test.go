package schema

import (
	"os"
	"strings"
	"testing"

	"qulaq/schema/embedded"
)

// The role of analysts on a server. The engine keeps no users: what can be shown here
// is that each statement is one of ClickHouse's, and what it grants.
func TestAnalystRole(t *testing.T) {
	s := open(t)
	text, err := os.ReadFile("../deploy/analyst.sql")
	if err != nil {
		t.Fatal(err)
	}
	statements := embedded.SplitStatements(string(text))
	if len(statements) < 4 {
		t.Fatalf("deploy/analyst.sql has %d statements, want profile, role, grant and user", len(statements))
	}
	for _, sql := range statements {
		var normal string
		if err := s.Conn().QueryRow(t.Context(), "SELECT formatQuerySingleLine(?)", sql).Scan(&normal); err != nil {
			t.Errorf("%s: %v", sql, err)
		}
		if grant, ok := strings.CutPrefix(normal, "GRANT "); ok && grant != "SELECT, SHOW ON qulaq.* TO qulaq_analyst" && grant != "qulaq_analyst TO analyst" {
			t.Errorf("the role is granted more than to read: %s", normal)
		}
		settings, ok := strings.CutPrefix(normal, "CREATE SETTINGS PROFILE IF NOT EXISTS qulaq_analyst SETTINGS ")
		if !ok {
			continue
		}
		if !strings.HasPrefix(settings, "readonly = 1, ") {
			t.Errorf("the profile is not read-only: %s", normal)
		}
		for setting := range strings.SplitSeq(settings, ", ") {
			name, _, _ := strings.Cut(setting, " ")
			var known uint64
			if err := s.Conn().QueryRow(t.Context(), "SELECT count() FROM system.settings WHERE name = ?", name).Scan(&known); err != nil || known != 1 {
				t.Errorf("ClickHouse has no setting %s: %v", name, err)
			}
		}
	}
}
