package crawler

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const (
	apiKey   = "s3cr3t/key+0123456789"
	apiToken = "t0k3n.9876543210"
)

// recorder is an archive that writes down all that it sees.
type recorder struct {
	next http.RoundTripper
	mu   sync.Mutex
	text strings.Builder
}

func (r *recorder) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := r.next.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(resp.Body)
	resp.Body.Close()
	resp.Body = io.NopCloser(bytes.NewReader(body))
	r.mu.Lock()
	defer r.mu.Unlock()
	fmt.Fprintf(&r.text, "%s %s\n%v\n%v\n%d %v\n%s\n\n",
		req.Method, req.URL, req.Header, resp.Request.URL, resp.StatusCode, resp.Header, body)
	return resp, err
}

// A secret reaches its own host and nobody else: not the visit, the archive, the
// log, or another host, even though the server repeats it wherever it can.
func TestSecretIsOnlyOnTheWire(t *testing.T) {
	var got []string
	handler := func(w http.ResponseWriter, r *http.Request) {
		got = append(got, r.URL.Path+" "+r.URL.Query().Get("key")+" "+r.URL.Query().Get("page")+" "+r.Header.Get("Authorization"))
		w.Header().Set("X-Echo", r.URL.RequestURI())
		w.Header().Set("X-Echo-Login", r.Header.Get("Authorization"))
		fmt.Fprintf(w, `{"next": "/items?key=%s", "raw": %q}`, url.QueryEscape(apiKey), apiKey)
	}
	s := serve(t, map[string]http.HandlerFunc{
		"/items": handler,
		"/moved": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "/items?page=3&again="+url.QueryEscape(r.URL.Query().Get("key")), http.StatusFound)
		},
		"/broken": func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Location", "http://["+r.URL.Query().Get("key"))
			w.WriteHeader(http.StatusFound)
		},
	})
	var log bytes.Buffer
	archive := &recorder{}
	c := newTestCrawler(t, func(config *Config) {
		config.Logger = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
		config.Archive = func(next http.RoundTripper) http.RoundTripper { archive.next = next; return archive }
	})
	var visits []Visit
	for _, path := range []string{"/items?page=2", "/moved", "/broken"} {
		visits = append(visits, c.Visit(t.Context(), Request{
			URL: s.URL + path, AllowLoopback: true, Secret: url.Values{"key": {apiKey}}, SecretHeader: http.Header{"authorization": {"Bearer " + apiToken}},
		}))
	}
	want := []string{"/items " + apiKey + " 2 Bearer " + apiToken, "/items " + apiKey + " 3 Bearer " + apiToken}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("what the server was asked (-want +got):\n%s", diff)
	}
	if outcomes, want := []Outcome{visits[0].Outcome, visits[1].Outcome, visits[2].Outcome}, []Outcome{OK, OK, NetworkError}; !cmp.Equal(outcomes, want) {
		t.Errorf("outcomes = %v, want %v", outcomes, want)
	}
	stars := strings.Repeat("*", len(apiKey))
	if body := string(visits[0].Body); !strings.Contains(body, `"raw": "`+stars+`"`) {
		t.Errorf("Visit.Body = %s, want the key masked", body)
	}
	if log.Len() == 0 || archive.text.Len() == 0 {
		t.Error("log or archive is empty; the search below would prove nothing")
	}
	for place, text := range map[string]string{
		"visits":  fmt.Sprintf("%+v %s", visits, visits[0].Body),
		"log":     log.String(),
		"archive": archive.text.String(),
	} {
		for _, form := range []string{apiKey, url.QueryEscape(apiKey), apiToken} {
			if strings.Contains(text, form) {
				t.Errorf("%s holds %q:\n%s", place, form, text)
			}
		}
	}
}

func TestSecretStaysWithItsHost(t *testing.T) {
	var carried []string
	c := newTestCrawler(t, func(config *Config) {
		config.Transport = noRobots(func(req *http.Request) (*http.Response, error) {
			if strings.Contains(req.URL.RawQuery, "key=") {
				carried = append(carried, req.URL.Scheme+"://"+req.URL.Host+req.URL.Path)
			}
			if got, want := req.Header.Get("Api-Key") != "", strings.Contains(req.URL.RawQuery, "key="); got != want {
				t.Errorf("%s: secret in the header %v, in the query %v, want both or neither", req.URL, got, want)
			}
			switch req.URL.Path {
			case "/away":
				return answer(302, "", "Location", "https://b.example/p"), nil
			case "/open":
				return answer(302, "", "Location", "http://a.example/p"), nil
			}
			return answer(200, "page"), nil
		})
	})
	for _, url := range []string{"https://a.example/away", "https://a.example/open", "http://a.example/p"} {
		c.Visit(t.Context(), Request{URL: url, Secret: map[string][]string{"key": {apiKey}}, SecretHeader: http.Header{"Api-Key": {apiToken}}})
	}
	if diff := cmp.Diff([]string{"https://a.example/away", "https://a.example/open"}, carried); diff != "" {
		t.Errorf("addresses that got the key (-want +got):\n%s", diff)
	}
}

// What is encoded cannot be searched for the secret, so it is not asked for, and
// refused.
func TestSecretAndEncodedAnswer(t *testing.T) {
	var accepted string
	c := newTestCrawler(t, func(config *Config) {
		config.Transport = noRobots(func(req *http.Request) (*http.Response, error) {
			accepted = req.Header.Get("Accept-Encoding")
			var b bytes.Buffer
			w := gzip.NewWriter(&b)
			io.WriteString(w, apiKey)
			w.Close()
			return answer(200, b.String(), "Content-Encoding", "gzip"), nil
		})
	})
	v := c.Visit(t.Context(), Request{URL: "https://a.example/p", Secret: map[string][]string{"key": {apiKey}}})
	if v.Outcome != NetworkError || accepted != "identity" {
		t.Errorf("Visit = %s (%s) with Accept-Encoding %q, want network_error with identity", v.Outcome, v.Reason, accepted)
	}
}

// A body with a secret is held in memory, up to the limit of any other.
func TestSecretAndLargeBody(t *testing.T) {
	s := serve(t, map[string]http.HandlerFunc{"/a": gush})
	c := newTestCrawler(t, func(config *Config) { config.MaxBytes = 1 << 20 })
	v := c.Visit(t.Context(), Request{URL: s.URL + "/a", AllowLoopback: true, Secret: url.Values{"key": {apiKey}}})
	if v.Outcome != TooLarge {
		t.Errorf("Visit = %s (%s), want too_large", v.Outcome, v.Reason)
	}
}
