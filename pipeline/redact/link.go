package redact

import "strings"

// hosts lists the sites on which an address names an account, with the beginnings
// of paths that name none: a post, a group or a search. All in lower case.
var hosts = map[string][]string{
	"t.me": {}, "telegram.me": {}, "telegram.dog": {},
	"vk.com": vkPublic, "vk.ru": vkPublic, "vkontakte.ru": vkPublic,
	"instagram.com": {"p/", "reel/", "tv/", "explore/"}, "instagr.am": {"p/"},
	"facebook.com": facebookPublic, "fb.com": facebookPublic, "fb.me": {},
	"wa.me": {}, "api.whatsapp.com": {}, "chat.whatsapp.com": {}, "whatsapp.com": {"legal", "download"},
	"x.com": xPublic, "twitter.com": xPublic,
	"youtube.com": {"watch", "shorts/", "playlist", "results", "live/", "embed/", "hashtag/"},
	"tiktok.com":  {"tag/", "music/", "discover/"},
	"ok.ru":       {"group", "video", "live"}, "odnoklassniki.ru": {"group"},
	"threads.net": {}, "threads.com": {}, "linkedin.com": {"company/", "jobs/"},
	"my.mail.ru": {}, "bsky.app": {"search", "hashtag/"}, "viber.click": {}, "invite.viber.com": {},
}

var (
	vkPublic       = []string{"wall-", "club", "public", "event", "topic-", "album-", "photo-", "video-", "feed", "search", "app", "away"}
	facebookPublic = []string{"groups/", "events/", "watch", "hashtag/", "sharer", "photo/", "reel/"}
	xPublic        = []string{"hashtag/", "search", "i/", "intent/", "home", "explore"}
)

// schemes are addresses that open an app with a person.
var schemes = []string{"tg:", "viber:", "skype:", "whatsapp:", "tel:", "sms:", "mailto:"}

// link recognises the address of an account whose first letter is at i, with or
// without its scheme.
func (f *finder) link(i int) int {
	s := f.text[i:]
	for _, scheme := range schemes {
		if len(s) > len(scheme)+2 && s[len(scheme)-1] == ':' && strings.EqualFold(s[:len(scheme)], scheme) {
			if end := linkEnd(s); end > len(scheme)+2 {
				return i + end
			}
		}
	}
	rest := s
	for _, scheme := range []string{"https://", "http://"} {
		rest = trimPrefixFold(rest, scheme)
	}
	for _, sub := range []string{"www.", "m.", "mobile."} {
		rest = trimPrefixFold(rest, sub)
	}
	slash := strings.IndexByte(rest[:min(len(rest), 24)], '/')
	if slash < 0 {
		return 0
	}
	public, ok := hosts[strings.ToLower(rest[:slash])]
	if !ok {
		return 0
	}
	path := rest[slash+1:]
	for _, prefix := range public {
		if len(path) >= len(prefix) && strings.EqualFold(path[:len(prefix)], prefix) {
			return 0
		}
	}
	end := linkEnd(path)
	if strings.Trim(path[:end], "/") == "" {
		return 0
	}
	return i + len(s) - len(rest) + slash + 1 + end
}

func trimPrefixFold(s, prefix string) string {
	if len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix) {
		return s[len(prefix):]
	}
	return s
}

// linkEnd is where a link ends: at a space or a sign that closes what it stands
// in, without the stop of the sentence around it.
func linkEnd(s string) int {
	end := strings.IndexAny(s, " \t\r\n<>\"'«»‹›()[]|,;\u00A0")
	if end < 0 {
		end = len(s)
	}
	return len(strings.TrimRight(s[:end], ".!?:…"))
}
