package simulate

import (
	"testing"

	"qulaq/registry"
)

// TestCountryCanBeSaved: the republic's registry obeys the registry's own rules.
func TestCountryCanBeSaved(t *testing.T) {
	for _, bodies := range []int{0, 84} {
		r := republic(t, Config{Bodies: bodies, Days: 1})
		dir := t.TempDir()
		if err := registry.Save(dir, r.Country(base)); err != nil {
			t.Fatal(err)
		}
		rules := registry.Rules{
			Platforms: []string{"telegram", "legalacts", "vk"},
			Address: func(platform, url string) (string, error) {
				thread, err := readers[platform].Start(url)
				return thread.ID, err
			},
		}
		c, err := registry.Open(nil, dir, rules)
		if err != nil {
			t.Fatal(err)
		}
		index, err := registry.NewIndex(c)
		if err != nil {
			t.Fatal(err)
		}
		for _, b := range r.bodies {
			for _, name := range []string{b.names.ru, b.names.kk, b.alias} {
				if found, ok := index.BodyByName(name, r.Start()); name != "" && (!ok || found.ID != b.id) {
					t.Errorf("BodyByName(%q) = %v, %v, want %s", name, found, ok, b.id)
				}
			}
			for _, s := range b.sources {
				id := b.official(s).id(s)
				if found, ok := index.Account(s.platform, id, r.Start()); id != "" && (!ok || found.ID != b.id) {
					t.Errorf("Account(%s, %q) = %v, %v, want %s", s.platform, id, found, ok, b.id)
				}
			}
		}
	}
}
