package telegram_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"qulaq/parsers"
	"qulaq/parsers/parsertest"
	"qulaq/parsers/telegram"

	"github.com/google/go-cmp/cmp"
)

// captured parses a real page that others have saved. The texts belong to their
// writers, so the files stay outside of the repository.
func captured(t testing.TB, file, url, seen string) parsers.Result {
	t.Helper()
	body, err := os.ReadFile(filepath.Join("..", "..", "..", "shared", "captures", "telegram", file))
	if os.IsNotExist(err) {
		t.Skipf("%s: the captured pages (../shared/captures) are not on this machine", file)
	}
	if err != nil {
		t.Fatal(err)
	}
	page := parsers.Page{URL: url, Body: body, Seen: at(t, seen)}
	return parse(t, page)
}

func parse(t testing.TB, page parsers.Page) parsers.Result {
	t.Helper()
	return parsertest.Parse(t, telegram.New(), page)
}

func at(t testing.TB, s string) time.Time {
	t.Helper()
	tm, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t.Fatal(err)
	}
	return tm
}

func item(t testing.TB, r parsers.Result, id string) parsers.Item {
	t.Helper()
	i := slices.IndexFunc(r.Items, func(it parsers.Item) bool { return it.ID == id })
	if i < 0 {
		t.Fatalf("no item %s among %d, state %s (%s)", id, len(r.Items), r.State, r.Reason)
	}
	return r.Items[i]
}

func TestCapturedChannel(t *testing.T) {
	r := captured(t, "s_nexta_live_2021.html", "https://t.me/s/nexta_live", "2021-02-23T09:54:24Z")
	if r.State != parsers.OK || len(r.Items) != 18 || r.Counted != 18 || len(r.Found) != 18 {
		t.Errorf("state %s (%s), %d items, %d counted, %d found, want ok and 18 each",
			r.State, r.Reason, len(r.Items), r.Counted, len(r.Found))
	}
	ids, edited := 0, []string{}
	for _, it := range r.Items {
		ids += 1 + len(it.Parts)
		if it.Edited {
			edited = append(edited, it.ID)
		}
		if it.Text == "" || it.Role != parsers.RoleOfficial || it.Author.ID != "nexta_live" || !it.Published.IsPoint() {
			t.Errorf("%s: text of %d bytes, role %q, author %q, published %v", it.ID, len(it.Text), it.Role, it.Author.ID, it.Published)
		}
		if strings.Contains(it.Text, "open Telegram") || strings.Contains(it.Text, "views") {
			t.Errorf("%s: text has what stands around it", it.ID)
		}
	}
	if ids != 20 {
		t.Errorf("%d ids, want 20 with the parts of the album", ids)
	}
	if diff := cmp.Diff([]string{"nexta_live/13374", "nexta_live/13375"}, item(t, r, "nexta_live/13373").Parts); diff != "" {
		t.Errorf("parts of the album (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"nexta_live/13361", "nexta_live/13367"}, edited); diff != "" {
		t.Errorf("edited posts (-want +got):\n%s", diff)
	}
	first, last := r.Items[0].Published.Lo, r.Items[17].Published.Lo
	if want := at(t, "2021-02-19T17:39:40Z"); !first.Equal(want) {
		t.Errorf("first post at %v, want %v", first, want)
	}
	if want := at(t, "2021-02-23T08:43:54Z"); !last.Equal(want) {
		t.Errorf("last post at %v, want %v", last, want)
	}
	before, forward, after := item(t, r, "nexta_live/13364"), item(t, r, "nexta_live/13365"), item(t, r, "nexta_live/13366")
	if !before.Published.Lo.Before(forward.Published.Lo) || !forward.Published.Lo.Before(after.Published.Lo) {
		t.Errorf("forward 13365 at %v, want its own time between %v and %v",
			forward.Published.Lo, before.Published.Lo, after.Published.Lo)
	}
	if forward.Author.ID != "nexta_live" {
		t.Errorf("author of the forward = %q, want the channel that forwarded it", forward.Author.ID)
	}
	if r.Next == nil || r.Next.URL != "https://t.me/s/nexta_live?before=13358" {
		t.Errorf("next = %+v, want ?before=13358 and never the canonical address", r.Next)
	}
}

func TestCapturedDiscussion(t *testing.T) {
	r := captured(t, "discussion_widget_otzaviksait_2.html",
		"https://t.me/otzaviksait/2?embed=1&discussion=1&comments_limit=5", "2022-08-12T00:00:00Z")
	if len(r.Items) != 1 || r.Declared != 44 || r.Counted != 1 {
		t.Fatalf("%d items, %d counted, %d declared, want 1, 1, 44", len(r.Items), r.Counted, r.Declared)
	}
	got := r.Items[0]
	if got.ID != "otzaviksait/2?comment=58" || got.Parent != "otzaviksait/2" || got.Thread != "otzaviksait/2" {
		t.Errorf("item %s, parent %s, thread %s", got.ID, got.Parent, got.Thread)
	}
	if want := parsers.At(at(t, "2022-08-11T06:36:00Z")); got.Published != want {
		t.Errorf("published %v, want %v", got.Published, want)
	}
	if got.Author.ID != "" || got.Author.Name == "" || got.Role != parsers.RoleUnknown {
		t.Errorf("author %+v with role %q, want a name without id or role", got.Author, got.Role)
	}
	if n := strings.Count(got.Text, "!!!"); n != 1 || got.Quoted != "" {
		t.Errorf("the text stands %d times in the item, quoted %q: want no hidden copy", n, got.Quoted)
	}
	// Its saver has turned the form into a comment: there is more, and no way to it.
	if r.State != parsers.OK || r.Next != nil || r.Declared != 44 || r.Counted != 1 {
		t.Errorf("state %s, next %+v, %d of %d; want ok without a next page, 1 of 44", r.State, r.Next, r.Counted, r.Declared)
	}
}

func TestCapturedRefusals(t *testing.T) {
	for _, tc := range []struct {
		file, url string
		want      parsers.State
	}{
		{"embed_post_not_found_tdlibchat_50000.html", "https://t.me/tdlibchat/50000?embed=1", parsers.Gone},
		{"channel_landing_page.html", "https://t.me/s/nexta_live", parsers.DiscussionUnavailable},
		{"channel_landing_invalid.html", "https://t.me/s/nexta_live1432", parsers.Gone},
		{"s_search_no_posts_found_snippet.html", "https://t.me/s/nexta_live?q=x", parsers.Empty},
		{"s_search_no_posts_found_snippet.html", "https://t.me/s/nexta_live?before=5", parsers.Throttled},
	} {
		t.Run(tc.file, func(t *testing.T) {
			r := captured(t, tc.file, tc.url, "2026-11-23T00:00:00Z")
			if r.State != tc.want || r.Reason == "" || len(r.Items) != 0 {
				t.Errorf("Parse = %s (%q) with %d items, want %s and none", r.State, r.Reason, len(r.Items), tc.want)
			}
		})
	}
}
