package command

import (
	"bytes"
	"context"
	goflag "flag" // flag is what marks a body in a ranking
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = goflag.Bool("update", false, "rewrite the generated part of the documents")

// docs/platforms.md ends with the table that the program prints.
func TestPlatformsPageIsCurrent(t *testing.T) {
	const file, head = "../../docs/platforms.md", "| platform |"
	var out, told bytes.Buffer
	if code := Run(context.Background(), []string{"sources", "list", "--platforms", "--format", "markdown"}, Streams{strings.NewReader(""), &out, &told}); code != exitOK {
		t.Fatalf("sources list --platforms = %d: %s", code, &told)
	}
	page, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	text, printed, _ := strings.Cut(string(page), head)
	if *update {
		if err := os.WriteFile(file, []byte(text+out.String()), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(head+printed, out.String()); diff != "" {
		t.Errorf("%s differs; go test ./jobs/command -run Platforms -update (-file +program):\n%s", file, diff)
	}
}

// A capability that is not told reads like one that is not there.
func TestPlatformsHaveNoEmptyCell(t *testing.T) {
	rows := platforms()
	for _, row := range rows {
		for _, col := range platformColumns {
			if strings.TrimSpace(col.cell(row)) == "" {
				t.Errorf("%s: the cell %q is empty", row.Name, col.name)
			}
		}
		if row.Key == "needed" != row.NeedsKey {
			t.Errorf("%s: key %s, needs one: %v", row.Name, row.Key, row.NeedsKey)
		}
	}
	if len(rows) < 21 {
		t.Errorf("%d platforms, want 21 or more", len(rows))
	}
}
