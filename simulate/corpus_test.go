package simulate

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"qulaq/parsers"
	"qulaq/parsers/telegram"

	"github.com/google/go-cmp/cmp"
)

// fromCorpus gets a page as a client does that takes gzip.
func fromCorpus(t *testing.T, c *Corpus, address string) []byte {
	t.Helper()
	q := httptest.NewRequest(http.MethodGet, address, nil)
	q.Header.Set("Accept-Encoding", "gzip")
	w := httptest.NewRecorder()
	c.Handler().ServeHTTP(w, q)
	if w.Code != http.StatusOK {
		t.Fatalf("GET %s = %d, want 200", address, w.Code)
	}
	z, err := gzip.NewReader(w.Body)
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return body
}

// TestCorpusPagesHoldItsItems follows the pages as a crawl does: they show every
// item of the corpus once, and nothing else.
func TestCorpusPagesHoldItsItems(t *testing.T) {
	c, err := NewCorpus(CorpusConfig{Channels: 2, Posts: 45, Comments: 10})
	if err != nil {
		t.Fatal(err)
	}
	type seen struct {
		ID, Parent, Text string
		At               time.Time
	}
	got, want := map[string]seen{}, map[string]seen{}
	p := telegram.New()
	pages := 0
	read := func(address string) parsers.Result {
		pages++
		r, err := p.Parse(parsers.Page{URL: address, Body: fromCorpus(t, c, address), Seen: c.Now()})
		if err != nil || r.State != parsers.OK {
			t.Fatalf("Parse(%s) = %s (%s), %v, want ok", address, r.State, r.Reason, err)
		}
		for _, item := range r.Items {
			if _, twice := got[item.ID]; twice {
				t.Errorf("item %s is on two pages", item.ID)
			}
			got[item.ID] = seen{item.ID, item.Parent, item.Text, item.Published.Lo}
		}
		return r
	}
	for _, channel := range c.Channels() {
		var found []parsers.Thread
		for next := (&parsers.Address{URL: "http://127.0.0.1/s/" + channel}); next != nil; {
			r := read(next.URL)
			found = append(found, r.Found...)
			next = r.Next
		}
		for _, thread := range found {
			if r := read(thread.Address.URL); r.Declared != 10 || r.Next != nil {
				t.Errorf("%s declares %d comments and has a next page: %v, want 10 on one page", thread.ID, r.Declared, r.Next)
			}
		}
	}
	for _, it := range c.Items() {
		parent := it.Parent
		if parent == "" && it.Class != "post" {
			parent = it.Thread // what answers no comment answers the post
		}
		want[it.ID] = seen{it.ID, parent, it.Text, it.At.UTC()}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("items (-want +got):\n%s", diff)
	}
	if pages != c.Pages() {
		t.Errorf("%d pages were asked for, the corpus has %d", pages, c.Pages())
	}
}

// TestCorpusIsAsLargeAsMeasured holds the corpus of the bench at what the figures
// in docs/performance.md are measured on.
func TestCorpusIsAsLargeAsMeasured(t *testing.T) {
	c, err := NewCorpus(CorpusConfig{})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := c.Pages(), 20*(200+200/20); got != want {
		t.Errorf("Pages() = %d, want %d", got, want)
	}
	if got, want := len(c.Items()), 20*200*11; got != want {
		t.Errorf("len(Items()) = %d, want %d", got, want)
	}
	if mean := c.Bytes() / c.Pages(); mean < 24<<10 || mean > 36<<10 {
		t.Errorf("a page has %d bytes on average, want about 30 KB", mean)
	}
}
