package command

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"qulaq/schema"
)

const exportsPage = "../../docs/exports.md"

var exportedTables = regexp.MustCompile(`(?s)<!-- tables -->\n.*<!-- end of tables -->`)

// TestExportsPage does what docs/exports.md shows: the scripts find the number that
// the store has, and the columns are those that are described.
func TestExportsPage(t *testing.T) {
	file, err := filepath.Abs(exportsPage)
	if err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("QULAQ_ENGINE", engine(t))
	t.Chdir(t.TempDir())
	for _, m := range fencedBlock.FindAllStringSubmatch(string(page), -1) {
		savePage(t, m[2], m[3])
	}
	must(t, "-q", "demo", "--seed", "9", "--bodies", "12", "--days", "6", "--load", "0.3", "--dir", "data")
	must(t, "-q", "export", "latencies", "--out", "latencies.csv")
	sql, err := os.ReadFile("share.sql")
	if err != nil {
		t.Fatal(err)
	}
	_, want, _ := strings.Cut(strings.TrimSpace(must(t, "sql", "--format", "csv", string(sql))), "\n")
	if !regexp.MustCompile(`^0\.\d{4,6}$`).MatchString(want) {
		t.Fatalf("the store says %q, want a share", want)
	}
	t.Run("columns", func(t *testing.T) { testExportColumns(t, file, string(page)) })
	for script, command := range map[string][]string{"share.py": {"python3"}, "share.R": {"Rscript", "--vanilla"}} {
		t.Run(script, func(t *testing.T) {
			if _, err := exec.LookPath(command[0]); err != nil {
				t.Skipf("%s is not on this machine", command[0])
			}
			out, err := exec.CommandContext(t.Context(), command[0], append(command[1:], script)...).CombinedOutput()
			if strings.Contains(string(out), "no package called") {
				t.Skip("R has no package survival on this machine")
			}
			if err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			if got := strings.TrimRight(strings.TrimSpace(string(out)), "0"); got != strings.TrimRight(want, "0") {
				t.Errorf("%s prints %s, the store says %s", script, got, want)
			}
		})
	}
}

// testExportColumns holds the tables of the page against those of the program.
func testExportColumns(t *testing.T, file, page string) {
	store, err := schema.Open(t.Context(), "embedded:data/clickhouse")
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	tables, err := describeExports(t.Context(), store)
	if err != nil {
		t.Fatal(err)
	}
	current := exportedTables.ReplaceAllLiteralString(page, "<!-- tables -->\n"+tables+"<!-- end of tables -->")
	if *update {
		if err := os.WriteFile(file, []byte(current), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if current != page {
		t.Errorf("docs/exports.md does not describe the tables as they are; run go test ./jobs/command -run ExportsPage -update")
	}
}

func describeExports(ctx context.Context, store *schema.Store) (string, error) {
	var b strings.Builder
	escape := strings.NewReplacer("|", `\|`)
	for _, table := range schema.ExportTables() {
		title, fields, err := store.ExportFields(ctx, table)
		if err != nil {
			return "", err
		}
		fmt.Fprintf(&b, "### %s\n\n%s.\n\n| column | type | meaning |\n|---|---|---|\n", table, title)
		for _, f := range fields {
			fmt.Fprintf(&b, "| %s | %s | %s |\n", f.Name, escape.Replace(f.Type), escape.Replace(f.Meaning))
		}
		b.WriteString("\n")
	}
	return b.String(), nil
}
