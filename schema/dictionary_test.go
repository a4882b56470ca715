package schema

import (
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite docs/data-dictionary.md")

const dictionaryFile = "../docs/data-dictionary.md"

func TestDictionaryIsCurrent(t *testing.T) {
	got, err := Dictionary(t.Context(), open(t))
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(dictionaryFile, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(dictionaryFile)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("docs/data-dictionary.md differs from the schema; go test ./schema -run Dictionary -update (-file +schema):\n%s", diff)
	}
}

func TestEverythingIsDescribed(t *testing.T) {
	s := open(t)
	if got := ask(t, s, "SELECT groupArray(name) FROM system.tables WHERE database = currentDatabase() AND comment = ''"); got != "[]" {
		t.Errorf("tables without a comment: %s", got)
	}
	// A view that shows a table's columns as they are takes their comments.
	got := ask(t, s, `SELECT groupArray(c.table || '.' || c.name) FROM system.columns AS c
		WHERE database = currentDatabase() AND comment = ''
			AND (splitByChar('_', table)[1], name) NOT IN (SELECT table, name FROM system.columns WHERE database = currentDatabase() AND comment != '')`)
	if got != "[]" {
		t.Errorf("columns without a comment: %s", got)
	}
}

// The row types are the tables: each column has its field and the other way round.
func TestRowTypesAreTheTables(t *testing.T) {
	s := open(t)
	for table, columns := range map[string]string{
		"threads": columnsOf[Thread](""), "visits": columnsOf[Visit](""), "sightings": columnsOf[Sighting](""), "items": columnsOf[Item](""),
		"exchanges": columnsOf[Exchange](""), "readings": columnsOf[Reading](""), "bodies": columnsOf[Body]("") + ", version, is_deleted", "sources": columnsOf[Source]("") + ", version, is_deleted",
	} {
		got := ask(t, s, "SELECT arrayStringConcat(groupArray(name), ', ') FROM (SELECT name FROM system.columns WHERE database = currentDatabase() AND table = '"+table+"' ORDER BY position)")
		if got != columns {
			t.Errorf("table %s has the columns %s, its row type %s", table, got, columns)
		}
	}
}

// A view's declared types are what its query yields: ClickHouse does not see to it.
func TestViewTypes(t *testing.T) {
	s := open(t)
	for _, view := range []string{"replies", "latencies", "coverage", "fill_rates", "sightings_committed", "items_now", "exchanges_now"} {
		declared := ask(t, s, "SELECT name, type FROM system.columns WHERE database = currentDatabase() AND table = '"+view+"' ORDER BY position")
		got, err := askOptions(t.Context(), s, "SELECT * FROM "+view+" LIMIT 0", QueryOptions{Format: "TSVRawWithNamesAndTypes"})
		if err != nil {
			t.Fatal(err)
		}
		names, types, _ := strings.Cut(got, "\n")
		columns := strings.Split(names, "\t")
		for i, kind := range strings.Split(types, "\t") {
			columns[i] += "\t" + kind
		}
		if diff := cmp.Diff(strings.Split(declared, "\n"), columns); diff != "" {
			t.Errorf("columns of view %s (-declared +yielded):\n%s", view, diff)
		}
	}
}
