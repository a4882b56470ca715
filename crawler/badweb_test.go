package crawler

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"text/tabwriter"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func gzipped(t *testing.T, content []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write(content); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func encoded(coding string, body []byte) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", coding)
		w.Write(body)
	}
}

// drip writes a byte now and then, until the client has gone.
func drip(w http.ResponseWriter, r *http.Request) {
	for {
		if _, err := io.WriteString(w, "."); err != nil {
			return
		}
		w.(http.Flusher).Flush()
		select {
		case <-time.After(20 * time.Millisecond):
		case <-r.Context().Done():
			return
		}
	}
}

// gush writes until the client has gone.
func gush(w http.ResponseWriter, _ *http.Request) {
	chunk := bytes.Repeat([]byte("<p>сұрақ</p>"), 1000)
	for {
		if _, err := w.Write(chunk); err != nil {
			return
		}
	}
}

func hang(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }

// TestBadCitizens shows every bad citizen of the web to a crawler and prints what
// becomes of the visits. The server's own log proves what was asked.
func TestBadCitizens(t *testing.T) {
	page := "<html><p>Жауап беріңіз</p></html>"
	robots := func(lines string) http.HandlerFunc { return text(lines) }
	bomb := gzipped(t, make([]byte, 8<<20))
	nested := gzipped(t, []byte(strings.Repeat(page, 100)))

	type routes = map[string]http.HandlerFunc
	tests := []struct {
		name    string
		routes  routes
		request Request // URL is the path
		outcome Outcome
		reason  string // a part of it
		asked   []string
	}{
		{"honest page", routes{"/a": text(page)}, Request{URL: "/a"}, OK, "", []string{"GET /a"}},

		{"robots.txt 503", routes{"/robots.txt": status(503), "/a": text(page)}, Request{URL: "/a"}, BlockedByRobots, "robots.txt answered 503", nil},
		{"robots.txt 500", routes{"/robots.txt": status(500), "/a": text(page)}, Request{URL: "/a"}, BlockedByRobots, "robots.txt answered 500", nil},
		{"robots.txt 429", routes{"/robots.txt": status(429), "/a": text(page)}, Request{URL: "/a"}, BlockedByRobots, "robots.txt answered 429", nil},
		{"robots.txt 404", routes{"/a": text(page)}, Request{URL: "/a"}, OK, "", []string{"GET /a"}},
		{"robots.txt 403", routes{"/robots.txt": status(403), "/a": text(page)}, Request{URL: "/a"}, OK, "", []string{"GET /a"}},
		{"robots.txt hangs", routes{"/robots.txt": hang, "/a": text(page)}, Request{URL: "/a"}, NetworkError, "robots.txt: no complete answer in time", nil},
		{"robots.txt breaks off", routes{"/robots.txt": status(200, "Content-Length", "100"), "/a": text(page)}, Request{URL: "/a"}, BlockedByRobots, "cannot be read", nil},
		{"robots.txt redirects in a circle", routes{"/robots.txt": redirect("/robots.txt"), "/a": text(page)}, Request{URL: "/a"}, BlockedByRobots, "redirects", nil},
		{"robots.txt redirects and then forbids", routes{"/robots.txt": redirect("/r"), "/r": robots("User-agent: *\nDisallow: /"), "/a": text(page)}, Request{URL: "/a"}, BlockedByRobots, "disallow: /", []string{"GET /r"}},
		{"robots.txt forbids", routes{"/robots.txt": robots("User-agent: *\nDisallow: /a"), "/a": text(page)}, Request{URL: "/a"}, BlockedByRobots, "disallow: /a", nil},
		{"robots.txt forbids in Kazakh", routes{"/robots.txt": robots("User-agent: *\nDisallow: /қазақ"), "/қазақ": text(page)}, Request{URL: "/%D2%9B%D0%B0%D0%B7%D0%B0%D2%9B"}, BlockedByRobots, "disallow: /қазақ", nil},
		{"robots.txt forbids where a redirect leads", routes{"/robots.txt": robots("User-agent: *\nDisallow: /b"), "/a": redirect("/b"), "/b": text(page)}, Request{URL: "/a"}, BlockedByRobots, "disallow: /b", []string{"GET /a"}},

		{"429, Retry-After in seconds", routes{"/a": status(429, "Retry-After", "120")}, Request{URL: "/a"}, Throttled, "429", []string{"GET /a"}},
		{"429, Retry-After as a date", routes{"/a": status(429, "Date", "Mon, 02 Mar 2026 08:00:00 GMT", "Retry-After", "Mon, 02 Mar 2026 08:02:00 GMT")}, Request{URL: "/a"}, Throttled, "429", []string{"GET /a"}},
		{"503, Retry-After", routes{"/a": status(503, "Retry-After", "120")}, Request{URL: "/a"}, Throttled, "503", []string{"GET /a"}},
		{"503", routes{"/a": status(503)}, Request{URL: "/a"}, NetworkError, "503", []string{"GET /a"}},
		{"500", routes{"/a": status(500)}, Request{URL: "/a"}, NetworkError, "500", []string{"GET /a"}},

		{"slow body", routes{"/a": drip}, Request{URL: "/a"}, NetworkError, "in time", []string{"GET /a"}},
		{"no answer", routes{"/a": hang}, Request{URL: "/a"}, NetworkError, "in time", []string{"GET /a"}},
		{"endless body", routes{"/a": gush}, Request{URL: "/a"}, TooLarge, "larger than", []string{"GET /a"}},
		{"announces too large a body", routes{"/a": status(200, "Content-Length", "99999999")}, Request{URL: "/a"}, TooLarge, "larger than", []string{"GET /a"}},
		{"gzip bomb", routes{"/a": encoded("gzip", bomb)}, Request{URL: "/a"}, TooLarge, "decodes to more than", []string{"GET /a"}},
		{"endless gzip of nothing", routes{"/a": func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			for empty := bytes.Repeat(gzipped(t, nil), 1000); r.Context().Err() == nil; {
				if _, err := w.Write(empty); err != nil {
					return
				}
			}
		}}, Request{URL: "/a"}, TooLarge, "larger than", []string{"GET /a"}},
		{"encoding nobody asked for", routes{"/a": encoded("br", []byte(page))}, Request{URL: "/a"}, NetworkError, `"br"`, []string{"GET /a"}},
		{"encoded twice", routes{"/a": encoded("gzip, gzip", gzipped(t, nested))}, Request{URL: "/a"}, NetworkError, "gzip, gzip", []string{"GET /a"}},
		{"gzip", routes{"/a": encoded("gzip", gzipped(t, []byte(page)))}, Request{URL: "/a"}, OK, "", []string{"GET /a"}},
		{"gzip cut off", routes{"/a": encoded("gzip", nested[:len(nested)/2])}, Request{URL: "/a"}, Partial, "cut off", []string{"GET /a"}},
		{"gzip damaged", routes{"/a": encoded("gzip", append(bytes.Clone(nested[:len(nested)-8]), make([]byte, 8)...))}, Request{URL: "/a"}, Partial, "checksum", []string{"GET /a"}},
		{"gzip in name only", routes{"/a": encoded("gzip", []byte(page))}, Request{URL: "/a"}, Partial, "gzip", []string{"GET /a"}},

		{"body cut off", routes{"/a": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "1000")
			io.WriteString(w, page)
		}}, Request{URL: "/a"}, Partial, "unexpected end", []string{"GET /a"}},
		{"chunks break off", routes{"/a": hijack(t, func(conn net.Conn) {
			io.WriteString(conn, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n<html\r\n")
		})}, Request{URL: "/a"}, Partial, "unexpected end", []string{"GET /a"}},
		{"connection reset in the body", routes{"/a": hijack(t, func(conn net.Conn) {
			io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n<html")
			time.Sleep(100 * time.Millisecond) // until the client has read it
			reset(t, conn)
		})}, Request{URL: "/a"}, Partial, "reset", []string{"GET /a"}},
		{"connection reset before an answer", routes{"/a": hijack(t, func(conn net.Conn) { reset(t, conn) })}, Request{URL: "/a", Form: map[string][]string{"x": {"1"}}}, NetworkError, "reset", []string{"POST /a"}},
		{"not HTTP", routes{"/a": hijack(t, func(conn net.Conn) { io.WriteString(conn, "220 ready\r\n") })}, Request{URL: "/a"}, NetworkError, "malformed", []string{"GET /a"}},
		{"endless header", routes{"/a": hijack(t, func(conn net.Conn) {
			io.WriteString(conn, "HTTP/1.1 200 OK\r\n")
			for {
				if _, err := io.WriteString(conn, "X: "+strings.Repeat("x", 1000)+"\r\n"); err != nil {
					return
				}
			}
		})}, Request{URL: "/a"}, NetworkError, "header", []string{"GET /a"}},

		{"redirects in a circle", routes{"/a": redirect("/b"), "/b": redirect("/a")}, Request{URL: "/a"}, NetworkError, "circle", []string{"GET /a", "GET /b"}},
		{"redirects to itself", routes{"/a": redirect("/a")}, Request{URL: "/a"}, NetworkError, "circle", []string{"GET /a"}},
		{"redirects without end", routes{"/a": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "/a?"+r.URL.RawQuery+"1", http.StatusFound)
		}}, Request{URL: "/a"}, NetworkError, "more than 10 redirects", []string{
			"GET /a",
			"GET /a?1", "GET /a?11", "GET /a?111", "GET /a?1111", "GET /a?11111", "GET /a?111111",
			"GET /a?1111111", "GET /a?11111111", "GET /a?111111111", "GET /a?1111111111",
		}},
		{"redirect to the cloud's metadata", routes{"/a": redirect("http://169.254.169.254/latest/meta-data/")}, Request{URL: "/a"}, NetworkError, "169.254.169.254 is", []string{"GET /a"}},
		{"redirect to a file", routes{"/a": redirect("file:///etc/passwd")}, Request{URL: "/a"}, NetworkError, `scheme "file"`, []string{"GET /a"}},
		{"redirect without a target", routes{"/a": status(302)}, Request{URL: "/a"}, NetworkError, "302", []string{"GET /a"}},

		{"not modified", routes{"/a": status(304)}, Request{URL: "/a", ETag: `"v1"`}, NotModified, "", []string{"GET /a"}},
		{"not modified, unasked", routes{"/a": status(304)}, Request{URL: "/a"}, NetworkError, "nothing was there to compare", []string{"GET /a"}},
		{"a part", routes{"/a": status(206)}, Request{URL: "/a"}, Partial, "206", []string{"GET /a"}},
		{"no content", routes{"/a": status(204)}, Request{URL: "/a"}, Partial, "204", []string{"GET /a"}},
		{"unauthorized", routes{"/a": status(401)}, Request{URL: "/a"}, LoginWall, "401", []string{"GET /a"}},
		{"forbidden", routes{"/a": status(403)}, Request{URL: "/a"}, LoginWall, "403", []string{"GET /a"}},
		{"challenge for browsers", routes{"/a": status(403, "Cf-Mitigated", "challenge")}, Request{URL: "/a"}, Captcha, "403", []string{"GET /a"}},
		{"not found", nil, Request{URL: "/a"}, Gone, "404", []string{"GET /a"}},
		{"gone", routes{"/a": status(410)}, Request{URL: "/a"}, Gone, "410", []string{"GET /a"}},
		{"withheld by law", routes{"/a": status(451)}, Request{URL: "/a"}, DiscussionUnavailable, "451", []string{"GET /a"}},
		{"bad request", routes{"/a": status(400)}, Request{URL: "/a"}, NetworkError, "400", []string{"GET /a"}},
	}

	var table strings.Builder
	out := tabwriter.NewWriter(&table, 0, 0, 2, ' ', 0)
	fmt.Fprintln(out, "citizen\toutcome\tstatus\treason\trequests")
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := serve(t, test.routes)
			c := newTestCrawler(t, func(config *Config) {
				config.Timeout = 20 * time.Second // never reached, except by those that are to
				if strings.HasSuffix(test.reason, "in time") {
					config.Timeout = 200 * time.Millisecond
				}
				config.MaxBytes = 2 << 20
			})
			test.request.URL = s.URL + test.request.URL
			test.request.AllowLoopback = true
			v := c.Visit(t.Context(), test.request)
			fmt.Fprintf(out, "%s\t%s\t%d\t%s\t%s\n", test.name, v.Outcome, v.Status,
				v.Reason, strings.Join(s.askedAll(), ", "))

			if v.Outcome != test.outcome || !strings.Contains(v.Reason, test.reason) {
				t.Errorf("Visit(%s) = %s (%s), want %s (…%s…)", test.name, v.Outcome, v.Reason, test.outcome, test.reason)
			}
			if diff := cmp.Diff(test.asked, s.asked(), cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("requests beside robots.txt (-want +got):\n%s", diff)
			}
			if got, want := len(v.Body) > 0, test.outcome == OK; got != want && v.Status < 400 {
				t.Errorf("Visit has a body: %v, want %v", got, want)
			}
			if got, want := v.Reason == "", test.outcome == OK || test.outcome == NotModified; got != want {
				t.Errorf("Visit.Reason = %q, want empty: %v", v.Reason, want)
			}
			if v.Outcome != OK && v.Outcome != NotModified && (v.ETag != "" || v.LastModified != "") {
				t.Errorf("Visit has validators %q, %q although it is not complete", v.ETag, v.LastModified)
			}
			if strings.Contains(v.Reason, "127.0.0.1") {
				t.Errorf("Visit.Reason = %q tells addresses of this machine", v.Reason)
			}
			if v.Aborted {
				t.Error("Visit.Aborted, want false")
			}
		})
	}
	out.Flush()
	t.Logf("outcomes:\n%s", table.String())
}

func TestDeflate(t *testing.T) {
	const page = "<p>бір екі үш</p>"
	var wrapped, bare bytes.Buffer
	z := zlib.NewWriter(&wrapped)
	f, err := flate.NewWriter(&bare, flate.BestSpeed)
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range []io.WriteCloser{z, f} {
		io.WriteString(w, page)
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
	}
	s := serve(t, map[string]http.HandlerFunc{
		"/zlib":  encoded("deflate", wrapped.Bytes()),
		"/bare":  encoded("deflate", bare.Bytes()),
		"/empty": encoded("deflate", nil),
		"/cut":   encoded("deflate", wrapped.Bytes()[:8]),
	})
	c := newTestCrawler(t, nil)
	for _, test := range []struct {
		path    string
		outcome Outcome
		body    string
	}{
		{"/zlib", OK, page}, {"/bare", OK, page}, {"/empty", OK, ""}, {"/cut", Partial, ""},
	} {
		v := c.Visit(t.Context(), Request{URL: s.URL + test.path, AllowLoopback: true})
		if v.Outcome != test.outcome || string(v.Body) != test.body {
			t.Errorf("Visit(%s) = %s %q (%s), want %s %q", test.path, v.Outcome, v.Body, v.Reason, test.outcome, test.body)
		}
	}
}
