package simulate

import (
	"fmt"
	"strings"
)

// Of an unthreaded republic ([Config.Unthreaded]): officials on Telegram and VK show
// in words to whom they reply, and words can mislead.

// wording draws one of the wordings of a part, with an appeal's number or a passage of a
// need in it.
func (r *Republic) wording(d dice, part, lang string, given map[string]string) string {
	if lang != "ru" {
		lang = "kk"
	}
	return r.phrases.fill(d, pick(d, r.phrases.linking[key{a: part, b: lang}]), lang, given)
}

// appeal draws the number of an appeal: as e-Otinish gives them, or a body's register.
func (r *Republic) appeal(d dice) string {
	switch d.IntN(3) {
	case 0:
		return fmt.Sprintf("3-17/%d", d.between(1000, 99_999))
	case 1:
		return fmt.Sprint(d.between(10_000, 999_999))
	default:
		return fmt.Sprintf("ЖТ-%d-%08d", r.Start().Year(), d.between(100_000, 9_999_999))
	}
}

// register gives a need a number if it has none, and tells it.
func (r *Republic) register(d dice, it *item) string {
	if it.appeal == "" {
		it.appeal = r.appeal(d)
		if strings.Contains(it.appeal, "ЖТ") { // the others may stand in anything
			it.private = append(it.private, it.appeal)
		}
	}
	return it.appeal
}

// nameAppeal has some who ask name the number that their appeal has, and others
// numbers of something else.
func (r *Republic) nameAppeal(d dice, it *item) {
	if !r.config.Unthreaded {
		return
	}
	if d.chance(0.45) {
		it.text += " " + r.wording(d, "named", it.lang, map[string]string{"appeal": r.register(d, it)})
	}
	if d.chance(0.15) {
		it.text += " " + r.wording(d, "friend", it.lang, nil)
	}
}

// tieInWords is tie for an unthreaded republic.
func (r *Republic) tieInWords(d dice, it, out *item) {
	out.text = strings.TrimPrefix(out.text, mention(it.who))
	known, vk := it.appeal != "", it.thread.source.platform == "vk"
	x := d.Float64()
	if out.class == "acknowledgement" && d.chance(0.6) {
		out.text += " " + r.wording(d, "registered", out.lang, map[string]string{"appeal": r.register(d, it)})
		x *= 0.55 // who is told a number must be told that it is his
	}
	byName := !vk && strings.Contains(out.text, it.who.name) // the API of VK shows no names
	switch {
	case x < 0.15:
		out.parent, out.link = it, "parent"
	case x < 0.25 && !vk:
		out.quoted, out.link = it, "quote"
	case x < 0.35:
		out.text = r.wording(d, "quoting", out.lang, map[string]string{"words": passage(d, it.text)}) + " " + out.text
		out.link = "quote"
	case x >= 0.55 && x < 0.8 && known:
		out.text = r.wording(d, "answering", out.lang, map[string]string{"appeal": it.appeal}) + " " + out.text
		out.link = "number"
	case x < 0.8:
		out.link = "mention"
		switch {
		case vk:
			out.text = mention(it.who) + out.text
		case it.who.handle != "" && x < 0.45:
			out.text = "@" + it.who.handle + ", " + out.text
		case byName:
		case out.lang == "kk":
			out.text = "Құрметті " + it.who.name + "! " + out.text
		default:
			out.text = it.who.name + ", здравствуйте! " + out.text
		}
	case byName:
		out.link = "mention"
	}
	r.mislead(d, it, out)
}

// mislead adds to a reply what belongs to another need, or to none: the number of
// another appeal, the words of another question, numbers of other things.
func (r *Republic) mislead(d dice, it, out *item) {
	var others []*item
	for _, other := range it.thread.items {
		if other.need != nil && other != it && other.at < out.at && !other.hidden && other.text != it.text {
			others = append(others, other)
		}
	}
	if len(others) > 0 && d.chance(0.08) {
		if other := pick(d, others); other.appeal != "" {
			out.text += " " + r.wording(d, "alike", out.lang, map[string]string{"appeal": other.appeal})
		}
	}
	if len(others) > 0 && d.chance(0.06) {
		out.text += " " + r.wording(d, "repeating", out.lang, map[string]string{"words": passage(d, pick(d, others).text)})
	}
	if d.chance(0.15) {
		out.text += " " + r.wording(d, "friend", out.lang, nil)
	}
}

// elsewhere draws the thread under which a reply is written that the number of the
// appeal ties to its need: mostly that of the need.
func (r *Republic) elsewhere(d dice, b *body, it, out *item) *thread {
	if r.config.Unthreaded && out.link == "number" && d.chance(0.2) {
		if t := it.thread.source.under(d, b, out.at); t != nil && t.opener != nil {
			return t
		}
	}
	return it.thread
}

// namesake gives a citizen the name of somebody else, now and then.
func (r *Republic) namesake(d dice, s *source, who *account) {
	if !r.config.Unthreaded || len(s.people) == 0 || !d.chance(0.12) {
		return
	}
	like := pick(d, s.people)
	who.lang, who.woman, who.given, who.surname = like.lang, like.woman, like.given, like.surname
}

// passage is some of the words of a text, as people quote them.
func passage(d dice, text string) string {
	words := strings.Fields(text)
	if n := d.between(6, 12); n < len(words) {
		from := d.IntN(len(words) - n + 1)
		return strings.Join(words[from:from+n], " ") + "…"
	}
	return strings.Join(words, " ")
}
