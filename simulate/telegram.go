package simulate

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Telegram's public preview, in the markup of 2021 and of 2026.

// idsShown is how many message numbers a page of a channel has; an album takes
// up several.
const idsShown = 20

// channelPage serves /s/CHANNEL?before=ID.
func (r *Republic) channelPage(b []byte, q *http.Request, now int64) ([]byte, answer) {
	name := q.PathValue("channel")
	s, ok := r.byHandle[strings.ToLower(name)]
	if !ok {
		return b, answer{to: "/" + name}
	}
	query := q.URL.Query()
	before, err := strconv.ParseInt(query.Get("before"), 10, 64)
	if err != nil {
		before = never
	}
	found, oldest, changed := s.page(before, query.Get("q"), now)
	if q.Header.Get("X-Requested-With") == "XMLHttpRequest" { // the page's own script
		html := s.history(nil, found, oldest, changed, now)
		text, _ := json.Marshal(string(html)) // a string always marshals
		return append(b, text...), answer{content: "application/json; charset=utf-8", changed: changed}
	}
	b = s.channelHead(b, found, oldest)
	b = append(b, "<main class=\"tgme_main\" data-url=\"/"+s.handle+"\">\n  <div class=\"tgme_container\">\n    <section class=\"tgme_channel_history js-message_history\">\n      "...)
	b = s.history(b, found, oldest, changed, now)
	b = append(b, "\n    </section>\n  </div>\n</main>\n    <script src=\"//telegram.org/js/jquery.min.js\"></script>\n    <script src=\"//telegram.org/js/telegram-web.js?10\"></script>\n    <script>TWeb.init();\n</script>\n  </body>\n</html>\n"...)
	return b, answer{changed: changed}
}

// page picks the posts before a number, oldest first. It tells whether older
// ones exist, and when the page last changed.
func (s *source) page(before int64, search string, now int64) (found []*thread, oldest bool, changed int64) {
	last := s.before(now + 1)
	for last >= 0 && s.threads[last].number >= before {
		last--
	}
	ids, i := int64(0), last
	for ; i >= 0; i-- {
		t := s.threads[i]
		changed = max(changed, t.opener.changed(now))
		if !t.opener.shown(now) || search != "" && !strings.Contains(t.opener.words(now), search) {
			continue
		}
		if ids += 1 + t.post.album; ids > idsShown && len(found) > 0 {
			break
		}
		found = append(found, t)
	}
	for l, h := 0, len(found)-1; l < h; l, h = l+1, h-1 {
		found[l], found[h] = found[h], found[l]
	}
	return found, i < 0, changed
}

// history appends the messages of a page and the link to older ones.
func (s *source) history(b []byte, found []*thread, oldest bool, changed, now int64) []byte {
	if len(found) == 0 {
		return append(b, `<div class="tgme_widget_message_wrap js-widget_message_wrap"><div class="tgme_widget_message_centered"><div class="tme_no_messages_found">No posts found</div></div></div>`...)
	}
	// Now and then Telegram leaves out the link although there are older posts.
	first := found[0].number
	if !oldest && first%13 != 0 {
		more := []any{`<a href="/s/`, s.handle, `?before=`, first, `" class="tme_messages_more js-messages_more" data-before="`, first, `"></a>`}
		if s.shape == 2021 {
			b = join(b, more...)
		} else {
			b = append(b, `<div class="tgme_widget_message_centered js-messages_more_wrap">`...)
			b = append(join(b, more...), `</div>`...)
		}
	}
	for _, t := range found {
		b = s.message(b, t, changed, now)
	}
	return b
}

// channelHead appends all that stands above the messages.
func (s *source) channelHead(b []byte, found []*thread, oldest bool) []byte {
	b = append(b, "<!DOCTYPE html>\n<html>\n  <head>\n    <meta charset=\"utf-8\">\n    <title>"...)
	b = escape(b, s.body.names.ru)
	b = append(b, " – Telegram</title>\n    <meta name=\"viewport\" content=\"width=device-width, initial-scale=1.0, minimum-scale=1.0, maximum-scale=1.0, user-scalable=no\" />\n    \n<meta property=\"og:title\" content=\""...)
	b = escape(b, s.body.names.ru)
	b = append(b, "\">\n<meta property=\"og:site_name\" content=\"Telegram\">\n"...)
	if !oldest && found[0].number%13 != 0 {
		b = join(b, "    <link rel=\"prev\" href=\"/s/", s.handle, "?before=", found[0].number, "\">\n")
	}
	if len(found) > 0 {
		last := found[len(found)-1]
		b = join(b, "<link rel=\"canonical\" href=\"/s/", s.handle, "?before=", last.number+last.post.album+1, "\">\n")
	}
	counter := "members"
	if s.shape != 2021 {
		counter = "subscribers"
	}
	b = append(b, "    <link href=\"//telegram.org/css/telegram-web.css?18\" rel=\"stylesheet\" media=\"screen\">\n    <script>TBaseUrl='/';</script>\n  </head>\n  <body class=\"widget_frame_base tgme_webpreview emoji_image thin_box_shadow no_transitions\">\n    <header class=\"tgme_header search_collapsed\">\n  <div class=\"tgme_container\">\n    <div class=\"tgme_channel_info\">\n      <div class=\"tgme_channel_info_header_title\"><span dir=\"auto\">"...)
	b = escape(b, s.body.names.ru)
	b = join(b, "</span></div>\n      <div class=\"tgme_channel_info_header_username\"><a href=\"https://t.me/", s.handle, "\">@", s.handle,
		"</a></div>\n      <div class=\"tgme_channel_info_counters\"><div class=\"tgme_channel_info_counter\"><span class=\"counter_value\">", s.first%90+10,
		".4K</span> <span class=\"counter_type\">", counter, "</span></div></div>\n      <div class=\"tgme_channel_info_description\">")
	b = escape(b, s.body.names.kk)
	return append(b, "</div>\n    </div>\n  </div>\n</header>\n"...)
}

// The tail of a message's bubble, which is drawn by hand in every message.
const bubbleTail = `
        <i class="tgme_widget_message_bubble_tail">
      <svg class="bubble_icon" width="9px" height="20px" viewBox="0 0 9 20">
        <g fill="none">
          <path class="background" fill="#ffffff" d="M8,1 L9,1 L9,20 L8,20 L8,18 C7.8,15.2 7.1,12.2 6,9.2 C5,6.9 3.5,4.7 1.3,2.7 C0.9,2.4 0.9,1.7 1.3,1.3 C1.5,1.1 1.7,1 2,1 L8,1 Z"></path>
          <path class="border_1x" fill="#d7e3ec" d="M9,1 L2,1 C1.7,1 1.5,1.1 1.3,1.3 C0.9,1.7 0.9,2.4 1.3,2.7 C3.5,4.7 5,6.9 6,9.2 C7.1,12.2 7.8,15.2 8,18 L8,20 L9,20 L9,1 Z M2,0 L9,0 L9,20 L7,20 L7,18 C6.8,15.3 6.2,12.5 5,9.6 C4.1,7.4 2.7,5.4 0.6,3.5 C-0.2,2.7 -0.2,1.5 0.5,0.6 C0.9,0.2 1.4,0 2,0 Z"></path>
        </g>
      </svg>
    </i>`

// message appends a post as a page of its channel, or its own page, shows it.
func (s *source) message(b []byte, t *thread, changed, now int64) []byte {
	it := t.opener
	class := ""
	if t.post.service {
		class = "service_message "
	}
	b = join(b, `<div class="tgme_widget_message_wrap js-widget_message_wrap"><div class="tgme_widget_message `, class, `js-widget_message" data-post="`, s.handle, "/", t.number, `" data-view="`)
	number := strconv.FormatInt(t.number, 10)
	if t.post.album > 0 { // a string then, with a letter
		number = `"` + number + `g"`
	}
	view := fmt.Appendf(nil, `{"c":-%d,"p":%s,"t":%d,"h":"%016x"}`, 1_990_000_000+s.first, number, changed, uint64(t.at)*0x9e3779b97f4a7c15)
	b = base64.RawURLEncoding.AppendEncode(b, view)
	b = join(b, "\">\n  <div class=\"tgme_widget_message_user\"><a href=\"https://t.me/", s.handle, "\"><i class=\"tgme_widget_message_user_photo bgcolor5\" data-content=\"Q\"></i></a></div>\n  <div class=\"tgme_widget_message_bubble\">\n    ", bubbleTail, "\n    <div class=\"tgme_widget_message_author accent_color\"><a class=\"tgme_widget_message_owner_name\" href=\"https://t.me/", s.handle, "\"><span dir=\"auto\">")
	b = escape(b, s.body.names.ru)
	b = append(b, "</span></a></div>\n"...)
	b = s.attachments(b, t, now)
	if s.shape != 2021 {
		b = append(b, "<div class=\"media_supported_cont\">"...)
	}
	b = append(b, "<div class=\"tgme_widget_message_text js-message_text\" dir=\"auto\">"...)
	if t.post.album > 0 { // nested twice in an album
		b = append(b, "<div class=\"tgme_widget_message_text js-message_text\" dir=\"auto\">"...)
	}
	b = markup(b, it.words(now))
	if t.post.album > 0 {
		b = append(b, "</div>"...)
	}
	b = append(b, "</div>"...)
	if s.shape != 2021 {
		b = append(b, "</div>\n<div class=\"media_not_supported_cont\"><div class=\"message_media_not_supported_wrap\"><div class=\"message_media_not_supported_label\">Please open Telegram to view this post</div><a href=\"https://t.me/\" class=\"message_media_view_in_telegram\">VIEW IN TELEGRAM</a></div></div>"...)
	}
	edited := ""
	if now >= it.edited {
		edited = "edited &nbsp;"
	}
	b = join(b, "\n<div class=\"tgme_widget_message_footer compact js-message_footer\">\n  \n  <div class=\"tgme_widget_message_info short js-message_info\">\n    <span class=\"tgme_widget_message_views\">", t.number%9+1, ".", t.number%97+1,
		"K</span><span class=\"copyonly\"> views</span><span class=\"tgme_widget_message_meta\">", edited, `<a class="tgme_widget_message_date" href="https://t.me/`, s.handle, "/", t.number, `"><time datetime="`)
	b = time.Unix(t.at, 0).UTC().AppendFormat(b, "2006-01-02T15:04:05-07:00")
	b = append(b, `" class="time">`...)
	b = time.Unix(t.at, 0).UTC().AppendFormat(b, "15:04")
	return append(b, "</time></a></span>\n  </div>\n</div>\n  </div>\n  \n</div></div>"...)
}

// attachments appends what stands between a post's author and its text.
func (s *source) attachments(b []byte, t *thread, now int64) []byte {
	own := fmt.Sprintf("https://t.me/%s/%d", s.handle, t.number)
	switch {
	case t.post.forward:
		b = join(b, `<div class="tgme_widget_message_forwarded_from accent_color">Forwarded from&nbsp;`)
		if s.shape == 2021 {
			b = join(b, `<a class="tgme_widget_message_forwarded_from_name" href="https://t.me/`, handlePre, `gazette/`, t.number%400+2, `" dir="auto">Қиял газеті</a></div>`, "\n")
		} else {
			b = join(b, `<a class="tgme_widget_message_forwarded_from_name" href="https://t.me/`, handlePre, `gazette/`, t.number%400+2, `"><span dir="auto">Қиял газеті</span></a></div>`, "\n")
		}
	case t.post.replyTo != nil && t.post.replyTo.shown(now):
		to := t.post.replyTo // the stray quote is Telegram's
		b = join(b, `<a class="tgme_widget_message_reply" href="https://t.me/`, s.handle, "/", to.number, `" ">`, "\n<div class=\"tgme_widget_message_author accent_color\">\n  <span class=\"tgme_widget_message_author_name\" dir=\"auto\">")
		b = escape(b, to.who.name)
		b = append(b, "</span>\n</div>\n<div class=\"tgme_widget_message_text js-message_reply_text\" dir=\"auto\">"...)
		b = markup(b, to.words(now))
		b = append(b, "</div>\n</a>\n"...)
	case t.post.album > 0:
		b = append(b, "<div class=\"tgme_widget_message_grouped_wrap js-message_grouped_wrap\" style=\"width:453px;\">\n  <div class=\"tgme_widget_message_grouped js-message_grouped\">\n"...)
		for i := range t.post.album + 1 {
			b = join(b, `      <a class="tgme_widget_message_photo_wrap grouped_media_wrap blured js-message_photo" style="width:225px;background-image:url('https://cdn.invalid/file/`, t.number+i, `.jpg')" data-ratio="0.75" href="https://t.me/`, s.handle, "/", t.number+i, "?single\">\n</a>")
		}
		b = append(b, "\n  </div>\n</div>\n"...)
	case t.post.photo:
		b = join(b, `<a class="tgme_widget_message_photo_wrap" href="`, own, `" style="width:800px;background-image:url('https://cdn.invalid/file/`, t.number, ".jpg')\">\n  <div class=\"tgme_widget_message_photo\" style=\"padding-top:56.25%\"></div>\n</a>\n")
	}
	return b
}

// landingPage serves /CHANNEL: what Telegram says of a name, without messages.
func (r *Republic) landingPage(b []byte, q *http.Request, _ int64) ([]byte, answer) {
	name := q.PathValue("channel")
	s, ok := r.byHandle[strings.ToLower(name)]
	b = append(b, "<!DOCTYPE html>\n<html>\n  <head>\n    <meta charset=\"utf-8\">\n    <title>Telegram: Contact @"...)
	b = append(escape(b, name), "</title>\n"...)
	if !ok {
		b = append(b, "    <meta name=\"robots\" content=\"noindex, nofollow\">\n"...)
	}
	b = append(b, "  </head>\n  <body>\n    <div class=\"tgme_page_wrap\">\n      <div class=\"tgme_page\">\n"...)
	if ok {
		b = append(b, "<div class=\"tgme_page_title\" dir=\"auto\">\n  <span dir=\"auto\">"...)
		b = escape(b, s.body.names.ru)
		b = join(b, "</span>\n</div>\n<div class=\"tgme_page_extra\">", s.first%90+10, " 412 subscribers</div>\n<div class=\"tgme_page_action\"><a class=\"tgme_action_button_new\" href=\"tg://resolve?domain=", s.handle, "\">View in Telegram</a></div>\n<div class=\"tgme_page_action tgme_page_context_action\"><a class=\"tgme_action_button_new\" href=\"/s/", s.handle, "\">Preview channel</a></div>\n")
	} else {
		b = append(b, "<div class=\"tgme_page_icon\"><i class=\"tgme_icon_user\"></i></div>\n<div class=\"tgme_page_description\">If you have <strong>Telegram</strong>, you can contact <a class=\"tgme_username_link\">@"...)
		b = append(escape(b, name), "</a> right away.</div>\n"...)
	}
	return append(b, "      </div>\n    </div>\n  </body>\n</html>\n"...), answer{}
}
