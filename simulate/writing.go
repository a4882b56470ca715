package simulate

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// language draws the language in which a citizen writes this time.
func language(d dice, who *account) string {
	switch {
	case d.chance(0.09):
		return "mixed"
	case who.lang == "kk" && d.chance(0.9), who.lang == "ru" && d.chance(0.04):
		return "kk"
	default:
		return "ru"
	}
}

// complain words a need: a core from the phrase file amid what people put
// around it, in the carelessness in which people type.
func (r *Republic) complain(d dice, it *item, s *source) {
	p := r.phrases
	cores := p.citizens[key{it.theme, it.class, it.lang}]
	if len(cores) == 0 && it.lang == "mixed" {
		it.lang = pick(d, []string{"kk", "ru"})
		cores = p.citizens[key{it.theme, it.class, it.lang}]
	}
	core := p.fill(d, pick(d, cores), it.lang, nil)
	it.text = r.carelessly(d, r.dress(d, it, s, core), it.lang)
}

// dress puts a greeting, a context, contacts and an ending round a core.
func (r *Republic) dress(d dice, it *item, s *source, core string) string {
	around := func(part string) string {
		return r.phrases.fill(d, pick(d, r.phrases.around[key{a: part, b: it.lang}]), it.lang, nil)
	}
	var parts []string
	if d.chance(0.4) {
		parts = append(parts, around("greet"))
	}
	if d.chance(0.55) {
		parts = append(parts, around("context"))
	}
	if last, _ := utf8.DecodeLastRuneInString(core); unicode.IsLetter(last) || unicode.IsDigit(last) {
		if d.chance(0.5) {
			core += "."
		}
	}
	parts = append(parts, core)
	if d.chance(0.07) {
		parts = append(parts, r.betray(d, it, s))
	}
	if d.chance(0.4) {
		parts = append(parts, around("tail"))
	}
	if len(parts) > 2 && d.chance(0.25) {
		return strings.Join(parts, "\n")
	}
	return strings.Join(parts, " ")
}

// carelessly types a text as people do: without capitals or marks, with slips,
// Kazakh with Russian letters or in Latin. Lines with contacts stay legible.
func (r *Republic) carelessly(d dice, text, lang string) string {
	if strings.ContainsAny(text, "@+") || strings.Contains(text, "://") || longDigits(text) {
		return text
	}
	switch {
	case lang == "kk" && d.chance(0.08):
		text = russianLetters.Replace(text)
	case lang == "kk" && d.chance(0.03):
		text = latinLetters.Replace(strings.ToLower(text))
	}
	if d.chance(0.12) {
		text = strings.ToLower(text)
	}
	if d.chance(0.1) {
		text = strings.TrimRight(text, ".?!")
	}
	if d.chance(0.05) {
		text += "!!!"
	}
	if d.chance(0.08) {
		text = slip(d, text)
	}
	return text
}

// slip swaps two letters inside a word.
func slip(d dice, text string) string {
	runes := []rune(text)
	for range 8 {
		i := d.IntN(len(runes))
		if i > 0 && i+2 < len(runes) && unicode.IsLower(runes[i-1]) && unicode.IsLower(runes[i]) && unicode.IsLower(runes[i+1]) {
			runes[i], runes[i+1] = runes[i+1], runes[i]
			return string(runes)
		}
	}
	return text
}

// longDigits tells whether the text has a number that could be a person's.
func longDigits(text string) bool {
	run := 0
	for _, c := range text {
		if c >= '0' && c <= '9' {
			if run++; run >= 10 {
				return true
			}
		} else if c != ' ' && c != '-' {
			run = 0
		}
	}
	return false
}

var (
	russianLetters = strings.NewReplacer("ә", "а", "ғ", "г", "қ", "к", "ң", "н", "ө", "о", "ұ", "у", "ү", "у", "һ", "х", "і", "и",
		"Ә", "А", "Ғ", "Г", "Қ", "К", "Ң", "Н", "Ө", "О", "Ұ", "У", "Ү", "У", "Һ", "Х", "І", "И")
	latinLetters = strings.NewReplacer("ә", "a", "ғ", "g", "қ", "q", "ң", "n", "ө", "o", "ұ", "u", "ү", "u", "һ", "h", "і", "i",
		"а", "a", "б", "b", "в", "v", "г", "g", "д", "d", "е", "e", "ё", "e", "ж", "zh", "з", "z", "и", "i", "й", "i", "к", "k",
		"л", "l", "м", "m", "н", "n", "о", "o", "п", "p", "р", "r", "с", "s", "т", "t", "у", "u", "ф", "f", "х", "h", "ц", "c",
		"ч", "ch", "ш", "sh", "щ", "sh", "ъ", "", "ы", "y", "ь", "", "э", "e", "ю", "iu", "я", "ia")
)

// respond words an official reply of a kind to it, in lang. The second result
// names the formula when the reply is one.
func (r *Republic) respond(d dice, b *body, it *item, kind, lang string) (text, formula string) {
	phrase := func(part, theme string) string {
		k := key{part, lang, theme}
		all := b.phrases[k]
		if all == nil {
			all = r.phrases.official[k]
		}
		return pick(d, all)
	}
	fill := func(text string) string { return r.phrases.fill(d, text, lang, nil) }

	switch kind {
	case "substantive":
		fact := fill(r.fact(d, it, lang))
		lead := fill(phrase("lead", "*"))
		text = lead + " " + fact + "."
		details := r.phrases.official[key{"detail", lang, "*"}]
		for _, i := range d.Perm(len(details))[:d.between(1, 2)] {
			text += " " + fill(details[i])
		}
	default:
		formula = phrase(kind, "*")
		text = fill(formula)
	}
	return r.address(d, it, lang) + capital(text), formula
}

// fact picks what a substantive reply says: about the need's theme, or on the
// portal about the draft.
func (r *Republic) fact(d dice, it *item, lang string) string {
	if it.thread.draft != nil {
		return pick(d, r.phrases.drafts[key{a: "fact", b: lang}])
	}
	return pick(d, r.phrases.official[key{"fact", lang, it.theme}])
}

// address is how a reply begins. Full names are planted: they must not be kept.
func (r *Republic) address(d dice, it *item, lang string) string {
	who := it.who
	prefix := ""
	if it.thread.source.platform == "vk" {
		prefix = mention(who)
	}
	switch {
	case lang == "kk" && d.chance(0.5):
		return prefix + "Сәлеметсіз бе! "
	case lang == "kk" && d.chance(0.3):
		return prefix + "Құрметті " + who.name + "! "
	case lang == "kk":
		return prefix
	case d.chance(0.5):
		return prefix + "Здравствуйте! "
	case d.chance(0.3) && who.woman:
		return prefix + "Уважаемая " + who.name + "! "
	case d.chance(0.3):
		return prefix + "Добрый день! "
	default:
		return prefix
	}
}
