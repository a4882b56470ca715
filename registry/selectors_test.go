package registry

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// view stands for the selectors of a program; Spot is shared by its parts and
// exported, for the YAML library fills no embedded struct that is not.
type view struct {
	Format string  `yaml:"format"`
	Parts  []part  `yaml:"parts"`
	Pages  *[]Spot `yaml:"pages,omitempty"`
}

type part struct {
	Spot `yaml:",inline"`
	Kind string `yaml:"kind"`
}

type Spot struct {
	Select string `yaml:"select,omitempty"`
}

// viewRules are testRules with a platform that is read by selectors.
func viewRules() Rules {
	rules := testRules
	rules.Platforms = []string{"legalacts", "selectors", "telegram"}
	rules.Selectors = func(platform string) any {
		if platform == "selectors" {
			return new(view)
		}
		return nil
	}
	rules.CheckSelectors = func(s *Source, zone string, fixtures Fixtures) []Fault {
		v, ok := s.Selectors.(*view)
		switch {
		case !ok:
			return []Fault{{"", fmt.Sprintf("is a %T", s.Selectors)}}
		case v.Format != "html":
			return []Fault{{"format", "must be html"}}
		case len(v.Parts) == 0 || v.Parts[0].Select == "":
			return []Fault{{"parts[0].select", "is missing"}}
		case string(fixtures["page.html"]) == "":
			return []Fault{{"", "no fixture in zone " + zone}}
		}
		return nil
	}
	return rules
}

// wellsWith is a body with one source, which has a block of selectors.
func wellsWith(platform, block string) string {
	return `id: wells
level: central
type: agency
names: {ru: Агентство колодцев, en: Well Agency}
zone: Asia/Almaty
sources:
  - id: wells-board
    platform: ` + platform + `
    url: https://wells.example.org/board
    status: active
    confidence: verified
    evidence: invented for a test
` + block
}

func TestSelectors(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, platform, block, want string }{
		{"none", "selectors", "", "7:5: selectors are missing: platform selectors is read by what they say"},
		{"of a platform with a parser", "legalacts", "    selectors: {format: html}\n", "13:5: selectors are not for platform legalacts, whose pages are read by a parser of their own: remove them"},
		{"unknown key", "selectors", "    selectors:\n      formt: html\n      parts: []\n", `14:7: unknown key "formt": the keys here are format, parts, pages`},
		{"unknown key below a shared one", "selectors", "    selectors:\n      format: html\n      parts:\n        - {selekt: p, kind: x}\n", `16:12: unknown key "selekt": the keys here are select, kind`},
		{"wrong type", "selectors", "    selectors:\n      format: [html]\n      parts: []\n", "14:15: format must be text, a single value"},
		{"a fault of its own", "selectors", "    selectors:\n      format: xml\n      parts: []\n", "14:15: must be html"},
		{"a fault where the value is missing", "selectors", "    selectors:\n      format: html\n      parts:\n        - kind: x\n", "16:11: is missing"},
		{"a fault of the whole", "selectors", "    selectors:\n      format: html\n      parts: [{select: p, kind: x}]\n", "13:5: no fixture in zone Asia/Almaty"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			dir := write(t, map[string]string{"bodies/wells.yaml": wellsWith(test.platform, test.block)})
			_, err := Open(open(t, nil, "testdata/tamarisk"), dir, viewRules())
			var problems Problems
			if !errors.As(err, &problems) || len(problems) != 1 {
				t.Fatalf("Open = %v, want one problem", err)
			}
			p := problems[0]
			if got := fmt.Sprintf("%d:%d: %s", p.Line, p.Column, p.Reason); got != test.want || !strings.HasSuffix(p.File, "wells.yaml") {
				t.Errorf("Open = %s, %s; want %s", p.File, got, test.want)
			}
		})
	}
}

func TestSelectorsAreReadAndSaved(t *testing.T) {
	t.Parallel()
	base := open(t, nil, "testdata/tamarisk")
	dir := write(t, map[string]string{
		"bodies/wells.yaml":  wellsWith("selectors", "    selectors:\n      parts: [{kind: x, select: p}]\n      format: html\n"),
		"fixtures/page.html": "<p>",
	})
	c, err := Open(base, dir, viewRules())
	if err != nil {
		t.Fatal(err)
	}
	want := &view{Format: "html", Parts: []part{{Spot{"p"}, "x"}}}
	wells := c.Bodies[len(c.Bodies)-1]
	if diff := cmp.Diff(want, wells.Sources[0].Selectors); diff != "" {
		t.Errorf("selectors (-want +got):\n%s", diff)
	}
	body, err := OpenBody(base, filepath.Join(dir, "bodies/wells.yaml"), viewRules())
	if err != nil {
		t.Fatalf("OpenBody = %v: the fixtures of the folder are its own", err)
	}
	if diff := cmp.Diff(wells, *body); diff != "" {
		t.Errorf("OpenBody and Open differ (-want +got):\n%s", diff)
	}
	saved := t.TempDir()
	if err := Save(saved, c); err != nil {
		t.Fatalf("Save = %v", err)
	}
	again, err := Open(nil, saved, viewRules())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(c, again); diff != "" {
		t.Errorf("Save and Open differ (-want +got):\n%s", diff)
	}
	// A program that reads no selectors leaves them as they are.
	plain, err := Open(base, dir, testRulesWithSelectors())
	if err != nil {
		t.Fatal(err)
	}
	if err := Save(t.TempDir(), plain); err != nil {
		t.Errorf("Save of selectors that nobody knows = %v", err)
	}
}

func testRulesWithSelectors() Rules {
	rules := testRules
	rules.Platforms = append([]string{"selectors"}, rules.Platforms...)
	return rules
}
