package edition

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"qulaq/schema"

	"github.com/google/go-cmp/cmp"
)

var rates = Table{Name: "rates", Title: "Shares | and medians", Key: []string{"body", "kind"}, Fields: []schema.Field{
	{Name: "body", Type: "String", Meaning: "Body"},
	{Name: "kind", Type: "String", Meaning: "Kind"},
	{Name: "value", Type: "Nullable(Float64)", Meaning: "Share"},
	{Name: "asked", Type: "Date", Meaning: "Day"},
}}

func TestCompare(t *testing.T) {
	const was = "body,kind,value,gone\na,any,0.5,x\nb,any,0.25,x\nc,any,,x\n"
	const is = "body,kind,value,more\nc,any,0.75,1\na,any,0.5,1\nd,any,1,1\n"
	got, err := Compare(rates, strings.NewReader(was), strings.NewReader(is))
	if err != nil {
		t.Fatal(err)
	}
	want := []Change{
		{Table: "rates", Row: "body=b kind=any", What: "gone"},
		{Table: "rates", Row: "body=c kind=any", What: "changed", Column: "value", Old: "", New: "0.75"},
		{Table: "rates", Row: "body=d kind=any", What: "added"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Compare (-want +got):\n%s", diff)
	}
	page := string(ChangesPage(About{Edition: "Q4", Previous: "Q3"}, []Table{rates, {Name: "needs"}}, got))
	for _, want := range []string{"# From edition Q3 to Q4", "1 rows added, 1 gone, 1 cells changed", "| body=c kind=any | changed | value |  | 0.75 |", "Rows of needs have no names"} {
		if !strings.Contains(page, want) {
			t.Errorf("ChangesPage lacks %q:\n%s", want, page)
		}
	}
	if page := string(ChangesPage(About{Edition: "Q4", Previous: "Q3"}, nil, nil)); !strings.Contains(page, "Nothing has changed") {
		t.Errorf("ChangesPage of no change = %s", page)
	}
}

func TestCompareRefuses(t *testing.T) {
	const good = "body,kind,value\na,any,1\n"
	for was, want := range map[string]string{
		"":                                    "edition before: no header",
		"body,value\na,1\n":                   "it has no column kind",
		"body,kind,value\na,any,1\na,any,2\n": "two rows are body=a kind=any",
		"body,kind,value\na,any\n":            "wrong number of fields",
		"body,kind,value\na,\"any,1\n":        "extraneous or missing",
	} {
		if _, err := Compare(rates, strings.NewReader(was), strings.NewReader(good)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Compare(%q) = %v, want %q", was, err, want)
		}
	}
}

func TestDataPackage(t *testing.T) {
	text, err := DataPackage(About{Edition: "2026-Q3", Country: "XQ"}, []Table{rates})
	if err != nil {
		t.Fatal(err)
	}
	var got struct {
		Name      string
		Resources []struct {
			Path   string
			Schema struct {
				PrimaryKey []string
				Fields     []struct {
					Name, Type  string
					Constraints *struct{ Required bool }
				}
			}
		}
	}
	if err := json.Unmarshal(text, &got); err != nil {
		t.Fatal(err)
	}
	r := got.Resources[0]
	var types []string
	for _, f := range r.Schema.Fields {
		kind := f.Type
		if f.Constraints != nil && f.Constraints.Required {
			kind += "!"
		}
		types = append(types, kind)
	}
	if diff := cmp.Diff([]string{"string", "string", "number", "date!"}, types); diff != "" {
		t.Errorf("types of fields (-want +got):\n%s", diff)
	}
	if got.Name != "qulaq-xq-2026-q3" || r.Path != "data/rates.csv" || len(r.Schema.PrimaryKey) != 2 {
		t.Errorf("DataPackage = %s", text)
	}
}

func TestDictionaryEscapes(t *testing.T) {
	page := string(Dictionary(About{Edition: "Q3", SmallCell: 5}, []Table{rates}))
	if !strings.Contains(page, "| value | Nullable(Float64) | Share |") || !strings.Contains(page, "fewer than 5 needs") {
		t.Errorf("Dictionary = %s", page)
	}
}

func TestManifestRoundTrip(t *testing.T) {
	about := About{Edition: "Q3", AsOf: time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC), Evidence: map[string]string{"visits": "x"}}
	want := NewManifest(about, []FileSum{{Path: "b", Bytes: 2, SHA256: "bb"}, {Path: "a", Bytes: 1, SHA256: "aa"}})
	if want.Files[0].Path != "a" {
		t.Errorf("files of the manifest are not sorted: %v", want.Files)
	}
	text, err := want.Encode()
	if err != nil {
		t.Fatal(err)
	}
	got, err := ReadManifest(text)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("ReadManifest(Encode) (-want +got):\n%s", diff)
	}
	if _, err := ReadManifest([]byte(`{"format": 9}`)); err == nil || !strings.Contains(err.Error(), "format 9") {
		t.Errorf("ReadManifest of format 9 = %v", err)
	}
}

// FuzzCompare holds a table against itself: whatever can be read does not differ.
func FuzzCompare(f *testing.F) {
	f.Add("body,kind,value\na,any,1\nb,\"a\nb\",\n")
	f.Fuzz(func(t *testing.T, text string) {
		changes, err := Compare(rates, strings.NewReader(text), strings.NewReader(text))
		if err == nil && len(changes) > 0 {
			t.Errorf("Compare(%q, itself) = %v, want nothing", text, changes)
		}
	})
}
