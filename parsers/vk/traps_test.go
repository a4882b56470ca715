package vk

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"qulaq/parsers"
	"qulaq/parsers/parsertest"

	"github.com/google/go-cmp/cmp"
)

const (
	commentsURL = "https://api.vk.com/method/wall.getComments?owner_id=-99000001&post_id=501&count=100&v=5.199"
	post        = "wall-99000001_501"
	wallURL     = "https://api.vk.com/method/wall.get?owner_id=-99000001&count=100&v=5.199"
)

var seen = time.Date(2025, 1, 12, 10, 0, 0, 0, time.UTC)

// read parses an answer that is written in the test.
func read(t testing.TB, address, format string, args ...any) parsers.Result {
	t.Helper()
	return parsertest.Parse(t, New(), parsers.Page{URL: address, Body: fmt.Appendf(nil, format, args...), Seen: seen})
}

func find(t testing.TB, r parsers.Result, comment int64) parsers.Item {
	t.Helper()
	for _, item := range r.Items {
		if item.ID == commentID(post, comment) {
			return item
		}
	}
	t.Fatalf("no comment %d", comment)
	return parsers.Item{}
}

func TestErrorCodes(t *testing.T) {
	for _, test := range []struct {
		code    int
		message string
		want    parsers.State
	}{
		{1, "Unknown error occurred", parsers.Throttled},
		{5, "User authorization failed: no access_token passed.", parsers.LoginWall},
		{6, "Too many requests per second", parsers.Throttled},
		{9, "Flood control", parsers.Throttled},
		{10, "Internal server error: could not get wall", parsers.Throttled},
		{14, "Captcha needed", parsers.Captcha},
		{15, "Access denied", parsers.LoginWall},
		{15, "Access denied: this wall available only for community members", parsers.LoginWall},
		{15, "Access denied: post was not found check post_id param", parsers.Gone},
		{15, "Access denied: group is blocked", parsers.Gone},
		{15, "Access denied: user deactivated", parsers.Gone},
		{18, "User was deleted or banned", parsers.Gone},
		{19, "Content blocked", parsers.DiscussionUnavailable},
		{29, "Rate limit reached", parsers.Throttled},
		{30, "This profile is private", parsers.LoginWall},
		{100, "One of the parameters specified was missing or invalid", parsers.Drift},
		{210, "Access to wall's post denied", parsers.DiscussionUnavailable},
		{212, "Access to post comments denied", parsers.CommentsClosed},
		{8, "Invalid request", parsers.Drift},
		{4711, "Unheard of", parsers.Drift},
	} {
		for _, address := range []string{wallURL, commentsURL} {
			r := read(t, address, `{"error":{"error_code":%d,"error_msg":%q}}`, test.code, test.message)
			if r.State != test.want || !strings.Contains(r.Reason, test.message) || r.Thread.ID == "" {
				t.Errorf("error %d (%s) of %s = %s, %q in thread %q, want %s", test.code, test.message, address, r.State, r.Reason, r.Thread.ID, test.want)
			}
		}
	}
}

func TestNoTokenEntersAResult(t *testing.T) {
	parsertest.NoSecrets(t, New(), []string{"access_token", "client_secret"}, "wall", "comments", "replies", "error_login", "cut")
	parsertest.Misuse(t, New(), "https://api.vk.com/method/users.get?access_token=SECRET", "https://api.vk.com:x/?access_token=SECRET")
}

func TestTrueParentIsNotTheRootOfTheChain(t *testing.T) {
	r := parsertest.Result(t, New(), "comments")
	if got, want := find(t, r, 513).Parent, commentID(post, 511); got != want {
		t.Errorf("comment 513 answers %s, want %s as reply_to_comment has it", got, want)
	}
	if item := find(t, r, 514); item.Parent != commentID(post, 510) || !item.Nested {
		t.Errorf("comment 514 answers %q (nested %t), want the root of its chain, by layout", item.Parent, item.Nested)
	}
	if item := find(t, r, 512); item.Parent != "" || item.Role != parsers.RoleUnknown {
		t.Errorf("comment 512 of another community answers %q as %q, want nothing as nobody known", item.Parent, item.Role)
	}
}

func TestDeletedCommentKeepsItsPlace(t *testing.T) {
	r := parsertest.Result(t, New(), "comments")
	item := find(t, r, 515)
	if !item.Deleted || item.Text != "" || item.Author.ID != "" || r.State != parsers.OK {
		t.Errorf("deleted comment %+v in a page of state %s", item, r.State)
	}
	if got := find(t, r, 516).Parent; got != item.ID {
		t.Errorf("the reply to it answers %q, want %q", got, item.ID)
	}
}

func TestDeletedAsANumber(t *testing.T) {
	r := read(t, commentsURL, `{"response":{"count":1,"items":[{"id":5,"date":1736400000,"deleted":1}],"current_level_count":1}}`)
	if len(r.Items) != 1 || !r.Items[0].Deleted {
		t.Errorf("state %s (%s), items %+v, want one deleted", r.State, r.Reason, r.Items)
	}
}

func TestCanPostIsNotClosed(t *testing.T) {
	for _, fixture := range []string{"comments", "comments_none"} {
		if r := parsertest.Result(t, New(), fixture); r.State == parsers.CommentsClosed {
			t.Errorf("%s: can_post is false for every token without an account, yet the state is %s", fixture, r.State)
		}
	}
}

func TestMentions(t *testing.T) {
	for text, want := range map[string][]string{
		"[id551784194|Имя], добрый день!":         {"551784194"},
		"[club12|Акимат] и [public13|Управление]": {"-12", "-13"},
		"[event14|Встреча]":                       {"-14"},
		"[id1:bp-2_3|Имя], вот":                   {"1"},
		"[id1|А] [id1|Б]":                         {"1"},
		"[см. [id1|А]]":                           {"1"},
		"[https://vk.com/id1|А]":                  nil,
		"[id|А] [id0|А] [id-1|А] [idx|А]":         nil,
		"[id1] и [id1|А":                          nil,
		"без упоминаний":                          nil,
		"":                                        nil,
	} {
		if diff := cmp.Diff(want, mentioned(text)); diff != "" {
			t.Errorf("mentioned(%q) (-want +got):\n%s", text, diff)
		}
	}
	start := time.Now()
	mentioned(strings.Repeat("[", 1<<20) + strings.Repeat("[id1|", 1<<18))
	if took := time.Since(start); took > 2*time.Second {
		t.Errorf("a hostile text took %v", took)
	}
}

func TestMissingFields(t *testing.T) {
	const good = `{"id":5,"from_id":7,"date":1736400000,"text":"а"}`
	for _, test := range []struct {
		name, items, missing string
		state                parsers.State
	}{
		{"id", `{"from_id":7,"date":1736400000}`, "id", parsers.Drift},
		{"author", `{"id":5,"date":1736400000,"text":"а"}`, "from_id", parsers.Drift},
		{"date", `{"id":5,"from_id":7}`, "date", parsers.Drift},
		{"date far ahead", `{"id":5,"from_id":7,"date":99999999999999}`, "date", parsers.Drift},
		{"one of two", good + `,{"id":6,"from_id":7}`, "date", parsers.Partial},
		{"other post", good + `,{"id":6,"from_id":7,"date":1736400000,"post_id":999,"owner_id":-99000001}`, "wall-99000001_999", parsers.Drift},
		{"other wall", `{"id":6,"from_id":7,"date":1736400000,"owner_id":-5}`, "wall-5", parsers.Drift},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := read(t, commentsURL, `{"response":{"count":2,"items":[%s]}}`, test.items)
			if r.State != test.state || !strings.Contains(r.Reason, test.missing) {
				t.Errorf("state %s (%s), want %s for %s", r.State, r.Reason, test.state, test.missing)
			}
		})
	}
	for name, body := range map[string]string{
		"no items":        `{"response":{"count":2}}`,
		"no count":        `{"response":{"items":[]}}`,
		"nothing":         `{}`,
		"other types":     `{"response":{"count":"two","items":[]}}`,
		"an array":        `[]`,
		"a page":          `<html><title>Вход</title></html>`,
		"negative count":  `{"response":{"count":-1,"items":[]}}`,
		"garbage between": `{"response":{"count":2,"items":[}}`,
	} {
		if r := read(t, wallURL, "%s", body); r.State != parsers.Drift {
			t.Errorf("%s: state %s (%s), want drift", name, r.State, r.Reason)
		}
	}
}

func TestTruncatedAnywhere(t *testing.T) { parsertest.CutShowsNothing(t, New(), "comments") }

func TestClockOfVKAhead(t *testing.T) {
	r := read(t, commentsURL, `{"response":{"count":1,"items":[{"id":5,"from_id":7,"date":%d,"text":"а"}]}}`, seen.Unix()+2)
	want := parsers.Span{Lo: seen, Hi: seen.Add(2 * time.Second)}
	if len(r.Items) != 1 || r.Items[0].Published != want {
		t.Errorf("state %s (%s), items %+v, want one published within %v", r.State, r.Reason, r.Items, want)
	}
}

func TestCountedButNotShown(t *testing.T) {
	r := read(t, commentsURL, `{"response":{"count":3,"items":[],"current_level_count":3}}`)
	if r.State != parsers.Partial || r.Declared != 3 || r.Counted != 0 {
		t.Errorf("state %s, declared %d, counted %d, want partial, 3, 0", r.State, r.Declared, r.Counted)
	}
}

func TestGoneChainDoesNotTakeTheThreadAway(t *testing.T) {
	r := read(t, commentsURL+"&comment_id=520&offset=10#replies=530:10",
		`{"error":{"error_code":15,"error_msg":"Access denied: comment was not found"}}`)
	if r.State != parsers.Partial || r.Next == nil || !strings.Contains(r.Next.URL, "comment_id=530") {
		t.Errorf("state %s, next %v, want partial and the replies to 530", r.State, r.Next)
	}
}

func TestStart(t *testing.T) {
	const (
		wall = "https://api.vk.com/method/wall.get?count=100&owner_id=-123&v=5.199"
		post = "https://api.vk.com/method/wall.getComments?count=100&owner_id=-123&post_id=456&sort=asc&thread_items_count=10&v=5.199"
	)
	parsertest.Start(t, New(), map[string]string{
		"https://vk.com/club123":                                               "wall-123 " + wall,
		"vk.com/public123":                                                     "wall-123 " + wall,
		"http://m.vk.com/event123":                                             "wall-123 " + wall,
		"https://vk.ru/wall-123":                                               "wall-123 " + wall,
		"https://www.vk.com/wall-123?own=1":                                    "wall-123 " + wall,
		"https://api.vk.com/method/wall.get?owner_id=-123&offset=200":          "wall-123 " + wall,
		"https://vk.com/id123":                                                 "wall123 https://api.vk.com/method/wall.get?count=100&owner_id=123&v=5.199",
		"https://vk.com/Primer_City":                                           "primer_city https://api.vk.com/method/wall.get?count=100&domain=primer_city&v=5.199",
		"https://vk.com/club_primer":                                           "club_primer https://api.vk.com/method/wall.get?count=100&domain=club_primer&v=5.199",
		"https://vk.com/wall-123_456":                                          "wall-123_456 " + post,
		"https://vk.com/wall-123_456?reply=789":                                "wall-123_456 " + post,
		"https://vk.com/primer_city?w=wall-123_456":                            "wall-123_456 " + post,
		"http://127.0.0.1:8080/vk/method/wall.get?owner_id=-123&v=5.131":       "wall-123 http://127.0.0.1:8080/vk/method/wall.get?count=100&owner_id=-123&v=5.131",
		"https://api.vk.com/method/wall.get?owner_id=-123&access_token=SECRET": "wall-123 " + wall,
		"https://api.vk.com/method/users.get?access_token=SECRET":              "",
		"https://api.vk.com:x/?access_token=SECRET":                            "",
		"http://127.0.0.1:8080/club123":                                        "",
		"https://vk.com/":                                                      "",
		"https://vk.com/feed":                                                  "",
		"https://vk.com/video-1_2":                                             "",
		"https://vk.com/wall-123_x":                                            "",
		"https://example.org/club123":                                          "",
		"https://api.vk.com/method/users.get?user_ids=1":                       "",
		"https://api.vk.com/method/wall.get":                                   "",
		"https://api.vk.com/method/wall.getComments?owner_id=-1":               "",
		"": "",
	})
}
