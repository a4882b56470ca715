package jobs

import (
	"bytes"
	"context"
	"index/suffixarray"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"qulaq/pipeline"
	"qulaq/registry"
	"qulaq/report"
	"qulaq/schema"
	"qulaq/simulate"
)

// rehearsal is a crawl of a small republic, made once for all tests that only
// read what it left.
type rehearsal struct {
	env      *Env
	republic *simulate.Republic
	dir      string
	logs     bytes.Buffer
}

func rehearse(t testing.TB, config simulate.Config) *rehearsal {
	t.Helper()
	r := &rehearsal{dir: t.TempDir()}
	var err error
	if r.republic, err = simulate.New(config); err != nil {
		t.Fatal(err)
	}
	stage, err := OpenStage(r.republic, "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stage.Close() })
	r.env = openEnv(t, r.dir, stage.Country(), slog.New(slog.NewTextHandler(&r.logs, &slog.HandlerOptions{Level: slog.LevelDebug})))
	if _, err := Rehearse(t.Context(), r.env, stage, 12*time.Hour, 10*aDay); err != nil {
		t.Fatal(err)
	}
	if _, err := Relink(t.Context(), r.env); err != nil {
		t.Fatal(err)
	}
	return r
}

// openEnv opens an embedded store in dir with the registry of a country.
func openEnv(t testing.TB, dir string, country *registry.Country, log *slog.Logger) *Env {
	t.Helper()
	saved := filepath.Join(dir, "registry")
	if err := registry.Save(saved, country); err != nil {
		t.Fatal(err)
	}
	country, err := registry.Open(nil, saved, RegistryRules())
	if err != nil {
		t.Fatal(err)
	}
	index, err := registry.NewIndex(country)
	if err != nil {
		t.Fatal(err)
	}
	key, err := pipeline.OpenKey(filepath.Join(dir, "key"))
	if err != nil {
		t.Fatal(err)
	}
	e := &Env{Store: openStore(t, filepath.Join(dir, "clickhouse")), Index: index, Key: key, Now: time.Now, Log: log}
	if err := PutRegistry(t.Context(), e); err != nil {
		t.Fatal(err)
	}
	return e
}

// openStore opens an embedded store in a folder, with its tables made, until the test
// is over.
func openStore(t testing.TB, folder string) *schema.Store {
	t.Helper()
	store, err := schema.Open(t.Context(), "embedded:"+folder)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := store.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	return store
}

// dump is the content of a table, as text.
func (r *rehearsal) dump(t testing.TB, sql string) string {
	t.Helper()
	rows, err := r.env.Store.Query(context.Background(), sql, schema.QueryOptions{Format: "JSONEachRow", ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	text, err := io.ReadAll(rows)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestRehearsal(t *testing.T) {
	r := rehearse(t, simulate.Config{Seed: 7, Bodies: 12, Days: 8, Load: 0.4})
	t.Run("every need is seen, and every reply tied to it", r.testTruth)
	t.Run("what was measured equals the truth, item by item", r.testItemByItem)
	t.Run("no identity is stored, logged or told", r.testIdentities)
	t.Run("relinking changes nothing", r.testRelink)
	t.Run("as of an earlier moment", r.testAsOf)
	t.Run("rankings tell each body", r.testReports)
	t.Run("a permanent link shows what was seen", r.testDashboard)
	t.Run("no field is missed where no page has changed", r.testFill)
}

func (r *rehearsal) testFill(t *testing.T) {
	alarms, err := FillAlarms(t.Context(), r.env.Store)
	if err != nil {
		t.Fatal(err)
	}
	if len(alarms) > 0 {
		t.Errorf("FillAlarms of an unchanged republic = %+v, want none", alarms)
	}
	if got := r.scan(t, "SELECT count() > 20, min(rate) FROM fill_rates WHERE field IN ('id', 'time')"); got != "1\t1\n" {
		t.Errorf("rates of ids and times, and the least of them: %q, want many that are 1", got)
	}
}

func (r *rehearsal) testTruth(t *testing.T) {
	seen, tied, needs := map[string]bool{}, map[string]string{}, 0
	for _, group := range r.env.groups(nil) {
		items, exchanges, err := Derive(t.Context(), r.env, group, time.Time{})
		if err != nil {
			t.Fatal(err)
		}
		for _, item := range items {
			seen[item.SourceID+" "+item.ItemID] = true
		}
		for _, e := range exchanges {
			seen["need "+e.SourceID+" "+e.NeedID] = true
			for i, reply := range e.ReplyID {
				if e.ReplyMethod[i] != string(pipeline.ByAdjacent) {
					tied[e.SourceID+" "+reply] = e.NeedID
				}
			}
		}
	}
	end := r.republic.Now()
	missed, loose := 0, 0
	for _, need := range r.republic.Truth() {
		if need.Hidden || !need.Deleted.IsZero() {
			continue // the latter may have come and gone between two visits
		}
		needs++
		if !seen[need.Source+" "+need.Item] {
			missed++
			continue
		}
		for _, reply := range need.Replies {
			if !seen["need "+need.Source+" "+need.Item] || !reply.Deleted.IsZero() || reply.At.After(end.Add(-5*aDay)) || reply.Link == "" {
				continue
			}
			if got := tied[need.Source+" "+reply.Item]; got != need.Item {
				loose++
				t.Logf("reply %s (%s) is tied to %q, want %s", reply.Item, reply.Link, got, need.Item)
			}
		}
	}
	if needs < 200 || missed > needs/50 || loose > needs/50 {
		t.Errorf("of %d needs %d were never seen, and %d replies are not tied to theirs; want at most 2 %% of each", needs, missed, loose)
	}
}

func (r *rehearsal) testIdentities(t *testing.T) {
	var files strings.Builder
	err := filepath.WalkDir(r.dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return nil //nolint:nilerr // the engine removes files under our feet
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return nil //nolint:nilerr // the same
		}
		files.Write(content)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	r.hold(t, files.String())
	r.testTold(t)
}

// testTold holds tables and logs against what identifies a citizen.
func (r *rehearsal) testTold(t *testing.T) {
	var told strings.Builder
	for _, table := range []string{"bodies", "sources", "threads", "visits", "sightings", "items", "exchanges"} {
		told.WriteString(r.dump(t, "SELECT * FROM "+table))
	}
	told.Write(r.logs.Bytes())
	r.hold(t, told.String())
}

// hold looks in a text for whatever identifies a citizen.
func (r *rehearsal) hold(t *testing.T, text string) {
	t.Helper()
	planted := r.republic.Planted()
	if len(planted) < 100 {
		t.Fatalf("only %d identifiers are planted", len(planted))
	}
	index := suffixarray.New([]byte(text)) // thousands of identifiers in megabytes
	for _, p := range planted {
		for _, i := range index.Lookup([]byte(p), 1) {
			t.Errorf("planted %q stands in …%s…", p, text[max(0, i-80):min(len(text), i+80)])
		}
	}
}

func (r *rehearsal) testRelink(t *testing.T) {
	const exchanges, items = "SELECT * FROM exchanges_now ORDER BY ALL", "SELECT * FROM items_now ORDER BY ALL"
	before := []string{r.dump(t, exchanges), r.dump(t, items)}
	if _, err := Relink(t.Context(), r.env); err != nil {
		t.Fatal(err)
	}
	if after := []string{r.dump(t, exchanges), r.dump(t, items)}; !slices.Equal(before, after) {
		t.Error("relinking changed the derived rows")
	}
}

func (r *rehearsal) testAsOf(t *testing.T) {
	now, err := Evidence(t.Context(), r.env, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	same, err := Evidence(t.Context(), r.env, r.republic.Now())
	if err != nil {
		t.Fatal(err)
	}
	if now.Any.Len() == 0 || now.Any.Len() != same.Any.Len() || !slices.Equal(now.Any.Lo, same.Any.Lo) || !slices.Equal(now.Substantive.Hi, same.Substantive.Hi) {
		t.Error("the latencies as of now, derived, are not those of the view")
	}
	early, err := Evidence(t.Context(), r.env, r.republic.Start().Add(4*aDay))
	if err != nil {
		t.Fatal(err)
	}
	if n := early.Any.Len(); n == 0 || n >= now.Any.Len() {
		t.Errorf("%d needs as of the fourth day, %d in all", n, now.Any.Len())
	}
	if limit := r.republic.Start().Add(4 * aDay); early.AsOf.After(limit) {
		t.Errorf("the last visit as of %v was made at %v", limit, early.AsOf)
	}
}

func (r *rehearsal) testReports(t *testing.T) {
	e, err := Evidence(t.Context(), r.env, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	table, err := report.Ranking(e, report.RankOptions{By: 2, Draws: 200})
	if err != nil {
		t.Fatal(err)
	}
	if len(table) != len(r.env.Index.Country().Bodies) {
		t.Errorf("%d bodies are ranked, want %d", len(table), len(r.env.Index.Country().Bodies))
	}
	for _, s := range table {
		for _, n := range append(s.Any.Rates, s.Substantive.Rates...) {
			if n.Basis().Needs == 0 || !n.Limits().Contains(n.Value()) || n.Basis().AsOf.IsZero() {
				t.Errorf("%s: %+v rests on nothing, or lies outside of its limits", s.BodyID, n)
			}
		}
		if s.RankLo > s.Position || s.RankHi < s.Position {
			t.Errorf("%s: position %d outside of ranks %d–%d", s.BodyID, s.Position, s.RankLo, s.RankHi)
		}
	}
	points, err := report.Series(e, report.SeriesOptions{})
	if err != nil {
		t.Fatal(err)
	}
	needs := 0
	for _, p := range points {
		needs += p.Any.Median.Basis().Needs
	}
	if needs != e.Any.Len() {
		t.Errorf("the weeks hold %d needs, want %d", needs, e.Any.Len())
	}
}
