package jobs

import (
	"bytes"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"qulaq/crawler"
	"qulaq/crawler/archive"
	"qulaq/registry"
)

const testToken = "key-0123456789abcdef"

// videoSite is a platform of videos as far as its errors go: a channel of three
// videos, of which one has no comments, one has them switched off, and the last
// finds the quota of the day spent.
type videoSite struct {
	mu    sync.Mutex
	asked []string
	key   string // that was last asked with
}

func (s *videoSite) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	s.mu.Lock()
	s.asked = append(s.asked, r.URL.Path+" "+q.Get("videoId"))
	s.key = q.Get("key")
	s.mu.Unlock()
	failure := func(status int, reason string) {
		w.WriteHeader(status)
		fmt.Fprintf(w, `{"error": {"code": %d, "message": "For %s.", "errors": [{"reason": %q}]}}`, status, r.URL.RawQuery, reason)
	}
	switch {
	case r.URL.Path == "/robots.txt":
		http.NotFound(w, r)
	case q.Get("key") != testToken:
		failure(http.StatusForbidden, "forbidden")
	case strings.HasSuffix(r.URL.Path, "/playlistItems"):
		fmt.Fprint(w, `{"items": [`)
		for i, id := range []string{"aaaaaaaaaaa", "bbbbbbbbbbb", "ccccccccccc", "ddddddddddd"} {
			if i > 0 {
				fmt.Fprint(w, ",")
			}
			fmt.Fprintf(w, `{"id": %q, "snippet": {"title": "Есеп", "videoOwnerChannelId": "UCoffice"},
				"contentDetails": {"videoId": %[1]q, "videoPublishedAt": "2026-11-0%dT06:00:00Z"}}`, id, 4-i)
		}
		fmt.Fprint(w, `]}`)
	case q.Get("videoId") == "aaaaaaaaaaa":
		fmt.Fprint(w, `{"items": [], "pageInfo": {"totalResults": 0}}`)
	case q.Get("videoId") == "bbbbbbbbbbb":
		failure(http.StatusForbidden, "commentsDisabled")
	default:
		failure(http.StatusForbidden, "quotaExceeded")
	}
}

// channelOf is a registry of one body with one channel.
func channelOf(address string, loopback bool) *registry.Country {
	return &registry.Country{
		Code: "XQ", Names: registry.Names{KK: "Қиял", RU: "Кыял", EN: "Qiyal"}, Zone: "Asia/Almaty",
		Week: registry.Week{Days: []string{"mon"}, From: "09:00", To: "18:00"},
		Bodies: []registry.Body{{
			ID: "office", Level: registry.Central, Type: "ministry", Names: registry.Names{KK: "Кеңсе", RU: "Ведомство", EN: "Office"},
			Sources: []registry.Source{{
				ID: "office-channel", Platform: "youtube", URL: address, Status: registry.Active, Loopback: loopback,
				Confidence: registry.Verified, Evidence: "invented for this test",
			}},
		}},
	}
}

// Errors that a platform explains are not what their status says: comments that are
// switched off are neither a login wall nor a video without questions, and a spent
// quota ends all requests to its owner until there is a new one. The key is in no
// table, log or archive, though the site repeats it.
func TestErrorsThatThePlatformExplains(t *testing.T) {
	site := &videoSite{}
	server := httptest.NewServer(site)
	defer server.Close()
	dir := t.TempDir()
	var logs bytes.Buffer
	log := slog.New(slog.NewTextHandler(&logs, &slog.HandlerOptions{Level: slog.LevelDebug}))
	address := server.URL + "/youtube/v3/playlistItems?playlistId=UUoffice"
	r := &rehearsal{env: openEnv(t, dir, channelOf(address, true), log)}
	r.env.Tokens = Tokens{"youtube": testToken}
	now := time.Date(2026, 11, 5, 12, 0, 0, 0, time.UTC)
	clock := func() time.Time { return now }
	r.env.Now = clock
	var err error
	if r.env.Archive, err = archive.New(archive.Config{Dir: filepath.Join(dir, "archive"), Mode: archive.Plain, Now: clock}); err != nil {
		t.Fatal(err)
	}
	if r.env.Crawler, err = crawler.New(crawler.Config{Now: clock, MaxWait: -1, Archive: r.env.Archive.Layer, Logger: log}); err != nil {
		t.Fatal(err)
	}
	defer r.env.Crawler.Close()
	crawl, err := NewCrawl(t.Context(), r.env, CrawlOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := crawl.Round(t.Context()); err != nil {
		t.Fatal(err)
	}
	want := "UCoffice\tok\ttrue\n" + "aaaaaaaaaaa\tempty\ttrue\n" + "bbbbbbbbbbb\tcomments_closed\tfalse\n" +
		"ccccccccccc\tthrottled\tfalse\n" + "ddddddddddd\tthrottled\tfalse\n"
	if got := r.scan(t, "SELECT thread_id, outcome, complete FROM visits ORDER BY thread_id"); got != want {
		t.Errorf("visits:\n%s\nwant:\n%s", got, want)
	}
	comments := 0
	for _, line := range site.asked {
		if strings.Contains(line, "commentThreads") {
			comments++
		}
	}
	if comments != 3 {
		t.Errorf("asked %q: %d times for comments, want 3, the last of which tells that the quota is spent", site.asked, comments)
	}
	t.Run("until there is a new quota", func(t *testing.T) {
		site.asked = nil
		now = time.Date(2026, 11, 6, 7, 30, 0, 0, time.UTC) // before midnight in the Pacific
		if _, err := crawl.Round(t.Context()); err != nil || len(site.asked) > 0 {
			t.Errorf("asked %q (error %v) before there is a new quota", site.asked, err)
		}
		now = now.Add(time.Hour)
		if _, err := crawl.Round(t.Context()); err != nil || len(site.asked) == 0 {
			t.Errorf("asked %q (error %v) with a new quota", site.asked, err)
		}
	})
	if err := r.env.Archive.Close(); err != nil {
		t.Fatal(err)
	}
	t.Run("read again from the archive", func(t *testing.T) {
		reader, err := archive.Open(filepath.Join(dir, "archive"))
		if err != nil {
			t.Fatal(err)
		}
		done, err := Reparse(t.Context(), r.env, reader)
		if err != nil {
			t.Fatal(err)
		}
		if done.Visits < 4 || done.Unread > 0 || len(done.Threads) > 0 {
			t.Errorf("Reparse = %+v, want at least 4 visits, none unread, and no change", done)
		}
	})
	if site.key != testToken {
		t.Fatalf("the site was asked with key %q; the search below would prove nothing", site.key)
	}
	told := logs.String() + r.scan(t, "SELECT * FROM visits") + r.scan(t, "SELECT * FROM threads")
	for _, page := range archivedPages(t, filepath.Join(dir, "archive")) {
		told += page
	}
	if !strings.Contains(told, "quotaExceeded") || strings.Contains(told, testToken) {
		t.Error("what is stored, logged and archived holds the key, or nothing at all")
	}
}

// archivedPages lists what a plain archive holds.
func archivedPages(t *testing.T, dir string) []string {
	t.Helper()
	reader, err := archive.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	var pages []string
	for page, err := range reader.Pages(archive.Filter{}) {
		if err != nil {
			t.Fatal(err)
		}
		pages = append(pages, fmt.Sprintf("%+v %s", page, page.Body))
	}
	return pages
}

// Without the key that it needs, a source that is asked for by name is an error
// before anything is asked, and is otherwise skipped and told.
func TestSourceWithoutItsKey(t *testing.T) {
	country := channelOf("https://www.youtube.com/@office", false)
	country.Bodies[0].Sources = append(country.Bodies[0].Sources, registry.Source{
		ID: "office-telegram", Platform: "telegram", URL: "https://t.me/s/office_example", Status: registry.Active,
		Confidence: registry.Verified, Evidence: "invented for this test",
	})
	e := openEnv(t, t.TempDir(), country, nil)
	_, err := NewCrawl(t.Context(), e, CrawlOptions{Sources: []string{"office-channel"}, Contact: "crawler@qulaq.example"})
	if err == nil || !strings.Contains(err.Error(), "QULAQ_TOKEN_YOUTUBE") || !strings.Contains(err.Error(), "tokens/youtube") {
		t.Errorf("NewCrawl of a source without its key = %v, want an error that says where to put it", err)
	}
	crawl, err := NewCrawl(t.Context(), e, CrawlOptions{Contact: "crawler@qulaq.example"})
	if err != nil {
		t.Fatal(err)
	}
	if s := crawl.Skipped(); len(s) != 1 || s[0].SourceID != "office-channel" {
		t.Errorf("Skipped = %+v, want the channel", s)
	}
	for _, test := range []struct {
		name   string
		tokens Tokens
		err    string
	}{
		{"with its key", Tokens{"youtube": testToken}, ""},
		{"with a key for nobody", Tokens{"youtub": testToken}, `named youtub`},
	} {
		e.Tokens = test.tokens
		_, err := NewCrawl(t.Context(), e, CrawlOptions{Sources: []string{"office-channel"}, Contact: "crawler@qulaq.example"})
		if test.err == "" && err != nil || test.err != "" && (err == nil || !strings.Contains(err.Error(), test.err)) {
			t.Errorf("NewCrawl %s = %v, want %q", test.name, err, test.err)
		}
		if err != nil && strings.Contains(err.Error(), testToken) {
			t.Errorf("NewCrawl %s repeats the key", test.name)
		}
	}
}

// A disk that is full ends the crawl with that reason, and blames nobody.
func TestFullDiskEndsTheCrawl(t *testing.T) {
	site := &videoSite{}
	server := httptest.NewServer(site)
	defer server.Close()
	dir := t.TempDir()
	r := &rehearsal{env: openEnv(t, dir, channelOf(server.URL+"/youtube/v3/playlistItems?playlistId=UUoffice", true), nil)}
	r.env.Tokens = Tokens{"youtube": testToken}
	blocked := filepath.Join(dir, "archive")
	var err error
	if r.env.Archive, err = archive.New(archive.Config{Dir: blocked, Mode: archive.Plain}); err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(blocked); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(blocked, []byte("in the way"), 0o600); err != nil {
		t.Fatal(err)
	}
	if r.env.Crawler, err = crawler.New(crawler.Config{Archive: r.env.Archive.Layer}); err != nil {
		t.Fatal(err)
	}
	defer r.env.Crawler.Close()
	crawl, err := NewCrawl(t.Context(), r.env, CrawlOptions{})
	if err != nil {
		t.Fatal(err)
	}
	tally, err := crawl.Round(t.Context())
	if err == nil || strings.Count(err.Error(), crawler.ErrNotArchived.Error()) != 1 {
		t.Errorf("Round = %v, want that it was %q, said once", err, crawler.ErrNotArchived)
	}
	if got := r.scan(t, "SELECT count() FROM visits"); got != "0\n" || tally.Visits != 0 {
		t.Errorf("%s visits are stored, %d counted, whose pages are not archived", strings.TrimSpace(got), tally.Visits)
	}
}
