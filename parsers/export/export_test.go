package export_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"qulaq/parsers/export"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite the goldens")

var captured = time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC)

func options() export.Options {
	return export.Options{Source: "city-vk", Start: "invented", Captured: captured}
}

func mappings(t testing.TB) []*export.Mapping {
	t.Helper()
	all, err := export.Mappings()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// read gives the items of a file, and what was said of the records that are none.
func read(t testing.TB, text string, m *export.Mapping, o export.Options) (entries []export.Entry, broken []string) {
	t.Helper()
	r := strings.NewReader(text)
	f, err := export.Open(r, r.Size(), m, o)
	if err != nil {
		t.Fatal(err)
	}
	for entry, err := range f.Entries() {
		if err != nil {
			broken = append(broken, err.Error())
			continue
		}
		again, err := f.Read(entry.Place)
		if diff := cmp.Diff(entry, again); err != nil || diff != "" {
			t.Errorf("Read(%s) is not what Entries gave (error %v):\n%s", entry.Place, err, diff)
		}
		entries = append(entries, entry)
	}
	return entries, broken
}

// Each mapping has a file in the shape that its tool writes, is recognised in it,
// and in no other's.
func TestMappings(t *testing.T) {
	all := mappings(t)
	for _, m := range all {
		t.Run(m.Name, func(t *testing.T) {
			files, err := filepath.Glob("testdata/" + m.Name + ".[a-z]*")
			if err != nil || len(files) == 0 {
				t.Fatalf("no file of %s in testdata (error %v)", m.Name, err)
			}
			for _, file := range files {
				if filepath.Ext(file) == ".golden" {
					continue
				}
				text, err := os.ReadFile(file)
				if err != nil {
					t.Fatal(err)
				}
				found, err := export.Recognise(bytes.NewReader(text), int64(len(text)), all)
				if err != nil || found.Name != m.Name {
					t.Fatalf("Recognise(%s) = %v, %v, want %s", file, found, err, m.Name)
				}
				o := options()
				o.Thread = "inventedVid" // a file of YouTube Data Tools is of one video, and does not name it
				entries, broken := read(t, string(text), m, o)
				if len(broken) > 0 {
					t.Errorf("%s has records that cannot be read: %q", file, broken)
				}
				golden(t, "testdata/"+m.Name+".golden", entries)
			}
		})
	}
}

func golden(t *testing.T, file string, entries []export.Entry) {
	t.Helper()
	var got bytes.Buffer
	e := json.NewEncoder(&got)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	for _, entry := range entries {
		if err := e.Encode(entry); err != nil {
			t.Fatal(err)
		}
	}
	if *update {
		if err := os.WriteFile(file, got.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got.String()); diff != "" {
		t.Errorf("%s (-want +got):\n%s", file, diff)
	}
}

func TestRecogniseNothing(t *testing.T) {
	for name, test := range map[string]struct{ text, want string }{
		"table":    {"a;b\n1;2\n", "it has the columns a, b"},
		"lines":    {`{"x": 1, "y": 2}` + "\n", "it is ndjson, and its first object has x, y"},
		"document": {`{"about": "chats", "list": []}`, "it is ndjson, and its first object has about, list"},
		"pretty":   {"{\n \"about\": \"chats\",\n \"list\": []\n}", "it is a JSON document with about, list"},
		"gzip":     {"\x1f\x8b\x08\x00", "it is compressed: decompress it first"},
		"prose":    {"no table at all", "neither a table with a header nor JSON"},
		"empty":    {"", "neither a table with a header nor JSON"},
	} {
		t.Run(name, func(t *testing.T) {
			m, err := export.Recognise(strings.NewReader(test.text), int64(len(test.text)), mappings(t))
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("Recognise(%q) = %v, %v, want an error with %q", test.text, m, err, test.want)
			}
		})
	}
}

func TestInvalidMappings(t *testing.T) {
	const good = "version: 1\ntitle: T\nformat: [csv]\nhas: [a, b]\nid: '{a}'\nthread: '{b}'\ntext: '{b}'\n"
	if _, err := export.ParseMapping("good.yaml", []byte(good)); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct{ yaml, want string }{
		"unknown key":     {good + "colour: '{a}'\n", `unknown field "colour"`},
		"duplicate key":   {good + "id: '{b}'\n", "duplicate"},
		"nothing":         {"{}", "these are missing: version, title, format, has, id, text"},
		"format":          {strings.Replace(good, "csv", "xlsx", 1), `format "xlsx"`},
		"template":        {strings.Replace(good, "'{a}'", "'{a'", 1), "{ without a field and }"},
		"no zone":         {good + "published: {value: '{a}', shape: iso}\n", "published: zone is missing"},
		"no such zone":    {good + "published: {value: '{a}', shape: iso, zone: Asia/Nowhere}\n", "Asia/Nowhere"},
		"no shape":        {good + "captured: {value: '{a}', zone: UTC}\n", "captured: shape is missing"},
		"no such shape":   {good + "published: {value: '{a}', shape: american, zone: UTC}\n", `no shape "american"`},
		"items of a list": {good + "items: messages\n", "only a json document"},
		"tree":            {good + "tree: {node: '{a}'}\n", "tree.up"},
	} {
		t.Run(name, func(t *testing.T) {
			if m, err := export.ParseMapping(name, []byte(test.yaml)); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("ParseMapping(%q) = %v, %v, want an error with %q", test.yaml, m, err, test.want)
			}
		})
	}
}

func TestRecordErrorSaysWhere(t *testing.T) {
	m, err := export.ParseMapping("m", []byte("version: 1\ntitle: T\nformat: [csv]\nhas: [a, b]\nid: '{a}'\nthread: '{b}'\ntext: '{b}'\n"))
	if err != nil {
		t.Fatal(err)
	}
	text := "a,b\n1,\"two\nlines\"\n,x\n"
	f, err := export.Open(strings.NewReader(text), int64(len(text)), m, options())
	if err != nil {
		t.Fatal(err)
	}
	for _, err := range f.Entries() {
		if err == nil {
			continue
		}
		var broken *export.RecordError
		if !errors.As(err, &broken) || broken.Place != (export.Place{Offset: 18, Length: 3, Line: 4}) {
			t.Errorf("error %v, want one of line 4", err)
		}
		return
	}
	t.Error("no error for a record without an id")
}

// The table of docs/import.md is made of the mappings.
func TestDocumentation(t *testing.T) {
	const file, begin, end = "../../docs/import.md", "<!-- mappings -->\n", "<!-- end of mappings -->"
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(text), begin)
	_, after, closed := strings.Cut(rest, end)
	if !ok || !closed {
		t.Fatalf("%s has no place for the mappings", file)
	}
	var table strings.Builder
	table.WriteString("| mapping | files of | format | to know |\n|---|---|---|---|\n")
	for _, m := range mappings(t) {
		var formats []string
		for _, f := range m.Format {
			formats = append(formats, string(f))
		}
		fmt.Fprintf(&table, "| `%s` | %s | %s | %s |\n", m.Name, m.Title, strings.Join(formats, ", "), strings.TrimSpace(m.Note))
	}
	want := before + begin + table.String() + end + after
	if *update {
		if err := os.WriteFile(file, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(want, string(text)); diff != "" {
		t.Errorf("%s is not what the mappings say; run with -update (-want +got):\n%s", file, diff)
	}
}
