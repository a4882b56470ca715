package bluesky

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"qulaq/parsers"
	"qulaq/parsers/parsertest"

	"github.com/google/go-cmp/cmp"
)

const (
	base      = "https://public.api.bsky.app/xrpc/"
	opening   = "at://did:plc:exampleakimat/app.bsky.feed.post/3root"
	citizens  = "at://did:plc:personone/app.bsky.feed.post/"
	threadURL = base + "app.bsky.feed.getPostThread?uri=" + opening
)

func TestFixtures(t *testing.T) { parsertest.Fixtures(t, New()) }

func FuzzParse(f *testing.F) { parsertest.Fuzz(f, New()) }

func BenchmarkParse(b *testing.B) { parsertest.Bench(b, New(), "thread") }

func TestTimeIsTheServersNotTheWriters(t *testing.T) {
	for _, created := range []string{
		"2019-01-01T00:00:00Z", "2024-02-22T19:58:13.903293+00:00", "2023-07-20T10:17:40.298101", "2099-01-01T00:00:00Z", "soon", "",
	} {
		r := parsertest.Result(t, New(), "thread", "2019-01-01T00:00:00Z", created)
		want := parsers.At(time.Date(2025, 2, 20, 7, 0, 0, 0, time.UTC))
		if got := parsertest.Find(t, r, "3q1").Published; got != want || r.State != parsers.OK {
			t.Errorf("createdAt %q: published %v in a page of state %s, want %v", created, got, r.State, want)
		}
	}
}

// server is Bluesky as far as it cuts threads: replies below ten levels are only
// counted.
func server(levels int) func(path string, query url.Values) string {
	uri := func(level int) string {
		if level == 0 {
			return opening
		}
		return fmt.Sprint(citizens, "r", level)
	}
	var node func(level, depth int) map[string]any
	node = func(level, depth int) map[string]any {
		record := map[string]any{"text": "x"}
		if level > 0 {
			record["reply"] = map[string]any{"root": map[string]any{"uri": opening}, "parent": map[string]any{"uri": uri(level - 1)}}
		}
		n := map[string]any{"post": map[string]any{
			"uri": uri(level), "author": map[string]any{"did": "did:plc:personone"},
			"record": record, "indexedAt": "2025-02-20T07:00:00Z", "replyCount": min(1, levels-level),
		}}
		if depth > 0 && level < levels {
			n["replies"] = []any{node(level+1, depth-1)}
		}
		return n
	}
	return func(_ string, query url.Values) string {
		level := 0
		if _, err := fmt.Sscanf(query.Get("uri"), citizens+"r%d", &level); err != nil {
			level = 0
		}
		body, err := json.Marshal(map[string]any{"thread": node(level, 10)})
		if err != nil {
			panic(err)
		}
		return string(body)
	}
}

func TestFollowingNextReadsEveryLevel(t *testing.T) {
	thread, err := New().Start(opening)
	if err != nil {
		t.Fatal(err)
	}
	pages := parsertest.Follow(t, New(), thread.Address, server(25))
	seen, counted, declared := map[string]bool{}, 0, 0
	for _, page := range pages {
		declared, counted = max(declared, page.Declared), counted+page.Counted
		for _, item := range page.Items {
			seen[item.ID] = true
		}
	}
	if len(seen) != 26 || counted != 25 || declared != 25 || len(pages) != 3 {
		t.Errorf("%d posts, %d replies of %d declared on %d pages, want 26, 25 of 25 on 3", len(seen), counted, declared, len(pages))
	}
}

func TestDeletedAndBlockedReplies(t *testing.T) {
	r := parsertest.Result(t, New(), "thread")
	gone := parsertest.Find(t, r, "3gone")
	if !gone.Deleted || gone.Parent != opening || !gone.Published.IsZero() {
		t.Errorf("a deleted reply: deleted %t, parent %s, published %v", gone.Deleted, gone.Parent, gone.Published)
	}
	if r.Declared != 7 || r.Counted != 4 {
		t.Errorf("declared %d, counted %d, want 7 and 4: one is blocked, two come next", r.Declared, r.Counted)
	}
}

func TestRepostsAndPinsAreNotPosts(t *testing.T) {
	r := parsertest.Result(t, New(), "feed")
	var ids []string
	for _, item := range r.Items {
		ids = append(ids, item.ID)
	}
	if diff := cmp.Diff([]string{opening, strings.Replace(opening, "3root", "3quote", 1)}, ids); diff != "" {
		t.Errorf("posts (-want +got):\n%s", diff)
	}
	if got := r.Items[1].Quoted; got != "Когда приём?" {
		t.Errorf("quoted %q", got)
	}
}

func TestRolesParentsAndMentions(t *testing.T) {
	r := parsertest.Result(t, New(), "thread")
	answer := parsertest.Find(t, r, strings.Replace(opening, "3root", "3a1", 1))
	question := parsertest.Find(t, r, "3q1")
	if answer.Role != parsers.RoleOfficial || answer.Parent != question.ID || question.Role != parsers.RoleUnknown {
		t.Errorf("answer of role %q to %s, question of role %q", answer.Role, answer.Parent, question.Role)
	}
	if diff := cmp.Diff([]string{"did:plc:exampleakimat"}, question.Mentions); diff != "" {
		t.Errorf("mentions (-want +got):\n%s", diff)
	}
}

// Ids are stored as they are: they must not tell who wrote what.
func TestIDsNameNoCitizen(t *testing.T) {
	for _, fixture := range []string{"thread", "thread_below"} {
		r := parsertest.Result(t, New(), fixture)
		for _, item := range r.Items {
			if ids := item.ID + " " + item.Parent + " " + item.Thread; strings.Contains(ids, "personone") {
				t.Errorf("%s: the ids of an item are %s, want none with the name of an account", fixture, ids)
			}
		}
	}
}

func TestLinkIntoTheMiddleLeadsToTheFirstPost(t *testing.T) {
	page := parsertest.Page(t, "thread_below")
	page.URL = base + "app.bsky.feed.getPostThread?uri=" + citizens + "3q2"
	r := parsertest.Parse(t, New(), page)
	if r.Thread.ID != opening || r.Next == nil || r.Next.URL != r.Thread.Address.URL || r.Declared != parsers.Unknown {
		t.Errorf("thread %s, next %v, declared %d, want %s, all of it, unknown", r.Thread.ID, r.Next, r.Declared, opening)
	}
}

func TestDeletedReplyEndsOnlyWhatIsBelowIt(t *testing.T) {
	carried := url.Values{"thread": {opening}, "replies": {citizens + "3q2"}, "declared": {"4"}}
	r := parsertest.Read(t, New(), base+"app.bsky.feed.getPostThread?uri="+citizens+"3q1#"+carried.Encode(), `{"error":"NotFound","message":"Post not found"}`)
	if r.State != parsers.OK || r.Next == nil || !strings.Contains(r.Next.URL, "3q2") {
		t.Errorf("state %s (%s), next %v, want ok and the replies to 3q2", r.State, r.Reason, r.Next)
	}
}

func TestErrors(t *testing.T) {
	for name, test := range map[string]struct {
		body string
		want parsers.State
	}{
		"not found":      {`{"error":"NotFound","message":"Post not found: at://x"}`, parsers.Gone},
		"taken down":     {`{"error":"AccountTakedown","message":"Account has been suspended"}`, parsers.Gone},
		"throttled":      {`{"error":"RateLimitExceeded"}`, parsers.Throttled},
		"log in":         {`{"error":"AuthMissing"}`, parsers.LoginWall},
		"wrong call":     {`{"error":"InvalidRequest","message":"Error: uri must be a valid at-uri"}`, parsers.Drift},
		"blocked":        {`{"thread":{"$type":"app.bsky.feed.defs#blockedPost","blocked":true}}`, parsers.LoginWall},
		"no thread":      {`{}`, parsers.Drift},
		"no post":        {`{"thread":{}}`, parsers.Drift},
		"no server time": {`{"thread":{"post":{"uri":"` + opening + `","author":{"did":"did:plc:x"},"record":{"createdAt":"2025-02-20T07:00:00Z"}}}}`, parsers.Drift},
	} {
		if r := parsertest.Read(t, New(), threadURL, test.body); r.State != test.want {
			t.Errorf("%s: state %s (%s), want %s", name, r.State, r.Reason, test.want)
		}
	}
	parsertest.CutShowsNothing(t, New(), "thread")
}

func TestStart(t *testing.T) {
	const (
		feed   = "akimat.example " + base + "app.bsky.feed.getAuthorFeed?actor=akimat.example&filter=posts_no_replies&limit=100"
		thread = base + "app.bsky.feed.getPostThread?depth=10&parentHeight=0&uri="
	)
	parsertest.Start(t, New(), map[string]string{
		"https://bsky.app/profile/Akimat.example": feed,
		"@akimat.example":                         feed,
		base + "app.bsky.feed.getAuthorFeed?actor=akimat.example&token=SECRET": feed,
		opening: opening + " " + thread + url.QueryEscape(opening),
		"https://bsky.app/profile/did:plc:exampleakimat/post/3root":                   opening + " " + thread + url.QueryEscape(opening),
		"http://127.0.0.1:8080/xrpc/app.bsky.feed.getAuthorFeed?actor=akimat.example": "akimat.example http://127.0.0.1:8080/xrpc/app.bsky.feed.getAuthorFeed?actor=akimat.example&filter=posts_no_replies&limit=100",
		"https://bsky.app/":                                "",
		"https://bsky.app/profile/nobody":                  "",
		"https://bsky.app/profile/a.example/feed/x":        "",
		"https://example.org/profile/a.example":            "",
		base + "app.bsky.actor.getProfile?actor=a.example": "",
		"": "",
	})
}

func TestCaptured(t *testing.T) {
	page := parsertest.Capture(t, "bluesky/bsky_app_post.html", "https://bsky.app/profile/example.bsky.social/post/3mdexample", parsertest.Seen)
	if r := parsertest.Parse(t, New(), page); r.State != parsers.DiscussionUnavailable || !strings.Contains(r.Thread.Address.URL, "getPostThread") {
		t.Errorf("the shell: state %s, thread at %s, want discussion_unavailable, the API", r.State, r.Thread.Address.URL)
	}
	var record struct {
		URI   string          `json:"uri"`
		Value json.RawMessage `json:"value"`
	}
	if err := json.Unmarshal(parsertest.Capture(t, "bluesky/post_record.json", "-", parsertest.Seen).Body, &record); err != nil {
		t.Fatal(err)
	}
	body := fmt.Sprintf(`{"thread":{"post":{"uri":%q,"author":{"did":"did:plc:x"},"record":%s,"indexedAt":"2024-02-22T19:58:15.000Z"}}}`, record.URI, record.Value)
	r := parsertest.Read(t, New(), base+"app.bsky.feed.getPostThread?uri="+record.URI, body)
	if len(r.Items) != 1 || r.Items[0].Published != parsers.At(time.Date(2024, 2, 22, 19, 58, 15, 0, time.UTC)) {
		t.Errorf("state %s (%s), items %v, want one of the server's time", r.State, r.Reason, r.Items)
	}
}
