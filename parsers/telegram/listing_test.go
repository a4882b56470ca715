package telegram_test

import (
	"fmt"
	"strings"
	"testing"

	"qulaq/parsers"

	"github.com/google/go-cmp/cmp"
)

func TestTextIsAsAReaderSeesIt(t *testing.T) {
	for _, tc := range []struct{ name, html, want string }{
		{"line breaks", "один<br/>два<br>три", "один\nдва\nтри"},
		{"break inside of bold", "<b>Тема<br/><br/></b>Текст", "Тема\n\nТекст"},
		{"characters by number", "Здравствуйте&#33; &quot;Су&quot; &amp; газ", `Здравствуйте! "Су" & газ`},
		{"no-break space stays", "в&nbsp;Алматы", "в\u00a0Алматы"},
		{"emoji", `<i class="emoji" style="background-image:url('x')"><b>❗️</b></i>Внимание`, "❗️Внимание"},
		{"custom emoji", `<tg-emoji emoji-id="5"><i class="emoji"><b>🔥</b></i></tg-emoji>от`, "🔥от"},
		{"custom emoji without a character", `<tg-emoji emoji-id="5"></tg-emoji>мәтін`, "мәтін"},
		{"spoiler", "Жауап: <tg-spoiler>иә</tg-spoiler>", "Жауап: иә"},
		{"quotation inside of the text", "Сұрақ:<blockquote>Су қашан?</blockquote>Жауап", "Сұрақ:\nСу қашан?\nЖауап"},
		{"program text", "<pre>a  b\n\tc</pre>", "a  b\n\tc"},
		{"line breaks of the source", "\n  бір\n  <b>екі</b>\n\t<i>үш</i>\n", "бір екі үш"},
		{"album nests its text", `<div class="tgme_widget_message_text js-message_text">бір рет</div>`, "бір рет"},
		{"link", `Оқу: <a href="https://example.org">сілтеме</a>.`, "Оқу: сілтеме."},
		{"markup that is never closed", "<b>бір <i>екі", "бір екі"},
		{"words that Telegram uses itself", "edited. Post not found. No posts found", "edited. Post not found. No posts found"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			r := parse(t, parsers.Page{URL: channelURL, Body: channelPage(post{text: tc.html}), Seen: seen})
			got := item(t, r, "example_akimat/101")
			if got.Text != tc.want || got.Edited {
				t.Errorf("text of %q = %q (edited %v), want %q", tc.html, got.Text, got.Edited, tc.want)
			}
		})
	}
}

func TestTwoTextsInOneMessage(t *testing.T) {
	again := func(text string) string {
		return `<div class="tgme_widget_message_text js-message_text">` + text + `</div>`
	}
	for name, tc := range map[string]struct{ first, second, want string }{
		"a copy counts once": {"Мәтін", "Мәтін", "Мәтін"},
		"another is kept":    {"Бірінші", "Екінші", "Бірінші\nЕкінші"},
	} {
		t.Run(name, func(t *testing.T) {
			r := parse(t, parsers.Page{URL: channelURL, Body: channelPage(post{more: again(tc.first), text: tc.second}), Seen: seen})
			if got := item(t, r, "example_akimat/101").Text; got != tc.want {
				t.Errorf("text = %q, want %q", got, tc.want)
			}
		})
	}
}

func TestMentionsAreLinksThatReadAsNames(t *testing.T) {
	text := `<a href="https://t.me/Example_One">@Example_One</a> <b><a href="https://telegram.me/example_two">@example_two</a></b>
		<a href="https://t.me/example_one">@EXAMPLE_ONE</a> <a href="https://t.me/example_three">сюда</a>
		<a href="https://t.me/example_four/5">@example_four</a> <a href="https://evil.example/example_five">@example_five</a>
		<a href="https://t.me/example_six">@example_seven</a> mail@example_eight`
	r := parse(t, parsers.Page{URL: channelURL, Body: channelPage(post{text: text}), Seen: seen})
	if diff := cmp.Diff([]string{"example_one", "example_two"}, item(t, r, "example_akimat/101").Mentions); diff != "" {
		t.Errorf("mentions (-want +got):\n%s", diff)
	}
}

func TestEditedIsAMarkOfThePage(t *testing.T) {
	for _, tc := range []struct {
		name, meta string
		want       bool
	}{
		{"mark", "edited &nbsp;", true},
		{"mark behind a signature", `<span class="tgme_widget_message_from_author">Пресс-служба</span>, edited `, true},
		{"no mark", "", false},
		{"signature that reads like it", `<span class="tgme_widget_message_from_author">edited</span>, `, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			r := parse(t, parsers.Page{URL: channelURL, Body: channelPage(post{meta: tc.meta}), Seen: seen})
			got := item(t, r, "example_akimat/101")
			if got.Edited != tc.want || !got.EditedAt.IsZero() {
				t.Errorf("edited = %v at %v, want %v at no time", got.Edited, got.EditedAt, tc.want)
			}
			if want := parsers.At(at(t, "2026-11-18T04:05:06Z")); got.Published != want {
				t.Errorf("published %v, want the original time %v", got.Published, want)
			}
		})
	}
}

func TestTimes(t *testing.T) {
	for _, tc := range []struct{ name, datetime, want string }{
		{"UTC", "2026-11-18T04:05:06+00:00", "2026-11-18T04:05:06Z"},
		{"another offset", "2026-11-18T09:05:06+05:00", "2026-11-18T04:05:06Z"},
		{"this clock is behind", "2026-11-20T08:02:00+00:00", "2026-11-20T08:00:00Z"},
		{"far in the future", "2026-11-20T09:00:00+00:00", ""},
		{"before Telegram", "1970-01-01T00:00:00+00:00", ""},
		{"no time of day", "2026-11-18", ""},
		{"no zone", "2026-11-18T04:05:06", ""},
		{"words", "yesterday", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			r := parse(t, parsers.Page{URL: channelURL, Body: channelPage(post{id: "example_akimat/100"}, post{time: tc.datetime}), Seen: seen})
			if tc.want == "" {
				if r.State != parsers.Drift || len(r.Items) != 0 || !strings.Contains(r.Reason, "time") {
					t.Errorf("datetime %q = %s (%s) with %d items, want drift that names the time", tc.datetime, r.State, r.Reason, len(r.Items))
				}
				return
			}
			got := item(t, r, "example_akimat/101")
			if want := parsers.At(at(t, tc.want)); got.Published != want || got.Precision != parsers.PrecisionSecond {
				t.Errorf("datetime %q = %v to the %s, want %v to the second", tc.datetime, got.Published, got.Precision, want)
			}
		})
	}
}

func TestTimeOfAVideoIsNotItsPostsTime(t *testing.T) {
	video := `<a class="tgme_widget_message_video_player"><time class="message_video_duration" datetime="2020-01-01T00:00:00+00:00">0:15</time></a>`
	r := parse(t, parsers.Page{URL: channelURL, Body: channelPage(post{more: video}), Seen: seen})
	if want, got := parsers.At(at(t, "2026-11-18T04:05:06Z")), item(t, r, "example_akimat/101").Published; got != want {
		t.Errorf("published %v, want %v", got, want)
	}
}

func TestPostsAnswerPosts(t *testing.T) {
	for _, tc := range []struct{ name, href, parent string }{
		{"the same channel", "https://t.me/example_akimat/99", "example_akimat/99"},
		{"another channel", "https://t.me/example_ministry/5", "example_ministry/5"},
		{"itself", "https://t.me/example_akimat/101", ""},
		{"no post", "https://t.me/example_akimat", ""},
		{"another site", "https://evil.example/example_akimat/99", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			reply := `<a class="tgme_widget_message_reply" href="` + tc.href + `" "><div class="tgme_widget_message_author"><span class="tgme_widget_message_author_name">Чужое имя</span></div><div class="tgme_widget_message_text js-message_reply_text">Чужой текст</div></a>`
			r := parse(t, parsers.Page{URL: channelURL, Body: channelPage(post{more: reply}), Seen: seen})
			got := item(t, r, "example_akimat/101")
			if got.Parent != tc.parent {
				t.Errorf("parent of a reply to %s = %q, want %q", tc.href, got.Parent, tc.parent)
			}
			if got.Text != "Текст" || got.Quoted != "Чужой текст" || got.Author.ID != "example_akimat" {
				t.Errorf("text %q, quoted %q, author %q: the reply leaks into its post", got.Text, got.Quoted, got.Author.ID)
			}
		})
	}
}

func TestOlderPosts(t *testing.T) {
	full := make([]post, 20)
	for i := range full {
		full[i].id = fmt.Sprintf("example_akimat/%d", 301+i)
	}
	link := `<a href="/s/example_akimat?before=301" class="tme_messages_more js-messages_more" data-before="301"></a>`
	for _, tc := range []struct {
		name, url string
		body      []byte
		next      string
	}{
		{"a link in the page", channelURL, channelPageWith(link, full...), channelURL + "?before=301"},
		{"a link in its head", channelURL, channelPageWith(`<link rel="prev" href="/s/example_akimat?before=301"><link rel="canonical" href="/s/example_akimat?before=400">`, full...), channelURL + "?before=301"},
		{"a full page without link", channelURL, channelPage(full...), channelURL + "?before=301"},
		{"a full page with a notice in place of a post", channelURL, channelPageWith(`<div class="tgme_widget_message err_message"></div>`, full...), channelURL + "?before=301"},
		{"the last page", channelURL + "?before=20", channelPage(full[:5]...), ""},
		{"a link to newer posts only", channelURL, channelPageWith(`<a class="tme_messages_more js-messages_more" data-after="320"></a>`, full[:5]...), ""},
		{"a link to another host", channelURL, channelPageWith(strings.Replace(link, "/s/", "https://evil.example/s/", 1), full...), channelURL + "?before=301"},
		{"a link back to the page itself", channelURL + "?before=301", channelPageWith(link, full...), ""},
		{"a search goes on as a search", channelURL + "?q=su", channelPageWith(link, full...), channelURL + "?before=301&q=su"},
		{"a full page of a search without link", channelURL + "?q=su", channelPage(full...), ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			r := parse(t, parsers.Page{URL: tc.url, Body: tc.body, Seen: seen})
			got := ""
			if r.Next != nil {
				got = r.Next.URL
			}
			if got != tc.next {
				t.Errorf("next of %s = %q, want %q", tc.url, got, tc.next)
			}
		})
	}
}

func TestServiceMessagesAreNoItems(t *testing.T) {
	service := `<div class="tgme_widget_message service_message js-widget_message" data-post="example_akimat/1"><div class="tgme_widget_message_text js-message_text">Channel created</div></div>`
	r := parse(t, parsers.Page{URL: channelURL, Body: channelPageWith(service), Seen: seen})
	if r.State != parsers.Empty || len(r.Items) != 0 {
		t.Errorf("a page of service messages = %s with %d items, want empty and none", r.State, len(r.Items))
	}
	r = parse(t, parsers.Page{URL: channelURL, Body: channelPageWith(service, post{}), Seen: seen})
	if r.State != parsers.OK || len(r.Items) != 1 {
		t.Errorf("a service message and a post = %s with %d items, want ok and 1", r.State, len(r.Items))
	}
}

func TestAPostTwiceOnAPageIsOneItem(t *testing.T) {
	r := parse(t, parsers.Page{URL: channelURL, Body: channelPage(post{}, post{}), Seen: seen})
	if len(r.Items) != 1 || len(r.Found) != 1 || r.Counted != 1 {
		t.Errorf("%d items, %d found, %d counted, want 1 each", len(r.Items), len(r.Found), r.Counted)
	}
}

func TestAMessageThatSwallowsTheNextKeepsItsOwn(t *testing.T) {
	body := strings.Replace(string(channelPage(post{text: "бір"}, post{id: "example_akimat/102", text: "екі"})), "</div></div></div></div>\n", "\n", 1)
	r := parse(t, parsers.Page{URL: channelURL, Body: []byte(body), Seen: seen})
	if a, b := item(t, r, "example_akimat/101").Text, item(t, r, "example_akimat/102").Text; a != "бір" || b != "екі" {
		t.Errorf("texts %q and %q, want бір and екі", a, b)
	}
}
