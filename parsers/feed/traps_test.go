package feed

import (
	"errors"
	"io/fs"
	"os"
	"strings"
	"testing"
	"time"

	"qulaq/parsers"
	"qulaq/parsers/parsertest"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/charmap"
)

func load(t testing.TB, fixture string, replace ...string) parsers.Page {
	t.Helper()
	return parsertest.Edited(t, fixture, replace...)
}

func parse(t testing.TB, page parsers.Page) parsers.Result {
	t.Helper()
	return parsertest.Parse(t, New(), page)
}

func TestWindowIsNotComplete(t *testing.T) {
	for _, test := range []struct {
		name, with string
		want       parsers.State
	}{
		{"says nothing", "<channel>", parsers.Partial},
		{"complete", `<channel><fh:complete xmlns:fh="http://purl.org/syndication/history/1.0"/>`, parsers.OK},
		{"counts", `<channel><os:totalResults xmlns:os="http://a9.com/-/spec/opensearchrss/1.0/">2</os:totalResults>`, parsers.OK},
		{"first page", `<channel><atom:link rel="next" href="?page=2"/>`, parsers.OK},
		{"last page", `<channel><atom:link rel="previous" href="?page=1"/>`, parsers.OK},
		{"archived", `<channel><atom:link rel="prev-archive" href="2026-07.xml"/>`, parsers.OK},
		{"names itself", `<channel><atom:link rel="self" href="."/>`, parsers.Partial},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := parse(t, load(t, "rss_comments", "<channel>", test.with))
			if r.State != test.want || len(r.Items) != 2 {
				t.Errorf("state %s (%s) with %d items, want %s with 2", r.State, r.Reason, len(r.Items), test.want)
			}
		})
	}
}

func TestNextKeepsThePost(t *testing.T) {
	r := parse(t, load(t, "atom_comments"))
	if r.Next == nil {
		t.Fatal("no next page")
	}
	page := load(t, "atom_comments")
	page.URL = r.Next.URL
	if next := parse(t, page); next.Thread.ID != r.Thread.ID || next.Thread.Kind != parsers.Post {
		t.Errorf("the next page shows %s %q, want post %q", next.Thread.Kind, next.Thread.ID, r.Thread.ID)
	}
}

func TestPageThatNamesItselfNextIsTheLast(t *testing.T) {
	page := load(t, "atom_comments", "comments/default?start-index=3", "")
	if r := parse(t, page); r.Next != nil {
		t.Errorf("next page %s, want none", r.Next.URL)
	}
}

func TestNoFeedSendsTheCrawlerElsewhere(t *testing.T) {
	r := parse(t, load(t, "rss", "https://mosty.example.org/news/most/feed/", "http://10.0.0.1:22/feed/"))
	for _, thread := range r.Found {
		if !strings.HasPrefix(thread.Address.URL, "https://mosty.example.org/") {
			t.Errorf("found %s", thread.Address.URL)
		}
	}
}

func TestPostAndItsCommentsAreOneThread(t *testing.T) {
	found := parse(t, load(t, "rss")).Found[0]
	page := load(t, "rss_comments")
	if page.URL != found.Address.URL {
		t.Fatalf("the comments are found at %s, want %s", found.Address.URL, page.URL)
	}
	if r := parse(t, page); r.Thread.ID != found.ID || r.Items[0].Thread != found.ID {
		t.Errorf("the comments belong to %q, want %q", r.Thread.ID, found.ID)
	}
	if found.Declared != 3 {
		t.Errorf("declared %d, want 3 as slash:comments has it", found.Declared)
	}
}

func TestCommentsCountedOnSomeOnly(t *testing.T) {
	if second := parse(t, load(t, "rss")).Found[1]; second.Declared != parsers.Unknown {
		t.Errorf("declared %d, want unknown", second.Declared)
	}
}

func TestReplyNamesWhatItAnswers(t *testing.T) {
	for fixture, want := range map[string][2]string{
		"rss_comments":  {"https://mosty.example.org/?p=501#comment-71", ""},
		"atom_comments": {"", "tag:blog.example.org,2026:blog-5.post-1001"},
	} {
		items := parse(t, load(t, fixture)).Items
		if got := [2]string{items[0].Parent, items[1].Parent}; got != want {
			t.Errorf("%s: parents %q, want %q", fixture, got, want)
		}
	}
}

func TestCharsets(t *testing.T) {
	want := parse(t, load(t, "rss_comments", `encoding="UTF-8"`, `encoding="windows-1251"`, "Айгүл", "Айгуль"))
	page := load(t, "rss_comments", `encoding="UTF-8"`, `encoding="windows-1251"`, "Айгүл", "Айгуль")
	encoded, err := charmap.Windows1251.NewEncoder().Bytes(page.Body)
	if err != nil {
		t.Fatal(err)
	}
	page.Body = encoded
	for _, header := range []string{"", "application/rss+xml", "text/xml; charset=windows-1251", "text/xml; charset=utf-8", "text/xml; charset=unheard-of"} {
		page.ContentType = header
		if diff := cmp.Diff(want.Items, parse(t, page).Items); diff != "" {
			t.Errorf("served as %q (-want +got):\n%s", header, diff)
		}
	}
}

func TestUpdatedIsNoTimeOfPublication(t *testing.T) {
	for _, item := range parse(t, load(t, "atom")).Items {
		if strings.HasSuffix(item.ID, "post-70") && (!item.Published.IsZero() || item.Precision != parsers.PrecisionVisit || item.Edited) {
			t.Errorf("published %v to the %s, edited %t; want not told", item.Published, item.Precision, item.Edited)
		}
	}
}

func TestTimes(t *testing.T) {
	for printed, want := range map[string]string{
		"Mon, 03 Aug 2026 09:05:10 +0000": "2026-08-03T09:05:10Z",
		"Mon, 3 Aug 2026 14:05:10 +0500":  "2026-08-03T09:05:10Z",
		"03 Aug 2026 09:05:10 GMT":        "2026-08-03T09:05:10Z",
		"Mon, 03 Aug 2026 05:05:10 EDT":   "2026-08-03T09:05:10Z",
		"Mon, 03 Aug 2026 09:05:10 UT":    "2026-08-03T09:05:10Z",
		"2026-08-03T14:05:10+05:00":       "2026-08-03T09:05:10Z",
		"Tue, 03 Aug 2026 09:05:10 +0000": "", // was a Monday
		"03.08.2026":                      "",
		"yesterday":                       "",
	} {
		items := parse(t, load(t, "rss_comments", "Mon, 03 Aug 2026 09:05:10 +0000", printed)).Items
		got := ""
		if at := items[1].Published; !at.IsZero() {
			got = at.Lo.Format(time.RFC3339)
		}
		if got != want {
			t.Errorf("%q was published %q, want %q", printed, got, want)
		}
	}
}

func TestEntryWithoutIDIsNotKept(t *testing.T) {
	r := parse(t, load(t, "rss", "https://mosty.example.org/news/x/", " "))
	if r.State != parsers.Partial || len(r.Items) != 2 {
		t.Errorf("state %s (%s) with %d items, want partial with 2", r.State, r.Reason, len(r.Items))
	}
	r = parse(t, load(t, "rss", "<link>", "<x>", "</link>", "</x>", "<guid", "<y", "</guid>", "</y>"))
	if r.State != parsers.Drift {
		t.Errorf("no entry with an id: state %s (%s), want drift", r.State, r.Reason)
	}
}

func TestTruncatedAnywhere(t *testing.T) {
	page := load(t, "rss_comments_complete")
	whole := map[string]parsers.Item{}
	for _, item := range parse(t, page).Items {
		whole[item.ID] = item
	}
	body := strings.TrimSpace(string(page.Body))
	for end := len(body) - 1; end > 0; end -= 13 {
		cut := page
		cut.Body = []byte(body[:end])
		r := parse(t, cut)
		if r.State != parsers.Partial {
			t.Fatalf("cut at %d: state %s (%s), want partial", end, r.State, r.Reason)
		}
		for _, item := range r.Items {
			if diff := cmp.Diff(whole[item.ID], item); diff != "" {
				t.Fatalf("cut at %d: %s differs (-whole +cut):\n%s", end, item.ID, diff)
			}
		}
	}
}

func TestDamagedIsDrift(t *testing.T) {
	for name, body := range map[string]string{
		"unclosed": `<rss><channel><item><guid>1</link></item></channel></rss>`,
		"entity":   `<rss><channel><item><guid>&bomb;</guid></item></channel></rss>`,
		"not xml":  `{"items": []}`,
		"opml":     `<opml version="1.0"></opml>`,
	} {
		page := parsers.Page{URL: "https://mosty.example.org/feed/", Body: []byte(body), Seen: time.Now()}
		if r := parse(t, page); r.State != parsers.Drift && r.State != parsers.Partial || len(r.Items) > 0 {
			t.Errorf("%s: state %s (%s) with %d items, want drift or partial with none", name, r.State, r.Reason, len(r.Items))
		}
	}
}

func TestStart(t *testing.T) {
	for _, test := range []struct{ source, id, address string }{
		{"mosty.example.org/feed/", "feed", "https://mosty.example.org/feed/"},
		{"https://mosty.example.org/feed/?token=hunter2&cat=5", "feed", "https://mosty.example.org/feed/?cat=5"},
		{"https://mosty.example.org/comments/feed/#comments", "mosty.example.org/comments/feed/", "https://mosty.example.org/comments/feed/#comments"},
		{"https://mosty.example.org/a/feed/#comments=7", "7", "https://mosty.example.org/a/feed/#comments=7"},
		{"ftp://mosty.example.org/feed", "", ""},
	} {
		thread, err := New().Start(test.source)
		if thread.ID != test.id || thread.Address.URL != test.address || (err == nil) != (test.id != "") {
			t.Errorf("Start(%q) = %q at %q, %v, want %q at %q", test.source, thread.ID, thread.Address.URL, err, test.id, test.address)
		}
	}
}

func TestMisuse(t *testing.T) {
	for _, address := range []string{"", "feed.xml", "ftp://mosty.example.org/feed"} {
		if r, err := New().Parse(parsers.Page{URL: address, Body: []byte("<rss></rss>"), Seen: time.Now()}); err == nil {
			t.Errorf("Parse of a page at %q = %s, want an error", address, r.State)
		}
	}
}

// capture reads a feed that others saved; see ../shared/captures/README.md.
func capture(t testing.TB, name string) parsers.Page {
	t.Helper()
	body, err := os.ReadFile("../../../shared/captures/rss/" + name)
	if errors.Is(err, fs.ErrNotExist) {
		t.Skip("no captured feeds beside the repository (../shared/captures)")
	}
	if err != nil {
		t.Fatal(err)
	}
	return parsers.Page{URL: "https://blog.example.org/feed/", Body: body, Seen: time.Date(2025, 4, 1, 0, 0, 0, 0, time.UTC)}
}

func TestCapturedFeeds(t *testing.T) {
	for _, test := range []struct {
		file        string
		items       int
		found       int
		first, last string // the days, newest first
	}{
		{"rss2_wordpress_slash_comments.xml", 10, 8, "2025-03-13", "2025-02-06"},
		{"encoding_WINDOWS-1251.xml", 50, 0, "2018-03-21", "2018-03-15"},
	} {
		r := parse(t, capture(t, test.file))
		if r.State != parsers.OK || len(r.Items) != test.items || len(r.Found) != test.found {
			t.Fatalf("%s: state %s (%s), %d items, %d found; want ok, %d, %d", test.file, r.State, r.Reason, len(r.Items), len(r.Found), test.items, test.found)
		}
		first, last := r.Items[0].Published.Lo, r.Items[test.items-1].Published.Lo
		if got := [2]string{first.Format(time.DateOnly), last.Format(time.DateOnly)}; got != [2]string{test.first, test.last} {
			t.Errorf("%s: from %s to %s, want %s to %s", test.file, got[0], got[1], test.first, test.last)
		}
		for _, thread := range r.Found {
			if thread.Declared < 0 {
				t.Errorf("%s: %s does not declare its comments", test.file, thread.ID)
			}
		}
		for _, item := range r.Items {
			if strings.ContainsRune(item.Text, '\uFFFD') || item.Text == "" {
				t.Errorf("%s: %s has the text %.80q", test.file, item.ID, item.Text)
			}
		}
	}
}

func BenchmarkParse(b *testing.B) {
	page := load(b, "rss")
	p := New()
	b.SetBytes(int64(len(page.Body)))
	b.ReportAllocs()
	for b.Loop() {
		if r, err := p.Parse(page); err != nil || r.State != parsers.OK {
			b.Fatal(r.State, err)
		}
	}
}
