package jobs

import (
	"path/filepath"
	"testing"

	"qulaq/simulate"
)

// Giving up every text, and then the key, changes no number.
func TestPruneAndRotateChangeNoNumber(t *testing.T) {
	r := rehearse(t, simulate.Config{Seed: 5, Bodies: 12, Days: 3, Load: 0.3})
	const numbers = "SELECT * EXCEPT (asker) FROM exchanges_now ORDER BY ALL"
	const citizens = "SELECT item_id FROM items WHERE text != '' AND role != 'official'"
	const officials = "SELECT item_id FROM items WHERE text != '' AND role = 'official'"
	before := r.dump(t, numbers)
	done, err := Prune(t.Context(), r.env, 0)
	if err != nil {
		t.Fatal(err)
	}
	if done.Read == 0 || done.Sightings == 0 {
		t.Fatalf("Prune = %+v, want some texts", done)
	}
	if got := r.dump(t, numbers); got != before {
		t.Error("giving up the texts changed the exchanges")
	}
	if got := r.dump(t, citizens); got != "" {
		t.Errorf("citizens' items that still have a text:\n%s", got)
	}
	if r.dump(t, officials) == "" {
		t.Error("officials' texts are gone, too")
	}
	if err := RotateKey(t.Context(), r.env, filepath.Join(r.dir, "key")); err != nil {
		t.Fatal(err)
	}
	if _, err := Relink(t.Context(), r.env); err != nil {
		t.Fatal(err)
	}
	if got := r.dump(t, numbers); got != before {
		t.Error("rotating the key changed the exchanges")
	}
}
