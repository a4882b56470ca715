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

func load(t testing.TB, fixture string, replace ...string) parsers.Page {
	t.Helper()
	return parsertest.Edited(t, fixture, replace...)
}

func parse(t testing.TB, page parsers.Page) parsers.Result {
	t.Helper()
	return parsertest.Parse(t, New(), page)
}

func TestTimesAreUTC(t *testing.T) {
	page := load(t, "posts")
	page.Zone = time.FixedZone("+05", 5*3600) // of the source; Disqus has its own
	if got, want := parse(t, page).Items[0].Published, time.Date(2026, 8, 3, 9, 5, 10, 0, time.UTC); got != parsers.At(want) {
		t.Errorf("published %v, want %v", got, want)
	}
}

func TestParentIsANumberOrAString(t *testing.T) {
	for _, parent := range []string{"701", `"701"`} {
		r := parse(t, load(t, "posts", `"parent": 701`, `"parent": `+parent))
		if got := r.Items[1].Parent; got != "701" || r.Items[0].Parent != "" {
			t.Errorf("parent %s: the answer is below %q and the question below %q, want 701 and nothing", parent, got, r.Items[0].Parent)
		}
	}
}

func TestMentions(t *testing.T) {
	r := parse(t, load(t, "posts"))
	for i, want := range [][]string{nil, {"17"}, {"90"}} {
		if got := r.Items[i].Mentions; !slices.Equal(got, want) {
			t.Errorf("%s mentions %q, want %q", r.Items[i].ID, got, want)
		}
	}
}

func TestWithoutAccountWithoutID(t *testing.T) {
	if a := parse(t, load(t, "posts")).Items[2].Author; a.ID != "" || a.Name != "Гость" {
		t.Errorf("author %q called %q, want no id and Гость", a.ID, a.Name)
	}
}

func TestDeletedPostKeepsItsPlace(t *testing.T) {
	r := parse(t, load(t, "posts"))
	if item := r.Items[3]; !item.Deleted || item.Text != "" || r.Counted != 4 {
		t.Errorf("deleted %t with text %q, counted %d", item.Deleted, item.Text, r.Counted)
	}
}

func TestClosedThreadIsReadToItsEnd(t *testing.T) {
	page := load(t, "posts_more")
	page.URL += "#closed"
	r := parse(t, page)
	if r.State != parsers.OK || r.Next == nil || !strings.HasSuffix(r.Next.URL, "#closed") {
		t.Fatalf("first page: state %s, next %v, want ok and a closed second", r.State, r.Next)
	}
	last := load(t, "posts")
	last.URL = r.Next.URL
	if r := parse(t, last); r.State != parsers.CommentsClosed || len(r.Items) != 4 {
		t.Errorf("last page: state %s with %d items, want comments_closed with 4", r.State, len(r.Items))
	}
}

func TestListTellsWhichThreadsAreClosed(t *testing.T) {
	found := parse(t, load(t, "threads")).Found
	if len(found) != 2 || strings.HasSuffix(found[0].Address.URL, "#closed") || !strings.HasSuffix(found[1].Address.URL, "#closed") {
		t.Errorf("found %v, want an open and a closed thread", found)
	}
}

func TestCursorThatStandsStillEndsThePaging(t *testing.T) {
	page := load(t, "posts_more")
	page.URL += "&cursor=1785834000000000:0:0"
	if r := parse(t, page); r.Next != nil {
		t.Errorf("next %s, want none", r.Next.URL)
	}
}

func TestErrors(t *testing.T) {
	for code, want := range map[int]parsers.State{
		2: parsers.Drift, 5: parsers.LoginWall, 8: parsers.Gone, 12: parsers.LoginWall, 13: parsers.Throttled,
		14: parsers.Throttled, 15: parsers.Throttled, 99: parsers.Drift,
	} {
		body := fmt.Appendf(nil, `{"code":%d,"response":"said"}`, code)
		r := parse(t, parsers.Page{URL: "https://disqus.com/api/3.0/threads/listPosts.json?thread=1", Body: body, Seen: time.Now()})
		if r.State != want || !strings.Contains(r.Reason, "said") {
			t.Errorf("error %d = %s (%s), want %s", code, r.State, r.Reason, want)
		}
	}
}

func TestDriftNamesWhatIsMissing(t *testing.T) {
	for _, test := range []struct{ name, fixture, old, new, missing string }{
		{"code", "posts", `"code"`, `"x"`, "code"},
		{"list", "posts_none", `[]`, `{}`, "list"},
		{"ids", "posts", `"id": "7`, `"id": "x`, "id"},
		{"times", "posts", "createdAt", "x", "createdAt"},
		{"another thread", "posts", `"thread": "5001"`, `"thread": "7"`, "thread 7"},
		{"times of threads", "threads", "createdAt", "x", "createdAt"},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := parse(t, load(t, test.fixture, test.old, test.new))
			if r.State != parsers.Drift || !strings.Contains(r.Reason, test.missing) {
				t.Errorf("state %s (%s), want drift for %s", r.State, r.Reason, test.missing)
			}
		})
	}
	if r := parse(t, load(t, "posts", "2026-08-03T11:40:00", "soon")); r.State != parsers.Partial || len(r.Items) != 3 {
		t.Errorf("one without a time: state %s with %d items, want partial with 3", r.State, len(r.Items))
	}
}

func TestTruncatedAnywhere(t *testing.T) {
	page := load(t, "posts")
	for end := len(page.Body) - 3; end > 0; end -= 53 {
		cut := page
		cut.Body = page.Body[:end]
		if r := parse(t, cut); r.State != parsers.Partial || len(r.Items) > 0 {
			t.Fatalf("cut at %d: state %s (%s) with %d items, want partial with none", end, r.State, r.Reason, len(r.Items))
		}
	}
}

func TestKeyNeverEntersAResult(t *testing.T) {
	const key = "HUNTER2HUNTER2"
	for _, fixture := range []string{"posts_more", "threads"} {
		page := load(t, fixture)
		page.URL += "&api_key=" + key + "&api_secret=" + key + "&access_token=" + key
		encoded, err := parsertest.Encode(parse(t, page))
		if err != nil || strings.Contains(string(encoded), key) {
			t.Errorf("the result of %s holds the key, or %v", fixture, err)
		}
	}
	if _, err := New().Start("https://disqus.com/api/3.0/users/list.json?api_key=" + key); err == nil || strings.Contains(err.Error(), key) {
		t.Errorf("Start of an address that is not read: %v", err)
	}
	if _, err := New().Parse(parsers.Page{URL: "https://disqus.com:x/?api_key=" + key}); err == nil || strings.Contains(err.Error(), key) {
		t.Errorf("Parse of an address that is not read: %v", err)
	}
}

func TestStart(t *testing.T) {
	const list, posts = "https://disqus.com/api/3.0/forums/listThreads.json?forum=mosty-kz&limit=100&order=desc", "https://disqus.com/api/3.0/threads/listPosts.json?limit=100&order=asc&thread=5001"
	for _, test := range []struct{ source, id, address string }{
		{"mosty-kz.disqus.com", "mosty-kz", list},
		{"https://disqus.com/home/forum/mosty-kz/", "mosty-kz", list},
		{"https://disqus.com/api/3.0/threads/list.json?forum=mosty-kz", "mosty-kz", list},
		{"https://disqus.com/api/3.0/threads/listPosts.json?thread=5001", "5001", posts},
		{"http://127.0.0.1:80/api/3.0/forums/listThreads.json?forum=a", "a", "http://127.0.0.1:80/api/3.0/forums/listThreads.json?forum=a&limit=100&order=desc"},
		{"https://disqus.com/api/3.0/threads/listPosts.json?thread=link:https://example.org", "", ""},
		{"https://disqus.com/by/ajgul_k/", "", ""},
		{"https://example.org", "", ""},
	} {
		thread, err := New().Start(test.source)
		if thread.ID != test.id || thread.Address.URL != test.address || (err == nil) != (test.id != "") {
			t.Errorf("Start(%q) = %q at %q, %v, want %q at %q", test.source, thread.ID, thread.Address.URL, err, test.id, test.address)
		}
	}
}

func BenchmarkParse(b *testing.B) {
	page := load(b, "posts")
	p := New()
	b.SetBytes(int64(len(page.Body)))
	b.ReportAllocs()
	for b.Loop() {
		if r, err := p.Parse(page); err != nil || r.State != parsers.OK {
			b.Fatal(r.State, err)
		}
	}
}
