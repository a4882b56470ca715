package instagram

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"qulaq/parsers"
	"qulaq/parsers/parsertest"

	"github.com/google/go-cmp/cmp"
)

const (
	base   = "https://graph.facebook.com/v21.0/"
	postID = "17900000000000001"
)

func TestFixtures(t *testing.T) { parsertest.Fixtures(t, New()) }

func FuzzParse(f *testing.F) { parsertest.Fuzz(f, New()) }

func BenchmarkParse(b *testing.B) { parsertest.Bench(b, New(), "medium") }

// server is Instagram as far as the paging of comments goes: two comments on a
// page, with two replies each; three on a page of replies.
func server(replies []int) func(path string, query url.Values) string {
	page := func(total, from, size int, one func(i int) any) map[string]any {
		data := []any{}
		for i := from; i < min(from+size, total); i++ {
			data = append(data, one(i))
		}
		paging := map[string]any{"cursors": map[string]any{"after": strconv.Itoa(from + size)}}
		if from+size < total {
			paging["next"] = "https://graph.facebook.com/"
		}
		return map[string]any{"data": data, "paging": paging}
	}
	entry := func(id int) map[string]any {
		return map[string]any{"id": strconv.Itoa(id), "text": "x", "timestamp": "2025-02-20T09:00:00+0000"}
	}
	below := func(comment, from, size int) map[string]any {
		return page(replies[comment], from, size, func(i int) any { return entry(1000*(comment+1) + i) })
	}
	list := func(from int) map[string]any {
		return page(len(replies), from, 2, func(i int) any {
			e := entry(i + 1)
			if replies[i] > 0 {
				e["replies"] = below(i, 0, 2)
			}
			return e
		})
	}
	return func(path string, query url.Values) string {
		from, _ := strconv.Atoi(query.Get("after")) // absent: from the first
		parts := strings.Split(strings.Trim(path, "/"), "/")
		var answer map[string]any
		switch parts[len(parts)-1] {
		case "comments":
			answer = list(from)
		case "replies":
			comment, err := strconv.Atoi(parts[len(parts)-2])
			if err != nil {
				panic(err)
			}
			answer = below(comment-1, from, 3)
		default:
			total := len(replies)
			for _, n := range replies {
				total += n
			}
			answer = map[string]any{"id": parts[len(parts)-1], "username": "example_akimat", "comments_count": total, "comments": list(0)}
		}
		body, err := json.Marshal(answer)
		if err != nil {
			panic(err)
		}
		return string(body)
	}
}

func TestFollowingNextReadsEveryReplyOnce(t *testing.T) {
	thread, err := New().Start(base + postID)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]int{}
	counted := 0
	for _, page := range parsertest.Follow(t, New(), thread.Address, server([]int{0, 9, 3, 0, 2, 12})) {
		if page.Declared != 32 {
			t.Errorf("a page declares %d, want 32 on each", page.Declared)
		}
		counted += page.Counted
		for _, item := range page.Items {
			seen[item.ID]++
			if n, _ := strconv.Atoi(item.ID); n >= 1000 && item.Parent != strconv.Itoa(n/1000) {
				t.Errorf("reply %s answers %q", item.ID, item.Parent)
			}
		}
	}
	if len(seen) != 32 || counted != 32 {
		t.Errorf("%d comments, %d counted, want 32 and 32", len(seen), counted)
	}
}

func TestDeclaredComesFromTheMedium(t *testing.T) {
	for _, fixture := range []string{"medium", "replies", "comments"} {
		if r := parsertest.Result(t, New(), fixture); r.Declared != 9 || r.Thread.ID != postID {
			t.Errorf("%s: declared %d for %s, want 9 for %s", fixture, r.Declared, r.Thread.ID, postID)
		}
	}
	r := parsertest.Read(t, New(), base+"5", `{"id":"5","comments_count":3}`)
	if r.State != parsers.Partial || r.Declared != 3 {
		t.Errorf("counted and not shown: state %s (%s), declared %d, want partial, 3", r.State, r.Reason, r.Declared)
	}
}

func TestOwnerIsOfficial(t *testing.T) {
	r := parsertest.Result(t, New(), "medium")
	var got []string
	for _, item := range r.Items {
		got = append(got, fmt.Sprintf("%s %q %q by %q", item.ID, item.Parent, item.Role, item.Author.ID))
	}
	want := []string{
		`17910000000000001 "" "" by "555001"`,
		`17920000000000001 "17910000000000001" "official" by "17841400000000001"`,
		`17910000000000002 "" "" by ""`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("comments (-want +got):\n%s", diff)
	}
}

func TestNoKeyEntersAResult(t *testing.T) {
	parsertest.NoSecrets(t, New(), []string{"access_token"}, "media", "medium")
}

func TestRefusals(t *testing.T) {
	for name, test := range map[string]struct {
		address, body string
		want          parsers.State
	}{
		"limit":          {"5", `{"error":{"code":4,"message":"limit"}}`, parsers.Throttled},
		"permission":     {"5", `{"error":{"code":10,"message":"permission"}}`, parsers.LoginWall},
		"another medium": {"5", `{"id":"6","comments_count":0}`, parsers.Drift},
		"no count":       {"5", `{"id":"5"}`, parsers.Drift},
		"no data":        {"5/comments", `{}`, parsers.Drift},
		"no id":          {"5/comments", `{"data":[{"timestamp":"2025-02-20T09:00:00+0000"}]}`, parsers.Drift},
		"no time":        {"5/comments", `{"data":[{"id":"6"}]}`, parsers.Drift},
		"other objects":  {"5/comments", `{"6":{"id":"7"}}`, parsers.Drift},
	} {
		if r := parsertest.Read(t, New(), base+test.address, test.body); r.State != test.want {
			t.Errorf("%s: state %s (%s), want %s", name, r.State, r.Reason, test.want)
		}
	}
	parsertest.CutShowsNothing(t, New(), "medium")
}

func TestStart(t *testing.T) {
	esc := url.QueryEscape
	parsertest.Start(t, New(), map[string]string{
		base + "178/media?access_token=SECRET":     "178 " + base + "178/media?fields=" + esc(mediaFields) + "&limit=50",
		base + "179":                               "179 " + base + "179?fields=" + esc(mediumFields),
		base + "179/comments":                      "179 " + base + "179?fields=" + esc(mediumFields),
		"https://graph.instagram.com/v21.0/179":    "179 https://graph.instagram.com/v21.0/179?fields=" + esc(mediumFields),
		"http://127.0.0.1:80/v21.0/179":            "179 http://127.0.0.1:80/v21.0/179?fields=" + esc(mediumFields),
		"https://www.instagram.com/example_akimat": "",
		base + "me/media":                          "",
		base + "179/insights":                      "",
		base + "179/replies":                       "",
		"":                                         "",
	})
}

func TestCaptured(t *testing.T) {
	page := parsertest.Capture(t, "instagram/comments__comments_fields.json", base+"17800000000000000/comments#owner=ikroskun", parsertest.Seen)
	r := parsertest.Parse(t, New(), page)
	var got []string
	for _, item := range r.Items {
		got = append(got, item.ID+" "+item.Published.Lo.Format(time.RFC3339)+" "+string(item.Role))
	}
	want := []string{"17858154961981086 2020-06-01T10:56:52Z ", "17892250648466172 2020-02-24T09:15:16Z official"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("state %s (%s), comments (-want +got):\n%s", r.State, r.Reason, diff)
	}
}
