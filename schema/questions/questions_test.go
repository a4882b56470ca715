package questions

import (
	"errors"
	"strings"
	"testing"
)

func TestAll(t *testing.T) {
	all, err := All()
	if err != nil {
		t.Fatal(err)
	}
	if len(all) < 40 {
		t.Errorf("there are %d questions, want at least 40", len(all))
	}
	names, titles := map[string]bool{}, map[string]bool{}
	for _, q := range all {
		if names[q.Name] || titles[q.Title] {
			t.Errorf("%s (%s) is there twice", q.Name, q.Title)
		}
		names[q.Name], titles[q.Title] = true, true
		// A number that counts answers counts confirmed ones, or says that it does not.
		judges := strings.Contains(q.SQL, "answered") || strings.Contains(q.SQL, "FROM replies")
		if judges && !strings.Contains(q.SQL, "watched") && !strings.Contains(q.SQL, "kaplan_meier") && q.Name != "links" {
			t.Errorf("%s counts replies that no complete visit has confirmed", q.Name)
		}
		if strings.Contains(q.SQL, "LIMIT") && !strings.Contains(q.SQL, "ORDER BY") {
			t.Errorf("%s has a LIMIT without an ORDER BY: its answer is up to chance", q.Name)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	const good = "-- Who?\n--\n-- Those.\nSELECT 1"
	if q, err := parse("101-who.sql", good); err != nil || q.Name != "who" || q.SQL != "SELECT 1" || q.Tells != "Those." {
		t.Fatalf("parse = %+v, %v", q, err)
	}
	for _, tt := range []struct{ name, file, text string }{
		{"no chapter", "901-who.sql", good},
		{"no name", "101.sql", good},
		{"no question", "101-who.sql", "-- Who.\n--\n-- Those.\nSELECT 1"},
		{"no title", "101-who.sql", "SELECT 1"},
		{"nothing told", "101-who.sql", "-- Who?\nSELECT 1"},
		{"no query", "101-who.sql", "-- Who?\n--\n-- Those.\n"},
		{"end mark", "101-who.sql", good + ";\n"},
	} {
		if q, err := parse(tt.file, tt.text); err == nil {
			t.Errorf("%s: parse(%s, %q) = %+v, want an error", tt.name, tt.file, tt.text, q)
		}
	}
}

func TestPageTellsWhichQuestionFails(t *testing.T) {
	broken := errors.New("broken")
	if _, err := Page(func(string) (string, error) { return "", broken }); !errors.Is(err, broken) || !strings.Contains(err.Error(), "rates") {
		t.Errorf("Page = %v, want the error with the name of the first question", err)
	}
}
