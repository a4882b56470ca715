// Package parsertest holds a parser to the contract of package parsers, and has
// what the tests of parsers share: damage to a page, sources and where they lead,
// answers that are written in the test, pages that others captured.
//
// A fixture is a txtar file: its comment has the lines "url: …" and "seen: …"
// (RFC 3339), optionally "content-type: …" and "zone: …"; its first file is the
// page, its file "result.json" what the parser must return. Run the tests with
// -update to rewrite the latter, then read them by eye before committing.
package parsertest

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"qulaq/parsers"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
)

var update = flag.Bool("update", false, "rewrite the results in the fixtures")

const resultFile = "result.json"

// Fixtures runs p over every testdata/*.txtar and compares what it returns.
func Fixtures(t *testing.T, p parsers.Parser) {
	t.Helper()
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no fixtures in testdata (error %v)", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			page, archive := Load(t, file)
			result := Parse(t, p, page)
			got, err := Encode(result)
			if err != nil {
				t.Fatal(err)
			}
			if *update {
				archive.Files = append(archive.Files[:1], txtar.File{Name: resultFile, Data: got})
				if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if len(archive.Files) != 2 || archive.Files[1].Name != resultFile {
				t.Fatalf("%s has no %s; run with -update, then read it", file, resultFile)
			}
			if diff := cmp.Diff(string(archive.Files[1].Data), string(got)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", file, diff)
			}
		})
	}
}

// Load reads the page of a fixture.
func Load(t testing.TB, file string) (parsers.Page, *txtar.Archive) {
	t.Helper()
	archive, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	page := parsers.Page{}
	if len(archive.Files) > 0 {
		page.Body = archive.Files[0].Data
	}
	for line := range strings.Lines(string(archive.Comment)) {
		key, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
		var err error
		switch key {
		case "url":
			page.URL = value
		case "seen":
			page.Seen, err = time.Parse(time.RFC3339, value)
		case "content-type":
			page.ContentType = value
		case "zone":
			page.Zone, err = time.LoadLocation(value)
		}
		if err != nil {
			t.Fatalf("%s: %s: %v", file, key, err)
		}
	}
	if page.URL == "" || page.Seen.IsZero() || len(page.Body) == 0 {
		t.Fatalf("%s: a fixture needs url, seen and a page", file)
	}
	return page, archive
}

// Page reads the page of the fixture testdata/NAME.txtar with texts replaced, in
// pairs of old and new. Each old text must be there: a trap that edits nothing is
// not set.
func Page(t testing.TB, name string, replace ...string) parsers.Page {
	t.Helper()
	page, _ := Load(t, "testdata/"+name+".txtar")
	for i := 0; i < len(replace); i += 2 {
		if !strings.Contains(string(page.Body), replace[i]) {
			t.Fatalf("%s does not contain %q", name, replace[i])
		}
		page.Body = []byte(strings.ReplaceAll(string(page.Body), replace[i], replace[i+1]))
	}
	return page
}

// Parse parses a page and holds the result to the contract. The page's memory is
// overwritten before the result is looked at.
func Parse(t testing.TB, p parsers.Parser, page parsers.Page) parsers.Result {
	t.Helper()
	body := page.Body
	page.Body = bytes.Clone(body)
	r, err := p.Parse(page)
	for i := range page.Body {
		page.Body[i] = '#'
	}
	page.Body = body
	if err != nil {
		t.Fatal(err)
	}
	Check(t, p, page, r)
	return r
}

// Check holds a result to what every result must obey.
func Check(t testing.TB, p parsers.Parser, page parsers.Page, r parsers.Result) {
	t.Helper()
	if err := Valid(page, r); err != nil {
		t.Errorf("%s of %s: %v", p.Properties().Name, page.URL, err)
	}
}

// Valid tells the first rule of the contract that a result breaks.
func Valid(page parsers.Page, r parsers.Result) error {
	switch {
	case r.State == "":
		return fmt.Errorf("no state")
	case r.State != parsers.OK && r.Reason == "":
		return fmt.Errorf("state %s without a reason", r.State)
	case r.State != parsers.OK && r.State != parsers.Partial && r.State != parsers.CommentsClosed && len(r.Items) > 0:
		return fmt.Errorf("state %s with %d items", r.State, len(r.Items))
	case r.State == parsers.OK && r.Thread.ID == "":
		return fmt.Errorf("no thread id")
	case r.Counted > len(r.Items):
		return fmt.Errorf("counted %d of %d items", r.Counted, len(r.Items))
	}
	seen := map[string]bool{}
	for i, item := range r.Items {
		switch {
		case item.ID == "" || item.Thread == "":
			return fmt.Errorf("item %d without id or thread", i)
		case seen[item.ID]:
			return fmt.Errorf("item %s twice", item.ID)
		case item.Parent == item.ID:
			return fmt.Errorf("item %s is its own parent", item.ID)
		case item.Kind == "":
			return fmt.Errorf("item %s without kind", item.ID)
		case item.Precision == "":
			return fmt.Errorf("item %s without precision", item.ID)
		case item.Published.Hi.Before(item.Published.Lo):
			return fmt.Errorf("item %s published %v: ends before it begins", item.ID, item.Published)
		case item.Published.Lo.After(page.Seen):
			return fmt.Errorf("item %s published %v: after it was seen at %v", item.ID, item.Published.Lo, page.Seen)
		case !utf8.ValidString(item.Text):
			return fmt.Errorf("item %s: text is not UTF-8", item.ID)
		}
		seen[item.ID] = true
	}
	for _, thread := range r.Found {
		if thread.ID == "" || thread.Kind == "" || thread.Address.URL == "" {
			return fmt.Errorf("found thread without id, kind or address: %+v", thread)
		}
	}
	return nil
}

// Fuzz feeds p mutations of its fixtures: it may neither panic nor break the
// contract, whatever the bytes.
func Fuzz(f *testing.F, p parsers.Parser) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		page, _ := Load(f, file)
		f.Add(page.URL, page.Body)
	}
	seen := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, url string, body []byte) {
		page := parsers.Page{URL: url, Body: body, Seen: seen}
		result, err := p.Parse(page)
		if err != nil {
			return
		}
		Check(t, p, page, result)
	})
}

// Encode writes a result as it stands in a fixture.
func Encode(r parsers.Result) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(r); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}
