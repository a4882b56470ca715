package x

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"qulaq/parsers"
	"qulaq/parsers/parsertest"

	"github.com/google/go-cmp/cmp"
)

// Ids of the fixtures.
const (
	base    = "https://api.x.com/2/"
	opening = "1894628460983222273" // its first version
	edited  = "1894630978614198274"
	asked   = "1894643559429046275"
	replied = "1894673758417846276"
	lost    = "1894719056901046281"
	old     = "1892454132741046279"
	akimat  = "1900000000000000001"
)

func TestFixtures(t *testing.T) { parsertest.Fixtures(t, New()) }

func FuzzParse(f *testing.F) { parsertest.Fuzz(f, New()) }

func BenchmarkParse(b *testing.B) { parsertest.Bench(b, New(), "conversation") }

func TestEditedPostKeepsItsFirstIDAndTime(t *testing.T) {
	r := parsertest.Result(t, New(), "timeline")
	post := parsertest.Find(t, r, opening)
	first := parsers.At(time.Date(2025, 2, 26, 6, 0, 0, 250e6, time.UTC))
	last := parsers.At(time.Date(2025, 2, 26, 6, 10, 0, 0, time.UTC))
	if post.Published != first || post.EditedAt != last || !post.Edited || post.Text != "Отключение воды завтра с 9 до 17" {
		t.Errorf("published %v, edited %v, text %q; want %v, %v and the last text", post.Published, post.EditedAt, post.Text, first, last)
	}
	if diff := cmp.Diff([]string{edited}, post.Parts); diff != "" {
		t.Errorf("further ids (-want +got):\n%s", diff)
	}
	if address := r.Found[0].Address.URL; !strings.Contains(address, "query=conversation_id%3A"+opening+"+OR+conversation_id%3A"+edited) {
		t.Errorf("the conversation is asked for at %s, want both versions", address)
	}
}

func TestOfTwoVersionsTheLatestIsKept(t *testing.T) {
	const version = `{"id":"%[1]s","author_id":"5","conversation_id":"7","created_at":"2025-02-26T06:10:00.000Z","text":"%[1]s","edit_history_tweet_ids":["90","100"]}`
	for _, order := range [][2]string{{"90", "100"}, {"100", "90"}} {
		body := fmt.Sprintf(`{"data":[`+version+`,`+strings.ReplaceAll(version, "[1]", "[2]")+`]}`, order[0], order[1])
		r := parsertest.Read(t, New(), base+"tweets/search/recent?query=conversation_id:7", body)
		if len(r.Items) != 1 || r.Items[0].ID != "90" || r.Items[0].Text != "100" {
			t.Errorf("in order %v: items %v, want one, 90 with the text of 100", order, r.Items)
		}
	}
}

func TestParentsAndRoles(t *testing.T) {
	r := parsertest.Result(t, New(), "conversation")
	if answer := parsertest.Find(t, r, replied); answer.Parent != asked || answer.Role != parsers.RoleOfficial {
		t.Errorf("the answer is of role %q to %q", answer.Role, answer.Parent)
	}
	for _, item := range r.Items {
		if item.Thread != opening {
			t.Errorf("%s is in the conversation %s, want that of the first version", item.ID, item.Thread)
		}
		if item.Quoted != "" && (item.Parent != opening || item.Quoted != "Ярмарка отменена") {
			t.Errorf("%s answers %s, the version %s of the post, and quotes %q", item.ID, item.Parent, edited, item.Quoted)
		}
	}
}

func TestReplyWithoutAReferenceHasNoParent(t *testing.T) {
	item := parsertest.Find(t, parsertest.Result(t, New(), "conversation"), lost)
	if item.Parent != "" {
		t.Errorf("parent %q, want none: only the account is told", item.Parent)
	}
	if diff := cmp.Diff([]string{akimat}, item.Mentions); diff != "" {
		t.Errorf("mentions (-want +got):\n%s", diff)
	}
}

func TestRepostsAndSelfRepliesAreLeftOut(t *testing.T) {
	r := parsertest.Result(t, New(), "timeline")
	var ids []string
	for _, item := range r.Items {
		ids = append(ids, item.ID)
	}
	if diff := cmp.Diff([]string{opening, old}, ids); diff != "" {
		t.Errorf("posts (-want +got):\n%s", diff)
	}
	if post := parsertest.Find(t, r, old); post.Outcome != "withheld in KZ" || !strings.HasSuffix(post.Text, "длинный текст") {
		t.Errorf("outcome %q, text %q", post.Outcome, post.Text)
	}
	if r.Found[0].Declared != 3 || r.Declared != parsers.Unknown {
		t.Errorf("declared %d for the thread, %d for the page, want 3 and unknown", r.Found[0].Declared, r.Declared)
	}
}

func TestRecentSearchOfAnOldConversationIsNotSilence(t *testing.T) {
	page := parsertest.Page(t, "conversation_none")
	if r := parsertest.Parse(t, New(), page); r.State != parsers.Empty {
		t.Errorf("after 3 days: state %s (%s), want empty", r.State, r.Reason)
	}
	page.Seen = page.Seen.AddDate(0, 0, 7)
	if r := parsertest.Parse(t, New(), page); r.State != parsers.Partial {
		t.Errorf("after 10 days: state %s (%s), want partial", r.State, r.Reason)
	}
	page.URL = strings.Replace(page.URL, "/recent", "/all", 1)
	if r := parsertest.Parse(t, New(), page); r.State != parsers.Empty || !strings.Contains(r.Thread.Address.URL, "/search/all?") {
		t.Errorf("in the archive: state %s (%s) at %s, want empty", r.State, r.Reason, r.Thread.Address.URL)
	}
}

func TestBrokenLinesAreCounted(t *testing.T) {
	r := parsertest.Result(t, New(), "stream")
	if r.State != parsers.Partial || r.Reason != "broken lines: 1" || len(r.Items) != 2 {
		t.Errorf("state %s (%s), %d items, want partial for 1 line, 2 items", r.State, r.Reason, len(r.Items))
	}
	if item := parsertest.Find(t, r, asked); item.Thread != opening {
		t.Errorf("%s is in the conversation %s, want %s", item.ID, item.Thread, opening)
	}
}

func TestComplianceTellsWhatIsDeleted(t *testing.T) {
	r := parsertest.Result(t, New(), "compliance")
	if len(r.Items) != 1 || r.Items[0].ID != asked || !r.Items[0].Deleted || r.Items[0].Thread != opening || r.State != parsers.Partial {
		t.Errorf("state %s, items %+v, want partial, one deleted post of the conversation", r.State, r.Items)
	}
	const none = `{"id":"5","action":"delete","created_at":"2025-02-26T07:00:00Z","reason":"scrub_geo"}`
	if r := parsertest.Read(t, New(), "https://files.example/compliance/results#conversation=5", none); r.State != parsers.Partial {
		t.Errorf("without deletions: state %s, want partial: the conversation was not looked at", r.State)
	}
}

func TestErrors(t *testing.T) {
	const url = base + "tweets/search/recent?query=conversation_id:7"
	for name, test := range map[string]struct {
		body string
		want parsers.State
	}{
		"rate":           {`{"title":"Too Many Requests","status":429}`, parsers.Throttled},
		"cap":            {`{"title":"UsageCapExceeded","detail":"Monthly product cap","type":"https://api.twitter.com/2/problems/usage-capped"}`, parsers.Throttled},
		"over capacity":  {`{"title":"Service Unavailable","status":503}`, parsers.Throttled},
		"unauthorized":   {`{"title":"Unauthorized","status":401}`, parsers.LoginWall},
		"protected":      {`{"errors":[{"title":"Authorization Error","type":"https://api.twitter.com/2/problems/not-authorized-for-resource"}]}`, parsers.LoginWall},
		"not found":      {`{"errors":[{"title":"Not Found Error","type":"https://api.twitter.com/2/problems/resource-not-found"}]}`, parsers.Gone},
		"suspended":      {`{"errors":[{"title":"Forbidden","detail":"User has been suspended: [x]."}]}`, parsers.Gone},
		"wrong call":     {`{"title":"Invalid Request","status":400}`, parsers.Drift},
		"no data":        {`{}`, parsers.Drift},
		"no time":        {`{"data":[{"id":"9","author_id":"5"}]}`, parsers.Drift},
		"no author":      {`{"data":[{"id":"9","created_at":"2025-02-26T06:10:00.000Z"}]}`, parsers.Drift},
		"elsewhere":      {`{"data":[{"id":"9","author_id":"5","conversation_id":"8","created_at":"2025-02-26T06:10:00.000Z"}]}`, parsers.Drift},
		"some not found": {`{"data":[{"id":"9","author_id":"5","created_at":"2025-02-26T06:10:00.000Z"}],"errors":[{"title":"Not Found Error"}]}`, parsers.OK},
	} {
		if r := parsertest.Read(t, New(), url, test.body); r.State != test.want {
			t.Errorf("%s: state %s (%s), want %s", name, r.State, r.Reason, test.want)
		}
	}
	parsertest.CutShowsNothing(t, New(), "conversation")
}

func TestTimeOfAnID(t *testing.T) {
	got, ok := timeOf("1576994746135764992")
	if want := time.Date(2022, 10, 3, 17, 57, 1, 0, time.UTC); !ok || got.UTC().Truncate(time.Second) != want {
		t.Errorf("timeOf = %v, %t, want within the second of %v", got, ok, want)
	}
	for _, id := range []string{"29700859247", "", "x", "-1"} {
		if got, ok := timeOf(id); ok {
			t.Errorf("timeOf(%q) = %v, want none", id, got)
		}
	}
}

func TestStart(t *testing.T) {
	const (
		fields = "expansions=author_id%2Creferenced_tweets.id&max_results=100&query=conversation_id%3A77&tweet.fields=author_id%2Cconversation_id%2Ccreated_at%2Cedit_history_tweet_ids%2Centities%2Cin_reply_to_user_id%2Cnote_tweet%2Cpublic_metrics%2Creferenced_tweets%2Cwithheld&user.fields=name%2Cusername"
		name   = "example_akimat " + base + "users/by/username/example_akimat"
	)
	parsertest.Start(t, New(), map[string]string{
		"https://x.com/Example_Akimat":                                             name,
		"https://mobile.twitter.com/example_akimat/with_replies":                   name,
		"https://x.com/example_akimat#search=all":                                  name + "#search=all",
		"https://x.com/example_akimat/status/77?s=20":                              "77 " + base + "tweets/search/recent?" + fields,
		"https://x.com/example_akimat/status/77#search=all":                        "77 " + base + "tweets/search/all?" + fields,
		base + "tweets/search/recent?query=conversation_id:77&access_token=SECRET": "77 " + base + "tweets/search/recent?" + fields,
		"http://127.0.0.1:80/2/users/by/username/a":                                "a http://127.0.0.1:80/2/users/by/username/a",
		"https://x.com/home":                                                       "",
		"https://x.com/example_akimat/likes":                                       "",
		"https://x.com/":                                                           "",
		"https://vk.com/example":                                                   "",
		base + "tweets/search/recent?query=akimat":                                 "",
		base + "tweets/counts/recent?query=x":                                      "",
		"https://files.example/compliance/results":                                 "",
		"": "",
	})
}

func TestCaptured(t *testing.T) {
	r := parsertest.Parse(t, New(), parsertest.Capture(t, "x_twitter/py_searches__search_tweets_query.json",
		base+"tweets/search/all?query=conversation_id:1273733248749690880", parsertest.Seen))
	official, parents := 0, 0
	for _, item := range r.Items {
		if item.Role == parsers.RoleOfficial {
			official++
		}
		if item.Parent != "" {
			parents++
		}
	}
	if r.State != parsers.OK || len(r.Items) != 4 || official != 2 || parents != 4 {
		t.Errorf("state %s (%s), %d posts, %d of the opener, %d with a parent; want ok, 4, 2, 4", r.State, r.Reason, len(r.Items), official, parents)
	}
	r = parsertest.Parse(t, New(), parsertest.Capture(t, "x_twitter/twarc_edited_before.jsonl", base+"tweets?ids=1576994746135764992", parsertest.Seen))
	if len(r.Items) != 1 || r.Items[0].ID != "1576994746135764992" || !r.Items[0].Edited || !r.Items[0].EditedAt.IsZero() || r.Items[0].Kind != parsers.KindPost {
		t.Errorf("state %s (%s), items %+v; want one post, edited at a time that this version does not tell", r.State, r.Reason, r.Items)
	}
}
