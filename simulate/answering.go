package simulate

import (
	"fmt"
	"strings"
)

// answer draws whether, when and how officials reply to a need. Work on it
// takes a lognormal number of hours, which pass quickly at the desk and slowly
// out of hours, so that the median in calendar time is about the body's.
func (r *Republic) answer(d dice, b *body, it *item) {
	if it.hidden || d.chance(b.never) {
		return
	}
	kind, x := "substantive", d.Float64()
	switch {
	case x < b.redirects:
		kind = "redirect"
	case x < b.redirects+b.refuses:
		kind = "refusal"
	case x < b.redirects+b.refuses+b.canned:
		kind = "canned"
	}
	work := d.lognormal(b.median*meanPace, b.sigma)
	settled := r.hours.after(it.at+int64(d.between(20, 90)), work)
	promised := d.chance(b.promises)
	if promised {
		at := r.hours.after(it.at+int64(d.between(15, 60)), work*d.within(0.03, 0.4))
		if at < settled {
			r.reply(d, b, it, "acknowledgement", at)
		}
	}
	if promised && d.chance(0.15) {
		return // the promise was all
	}
	last := r.reply(d, b, it, kind, settled)
	if last == nil {
		return
	}
	if kind == "redirect" && d.chance(0.12) { // answered in public all the same
		r.reply(d, b, it, "substantive", r.hours.after(settled, d.lognormal(10, 0.8)))
	}
	if !it.thread.source.quiet() && d.chance(0.1) {
		at := settled + d.exponential(1)
		if at < last.deleted {
			r.remark(d, b, last.thread, last, "thanks", at)
			if d.chance(0.4) {
				r.reply(d, b, it, "closing", r.hours.after(at, 0.5))
			}
		}
	}
}

// reply adds an official reply to a need at a moment. It gives nil when the
// need is gone by then: nobody answers what is not there.
func (r *Republic) reply(d dice, b *body, it *item, kind string, at int64) *item {
	return r.say(d, b, it, kind, formula{}, at)
}

// formula is a wording that a body sends again and again.
type formula struct{ lang, text string }

// say is reply with a given formula; the zero one leaves the wording to chance.
func (r *Republic) say(d dice, b *body, it *item, kind string, words formula, at int64) *item {
	if at >= it.deleted || it.hidden {
		return nil
	}
	t := it.thread
	lang := words.lang
	if lang == "" {
		lang = it.lang
		if lang == "mixed" || d.chance(0.12) {
			lang = pick(d, []string{"ru", "ru", "kk"})
		}
	}
	out := &item{at: at, class: kind, lang: lang, theme: it.theme}
	if words.text == "" {
		out.text, out.canned = r.respond(d, b, it, kind, lang)
	} else {
		out.canned = words.text
		out.text = r.address(d, it, lang) + r.phrases.fill(d, words.text, lang, nil)
	}
	if kind == "canned" {
		out.class = "substantive" // by its words; the flag tells the rest
	}
	out.who = r.speaker(d, b, t.source)
	r.tie(d, it, out)
	if t.source.quiet() {
		out.deleted = it.deleted // it stands inside the comment
	} else {
		if !t.source.fixed() && d.chance(0.025*t.source.eventful()) {
			out.edited = at + d.exponential(3)
			out.revised = out.text + " " + r.phrases.fill(d, pick(d, r.phrases.official[key{"detail", lang, "*"}]), lang, nil)
		}
		if d.chance(0.012 * t.source.eventful()) {
			out.deleted = at + d.exponential(60)
		}
	}
	r.elsewhere(d, b, it, out).add(out)
	it.need.replies = append(it.need.replies, out)
	return out
}

// speaker picks the account under which a body replies: its own, that of its
// press service, or on VK that of another body's community.
func (r *Republic) speaker(d dice, b *body, s *source) *account {
	switch {
	case s.platform == "telegram" && b.press != "" && d.chance(0.25):
		return &account{name: "Баспасөз қызметі", handle: b.press, body: b}
	case s.platform == "vk" && d.chance(0.12):
		for range 8 {
			if other := pick(d, r.bodies); other != b && other.number%3 == 1 {
				return other.official(s)
			}
		}
	}
	return b.official(s)
}

// tie draws how a page shows to which need a reply belongs: by naming it, by
// repeating its text, by addressing its author, or not at all.
func (r *Republic) tie(d dice, it, out *item) {
	s := it.thread.source
	x := d.Float64()
	switch {
	case s == r.portal:
		out.parent, out.link = it, "page"
	case s.questions():
		out.link = "page"
	case it == it.thread.opener: // the post itself is the need
		out.link = "parent"
	case r.config.Unthreaded && s.site == nil:
		r.tieInWords(d, it, out)
	case s.platform == "vk" && x < 0.35:
		out.link = "mention"
	case s.platform == "telegram" && x < 0.25 && it.who.handle != "":
		out.text = "@" + it.who.handle + ", " + out.text
		out.link = "mention"
	case s.platform == "telegram" && x > 0.96 && x < 0.99:
		out.quoted, out.link = it, "quote"
	case x > 0.993:
		out.link = ""
		if s.platform == "vk" {
			out.text = strings.TrimPrefix(out.text, mention(it.who))
		}
	default:
		out.parent, out.link = it, "parent"
	}
}

// mention is how VK addresses somebody.
func mention(who *account) string {
	if who.number < 0 {
		return fmt.Sprintf("[club%d|%s], ", -who.number, who.name)
	}
	return fmt.Sprintf("[id%d|%s], ", who.number, who.given)
}
