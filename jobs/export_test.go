package jobs

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"qulaq/registry"
	"qulaq/schema"
	"qulaq/simulate"

	"github.com/google/go-cmp/cmp"
)

// What was exported and is imported elsewhere, with another key, is what it was:
// every item with all that was read of it, every need, and the replies tied to it by
// what items themselves tell.
func TestExportRoundTrip(t *testing.T) {
	tables := map[string]string{
		"items":     "SELECT source_id, thread_id, item_id, body_id, parent_id, kind, role, published_lo, published_hi, precision, text, language, class, need, template, outcome FROM items_now WHERE item_id NOT IN (%s) ORDER BY ALL",
		"authors":   "SELECT groupUniqArray(source_id || thread_id || item_id) AS written FROM (SELECT * FROM items_now WHERE author != '' AND item_id NOT IN (%s) ORDER BY ALL) GROUP BY author ORDER BY arraySort(written)",
		"exchanges": "SELECT source_id, thread_id, need_id, body_id, asked_lo, asked_hi, class, language, arraySort(arrayFilter((id, m) -> m != 'adjacent' AND id NOT IN (%[1]s), reply_id, reply_method)) AS replies FROM exchanges_now WHERE need_id NOT IN (%[1]s) ORDER BY ALL",
	}
	var file bytes.Buffer
	var country *registry.Country
	want := map[string]string{}
	vanished := "''" // ids of what vanishes again only with the next look
	t.Run("export", func(t *testing.T) {
		r := rehearse(t, simulate.Config{Seed: 5, Bodies: 12, Days: 6, Load: 0.3})
		country = r.env.Index.Country()
		for id := range strings.FieldsSeq(r.scan(t, "SELECT item_id FROM items_now WHERE vanished")) {
			vanished += ", '" + id + "'"
		}
		for name, sql := range tables {
			want[name] = r.dump(t, fmt.Sprintf(sql, vanished))
		}
		if err := Export(t.Context(), r.env, &file, "items", schema.NDJSON, time.Time{}, true); err != nil {
			t.Fatal(err)
		}
	})
	r := &rehearsal{env: openEnv(t, t.TempDir(), country, nil)}
	for source := range r.env.Index.Sources() {
		trouble := func(err error) { t.Error(err) }
		if _, err := Import(t.Context(), r.env, ImportOptions{Source: source.ID, Complete: true, Trouble: trouble}, ImportFile{Name: "items.ndjson", ReaderAt: bytes.NewReader(file.Bytes()), Size: int64(file.Len())}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := Relink(t.Context(), r.env); err != nil {
		t.Fatal(err)
	}
	for name, sql := range tables {
		got := r.dump(t, fmt.Sprintf(sql, vanished))
		if diff := cmp.Diff(strings.Split(want[name], "\n"), strings.Split(got, "\n")); diff != "" || strings.Count(got, "\n") < 20 {
			t.Errorf("%d %s (-exported +imported):\n%.3000s", strings.Count(got, "\n"), name, diff)
		}
	}
}
