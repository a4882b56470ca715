// Package apitest has what the tests of API parsers share: reading an answer
// that is written in the test, a captured one, and all pages of a thread.
package apitest

import (
	"errors"
	"io/fs"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"qulaq/parsers"
	"qulaq/parsers/parsertest"
)

// Seen is when the answers written in tests arrived.
var Seen = time.Date(2025, 3, 1, 12, 0, 0, 0, time.UTC)

// Parse reads a page and holds the result to the contract.
func Parse(t testing.TB, p parsers.Parser, page parsers.Page) parsers.Result {
	t.Helper()
	r, err := p.Parse(page)
	if err != nil {
		t.Fatal(err)
	}
	parsertest.Check(t, p, page, r)
	return r
}

// Read reads an answer that is written in the test.
func Read(t testing.TB, p parsers.Parser, address, body string) parsers.Result {
	t.Helper()
	return Parse(t, p, parsers.Page{URL: address, Body: []byte(body), Seen: Seen})
}

// Load reads a fixture, with pairs of strings replaced in its body.
func Load(t testing.TB, fixture string, replace ...string) parsers.Page {
	t.Helper()
	page, _ := parsertest.Load(t, "testdata/"+fixture+".txtar")
	for i := 0; i < len(replace); i += 2 {
		if !strings.Contains(string(page.Body), replace[i]) {
			t.Fatalf("%s does not contain %q", fixture, replace[i])
		}
		page.Body = []byte(strings.ReplaceAll(string(page.Body), replace[i], replace[i+1]))
	}
	return page
}

// Capture reads an answer that others saved; see ../shared/captures/README.md.
// The test is skipped where there are none.
func Capture(t testing.TB, name, address string, seen time.Time) parsers.Page {
	t.Helper()
	body, err := os.ReadFile("../../../shared/captures/" + name)
	if errors.Is(err, fs.ErrNotExist) {
		t.Skip("no captured answers beside the repository (../shared/captures)")
	}
	if err != nil {
		t.Fatal(err)
	}
	return parsers.Page{URL: address, Body: body, Seen: seen}
}

// Find is the item of a result with an id.
func Find(t testing.TB, r parsers.Result, id string) parsers.Item {
	t.Helper()
	for _, item := range r.Items {
		if item.ID == id {
			return item
		}
	}
	t.Fatalf("no item %s in a page of state %s (%s)", id, r.State, r.Reason)
	return parsers.Item{}
}

// Follow reads all pages of a thread from a server that is written in the test.
func Follow(t testing.TB, p parsers.Parser, first parsers.Address, answer func(path string, query url.Values) string) []parsers.Result {
	t.Helper()
	var pages []parsers.Result
	for next := &first; next != nil; {
		if len(pages) == 1000 {
			t.Fatalf("the thread has no end; its page 1000 is %s", next.URL)
		}
		u, err := url.Parse(next.URL)
		if err != nil {
			t.Fatal(err)
		}
		page := Read(t, p, next.URL, answer(u.Path, u.Query()))
		pages = append(pages, page)
		next = page.Next
	}
	return pages
}

// Start checks which thread a source begins, or that it is refused: the table
// has the address of a source and "ID address" of its thread, "" for none. What
// an empty answer from there shows must be the same thread.
func Start(t *testing.T, p parsers.Parser, table map[string]string) {
	t.Helper()
	for source, want := range table {
		thread, err := p.Start(source)
		got := strings.TrimSpace(thread.ID + " " + thread.Address.URL)
		if got != want || (err != nil) != (want == "") {
			t.Errorf("Start(%q) = %q, %v, want %q", source, got, err, want)
			continue
		}
		if err != nil {
			if strings.Contains(err.Error(), "SECRET") {
				t.Errorf("Start(%q) tells a secret: %v", source, err)
			}
			continue
		}
		r := Read(t, p, thread.Address.URL, "{}")
		if r.Thread.ID != thread.ID || r.Thread.Kind != thread.Kind || r.Thread.Address.URL != thread.Address.URL {
			t.Errorf("Start(%q) = %s %s at %s, its answer shows %s %s at %s", source,
				thread.Kind, thread.ID, thread.Address.URL, r.Thread.Kind, r.Thread.ID, r.Thread.Address.URL)
		}
	}
}

// CutAnywhere checks that an answer that ends too early is partial and shows
// nothing, wherever it ends.
func CutAnywhere(t *testing.T, p parsers.Parser, page parsers.Page) {
	t.Helper()
	whole := strings.TrimSpace(string(page.Body))
	for end := len(whole) - 1; end > 0; end -= 1 + len(whole)/50 {
		page.Body = []byte(whole[:end])
		if r := Parse(t, p, page); r.State != parsers.Partial || len(r.Items) > 0 {
			t.Fatalf("cut at %d: state %s (%s) with %d items, want partial with none", end, r.State, r.Reason, len(r.Items))
		}
	}
}

// Bench measures the reading of a page that has items.
func Bench(b *testing.B, p parsers.Parser, page parsers.Page) {
	b.Helper()
	b.SetBytes(int64(len(page.Body)))
	b.ReportAllocs()
	for b.Loop() {
		if r, err := p.Parse(page); err != nil || len(r.Items)+len(r.Found) == 0 {
			b.Fatalf("state %s (%s), error %v", r.State, r.Reason, err)
		}
	}
}
