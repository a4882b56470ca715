package telegram_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"qulaq/parsers"

	"github.com/google/go-cmp/cmp"
)

func TestDeclaredComments(t *testing.T) {
	script := `<script>TWidgetDiscussion.init({"comments_cnt":1187,"autoload":true});</script>`
	for _, tc := range []struct {
		name, header, tail string
		want               int
	}{
		{"plain", "44 comments", "", 44},
		{"one", "1 comment", "", 1},
		{"comma", "1,234 comments", "", 1234},
		{"space", "1 234 comments", "", 1234},
		{"no-break space", "12\u00a0345 comments", "", 12345},
		{"narrow space", "1\u202f234 комментария", "", 1234},
		{"Russian", "44 комментария", "", 44},
		{"Kazakh", "3 пікір", "", 3},
		{"rounded", "1.2K comments", "", parsers.Unknown},
		{"rounded, but exact in the script", "1.2K comments", script, 1187},
		{"rounded in Russian", "12 тыс. комментариев", "", parsers.Unknown},
		{"fraction", "1,2 тыс. комментариев", "", parsers.Unknown},
		{"fraction with a word that is known", "1.2 comments", "", parsers.Unknown},
		{"no number", "Comments", "", parsers.Unknown},
		{"another number", "5 reactions", "", parsers.Unknown},
		{"too many digits", strings.Repeat("9", 30) + " comments", "", parsers.Unknown},
		{"separators only", ",, comments", "", parsers.Unknown},
		{"nothing", "", "", parsers.Unknown},
	} {
		t.Run(tc.name, func(t *testing.T) {
			r := parse(t, parsers.Page{URL: widgetURL, Body: widgetPage(tc.header, "", tc.tail, comment{id: 101}), Seen: seen})
			if r.Declared != tc.want || r.Counted != 1 {
				t.Errorf("declared by %q = %d (counted %d), want %d (1)", tc.header, r.Declared, r.Counted, tc.want)
			}
		})
	}
}

func TestCommentsAnswerComments(t *testing.T) {
	const post = "example_akimat/210"
	for _, tc := range []struct{ name, reply, parent string }{
		{"none", "", post},
		{"a comment", `<div class="tgme_widget_message_reply js-reply_to" data-reply-to="105"></div>`, post + "?comment=105"},
		{"a comment, by its address", `<a class="tgme_widget_message_reply" href="https://t.me/example_akimat/210?comment=105" "></a>`, post + "?comment=105"},
		{"the copy of the post in the group", `<div class="js-reply_to" data-reply-to="100"></div>`, post},
		{"an older message of the group", `<div class="js-reply_to" data-reply-to="12"></div>`, post},
		{"itself", `<div class="js-reply_to" data-reply-to="110"></div>`, post},
		{"a later comment", `<div class="js-reply_to" data-reply-to="111"></div>`, post},
		{"no number", `<div class="js-reply_to" data-reply-to="x"></div>`, post},
		{"the hidden form", `<div class="tgme_widget_message_reply_template js-reply_tpl"><div class="tgme_widget_message_reply js-reply_to" data-reply-to="105"></div></div>`, post},
	} {
		t.Run(tc.name, func(t *testing.T) {
			r := parse(t, parsers.Page{URL: widgetURL, Body: widgetPage("2 comments", "", form, comment{id: 110, more: tc.reply}), Seen: seen})
			if got := item(t, r, "example_akimat/210?comment=110").Parent; got != tc.parent {
				t.Errorf("parent = %q, want %q", got, tc.parent)
			}
		})
	}
}

func TestHiddenCopiesNeverLeak(t *testing.T) {
	hidden := `<div class="tgme_widget_message_reply_template js-reply_tpl"><div class="tgme_widget_message_author"><a class="tgme_widget_message_author_name" href="https://t.me/example_akimat">ЖАСЫРЫН</a></div><div class="tgme_widget_message_text js-message_text">ЖАСЫРЫН <a href="https://t.me/example_hidden">@example_hidden</a></div><a class="tgme_widget_message_date" href="https://t.me/x/1"><time datetime="2020-01-01T00:00:00+00:00"></time></a></div>`
	r := parse(t, parsers.Page{URL: widgetURL, Body: widgetPage("1 comment", "", form, comment{id: 110, more: hidden}), Seen: seen})
	got := item(t, r, "example_akimat/210?comment=110")
	if all := fmt.Sprintf("%+v", got); strings.Contains(all, "ЖАСЫРЫН") || strings.Contains(all, "hidden") || strings.Contains(all, "2020") {
		t.Errorf("item has a hidden copy: %s", all)
	}
	if got.Role != parsers.RoleUnknown {
		t.Errorf("role = %q, want unknown: the channel is only named in a hidden copy", got.Role)
	}
}

func TestWhoComments(t *testing.T) {
	name := func(tag, href string) string {
		return `<` + tag + ` class="tgme_widget_message_author_name" ` + href + `><span class="name">Аты</span></` + tag + `>`
	}
	for _, tc := range []struct {
		name, author, id string
		role             parsers.Role
	}{
		{"a person without link", name("span", ""), "", parsers.RoleUnknown},
		{"a person with a link", name("a", `href="https://t.me/Example_Resident"`), "example_resident", parsers.RoleUnknown},
		{"the channel", name("a", `href="https://t.me/Example_Akimat"`), "example_akimat", parsers.RoleOfficial},
		{"another body", name("a", `href="https://t.me/example_ministry"`), "example_ministry", parsers.RoleUnknown},
		{"a link on the wrong element", name("span", `href="https://t.me/example_akimat"`), "", parsers.RoleUnknown},
		{"a link to a post", name("a", `href="https://t.me/example_akimat/5"`), "", parsers.RoleUnknown},
		{"a link to elsewhere", name("a", `href="https://evil.example/example_akimat"`), "", parsers.RoleUnknown},
		{"a name like the channel's", `<span class="tgme_widget_message_author_name">example_akimat</span>`, "", parsers.RoleUnknown},
		{"the group, without anybody's name", `<a class="tgme_widget_message_owner_name" href="https://t.me/example_chat">Чат</a>`, "", parsers.RoleUnknown},
	} {
		t.Run(tc.name, func(t *testing.T) {
			r := parse(t, parsers.Page{URL: widgetURL, Body: widgetPage("1 comment", "", form, comment{id: 110, author: tc.author}), Seen: seen})
			got := item(t, r, "example_akimat/210?comment=110")
			if got.Author.ID != tc.id || got.Role != tc.role || got.Author.Name == "" {
				t.Errorf("author %+v with role %q, want id %q with role %q", got.Author, got.Role, tc.id, tc.role)
			}
		})
	}
}

func TestOlderComments(t *testing.T) {
	const more = `<div class="tme_messages_more js-messages_more" data-before="105"></div>`
	const newer = `<div class="tme_messages_more js-messages_more autoload hide" data-after="120"></div>`
	one := comment{id: 105}
	for _, tc := range []struct {
		name, url string
		body      []byte
		before    string // before_id of the next page; "" for none
		state     parsers.State
	}{
		{"a link", widgetURL, widgetPage("9 comments", more, form+auth, one), "105", parsers.OK},
		{"none", widgetURL, widgetPage("1 comment", "", form+auth, one), "", parsers.OK},
		{"a link to newer ones is hidden", widgetURL, widgetPage("1 comment", newer, form+auth, one), "", parsers.OK},
		{"no form, and nobody knows how many", widgetURL, widgetPage("Comments", more, auth, one), "", parsers.Partial},
		{"no form", widgetURL, widgetPage("9 comments", more, auth, one), "", parsers.OK},
		{"half a form", widgetURL, widgetPage("9 comments", more, strings.Replace(form, "discussion_hash", "x", 1)+auth, one), "", parsers.OK},
		{"no api", widgetURL, widgetPage("9 comments", more, form, one), "", parsers.OK},
		{"another api", widgetURL, widgetPage("9 comments", more, form+strings.Replace(auth, "method", "upload", 1), one), "", parsers.OK},
		{"an answer", answerURL, answer(t, 9, more+one.String()), "105", parsers.OK},
		{"the last answer", answerURL, answer(t, 9, one.String()), "", parsers.OK},
		{"an answer that leads back to itself", answerURL, answer(t, 9, strings.Replace(more, "105", "9000", 1)+one.String()), "", parsers.OK},
		{"an answer to nobody knows what", "https://t.me/api/method?api_hash=0123", answer(t, 9, more+one.String()), "", parsers.OK},
	} {
		t.Run(tc.name, func(t *testing.T) {
			r := parse(t, parsers.Page{URL: tc.url, Body: tc.body, Seen: seen})
			if r.State != tc.state || len(r.Items) != 1 {
				t.Errorf("state %s (%s) with %d items, want %s with 1", r.State, r.Reason, len(r.Items), tc.state)
			}
			if tc.before == "" {
				if r.Next != nil {
					t.Errorf("next = %+v, want none", r.Next)
				}
				return
			}
			if r.Next == nil {
				t.Fatal("no next page")
			}
			want := url.Values{"peer": {"c1_2"}, "top_msg_id": {"100"}, "discussion_hash": {"ab"}, "before_id": {tc.before}, "method": {"loadComments"}}
			if diff := cmp.Diff(want, r.Next.Form); diff != "" {
				t.Errorf("form (-want +got):\n%s", diff)
			}
			sent, _, _ := strings.Cut(r.Next.URL, "#")
			if sent != "https://t.me/api/method?api_hash=0123" {
				t.Errorf("sent to %s", sent)
			}
			next := parse(t, parsers.Page{URL: r.Next.URL, Body: answer(t, 9, comment{id: 101}.String()), Seen: seen})
			if next.Thread.ID != r.Thread.ID || next.State != parsers.OK {
				t.Errorf("the next page is of thread %q in state %s, want %q", next.Thread.ID, next.State, r.Thread.ID)
			}
		})
	}
}

// A hostile page, or a saved one, must not make the crawler post to other hosts.
func TestTheApiIsAskedWhereThePageCameFrom(t *testing.T) {
	body := strings.Replace(string(widgetPage("9 comments", `<div class="js-messages_more" data-before="105"></div>`, form+auth, comment{id: 105})),
		`https:\/\/t.me\/api`, `https:\/\/evil.example\/api`, 1)
	r := parse(t, parsers.Page{URL: strings.Replace(widgetURL, "https://t.me", "http://127.0.0.1:8099", 1), Body: []byte(body), Seen: seen})
	if r.Next == nil || !strings.HasPrefix(r.Next.URL, "http://127.0.0.1:8099/api/method?api_hash=0123#") {
		t.Errorf("next = %+v, want the page's own origin", r.Next)
	}
}

func TestAPostAboveItsComments(t *testing.T) {
	top := `<div class="js-discuss_top_message">` + post{id: "example_akimat/210"}.String() + `</div>`
	r := parse(t, parsers.Page{URL: widgetURL, Body: widgetPage("1 comment", top, form, comment{id: 110}), Seen: seen})
	if len(r.Items) != 2 || r.Counted != 1 || r.Declared != 1 {
		t.Fatalf("%d items, %d counted, %d declared, want 2, 1, 1", len(r.Items), r.Counted, r.Declared)
	}
	if got := item(t, r, "example_akimat/210"); got.Kind != parsers.KindPost || got.Role != parsers.RoleOfficial {
		t.Errorf("the post is a %s by %q", got.Kind, got.Role)
	}
}

// Silence must be earned: most pages without comments do not tell that there are none.
func TestPagesWithoutComments(t *testing.T) {
	embed := channelPage(post{id: "example_akimat/210"})
	const zero = `<script>TWidgetDiscussion.init({"comments_cnt":0});</script>`
	notice := func(words string) string { return `<div class="tme_no_messages_found">` + words + `</div>` }
	top := `<div class="js-discuss_top_message">` + post{id: "example_akimat/210"}.String() + `</div>`
	for _, tc := range []struct {
		name string
		body []byte
		want parsers.State
	}{
		{"another page", embed, parsers.Drift},
		{"no count", widgetPage("Comments", top, form), parsers.Drift},
		{"a count", widgetPage("3 comments", top, form), parsers.Partial},
		{"a count of zero", widgetPage("0 comments", top, form), parsers.Empty},
		{"a count of zero that only the script has", widgetPage("Comments", notice("Try later"), form+zero), parsers.DiscussionUnavailable},
		{"a count of zero beside a fault", widgetPage("0 comments", notice("Array "), form+zero), parsers.DiscussionUnavailable},
		{"an invitation without a form", widgetPage("Comments", notice("Be the first to add a comment"), ""), parsers.DiscussionUnavailable},
		{"an invitation", widgetPage("Comments", notice("Be the first to add a comment"), form+zero), parsers.Empty},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if r := parse(t, parsers.Page{URL: widgetURL, Body: tc.body, Seen: seen}); r.State != tc.want {
				t.Errorf("state %s (%s), want %s", r.State, r.Reason, tc.want)
			}
		})
	}
}

func TestAnswers(t *testing.T) {
	for _, tc := range []struct {
		name, body string
		want       parsers.State
		declared   int
	}{
		{"nothing left", `{"ok":true,"comments_cnt":0,"comments_html":""}`, parsers.Empty, 0},
		{"nothing where there should be something", `{"ok":true,"comments_cnt":9,"comments_html":""}`, parsers.Partial, 9},
		{"not ok", `{"ok":false}`, parsers.DiscussionUnavailable, parsers.Unknown},
		{"an error", `{"error":"ACCESS_DENIED"}`, parsers.DiscussionUnavailable, parsers.Unknown},
		{"a throttle", `{"error":"FLOOD_WAIT_30"}`, parsers.Throttled, parsers.Unknown},
		{"a throttle in words", `{"ok":false,"error":"Too many requests, try again later"}`, parsers.Throttled, parsers.Unknown},
		{"other names", `{"html":"<div></div>"}`, parsers.Drift, parsers.Unknown},
		{"other types", `{"ok":true,"comments_cnt":"many","comments_html":7}`, parsers.Drift, parsers.Unknown},
		{"cut off", `{"ok":true,"comments_cnt":9,"comments_ht`, parsers.Partial, parsers.Unknown},
		{"no JSON", `{"ok":true,,}`, parsers.Drift, parsers.Unknown},
		{"a page", `<!DOCTYPE html><html><body>Hello</body></html>`, parsers.Drift, parsers.Unknown},
		{"nothing", ``, parsers.Partial, parsers.Unknown},
	} {
		t.Run(tc.name, func(t *testing.T) {
			r := parse(t, parsers.Page{URL: answerURL, Body: []byte(tc.body), Seen: seen})
			if r.State != tc.want || len(r.Items) != 0 || r.Declared != tc.declared {
				t.Errorf("%s = %s (%s), %d items, declared %d, want %s, none, %d", tc.body, r.State, r.Reason, len(r.Items), r.Declared, tc.want, tc.declared)
			}
			if r.Thread.ID != "example_akimat/210" {
				t.Errorf("thread %q, want the one that was asked about", r.Thread.ID)
			}
		})
	}
}
