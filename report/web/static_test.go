package web

import (
	"net/url"
	"path"
	"strings"
	"testing"

	"qulaq/registry"

	"github.com/PuerkitoBio/goquery"
)

// rendered are the files of an edition.
func rendered(t testing.TB) map[string]string {
	t.Helper()
	files := map[string]string{}
	for file, err := range newSite(t, new(invented), Options{Edition: "2026-Q3"}).Files(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		if files[file.Path] != "" {
			t.Errorf("%s is made twice", file.Path)
		}
		files[file.Path] = string(file.Body)
	}
	return files
}

// What a page of an edition refers to is a file of the edition, whatever folder it
// is put into, and nothing asks a server.
func TestEditionNeedsNoServer(t *testing.T) {
	files := rendered(t)
	if len(files) < 300 {
		t.Errorf("%d files, want a page and some tables of each body in three languages", len(files))
	}
	links, beside := 0, map[string]bool{}
	for name, content := range files {
		if strings.Contains(content, "example.com") || strings.Contains(content, "asof=") {
			t.Errorf("%s names a server, or a choice that nobody answers", name)
		}
		if path.Ext(name) != ".html" {
			continue
		}
		doc := parse(t, content)
		if doc.Find("form, [href^='/'], [src^='/']").Length() > 0 {
			t.Errorf("%s has a form or an absolute address", name)
		}
		doc.Find("[href], [src]").Each(func(_ int, s *goquery.Selection) {
			u, err := url.Parse(s.AttrOr("href", s.AttrOr("src", "")))
			if err != nil || u.Path == "" || u.Scheme == "https" {
				return
			}
			links++
			target := path.Join(path.Dir(name), u.Path)
			if u.RawQuery != "" || files[target] == "" && !strings.HasPrefix(target, "../") {
				t.Errorf("%s links to %s, which is not there", name, u)
			}
			if outside, ok := strings.CutPrefix(target, "../"); ok {
				beside[outside] = true
			}
		})
	}
	if links < 2000 || len(beside) != 5 || !beside["data/rates.csv"] || !beside["manifest.json"] || !beside["CHANGES.md"] {
		t.Errorf("%d links, and the files %v beside the site, want many, and five of the bundle", links, beside)
	}
	if page := parse(t, files["ru/body/mvd.html"]); !strings.Contains(page.Find(".asof").Text(), "Издание 2026-Q3") {
		t.Error("a page does not tell its edition")
	}
}

// The words of a body stand beside its row, and are only words.
func TestStatementsStandBesideTheRow(t *testing.T) {
	for _, edition := range []string{"", "2026-Q3"} {
		site := newSite(t, new(invented), Options{Edition: edition})
		b, _ := site.Index.Body("akimat_abai")
		b.Keys = []registry.Key{{ID: "press", Evidence: "a page of the body"}}
		b.Statements = []registry.Statement{
			{Edition: "2026-Q2", Date: "2026-07-10", Kind: "reply", Language: "en", Text: "We were <b>moving</b>.", Key: "press"},
			{Edition: "2026-Q2", Date: "2026-07-12", Kind: "correction", Text: "Not 60 %.", Key: "press"},
		}
		page := func(name string) *goquery.Document {
			if edition == "" {
				return parse(t, site.page(t, "/"+strings.TrimSuffix(strings.TrimSuffix(name, ".html"), "index")))
			}
			for file, err := range site.Files(t.Context()) {
				if err != nil {
					t.Fatal(err)
				}
				if file.Path == name {
					return parse(t, string(file.Body))
				}
			}
			t.Fatalf("no file %s", name)
			return nil
		}
		row := page("kk/index.html").Find("tr:has(a[href*='body/akimat_abai'])")
		if got := row.Find(".flag").AttrOr("title", ""); got != site.messages.text("kk", "statements.note") {
			t.Errorf("edition %q: the row of the body says %q, want that it replied", edition, got)
		}
		said := page("kk/body/akimat_abai.html").Find("section[aria-labelledby=statements]")
		if got := said.Find("blockquote").First().Text(); got != "Not 60 %." {
			t.Errorf("edition %q: first it says %q, want the latest statement", edition, got)
		}
		if said.Find("blockquote b").Length() != 0 || !strings.Contains(said.Text(), "We were <b>moving</b>.") || !strings.Contains(said.Text(), "a page of the body") {
			t.Errorf("edition %q: statements are not told as they were written:\n%s", edition, said.Text())
		}
	}
}
