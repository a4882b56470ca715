package crawler

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

func TestNew(t *testing.T) {
	for _, test := range []struct {
		name   string
		config Config
		err    string // "" for none
	}{
		{"zero value", Config{}, ""},
		{"web contact", Config{Contact: "https://qulaq.example/bot"}, ""},
		{"mail contact", Config{Contact: "crawler@qulaq.example"}, ""},
		{"contact that breaks the header", Config{Contact: "https://a.example/\r\nCookie: x"}, "contact"},
		{"contact that closes the comment", Config{Contact: "https://a.example/)"}, "contact"},
		{"contact that reaches nobody", Config{Contact: "me"}, "contact"},
		{"empty web contact", Config{Contact: "https://"}, "contact"},
		{"project that is no token", Config{Project: "qulaq crawler"}, "project"},
		{"version with a blank", Config{Version: "1 2"}, "version"},
		{"negative delay", Config{FloorDelay: -1}, "negative"},
		{"negative limit", Config{MaxBytes: -1}, "negative"},
		{"penalties upside down", Config{Penalty: 2 * time.Hour}, "MaxPenalty"},
	} {
		_, err := New(test.config)
		switch {
		case test.err == "" && err != nil:
			t.Errorf("New(%s) = %v, want no error", test.name, err)
		case test.err != "" && (err == nil || !strings.Contains(err.Error(), test.err) || !strings.HasPrefix(err.Error(), "crawler: ")):
			t.Errorf("New(%s) = %v, want crawler: …%s…", test.name, err, test.err)
		}
	}
}

// Every request says who asks, in what form it wants the answer, and nothing
// that would pass it off as a browser.
func TestRequestHeader(t *testing.T) {
	var sent http.Header
	var form string
	s := serve(t, map[string]http.HandlerFunc{"/p": func(_ http.ResponseWriter, r *http.Request) {
		sent = r.Header
		form = r.FormValue("offset")
	}})
	c := newTestCrawler(t, nil)
	c.Visit(t.Context(), Request{
		URL: s.URL + "/p", AllowLoopback: true,
		Form: url.Values{"offset": {"қ 20"}}, Header: http.Header{"accept-language": {"kk"}},
	})
	want := http.Header{
		"User-Agent":      {"qulaq/1.2 (+https://qulaq.example/bot)"},
		"Accept":          {"text/html, application/xhtml+xml, application/json;q=0.9, application/xml;q=0.9, */*;q=0.8"},
		"Accept-Encoding": {"gzip"},
		"Accept-Language": {"kk"},
		"Content-Type":    {"application/x-www-form-urlencoded"},
		"Content-Length":  {"16"},
	}
	if diff := cmp.Diff(want, sent); diff != "" {
		t.Errorf("header (-want +got):\n%s", diff)
	}
	if form != "қ 20" {
		t.Errorf("form value = %q, want %q", form, "қ 20")
	}
}

func TestRequestsThatAreNotMade(t *testing.T) {
	notProfiles := func(u *url.URL) bool { return !strings.HasPrefix(u.Path, "/user/") }
	s := serve(t, map[string]http.HandlerFunc{"/moved": redirect("/user/7"), "/user/7": text("profile")})
	for _, test := range []struct {
		name    string
		request Request
		reason  string
	}{
		{"no URL", Request{}, "scheme"},
		{"not a URL", Request{URL: "http://a b/"}, "not a URL"},
		{"another scheme", Request{URL: "ftp://a.example/"}, `scheme "ftp"`},
		{"no host", Request{URL: "http:///p"}, "without a host"},
		{"a password", Request{URL: "http://me:secret@a.example/"}, "password"},
		{"cookie", Request{URL: s.URL, Header: http.Header{"cookie": {"a=b"}}}, "header cookie"},
		{"login", Request{URL: s.URL, Header: http.Header{"Authorization": {"Basic eDp5"}}}, "Authorization"},
		{"disguise", Request{URL: s.URL, Header: http.Header{"User-Agent": {"Mozilla/5.0"}}}, "User-Agent"},
		{"secret too short to mask", Request{URL: s.URL, Secret: url.Values{"v": {"5.199"}}}, "secret v"},
		{"a profile", Request{URL: s.URL + "/user/7", Allow: notProfiles}, "not an address of its source"},
		{"a profile in disguise", Request{URL: s.URL + "/posts/../user/7", Allow: notProfiles}, "not an address of its source"},
		{"a redirect to a profile", Request{URL: s.URL + "/moved", Allow: notProfiles}, "not an address of its source"},
	} {
		t.Run(test.name, func(t *testing.T) {
			test.request.AllowLoopback = true
			v := newTestCrawler(t, nil).Visit(t.Context(), test.request)
			if v.Outcome != NetworkError || !strings.Contains(v.Reason, test.reason) {
				t.Errorf("Visit = %s (%s), want network_error (…%s…)", v.Outcome, v.Reason, test.reason)
			}
			if strings.Contains(v.Reason, "secret@") {
				t.Errorf("Visit.Reason = %q tells the password", v.Reason)
			}
		})
	}
	if diff := cmp.Diff([]string{"GET /moved"}, s.asked()); diff != "" {
		t.Errorf("requests (-want +got):\n%s", diff)
	}
}

func TestRedirectsToOtherHosts(t *testing.T) {
	c := newTestCrawler(t, func(config *Config) {
		config.Transport = noRobots(func(req *http.Request) (*http.Response, error) {
			next := map[string]string{
				"a.example": "http://www.a.example/", "www.a.example": "https://www.a.example/p",
				"b.example": "http://c.example/", "c.example": "http://d.example/", "d.example": "http://e.example/",
			}
			if target, ok := next[req.URL.Host]; ok && req.URL.Path == "/" {
				return answer(301, "", "Location", target), nil
			}
			return answer(200, "page"), nil
		})
	})
	for _, test := range []struct {
		url, final, reason string
		outcome            Outcome
	}{
		{"http://a.example/", "https://www.a.example/p", "", OK},
		{"http://c.example/", "http://e.example/", "", OK},
		{"http://b.example/", "http://d.example/", "redirects to more than 2 other hosts", NetworkError},
	} {
		v := c.Visit(t.Context(), Request{URL: test.url})
		if v.Outcome != test.outcome || v.FinalURL != test.final || v.Reason != test.reason || v.URL != test.url {
			t.Errorf("Visit(%s) = %s (%s) at %s, want %s (%s) at %s", test.url, v.Outcome, v.Reason, v.FinalURL, test.outcome, test.reason, test.final)
		}
	}
}

// Reasons are stored, so that a server must not be able to write into them what
// it likes: not a profile's address, nor a megabyte.
func TestReasonsAreOurs(t *testing.T) {
	const person = "aigul-serikbaeva"
	s := serve(t, map[string]http.HandlerFunc{
		"/profile":  redirect("/user/" + person),
		"/unparsed": redirect("http://[" + person),
		"/scheme":   redirect("tg://" + person),
		"/long":     encoded(strings.Repeat("x", 10_000)+"ә", nil),
	})
	c := newTestCrawler(t, nil)
	for _, path := range []string{"/profile", "/unparsed", "/scheme", "/long"} {
		v := c.Visit(t.Context(), Request{
			URL: s.URL + path, AllowLoopback: true,
			Allow: func(u *url.URL) bool { return !strings.HasPrefix(u.Path, "/user/") },
		})
		if v.Outcome != NetworkError || v.Reason == "" || strings.Contains(v.Reason, person) || len(v.Reason) > 310 || !utf8.ValidString(v.Reason) {
			t.Errorf("Visit(%s) = %s (%s), want network_error and a short reason without %s", path, v.Outcome, v.Reason, person)
		}
	}
}

// A visit begins when the page is asked for, not when the wait for it began:
// that the page was as seen then is all that can be said.
func TestVisitTimes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, web := newClocked(t, nil, okWithRobots("")) // 1 s an answer, 2 s between
		v := c.Visit(t.Context(), Request{URL: "http://a.example/p"})
		if got, want := v.StartedAt.Sub(web.begin), 3*time.Second; got != want {
			t.Errorf("Visit.StartedAt = %v after the call, want %v", got, want)
		}
		if got, want := v.SeenAt.Sub(v.StartedAt), time.Second; got != want {
			t.Errorf("Visit.SeenAt = %v after StartedAt, want %v", got, want)
		}
		if v.Bytes != int64(len("page")) {
			t.Errorf("Visit.Bytes = %d, want %d", v.Bytes, len("page"))
		}
	})
}

// Bytes are those on the wire, before decoding.
func TestVisitBytes(t *testing.T) {
	packed := gzipped(t, bytes.Repeat([]byte("жауап "), 1000))
	s := serve(t, map[string]http.HandlerFunc{"/": encoded("gzip", packed)})
	v := newTestCrawler(t, nil).Visit(t.Context(), Request{URL: s.URL, AllowLoopback: true})
	if v.Bytes != int64(len(packed)) || len(v.Body) != len("жауап ")*1000 {
		t.Errorf("Visit.Bytes, len(Body) = %d, %d, want %d, %d", v.Bytes, len(v.Body), len(packed), len("жауап ")*1000)
	}
}

func TestVisitAborted(t *testing.T) {
	s := serve(t, map[string]http.HandlerFunc{"/": hang})
	c := newTestCrawler(t, nil)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	for _, name := range []string{"under way", "already over"} {
		if v := c.Visit(ctx, Request{URL: s.URL, AllowLoopback: true}); !v.Aborted || v.Outcome != NetworkError || v.Reason == "" {
			t.Errorf("%s: Visit = %s (%s), aborted %v, want network_error, aborted", name, v.Outcome, v.Reason, v.Aborted)
		}
	}
}

func TestVisitIsLogged(t *testing.T) {
	var log bytes.Buffer
	s := serve(t, nil)
	c := newTestCrawler(t, func(config *Config) {
		config.Logger = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	})
	c.Visit(t.Context(), Request{URL: s.URL + "/a", AllowLoopback: true})
	for _, want := range []string{"level=DEBUG", "url=" + s.URL + "/a", "outcome=gone", `reason="404 Not Found"`, "status=404"} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("log = %s, want %s in it", log.String(), want)
		}
	}
}

// An archive sees every request and the bodies as transferred, and may stop the
// visit.
func TestArchiveSeesAll(t *testing.T) {
	packed := gzipped(t, []byte("page"))
	s := serve(t, map[string]http.HandlerFunc{
		"/robots.txt": text("User-agent: *\nAllow: /"), "/a": redirect("/b"), "/b": encoded("gzip", packed),
	})
	archive := &recorder{}
	c := newTestCrawler(t, func(config *Config) {
		config.Archive = func(next http.RoundTripper) http.RoundTripper { archive.next = next; return archive }
	})
	v := c.Visit(t.Context(), Request{URL: s.URL + "/a", AllowLoopback: true})
	if v.Outcome != OK || string(v.Body) != "page" {
		t.Errorf("Visit = %s (%s) %q, want ok \"page\"", v.Outcome, v.Reason, v.Body)
	}
	got := archive.text.String()
	for _, want := range []string{"GET " + s.URL + "/robots.txt\n", "GET " + s.URL + "/a\n", "GET " + s.URL + "/b\n", string(packed)} {
		if !strings.Contains(got, want) {
			t.Errorf("archive lacks %q:\n%s", want, got)
		}
	}
}

func TestOwnerKey(t *testing.T) {
	for _, test := range []struct {
		request Request
		want    string
	}{
		{Request{URL: "https://Gov.Example/p", Owner: "gov"}, "gov"},
		{Request{URL: "https://Gov.Example/p"}, "gov.example"},
		{Request{URL: "http://127.0.0.1:8080/"}, "127.0.0.1:8080"},
		{Request{URL: "://"}, ""},
	} {
		if got := test.request.OwnerKey(); got != test.want {
			t.Errorf("OwnerKey(%q, %q) = %q, want %q", test.request.URL, test.request.Owner, got, test.want)
		}
	}
}
