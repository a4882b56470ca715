package browser_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"qulaq/crawler"
	"qulaq/crawler/browser"
)

// site serves a page whose comments a script fetches and renders, and notes what
// was asked for.
type site struct {
	*httptest.Server
	mu      sync.Mutex
	asked   []string
	agents  map[string]bool
	robots  string
	comment func(w http.ResponseWriter, r *http.Request)
}

const page = `<!doctype html><title>Q</title><link rel=stylesheet href=/style.css><link rel=icon href=/icon.png>
<h1>Сұрақ</h1><main></main><img src=/photo.png><script src=/app.js></script><script src="http://other.invalid/tracker.js"></script>`

const script = `document.querySelector('main').textContent = navigator.userAgent;
new Image().src = '/beacon.png';
fetch('/like', {method: 'POST', body: 'x'}).catch(() => {});
fetch('http://other.invalid/data').catch(() => {});
new WebSocket('ws://' + location.host + '/socket');
fetch('/comments.json').then(r => r.json()).then(all => {
	for (const c of all) { const p = document.createElement('article'); p.textContent = c; document.body.append(p); }
});`

func newSite(t *testing.T) *site {
	t.Helper()
	s := &site{agents: map[string]bool{}, comment: func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, `["Жол қашан жөнделеді?", "Мамырда"]`)
	}}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		s.asked = append(s.asked, r.Method+" "+r.URL.Path)
		s.agents[r.UserAgent()] = true
		s.mu.Unlock()
		switch r.URL.Path {
		case "/robots.txt":
			fmt.Fprint(w, s.robots)
		case "/q":
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			w.Header().Set("ETag", `"shell"`)
			fmt.Fprint(w, page)
		case "/app.js":
			w.Header().Set("Content-Type", "text/javascript; charset=utf-8")
			fmt.Fprint(w, script)
		case "/comments.json":
			s.comment(w, r)
		default:
			http.NotFound(w, r)
		}
	}))
	t.Cleanup(s.Close)
	return s
}

func open(t *testing.T) (*browser.Browser, *crawler.Crawler) {
	t.Helper()
	c, err := crawler.New(crawler.Config{Timeout: 10 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	b, err := browser.Open(t.Context(), browser.Config{Crawler: c, Timeout: 40 * time.Second})
	if errors.Is(err, browser.ErrNotFound) {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.Close)
	return b, c
}

func TestVisit(t *testing.T) {
	b, c := open(t)
	t.Run("what a script renders is on the page, and nothing else was asked for", func(t *testing.T) {
		s := newSite(t)
		visit := b.Visit(t.Context(), crawler.Request{URL: s.URL + "/q", AllowLoopback: true, ETag: `"shell"`})
		if visit.Outcome != crawler.OK {
			t.Fatalf("outcome %s: %s", visit.Outcome, visit.Reason)
		}
		body := string(visit.Body)
		for _, want := range []string{"<article>Жол қашан жөнделеді?</article>", "<article>Мамырда</article>", c.UserAgent()} {
			if !strings.Contains(body, want) {
				t.Errorf("the page lacks %q:\n%s", want, body)
			}
		}
		if visit.ETag != "" || visit.Bytes < int64(len(page)+len(script)) {
			t.Errorf("validator %q, %d bytes; want none, and those of the page, its script and its data", visit.ETag, visit.Bytes)
		}
		slices.Sort(s.asked)
		if got, want := s.asked, []string{"GET /app.js", "GET /comments.json", "GET /q", "GET /robots.txt"}; !slices.Equal(got, want) {
			t.Errorf("asked for %q, want %q", got, want)
		}
		if len(s.agents) != 1 || !s.agents[c.UserAgent()] {
			t.Errorf("asked as %v, want only %s", s.agents, c.UserAgent())
		}
	})
	for name, test := range map[string]struct {
		robots  string
		comment http.HandlerFunc
		want    crawler.Outcome
	}{
		"data that robots.txt forbids":   {"User-agent: *\nDisallow: /comments", nil, crawler.BlockedByRobots},
		"a page that robots.txt forbids": {"User-agent: *\nDisallow: /q", nil, crawler.BlockedByRobots},
		"data that is not there":         {"", http.NotFound, crawler.NetworkError},
		"data that is throttled":         {"", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTooManyRequests) }, crawler.Throttled},
		"data of another host": {"", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://localhost:9/comments.json", http.StatusFound)
		}, crawler.NetworkError},
	} {
		t.Run(name+" is not an empty page", func(t *testing.T) {
			s := newSite(t)
			s.robots = test.robots
			if test.comment != nil {
				s.comment = test.comment
			}
			visit := b.Visit(t.Context(), crawler.Request{URL: s.URL + "/q", AllowLoopback: true})
			if visit.Outcome != test.want || visit.Body != nil || visit.Reason == "" {
				t.Errorf("outcome %s (%s) with %d bytes, want %s without a body", visit.Outcome, visit.Reason, len(visit.Body), test.want)
			}
		})
	}
}

func TestOpenWithoutABrowser(t *testing.T) {
	c, err := crawler.New(crawler.Config{})
	if err != nil {
		t.Fatal(err)
	}
	_, err = browser.Open(t.Context(), browser.Config{Path: "/nowhere/chrome", Crawler: c})
	if !errors.Is(err, browser.ErrNotFound) || !strings.Contains(err.Error(), "/nowhere/chrome") {
		t.Errorf("Open = %v, want ErrNotFound with the place", err)
	}
}
