package simulate

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Telegram's page of a single post, and the widget with the comments below it.

// commentsShown is how many comments one page has at most, whatever is asked for.
const commentsShown = 50

const widgetHead = `<!DOCTYPE html>
<html>
  <head>
    <meta charset="utf-8">
    <title>Telegram Widget</title>
    <base target="_blank">
    <meta name="robots" content="noindex, nofollow" />
    <link href="//telegram.org/css/widget-frame.css?62" rel="stylesheet" media="screen">
    <script>TBaseUrl='//telegram.org/';</script>
  </head>
  <body class="widget_frame_base tgme_widget emoji_image nodark">
`

const widgetFoot = `
    <script src="//telegram.org/js/widget-frame.js?68"></script>
  </body>
</html>
`

// postPage serves /CHANNEL/POST with ?embed=1, and with &discussion=1 the comments.
func (r *Republic) postPage(b []byte, q *http.Request, now int64) ([]byte, answer) {
	query := q.URL.Query()
	s, known := r.byHandle[strings.ToLower(q.PathValue("channel"))]
	number, err := strconv.ParseInt(q.PathValue("post"), 10, 64)
	var t *thread
	if known && err == nil {
		t = s.find(number)
	}
	b = append(b, widgetHead...)
	switch {
	case t == nil || !t.opener.shown(now):
		b = append(b, "    <div class=\"tgme_widget_message text_not_supported_wrap err_message js-widget_message\">\n  <div class=\"tgme_widget_message_user\"><i class=\"tgme_widget_message_user_photo\" data-content=\"!\"></i></div>\n  <div class=\"tgme_widget_message_bubble\">\n    <div class=\"tgme_widget_message_error\" dir=\"auto\">Post not found</div>\n  </div>\n</div>"...)
		return append(b, widgetFoot...), answer{}
	case query.Get("discussion") != "1":
		changed := t.opener.changed(now)
		b = s.message(b, t, changed, now)
		return append(b, widgetFoot...), answer{changed: changed}
	case t.closed:
		b = append(b, "<div class=\"tgme_post_discussion js-message_history\">\n  <div class=\"tgme_widget_message_centered\"><div class=\"tme_no_messages_found\">Discussion is not available at the moment.</div></div>\n</div>"...)
		return append(b, widgetFoot...), answer{changed: t.at}
	}
	limit, err := strconv.Atoi(query.Get("comments_limit"))
	if err != nil || limit < 1 {
		limit = 5
	}
	shown, total, changed := t.visible(never, min(limit, commentsShown), now)
	b = join(b, "<div class=\"tgme_post_discussion_header_wrap\">\n  <h3 class=\"tgme_post_discussion_header\"><span class=\"js-header\">", counted(total), "</span> on <a href=\"https://t.me/", s.handle, "/", t.number, "\">this post</a></h3>\n</div>\n<div class=\"tgme_post_discussion js-message_history\">\n")
	b = t.comments(b, shown, total-len(shown), now)
	b = join(b, "\n<div class=\"tme_messages_more accent_bghover js-messages_more autoload hide\" data-after=\"", t.lastNumber(shown), "\"></div>\n</div>\n")
	b = join(b, "<div class=\"tgme_post_discussion_footer\">\n  <form class=\"tgme_post_discussion_new_message_form js-new_message_form\">\n    <input type=\"hidden\" name=\"peer\" value=\"", t.peer(), "\" />\n    <input type=\"hidden\" name=\"top_msg_id\" value=\"", t.post.copied, "\" />\n    <input type=\"hidden\" name=\"discussion_hash\" value=\"", t.hash(), "\" />\n  </form>\n  <div class=\"tgme_post_discussion_login\"><div class=\"tgme_post_discussion_login_btn accent_bghover js-login_btn\">Log in to comment</div></div>\n</div>\n")
	scheme := "http"
	if q.TLS != nil {
		scheme = "https"
	}
	api, _ := json.Marshal(scheme + "://" + q.Host + "/api/method?api_hash=" + t.hash()) // a string always marshals
	b = join(b, "    <script>TWidgetAuth.init({\"api_url\":", strings.ReplaceAll(string(api), "/", `\/`), ",\"unauth\":true,\"bot_id\":0});\n</script>\n")
	return append(b, widgetFoot...), answer{changed: changed}
}

// moreComments serves the older comments that the widget's script asks for.
func (r *Republic) moreComments(b []byte, q *http.Request, now int64) ([]byte, answer) {
	const kind = "application/json; charset=utf-8"
	refuse := func(why string) ([]byte, answer) {
		return join(b, `{"ok":false,"error":"`, why, `"}`), answer{content: kind}
	}
	before, err := strconv.ParseInt(q.PostFormValue("before_id"), 10, 64)
	if err != nil || q.PostFormValue("method") != "loadComments" {
		return refuse("METHOD_INVALID")
	}
	t := r.discussion(q.PostFormValue("peer"), q.PostFormValue("top_msg_id"))
	if t == nil || q.PostFormValue("discussion_hash") != t.hash() || !t.opener.shown(now) {
		return refuse("POST_NOT_FOUND")
	}
	shown, total, _ := t.visible(before, commentsShown, now)
	older := 0
	for _, it := range t.items {
		if it.shown(now) && len(shown) > 0 && it.number < shown[0].number {
			older++
		}
	}
	answered := struct {
		OK    bool   `json:"ok"`
		Count int    `json:"comments_cnt"`
		HTML  string `json:"comments_html"`
	}{true, total, string(t.comments(nil, shown, older, now))}
	text, _ := json.Marshal(answered) // strings and numbers always marshal
	return append(b, text...), answer{content: kind}
}

// visible picks the last limit comments before a number, of which there are
// total altogether, and tells when the discussion last changed.
func (t *thread) visible(before int64, limit int, now int64) (shown []*item, total int, changed int64) {
	changed = t.opener.changed(now)
	shown = make([]*item, 0, limit)
	for _, it := range t.items {
		changed = max(changed, it.changed(now))
		if it.shown(now) {
			total++
		}
	}
	for i := len(t.items) - 1; i >= 0 && len(shown) < limit; i-- {
		if it := t.items[i]; it.shown(now) && it.number < before {
			shown = append(shown, it)
		}
	}
	for l, h := 0, len(shown)-1; l < h; l, h = l+1, h-1 {
		shown[l], shown[h] = shown[h], shown[l]
	}
	return shown, total, changed
}

// comments appends comments, with the link to the older ones of which there are more.
func (t *thread) comments(b []byte, shown []*item, more int, now int64) []byte {
	if more > 0 && len(shown) > 0 {
		b = join(b, "  <div class=\"tme_messages_more accent_bghover js-messages_more\" data-before=\"", shown[0].number, "\">Show ", more, " more comments</div>\n")
	}
	for _, it := range shown {
		b = t.comment(b, it, now)
	}
	return b
}

// comment appends one comment, with the hidden copy of its author and text that
// the form for replies keeps in every comment.
func (t *thread) comment(b []byte, it *item, now int64) []byte {
	b = join(b, "<div class=\"tgme_widget_message_wrap js-widget_message_wrap\">\n   <div class=\"tgme_widget_message text_not_supported_wrap js-widget_message\" data-peer=\"", t.peer(), "\" data-peer-hash=\"", t.hash(), "\" data-post-id=\"", it.number, "\">\n      <div class=\"tgme_widget_message_user\"><i class=\"tgme_widget_message_user_photo bgcolor", it.number%7, "\" data-content=\"Q\"></i></div>\n      <div class=\"tgme_widget_message_bubble\">\n         <div class=\"tgme_widget_message_author accent_color\">")
	name := func(b []byte) []byte {
		b = join(b, `<span dir="auto" class="name color`, it.number%7, `">`)
		return append(escape(b, it.who.name), `</span>`...)
	}
	if it.who.handle != "" {
		b = join(b, `<a class="tgme_widget_message_author_name" href="https://t.me/`, it.who.handle, `">`)
		b = append(name(b), `</a>`...)
	} else {
		b = append(b, `<span class="tgme_widget_message_author_name">`...)
		b = append(name(b), `</span>`...)
	}
	b = append(b, "</div>\n"...)
	b = t.answered(b, it, now)
	text := it.words(now)
	b = append(b, "         <div class=\"tgme_widget_message_reply_template js-reply_tpl\">\n            <div class=\"tgme_widget_message_author accent_color\"><span class=\"tgme_widget_message_author_name\" dir=\"auto\">"...)
	b = escape(b, it.who.name)
	b = append(b, "</span></div>\n            <div class=\"tgme_widget_message_text js-message_reply_text\" dir=\"auto\">"...)
	b = markup(b, text)
	b = append(b, "</div>\n         </div>\n         <div class=\"tgme_widget_message_text js-message_text\" dir=\"auto\">"...)
	b = markup(b, text)
	b = append(b, "</div>\n         <div class=\"tgme_widget_message_footer js-message_footer\">\n            <span class=\"tgme_widget_message_meta\">"...)
	if now >= it.edited {
		b = append(b, "edited &nbsp;"...)
	}
	b = join(b, `<a class="tgme_widget_message_date" href="https://t.me/`, t.source.handle, "/", t.number, "?comment=", it.number, `"><time datetime="`)
	at := time.Unix(it.at, 0).UTC()
	b = at.AppendFormat(b, "2006-01-02T15:04:05-07:00")
	b = append(b, `">`...)
	b = at.AppendFormat(b, "Jan 2")
	return append(b, "</time></a></span>\n         </div>\n      </div>\n   </div>\n</div>\n"...)
}

// answered appends what a comment says that it answers. Once that is deleted,
// nothing says so any more. What repeats a text from elsewhere links to the post.
func (t *thread) answered(b []byte, it *item, now int64) []byte {
	to := it.parent
	if to == nil {
		to = it.quoted
	}
	if to == nil || !to.shown(now) {
		return b
	}
	b = join(b, `         <a class="tgme_widget_message_reply js-reply_to" href="https://t.me/`, t.source.handle, "/", t.number)
	if it.parent != nil {
		b = join(b, "?comment=", to.number, `" data-reply-to="`, to.number)
	}
	b = append(b, "\">\n            <div class=\"tgme_widget_message_author accent_color\"><span class=\"tgme_widget_message_author_name\" dir=\"auto\">"...)
	b = escape(b, to.who.name)
	b = append(b, "</span></div>\n            <div class=\"tgme_widget_message_text js-message_reply_text\" dir=\"auto\">"...)
	b = markup(b, to.words(now))
	return append(b, "</div>\n         </a>\n"...)
}

func counted(n int) string {
	if n == 1 {
		return "1 comment"
	}
	return strconv.Itoa(n) + " comments"
}

// peer names the discussion group of the channel.
func (t *thread) peer() string {
	return fmt.Sprintf("c%d_-%d", 1_700_000_000+t.source.first, 4_000_000_000_000_000_000+t.source.first)
}

// hash is the token that goes with a discussion.
func (t *thread) hash() string { return fmt.Sprintf("%018x", uint64(t.at)*0x9e3779b97f4a7c15) }

// lastNumber is after which comment newer ones would come.
func (t *thread) lastNumber(shown []*item) int64 {
	if len(shown) == 0 {
		return t.post.copied
	}
	return shown[len(shown)-1].number
}

// discussion finds the thread whose post has a number in a discussion group.
func (r *Republic) discussion(peer, top string) *thread {
	number, err := strconv.ParseInt(top, 10, 64)
	if err != nil {
		return nil
	}
	for _, s := range r.sources {
		if s.platform != "telegram" || len(s.threads) == 0 || s.threads[0].peer() != peer {
			continue
		}
		for _, t := range s.threads {
			if t.post.copied == number {
				return t
			}
		}
	}
	return nil
}
