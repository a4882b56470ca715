package facebook

import (
	"strings"
	"testing"
	"time"

	"qulaq/parsers"
	"qulaq/parsers/parsertest"

	"github.com/google/go-cmp/cmp"
)

const base = "https://graph.facebook.com/v21.0/"

func TestFixtures(t *testing.T) { parsertest.Fixtures(t, New()) }

func FuzzParse(f *testing.F) { parsertest.Fuzz(f, New()) }

func BenchmarkParse(b *testing.B) { parsertest.Bench(b, New(), "comments") }

func TestOffsetWithoutAColon(t *testing.T) {
	r := parsertest.Result(t, New(), "comments", "2025-02-20T07:00:00+0000", "2025-02-20T07:00:00+0500")
	want := parsers.At(time.Date(2025, 2, 20, 2, 0, 0, 0, time.UTC))
	if got := parsertest.Find(t, r, "700001_800001").Published; got != want {
		t.Errorf("published %v, want %v", got, want)
	}
}

func TestDeclaredIsMoreThanCanBeRead(t *testing.T) {
	r := parsertest.Result(t, New(), "comments")
	if r.Declared != 18 || r.Counted != 2 {
		t.Errorf("declared %d, counted %d, want 18 and 2", r.Declared, r.Counted)
	}
	page := parsertest.Page(t, "comments")
	page.URL = base + "900100_700001/comments?summary=1" // counts no replies
	if r := parsertest.Parse(t, New(), page); r.Counted != 1 || strings.Contains(r.Next.URL, "filter=") {
		t.Errorf("without replies in the count: counted %d, next %s, want 1, the same order", r.Counted, r.Next.URL)
	}
}

func TestAuthorsWithoutFromAreUnknown(t *testing.T) {
	r := parsertest.Result(t, New(), "comments")
	if item := parsertest.Find(t, r, "700001_800001"); item.Role != parsers.RoleUnknown || item.Author.ID != "" {
		t.Errorf("role %q, author %q, want unknown", item.Role, item.Author.ID)
	}
	reply := parsertest.Find(t, r, "700001_800002")
	if reply.Role != parsers.RoleOfficial || reply.Parent != "700001_800001" || len(reply.Mentions) != 1 {
		t.Errorf("the page's reply: role %q, parent %q, mentions %v", reply.Role, reply.Parent, reply.Mentions)
	}
}

func TestIDsFromAddresses(t *testing.T) {
	full := parsertest.Result(t, New(), "comments")
	bare := parsertest.Result(t, New(), "comments_without_ids")
	for i := range full.Items {
		if got, want := [2]string{bare.Items[i].ID, bare.Items[i].Parent}, [2]string{full.Items[i].ID, full.Items[i].Parent}; got != want {
			t.Errorf("comment %d: id and parent %v, want %v", i, got, want)
		}
	}
	if bare.Next != nil {
		t.Errorf("the last page leads to %s", bare.Next.URL)
	}
}

func TestVisitorsPostsAndUpdates(t *testing.T) {
	r := parsertest.Result(t, New(), "feed")
	own, visitors := parsertest.Find(t, r, "900100_700001"), parsertest.Find(t, r, "900100_700002")
	if own.Role != parsers.RoleOfficial || own.Edited || visitors.Role != parsers.RoleUnknown || visitors.Author.ID != "555001" {
		t.Errorf("own post: role %q, edited %t; visitor's: role %q", own.Role, own.Edited, visitors.Role)
	}
	var declared []int
	for _, thread := range r.Found {
		declared = append(declared, thread.Declared)
	}
	if diff := cmp.Diff([]int{18, 0}, declared); diff != "" {
		t.Errorf("comments (-want +got):\n%s", diff)
	}
}

func TestNoKeyEntersAResult(t *testing.T) {
	parsertest.NoSecrets(t, New(), []string{"access_token"}, "feed", "comments")
}

func TestRefusals(t *testing.T) {
	for name, test := range map[string]struct {
		body string
		want parsers.State
	}{
		"forbidden or gone": {`{"error":{"code":100,"error_subcode":33,"message":"Unsupported get request."}}`, parsers.LoginWall},
		"token":             {`{"error":{"code":190,"message":"Error validating access token"}}`, parsers.LoginWall},
		"limit":             {`{"error":{"code":32,"message":"Page request limit reached"}}`, parsers.Throttled},
		"no data":           {`{}`, parsers.Drift},
		"no id":             {`{"data":[{"created_time":"2025-02-20T07:00:00+0000"}]}`, parsers.Drift},
		"no time":           {`{"data":[{"id":"1_2"}]}`, parsers.Drift},
		"one of two":        {`{"data":[{"id":"1_2"},{"id":"1_3","created_time":"2025-02-20T07:00:00+0000"}]}`, parsers.Partial},
	} {
		if r := parsertest.Read(t, New(), base+"900100_700001/comments?filter=stream", test.body); r.State != test.want {
			t.Errorf("%s: state %s (%s), want %s", name, r.State, r.Reason, test.want)
		}
	}
	parsertest.CutShowsNothing(t, New(), "comments")
}

func TestStart(t *testing.T) {
	const (
		feed     = "/feed?fields=id%2Cmessage%2Ccreated_time%2Cpermalink_url%2Cfrom%2Cmessage_tags%2Ccomments.filter%28stream%29.limit%280%29.summary%28true%29&limit=50"
		comments = "/comments?fields=id%2Cmessage%2Ccreated_time%2Cpermalink_url%2Cfrom%2Cmessage_tags%2Cparent%7Bid%7D&filter=stream&limit=100&order=chronological&summary=1"
	)
	parsertest.Start(t, New(), map[string]string{
		"https://www.facebook.com/Example.Akimat/":               "example.akimat " + base + "example.akimat" + feed,
		"https://m.facebook.com/profile.php?id=900100":           "900100 " + base + "900100" + feed,
		"https://www.facebook.com/900100/posts/700001":           "900100_700001 " + base + "900100_700001" + comments,
		base + "900100/posts?access_token=SECRET":                "900100 " + base + "900100" + feed,
		"http://127.0.0.1:80/v9.0/1_2/comments":                  "1_2 http://127.0.0.1:80/v9.0/1_2" + comments,
		"https://www.facebook.com/example.akimat/posts/pfbid02x": "",
		"https://www.facebook.com/groups/900100":                 "",
		"https://www.facebook.com/":                              "",
		"https://vk.com/example":                                 "",
		base + "900100/photos?access_token=SECRET":               "",
		"": "",
	})
}

func TestCaptured(t *testing.T) {
	const url = "https://graph.facebook.com/v11.0/19292868552_10158407654328553/comments?filter=stream&limit=10&summary=1"
	r := parsertest.Parse(t, New(), parsertest.Capture(t, "facebook/comments__comments_p1.json", url, parsertest.Seen))
	replies := 0
	for _, item := range r.Items {
		if item.Parent != "" {
			replies++
		}
	}
	last := parsers.At(time.Date(2021, 8, 12, 18, 30, 51, 0, time.UTC))
	if r.State != parsers.OK || len(r.Items) != 10 || r.Declared != 18 || replies != 4 || r.Items[9].Published != last || r.Next == nil {
		t.Errorf("state %s (%s), %d comments of %d, %d replies, next %v; want ok, 10 of 18, 4 replies, another page",
			r.State, r.Reason, len(r.Items), r.Declared, replies, r.Next)
	}
	if r := parsertest.Parse(t, New(), parsertest.Capture(t, "facebook/error_100_permission.json", url, parsertest.Seen)); r.State != parsers.LoginWall {
		t.Errorf("error 100: state %s (%s), want login_wall", r.State, r.Reason)
	}
}
