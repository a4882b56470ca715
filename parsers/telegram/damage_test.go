package telegram_test

import (
	"bytes"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode"

	"qulaq/parsers"
	"qulaq/parsers/parsertest"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
)

// A page may be cut off anywhere: what it still gives must be what the whole page
// gives, and it must not pass for the whole.
func TestCutPagesGiveWholeItems(t *testing.T) {
	for _, name := range []string{"listing_2021", "listing_2026", "listing_script", "post_embed", "widget", "widget_more", "widget_no_comments", "landing_existing"} {
		t.Run(name, func(t *testing.T) {
			page, _ := parsertest.Load(t, filepath.Join("testdata", name+".txtar"))
			full := parse(t, page)
			body := page.Body
			end := bytes.LastIndex(body, []byte("</html>")) + len("</html>")
			if end < len("</html>") {
				end = len(bytes.TrimSpace(body)) // JSON
			}
			for cut := 0; cut < end; cut += 37 {
				page.Body = body[:cut]
				r := parse(t, page)
				if r.State == parsers.OK || r.State == parsers.Gone || (r.State == parsers.Empty && full.State != parsers.Empty) {
					t.Fatalf("cut after %d of %d bytes: state %s (%s)", cut, end, r.State, r.Reason)
				}
				for _, got := range r.Items {
					if diff := cmp.Diff(item(t, full, got.ID), got); diff != "" {
						t.Fatalf("cut after %d of %d bytes (-whole +cut):\n%s", cut, end, diff)
					}
				}
			}
		})
	}
}

func encoded(t *testing.T, e encoding.Encoding, body []byte) []byte {
	t.Helper()
	out, err := encoding.ReplaceUnsupported(e.NewEncoder()).Bytes(body)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestCharsets(t *testing.T) {
	const text = "Когда включат воду? Ждём третий день"
	utf8Page := channelPage(post{text: text})
	cyrillic := encoded(t, charmap.Windows1251, utf8Page)
	misread := func(e *charmap.Charmap) []byte {
		out, err := e.NewDecoder().Bytes(utf8Page)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	for _, tc := range []struct {
		name, contentType string
		body              []byte
		state             parsers.State
		text              string
	}{
		{"UTF-8", "text/html; charset=utf-8", utf8Page, parsers.OK, text},
		{"declared by the page only", "", utf8Page, parsers.OK, text},
		{"declared by nobody", "text/html", bytes.Replace(utf8Page, []byte(`<meta charset="utf-8">`), nil, 1), parsers.OK, text},
		{"with a byte order mark", "", append([]byte("\xef\xbb\xbf"), utf8Page...), parsers.OK, text},
		{"windows-1251 by its header", "text/html; charset=windows-1251", cyrillic, parsers.OK, text},
		{"windows-1251 by its meta element", "text/html", bytes.Replace(cyrillic, []byte("utf-8"), []byte("windows-1251"), 1), parsers.OK, text},
		{"windows-1251 that says UTF-8", "text/html; charset=utf-8", cyrillic, parsers.Partial, ""},
		{"UTF-8 that says windows-1251", "text/html; charset=windows-1251", utf8Page, parsers.Drift, ""},
		{"misread as windows-1251 on its way", "text/html; charset=utf-8", misread(charmap.Windows1251), parsers.Drift, ""},
		{"misread as windows-1252 on its way", "text/html; charset=utf-8", misread(charmap.Windows1252), parsers.Drift, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			r := parse(t, parsers.Page{URL: channelURL, ContentType: tc.contentType, Body: tc.body, Seen: seen})
			if r.State != tc.state {
				t.Errorf("state %s (%s), want %s", r.State, r.Reason, tc.state)
			}
			if tc.text == "" && len(r.Items) > 0 {
				t.Errorf("text %q, want no item", r.Items[0].Text)
			}
			if tc.text != "" && item(t, r, "example_akimat/101").Text != tc.text {
				t.Errorf("text %q, want %q", r.Items[0].Text, tc.text)
			}
		})
	}
}

// Texts that are as they should be must not be taken for garbled ones.
func TestTextsThatLookGarbledAreNot(t *testing.T) {
	for _, text := range []string{
		"ТІЛІ КІСІЛІК ТІЛІ ІСІ РЕСМИ ТІЛ", "Р. С. «Т» №5", "Ә", "ÂÃ naïve café Ünïcödé résumé", "😡😡😡😡😡😡😡😡😡😡",
		"БІЗДІҢ ҚАЛА: СУ ЖОҚ, ЖАРЫҚ ЖОҚ, ІСТЕЙТІН ІС ЖОҚ", "Указ № 5 «О воде» — в силе", "你好世界你好世界你好世界", "გამარჯობა მსოფლიო",
	} {
		r := parse(t, parsers.Page{URL: channelURL, Body: channelPage(post{text: text}), Seen: seen})
		if r.State != parsers.OK || r.Items[0].Text != text {
			t.Errorf("%q = %s (%s)", text, r.State, r.Reason)
		}
	}
}

func TestADamagedMessageIsLeftOut(t *testing.T) {
	body := channelPage(post{text: "бүтін"}, post{id: "example_akimat/102", text: "бұз\xd0ылған"}, post{id: "example_akimat/103", text: "бүтін"})
	r := parse(t, parsers.Page{URL: channelURL, ContentType: "text/html; charset=utf-8", Body: body, Seen: seen})
	ids := []string{}
	for _, it := range r.Items {
		ids = append(ids, it.ID)
	}
	if diff := cmp.Diff([]string{"example_akimat/101", "example_akimat/103"}, ids); diff != "" || r.State != parsers.Partial {
		t.Errorf("state %s (%s), items (-want +got):\n%s", r.State, r.Reason, diff)
	}
}

// Whatever Telegram renames must be noticed on the first page that has it: the
// page may not pass for one with less on it.
func TestRenamedLandmarksAreDrift(t *testing.T) {
	for _, tc := range []struct{ fixture, landmark, names string }{
		{"listing_2021", "tgme_widget_message ", "tgme_widget_message"},
		{"listing_2021", "data-post=", "data-post"},
		{"listing_2021", "tgme_widget_message_date", "time"},
		{"listing_2021", "datetime=", "time"},
		{"listing_2021", "<time ", "time"},
		{"listing_2021", "js-message_text", "js-message_text"},
		{"widget", "data-post-id=", "data-post-id"},
		{"widget", "tgme_widget_message_author_name", "author"},
		{"widget", "datetime=", "time"},
		{"widget", "js-message_text", "js-message_text"},
		{"widget_no_comments", "tgme_post_discussion ", "tgme_post_discussion"},
		{"widget_no_comments", "tme_no_messages_found", "js-header"},
		{"landing_existing", "tgme_page_title", "tgme_page_title"},
		{"landing_missing", "noindex", "tgme_page_title"},
		{"post_not_found", "tgme_widget_message ", "tgme_widget_message"},
	} {
		t.Run(tc.fixture+" "+tc.landmark, func(t *testing.T) {
			page, _ := parsertest.Load(t, filepath.Join("testdata", tc.fixture+".txtar"))
			if !bytes.Contains(page.Body, []byte(tc.landmark)) {
				t.Fatalf("%s has no %s to rename", tc.fixture, tc.landmark)
			}
			first := strings.IndexFunc(tc.landmark, unicode.IsLetter)
			renamed := tc.landmark[:first] + "q" + tc.landmark[first+1:]
			page.Body = bytes.ReplaceAll(page.Body, []byte(tc.landmark), []byte(renamed))
			r := parse(t, page)
			if r.State != parsers.Drift || !strings.Contains(r.Reason, tc.names) || len(r.Items) > 0 {
				t.Errorf("state %s (%q) with %d items, want drift that names %q", r.State, r.Reason, len(r.Items), tc.names)
			}
		})
	}
}

// Without its messages, a page of comments still declares how many there are.
func TestCommentsThatAreNotSeenAreNotNone(t *testing.T) {
	page, _ := parsertest.Load(t, filepath.Join("testdata", "widget.txtar"))
	page.Body = bytes.ReplaceAll(page.Body, []byte("tgme_widget_message "), []byte("tgme_message "))
	if r := parse(t, page); r.State != parsers.Partial || r.Declared != 1245 {
		t.Errorf("state %s (%s), declared %d, want partial and 1245", r.State, r.Reason, r.Declared)
	}
}

func TestTextsThatAreNotSeenAreDrift(t *testing.T) {
	footer := `<div class="message_media_not_supported"><div class="message_media_not_supported_label">Please open Telegram to view this post</div></div>`
	for _, tc := range []struct {
		name, more string
		posts      int
		want       parsers.State
	}{
		{"a post of nothing", "", 1, parsers.Drift},
		{"posts of nothing but the footer", footer, 2, parsers.Drift},
		{"one such post", footer, 1, parsers.OK}, // a story, say
		{"pictures", `<a class="tgme_widget_message_photo_wrap"></a>`, 3, parsers.OK},
	} {
		t.Run(tc.name, func(t *testing.T) {
			posts := make([]post, tc.posts)
			for i := range posts {
				posts[i] = post{id: fmt.Sprintf("example_akimat/%d", 101+i), more: tc.more}
			}
			body := bytes.ReplaceAll(channelPage(posts...), []byte("tgme_widget_message_text js-message_text"), []byte("message_body"))
			r := parse(t, parsers.Page{URL: channelURL, Body: body, Seen: seen})
			if r.State != tc.want || (tc.want == parsers.Drift && !strings.Contains(r.Reason, "js-message_text")) {
				t.Errorf("state %s (%s), want %s", r.State, r.Reason, tc.want)
			}
		})
	}
}

// The footer about the app stands in every post since about 2022.
func TestTheFooterOfEveryPostIsNoRefusal(t *testing.T) {
	page, _ := parsertest.Load(t, filepath.Join("testdata", "listing_2026.txtar"))
	if !bytes.Contains(page.Body, []byte("Please open Telegram to view this post")) {
		t.Fatal("the fixture has lost its footer")
	}
	r := parse(t, page)
	leaks := func(it parsers.Item) bool { return strings.Contains(it.Text, "Telegram") }
	if r.State != parsers.OK || slices.ContainsFunc(r.Items, leaks) {
		t.Errorf("state %s, footer in a text: %v", r.State, slices.ContainsFunc(r.Items, leaks))
	}
}

func TestWallsAreOnlyInFrontOfPages(t *testing.T) {
	for name, text := range map[string]string{
		"captcha":  `Введите капчу <a href="https://example.org/captcha">captcha</a> <i class="captcha"></i>`,
		"password": `Пароль: <input type="password" name="password">`,
		"throttle": "429 Too Many Requests",
	} {
		r := parse(t, parsers.Page{URL: channelURL, Body: channelPage(post{text: text}), Seen: seen})
		if r.State != parsers.OK {
			t.Errorf("a post about a %s = %s, want ok", name, r.State)
		}
	}
}

func TestDeepNestingIsRefused(t *testing.T) {
	r := parse(t, parsers.Page{URL: channelURL, Body: channelPage(post{text: strings.Repeat("<b><div>", 5000)}), Seen: seen})
	if r.State != parsers.Drift || len(r.Items) > 0 {
		t.Errorf("state %s with %d items, want drift", r.State, len(r.Items))
	}
}
