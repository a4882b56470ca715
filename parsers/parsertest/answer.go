package parsertest

import (
	"errors"
	"io/fs"
	"net/url"
	"os"
	"testing"
	"time"

	"qulaq/parsers"
)

// Seen is when the answers written in tests arrived.
var Seen = time.Date(2025, 3, 1, 12, 0, 0, 0, time.UTC)

// Read reads an answer that is written in the test.
func Read(t testing.TB, p parsers.Parser, address, body string) parsers.Result {
	t.Helper()
	return Parse(t, p, parsers.Page{URL: address, Body: []byte(body), Seen: Seen})
}

// Result parses the page of a fixture, edited as by Page.
func Result(t testing.TB, p parsers.Parser, name string, replace ...string) parsers.Result {
	t.Helper()
	return Parse(t, p, Page(t, name, replace...))
}

// Capture reads a page that others saved; see ../shared/captures/README.md. The
// test is skipped where there are none.
func Capture(t testing.TB, name, address string, seen time.Time) parsers.Page {
	t.Helper()
	body, err := os.ReadFile("../../../shared/captures/" + name)
	if errors.Is(err, fs.ErrNotExist) {
		t.Skip("no captured pages beside the repository (../shared/captures)")
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
