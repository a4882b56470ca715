package crawler

import (
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// sentValidators visits r on a network where a.example/p redirects to b.example/p
// and returns the validators with which each host was asked for a page.
func sentValidators(t *testing.T, r Request) map[string][2]string {
	t.Helper()
	sent := map[string][2]string{}
	c := newTestCrawler(t, func(config *Config) {
		config.Transport = noRobots(func(req *http.Request) (*http.Response, error) {
			sent[req.Method+" "+req.URL.Host+req.URL.Path] = [2]string{
				req.Header.Get("If-None-Match"), req.Header.Get("If-Modified-Since"),
			}
			switch req.URL.Path {
			case "/moved":
				return answer(301, "", "Location", "/p"), nil
			case "/away":
				return answer(301, "", "Location", "http://b.example/p"), nil
			}
			return answer(200, "page"), nil
		})
	})
	if v := c.Visit(t.Context(), r); v.Outcome != OK {
		t.Fatalf("Visit = %s (%s), want ok", v.Outcome, v.Reason)
	}
	return sent
}

func TestConditionalRequest(t *testing.T) {
	const etag, modified = `W/"v1"`, "Mon, 02 Mar 2026 08:00:00 GMT"
	for _, test := range []struct {
		name    string
		request Request
		want    map[string][2]string
	}{
		{
			"first visit",
			Request{URL: "http://a.example/p"},
			map[string][2]string{"GET a.example/p": {"", ""}},
		},
		{
			"both validators",
			Request{URL: "http://a.example/p", ETag: etag, LastModified: modified},
			map[string][2]string{"GET a.example/p": {etag, modified}},
		},
		{
			"only one",
			Request{URL: "http://a.example/p", LastModified: modified},
			map[string][2]string{"GET a.example/p": {"", modified}},
		},
		{
			"a redirect on the host",
			Request{URL: "http://a.example/moved", ETag: etag},
			map[string][2]string{"GET a.example/moved": {etag, ""}, "GET a.example/p": {etag, ""}},
		},
		{
			"a redirect to another host, of which they tell nothing",
			Request{URL: "http://a.example/away", ETag: etag},
			map[string][2]string{"GET a.example/away": {etag, ""}, "GET b.example/p": {"", ""}},
		},
		{
			"a form",
			Request{URL: "http://a.example/p", ETag: etag, Form: map[string][]string{"page": {"2"}}},
			map[string][2]string{"POST a.example/p": {"", ""}},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, sentValidators(t, test.request)); diff != "" {
				t.Errorf("validators sent (-want +got):\n%s", diff)
			}
		})
	}
}

// A 304 is a complete visit that leaves the validators in force, its own if it
// has any.
func TestNotModified(t *testing.T) {
	for _, test := range []struct {
		name         string
		header       []string
		etag, modify string
	}{
		{"without validators", nil, `"v1"`, "Mon, 02 Mar 2026 08:00:00 GMT"},
		{"with a new one", []string{"Etag", `"v2"`}, `"v2"`, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := newTestCrawler(t, func(config *Config) {
				config.Transport = noRobots(func(*http.Request) (*http.Response, error) {
					return answer(304, "", test.header...), nil
				})
			})
			v := c.Visit(t.Context(), Request{URL: "http://a.example/p", ETag: `"v1"`, LastModified: "Mon, 02 Mar 2026 08:00:00 GMT"})
			if v.Outcome != NotModified || v.Reason != "" || v.Body != nil || v.ETag != test.etag || v.LastModified != test.modify {
				t.Errorf("Visit = %s (%s), body %q, validators %q, %q, want not_modified, no body, %q, %q",
					v.Outcome, v.Reason, v.Body, v.ETag, v.LastModified, test.etag, test.modify)
			}
		})
	}
}

func TestValidators(t *testing.T) {
	const (
		eight   = "Mon, 02 Mar 2026 08:00:00 GMT"
		eightAM = "Mon, 02 Mar 2026 08:00:01 GMT"
	)
	for _, test := range []struct {
		name                 string
		etag, modified, date string
		wantETag, wantMod    string
	}{
		{"none", "", "", eight, "", ""},
		{"both", `"v1"`, eight, eightAM, `"v1"`, eight},
		{"modified in the second of the answer", `"v1"`, eight, eight, `"v1"`, ""},
		{"modified after the answer", "", eightAM, eight, "", ""},
		{"answer without a date", "", eight, "", "", ""},
		{"modified is no date", "", "yesterday", eight, "", ""},
	} {
		h := http.Header{"Etag": {test.etag}, "Last-Modified": {test.modified}, "Date": {test.date}}
		if etag, modified := validators(h); etag != test.wantETag || modified != test.wantMod {
			t.Errorf("%s: validators(%v) = %q, %q, want %q, %q", test.name, h, etag, modified, test.wantETag, test.wantMod)
		}
	}
}
