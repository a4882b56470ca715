package web

import (
	"compress/gzip"
	"encoding/xml"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestPagesAreCompressed(t *testing.T) {
	site := newSite(t, new(invented), Options{})
	style := site.assets["style.css"].path
	for address, want := range map[string]bool{"/en/": true, "/en/?csv=ranking": true, "/en/method": true, style: true, "/en/body/akimat_abai/feed.atom": true, "/en/social.png": false} {
		plain := get(t, site, address)
		small := get(t, site, address, "Accept-Encoding", "br;q=1.0, gzip;q=0.8")
		if got := small.Header().Get("Content-Encoding") == "gzip"; got != want {
			t.Errorf("%s: compressed = %t, want %t", address, got, want)
			continue
		}
		if !want {
			continue
		}
		r, err := gzip.NewReader(small.Body)
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		if string(text) != plain.Body.String() {
			t.Errorf("%s: what was compressed is not what was not", address)
		}
		if !strings.Contains(small.Header().Get("Vary"), "Accept-Encoding") || !strings.Contains(plain.Header().Get("Vary"), "Accept-Encoding") {
			t.Errorf("%s: a cache is not told that there are two forms", address)
		}
	}
	if w := get(t, site, "/en/nothing", "Accept-Encoding", "gzip"); w.Code != http.StatusNotFound || w.Header().Get("Content-Encoding") != "gzip" {
		t.Errorf("a page that is not there: %d, %q, want 404, compressed", w.Code, w.Header().Get("Content-Encoding"))
	}
}

func TestTakesGzip(t *testing.T) {
	for accepted, want := range map[string]bool{
		"": false, "gzip": true, "GZIP": true, "x-gzip": true, "deflate, br": false, "br, gzip;q=0.5": true, "gzip;q=0": false, "gzip; q=0.0": false,
		"*": true, "*;q=0": false, "gzip;q=0, *": false, "identity;q=1, *;q=0": false, "gzip;q=broken": false,
	} {
		if got := takesGzip(accepted); got != want {
			t.Errorf("takesGzip(%q) = %t, want %t", accepted, got, want)
		}
	}
}

// A reader who has a page of a state of the data gets it once, and nothing is
// computed for asking again.
func TestTagsAreOfTheState(t *testing.T) {
	source := new(invented)
	var jobs []Running
	site := newSite(t, source, Options{Refresh: time.Nanosecond, Running: func() []Running { return jobs }})
	tag := func(address string) string {
		t.Helper()
		w := get(t, site, address)
		if w.Code != http.StatusOK || w.Header().Get("ETag") == "" {
			t.Fatalf("GET %s = %d with the tag %q, want 200 and a tag", address, w.Code, w.Header().Get("ETag"))
		}
		return w.Header().Get("ETag")
	}
	first := tag("/en/")
	for _, header := range []string{first, strings.TrimPrefix(first, "W/"), `"other", ` + first} {
		w := get(t, site, "/en/", "If-None-Match", header)
		if w.Code != http.StatusNotModified || w.Body.Len() != 0 || w.Header().Get("ETag") != first {
			t.Errorf("If-None-Match: %s: %d with %d bytes, want 304 and nothing", header, w.Code, w.Body.Len())
		}
	}
	past := "/en/?asof=2026-09-30T18:30:00Z"
	cited := tag(past)
	for address, other := range map[string]string{"another language": "/kk/", "another choice": "/en/?by=substantive", "another page": "/en/coverage", "another form": "/en/?csv=ranking", "an earlier moment": past} {
		if tag(other) == first {
			t.Errorf("%s (%s) has the same tag", address, other)
		}
	}
	jobs = []Running{{"crawl", lastVisit}}
	if tag("/en/") == first {
		t.Error("the page says that a job runs, and has the tag of the page that does not")
	}
	if tag(past) != cited {
		t.Error("a job that runs changes the tag of a page of an earlier moment")
	}
	jobs = nil
	source.generation.Add(1)
	deadline := time.Now().Add(10 * time.Second)
	for tag("/en/") == first && time.Now().Before(deadline) { // news are read in the background
	}
	if tag("/en/") == first {
		t.Error("news do not change the tag")
	}
	if w := get(t, site, "/en/nothing"); w.Header().Get("ETag") != "" || w.Header().Get("Cache-Control") != "no-store" {
		t.Errorf("a page that is not there has the tag %q, and may be kept: %q", w.Header().Get("ETag"), w.Header().Get("Cache-Control"))
	}
}

// What a page is made of besides the data is in its tag: another program or registry
// makes another page of the same data.
func TestTagsAreOfTheProgram(t *testing.T) {
	seen := map[string]string{}
	for name, o := range map[string]Options{"plain": {}, "another address": {Address: "https://other.example.org"}, "an edition": {Edition: "2026-Q3"}} {
		site := newSite(t, new(invented), o)
		if other, ok := seen[site.fingerprint]; ok {
			t.Errorf("%s has the fingerprint of %s", name, other)
		}
		seen[site.fingerprint] = name
	}
}

// Nothing but the site may do anything in its pages, whatever the page.
func TestSecurityHeaders(t *testing.T) {
	site := newSite(t, new(invented), Options{})
	for _, address := range []string{"/", "/en/", "/ru/body/mvd", "/en/?csv=ranking", "/en/nothing", "/en/?horizon=never", "/kk/social.png", "/en/body/mvd/badge.svg", site.assets["site.js"].path} {
		h := get(t, site, address).Header()
		policy := h.Get("Content-Security-Policy")
		if !strings.HasPrefix(policy, "default-src 'none'; ") || strings.Contains(policy, "unsafe") || strings.Contains(policy, "*") || !strings.Contains(policy, "frame-ancestors 'none'") {
			t.Errorf("%s: Content-Security-Policy = %q, want nothing but the site's own", address, policy)
		}
		for name, want := range map[string]string{
			"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin", "Cross-Origin-Opener-Policy": "same-origin",
			"Permissions-Policy": "camera=(), geolocation=(), microphone=()", "Set-Cookie": "",
		} {
			if got := h.Get(name); got != want {
				t.Errorf("%s: %s = %q, want %q", address, name, got, want)
			}
		}
	}
}

// Behind a proxy, absolute addresses are those by which the world knows the site.
func TestPublicAddress(t *testing.T) {
	const address = "https://qulaq.example.org"
	site := newSite(t, new(invented), Options{Address: address})
	for _, lang := range languages {
		doc := parse(t, site.page(t, "/"+string(lang)+"/body/akimat_abai"))
		for name, got := range map[string]string{
			"the picture for previews": doc.Find("meta[property='og:image']").AttrOr("content", ""),
			"the page's own address":   doc.Find("link[rel=canonical]").AttrOr("href", ""),
			"another language":         doc.Find("link[rel=alternate][hreflang]").AttrOr("href", ""),
			"the permanent link":       doc.Find("a.permanent").Text(),
		} {
			if !strings.HasPrefix(got, address+"/") {
				t.Errorf("%s: %s is %q, want it under %s", lang, name, got, address)
			}
		}
		var feed atomFeed
		if err := xml.Unmarshal([]byte(site.page(t, "/"+string(lang)+"/body/akimat_abai/feed.atom")), &feed); err != nil {
			t.Fatal(err)
		}
		for _, link := range append([]string{feed.ID, feed.Links[0].Href, feed.Links[1].Href}, feed.Entries[0].Link.Href) {
			if !strings.HasPrefix(link, address+"/"+string(lang)+"/") {
				t.Errorf("%s: the feed leads to %s, want it under %s", lang, link, address)
			}
		}
	}
	if data := site.page(t, "/en/data"); !strings.Contains(data, "curl -s '"+address+"/en/?csv=ranking'") {
		t.Error("the example of the data page is not under the public address")
	}
}

// A page of now says what may be about to change it; a page of then is as it was.
func TestPagesTellWhatRuns(t *testing.T) {
	site := newSite(t, new(invented), Options{Running: func() []Running { return []Running{{"relink", lastVisit}, {"tidy", lastVisit}} }})
	if got, want := parse(t, site.page(t, "/ru/data")).Find(".running").Text(), "Сейчас выполняется: пересчёт вопросов и ответов, с 2026-09-30 18:30\u00a0UTC; tidy, с 2026-09-30 18:30\u00a0UTC"; got != want {
		t.Errorf("the page says %q, want %q", got, want)
	}
	if doc := parse(t, site.page(t, "/ru/data?asof=2026-09-30T18:30:00Z")); doc.Find(".running").Length() != 0 {
		t.Error("a page of an earlier moment tells what runs now")
	}
}
