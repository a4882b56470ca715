package jobs

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"qulaq/crawler"
	"qulaq/registry"
	"qulaq/simulate"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
)

// badPages are what a site may answer, with status 200, in place of a page: what is
// done to the honest one, and the outcome that the visit has to have.
var badPages = []struct {
	name    string
	spoil   func([]byte) []byte
	outcome string
	earns   bool // silence
}{
	{"honest", func(page []byte) []byte { return page }, "ok", true},
	{"login page", func([]byte) []byte {
		return []byte(`<!DOCTYPE html><html><head><title>Telegram Login</title></head><body><form class="tgme_login_form" method="post" action="/auth"><h2>Log in to continue</h2><input type="password" name="password"></form></body></html>`)
	}, "login_wall", false},
	{"half a page", func(page []byte) []byte { return page[:len(page)/2] }, "partial", false},
	{"nothing", func([]byte) []byte { return nil }, "partial", false},
	{"another page", func([]byte) []byte {
		return []byte(`<!DOCTYPE html><html><head><title>It works</title></head><body><h1>It works</h1></body></html>`)
	}, "drift", false},
	{"the times are gone", func(page []byte) []byte { return bytes.ReplaceAll(page, []byte("datetime="), []byte("data-when=")) }, "drift", false},
	{"the ids are gone", func(page []byte) []byte { return bytes.ReplaceAll(page, []byte("data-post="), []byte("data-msg=")) }, "drift", false},
	{"the layout is another", func(page []byte) []byte { return bytes.ReplaceAll(page, []byte("tgme_"), []byte("web_")) }, "drift", false},
	{"another charset than it says", func(page []byte) []byte {
		recoded, err := encoding.ReplaceUnsupported(charmap.Windows1251.NewEncoder()).Bytes(page)
		if err != nil {
			panic(err)
		}
		return recoded
	}, "partial", false},
}

// The pages of bad citizens arrive in full and with status 200. None of them is
// silence, none adds an item, and each visit says why.
func TestBadPagesAreNoSilence(t *testing.T) {
	republic, err := simulate.New(simulate.Config{Seed: 2, Bodies: 12, Days: 4})
	if err != nil {
		t.Fatal(err)
	}
	republic.SetNow(republic.End())
	country := republic.Country("http://127.0.0.1")
	var body *registry.Body
	var source registry.Source
	for i := range country.Bodies {
		for _, s := range country.Bodies[i].Sources {
			if s.Platform == "telegram" && body == nil {
				body, source = &country.Bodies[i], s
			}
		}
	}
	body.Sources = nil
	want, asked := map[string]string{}, map[string]int{}
	for _, bad := range badPages {
		site := httptest.NewServer(spoiled(republic.Handler(), bad.spoil))
		t.Cleanup(site.Close)
		s := source
		s.ID = "bad-" + strings.ReplaceAll(bad.name, " ", "-")
		s.Owner = s.ID
		s.URL = site.URL + strings.TrimPrefix(source.URL, "http://127.0.0.1")
		body.Sources = append(body.Sources, s)
		want[s.ID] = fmt.Sprint(bad.outcome, " ", bad.earns)
	}
	country.Bodies = []registry.Body{*body}
	r := &rehearsal{dir: t.TempDir(), republic: republic}
	r.env = openEnv(t, r.dir, country, nil)
	r.env.Now = republic.Now
	if r.env.Crawler, err = crawler.New(crawler.Config{Now: republic.Now, MaxWait: -1}); err != nil {
		t.Fatal(err)
	}
	defer r.env.Crawler.Close()
	crawl, err := NewCrawl(t.Context(), r.env, CrawlOptions{Since: republic.Start().Add(-time.Hour)})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := crawl.Round(t.Context()); err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for line := range strings.Lines(r.scan(t, "SELECT source_id, outcome, complete, sightings, reason FROM visits WHERE thread_id = '"+strings.TrimPrefix(source.URL, "http://127.0.0.1/s/")+"' ORDER BY source_id")) {
		cell := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		got[cell[0]] = cell[1] + " " + cell[2]
		asked[cell[0]]++
		t.Logf("%-35s %-12s complete=%-5s sightings=%-3s %s", cell[0], cell[1], cell[2], cell[3], cell[4])
		if cell[1] != "ok" && (cell[3] != "0" || cell[4] == "") && cell[1] != "partial" {
			t.Errorf("%s: %s sightings, reason %q; want none, and why", cell[0], cell[3], cell[4])
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("outcome of the visit, and whether it earns silence (-want +got):\n%s", diff)
	}
	for id, n := range asked {
		if n != 1 {
			t.Errorf("%s: its listing was asked for %d times in one round, want once", id, n)
		}
	}
}

// spoiled answers what site answers, each page but robots.txt changed by spoil.
func spoiled(site http.Handler, spoil func([]byte) []byte) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		if q.URL.Path == "/robots.txt" {
			site.ServeHTTP(w, q)
			return
		}
		page := httptest.NewRecorder()
		q.Header.Del("If-None-Match")
		q.Header.Del("If-Modified-Since")
		site.ServeHTTP(page, q)
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = w.Write(spoil(page.Body.Bytes()))
	})
}
