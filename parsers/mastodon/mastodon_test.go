package mastodon

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"qulaq/parsers"
	"qulaq/parsers/parsertest"

	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"
)

const contextURL = "https://social.example/api/v1/statuses/1/context#account=akimat%40social.example"

func TestFixtures(t *testing.T) { parsertest.Fixtures(t, New()) }

func FuzzParse(f *testing.F) { parsertest.Fuzz(f, New()) }

func BenchmarkParse(b *testing.B) { parsertest.Bench(b, New(), "context") }

// reply is a public reply as the API writes it.
func reply(id, to string, replies int) string {
	return fmt.Sprintf(`{"id":%q,"created_at":"2025-02-01T00:00:00.000Z","in_reply_to_id":%q,"visibility":"public","replies_count":%d,`+
		`"content":"<p>x</p>","account":{"id":"5","acct":"someone@other.example"}}`, id, to, replies)
}

func TestRepliesCutAtALimitArePartial(t *testing.T) {
	many := func(n int) string {
		var all []string
		for i := range n {
			all = append(all, reply(fmt.Sprint(100+i), "1", 0))
		}
		return strings.Join(all, ",")
	}
	deep := func(levels, below int) string {
		all := []string{reply("100", "1", 1)}
		for i := 1; i < levels; i++ {
			all = append(all, reply(fmt.Sprint(100+i), fmt.Sprint(99+i), min(1, levels-1-i+below)))
		}
		return strings.Join(all, ",")
	}
	for _, test := range []struct {
		name, replies string
		want          parsers.State
	}{
		{"59", many(59), parsers.OK},
		{"60, the most that a stranger sees", many(60), parsers.Partial},
		{"61, as a token shows", many(61), parsers.OK},
		{"20 levels, the last without replies", deep(20, 0), parsers.OK},
		{"20 levels, the last with a reply that is not shown", deep(20, 1), parsers.Partial},
		{"19 levels, the last with one that was deleted", deep(19, 1), parsers.OK},
	} {
		r := parsertest.Read(t, New(), contextURL, `{"ancestors":[],"descendants":[`+test.replies+`]}`)
		if r.State != test.want || len(r.Items) == 0 {
			t.Errorf("%s: state %s (%s), %d items, want %s with items", test.name, r.State, r.Reason, len(r.Items), test.want)
		}
	}
}

func TestStaleReplyCountIsNotDeclared(t *testing.T) {
	r := parsertest.Result(t, New(), "statuses")
	if r.Declared != parsers.Unknown || r.Found[0].Declared != 3 {
		t.Errorf("declared %d and %d for the thread, want unknown and 3", r.Declared, r.Found[0].Declared)
	}
	r = parsertest.Read(t, New(), contextURL, `{"ancestors":[],"descendants":[`+reply("2", "1", 7)+`]}`)
	if r.Declared != parsers.Unknown || r.State != parsers.OK {
		t.Errorf("a reply that counts deleted replies: declared %d, state %s, want unknown, ok", r.Declared, r.State)
	}
}

func TestAccountOfAnotherInstanceIsRefused(t *testing.T) {
	r := parsertest.Result(t, New(), "lookup_remote")
	if r.State != parsers.DiscussionUnavailable || !strings.Contains(r.Reason, "other.example") {
		t.Errorf("state %s (%s), want discussion_unavailable naming other.example", r.State, r.Reason)
	}
	r = parsertest.Result(t, New(), "statuses", `"acct": "akimat"`, `"acct": "akimat@home.example"`)
	if r.State != parsers.DiscussionUnavailable || len(r.Items)+len(r.Found) > 0 {
		t.Errorf("its posts: state %s with %d items, want discussion_unavailable with none", r.State, len(r.Items))
	}
}

func TestPostsForFollowersAreLeftOut(t *testing.T) {
	r := parsertest.Result(t, New(), "context")
	for _, item := range r.Items {
		if strings.Contains(item.Text, "Не для всех") {
			t.Errorf("the result holds %s, which is for followers only", item.ID)
		}
	}
	if len(r.Items) != 2 {
		t.Errorf("%d items, want the 2 public ones", len(r.Items))
	}
}

func TestSelfRepliesLeadNowhere(t *testing.T) {
	r := parsertest.Result(t, New(), "statuses")
	var threads []string
	for _, thread := range r.Found {
		threads = append(threads, thread.ID)
	}
	if diff := cmp.Diff([]string{"114000000000000001", "114000000000000003"}, threads); diff != "" || len(r.Items) != 2 {
		t.Errorf("%d items, threads (-want +got):\n%s", len(r.Items), diff)
	}
}

func TestLinkIntoTheMiddleLeadsToTheFirstPost(t *testing.T) {
	r := parsertest.Result(t, New(), "context_middle")
	const first = "114000000000000001"
	if r.Thread.ID != first || r.Next == nil || !strings.Contains(r.Next.URL, "/statuses/"+first+"/context#account=akimat%40social.example") {
		t.Fatalf("thread %s, next %v, want %s and its replies", r.Thread.ID, r.Next, first)
	}
	if top := parsertest.Find(t, r, first); top.Kind != parsers.KindPost || top.Role != parsers.RoleOfficial || top.Thread != first {
		t.Errorf("the first post is a %s by %q in %s", top.Kind, top.Role, top.Thread)
	}
}

func TestHistoryKeepsTheFirstTime(t *testing.T) {
	item := parsertest.Result(t, New(), "history").Items[0]
	first, last := time.Date(2025, 2, 18, 6, 0, 0, 0, time.UTC), time.Date(2025, 2, 18, 7, 0, 0, 0, time.UTC)
	if item.Published != parsers.At(first) || item.EditedAt != parsers.At(last) || item.Text != "Праздник\nЯрмарка" {
		t.Errorf("published %v, edited %v, text %q, want %v, %v and the last text", item.Published, item.EditedAt, item.Text, first, last)
	}
}

func TestAuthorsHaveFullAddresses(t *testing.T) {
	r := parsertest.Result(t, New(), "context")
	if got := parsertest.Find(t, r, "114000000000000010"); got.Author.ID != "aigul@other.example" || got.Mentions[0] != "akimat@social.example" {
		t.Errorf("author %s mentions %v", got.Author.ID, got.Mentions)
	}
}

func TestErrors(t *testing.T) {
	for message, want := range map[string]parsers.State{
		"Record not found": parsers.Gone, "Not Found": parsers.Gone,
		"This API requires an authenticated user": parsers.LoginWall, "The access token is invalid": parsers.LoginWall,
		"This action is not allowed": parsers.LoginWall, "Too many requests": parsers.Throttled, "Throttled": parsers.Throttled,
		"Something new": parsers.Drift,
	} {
		if r := parsertest.Read(t, New(), contextURL, fmt.Sprintf(`{"error":%q}`, message)); r.State != want {
			t.Errorf("%q: state %s, want %s", message, r.State, want)
		}
	}
	for name, body := range map[string]string{
		"no descendants": `{}`, "no account": `{"descendants":[{"id":"2","created_at":"2025-02-01T00:00:00Z","visibility":"public"}]}`,
		"no time": `{"descendants":[{"id":"2","visibility":"public","account":{"acct":"a"}}]}`, "an array": `[]`,
	} {
		if r := parsertest.Read(t, New(), contextURL, body); r.State != parsers.Drift {
			t.Errorf("%s: state %s (%s), want drift", name, r.State, r.Reason)
		}
	}
	parsertest.CutShowsNothing(t, New(), "context")
}

func TestStart(t *testing.T) {
	const lookup = "akimat@social.example https://social.example/api/v1/accounts/lookup?acct=akimat"
	parsertest.Start(t, New(), map[string]string{
		"https://social.example/@Akimat":                                                lookup,
		"social.example/@akimat/with_replies":                                           lookup,
		"@akimat@social.example":                                                        lookup,
		"https://social.example/users/akimat":                                           lookup,
		"https://elsewhere.example/@akimat@social.example":                              lookup,
		"https://social.example/api/v1/accounts/lookup?acct=akimat&access_token=SECRET": lookup,
		"https://social.example/@akimat/114":                                            "114 https://social.example/api/v1/statuses/114/context",
		"https://social.example/users/akimat/statuses/114":                              "114 https://social.example/api/v1/statuses/114/context",
		"http://127.0.0.1:80/@akimat":                                                   "akimat@127.0.0.1:80 http://127.0.0.1:80/api/v1/accounts/lookup?acct=akimat",
		"https://elsewhere.example/@akimat@social.example/114":                          "",
		"https://social.example/explore":                                                "",
		"https://social.example/@akimat/about":                                          "",
		"https://social.example/api/v1/timelines/public":                                "",
		"": "",
	})
}

// cassette reads the answers of a recorded session.
func cassette(t *testing.T, name string) []string {
	t.Helper()
	page := parsertest.Capture(t, "mastodon/"+name, "-", time.Time{})
	var session struct {
		Interactions []struct {
			Response struct {
				Body struct {
					String string `yaml:"string"`
				} `yaml:"body"`
			} `yaml:"response"`
		} `yaml:"interactions"`
	}
	if err := yaml.Unmarshal(page.Body, &session); err != nil {
		t.Fatal(err)
	}
	var bodies []string
	for _, i := range session.Interactions {
		bodies = append(bodies, i.Response.Body.String)
	}
	return bodies
}

func TestCaptured(t *testing.T) {
	if _, err := os.Stat("../../../shared/captures"); err != nil {
		t.Skip("no captured answers beside the repository (../shared/captures)")
	}
	bodies := cassette(t, "test_entity_context.yaml")
	const url = "https://mastodon.social/api/v1/statuses/110446983926957470/context"
	if r := parsertest.Read(t, New(), url, bodies[0]); len(bodies) != 1 || len(r.Items) != 0 {
		t.Errorf("%d answers, %d items, want 1 answer whose posts are all for followers", len(bodies), len(r.Items))
	}
	r := parsertest.Read(t, New(), url, strings.ReplaceAll(bodies[0], `"private"`, `"public"`))
	var got []string
	for _, item := range r.Items {
		got = append(got, fmt.Sprint(item.ID, " ", item.Kind, " ", item.Role, " ", item.Author.ID))
	}
	want := []string{
		"110446983178245440 post official halcy@mastodon.social",
		"110446984249325790 comment official halcy@mastodon.social",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("were they public: state %s, items (-want +got):\n%s", r.State, diff)
	}

	bodies = cassette(t, "test_entity_statusedit.yaml")
	if len(bodies) != 2 {
		t.Fatalf("%d answers, want 2", len(bodies))
	}
	for i, after := range []time.Duration{174 * time.Second, 24*time.Minute + 32*time.Second + 320*time.Millisecond} {
		r := parsertest.Read(t, New(), "https://mastodon.social/api/v1/statuses/110446223051565765/history", bodies[i])
		if len(r.Items) != 1 || r.Items[0].EditedAt.Lo.Sub(r.Items[0].Published.Lo) != after {
			t.Errorf("state %s (%s), items %v, want one edited after %v", r.State, r.Reason, r.Items, after)
		}
	}
}
