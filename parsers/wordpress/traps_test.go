package wordpress

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"qulaq/parsers"
	"qulaq/parsers/parsertest"
)

const commentsURL = "https://mosty.example.org/wp-json/wp/v2/comments?_envelope=1&order=asc&orderby=id&per_page=100&post=501"

func TestLocalDateIsNotTheTime(t *testing.T) {
	item := parsertest.Result(t, New(), "comments").Items[0]
	if want := time.Date(2026, 8, 3, 9, 5, 10, 0, time.UTC); item.Published != parsers.At(want) {
		t.Errorf("published %v, want %v as date_gmt has it", item.Published, want)
	}
}

func TestUnsetTimeIsReadInTheZoneOfTheSource(t *testing.T) {
	page := parsertest.Page(t, "comments_unset_gmt")
	page.Zone = time.FixedZone("+05", 5*3600)
	item := parsertest.Parse(t, New(), page).Items[0]
	if want := time.Date(2026, 8, 3, 9, 5, 10, 0, time.UTC); item.Published != parsers.At(want) {
		t.Errorf("published %v, want %v", item.Published, want)
	}
	page.Zone = nil
	if wide := parsertest.Parse(t, New(), page).Items[0].Published; wide.Hi.Sub(wide.Lo) != 26*time.Hour {
		t.Errorf("without a zone published within %v, want 26 hours", wide.Hi.Sub(wide.Lo))
	}
}

func TestAuthorOfThePostIsOfficialAndOtherAccountsUnknown(t *testing.T) {
	r := parsertest.Result(t, New(), "comments")
	for i, want := range []parsers.Role{parsers.RoleUnknown, parsers.RoleOfficial, parsers.RoleUnknown} {
		if got := r.Items[i].Role; got != want {
			t.Errorf("%s speaks as %q, want %q", r.Items[i].ID, got, want)
		}
	}
	page := parsertest.Page(t, "comments")
	page.URL = commentsURL // nobody told who wrote the post
	for _, item := range parsertest.Parse(t, New(), page).Items {
		if item.Role != parsers.RoleUnknown {
			t.Errorf("%s speaks as %q, want unknown", item.ID, item.Role)
		}
	}
}

func TestVisitorsWithoutAccountHaveNoID(t *testing.T) {
	if id := parsertest.Result(t, New(), "comments").Items[0].Author.ID; id != "" {
		t.Errorf("author 0 has the id %q, want none: all visitors would be one", id)
	}
}

func TestNextKeepsSizeAndOrder(t *testing.T) {
	page := parsertest.Page(t, "comments_bare")
	page.URL = "https://mosty.example.org/wp-json/wp/v2/comments?order=desc&per_page=3&post=501#author=3"
	want := "https://mosty.example.org/wp-json/wp/v2/comments?order=desc&page=2&per_page=3&post=501#author=3"
	if r := parsertest.Parse(t, New(), page); r.Next == nil || r.Next.URL != want {
		t.Errorf("next %v, want %s: another size or order would skip some", r.Next, want)
	}
	page.URL = "https://mosty.example.org/wp-json/wp/v2/comments?per_page=4&post=501"
	if r := parsertest.Parse(t, New(), page); r.Next != nil {
		t.Errorf("next %v after a page that is not full, want none", r.Next)
	}
}

func TestNothingIsDeclaredWithoutAnEnvelope(t *testing.T) {
	if r := parsertest.Result(t, New(), "comments_bare"); r.Declared != parsers.Unknown || r.Counted != 3 {
		t.Errorf("declared %d, counted %d, want unknown, 3", r.Declared, r.Counted)
	}
}

func TestClosedPostIsReadToItsEnd(t *testing.T) {
	page := parsertest.Page(t, "comments_closed", `"X-WP-TotalPages": 1`, `"X-WP-TotalPages": 2`)
	if r := parsertest.Parse(t, New(), page); r.State != parsers.OK || r.Next == nil || !strings.HasSuffix(r.Next.URL, "comments=closed") {
		t.Errorf("first page of two: state %s, next %v, want ok and the second", r.State, r.Next)
	}
	page.URL = strings.Replace(page.URL, "#", "&page=2#", 1)
	if r := parsertest.Parse(t, New(), page); r.State != parsers.CommentsClosed || len(r.Items) != 1 {
		t.Errorf("last page: state %s with %d items, want comments_closed with 1", r.State, len(r.Items))
	}
}

func TestErrors(t *testing.T) {
	for _, test := range []struct {
		code   string
		status int
		page   string
		want   parsers.State
	}{
		{"rest_forbidden", 401, "", parsers.LoginWall},
		{"rest_cannot_read", 403, "", parsers.LoginWall},
		{"rest_post_invalid_id", 404, "", parsers.Gone},
		{"rest_no_route", 404, "", parsers.DiscussionUnavailable},
		{"too_many_requests", 429, "", parsers.Throttled},
		{"internal_server_error", 500, "", parsers.Throttled},
		{"rest_post_invalid_page_number", 400, "&page=3", parsers.Empty},
		{"rest_post_invalid_page_number", 400, "", parsers.Drift},
		{"rest_invalid_param", 400, "", parsers.Drift},
	} {
		body := fmt.Sprintf(`{"code":%q,"message":"m","data":{"status":%d}}`, test.code, test.status)
		for _, body := range []string{body, fmt.Sprintf(`{"body":%s,"status":%d,"headers":[]}`, body, test.status)} {
			r := parsertest.Parse(t, New(), parsers.Page{URL: commentsURL + test.page, Body: []byte(body), Seen: time.Now()})
			if r.State != test.want || !strings.Contains(r.Reason, test.code) {
				t.Errorf("%s%s = %s (%s), want %s", body, test.page, r.State, r.Reason, test.want)
			}
		}
	}
}

func TestMissingFields(t *testing.T) {
	parsertest.Drift(t, New(), [][]string{
		{"id", "comments", "id", `"id":`, `"comment_id":`},
		{"times", "comments", "date_gmt", `"date`, `"when`},
	})
	r := parsertest.Result(t, New(), "comments", "2026-08-03T11:40:00", "soon", "2026-08-03T16:40:00", "soon")
	if r.State != parsers.Partial || len(r.Items) != 2 {
		t.Errorf("one without a time: state %s (%s) with %d items, want partial with 2", r.State, r.Reason, len(r.Items))
	}
}

func TestFollowingNextReadsEveryCommentOnce(t *testing.T) {
	thread := address{site: "https://mosty.example.org", resource: comments, post: 501}.thread()
	for _, total := range []int{0, 1, 99, 100, 101, 250, 300} {
		got, pages := 0, 0
		for next := &thread.Address; next != nil; pages++ {
			u, err := url.Parse(next.URL)
			if err != nil {
				t.Fatal(err)
			}
			page := max(1, int(number(u.Query().Get("page"))))
			list := []map[string]any{}
			for i := (page - 1) * pageSize; i < min(page*pageSize, total); i++ {
				list = append(list, map[string]any{"id": i + 1, "post": 501, "date_gmt": "2026-08-03T09:05:10"})
			}
			body, err := json.Marshal(map[string]any{"body": list, "status": 200, "headers": map[string]int{"X-WP-Total": total, "X-WP-TotalPages": (total + 99) / 100}})
			if err != nil {
				t.Fatal(err)
			}
			r := parsertest.Parse(t, New(), parsers.Page{URL: next.URL, Body: body, Seen: time.Date(2026, 9, 1, 0, 0, 0, 0, time.UTC)})
			if r.Declared != total || r.Thread.ID != thread.ID {
				t.Fatalf("%d declared in %s, want %d in %s", r.Declared, r.Thread.ID, total, thread.ID)
			}
			got, next = got+r.Counted, r.Next
		}
		if got != total || pages != max(1, (total+99)/100) {
			t.Errorf("%d comments in %d pages, want %d", got, pages, total)
		}
	}
}

func TestTruncatedAnywhere(t *testing.T) { parsertest.CutShowsNothing(t, New(), "comments") }

func TestNoKeyEntersAResult(t *testing.T) {
	parsertest.NoSecrets(t, New(), []string{"api_key"}, "comments_bare")
}

func TestStart(t *testing.T) {
	parsertest.Start(t, New(), map[string]string{
		"mosty.example.org":                                                 "posts https://mosty.example.org/wp-json/wp/v2/posts?_envelope=1&per_page=100",
		"https://mosty.example.org/news/":                                   "posts https://mosty.example.org/news/wp-json/wp/v2/posts?_envelope=1&per_page=100",
		"https://mosty.example.org/wp-json/":                                "posts https://mosty.example.org/wp-json/wp/v2/posts?_envelope=1&per_page=100",
		"https://mosty.example.org/wp-json/wp/v2/posts?categories=5&page=2": "posts https://mosty.example.org/wp-json/wp/v2/posts?_envelope=1&categories=5&per_page=100",
		"https://mosty.example.org/wp-json/wp/v2/comments?post=501":         "post-501 " + commentsURL,
		"http://127.0.0.1:80/?rest_route=/wp/v2/posts":                      "posts http://127.0.0.1:80/?_envelope=1&per_page=100&rest_route=%2Fwp%2Fv2%2Fposts",
		"https://mosty.example.org/wp-json/wp/v2/comments":                  "", // on all posts
		"https://mosty.example.org/wp-json/wp/v2/users":                     "",
		"ftp://mosty.example.org":                                           "",
		"":                                                                  "",
	})
}

func TestMisuse(t *testing.T) {
	parsertest.Misuse(t, New(), "", "comments.json", "https://mosty.example.org/feed/", "https://mosty.example.org/wp-json/wp/v2/comments?post=x")
}

func TestCapturedComment(t *testing.T) {
	page := parsertest.Capture(t, "wordpress/comment_thewhitedog9487_1.json", "https://example.org/wp-json/wp/v2/comments?post=1", time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC))
	page.Body = fmt.Appendf(nil, "[%s]", page.Body)
	r := parsertest.Parse(t, New(), page)
	if len(r.Items) != 1 {
		t.Fatalf("state %s (%s) with %d items, want 1", r.State, r.Reason, len(r.Items))
	}
	item := r.Items[0]
	if want := time.Date(2020, 12, 26, 13, 26, 51, 0, time.UTC); item.Published != parsers.At(want) || item.ID != "comment-1" || item.Parent != "" || item.Author.ID != "" {
		t.Errorf("%s below %q by %q at %v, want comment-1 below nothing by nobody at %v", item.ID, item.Parent, item.Author.ID, item.Published, want)
	}
	if lines := strings.Count(item.Text, "\n") + 1; lines != 3 || strings.Contains(item.Text, "<") {
		t.Errorf("%d lines of text, want 3 without markup", lines)
	}
}

func BenchmarkParse(b *testing.B) { parsertest.Bench(b, New(), "comments") }
