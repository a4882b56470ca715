package all

import (
	"slices"
	"testing"

	"qulaq/parsers/weburl"
)

func TestParsersAreListedOnceInOrder(t *testing.T) {
	names := Names()
	if !slices.IsSorted(names) || len(slices.Compact(slices.Clone(names))) != len(names) {
		t.Errorf("parsers %q are not in alphabetical order, or one stands twice", names)
	}
	for _, name := range names {
		p, ok := Parser(name)
		if !ok {
			t.Fatalf("no parser %q", name)
		}
		if version := p.Properties().Version; version < 1 {
			t.Errorf("%s: version %d, want 1 or more", name, version)
		}
		if key := p.Properties().Key.Parameter; key != "" && !weburl.IsSecret(key) {
			t.Errorf("%s: errors would tell the key in %s", name, key)
		}
	}
}
