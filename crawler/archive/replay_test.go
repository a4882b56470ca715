package archive_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"qulaq/crawler"
	"qulaq/crawler/archive"

	"filippo.io/age"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

const apiKey = "s3cr3t/key+0123456789"

// site is a server with what a crawl meets.
func site(t *testing.T) *httptest.Server {
	t.Helper()
	visits := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.SetCookie(w, &http.Cookie{Name: "session", Value: "tracks-the-visitor"})
		switch r.URL.Path {
		case "/robots.txt":
			io.WriteString(w, "User-agent: *\nDisallow: /private/\n")
		case "/moved":
			http.Redirect(w, r, "/page", http.StatusFound)
		case "/page":
			w.Header().Set("Content-Encoding", "gzip")
			w.Header().Set("Content-Type", "text/html; charset=windows-1251")
			zw := gzip.NewWriter(w)
			io.WriteString(zw, strings.Repeat("<p>\xd1\xee\xe1\xf0\xe0\xed\xe8\xe5</p>", 2000))
			zw.Close()
		case "/counter":
			if r.Header.Get("If-None-Match") == `"2"` {
				w.WriteHeader(http.StatusNotModified)
				return
			}
			visits++
			w.Header().Set("ETag", fmt.Sprintf(`"%d"`, visits))
			fmt.Fprintf(w, "visit %d", visits)
		case "/search":
			fmt.Fprintf(w, "found %s", r.FormValue("q"))
		case "/api":
			w.Header().Set("X-Echo", r.URL.RequestURI())
			fmt.Fprintf(w, `{"key": %q}`, r.URL.Query().Get("key"))
		case "/cut":
			w.Header().Set("Content-Length", "1000")
			io.WriteString(w, "half a page")
		case "/busy":
			w.Header().Set("Retry-After", "1")
			w.WriteHeader(http.StatusTooManyRequests)
		default:
			http.NotFound(w, r)
		}
	}))
	t.Cleanup(server.Close)
	return server
}

// crawl makes the same visits with any network.
func crawl(t *testing.T, base string, change func(*crawler.Config)) []crawler.Visit {
	t.Helper()
	config := crawler.Config{FloorDelay: time.Nanosecond, Penalty: time.Nanosecond, MaxPenalty: time.Nanosecond}
	change(&config)
	c, err := crawler.New(config)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	var visits []crawler.Visit
	for _, r := range []crawler.Request{
		{URL: "/moved"},
		{URL: "/page"},
		{URL: "/counter"},
		{URL: "/counter"},
		{URL: "/counter", ETag: `"2"`},
		{URL: "/search", Form: url.Values{"q": {"су"}}},
		{URL: "/search", Form: url.Values{"q": {"жол"}}},
		{URL: "/api", Secret: url.Values{"key": {apiKey}}},
		{URL: "/gone"},
		{URL: "/private/x"},
		{URL: "/cut"},
		{URL: "/busy"},
	} {
		r.URL, r.AllowLoopback = base+r.URL, true
		visits = append(visits, c.Visit(t.Context(), r))
	}
	return visits
}

// TestReplay crawls once over the network and once from the archive: the visits
// are the same.
func TestReplay(t *testing.T) {
	server := site(t)
	dir := t.TempDir()
	identity, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	w, err := archive.New(archive.Config{Dir: dir, Recipients: []age.Recipient{identity.Recipient()}})
	if err != nil {
		t.Fatal(err)
	}
	first := crawl(t, server.URL, func(c *crawler.Config) { c.Archive = w.Layer })
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	server.Close()
	r, err := archive.Open(dir, identity)
	if err != nil {
		t.Fatal(err)
	}
	report, err := r.Verify(t.Context())
	if err != nil || !report.OK() {
		t.Errorf("Verify = %+v, %v, want no problems", report, err)
	}
	for p, err := range r.Pages(archive.Filter{URL: func(u string) bool { return u == server.URL+"/page" }}) {
		if err != nil || p.Asked != server.URL+"/moved" || !bytes.Equal(p.Body, first[0].Body) {
			t.Errorf("page = asked for %s, %v, want what the visit of /moved saw", p.Asked, err)
		}
		break // the second is the visit of /page itself
	}
	replay, err := r.Replay(archive.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	defer replay.Close()
	second := crawl(t, server.URL, func(c *crawler.Config) { c.Archive = replay.Layer })
	ignore := cmp.Options{
		cmpopts.IgnoreFields(crawler.Visit{}, "StartedAt", "SeenAt", "RetryAt"),
		cmpopts.IgnoreUnexported(crawler.Visit{}),
		cmpopts.IgnoreMapEntries(func(name string, _ []string) bool { return name == "Date" }),
	}
	if diff := cmp.Diff(first, second, ignore); diff != "" {
		t.Errorf("visits (-network +archive):\n%s", diff)
	}
	outcomes := map[crawler.Outcome]int{}
	for _, v := range first {
		outcomes[v.Outcome]++
	}
	if outcomes[crawler.OK] != 7 || len(outcomes) != 6 {
		t.Errorf("outcomes = %v, want 7 ok and 5 others: the test proves too little", outcomes)
	}
	req, err := http.NewRequest(http.MethodGet, server.URL+"/never-asked", nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := replay.RoundTrip(req); !errors.Is(err, archive.ErrNotRecorded) {
		t.Errorf("RoundTrip of what was not recorded = %v, want %v", err, archive.ErrNotRecorded)
	}
}

// TestNoSecretInTheArchive: neither the crawler's key, which the server repeats
// wherever it can, nor a cookie is in any record.
func TestNoSecretInTheArchive(t *testing.T) {
	server := site(t)
	dir := t.TempDir()
	w, err := archive.New(archive.Config{Dir: dir, Mode: archive.Plain})
	if err != nil {
		t.Fatal(err)
	}
	visits := crawl(t, server.URL, func(c *crawler.Config) { c.Archive = w.Layer })
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(dir, "*/*/*/*"))
	if err != nil || len(files) != 1 {
		t.Fatalf("files = %v, %v, want one", files, err)
	}
	data, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	zr, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(zr)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(text, []byte("GET /api HTTP/1.1")) || visits[7].Outcome != crawler.OK {
		t.Fatal("the request with the key is not in the archive; the search below would prove nothing")
	}
	for _, secret := range []string{apiKey, url.QueryEscape(apiKey), "tracks-the-visitor", "Set-Cookie"} {
		if bytes.Contains(text, []byte(secret)) {
			t.Errorf("the archive holds %q", secret)
		}
	}
}

// TestCrawlSeesTheFailure: a page that could not be archived is no page that was
// had, and nothing more is asked for.
func TestCrawlSeesTheFailure(t *testing.T) {
	server := site(t)
	dir := t.TempDir()
	w, err := archive.New(archive.Config{Dir: dir, Mode: archive.Plain})
	if err != nil {
		t.Fatal(err)
	}
	year := filepath.Join(dir, time.Now().UTC().Format("2006"))
	if err := os.WriteFile(year, nil, 0o600); err != nil { // in the place of a folder
		t.Fatal(err)
	}
	for _, v := range crawl(t, server.URL, func(c *crawler.Config) { c.Archive = w.Layer }) {
		if v.Outcome == crawler.OK || v.Outcome == crawler.NotModified || v.Outcome == crawler.Gone {
			t.Errorf("Visit(%s) = %s, although nothing could be archived", v.URL, v.Outcome)
		}
	}
	if err := w.Sync(); err == nil || !strings.Contains(err.Error(), "not recorded") {
		t.Errorf("Sync = %v, want that pages were not recorded", err)
	}
}
