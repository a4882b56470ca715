package pipeline

import (
	"path/filepath"
	"slices"
	"testing"

	"qulaq/parsers"
	"qulaq/pipeline/language"
	"qulaq/registry"
	"qulaq/schema"
)

// A rotation makes no false edits, and nothing that is written after it ties the
// new pseudonyms to the old ones: not an edited item, not a reply that addresses
// who asked before, not a page that was saved before.
func TestRotationLinksNothing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "key")
	old, err := OpenKey(path)
	if err != nil {
		t.Fatal(err)
	}
	memory := NewMemory()
	asked := comment("a", "Когда починят дорогу?")
	before := NewObserver(old, testIndex(t)).Observe(look(1, asked), memory)
	if before.Sightings[0].Author != old.Account("vk", "5") {
		t.Fatalf("author before the rotation = %q", before.Sightings[0].Author)
	}
	key, err := RotateKey(path, at(2))
	if err != nil {
		t.Fatal(err)
	}
	o := NewObserver(key, testIndex(t))
	if got := changes(o.Observe(look(3, asked), memory)); got != nil {
		t.Errorf("changes after the rotation = %v, want none", got)
	}
	edited := comment("a", "Когда починят дорогу у школы?")
	answer := comment("b", "Завтра.")
	answer.Author, answer.Role = parsers.Author{ID: "-9"}, parsers.RoleOfficial
	answer.Text = "На обращение № 4512: завтра."
	answer.Parent, answer.Mentions = "a", []string{"5"}
	saved := o.Observe(look(1, comment("c", "Ещё вопрос?")), NewMemory())
	after := o.Observe(look(4, edited, answer, comment("d", "Спасибо!")), memory)
	pseudonym := key.Account("vk", "5")
	for _, s := range slices.Concat(after.Sightings, saved.Sightings) {
		if len(s.Numbers) > 0 || slices.Contains(s.Mentions, pseudonym) || s.Author == pseudonym && s.ItemID != "d" {
			t.Errorf("item %s tells the new pseudonym of who wrote before: %+v", s.ItemID, s)
		}
	}
	if got := after.Sightings[2].Author; got != pseudonym {
		t.Errorf("author of a new item = %q, want the new pseudonym", got)
	}
}

func TestObserverForgets(t *testing.T) {
	key := testKey(1)
	o := NewObserver(key, testIndex(t))
	grave := schema.Tombstone{Tombstone: key.Tombstone("city_vk", "a"), Mark: key.Mark()}
	if err := o.Forget([]schema.Tombstone{grave}); err != nil {
		t.Fatal(err)
	}
	child := comment("b", "two")
	child.Parent = "a"
	batch := o.Observe(look(1, comment("a", "one"), child), NewMemory())
	if got := changes(batch); !slices.Equal(got, []string{"b first"}) || batch.Sightings[0].ParentID != "" {
		t.Errorf("changes = %v with parent %q, want b without parent", got, batch.Sightings[0].ParentID)
	}
	grave.Tombstone = key.Tombstone("city_vk", "post")
	if err := o.Forget([]schema.Tombstone{grave}); err != nil {
		t.Fatal(err)
	}
	if batch := o.Observe(look(1, comment("a", "one")), NewMemory()); len(batch.Visits)+len(batch.Threads)+len(batch.Sightings) > 0 {
		t.Errorf("a forgotten thread gave %+v", batch)
	}
	if err := NewObserver(testKey(2), testIndex(t)).Forget([]schema.Tombstone{grave}); err == nil {
		t.Error("tombstones of another key were taken in")
	}
}

func TestReadAtOnceStoresNoTextOfCitizens(t *testing.T) {
	answer := comment("b", "Завтра починят.")
	answer.Author, answer.Role = parsers.Author{ID: "-9"}, parsers.RoleOfficial
	o := NewObserver(testKey(1), testIndex(t))
	o.ReadAtOnce(language.Default())
	batch := o.Observe(look(1, comment("a", "Когда починят дорогу?"), answer), NewMemory())
	if len(batch.Readings) != 1 || batch.Readings[0].ItemID != "a" || batch.Readings[0].Class != string(language.Default().Citizen("Когда починят дорогу?").Class) {
		t.Errorf("readings = %+v, want one of a", batch.Readings)
	}
	if batch.Sightings[0].Text != "" || batch.Sightings[1].Text == "" {
		t.Errorf("texts = %q and %q, want the official's alone", batch.Sightings[0].Text, batch.Sightings[1].Text)
	}
}

// Who signed the same petition stays together when some of the texts are gone.
func TestExpireKeepsClassesAndClusters(t *testing.T) {
	o, memory := NewObserver(testKey(1), testIndex(t)), NewMemory()
	const petition = "Просим отремонтировать дорогу на улице Достык возле школы, когда это сделают?"
	first := o.Observe(look(1, comment("a", petition), comment("x", "Почему нет света?")), memory)
	second := o.Observe(look(9, comment("a", petition), comment("x", "Почему нет света?"), comment("b", petition+"!")), memory)
	sightings := slices.Concat(first.Sightings, second.Sightings)
	slices.SortFunc(sightings, func(a, b schema.Sighting) int { return int(a.ItemID[0]) - int(b.ItemID[0]) })
	visits := []schema.VisitMark{{SourceID: "city_vk", ThreadID: "post", SeenAt: at(9), Complete: true}}
	d := NewDeriver(nil, testIndex(t).Country(), language.Default(), nil, func(*registry.Source) bool { return true })
	_, before, err := d.Derive(all(sightings), all(visits))
	if err != nil {
		t.Fatal(err)
	}
	readings, err := d.Expire(all(sightings), all(visits), at(5), at(10))
	if err != nil {
		t.Fatal(err)
	}
	pruned := map[string]bool{}
	for _, r := range readings {
		pruned[r.ItemID] = r.Pruned
	}
	if len(pruned) != 3 || !pruned["a"] || !pruned["x"] || pruned["b"] {
		t.Errorf("pruned = %v, want a and x, and b for its cluster alone", pruned)
	}
	for i := range sightings {
		if pruned[sightings[i].ItemID] {
			sightings[i].Text = ""
		}
	}
	if err := d.Recall(all(readings)); err != nil {
		t.Fatal(err)
	}
	_, after, err := d.Derive(all(sightings), all(visits))
	if err != nil {
		t.Fatal(err)
	}
	for i := range before {
		b, a := before[i], after[i]
		if a.Class != b.Class || a.Language != b.Language || a.Cluster != b.Cluster {
			t.Errorf("%s: %s %s %s without the text, want %s %s %s", a.NeedID, a.Class, a.Language, a.Cluster, b.Class, b.Language, b.Cluster)
		}
	}
	if again, err := d.Expire(all(sightings), all(visits), at(5), at(11)); err != nil || slices.ContainsFunc(again, func(r schema.Reading) bool { return r.Pruned }) {
		t.Errorf("Expire again = %+v, %v, want nothing more to prune", again, err)
	}
}

func all[T any](rows []T) func(func(T, error) bool) {
	return func(yield func(T, error) bool) {
		for _, row := range rows {
			if !yield(row, nil) {
				return
			}
		}
	}
}
