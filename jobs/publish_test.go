package jobs

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"index/suffixarray"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"qulaq/registry"
	"qulaq/report/edition"
	"qulaq/simulate"

	"github.com/google/go-cmp/cmp"
)

// contents are the files of a folder by path.
func contents(t testing.TB, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := fs.WalkDir(os.DirFS(dir), ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := os.ReadFile(filepath.Join(dir, path))
		files[path] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// An edition that is built on another day, in another folder, from another store of
// the same data that has gone on meanwhile, is the same bytes.
func TestEditionIsReproducible(t *testing.T) {
	work := t.TempDir()
	first, second, backup := filepath.Join(work, "first"), filepath.Join(work, "elsewhere", "second"), filepath.Join(work, "backup")
	if err := os.MkdirAll(filepath.Dir(second), 0o755); err != nil {
		t.Fatal(err)
	}
	var country *registry.Country
	var asOf time.Time
	t.Run("first", func(t *testing.T) {
		r := rehearse(t, simulate.Config{Seed: 3, Bodies: 12, Days: 8, Load: 0.4})
		country = r.env.Index.Country()
		r.env.Program = "qulaq/test"
		asOf = r.republic.Start().Add(7*aDay + 7*time.Hour)
		done, err := Publish(t.Context(), r.env, PublishOptions{Edition: "2026-Q3", AsOf: asOf, Dir: first})
		if err != nil {
			t.Fatal(err)
		}
		if done.Needs < 50 || done.Files < 100 {
			t.Errorf("published %+v, want many needs and files", done)
		}
		t.Run("nothing leads to a citizen", func(t *testing.T) { r.testEditionOfCitizens(t, first) })
		t.Run("and later differs", func(t *testing.T) { r.testNextEdition(t, first, filepath.Join(work, "next")) })
		if _, err := Backup(t.Context(), r.env, backup); err != nil {
			t.Fatal(err)
		}
	})
	if t.Failed() {
		return
	}
	t.Run("second", func(t *testing.T) {
		e := openEnv(t, t.TempDir(), country, nil)
		if _, err := Restore(t.Context(), e, backup, RestoreOptions{Replace: true, AnyKey: true}); err != nil {
			t.Fatal(err)
		}
		e.Program = "qulaq/test"
		e.Now = func() time.Time { return time.Now().Add(400 * aDay) }
		if _, err := Publish(t.Context(), e, PublishOptions{Edition: "2026-Q3", AsOf: asOf, Dir: second}); err != nil {
			t.Fatal(err)
		}
		if rows, err := e.Store.Checksums(t.Context()); err != nil || rows["visits"] == "" {
			t.Errorf("the store after Publish: %v, %v", rows, err)
		}
	})
	a, b := contents(t, first), contents(t, second)
	if len(a) != len(b) {
		t.Errorf("%d and %d files", len(a), len(b))
	}
	for path, text := range a {
		if b[path] != text {
			t.Errorf("%s differs", path)
		}
	}
	testSealed(t, second)
	testDescribed(t, a)
}

// What citizens wrote, the pseudonyms and the names of their posts are nowhere in an
// edition.
func (r *rehearsal) testEditionOfCitizens(t *testing.T, dir string) {
	var all strings.Builder
	for _, text := range contents(t, dir) {
		all.WriteString(text)
	}
	index := suffixarray.New([]byte(all.String()))
	planted := 0
	for _, line := range strings.Split(r.dump(t, "SELECT text, item_id, author FROM sightings WHERE role != 'official'"), "\n") {
		var row struct {
			Text, Author string
			Item         string `json:"item_id"`
		}
		if line == "" {
			continue
		}
		if err := json.Unmarshal([]byte(line), &row); err != nil {
			t.Fatal(err)
		}
		for _, word := range []string{row.Text, row.Author, row.Item} {
			if len(word) < 8 {
				continue // a number that may stand for anything
			}
			planted++
			if index.Lookup([]byte(word), 1) != nil {
				t.Errorf("the edition has %q, which leads to a citizen", word)
			}
		}
	}
	if planted < 200 {
		t.Errorf("%d things were looked for: too few", planted)
	}
}

// testNextEdition compares an edition of a later moment with the one before.
func (r *rehearsal) testNextEdition(t *testing.T, previous, dir string) {
	o := PublishOptions{Edition: "2026-Q4", AsOf: r.republic.Now(), Dir: dir, Previous: previous}
	done, err := Publish(t.Context(), r.env, o)
	if err != nil {
		t.Fatal(err)
	}
	files := contents(t, dir)
	rows, err := csv.NewReader(strings.NewReader(files["data/changes.csv"])).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	sorts := map[string]int{}
	for _, row := range rows[1:] {
		sorts[row[2]]++
		if row[2] == "changed" && row[4] == row[5] {
			t.Errorf("changed from and to the same: %v", row)
		}
	}
	if done.Changes != len(rows)-1 || sorts["changed"] == 0 || sorts["added"] == 0 || !strings.Contains(files["CHANGES.md"], "From edition 2026-Q3 to 2026-Q4") {
		t.Errorf("%d changes, of the sorts %v, want some changed and added:\n%.500s", done.Changes, sorts, files["CHANGES.md"])
	}
	for name, o := range map[string]PublishOptions{
		"is there already":        o,
		"has passed":              {Edition: "2026-Q4", AsOf: r.republic.Now().Add(aDay), Dir: dir + "2"},
		"cannot name an edition":  {Edition: "../Q4", AsOf: r.republic.Start().Add(aDay), Dir: dir + "2"},
		"no edition, or one that": {Edition: "Q4", AsOf: r.republic.Start().Add(aDay), Dir: dir + "2", Previous: t.TempDir()},
	} {
		if _, err := Publish(t.Context(), r.env, o); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("Publish(%+v) = %v, want %q", o, err, name)
		}
	}
	if _, err := os.Stat(dir + "2.partial"); err == nil {
		t.Error("an edition that failed was left behind")
	}
}

// testSealed holds an edition against its manifest, whole and tampered with.
func testSealed(t *testing.T, dir string) {
	if _, _, err := VerifyEdition(dir); err != nil {
		t.Errorf("VerifyEdition = %v, want nil", err)
	}
	file := filepath.Join(dir, "data", "rates.csv")
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for want, tamper := range map[string]func() error{
		"data/rates.csv was changed":       func() error { return os.WriteFile(file, bytes.Replace(text, []byte("any"), []byte("few"), 1), 0o644) },
		"data/rates.csv is missing":        func() error { return os.Remove(file) },
		"data/more.csv is not in the mani": func() error { return os.WriteFile(filepath.Join(dir, "data", "more.csv"), nil, 0o644) },
	} {
		if err := tamper(); err != nil {
			t.Fatal(err)
		}
		if _, _, err := VerifyEdition(dir); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("VerifyEdition = %v, want %q", err, want)
		}
		_ = os.Remove(filepath.Join(dir, "data", "more.csv"))
		if err := os.WriteFile(file, text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// testDescribed holds the tables of an edition against their description: columns,
// keys, and that nothing small is told.
func testDescribed(t *testing.T, files map[string]string) {
	var described struct {
		Resources []struct {
			Name, Path string
			Schema     struct {
				Fields     []struct{ Name, Type, Description string }
				PrimaryKey []string
			}
		}
	}
	if err := json.Unmarshal([]byte(files["datapackage.json"]), &described); err != nil {
		t.Fatal(err)
	}
	if len(described.Resources) != 8 {
		t.Errorf("%d tables are described, want 8", len(described.Resources))
	}
	for _, r := range described.Resources {
		rows, err := csv.NewReader(strings.NewReader(files[r.Path])).ReadAll()
		if err != nil || len(rows) < 1 {
			t.Fatalf("%s: %d rows, error %v", r.Path, len(rows), err)
		}
		var names []string
		for _, f := range r.Schema.Fields {
			names = append(names, f.Name)
			if f.Description == "" || f.Type == "" {
				t.Errorf("%s.%s is not described", r.Name, f.Name)
			}
		}
		if diff := cmp.Diff(names, rows[0]); diff != "" {
			t.Errorf("columns of %s (-described +there):\n%s", r.Name, diff)
		}
		if r.Schema.PrimaryKey != nil {
			if _, err := edition.Compare(edition.Table{Name: r.Name, Key: r.Schema.PrimaryKey}, strings.NewReader(files[r.Path]), strings.NewReader(files[r.Path])); err != nil {
				t.Errorf("key of %s: %v", r.Name, err)
			}
		}
		if !strings.HasPrefix(files["data/"+r.Name+".parquet"], "PAR1") {
			t.Errorf("data/%s.parquet is not there, or no Parquet", r.Name)
		}
	}
	rates, err := csv.NewReader(strings.NewReader(files["data/rates.csv"])).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	small, told := 0, 0
	for _, row := range rates[1:] {
		switch row[11] {
		case "true":
			small++
			if strings.Join(row[5:11], "") != "" {
				t.Errorf("a small cell is told: %v", row)
			}
		default:
			told++
			if len(row[8]) == 1 && row[8] < "5" {
				t.Errorf("a number of few needs is told: %v", row)
			}
		}
	}
	if small == 0 || told == 0 {
		t.Errorf("%d small cells and %d told ones, want some of both", small, told)
	}
}
