package command

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"qulaq/schema"
)

// One process at a time watches a store; the error of the other says what to make of
// it, and a clean end lets it begin.
func TestHold(t *testing.T) {
	t.Setenv("QULAQ_ENGINE", engine(t))
	store, err := schema.Open(t.Context(), "embedded:"+filepath.Join(t.TempDir(), "clickhouse"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	if err := store.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	watching, release, err := hold(t.Context(), store)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := hold(t.Context(), store); !errors.Is(err, schema.ErrLeased) || !strings.Contains(err.Error(), "at a time watches a store") || !strings.Contains(err.Error(), "process") {
		t.Errorf("hold of a store that is watched = %v, want ErrLeased with who and what to do", err)
	}
	if watching.Err() != nil {
		t.Error("the holder was told to end")
	}
	if err := release(); err != nil {
		t.Error(err)
	}
	if _, release, err = hold(t.Context(), store); err != nil {
		t.Fatalf("hold after a clean end = %v", err)
	}
	if err := release(); err != nil {
		t.Error(err)
	}
}
