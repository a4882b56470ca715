package jobs

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"qulaq/parsers/all"
	"qulaq/registry"
)

// A source that describes its own pages is refused with the place of the mistake.
func TestSelectorsAreLintedWithTheRegistry(t *testing.T) {
	lake, err := os.ReadFile("testdata/sites/lake.yaml")
	if err != nil {
		t.Fatal(err)
	}
	yaml := strings.ReplaceAll(string(lake), "SITE", "http://127.0.0.1:1")
	for _, test := range []struct{ name, old, new, want string }{
		{"unknown key", "opens: true", "open: true", `33:15: unknown key "open": the keys here are select, kind, opens, id,`},
		{"selector", "select: li.otvet", "select: li..otvet", `39:23: "li..otvet" cannot be read as a selector`},
		{"shape", "shapes: [named, day-word]", "shapes: [named, day]", `44:38: no shape "day"`},
		{"missing id", "              id: {attribute: data-n}\n", "", "39:15: id is missing"},
		{"missing shapes", "published: {select: td.data, shapes: [dots]}", "published: {select: td.data}", "24:13: shapes are missing"},
		{"url", "SITE/priem/", "SITE/news/", "18:7: the source's url is of no kind of page"},
		{"fixture", "      question_site: true", "      question_site: true\n      fixtures: [{file: a.html, url: 'http://127.0.0.1:1/priem/', seen: 2026-03-10T12:00:00Z}]", `18:25: file "a.html" is not in the folder fixtures`},
	} {
		t.Run(test.name, func(t *testing.T) {
			if strings.HasPrefix(test.old, "SITE") {
				test.old, test.new = strings.Replace(test.old, "SITE", "http://127.0.0.1:1", 1), strings.Replace(test.new, "SITE", "http://127.0.0.1:1", 1)
			}
			if !strings.Contains(yaml, test.old) {
				t.Fatalf("the description does not contain %q", test.old)
			}
			dir := t.TempDir()
			if err := os.MkdirAll(filepath.Join(dir, "bodies"), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, "bodies/lake.yaml"), []byte(strings.Replace(yaml, test.old, test.new, 1)), 0o644); err != nil {
				t.Fatal(err)
			}
			base, err := registry.Embedded("KZ", RegistryRules())
			if err != nil {
				t.Fatal(err)
			}
			_, err = registry.Open(base, dir, RegistryRules())
			var problems registry.Problems
			if !errors.As(err, &problems) {
				t.Fatalf("Open = %v, want Problems", err)
			}
			if got := fmt.Sprintf("%d:%d: %s", problems[0].Line, problems[0].Column, problems[0].Reason); !strings.HasPrefix(got, test.want) {
				t.Errorf("Open = %s\nwant %s…", got, test.want)
			}
		})
	}
}

// The parser without a description is for tables; a source is never read by it.
func TestEverySourceHasItsParser(t *testing.T) {
	generic, ok := all.Parser("selectors")
	if !ok {
		t.Fatal("no parser selectors")
	}
	for _, name := range []string{"lake", "hill"} {
		t.Run(name, func(t *testing.T) {
			for _, f := range openSite(t, name, "http://127.0.0.1:1").feeds() {
				if f.parser == generic || f.parser.Properties().Name != "selectors" || !QuestionSite(&f.Source) {
					t.Errorf("%s is read by %+v", f.ID, f.parser.Properties())
				}
			}
		})
	}
}

// Two cities both call their list "requests", and are two sources all the same; two
// ways to write one address are one.
func TestCanonicalTellsServersApart(t *testing.T) {
	for _, test := range []struct {
		name, platform, a, b string
		same                 bool
	}{
		{"two cities", "open311", "https://a.example/open311/v2", "https://b.example/open311/v2", false},
		{"two sites on one host", "wordpress", "https://gov.example/a", "https://gov.example/b", false},
		{"one city, written in two ways", "open311", "https://a.example/open311/v2", "https://A.example/open311/v2/requests.json", true},
		{"one channel", "telegram", "https://t.me/gov_example", "https://t.me/s/gov_example", true},
		{"two channels", "telegram", "https://t.me/gov_example", "https://t.me/s/gov_sample", false},
		{"two test servers", "telegram", "http://127.0.0.1:1/s/gov_example", "http://127.0.0.1:2/s/gov_example", false},
		{"one account", "mastodon", "https://social.example/@gov", "@gov@social.example", true},
		{"two accounts", "mastodon", "https://a.example/@gov", "https://b.example/@gov", false},
		{"two parts of one site", "feed", "https://gov.example/?feed=rss2&cat=3", "https://gov.example/?feed=rss2&cat=4", false},
		{"one site, with and without encryption", "wordpress", "https://gov.example", "http://gov.example/wp-json/", true},
		{"one forum", "discourse", "https://forum.example", "https://forum.example/latest", true},
		{"one channel of videos", "youtube", "https://www.youtube.com/@gov", "youtube.com/@Gov/videos", true},
		{"one account under two names of its site", "x", "https://x.com/gov", "https://twitter.com/Gov", true},
	} {
		t.Run(test.name, func(t *testing.T) {
			a, err1 := canonical(test.platform, test.a)
			b, err2 := canonical(test.platform, test.b)
			if err := errors.Join(err1, err2); err != nil {
				t.Fatal(err)
			}
			if (a == b) != test.same {
				t.Errorf("canonical(%s) = %q and canonical(%s) = %q, want the same: %t", test.a, a, test.b, b, test.same)
			}
		})
	}
}
