package simulate

import (
	"errors"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"qulaq/parsers"
	"qulaq/parsers/telegram"
)

// TestSamePagesFromSameSeed compares all pages of two republics byte for byte,
// asked for in the order of a crawl and of a map.
func TestSamePagesFromSameSeed(t *testing.T) {
	t.Parallel()
	a, b := republic(t, Config{Seed: 4, Days: 14}), republic(t, Config{Seed: 4, Days: 14})
	for _, day := range []int{5, 20} {
		a.SetNow(a.Start().AddDate(0, 0, day))
		b.SetNow(a.Now())
		first := crawlAll(t, a, nil).pages
		for key := range first {
			address, form, _ := strings.Cut(key, " ")
			if form != "" {
				continue // read below
			}
			if got := fetch(t, b, parsers.Address{URL: address}, nil).Body.String(); got != first[key] {
				t.Fatalf("day %d: %s differs between two republics of one seed", day, address)
			}
		}
		if !maps.Equal(first, crawlAll(t, b, nil).pages) {
			t.Errorf("day %d: the crawls differ", day)
		}
	}
	other := republic(t, Config{Seed: 5, Days: 14})
	if got, unwanted := len(other.Truth()), len(a.Truth()); got == unwanted {
		t.Errorf("seeds 4 and 5 both give %d needs", got)
	}
}

// TestConcurrentRequests moves the clock while many read (run with -race).
func TestConcurrentRequests(t *testing.T) {
	t.Parallel()
	r := republic(t, Config{Seed: 4, Days: 7})
	channel := r.sources[0].handle
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 50 {
				for _, path := range []string{"/s/" + channel, "/list", "/" + channel + "/2?embed=1&discussion=1", "/robots.txt"} {
					if w := get(t, r, path); w.Code != http.StatusOK {
						t.Errorf("GET %s = %d", path, w.Code)
					}
				}
			}
		})
	}
	for day := range 100 {
		r.SetNow(r.Start().Add(time.Duration(day) * time.Hour))
		r.Truth()
	}
	wg.Wait()
}

func TestConditionalGet(t *testing.T) {
	r := republic(t, Config{Seed: 4, Days: 14})
	r.SetNow(r.Start().AddDate(0, 0, 7))
	for _, path := range []string{
		"/s/" + r.sources[0].handle, "/list", "/robots.txt",
		"/" + r.sources[0].threads[3].id() + "?embed=1&discussion=1&comments_limit=100",
		"/npa/view?id=" + r.portal.threads[0].id(),
	} {
		first := get(t, r, path)
		tag, modified := first.Header().Get("ETag"), first.Header().Get("Last-Modified")
		for name, header := range map[string]http.Header{
			"If-None-Match":     {"If-None-Match": {tag}},
			"If-Modified-Since": {"If-Modified-Since": {modified}},
		} {
			w := fetch(t, r, parsers.Address{URL: base + path}, header)
			if w.Code != http.StatusNotModified || w.Body.Len() != 0 {
				t.Errorf("GET %s with %s = %d, %d bytes, want 304 and none", path, name, w.Code, w.Body.Len())
			}
		}
		stale := fetch(t, r, parsers.Address{URL: base + path}, http.Header{"If-None-Match": {`"other"`}, "If-Modified-Since": {modified}})
		if stale.Code != http.StatusOK {
			t.Errorf("GET %s with another tag = %d, want 200", path, stale.Code)
		}
	}
}

// TestLastModifiedIsTrue asks for pages again, with the Last-Modified of the last
// answer, at every moment at which something changes: whenever the bytes differ
// there must be a new page.
func TestLastModifiedIsTrue(t *testing.T) {
	t.Parallel()
	r := republic(t, Config{Seed: 6, Days: 6})
	channel, wall := r.sources[0], r.sources[1]
	pages := map[string][]*thread{
		"/s/" + channel.handle: channel.threads,
		"/list":                r.portal.threads,
		"/method/wall.get?owner_id=" + wall.body.official(wall).id(wall): wall.threads,
	}
	for _, th := range channel.threads {
		pages["/"+th.id()+"?embed=1&discussion=1&comments_limit=50"] = []*thread{th}
	}
	for _, th := range r.portal.threads {
		pages["/npa/view?id="+th.id()] = []*thread{th}
	}
	for path, threads := range pages {
		var moments []int64
		for _, th := range threads {
			if th.draft != nil {
				moments = append(moments, th.at, th.draft.until)
			}
			for _, it := range append([]*item{th.opener}, th.items...) {
				if it != nil {
					moments = append(moments, it.at, it.edited, it.deleted)
				}
			}
		}
		sortMoments(moments)
		var before, since string
		for _, at := range moments {
			if at == never {
				continue
			}
			r.SetNow(time.Unix(at, 0))
			now := get(t, r, path)
			again := fetch(t, r, parsers.Address{URL: base + path}, http.Header{"If-Modified-Since": {since}})
			if since != "" && now.Body.String() != before && again.Code == http.StatusNotModified {
				t.Fatalf("at %v: %s answers 304 to the Last-Modified of other bytes", r.Now(), path)
			}
			before, since = now.Body.String(), now.Header().Get("Last-Modified")
		}
	}
}

func TestOutages(t *testing.T) {
	start := time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)
	r := republic(t, Config{Start: start, Days: 5, Outages: []Outage{
		{From: start.Add(24 * time.Hour), To: start.Add(30 * time.Hour)},
		{From: start.Add(48 * time.Hour), To: start.Add(50 * time.Hour), Close: true},
	}})
	server := httptest.NewServer(r.Handler())
	defer server.Close()
	for _, test := range []struct {
		name  string
		after time.Duration
		want  int // 0 for no answer
	}{
		{"before", 23*time.Hour + 59*time.Minute, 200},
		{"at its beginning", 24 * time.Hour, 503},
		{"within", 29 * time.Hour, 503},
		{"at its end", 30 * time.Hour, 200},
		{"connection closed", 49 * time.Hour, 0},
		{"after all", 51 * time.Hour, 200},
	} {
		r.SetNow(start.Add(test.after))
		for _, path := range []string{"/robots.txt", "/s/" + r.sources[0].handle, "/list"} {
			got := 0
			response, err := http.Get(server.URL + path)
			if err == nil {
				got = response.StatusCode
				response.Body.Close()
			}
			if got != test.want {
				t.Errorf("%s: GET %s = %d (%v), want %d", test.name, path, got, err, test.want)
			}
			if got == 503 && response.Header.Get("Retry-After") == "" {
				t.Errorf("%s: GET %s = 503 without Retry-After", test.name, path)
			}
		}
	}
}

func TestLoginWall(t *testing.T) {
	r := republic(t, Config{Days: 5, LoginWallDays: []int{2}})
	channel := r.sources[0].handle
	community := r.sources[1]
	for _, test := range []struct {
		name string
		at   time.Time
		want parsers.State
	}{
		{"day before", r.Start().Add(48*time.Hour - time.Second), parsers.OK},
		{"that day", r.Start().Add(48 * time.Hour), parsers.LoginWall},
		{"day after", r.Start().Add(72 * time.Hour), parsers.OK},
	} {
		r.SetNow(test.at)
		for _, a := range []struct{ platform, path string }{
			{"telegram", "/s/" + channel},
			{"vk", "/method/wall.get?owner_id=" + community.body.official(community).id(community)},
		} {
			w := get(t, r, a.path)
			result, err := readers[a.platform].Parse(parsers.Page{URL: base + a.path, Body: w.Body.Bytes(), Seen: r.Now()})
			if err != nil || w.Code != http.StatusOK || result.State != test.want {
				t.Errorf("%s: GET %s = %d %s (%s), %v, want 200 %s", test.name, a.path, w.Code, result.State, result.Reason, err, test.want)
			}
		}
		if w := get(t, r, "/list"); !strings.Contains(w.Body.String(), "contentlist") {
			t.Errorf("%s: the portal has a login wall", test.name)
		}
	}
}

func TestToken(t *testing.T) {
	r := republic(t, Config{Days: 2, Token: "open sesame"})
	s := r.sources[1]
	path := "/method/wall.get?owner_id=" + s.body.official(s).id(s)
	if got := get(t, r, path).Body.String(); !strings.Contains(got, `"error_code":5`) {
		t.Errorf("wall.get without a token = %.80s, want error 5", got)
	}
	if got := get(t, r, path+"&access_token=open+sesame").Body.String(); !strings.Contains(got, `"response"`) {
		t.Errorf("wall.get with the token = %.80s, want a response", got)
	}
}

// TestUnknownAddresses: what is not there is refused as each platform does it.
func TestUnknownAddresses(t *testing.T) {
	r := republic(t, Config{Days: 3})
	r.SetNow(r.End())
	s := r.sources[0]
	for _, test := range []struct {
		name, path string
		status     int
		state      parsers.State // of a Telegram page
	}{
		{"channel's listing", "/s/no_such_channel", 302, ""},
		{"name", "/no_such_channel", 200, parsers.Gone},
		{"channel without preview", "/" + s.handle, 200, parsers.DiscussionUnavailable},
		{"post", "/" + s.handle + "/999999?embed=1", 200, parsers.Gone},
		{"post of the future", "/" + s.handle + "/999999?embed=1&discussion=1", 200, parsers.Gone},
		{"search without result", "/s/" + s.handle + "?q=xyzzy", 200, parsers.Empty},
		{"posts before the first", "/s/" + s.handle + "?before=1", 200, parsers.Throttled},
		{"document", "/npa/view?id=5", 404, ""},
		{"method", "/method/users.get?owner_id=1", 200, ""},
		{"path", "/a/b/c", 404, ""},
	} {
		w := get(t, r, test.path)
		if w.Code != test.status {
			t.Errorf("%s: GET %s = %d, want %d", test.name, test.path, w.Code, test.status)
		}
		if test.state == "" {
			continue
		}
		result, err := telegram.New().Parse(parsers.Page{URL: base + test.path, Body: w.Body.Bytes(), Seen: r.Now()})
		if err != nil || result.State != test.state {
			t.Errorf("%s: GET %s reads as %s (%s), %v, want %s", test.name, test.path, result.State, result.Reason, err, test.state)
		}
	}
}

// TestScriptedListing: with X-Requested-With a page of a channel is JSON.
func TestScriptedListing(t *testing.T) {
	r := republic(t, Config{Days: 9})
	r.SetNow(r.End())
	path := "/s/" + r.sources[0].handle
	parse := func(w *httptest.ResponseRecorder) int {
		result, err := telegram.New().Parse(parsers.Page{URL: base + path, ContentType: w.Header().Get("Content-Type"), Body: w.Body.Bytes(), Seen: r.Now()})
		if err = errors.Join(err); err != nil || result.State != parsers.OK {
			t.Fatalf("state %s (%s), %v", result.State, result.Reason, err)
		}
		return len(result.Items)
	}
	plain := parse(get(t, r, path))
	scripted := parse(fetch(t, r, parsers.Address{URL: base + path}, http.Header{"X-Requested-With": {"XMLHttpRequest"}}))
	if plain != scripted || plain == 0 {
		t.Errorf("%d posts as a page, %d as JSON", plain, scripted)
	}
}

// FuzzHandler: no address, however strange, breaks the server.
func FuzzHandler(f *testing.F) {
	r := republic(f, Config{Days: 3})
	r.SetNow(r.End())
	s := r.sources[0]
	for _, path := range []string{
		"/s/" + s.handle + "?before=-5&q=%00", "/" + s.handle + "/4?embed=1&discussion=1&comments_limit=-1",
		"/list?page=9223372036854775807", "/npa/view?id=" + r.portal.threads[0].id() + "&pageComment=922337203685477580",
		"/method/wall.get?owner_id=-1990000002&offset=-3&count=-3",
		"/method/wall.getComments?owner_id=-1990000002&post_id=375&offset=9223372036854775807&count=9&thread_items_count=-1",
	} {
		f.Add(path)
	}
	f.Fuzz(func(t *testing.T, path string) {
		q, err := http.NewRequest(http.MethodGet, base+path, nil)
		if err != nil {
			return
		}
		w := httptest.NewRecorder()
		r.Handler().ServeHTTP(w, q)
		if w.Code >= 500 {
			t.Errorf("GET %q = %d", path, w.Code)
		}
	})
}

// BenchmarkPage is what a page costs to serve, without a network.
func BenchmarkPage(b *testing.B) {
	r := republic(b, Config{})
	r.SetNow(r.End())
	s := r.sources[0]
	busiest := s.threads[0]
	for _, th := range s.threads {
		if len(th.items) > len(busiest.items) {
			busiest = th
		}
	}
	for name, path := range map[string]string{
		"channel":  "/s/" + s.handle,
		"comments": "/" + busiest.id() + "?embed=1&discussion=1&comments_limit=100",
		"list":     "/list",
		"document": "/npa/view?id=" + r.portal.threads[5].id(),
		"wall":     "/method/wall.get?count=100&owner_id=-1990000002",
		"replies":  "/method/wall.getComments?count=100&thread_items_count=10&owner_id=-1990000002&post_id=" + strings.Split(r.sources[1].threads[2].id(), "_")[1],
	} {
		b.Run(name, func(b *testing.B) {
			q := httptest.NewRequest("GET", base+path, nil)
			w := httptest.NewRecorder()
			r.Handler().ServeHTTP(w, q)
			b.SetBytes(int64(w.Body.Len()))
			b.ReportAllocs()
			for b.Loop() {
				r.Handler().ServeHTTP(discard{http.Header{}}, q)
			}
		})
	}
}

// discard is a ResponseWriter that keeps nothing.
type discard struct{ header http.Header }

func (d discard) Header() http.Header         { return d.header }
func (d discard) Write(p []byte) (int, error) { return len(p), nil }
func (d discard) WriteHeader(int)             {}
