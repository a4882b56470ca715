package redact

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"
)

// part is one word of what may be a name.
type part struct {
	start, end int
	role       role
	capital    bool // begins with a capital letter
	initial    bool // a letter with its stop; end is behind the stop
	patronymic bool
	given      bool // a given name, and nothing else
	called     bool // a given name that is also a word
	surname    bool // ends like a surname
}

// maxParts is the longest run of words that is looked at for a name.
const maxParts = 5

// run reads up to len(into) words that follow each other from i, the first of
// which begins there; in any case when anyCase, else only those with a capital.
func (f *finder) run(i int, anyCase bool, into []part) []part {
	run := into[:0]
	for len(run) < len(into) {
		p, ok := f.part(i)
		if !ok || !p.capital && !anyCase {
			return run
		}
		run = append(run, p)
		i = p.end
		if r, size := utf8.DecodeRuneInString(f.text[i:]); r == ' ' || r == '\u00A0' {
			i += size
		} else if !p.initial {
			return run
		}
	}
	return run
}

// part reads the word at i, with what is tied to it by a dash.
func (f *finder) part(i int) (p part, ok bool) {
	s := f.text
	r, size := utf8.DecodeRuneInString(s[i:])
	if !unicode.IsLetter(r) {
		return p, false
	}
	p.start, p.end, p.capital = i, wordEnd(s, i), unicode.IsUpper(r)
	if p.end == i+size && p.end < len(s) && s[p.end] == '.' && p.capital {
		p.end++
		p.initial = true
		return p, true
	}
	for p.end+1 < len(s) && p.end-i <= maxWord && s[p.end] == '-' && unicode.IsUpper(firstRune(s[p.end+1:])) {
		p.end = wordEnd(s, p.end+1)
	}
	if p.end-i > maxWord {
		return p, false
	}
	var buf [2 * maxWord]byte
	folded := appendFolded(buf[:0], s[i:p.end])
	p.role = roles[string(folded)]
	if p.role != never {
		p.patronymic = patronymic(folded)
		p.surname = surname(folded)
		first, _, _ := bytes.Cut(folded, []byte("-"))
		p.called = ambiguous.inflect(first)
		p.given = !p.called && given.inflect(first)
	}
	return p, true
}

// name recognises a name that begins with the word at i by its own form, and
// returns where it ends.
func (f *finder) name(i int, folded []byte, role role) int {
	capital := unicode.IsUpper(firstRune(f.text[i:]))
	known := role != never && given.inflect(folded)
	if !capital && !known || role == never && !f.initials(i) || f.joined(i) {
		return 0
	}
	if f.honoured(i) {
		return 0
	}
	var buf [maxParts]part
	run := f.run(i, !capital, buf[:])
	if len(run) == 0 {
		return 0
	}
	if last := run[len(run)-1]; f.following(last.end) == namedAfter || last.role == namedAfter {
		return 0
	}
	if to := f.formal(run, capital); to > 0 {
		return to
	}
	if capital {
		return f.vocative(run)
	}
	return 0
}

// initials tells whether the word at i is an initial, or followed by two, which
// makes a name of any word.
func (f *finder) initials(i int) bool {
	var buf [3]part
	run := f.run(i, false, buf[:])
	return len(run) > 0 && run[0].initial || len(run) == 3 && run[1].initial && run[2].initial
}

// honoured tells whether what follows is named after a person: a street, a
// school, or anything in quotation marks.
func (f *finder) honoured(i int) bool {
	switch before(f.text, i) {
	case '«', '"', '“', '„':
		return true
	}
	return f.last == street && strings.Trim(f.text[f.lastEnd:i], " .\u00A0№0123456789-") == ""
}

// formal recognises a name with a patronymic or with initials that begins with the
// run. A name that begins later in it is found when the scan is there.
func (f *finder) formal(run []part, capital bool) int {
	for k, p := range run {
		switch {
		case p.patronymic && (capital || k == 1):
			return f.withPatronymic(run, k)
		case p.initial && k < 2 && k+1 < len(run) && run[k+1].initial && capital:
			return f.withInitials(run, k)
		case p.initial && k == 0 && len(run) > 1 && run[1].start == p.end && run[1].role == plain && run[1].surname:
			return f.add(p.start, run[1].end, Name)
		}
	}
	return 0
}

// withPatronymic recognises "[surname] given patronymic [surname]", where the
// patronymic is run[k].
func (f *finder) withPatronymic(run []part, k int) int {
	if k > 2 || k == 2 && (run[0].initial || imperative(f.text[run[0].start:run[0].end])) {
		return 0
	}
	if run[0].role == never || k == 0 && !alone(f.text[run[0].start:run[0].end]) {
		return 0
	}
	last := run[k]
	if k+1 < len(run) && (run[k+1].surname || run[k+1].initial) && run[k+1].role == plain {
		last = run[k+1]
	}
	return f.add(run[0].start, last.end, Name)
}

// withInitials recognises "surname I. I." and "I. I. surname", where the initials are
// run[k] and the next.
func (f *finder) withInitials(run []part, k int) int {
	first, second := run[k], run[k+1]
	switch {
	case abbreviation(f.text[first.start:second.end]):
	case k == 1:
		return f.add(run[0].start, second.end, Name)
	case len(run) > 2 && !run[2].initial && run[2].role != never && letters(f.text, run[2]) > 2:
		return f.add(first.start, run[2].end, Name)
	}
	return 0
}

// alone tells whether a patronymic stands for the whole name.
func alone(word string) bool {
	return utf8.RuneCountInString(word) >= 7 && strings.HasSuffix(strings.ToLower(word), "вич")
}

// abbreviation tells whether two letters are an abbreviation and no initials.
func abbreviation(s string) bool {
	s = strings.ReplaceAll(strings.ReplaceAll(s, " ", ""), "\u00A0", "")
	switch s {
	case "P.S.", "П.С.", "Р.S.", "З.Ы.", "Р.К.", "Қ.Р.", "К.Р.", "Р.Ф.", "С.Ш.", "Ф.И.":
		return true
	}
	return false
}

func letters(s string, p part) int { return utf8.RuneCountInString(s[p.start:p.end]) }

// vocative recognises a given name, with the surname beside it, and any name that
// is followed by a honorific or, at the start of a sentence, by a greeting.
func (f *finder) vocative(run []part) int {
	first := run[0]
	if first.initial || first.role != plain {
		return 0
	}
	next := f.following(first.end)
	switch {
	case first.given, len(run) > 1 && run[1].given && first.surname,
		first.called && len(run) > 1 && run[1].surname,
		first.called && f.sentence && strings.HasPrefix(f.text[first.end:], ","),
		next == honorific:
	case f.sentence && len(run) <= 2 && f.greetingAfter(run[len(run)-1].end) && letters(f.text, first) > 2:
		return f.add(first.start, run[len(run)-1].end, Name)
	default:
		return 0
	}
	last := first
	if len(run) > 1 && run[1].role == plain && (run[1].surname || run[1].given || run[1].initial) {
		last = run[1]
	}
	return f.add(first.start, last.end, Name)
}

// following is the role of the word behind i; plain when another sign than a space
// stands between.
func (f *finder) following(i int) role {
	if i >= len(f.text) || f.text[i] != ' ' {
		return plain
	}
	end := wordEnd(f.text, i+1)
	if end-i > maxWord {
		return plain
	}
	var buf [2 * maxWord]byte
	return roles[string(appendFolded(buf[:0], f.text[i+1:end]))]
}

// greetingAfter tells whether a comma and a greeting follow at i.
func (f *finder) greetingAfter(i int) bool {
	if !strings.HasPrefix(f.text[i:], ", ") {
		return false
	}
	return f.following(i+1) == greeting
}

// announced recognises the name after a title, a signature or "my name is".
func (f *finder) announced(end int) int {
	i := end
	for i < len(f.text) && i-end < 6 && strings.IndexByte(" ,:.\n\r", f.text[i]) >= 0 {
		i++
	}
	if i == end {
		return 0
	}
	var buf [4]part
	run := f.run(i, false, buf[:])
	if len(run) == 0 { // in lower case only what is a name for sure
		run = f.run(i, true, buf[:2])
		if len(run) == 0 || !run[0].given && (len(run) < 2 || !run[1].patronymic) {
			return 0
		}
		if len(run) == 2 && !run[1].patronymic && !run[1].surname {
			run = run[:1]
		}
	}
	for k, p := range run {
		if p.role != plain && p.role != initialF {
			run = run[:k]
			break
		}
	}
	if len(run) == 0 {
		return 0
	}
	return f.add(run[0].start, run[len(run)-1].end, Name)
}

// greeted recognises the name after a greeting: "Добрый день, Айгуль!"
func (f *finder) greeted(end int) int {
	i := end
	for range 2 { // "Добрый день", "Сәлеметсіз бе", "Ассаламу алейкум"
		if f.following(i) == greetingTail {
			i = wordEnd(f.text, i+1)
		}
	}
	start, stop := i, false
	for i < len(f.text) && i-start < 4 && strings.IndexByte(" ,!.)", f.text[i]) >= 0 {
		stop = stop || f.text[i] == '!' || f.text[i] == '.'
		i++
	}
	var buf [3]part
	run := f.run(i, false, buf[:])
	if len(run) == 0 || i == start {
		return 0
	}
	last := run[len(run)-1]
	closed := last.end == len(f.text) || strings.IndexByte(",!.:;\n)", f.text[last.end]) >= 0
	named := run[0].given || run[0].called
	if !named && (stop || !closed || imperative(f.text[run[0].start:run[0].end])) || letters(f.text, run[0]) < 3 {
		return 0
	}
	for _, p := range run {
		if p.role != plain {
			return 0
		}
	}
	if !closed { // "Здравствуйте Айгуль Почему …"
		last = run[0]
		if len(run) > 1 && (run[1].surname || run[1].patronymic) {
			last = run[1]
		}
	}
	return f.add(run[0].start, last.end, Name)
}

// imperative tells whether a word ends like a verb that asks for something.
func imperative(word string) bool {
	for _, end := range []string{"ите", "йте", "ьте", "тесь", "ңіз", "ңыз", "ші", "шы"} {
		if strings.HasSuffix(word, end) {
			return true
		}
	}
	return false
}

// labelled recognises the name in a field of a form: "ФИО: …". After a colon it
// may be in lower case.
func (f *finder) labelled(end int, alsoBare bool) int {
	i, colon := end, false
	for i < len(f.text) && i-end < 4 && strings.IndexByte(" :.-", f.text[i]) >= 0 {
		colon = colon || f.text[i] == ':'
		i++
	}
	if i == end || !colon && !alsoBare {
		return 0
	}
	var buf [3]part
	run := f.run(i, colon && alsoBare, buf[:])
	for k, p := range run {
		if p.role != plain {
			run = run[:k]
			break
		}
	}
	if len(run) == 0 {
		return 0
	}
	return f.add(run[0].start, run[len(run)-1].end, Name)
}

// fullName is the end of the label "Ф.И.О." that begins at i, 0 when it is none.
func fullName(s string, i int) int {
	for _, form := range []string{"Ф.И.О", "ф.и.о", "Ф. И. О", "Ф.и.о"} {
		if strings.HasPrefix(s[i:], form) {
			return i + len(form)
		}
	}
	return 0
}
