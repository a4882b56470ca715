package crawler

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
)

// fullDisk is an archive that has no room left, for requests to some path.
type fullDisk struct {
	next http.RoundTripper
	path string
	late bool // learns of it only at the end of the body
}

var errFull = fmt.Errorf("archive: %w: %w", ErrNotArchived, syscall.ENOSPC)

func (d fullDisk) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.URL.Path == d.path && !d.late {
		return nil, errFull
	}
	resp, err := d.next.RoundTrip(req)
	if err == nil && req.URL.Path == d.path {
		resp.Body = struct {
			io.Reader
			io.Closer
		}{io.MultiReader(resp.Body, brokenReader{}), resp.Body}
	}
	return resp, err
}

type brokenReader struct{}

func (brokenReader) Read([]byte) (int, error) { return 0, errFull }

// That this side cannot archive is nothing that the page's owner did: the visit is
// aborted and tells why, and the owner is not spared for it.
func TestFullArchiveIsNoNetworkError(t *testing.T) {
	for _, test := range []struct {
		name string
		disk fullDisk
	}{
		{"before the request", fullDisk{path: "/p"}},
		{"with the body", fullDisk{path: "/p", late: true}},
		{"before robots.txt", fullDisk{path: "/robots.txt"}},
		{"with the body of robots.txt", fullDisk{path: "/robots.txt", late: true}},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				disk := test.disk
				c, _ := newClocked(t, func(config *Config) {
					config.Archive = func(next http.RoundTripper) http.RoundTripper { disk.next = next; return &disk }
				}, okWithRobots("User-agent: *"))
				r := Request{URL: "http://a.example/p"}
				v := c.Visit(t.Context(), r)
				if !v.Aborted || !errors.Is(v.Err, syscall.ENOSPC) {
					t.Errorf("Visit = aborted %v, Err %v (%s: %s), want aborted for the full disk", v.Aborted, v.Err, v.Outcome, v.Reason)
				}
				if p := c.gate.turnstile("a.example").penalty; p != 0 {
					t.Errorf("the owner has a penalty of %v, want none", p)
				}
				disk.path = "" // there is room again
				if v := c.Visit(t.Context(), r); v.Outcome != OK || v.Err != nil {
					t.Errorf("Visit with room again = %s (%s), Err %v, want ok", v.Outcome, v.Reason, v.Err)
				}
			})
		})
	}
}

// The body of an error tells more than its status: a platform's API says in it
// what is the matter.
func TestBodyOfAnError(t *testing.T) {
	const body = `{"error": {"code": 403, "errors": [{"reason": "commentsDisabled"}]}}`
	s := serve(t, map[string]http.HandlerFunc{"/p": func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusForbidden)
		io.WriteString(w, body)
	}})
	v := newTestCrawler(t, nil).Visit(t.Context(), Request{URL: s.URL + "/p", AllowLoopback: true})
	if v.Outcome != LoginWall || strings.TrimSpace(string(v.Body)) != body {
		t.Errorf("Visit = %s with body %q, want login_wall with the body as served", v.Outcome, v.Body)
	}
}

// What every further visit would end with ends them all.
func TestEachEndsWithAFullArchive(t *testing.T) {
	s := serve(t, map[string]http.HandlerFunc{"/p": text("page")})
	c := newTestCrawler(t, func(config *Config) {
		config.Archive = func(http.RoundTripper) http.RoundTripper { return fullDisk{path: "/robots.txt"} }
	})
	var requests []Request
	for range 50 {
		requests = append(requests, Request{URL: s.URL + "/p", AllowLoopback: true})
	}
	err := c.Each(t.Context(), 2, slices.Values(requests), func(Request, Visit) { t.Error("a visit is reported that was aborted") })
	if !errors.Is(err, ErrNotArchived) || len(s.askedAll()) > 0 {
		t.Errorf("Each = %v, asked %q; want %v and nothing asked", err, s.askedAll(), ErrNotArchived)
	}
}
