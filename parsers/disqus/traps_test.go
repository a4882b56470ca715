package disqus

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"qulaq/parsers"
	"qulaq/parsers/parsertest"
)

func TestTimesAreUTC(t *testing.T) {
	page := parsertest.Page(t, "posts")
	page.Zone = time.FixedZone("+05", 5*3600) // of the source; Disqus has its own
	if got, want := parsertest.Parse(t, New(), page).Items[0].Published, time.Date(2026, 8, 3, 9, 5, 10, 0, time.UTC); got != parsers.At(want) {
		t.Errorf("published %v, want %v", got, want)
	}
}

func TestParentIsANumberOrAString(t *testing.T) {
	for _, parent := range []string{"701", `"701"`} {
		r := parsertest.Result(t, New(), "posts", `"parent": 701`, `"parent": `+parent)
		if got := r.Items[1].Parent; got != "701" || r.Items[0].Parent != "" {
			t.Errorf("parent %s: the answer is below %q and the question below %q, want 701 and nothing", parent, got, r.Items[0].Parent)
		}
	}
}

func TestMentions(t *testing.T) {
	r := parsertest.Result(t, New(), "posts")
	for i, want := range [][]string{nil, {"17"}, {"90"}} {
		if got := r.Items[i].Mentions; !slices.Equal(got, want) {
			t.Errorf("%s mentions %q, want %q", r.Items[i].ID, got, want)
		}
	}
}

func TestWithoutAccountWithoutID(t *testing.T) {
	if a := parsertest.Result(t, New(), "posts").Items[2].Author; a.ID != "" || a.Name != "Гость" {
		t.Errorf("author %q called %q, want no id and Гость", a.ID, a.Name)
	}
}

func TestDeletedPostKeepsItsPlace(t *testing.T) {
	r := parsertest.Result(t, New(), "posts")
	if item := r.Items[3]; !item.Deleted || item.Text != "" || r.Counted != 4 {
		t.Errorf("deleted %t with text %q, counted %d", item.Deleted, item.Text, r.Counted)
	}
}

func TestClosedThreadIsReadToItsEnd(t *testing.T) {
	page := parsertest.Page(t, "posts_more")
	page.URL += "#closed"
	r := parsertest.Parse(t, New(), page)
	if r.State != parsers.OK || r.Next == nil || !strings.HasSuffix(r.Next.URL, "#closed") {
		t.Fatalf("first page: state %s, next %v, want ok and a closed second", r.State, r.Next)
	}
	last := parsertest.Page(t, "posts")
	last.URL = r.Next.URL
	if r := parsertest.Parse(t, New(), last); r.State != parsers.CommentsClosed || len(r.Items) != 4 {
		t.Errorf("last page: state %s with %d items, want comments_closed with 4", r.State, len(r.Items))
	}
}

func TestListTellsWhichThreadsAreClosed(t *testing.T) {
	found := parsertest.Result(t, New(), "threads").Found
	if len(found) != 2 || strings.HasSuffix(found[0].Address.URL, "#closed") || !strings.HasSuffix(found[1].Address.URL, "#closed") {
		t.Errorf("found %v, want an open and a closed thread", found)
	}
}

func TestCursorThatStandsStillEndsThePaging(t *testing.T) {
	page := parsertest.Page(t, "posts_more")
	page.URL += "&cursor=1785834000000000:0:0"
	if r := parsertest.Parse(t, New(), page); r.Next != nil {
		t.Errorf("next %s, want none", r.Next.URL)
	}
}

func TestErrors(t *testing.T) {
	for code, want := range map[int]parsers.State{
		2: parsers.Drift, 5: parsers.LoginWall, 8: parsers.Gone, 12: parsers.LoginWall, 13: parsers.Throttled,
		14: parsers.Throttled, 15: parsers.Throttled, 99: parsers.Drift,
	} {
		body := fmt.Appendf(nil, `{"code":%d,"response":"said"}`, code)
		r := parsertest.Parse(t, New(), parsers.Page{URL: "https://disqus.com/api/3.0/threads/listPosts.json?thread=1", Body: body, Seen: time.Now()})
		if r.State != want || !strings.Contains(r.Reason, "said") {
			t.Errorf("error %d = %s (%s), want %s", code, r.State, r.Reason, want)
		}
	}
}

func TestDriftNamesWhatIsMissing(t *testing.T) {
	parsertest.Drift(t, New(), [][]string{
		{"code", "posts", "code", `"code"`, `"x"`},
		{"list", "posts_none", "list", `[]`, `{}`},
		{"ids", "posts", "id", `"id": "7`, `"id": "x`},
		{"times", "posts", "createdAt", "createdAt", "x"},
		{"another thread", "posts", "thread 7", `"thread": "5001"`, `"thread": "7"`},
		{"times of threads", "threads", "createdAt", "createdAt", "x"},
	})
	if r := parsertest.Result(t, New(), "posts", "2026-08-03T11:40:00", "soon"); r.State != parsers.Partial || len(r.Items) != 3 {
		t.Errorf("one without a time: state %s with %d items, want partial with 3", r.State, len(r.Items))
	}
}

func TestTruncatedAnywhere(t *testing.T) { parsertest.CutShowsNothing(t, New(), "posts") }

func TestNoKeyEntersAResult(t *testing.T) {
	parsertest.NoSecrets(t, New(), []string{"api_key", "api_secret", "access_token"}, "posts_more", "threads")
	parsertest.Misuse(t, New(), "https://disqus.com:x/?api_key=SECRET")
}

func TestStart(t *testing.T) {
	const list, posts = "https://disqus.com/api/3.0/forums/listThreads.json?forum=mosty-kz&limit=100&order=desc", "https://disqus.com/api/3.0/threads/listPosts.json?limit=100&order=asc&thread=5001"
	parsertest.Start(t, New(), map[string]string{
		"mosty-kz.disqus.com":                                                               "mosty-kz " + list,
		"https://disqus.com/home/forum/mosty-kz/":                                           "mosty-kz " + list,
		"https://disqus.com/api/3.0/threads/list.json?forum=mosty-kz":                       "mosty-kz " + list,
		"https://disqus.com/api/3.0/threads/listPosts.json?thread=5001":                     "5001 " + posts,
		"http://127.0.0.1:80/api/3.0/forums/listThreads.json?forum=a":                       "a http://127.0.0.1:80/api/3.0/forums/listThreads.json?forum=a&limit=100&order=desc",
		"https://disqus.com/api/3.0/threads/listPosts.json?thread=link:https://example.org": "",
		"https://disqus.com/api/3.0/users/list.json?api_key=SECRET":                         "",
		"https://disqus.com/by/ajgul_k/":                                                    "",
		"https://example.org":                                                               "",
	})
}

func BenchmarkParse(b *testing.B) { parsertest.Bench(b, New(), "posts") }
