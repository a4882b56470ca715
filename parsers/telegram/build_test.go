package telegram_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"
)

// seen is when the pages of these tests were seen.
var seen = time.Date(2026, 11, 20, 8, 0, 0, 0, time.UTC)

const (
	channelURL = "https://t.me/s/example_akimat"
	widgetURL  = "https://t.me/example_akimat/210?embed=1&discussion=1&comments_limit=100"
	answerURL  = "https://t.me/api/method?api_hash=0123#example_akimat/210?before_id=9000&discussion_hash=ab&method=loadComments&peer=c1_2&top_msg_id=100"
)

// post is a message of a channel to be written as a page would.
type post struct {
	id   string // "example_akimat/101" by default
	time string
	text string // HTML
	more string // HTML before the text
	meta string // before the date
}

func (p post) String() string {
	id, when, text := or(p.id, "example_akimat/101"), or(p.time, "2026-11-18T04:05:06+00:00"), or(p.text, "Текст")
	return `<div class="tgme_widget_message_wrap js-widget_message_wrap"><div class="tgme_widget_message text_not_supported_wrap js-widget_message" data-post="` + id + `"><div class="tgme_widget_message_bubble">` +
		`<div class="tgme_widget_message_author accent_color"><a class="tgme_widget_message_owner_name" href="https://t.me/example_akimat"><span dir="auto">Акимат Примерска</span></a></div>` + p.more +
		`<div class="tgme_widget_message_text js-message_text" dir="auto">` + text + `</div>` +
		`<div class="tgme_widget_message_footer"><span class="tgme_widget_message_views">4.1K</span><span class="tgme_widget_message_meta">` + p.meta +
		`<a class="tgme_widget_message_date" href="https://t.me/` + id + `"><time datetime="` + when + `" class="time">04:05</time></a></span></div></div></div></div>` + "\n"
}

// comment is the same for a comment.
type comment struct {
	id     int
	author string // HTML; a name without link by default
	text   string
	more   string
}

func (c comment) String() string {
	author := or(c.author, `<span class="tgme_widget_message_author_name"><span dir="auto" class="name color0">Житель Один</span></span>`)
	return fmt.Sprintf(`<div class="tgme_widget_message_wrap js-widget_message_wrap"><div class="tgme_widget_message js-widget_message" data-post-id="%d"><div class="tgme_widget_message_bubble">`+
		`<div class="tgme_widget_message_author accent_color">%s</div>%s<div class="tgme_widget_message_text js-message_text" dir="auto">%s</div>`+
		`<a class="tgme_widget_message_date" href="https://t.me/example_akimat/210?comment=%[1]d"><time datetime="2026-11-18T06:00:00+00:00">Nov 18</time></a></div></div></div>`+"\n",
		c.id, author, c.more, or(c.text, "Сұрақ"))
}

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

// channelPage is a page of a channel without a link to older posts.
func channelPage(posts ...post) []byte { return channelPageWith("", posts...) }

func channelPageWith(more string, posts ...post) []byte {
	var b strings.Builder
	b.WriteString(`<!DOCTYPE html><html><head><meta charset="utf-8"><title>Акимат Примерска – Telegram</title></head><body><section class="tgme_channel_history js-message_history">` + more)
	for _, p := range posts {
		b.WriteString(p.String())
	}
	b.WriteString("</section></body></html>\n")
	return []byte(b.String())
}

const (
	form = `<form class="js-new_message_form"><input type="hidden" name="peer" value="c1_2"/><input type="hidden" name="top_msg_id" value="100"/><input type="hidden" name="discussion_hash" value="ab"/></form>`
	auth = `<script>TWidgetAuth.init({"api_url":"https:\/\/t.me\/api\/method?api_hash=0123","unauth":true});</script>`
)

// widgetPage is a page of comments, with what stands before and behind them.
func widgetPage(header, more, tail string, comments ...comment) []byte {
	var b strings.Builder
	b.WriteString(`<!DOCTYPE html><html><head><meta charset="utf-8"></head><body class="body_widget_discussion"><h3 class="tgme_post_discussion_header"><span class="js-header">` + header +
		`</span> on <a href="https://t.me/example_akimat/210">this post</a></h3><div class="tgme_post_discussion js-message_history">` + more)
	for _, c := range comments {
		b.WriteString(c.String())
	}
	b.WriteString("</div>" + tail + "</body></html>\n")
	return []byte(b.String())
}

// answer is what the api answers with some comments in HTML.
func answer(t testing.TB, count int, comments string) []byte {
	t.Helper()
	body, err := json.Marshal(map[string]any{"ok": true, "comments_cnt": count, "comments_html": comments})
	if err != nil {
		t.Fatal(err)
	}
	return body
}
