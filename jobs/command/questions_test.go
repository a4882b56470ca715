package command

import (
	"bytes"
	goflag "flag" // flag is a function of this package
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"qulaq/schema"
	"qulaq/schema/questions"

	"github.com/google/go-cmp/cmp"
)

var updateSQL = goflag.Bool("update-sql", false, "rewrite docs/sql.md")

// TestQuestions asks every question of schema/questions on a simulated republic; the
// answers must be those of docs/sql.md.
func TestQuestions(t *testing.T) {
	t.Setenv("QULAQ_ENGINE", engine(t))
	const file = "../../docs/sql.md"
	dir := t.TempDir()
	var errs bytes.Buffer
	args := []string{"-q", "demo", "--dir", dir, "--bodies", "12", "--days", "14", "--grace", "10", "--step", "24h"}
	if code := Run(t.Context(), args, Streams{In: strings.NewReader(""), Out: io.Discard, Err: &errs}); code != exitOK {
		t.Fatalf("qulaq %s = %d: %s", strings.Join(args, " "), code, errs.String())
	}
	store, err := schema.Open(t.Context(), "embedded:"+filepath.Join(dir, "clickhouse"))
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	page, err := questions.Page(func(sql string) (string, error) {
		var b strings.Builder
		err := runSQL(t.Context(), store, &b, sql, schema.QueryOptions{Format: "Markdown", ReadOnly: true, MaxTime: 10 * time.Second})
		if lines := strings.Count(b.String(), "\n"); err == nil && lines < 3 {
			t.Errorf("the answer is empty, and shows nothing: %s", sql)
		}
		return b.String(), err
	})
	if err != nil {
		t.Fatal(err)
	}
	if *updateSQL {
		if err := os.WriteFile(file, []byte(page), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), page); diff != "" {
		t.Errorf("docs/sql.md (-says +is); run with -update-sql, then read it:\n%s", diff)
	}
}
