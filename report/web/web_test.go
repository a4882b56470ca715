package web

import (
	"bytes"
	"encoding/csv"
	"encoding/xml"
	"image/png"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/google/go-cmp/cmp"
)

func parse(t testing.TB, page string) *goquery.Document {
	t.Helper()
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func TestEveryPageInEveryLanguage(t *testing.T) {
	site := newSite(t, new(invented), Options{})
	for _, lang := range languages {
		for _, address := range allPages(lang) {
			t.Run(address, func(t *testing.T) {
				page := site.page(t, address)
				doc := parse(t, page)
				if got := doc.Find("html").AttrOr("lang", ""); got != string(lang) {
					t.Errorf("html lang = %q, want %q", got, lang)
				}
				if got := doc.Find("h1").Length(); got != 1 {
					t.Errorf("%d h1, want 1", got)
				}
				if got := doc.Find("[style], script:not([src]), style").Length(); got != 0 {
					t.Errorf("%d inline styles or scripts, which the Content-Security-Policy refuses", got)
				}
				ids := map[string]bool{}
				doc.Find("[id]").Each(func(_ int, s *goquery.Selection) {
					if id := s.AttrOr("id", ""); ids[id] {
						t.Errorf("two elements have the id %q", id)
					} else {
						ids[id] = true
					}
				})
				doc.Find("[aria-labelledby]").Each(func(_ int, s *goquery.Selection) {
					for id := range strings.FieldsSeq(s.AttrOr("aria-labelledby", "")) {
						if !ids[id] {
							t.Errorf("nothing has the id %q, by which something is labelled", id)
						}
					}
				})
				doc.Find("figure").Each(func(_ int, s *goquery.Selection) {
					if s.Find("svg title").Text() == "" || s.Find("svg desc").Text() == "" || s.Find("details table").Length() == 0 || s.Find(".csv a").Length() == 0 {
						t.Errorf("figure %s lacks a title, description, table or CSV", s.AttrOr("id", ""))
					}
				})
				withTheirData(t, site, doc, address)
				for _, broken := range []string{"NaN", "{0}", "{1}", "%!", "ZgotmplZ", "&lt;svg"} {
					if strings.Contains(page, broken) {
						t.Errorf("the page contains %q", broken)
					}
				}
				doc.Find("link[href], script[src], img[src]").Each(func(_ int, s *goquery.Selection) {
					address := s.AttrOr("href", s.AttrOr("src", ""))
					if !strings.HasPrefix(address, "/") && !strings.HasPrefix(address, "http://example.com/") {
						t.Errorf("the page loads %s from elsewhere", address)
					}
				})
			})
		}
	}
}

// withTheirData tells of charts without a table, and of tables without a CSV that has
// their rows, and the limits, n, share that is open, coverage and moment of each rate.
func withTheirData(t *testing.T, site *Site, doc *goquery.Document, address string) {
	t.Helper()
	doc.Find("svg.chart, svg.strip:not(.axis)").Each(func(_ int, s *goquery.Selection) {
		if s.Closest("table").Length() == 0 && s.Closest("figure").Find("table").Length() == 0 {
			t.Errorf("a drawing has no table: %s", s.AttrOr("class", ""))
		}
	})
	doc.Find("main table[role=table]").Each(func(_ int, s *goquery.Selection) {
		caption := s.Find("caption").Text()
		link := s.Parent().NextAllFiltered(".csv").First().Find("a[download]").AttrOr("href", "")
		records, err := csv.NewReader(strings.NewReader(site.page(t, link))).ReadAll()
		if err != nil {
			t.Fatalf("%s: %v", link, err)
		}
		shown := s.Find("tbody tr")
		if s.Parent().NextAllFiltered(".note").Length() == 0 && len(records) != 1+shown.Length() || len(records) < 1+shown.Length() {
			t.Errorf("table %q has %d rows, its CSV %d", caption, shown.Length(), len(records)-1)
		}
		for i, name := range records[0] {
			if !strings.HasSuffix(name, "_as_of") {
				continue
			}
			number := strings.TrimSuffix(name, "_as_of")
			if got, want := strings.Join(records[0][i-7:i+1], " "), strings.ReplaceAll("N N_lo N_hi N_n N_censored N_coverage N_horizon N_as_of", "N", number); got != want {
				t.Errorf("the CSV of table %q tells %s, want %s", caption, got, want)
			}
		}
		if strings.Contains(s.Find("tbody small").Text(), "[") && !slices.Contains(s.Find("thead th").Map(func(_ int, s *goquery.Selection) string { return s.Text() }), "n") && !strings.Contains(caption+s.Text(), "n =") && s.Closest("[aria-labelledby=kinds]").Length() == 0 {
			t.Errorf("table %q tells limits, and no n", caption)
		}
	})
	asOf := doc.Find(".asof time").AttrOr("datetime", "")
	if permanent := doc.Find("a.permanent").AttrOr("href", ""); asOf == "" || !strings.Contains(permanent, "asof=") {
		t.Errorf("%s tells no moment (%q) or has no permanent link (%q)", address, asOf, permanent)
	}
}

// Whatever a page links to on the site is there.
func TestLinksLeadSomewhere(t *testing.T) {
	site := newSite(t, new(invented), Options{})
	seen := map[string]bool{}
	for _, address := range allPages("ru") {
		parse(t, site.page(t, address)).Find("a[href], link[href], script[src], img[src]").Each(func(_ int, s *goquery.Selection) {
			link := strings.TrimPrefix(s.AttrOr("href", s.AttrOr("src", "")), "http://example.com")
			if !strings.HasPrefix(link, "/") || seen[link] {
				return
			}
			seen[link] = true
			if w := get(t, site, link); w.Code != http.StatusOK {
				t.Errorf("%s links to %s, which is %d", address, link, w.Code)
			}
		})
	}
	if len(seen) < 100 {
		t.Errorf("%d links were followed: too few", len(seen))
	}
}

func TestRankingIsSortedAndFiltered(t *testing.T) {
	site := newSite(t, new(invented), Options{})
	column := func(query string) []string {
		t.Helper()
		records, err := csv.NewReader(strings.NewReader(site.page(t, "/en/?csv=ranking&"+query))).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		var out []string
		for _, r := range records[1:] {
			out = append(out, r[2])
		}
		return out
	}
	byRank := column("")
	if len(byRank) != 20 {
		t.Fatalf("%d bodies, want 20", len(byRank))
	}
	up := column("sort=needs&order=up")
	down := column("sort=needs&order=down")
	if last := len(up) - 1; up[last] != quietBody || down[last] != quietBody {
		t.Errorf("sorted by n, the last are %s and %s, want %s, whose n is not told", up[last], down[last], quietBody)
	}
	slices.Reverse(down)
	if diff := cmp.Diff(up[:19], down[1:]); diff != "" {
		t.Errorf("sorted down is not sorted up in reverse:\n%s", diff)
	}
	for _, id := range column("level=local") {
		if !strings.HasPrefix(id, "akimat") {
			t.Errorf("level=local shows %s", id)
		}
	}
	if got := column("region=KZ-10"); !slices.Equal(got, []string{"akimat_abai"}) {
		t.Errorf("region=KZ-10 shows %v, want akimat_abai", got)
	}
	if slices.Equal(byRank, column("sort=body")) {
		t.Error("sorted by name is as sorted by rank")
	}
}

// A body that was asked three times keeps its row and loses its numbers.
func TestSmallCellsAreSuppressed(t *testing.T) {
	site := newSite(t, new(invented), Options{})
	records, err := csv.NewReader(strings.NewReader(site.page(t, "/en/?csv=ranking"))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	found := false
	for _, r := range records {
		if r[2] != quietBody {
			continue
		}
		found = true
		for i, name := range records[0] {
			told := strings.HasPrefix(name, "any") || strings.HasPrefix(name, "substantive") || strings.HasPrefix(name, "median") || strings.HasPrefix(name, "rank")
			if told && r[i] != "" && !strings.HasSuffix(name, "_horizon") && !strings.HasSuffix(name, "_as_of") {
				t.Errorf("%s of %s = %q, want nothing", name, quietBody, r[i])
			}
		}
	}
	if !found {
		t.Fatalf("%s has no row", quietBody)
	}
	for _, address := range []string{"/en/body/" + quietBody, "/en/compare?body=" + quietBody} {
		doc := parse(t, strings.Split(site.page(t, address), `id="peers"`)[0])
		doc.Find("svg").Remove()
		text := doc.Find("dl.headline, table").Text()
		if !strings.Contains(text, fewer()) || regexp.MustCompile(`\d\x{a0}%`).MatchString(text) {
			t.Errorf("%s tells numbers that rest on three needs:\n%s", address, text)
		}
	}
	if badge := site.page(t, "/en/body/"+quietBody+"/badge.svg"); !strings.Contains(badge, "n\u00a0&lt;\u00a05") {
		t.Errorf("the badge of %s tells its number:\n%s", quietBody, badge)
	}
}

// Groups are compared with the largest one, which is named as the reference.
func TestDifferencesBetweenGroups(t *testing.T) {
	site := newSite(t, new(invented), Options{})
	records, err := csv.NewReader(strings.NewReader(site.page(t, "/en/equity?csv=languages"))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	at := slices.Index(records[0], "difference")
	references, compared := map[string]bool{}, 0
	for _, r := range records[1:] {
		if r[at] != "" {
			references[r[at+3]] = true
			compared++
		}
	}
	if compared != 2 || len(references) != 1 {
		t.Errorf("%d languages are compared with %v, want 2 of 3 with the third", compared, references)
	}
	if page := parse(t, site.page(t, "/en/equity")); page.Find("section[aria-labelledby=languages] td:contains('reference')").Length() != 1 {
		t.Error("the page does not tell which language is the reference")
	}
}

// A permanent link shows the same when the data have gone on.
func TestPermanentLinkKeepsItsNumbers(t *testing.T) {
	source := new(invented)
	site := newSite(t, source, Options{Refresh: time.Nanosecond})
	past := "asof=" + lastVisit.Add(-10*24*time.Hour).Format(time.RFC3339)
	now, before := site.page(t, "/en/?csv=ranking"), site.page(t, "/en/?csv=ranking&"+past)
	if now == before {
		t.Fatal("ten days ago is as now")
	}
	link, ok := parse(t, site.page(t, "/en/?sort=any")).Find("a.permanent").Attr("href")
	if !ok || !strings.Contains(link, "asof=2026-09-30T18:30:00Z") || !strings.Contains(link, "sort=any") {
		t.Errorf("permanent link = %q, want the moment and the choices in it", link)
	}
	source.generation.Add(1)
	site.page(t, "/en/")
	if again := site.page(t, "/en/?csv=ranking&"+past); again != before {
		t.Error("the numbers of a past moment have changed")
	}
	if got := parse(t, site.page(t, "/en/?"+past)).Find("nav.pages a[href*='asof=']").Length(); got != 6 {
		t.Errorf("%d links of the menu keep the moment, want 6", got)
	}
}

func TestPending(t *testing.T) {
	source := &invented{block: make(chan struct{})}
	site := newSite(t, source, Options{Patience: 20 * time.Millisecond})
	w := get(t, site, "/ru/")
	if w.Code != http.StatusAccepted || w.Header().Get("Refresh") != "2" || w.Header().Get("Cache-Control") != "no-store" {
		t.Errorf("GET /ru/ = %d with Refresh %q, want 202 with Refresh 2, not stored", w.Code, w.Header().Get("Refresh"))
	}
	if doc := parse(t, w.Body.String()); doc.Find("progress").Length() != 1 || doc.Find("[role=status]").Text() == "" {
		t.Error("the page does not tell that something is being computed")
	}
	close(source.block)
	for deadline := time.Now().Add(30 * time.Second); get(t, site, "/ru/").Code != http.StatusOK; {
		if time.Now().After(deadline) {
			t.Fatal("the page does not come")
		}
	}
	if got := source.snapshots.Load(); got != 1 {
		t.Errorf("the snapshot was made %d times, want once", got)
	}
}

func TestRefusals(t *testing.T) {
	site := newSite(t, new(invented), Options{})
	for address, want := range map[string]int{
		"/en/?horizon=8d":                http.StatusBadRequest,
		"/en/?by=speed":                  http.StatusBadRequest,
		"/en/?level=heaven":              http.StatusBadRequest,
		"/en/?region=KZ-1":               http.StatusBadRequest,
		"/en/?sort=id":                   http.StatusBadRequest,
		"/en/?asof=yesterday":            http.StatusBadRequest,
		"/en/?asof=0001-01-01T00:00:00Z": http.StatusBadRequest,
		"/en/compare?body=nobody":        http.StatusBadRequest,
		"/en/compare?body=adgs&body=afm&body=mvd&body=akimat_abai&body=akorda&body=antikor": http.StatusBadRequest,
		"/en/?csv=texts":              http.StatusNotFound,
		"/en/body/nobody":             http.StatusNotFound,
		"/en/body/nobody/badge.svg":   http.StatusNotFound,
		"/en/nothing":                 http.StatusNotFound,
		"/xx/":                        http.StatusNotFound,
		"/assets/style.css":           http.StatusNotFound,
		"/en/?utm_source=a&unknown=b": http.StatusOK,
	} {
		if got := get(t, site, address).Code; got != want {
			t.Errorf("GET %s = %d, want %d", address, got, want)
		}
	}
	page := get(t, site, `/en/?by="><script>alert(1)</script>`).Body.String()
	if strings.Contains(page, "<script>alert") {
		t.Errorf("what stands in the address is not escaped:\n%s", page)
	}
}

func TestHeaders(t *testing.T) {
	site := newSite(t, new(invented), Options{})
	w := get(t, site, "/en/")
	for name, want := range map[string]string{
		"Content-Type": "text/html; charset=utf-8", "Content-Language": "en", "Cache-Control": "public, max-age=60",
	} {
		if got := w.Header().Get(name); got != want {
			t.Errorf("%s = %q, want %q", name, got, want)
		}
	}
	style := regexp.MustCompile(`/assets/style\.[0-9a-f]+\.css`).FindString(w.Body.String())
	if got := get(t, site, style).Header().Get("Cache-Control"); !strings.Contains(got, "immutable") {
		t.Errorf("Cache-Control of %s = %q, want immutable", style, got)
	}
}

func TestLanguageOfTheReader(t *testing.T) {
	site := newSite(t, new(invented), Options{})
	for accept, want := range map[string]string{
		"": "/kk/?by=any", "ru-RU,ru;q=0.9,en;q=0.8": "/ru/?by=any", "de, en;q=0.5": "/en/?by=any", "de": "/kk/?by=any",
	} {
		w := get(t, site, "/?by=any", "Accept-Language", accept)
		if got := w.Header().Get("Location"); got != want || w.Header().Get("Vary") != "Accept-Language" {
			t.Errorf("Accept-Language %q leads to %q, want %q", accept, got, want)
		}
	}
	page := parse(t, site.page(t, "/ru/body/akimat_abai?horizon=1d"))
	if got := page.Find("nav.languages a[lang=kk]").AttrOr("href", ""); got != "/kk/body/akimat_abai?horizon=1d" {
		t.Errorf("the page in Kazakh is %q, want the same page and choices", got)
	}
}

func TestBadgeFeedAndPreview(t *testing.T) {
	site := newSite(t, new(invented), Options{})
	var badge struct {
		Title string   `xml:"title"`
		Text  []string `xml:"g>text"`
	}
	if err := xml.Unmarshal([]byte(site.page(t, "/kk/body/akimat_abai/badge.svg")), &badge); err != nil {
		t.Fatal(err)
	}
	if len(badge.Text) != 2 || !regexp.MustCompile(`^\d+\x{a0}% \[\d+–\d+\] n=\d+$`).MatchString(badge.Text[1]) {
		t.Errorf("badge says %q, want a share with its limits and n", badge.Text)
	}
	var feed atomFeed
	if err := xml.Unmarshal([]byte(site.page(t, "/kk/body/akimat_abai/feed.atom")), &feed); err != nil {
		t.Fatal(err)
	}
	if len(feed.Entries) == 0 || len(feed.Entries) > feedLength {
		t.Fatalf("%d entries in the feed, want 1 to %d", len(feed.Entries), feedLength)
	}
	ids := map[string]bool{}
	for _, e := range feed.Entries {
		if ids[e.ID] || !strings.Contains(e.Link.Href, "asof=") {
			t.Errorf("entry %s: its id must be its own, and its link permanent: %s", e.ID, e.Link.Href)
		}
		ids[e.ID] = true
	}
	picture, err := png.Decode(bytes.NewReader([]byte(site.page(t, "/kk/body/akimat_abai/social.png"))))
	if err != nil || picture.Bounds().Dx() != 1200 || picture.Bounds().Dy() != 630 {
		t.Errorf("preview = %v, %v, want a PNG of 1200 × 630", picture, err)
	}
	if site.page(t, "/kk/social.png") == site.page(t, "/kk/body/akimat_abai/social.png") {
		t.Error("the preview of a body is that of the site")
	}
}

func BenchmarkFirstPage(b *testing.B) {
	site := newSite(b, new(invented), Options{})
	site.page(b, "/kk/")
	b.ReportAllocs()
	for b.Loop() {
		site.page(b, "/kk/")
	}
}
