package config

import (
	"encoding/json"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	_ "time/tzdata" // the same zones on every machine

	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"
	"github.com/google/jsonschema-go/jsonschema"
)

var update = flag.Bool("update", false, "rewrite docs/configuration.md and docs/qulaq.schema.json")

// The documents that are made of the types are as the types are.
func TestDocuments(t *testing.T) {
	schema, err := Schema()
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"configuration.md": Reference(), "qulaq.schema.json": string(schema)} {
		file := filepath.Join("..", "..", "docs", name)
		if *update {
			if err := os.WriteFile(file, []byte(want), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		got, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, string(got)); diff != "" {
			t.Errorf("docs/%s differs from the types; go test ./jobs/config -run Documents -update (-want +file):\n%s", name, diff)
		}
	}
}

func TestEverySettingIsExplained(t *testing.T) {
	for _, s := range Default().Settings() {
		if s.Meaning == "" || !strings.HasSuffix(s.Meaning, ".") {
			t.Errorf("%s: meaning %q, want a sentence", s.Path, s.Meaning)
		}
	}
}

func TestParse(t *testing.T) {
	got, err := Parse("qulaq.yaml", []byte(`
# a comment
data: /var/lib/qulaq
contact: https://example.org/crawler
zone: Europe/Berlin
admin: none
crawl: {budget: 500, since: 30d}
texts: {keep: 36h}
backup: {dir: /backups}
jobs:
  crawl: {cron: "*/20 * * * *", timeout: 19m}
  backup: {cron: "45 1 * * *"}
`))
	if err != nil {
		t.Fatal(err)
	}
	want := Default()
	want.Data, want.Contact, want.Zone, want.Admin = "/var/lib/qulaq", "https://example.org/crawler", "Europe/Berlin", None
	want.Crawl.Budget, want.Crawl.Since = 500, Duration(30*24*time.Hour)
	want.Texts.Keep = Duration(36 * time.Hour)
	want.Backup.Dir = "/backups"
	want.Jobs.Crawl = Job{Cron: "*/20 * * * *", Timeout: Duration(19 * time.Minute)}
	want.Jobs.Backup.Cron = "45 1 * * *"
	if diff := cmp.Diff(&want, got); diff != "" {
		t.Errorf("Parse() (-want +got):\n%s", diff)
	}
}

func TestParseEmpty(t *testing.T) {
	for name, src := range map[string]string{"nothing": "", "comments": "# data: x\n"} {
		got, err := Parse("qulaq.yaml", []byte(src))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if diff := cmp.Diff(Default(), *got); diff != "" {
			t.Errorf("%s: Parse() (-default +got):\n%s", name, diff)
		}
	}
}

// The default file, written out, is the default.
func TestRoundTrip(t *testing.T) {
	f := Default()
	f.Archive.Recipients = []string{"age1example"}
	src, err := yaml.Marshal(f)
	if err != nil {
		t.Fatal(err)
	}
	got, err := Parse("qulaq.yaml", src)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(&f, got); diff != "" {
		t.Errorf("Parse(Marshal(f)) (-f +got):\n%s\n%s", diff, src)
	}
}

func TestParseRefuses(t *testing.T) {
	for name, tt := range map[string]struct {
		src  string
		want []string // beginnings of problems, one for each
	}{
		"unknown key":           {"data: x\ncontakt: y\n", []string{`qulaq.yaml:2:1: unknown field "contakt"`}},
		"unknown nested key":    {"jobs:\n  crawl:\n    crom: x\n", []string{`qulaq.yaml:3:5: unknown field "crom"`}},
		"duplicate":             {"data: x\ndata: y\n", []string{`qulaq.yaml:2:1: mapping key "data" already defined`}},
		"list for text":         {"data: [x]\n", []string{"qulaq.yaml:1:7: "}},
		"text for number":       {"crawl:\n  workers: many\n", []string{"qulaq.yaml:2:12: "}},
		"second document":       {"data: x\n---\ndata: y\n", []string{"qulaq.yaml:"}},
		"not YAML":              {"data: \"x\n", []string{"qulaq.yaml:1:7: "}},
		"duration":              {"texts:\n  keep: soon\n", []string{`qulaq.yaml:2:9: "soon" is no duration: write 90d`}},
		"negative duration":     {"texts:\n  keep: -3h\n", []string{`qulaq.yaml:2:9: "-3h" is no duration`}},
		"no keeping":            {"texts:\n  keep: 0s\n", []string{"qulaq.yaml:2:9: must be longer than nothing"}},
		"cron line":             {"jobs:\n  crawl: {cron: 5 * *}\n", []string{`qulaq.yaml:2:17: cron line "5 * *": `}},
		"never due":             {"jobs:\n  relink:\n    cron: 0 0 30 2 *\n", []string{`qulaq.yaml:3:11: cron line "0 0 30 2 *" is never due`}},
		"zone":                  {"zone: Asia/Almata\n", []string{`qulaq.yaml:1:7: "Asia/Almata" is no time zone`}},
		"listen":                {"listen: here\n", []string{`qulaq.yaml:1:9: "here" is no address to listen on`}},
		"address with a path":   {"address: https://example.org/qulaq\n", []string{`qulaq.yaml:1:10: "https://example.org/qulaq" is no public address`}},
		"address with a slash":  {"address: https://example.org/\n", []string{`qulaq.yaml:1:10: "https://example.org/" is no public address`}},
		"address of a host":     {"address: example.org\n", []string{`qulaq.yaml:1:10: "example.org" is no public address`}},
		"archive mode":          {"archive: {mode: open}\n", []string{`qulaq.yaml:1:17: "open" is none of auto, off, sealed, plain`}},
		"sealed to nobody":      {"archive: {mode: sealed}\n", []string{"qulaq.yaml:1:17: a sealed archive needs archive.recipients"}},
		"password":              {"clickhouse: http://qulaq:secret@host:8123/qulaq\n", []string{"qulaq.yaml:1:13: a password stands in the file"}},
		"backup to nowhere":     {"jobs:\n  backup: {cron: 0 1 * * *}\n", []string{"qulaq.yaml:2:18: the job backup needs backup.dir"}},
		"workers":               {"crawl: {workers: 0}\n", []string{"qulaq.yaml:1:18: 0 is less than 1"}},
		"SQL nowhere":           {"sql: {listen: there}\n", []string{`qulaq.yaml:1:15: "there" is no address to listen on`}},
		"SQL without a limit":   {"sql:\n  rows: 0\n  time: 0s\n", []string{"qulaq.yaml:2:9: 0 is less than 1", "qulaq.yaml:3:9: must be longer than nothing"}},
		"SQL without a user":    {"sql: {user: ''}\n", []string{"qulaq.yaml:1:13: must not be empty"}},
		"all mistakes in order": {"listen: here\nzone: there\nadmin: nowhere\n", []string{"qulaq.yaml:1:9: ", "qulaq.yaml:2:7: ", "qulaq.yaml:3:8: "}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Parse("qulaq.yaml", []byte(tt.src))
			var problems Problems
			if !errors.As(err, &problems) {
				t.Fatalf("Parse(%q) error = %v, want Problems", tt.src, err)
			}
			if len(problems) != len(tt.want) {
				t.Fatalf("Parse(%q) = %d problems, want %d:\n%v", tt.src, len(problems), len(tt.want), err)
			}
			for i, p := range problems {
				if !strings.HasPrefix(p.String(), tt.want[i]) {
					t.Errorf("problem %d of %q = %s, want it to begin %q", i, tt.src, p, tt.want[i])
				}
				if p.Line > 0 && !strings.Contains(p.Excerpt, "^") {
					t.Errorf("problem %d of %q has no excerpt: %q", i, tt.src, p.Excerpt)
				}
			}
		})
	}
}

// What the program takes, editors take, and what it refuses for its shape, they
// refuse.
func TestSchemaAgrees(t *testing.T) {
	text, err := Schema()
	if err != nil {
		t.Fatal(err)
	}
	var s jsonschema.Schema
	if err := json.Unmarshal(text, &s); err != nil {
		t.Fatal(err)
	}
	resolved, err := s.Resolve(nil)
	if err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		src string
		ok  bool
	}{
		"all":          {"data: x\nregistry: [a, b]\ncrawl: {workers: 3, since: 30d}\njobs: {crawl: {cron: 5 * * * *, timeout: 1h30m}}\n", true},
		"unknown":      {"contakt: y\n", false},
		"nested":       {"jobs: {crawl: {crom: x}}\n", false},
		"duration":     {"texts: {keep: soon}\n", false},
		"enumeration":  {"archive: {mode: open}\n", false},
		"wrong type":   {"crawl: {workers: many}\n", false},
		"list as text": {"registry: a\n", false},
	} {
		var value any
		if err := yaml.Unmarshal([]byte(tt.src), &value); err != nil {
			t.Fatal(err)
		}
		if err := resolved.Validate(value); (err == nil) != tt.ok {
			t.Errorf("%s: Validate(%q) = %v, want ok %v", name, tt.src, err, tt.ok)
		}
		if _, err := Parse(name, []byte(tt.src)); (err == nil) != tt.ok {
			t.Errorf("%s: Parse(%q) = %v, want ok %v", name, tt.src, err, tt.ok)
		}
	}
}

func TestDuration(t *testing.T) {
	for text, want := range map[string]string{"90d": "90d", "36h": "36h", "24h": "1d", "90m": "1h30m", "1500ms": "1.5s", "0": "0s"} {
		var d Duration
		if err := d.UnmarshalText([]byte(text)); err != nil || d.String() != want {
			t.Errorf("Duration %q = %s, %v, want %s", text, d, err, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add("jobs:\n  crawl: {cron: 5 * * * *}\n")
	f.Add("texts: {keep: 9d}\n---\n")
	f.Fuzz(func(t *testing.T, src string) {
		file, err := Parse("qulaq.yaml", []byte(src))
		var problems Problems
		if err != nil && !errors.As(err, &problems) {
			t.Fatalf("Parse(%q) error = %v, want Problems", src, err)
		}
		if (file == nil) == (err == nil) {
			t.Fatalf("Parse(%q) = %v and error %v", src, file, err)
		}
	})
}
