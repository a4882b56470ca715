package feed

import (
	"strings"
	"testing"
	"time"

	"qulaq/parsers"
	"qulaq/parsers/parsertest"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/charmap"
)

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
			r := parsertest.Result(t, New(), "rss_comments", "<channel>", test.with)
			if r.State != test.want || len(r.Items) != 2 {
				t.Errorf("state %s (%s) with %d items, want %s with 2", r.State, r.Reason, len(r.Items), test.want)
			}
		})
	}
}

func TestNextKeepsThePost(t *testing.T) {
	r := parsertest.Result(t, New(), "atom_comments")
	if r.Next == nil {
		t.Fatal("no next page")
	}
	page := parsertest.Page(t, "atom_comments")
	page.URL = r.Next.URL
	if next := parsertest.Parse(t, New(), page); next.Thread.ID != r.Thread.ID || next.Thread.Kind != parsers.Post {
		t.Errorf("the next page shows %s %q, want post %q", next.Thread.Kind, next.Thread.ID, r.Thread.ID)
	}
}

func TestPageThatNamesItselfNextIsTheLast(t *testing.T) {
	page := parsertest.Page(t, "atom_comments", "comments/default?start-index=3", "")
	if r := parsertest.Parse(t, New(), page); r.Next != nil {
		t.Errorf("next page %s, want none", r.Next.URL)
	}
}

func TestNoFeedSendsTheCrawlerElsewhere(t *testing.T) {
	r := parsertest.Result(t, New(), "rss", "https://mosty.example.org/news/most/feed/", "http://10.0.0.1:22/feed/")
	for _, thread := range r.Found {
		if !strings.HasPrefix(thread.Address.URL, "https://mosty.example.org/") {
			t.Errorf("found %s", thread.Address.URL)
		}
	}
}

func TestPostAndItsCommentsAreOneThread(t *testing.T) {
	found := parsertest.Result(t, New(), "rss").Found[0]
	page := parsertest.Page(t, "rss_comments")
	if page.URL != found.Address.URL {
		t.Fatalf("the comments are found at %s, want %s", found.Address.URL, page.URL)
	}
	if r := parsertest.Parse(t, New(), page); r.Thread.ID != found.ID || r.Items[0].Thread != found.ID {
		t.Errorf("the comments belong to %q, want %q", r.Thread.ID, found.ID)
	}
	if found.Declared != 3 {
		t.Errorf("declared %d, want 3 as slash:comments has it", found.Declared)
	}
}

func TestCommentsCountedOnSomeOnly(t *testing.T) {
	if second := parsertest.Result(t, New(), "rss").Found[1]; second.Declared != parsers.Unknown {
		t.Errorf("declared %d, want unknown", second.Declared)
	}
}

func TestReplyNamesWhatItAnswers(t *testing.T) {
	for fixture, want := range map[string][2]string{
		"rss_comments":  {"https://mosty.example.org/?p=501#comment-71", ""},
		"atom_comments": {"", "tag:blog.example.org,2026:blog-5.post-1001"},
	} {
		items := parsertest.Result(t, New(), fixture).Items
		if got := [2]string{items[0].Parent, items[1].Parent}; got != want {
			t.Errorf("%s: parents %q, want %q", fixture, got, want)
		}
	}
}

func TestCharsets(t *testing.T) {
	want := parsertest.Result(t, New(), "rss_comments", `encoding="UTF-8"`, `encoding="windows-1251"`, "Айгүл", "Айгуль")
	page := parsertest.Page(t, "rss_comments", `encoding="UTF-8"`, `encoding="windows-1251"`, "Айгүл", "Айгуль")
	encoded, err := charmap.Windows1251.NewEncoder().Bytes(page.Body)
	if err != nil {
		t.Fatal(err)
	}
	page.Body = encoded
	for _, header := range []string{"", "application/rss+xml", "text/xml; charset=windows-1251", "text/xml; charset=utf-8", "text/xml; charset=unheard-of"} {
		page.ContentType = header
		if diff := cmp.Diff(want.Items, parsertest.Parse(t, New(), page).Items); diff != "" {
			t.Errorf("served as %q (-want +got):\n%s", header, diff)
		}
	}
}

func TestUpdatedIsNoTimeOfPublication(t *testing.T) {
	for _, item := range parsertest.Result(t, New(), "atom").Items {
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
		items := parsertest.Result(t, New(), "rss_comments", "Mon, 03 Aug 2026 09:05:10 +0000", printed).Items
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
	r := parsertest.Result(t, New(), "rss", "https://mosty.example.org/news/x/", " ")
	if r.State != parsers.Partial || len(r.Items) != 2 {
		t.Errorf("state %s (%s) with %d items, want partial with 2", r.State, r.Reason, len(r.Items))
	}
	r = parsertest.Result(t, New(), "rss", "<link>", "<x>", "</link>", "</x>", "<guid", "<y", "</guid>", "</y>")
	if r.State != parsers.Drift {
		t.Errorf("no entry with an id: state %s (%s), want drift", r.State, r.Reason)
	}
}

func TestTruncatedAnywhere(t *testing.T) { parsertest.CutAnywhere(t, New(), "rss_comments_complete") }

func TestDamagedIsDrift(t *testing.T) {
	for name, body := range map[string]string{
		"unclosed": `<rss><channel><item><guid>1</link></item></channel></rss>`,
		"entity":   `<rss><channel><item><guid>&bomb;</guid></item></channel></rss>`,
		"not xml":  `{"items": []}`,
		"opml":     `<opml version="1.0"></opml>`,
	} {
		page := parsers.Page{URL: "https://mosty.example.org/feed/", Body: []byte(body), Seen: time.Now()}
		if r := parsertest.Parse(t, New(), page); r.State != parsers.Drift && r.State != parsers.Partial || len(r.Items) > 0 {
			t.Errorf("%s: state %s (%s) with %d items, want drift or partial with none", name, r.State, r.Reason, len(r.Items))
		}
	}
}

func TestStart(t *testing.T) {
	parsertest.Start(t, New(), map[string]string{
		"mosty.example.org/feed/":                            "feed https://mosty.example.org/feed/",
		"https://mosty.example.org/feed/?token=SECRET&cat=5": "feed https://mosty.example.org/feed/?cat=5",
		"https://mosty.example.org/comments/feed/#comments":  "mosty.example.org/comments/feed/ https://mosty.example.org/comments/feed/#comments",
		"https://mosty.example.org/a/feed/#comments=7":       "7 https://mosty.example.org/a/feed/#comments=7",
		"ftp://mosty.example.org/feed":                       "",
	})
}

func TestMisuse(t *testing.T) {
	parsertest.Misuse(t, New(), "", "feed.xml", "ftp://mosty.example.org/feed")
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
		r := parsertest.Parse(t, New(), parsertest.Capture(t, "rss/"+test.file, "https://blog.example.org/feed/", time.Date(2025, 4, 1, 0, 0, 0, 0, time.UTC)))
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

func BenchmarkParse(b *testing.B) { parsertest.Bench(b, New(), "rss") }
