package discourse

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"slices"
	"strconv"
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

func find(t testing.TB, r parsers.Result, id string) parsers.Item {
	t.Helper()
	i := slices.IndexFunc(r.Items, func(item parsers.Item) bool { return item.ID == id })
	if i < 0 {
		t.Fatalf("no item %s in a page of state %s (%s)", id, r.State, r.Reason)
	}
	return r.Items[i]
}

func TestGapsAreDeletedPosts(t *testing.T) {
	r := parse(t, load(t, "topic"))
	for _, id := range []string{"t/2108/3", "t/2108/4"} {
		if item := find(t, r, id); !item.Deleted || item.Text != "" || item.Precision != parsers.PrecisionVisit {
			t.Errorf("%s: deleted %t, text %q, exact to %s", id, item.Deleted, item.Text, item.Precision)
		}
	}
	if r.Counted != 5 || r.Declared != 7 {
		t.Errorf("counted %d, declared %d, want 5, 7: what is deleted is not declared", r.Counted, r.Declared)
	}
}

func TestChoiceOfPostsHasNoGaps(t *testing.T) {
	around := load(t, "topic", `"post_number": 1,`, `"post_number": 4,`, `"post_number": 2,`, `"post_number": 3,`)
	around.URL = "https://forum.example.org/t/2108/9999.json"
	for _, page := range []parsers.Page{load(t, "posts"), around} {
		r := parse(t, page)
		for _, item := range r.Items {
			if item.Precision == parsers.PrecisionVisit {
				t.Errorf("%s is told to be deleted by %s, which does not show all", item.ID, page.URL)
			}
		}
		if r.Next != nil {
			t.Errorf("%s leads to %s, which is not its next page", page.URL, r.Next.URL)
		}
	}
}

func TestHugeGapIsNotFilled(t *testing.T) {
	if r := parse(t, load(t, "topic", `"post_number": 5`, `"post_number": 2000000000`)); len(r.Items) > 10 {
		t.Errorf("%d items, want those of the page", len(r.Items))
	}
}

func TestNoticesAreNoUtterances(t *testing.T) {
	if item := find(t, parse(t, load(t, "topic")), "t/2108/7"); !item.Deleted || item.Text != "" {
		t.Errorf("the notice has the text %q and counts (deleted %t)", item.Text, item.Deleted)
	}
}

func TestTouchedIsNotEdited(t *testing.T) {
	r := parse(t, load(t, "topic"))
	if find(t, r, "t/2108").Edited {
		t.Error("the first post is edited, although only updated_at changed")
	}
	if item := find(t, r, "t/2108/2"); !item.Edited || !item.EditedAt.IsZero() {
		t.Errorf("version 2: edited %t at %v, want true at no time told", item.Edited, item.EditedAt)
	}
}

func TestAnswerOfTheStaff(t *testing.T) {
	item := find(t, parse(t, load(t, "topic")), "t/2108/5")
	if item.Role != parsers.RoleOfficial || item.Parent != "t/2108" || item.Text != "@dana, первого октября." ||
		item.Quoted != "Когда откроют мост?" || !slices.Equal(item.Mentions, []string{"forum.example.org/u/20"}) {
		t.Errorf("%+v", item)
	}
}

func TestOpeningHasTheIDOfItsThread(t *testing.T) {
	for fixture, want := range map[string]parsers.Kind{"topic": parsers.KindQuestion, "topic_staff": parsers.KindPost} {
		r := parse(t, load(t, fixture))
		if item := r.Items[0]; item.ID != r.Thread.ID || item.Kind != want {
			t.Errorf("%s opens with the %s %s, want the %s %s", fixture, item.Kind, item.ID, want, r.Thread.ID)
		}
	}
}

func TestClosedTopic(t *testing.T) {
	for name, page := range map[string]parsers.Page{
		"closed":   load(t, "topic_closed"),
		"archived": load(t, "topic_closed", `"closed": true`, `"closed": false`, `"archived": false`, `"archived": true`),
	} {
		if r := parse(t, page); r.State != parsers.CommentsClosed || len(r.Items) != 1 {
			t.Errorf("%s: state %s with %d items, want comments_closed with 1", name, r.State, len(r.Items))
		}
	}
}

func TestClosedTopicIsReadToItsEnd(t *testing.T) {
	r := parse(t, load(t, "topic", `"closed": false`, `"closed": true`))
	if r.State != parsers.OK || r.Next == nil {
		t.Errorf("first page of two: state %s, next %v, want ok and the second", r.State, r.Next)
	}
	if r := parse(t, load(t, "topic_page2", `"closed": false`, `"closed": true`)); r.State != parsers.CommentsClosed {
		t.Errorf("last page: state %s, want comments_closed", r.State)
	}
}

func TestErrors(t *testing.T) {
	for kind, want := range map[string]parsers.State{
		"not_found": parsers.Gone, "invalid_access": parsers.LoginWall, "not_logged_in": parsers.LoginWall,
		"rate_limit": parsers.Throttled, "read_only": parsers.Throttled, "invalid_parameters": parsers.Drift,
	} {
		r := parse(t, parsers.Page{URL: "https://forum.example.org/t/9.json", Body: fmt.Appendf(nil, `{"errors":["x"],"error_type":%q}`, kind), Seen: time.Now()})
		if r.State != want {
			t.Errorf("%s = %s (%s), want %s", kind, r.State, r.Reason, want)
		}
	}
}

func TestDriftNamesWhatIsMissing(t *testing.T) {
	for _, test := range []struct{ name, fixture, old, new, missing string }{
		{"stream", "topic", "post_stream", "x", "post_stream"},
		{"places", "topic", "post_number", "x", "post_number"},
		{"times", "topic", "created_at", "x", "created_at"},
		{"another topic", "topic", `"topic_id": 2108`, `"topic_id": 7`, "t/7"},
		{"topics", "latest", `"topics"`, `"x"`, "topic_list"},
		{"times in a list", "latest", "created_at", "x", "created_at"},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := parse(t, load(t, test.fixture, test.old, test.new))
			if r.State != parsers.Drift || !strings.Contains(r.Reason, test.missing) {
				t.Errorf("state %s (%s), want drift for %s", r.State, r.Reason, test.missing)
			}
		})
	}
	if r := parse(t, load(t, "topic", `"post_number": 2,`, "")); r.State != parsers.Partial || r.Counted != 4 {
		t.Errorf("one post without its place: state %s, counted %d, want partial, 4", r.State, r.Counted)
	}
}

func TestFollowingNextReadsEveryPostOnce(t *testing.T) {
	for _, total := range []int{1, 19, 20, 21, 446} {
		thread := address{forum: "https://forum.example.org", topic: 2108}.thread()
		got, pages := 0, 0
		stream := make([]int, total)
		for i := range stream {
			stream[i] = 5000 + i
		}
		for next := &thread.Address; next != nil; pages++ {
			u, err := url.Parse(next.URL)
			if err != nil {
				t.Fatal(err)
			}
			page, _ := strconv.Atoi(u.Query().Get("page"))
			page = max(page, 1)
			posts := []map[string]any{}
			for i := (page - 1) * pageSize; i < min(page*pageSize, total); i++ {
				posts = append(posts, map[string]any{"id": stream[i], "post_number": i + 1, "user_id": 1, "created_at": "2026-08-03T09:05:10.095Z"})
			}
			body, err := json.Marshal(map[string]any{"post_stream": map[string]any{"posts": posts, "stream": stream}})
			if err != nil {
				t.Fatal(err)
			}
			r := parse(t, parsers.Page{URL: next.URL, Body: body, Seen: time.Date(2026, 9, 1, 0, 0, 0, 0, time.UTC)})
			if r.Declared != total || r.State != parsers.OK {
				t.Fatalf("state %s (%s), declared %d, want ok, %d", r.State, r.Reason, r.Declared, total)
			}
			got, next = got+r.Counted, r.Next
		}
		if got != total || pages != (total+pageSize-1)/pageSize {
			t.Errorf("%d posts in %d pages, want %d", got, pages, total)
		}
	}
}

func TestTruncatedAnywhere(t *testing.T) {
	page := load(t, "topic")
	for end := len(page.Body) - 3; end > 0; end -= 71 {
		cut := page
		cut.Body = page.Body[:end]
		if r := parse(t, cut); r.State != parsers.Partial || len(r.Items) > 0 {
			t.Fatalf("cut at %d: state %s (%s) with %d items, want partial with none", end, r.State, r.Reason, len(r.Items))
		}
	}
}

func TestStart(t *testing.T) {
	for _, test := range []struct{ source, id, address string }{
		{"forum.example.org", "latest", "https://forum.example.org/latest.json"},
		{"https://forum.example.org/latest?page=3", "latest", "https://forum.example.org/latest.json"},
		{"https://example.org/forum/", "latest", "https://example.org/forum/latest.json"},
		{"https://forum.example.org/c/roads/5", "c/roads/5", "https://forum.example.org/c/roads/5.json"},
		{"https://forum.example.org/t/most-i-dorogi/2108/17?u=dana", "t/2108", "https://forum.example.org/t/2108.json"},
		{"https://forum.example.org/t/2108.json", "t/2108", "https://forum.example.org/t/2108.json"},
		{"https://forum.example.org/t/2108/posts.json", "t/2108", "https://forum.example.org/t/2108.json"},
		{"http://127.0.0.1:80/forum/t/5", "t/5", "http://127.0.0.1:80/forum/t/5.json"},
		{"https://forum.example.org/t/most", "", ""},
		{"https://forum.example.org/u/dana", "", ""},
		{"ftp://forum.example.org", "", ""},
	} {
		thread, err := New().Start(test.source)
		if thread.ID != test.id || thread.Address.URL != test.address || (err == nil) != (test.id != "") {
			t.Errorf("Start(%q) = %q at %q, %v, want %q at %q", test.source, thread.ID, thread.Address.URL, err, test.id, test.address)
		}
		if err != nil {
			continue
		}
		if r := parse(t, parsers.Page{URL: thread.Address.URL, Body: []byte("{}"), Seen: time.Now()}); r.Thread.ID != thread.ID {
			t.Errorf("the page at %s shows %q, want %q", thread.Address.URL, r.Thread.ID, thread.ID)
		}
	}
}

func TestMisuse(t *testing.T) {
	for _, address := range []string{"", "topic.json", "https://forum.example.org/t/2108", "https://forum.example.org/posts.json", "https://forum.example.org/t/x.json"} {
		if r, err := New().Parse(parsers.Page{URL: address, Body: []byte("{}"), Seen: time.Now()}); err == nil {
			t.Errorf("Parse of a page at %q = %s, want an error", address, r.State)
		}
	}
}

func TestCapturedPosts(t *testing.T) {
	body, err := os.ReadFile("../../../shared/captures/discourse/t_2108_posts.json")
	if errors.Is(err, fs.ErrNotExist) {
		t.Skip("no captured answers beside the repository (../shared/captures)")
	}
	if err != nil {
		t.Fatal(err)
	}
	r := parse(t, parsers.Page{URL: "https://forum.example.org/t/2108/posts.json", Body: body, Seen: time.Date(2026, 1, 20, 0, 0, 0, 0, time.UTC)})
	if r.State != parsers.OK || r.Counted != 20 || r.Declared != 446 || len(r.Items) != 20 {
		t.Fatalf("state %s (%s), counted %d, declared %d, %d items, want ok, 20, 446, 20", r.State, r.Reason, r.Counted, r.Declared, len(r.Items))
	}
	first, last := r.Items[0].Published, r.Items[19].Published
	if want := time.Date(2025, 9, 25, 19, 11, 22, 95e6, time.UTC); first != parsers.At(want) {
		t.Errorf("first published %v, want %v", first, want)
	}
	if want := time.Date(2025, 9, 27, 20, 38, 47, 717e6, time.UTC); last != parsers.At(want) {
		t.Errorf("last published %v, want %v", last, want)
	}
	official, edited := 0, 0
	for _, item := range r.Items {
		if item.Role == parsers.RoleOfficial {
			official++
		}
		if item.Edited {
			edited++
		}
	}
	if official != 4 || edited != 5 || r.Items[5].Parent != "t/2108/4" {
		t.Errorf("%d official, %d edited, the sixth answers %q; want 4, 5, t/2108/4", official, edited, r.Items[5].Parent)
	}
}

func BenchmarkParse(b *testing.B) {
	page := load(b, "topic")
	p := New()
	b.SetBytes(int64(len(page.Body)))
	b.ReportAllocs()
	for b.Loop() {
		if r, err := p.Parse(page); err != nil || r.State != parsers.OK {
			b.Fatal(r.State, err)
		}
	}
}
