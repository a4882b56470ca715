package parsertest

import (
	"strings"
	"testing"

	"qulaq/parsers"
)

// Start checks which thread a source begins, or that it is refused: the table
// has the address of a source and "ID address" of its thread, "" for none. What
// a page from there shows, whatever it holds, must be the same thread. A key in
// an address has the value SECRET, which no error may tell.
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
			if strings.Contains(err.Error(), secret) {
				t.Errorf("Start(%q) tells a secret: %v", source, err)
			}
			continue
		}
		r := Read(t, p, thread.Address.URL, "{}")
		if r.Thread.ID != thread.ID || r.Thread.Kind != thread.Kind || r.Thread.Address.URL != thread.Address.URL {
			t.Errorf("Start(%q) = %s %s at %s, its page shows %s %s at %s", source,
				thread.Kind, thread.ID, thread.Address.URL, r.Thread.Kind, r.Thread.ID, r.Thread.Address.URL)
		}
	}
}

// Misuse checks that pages of addresses which are not the platform's are errors,
// which tell no key.
func Misuse(t *testing.T, p parsers.Parser, addresses ...string) {
	t.Helper()
	for _, address := range addresses {
		r, err := p.Parse(parsers.Page{URL: address, Body: []byte("{}"), Seen: Seen})
		if err == nil {
			t.Errorf("Parse of a page at %q = %s, want an error", address, r.State)
		} else if strings.Contains(err.Error(), secret) {
			t.Errorf("Parse of a page at %q tells a secret: %v", address, err)
		}
	}
}
