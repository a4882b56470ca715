package jobs

import (
	"bytes"
	"flag"
	"os"
	"testing"

	"qulaq/registry"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite the generated documents")

// docs/method.md is what the program would print.
func TestMethodPageIsCurrent(t *testing.T) {
	country, err := registry.Embedded("KZ", registry.Rules{})
	if err != nil {
		t.Fatal(err)
	}
	var page bytes.Buffer
	if err := WriteMethod(&page, country); err != nil {
		t.Fatal(err)
	}
	const file = "../docs/method.md"
	if *update {
		if err := os.WriteFile(file, page.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), page.String()); diff != "" {
		t.Errorf("%s differs; go test ./jobs -run Method -update (-file +program):\n%s", file, diff)
	}
}
