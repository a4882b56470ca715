package youtube

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
	base       = "https://www.googleapis.com/youtube/v3/"
	threadsURL = base + "commentThreads?part=replies,snippet&videoId=exampleVid1&maxResults=100"
)

func TestFixtures(t *testing.T) { parsertest.Fixtures(t, New()) }

func FuzzParse(f *testing.F) { parsertest.Fuzz(f, New()) }

func BenchmarkParse(b *testing.B) { parsertest.Bench(b, New(), "threads") }

// server is YouTube as far as the paging of comments goes: two comments on a
// page, of the replies none or five, three on a page of replies.
type server struct{ replies []int }

func (s server) answer(path string, query url.Values) string {
	from, _ := strconv.Atoi(query.Get("pageToken")) // absent: from the first
	comment := func(id, parent string) map[string]any {
		return map[string]any{"id": id, "snippet": map[string]any{"parentId": parent, "textOriginal": id, "publishedAt": "2025-01-02T03:04:05Z"}}
	}
	list := func(total, size int, one func(i int) any) string {
		items := []any{}
		for i := from; i < min(from+size, total); i++ {
			items = append(items, one(i))
		}
		answer := map[string]any{"items": items, "pageInfo": map[string]any{"totalResults": len(items)}}
		if from+size < total {
			answer["nextPageToken"] = strconv.Itoa(from + size)
		}
		body, err := json.Marshal(answer)
		if err != nil {
			panic(err)
		}
		return string(body)
	}
	reply := func(thread, i int) any { return comment(fmt.Sprintf("c%d.r%d", thread, i), fmt.Sprintf("c%d", thread)) }
	if strings.HasSuffix(path, "/comments") {
		thread, err := strconv.Atoi(query.Get("parentId")[1:])
		if err != nil {
			panic(err)
		}
		return list(s.replies[thread], 3, func(i int) any { return reply(thread, i) })
	}
	return list(len(s.replies), 2, func(i int) any {
		thread := map[string]any{"snippet": map[string]any{"totalReplyCount": s.replies[i], "topLevelComment": comment(fmt.Sprintf("c%d", i), "")}}
		if i%2 == 0 { // YouTube may leave the part out
			shown := []any{}
			for j := range min(5, s.replies[i]) {
				shown = append(shown, reply(i, j))
			}
			thread["replies"] = map[string]any{"comments": shown}
		}
		return thread
	})
}

func TestFollowingNextReadsEveryReply(t *testing.T) {
	s := server{replies: []int{0, 2, 5, 6, 7, 0, 40}}
	thread, err := New().Start("https://youtu.be/exampleVid1")
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	declared := 0
	for _, page := range parsertest.Follow(t, New(), thread.Address, s.answer) {
		declared = max(declared, page.Declared)
		for _, item := range page.Items {
			seen[item.ID] = true
		}
	}
	if want := 7 + 60; len(seen) != want || declared != want {
		t.Errorf("read %d of %d declared, want all %d", len(seen), declared, want)
	}
}

func TestDisabledCommentsAreNotZeroQuestions(t *testing.T) {
	if r := parsertest.Result(t, New(), "error_comments_disabled"); r.State != parsers.CommentsClosed {
		t.Errorf("state %s (%s), want comments_closed", r.State, r.Reason)
	}
	if r := parsertest.Result(t, New(), "threads_none"); r.State != parsers.Empty {
		t.Errorf("a video without comments: state %s (%s), want empty", r.State, r.Reason)
	}
}

func TestErrors(t *testing.T) {
	for _, test := range []struct {
		code   int
		reason string
		want   parsers.State
	}{
		{403, "commentsDisabled", parsers.CommentsClosed},
		{403, "quotaExceeded", parsers.Throttled},
		{403, "dailyLimitExceeded", parsers.Throttled},
		{403, "rateLimitExceeded", parsers.Throttled},
		{400, "processingFailure", parsers.Throttled},
		{503, "SERVICE_UNAVAILABLE", parsers.Throttled},
		{429, "RATE_LIMIT_EXCEEDED", parsers.Throttled},
		{403, "forbidden", parsers.LoginWall},
		{403, "somethingNew", parsers.LoginWall},
		{400, "keyInvalid", parsers.LoginWall},
		{404, "videoNotFound", parsers.Gone},
		{404, "somethingNew", parsers.Gone},
		{400, "invalidPageToken", parsers.Drift},
		{400, "", parsers.Drift},
	} {
		r := parsertest.Read(t, New(), threadsURL, fmt.Sprintf(`{"error":{"code":%d,"message":"m","errors":[{"reason":%q}]}}`, test.code, test.reason))
		if r.State != test.want {
			t.Errorf("error %d %s: state %s (%s), want %s", test.code, test.reason, r.State, r.Reason, test.want)
		}
	}
}

func TestTotalResultsIsNotTheTotal(t *testing.T) {
	r := parsertest.Result(t, New(), "threads")
	if r.Declared != 3+1+7+2 || r.Counted != 5 {
		t.Errorf("declared %d, counted %d, want 13 and 5 (pageInfo says 4)", r.Declared, r.Counted)
	}
}

func TestOfficialIsTheVideosChannel(t *testing.T) {
	r := parsertest.Result(t, New(), "threads")
	for id, want := range map[string]parsers.Role{
		"UgxThreadOne": parsers.RoleUnknown, "UgxThreadOne.9reply1": parsers.RoleOfficial, "UgxThreadThree": parsers.RoleUnknown,
	} {
		if got := parsertest.Find(t, r, id).Role; got != want {
			t.Errorf("role of %s = %q, want %q", id, got, want)
		}
	}
	page := parsertest.Page(t, "threads", `"channelId": "UCexampleAkimat000000001", `, "")
	page.URL = threadsURL
	if got := parsertest.Find(t, parsertest.Parse(t, New(), page), "UgxThreadOne.9reply1").Role; got != parsers.RoleUnknown {
		t.Errorf("where nothing names the channel, its comment is %q, want unknown", got)
	}
}

func TestEditedIsUpdatedAfterPublished(t *testing.T) {
	r := parsertest.Result(t, New(), "threads")
	edited := parsertest.Find(t, r, "UgxThreadOne")
	if want := parsers.At(time.Date(2025, 2, 20, 7, 20, 0, 0, time.UTC)); !edited.Edited || edited.EditedAt != want {
		t.Errorf("edited %t at %v, want at %v", edited.Edited, edited.EditedAt, want)
	}
	if other := parsertest.Find(t, r, "UgxThreadTwo"); other.Edited || !other.EditedAt.IsZero() {
		t.Errorf("an untouched comment is edited at %v", other.EditedAt)
	}
}

func TestVideoIsDatedByItselfNotByThePlaylist(t *testing.T) {
	r := parsertest.Result(t, New(), "videos")
	want := parsers.At(time.Date(2025, 2, 20, 6, 0, 0, 0, time.UTC))
	if got := parsertest.Find(t, r, "exampleVid1").Published; got != want {
		t.Errorf("published %v, want %v", got, want)
	}
	if gone := parsertest.Find(t, r, "exampleVid2"); !gone.Deleted || len(r.Found) != 1 {
		t.Errorf("a deleted video: deleted %t, page leads to %d threads, want true, 1", gone.Deleted, len(r.Found))
	}
}

func TestDeletedParentEndsOnlyItsReplies(t *testing.T) {
	const gone = `{"error":{"code":404,"message":"m","errors":[{"reason":"parentCommentNotFound"}]}}`
	r := parsertest.Read(t, New(), base+"comments?parentId=c1#replies=c2&then=p2&video=exampleVid1&declared=9", gone)
	if r.State != parsers.OK || r.Next == nil || !strings.Contains(r.Next.URL, "parentId=c2") || r.Declared != parsers.Unknown {
		t.Errorf("state %s (%s), next %v, want ok and the replies to c2", r.State, r.Reason, r.Next)
	}
	if r := parsertest.Read(t, New(), base+"comments?parentId=c1#video=exampleVid1", gone); r.State != parsers.Empty || r.Next != nil {
		t.Errorf("the last one: state %s, next %v, want empty, none", r.State, r.Next)
	}
}

func TestMarkupIsNotText(t *testing.T) {
	r := parsertest.Read(t, New(), threadsURL, `{"items":[{"snippet":{"topLevelComment":{"id":"c","snippet":{"textDisplay":"a<br>b &amp; c","publishedAt":"2025-01-02T03:04:05Z"}}}}]}`)
	if got := parsertest.Find(t, r, "c").Text; got != "a\nb & c" {
		t.Errorf("text %q, want %q", got, "a\nb & c")
	}
}

func TestMissingFields(t *testing.T) {
	for _, test := range []struct{ name, body, reason string }{
		{"items", `{}`, "no items"},
		{"comment", `{"items":[{"id":"c"}]}`, "topLevelComment"},
		{"id", `{"items":[{"snippet":{"topLevelComment":{"snippet":{"publishedAt":"2025-01-02T03:04:05Z"}}}}]}`, "id"},
		{"time", `{"items":[{"snippet":{"topLevelComment":{"id":"c","snippet":{"publishedAt":"soon"}}}}]}`, "publishedAt"},
		{"another video", `{"items":[{"snippet":{"topLevelComment":{"id":"c","snippet":{"videoId":"otherVideo1","publishedAt":"2025-01-02T03:04:05Z"}}}}]}`, "otherVideo1"},
	} {
		r := parsertest.Read(t, New(), threadsURL, test.body)
		if r.State != parsers.Drift || !strings.Contains(r.Reason, test.reason) {
			t.Errorf("%s: state %s (%s), want drift for %s", test.name, r.State, r.Reason, test.reason)
		}
	}
	parsertest.CutShowsNothing(t, New(), "threads")
}

func TestNoKeyEntersAResult(t *testing.T) {
	parsertest.NoSecrets(t, New(), []string{"key"}, "channels", "videos", "threads", "replies")
}

func TestStart(t *testing.T) {
	const (
		video   = "exampleVid1 " + base + "commentThreads?maxResults=100&order=time&part=replies%2Csnippet&textFormat=plainText&videoId=exampleVid1"
		uploads = "UCexampleAkimat000000001 " + base + "playlistItems?maxResults=50&part=contentDetails%2Csnippet&playlistId=UUexampleAkimat000000001"
	)
	parsertest.Start(t, New(), map[string]string{
		"https://www.youtube.com/watch?v=exampleVid1&t=5s":                    video,
		"youtu.be/exampleVid1?si=x":                                           video,
		"https://m.youtube.com/shorts/exampleVid1":                            video,
		"https://youtube.com/channel/UCexampleAkimat000000001/videos":         uploads,
		base + "playlistItems?playlistId=UUexampleAkimat000000001&key=SECRET": uploads,
		"https://www.youtube.com/@Example_Akimat/videos":                      "@example_akimat " + base + "channels?forHandle=%40example_akimat&part=contentDetails",
		"https://www.youtube.com/user/ExampleAkimat":                          "exampleakimat " + base + "channels?forUsername=exampleakimat&part=contentDetails",
		"http://127.0.0.1:8080/youtube/v3/commentThreads?videoId=exampleVid1": "exampleVid1 http://127.0.0.1:8080/youtube/v3/commentThreads?maxResults=100&order=time&part=replies%2Csnippet&textFormat=plainText&videoId=exampleVid1",
		"https://www.youtube.com/":                                            "",
		"https://www.youtube.com/watch?v=short":                               "",
		"https://www.youtube.com/playlist?list=PL":                            "",
		"https://vk.com/@example":                                             "",
		base + "videos?id=exampleVid1&key=SECRET":                             "",
		base + "comments?parentId=c1":                                         "",
		"":                                                                    "",
	})
}

func TestCaptured(t *testing.T) {
	seen := time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)
	r := parsertest.Parse(t, New(), parsertest.Capture(t, "youtube/comment_threads__comment_threads_by_video_paged_1.json",
		base+"commentThreads?part=snippet&videoId=F1UP7wRCPH8&maxResults=5", seen))
	if r.State != parsers.OK || len(r.Items) != 5 || r.Declared != 7 || r.Next == nil || !strings.Contains(r.Next.URL, "/comments?") {
		t.Errorf("state %s (%s), %d items, declared %d, next %v; want ok, 5 items, 7 declared, then the 2 replies that are not shown",
			r.State, r.Reason, len(r.Items), r.Declared, r.Next)
	}
	first := r.Items[0].Published.Lo
	for _, item := range r.Items {
		if item.Published.Lo.Before(first) {
			first = item.Published.Lo
		}
	}
	if want := time.Date(2019, 11, 14, 23, 31, 33, 0, time.UTC); !first.Equal(want) {
		t.Errorf("oldest comment of %v, want %v", first, want)
	}

	r = parsertest.Parse(t, New(), parsertest.Capture(t, "youtube/comments__comments_by_parent_paged_1.json",
		base+"comments?part=snippet&parentId=Ugw5zYU6n9pmIgAZWvN4AaABAg#video=F1UP7wRCPH8", seen))
	var parents []string
	for _, item := range r.Items {
		parents = append(parents, item.Parent)
	}
	if diff := cmp.Diff([]string{"Ugw5zYU6n9pmIgAZWvN4AaABAg", "Ugw5zYU6n9pmIgAZWvN4AaABAg"}, parents); diff != "" || r.Next == nil {
		t.Errorf("state %s, next %v, parents (-want +got):\n%s", r.State, r.Next, diff)
	}

	r = parsertest.Parse(t, New(), parsertest.Capture(t, "youtube/error_permission_resp.json", threadsURL, seen))
	if r.State != parsers.LoginWall {
		t.Errorf("a refused call: state %s (%s), want login_wall", r.State, r.Reason)
	}
}

// There is a new quota at midnight in the Pacific; in summer it is asked for an
// hour later. No other throttle has a known end.
func TestNewQuotaComesAtMidnightInThePacific(t *testing.T) {
	const spent, slow = "quotaExceeded", "rateLimitExceeded"
	for _, test := range []struct{ name, reason, seen, want string }{
		{"in winter", spent, "2025-01-15T12:00:00Z", "2025-01-16T08:00:00Z"},
		{"in summer", spent, "2025-07-15T12:00:00Z", "2025-07-16T08:00:00Z"},
		{"just before", spent, "2025-01-15T07:59:59Z", "2025-01-15T08:00:00Z"},
		{"just after", spent, "2025-01-15T08:00:00Z", "2025-01-16T08:00:00Z"},
		{"of the day", "dailyLimitExceeded", "2025-01-15T12:00:00Z", "2025-01-16T08:00:00Z"},
		{"too many requests", slow, "2025-01-15T12:00:00Z", "0001-01-01T00:00:00Z"},
	} {
		t.Run(test.name, func(t *testing.T) {
			seen, err := time.Parse(time.RFC3339, test.seen)
			if err != nil {
				t.Fatal(err)
			}
			body := fmt.Sprintf(`{"error": {"code": 403, "message": "x", "errors": [{"reason": %q}]}}`, test.reason)
			r := parsertest.Parse(t, New(), parsers.Page{URL: threadsURL, Status: 403, Body: []byte(body), Seen: seen})
			if got := r.RetryAt.Format(time.RFC3339); r.State != parsers.Throttled || got != test.want {
				t.Errorf("state %s, come back at %s, want throttled, %s", r.State, got, test.want)
			}
		})
	}
}
