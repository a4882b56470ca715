package discourse

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"testing"
	"time"

	"qulaq/parsers"
	"qulaq/parsers/parsertest"
)

func TestGapsAreDeletedPosts(t *testing.T) {
	r := parsertest.Result(t, New(), "topic")
	for _, id := range []string{"t/2108/3", "t/2108/4"} {
		if item := parsertest.Find(t, r, id); !item.Deleted || item.Text != "" || item.Precision != parsers.PrecisionVisit {
			t.Errorf("%s: deleted %t, text %q, exact to %s", id, item.Deleted, item.Text, item.Precision)
		}
	}
	if r.Counted != 5 || r.Declared != 7 {
		t.Errorf("counted %d, declared %d, want 5, 7: what is deleted is not declared", r.Counted, r.Declared)
	}
}

func TestChoiceOfPostsHasNoGaps(t *testing.T) {
	around := parsertest.Page(t, "topic", `"post_number": 1,`, `"post_number": 4,`, `"post_number": 2,`, `"post_number": 3,`)
	around.URL = "https://forum.example.org/t/2108/9999.json"
	for _, page := range []parsers.Page{parsertest.Page(t, "posts"), around} {
		r := parsertest.Parse(t, New(), page)
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
	if r := parsertest.Result(t, New(), "topic", `"post_number": 5`, `"post_number": 2000000000`); len(r.Items) > 10 {
		t.Errorf("%d items, want those of the page", len(r.Items))
	}
}

func TestNoticesAreNoUtterances(t *testing.T) {
	if item := parsertest.Find(t, parsertest.Result(t, New(), "topic"), "t/2108/7"); !item.Deleted || item.Text != "" {
		t.Errorf("the notice has the text %q and counts (deleted %t)", item.Text, item.Deleted)
	}
}

func TestTouchedIsNotEdited(t *testing.T) {
	r := parsertest.Result(t, New(), "topic")
	if parsertest.Find(t, r, "t/2108").Edited {
		t.Error("the first post is edited, although only updated_at changed")
	}
	if item := parsertest.Find(t, r, "t/2108/2"); !item.Edited || !item.EditedAt.IsZero() {
		t.Errorf("version 2: edited %t at %v, want true at no time told", item.Edited, item.EditedAt)
	}
}

func TestAnswerOfTheStaff(t *testing.T) {
	item := parsertest.Find(t, parsertest.Result(t, New(), "topic"), "t/2108/5")
	if item.Role != parsers.RoleOfficial || item.Parent != "t/2108" || item.Text != "@dana, первого октября." ||
		item.Quoted != "Когда откроют мост?" || !slices.Equal(item.Mentions, []string{"forum.example.org/u/20"}) {
		t.Errorf("%+v", item)
	}
}

func TestOpeningHasTheIDOfItsThread(t *testing.T) {
	for fixture, want := range map[string]parsers.Kind{"topic": parsers.KindQuestion, "topic_staff": parsers.KindPost} {
		r := parsertest.Result(t, New(), fixture)
		if item := r.Items[0]; item.ID != r.Thread.ID || item.Kind != want {
			t.Errorf("%s opens with the %s %s, want the %s %s", fixture, item.Kind, item.ID, want, r.Thread.ID)
		}
	}
}

func TestClosedTopic(t *testing.T) {
	for name, page := range map[string]parsers.Page{
		"closed":   parsertest.Page(t, "topic_closed"),
		"archived": parsertest.Page(t, "topic_closed", `"closed": true`, `"closed": false`, `"archived": false`, `"archived": true`),
	} {
		if r := parsertest.Parse(t, New(), page); r.State != parsers.CommentsClosed || len(r.Items) != 1 {
			t.Errorf("%s: state %s with %d items, want comments_closed with 1", name, r.State, len(r.Items))
		}
	}
}

func TestClosedTopicIsReadToItsEnd(t *testing.T) {
	r := parsertest.Result(t, New(), "topic", `"closed": false`, `"closed": true`)
	if r.State != parsers.OK || r.Next == nil {
		t.Errorf("first page of two: state %s, next %v, want ok and the second", r.State, r.Next)
	}
	if r := parsertest.Result(t, New(), "topic_page2", `"closed": false`, `"closed": true`); r.State != parsers.CommentsClosed {
		t.Errorf("last page: state %s, want comments_closed", r.State)
	}
}

func TestErrors(t *testing.T) {
	for kind, want := range map[string]parsers.State{
		"not_found": parsers.Gone, "invalid_access": parsers.LoginWall, "not_logged_in": parsers.LoginWall,
		"rate_limit": parsers.Throttled, "read_only": parsers.Throttled, "invalid_parameters": parsers.Drift,
	} {
		r := parsertest.Parse(t, New(), parsers.Page{URL: "https://forum.example.org/t/9.json", Body: fmt.Appendf(nil, `{"errors":["x"],"error_type":%q}`, kind), Seen: time.Now()})
		if r.State != want {
			t.Errorf("%s = %s (%s), want %s", kind, r.State, r.Reason, want)
		}
	}
}

func TestDriftNamesWhatIsMissing(t *testing.T) {
	parsertest.Drift(t, New(), [][]string{
		{"stream", "topic", "post_stream", "post_stream", "x"},
		{"places", "topic", "post_number", "post_number", "x"},
		{"times", "topic", "created_at", "created_at", "x"},
		{"another topic", "topic", "t/7", `"topic_id": 2108`, `"topic_id": 7`},
		{"topics", "latest", "topic_list", `"topics"`, `"x"`},
		{"times in a list", "latest", "created_at", "created_at", "x"},
	})
	if r := parsertest.Result(t, New(), "topic", `"post_number": 2,`, ""); r.State != parsers.Partial || r.Counted != 4 {
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
			r := parsertest.Parse(t, New(), parsers.Page{URL: next.URL, Body: body, Seen: time.Date(2026, 9, 1, 0, 0, 0, 0, time.UTC)})
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

func TestTruncatedAnywhere(t *testing.T) { parsertest.CutShowsNothing(t, New(), "topic") }

func TestStart(t *testing.T) {
	parsertest.Start(t, New(), map[string]string{
		"forum.example.org":                                        "latest https://forum.example.org/latest.json",
		"https://forum.example.org/latest?page=3":                  "latest https://forum.example.org/latest.json",
		"https://example.org/forum/":                               "latest https://example.org/forum/latest.json",
		"https://forum.example.org/c/roads/5":                      "c/roads/5 https://forum.example.org/c/roads/5.json",
		"https://forum.example.org/t/most-i-dorogi/2108/17?u=dana": "t/2108 https://forum.example.org/t/2108.json",
		"https://forum.example.org/t/2108.json":                    "t/2108 https://forum.example.org/t/2108.json",
		"https://forum.example.org/t/2108/posts.json":              "t/2108 https://forum.example.org/t/2108.json",
		"http://127.0.0.1:80/forum/t/5":                            "t/5 http://127.0.0.1:80/forum/t/5.json",
		"https://forum.example.org/t/most":                         "",
		"https://forum.example.org/u/dana":                         "",
		"ftp://forum.example.org":                                  "",
	})
}

func TestMisuse(t *testing.T) {
	parsertest.Misuse(t, New(), "", "topic.json", "https://forum.example.org/t/2108", "https://forum.example.org/posts.json", "https://forum.example.org/t/x.json")
}

func TestCapturedPosts(t *testing.T) {
	seen := time.Date(2026, 1, 20, 0, 0, 0, 0, time.UTC)
	r := parsertest.Parse(t, New(), parsertest.Capture(t, "discourse/t_2108_posts.json", "https://forum.example.org/t/2108/posts.json", seen))
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

func BenchmarkParse(b *testing.B) { parsertest.Bench(b, New(), "topic") }
