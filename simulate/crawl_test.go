package simulate

import (
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"qulaq/parsers"
	"qulaq/parsers/legalacts"
	"qulaq/parsers/telegram"
	"qulaq/parsers/vk"

	"github.com/google/go-cmp/cmp"
)

const base = "http://127.0.0.1:8080"

var readers = map[string]parsers.Parser{
	"telegram": telegram.New(), "legalacts": legalacts.New(), "vk": vk.New(),
}

// fetch asks the republic for an address, without a network.
func fetch(t testing.TB, r *Republic, a parsers.Address, header http.Header) *httptest.ResponseRecorder {
	t.Helper()
	return ask(r.Handler(), a, header)
}

// ask asks a host for an address, without a network.
func ask(host http.Handler, a parsers.Address, header http.Header) *httptest.ResponseRecorder {
	method, body := http.MethodGet, io.Reader(http.NoBody)
	if a.Form != nil {
		method, body = http.MethodPost, strings.NewReader(a.Form.Encode())
	}
	address, _, _ := strings.Cut(a.URL, "#") // never sent
	q := httptest.NewRequest(method, address, body)
	maps.Copy(q.Header, header)
	if a.Form != nil {
		q.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	w := httptest.NewRecorder()
	host.ServeHTTP(w, q)
	return w
}

func get(t testing.TB, r *Republic, path string) *httptest.ResponseRecorder {
	t.Helper()
	return fetch(t, r, parsers.Address{URL: base + path}, nil)
}

// crawl is what a perfect crawler would have read at one moment.
type crawl struct {
	pages    map[string]string // bytes by method and address
	items    map[string]parsers.Item
	states   map[string]parsers.State // of threads
	declared map[string]int           // items that threads say they have
	counted  map[string]int           // and show
	bodies   map[string]string        // addressee by thread, as printed
	reasons  map[string]string
	further  int // pages behind the first of their thread
}

// crawlAll reads every page of the republic at its simulated moment with the
// project's own parsers.
func crawlAll(t testing.TB, r *Republic, header http.Header) *crawl {
	t.Helper()
	c := &crawl{
		pages: map[string]string{}, items: map[string]parsers.Item{}, states: map[string]parsers.State{},
		declared: map[string]int{}, counted: map[string]int{}, bodies: map[string]string{}, reasons: map[string]string{},
	}
	for _, b := range r.Country(base).Bodies {
		for _, s := range b.Sources {
			p := readers[s.Platform]
			start, err := p.Start(s.URL)
			if err != nil {
				t.Fatal(err)
			}
			address := start.Address
			if s.Platform == "vk" { // with names
				address.URL += "&extended=1"
			}
			c.read(t, r, r.Handler(), p, address, header)
		}
	}
	return c
}

// read follows a thread through its pages, and all threads that it leads to.
func (c *crawl) read(t testing.TB, r *Republic, host http.Handler, p parsers.Parser, a parsers.Address, header http.Header) {
	t.Helper()
	var found []parsers.Thread
	for next := &a; next != nil; {
		key := next.URL + " " + next.Form.Encode()
		if _, twice := c.pages[key]; twice {
			t.Fatalf("%s leads in a circle", key)
		}
		w := ask(host, *next, header)
		c.pages[key] = w.Body.String()
		result, err := p.Parse(parsers.Page{
			URL: next.URL, ContentType: w.Header().Get("Content-Type"), Status: w.Code, Body: w.Body.Bytes(), Seen: r.Now(), Zone: r.hours.zone,
		})
		if err != nil {
			t.Fatalf("%s: %v", next.URL, err)
		}
		id := result.Thread.ID
		if result.State != parsers.OK || c.states[id] == "" {
			c.states[id] = result.State
			c.reasons[id] = result.Reason
		}
		c.declared[id] = max(c.declared[id], result.Declared)
		c.counted[id] += result.Counted
		c.bodies[id] = result.Addressee
		for _, item := range result.Items {
			if before, twice := c.items[item.ID]; twice && !cmp.Equal(before, item) {
				t.Errorf("%s: item %s twice, and differently", next.URL, item.ID)
			}
			c.items[item.ID] = item
		}
		found = append(found, result.Found...)
		if next = result.Next; next != nil {
			c.further++
		}
	}
	for _, thread := range found {
		if _, before := c.pages[thread.Address.URL+" "+thread.Address.Form.Encode()]; before {
			continue // a pinned post stands in its own place, too
		}
		c.read(t, r, host, p, thread.Address, header)
	}
}

// visible are the items that pages show at a moment, by id: those of the platforms
// whose sources end so, for ids are only unique within one.
func visible(r *Republic, now time.Time, suffix string) map[string]Item {
	closed := map[string]bool{}
	for _, s := range r.sources {
		if !strings.HasSuffix(s.id, suffix) {
			continue
		}
		for _, th := range s.threads {
			closed[th.id()] = th.opener != nil && !th.opener.shown(now.Unix()) || th.post.service
		}
	}
	out := map[string]Item{}
	for _, it := range r.Items() {
		gone := !it.Deleted.IsZero() && !now.Before(it.Deleted)
		if strings.HasSuffix(it.Source, suffix) && !it.At.After(now) && !gone && !it.Hidden && !closed[it.Thread] {
			out[it.ID] = it
		}
	}
	return out
}

func republic(t testing.TB, config Config) *Republic {
	t.Helper()
	r, err := New(config)
	if err != nil {
		t.Fatal(err)
	}
	return r
}
