package redact

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxWord is the longest word, in bytes, that can be a name or a cue for one.
const maxWord = 64

// word recognises what the letter at i begins, and returns where to go on.
func (f *finder) word(i int) int {
	end := wordEnd(f.text, i)
	if end < len(f.text) {
		switch next := f.text[end]; next {
		case '.', ':', '/':
			if to := f.link(i); to > 0 {
				return f.add(i, to, Profile)
			}
			if next != '.' {
				break
			}
			fallthrough
		case '@', '-', '_', '+', '%', ' ', '(', '[':
			if to := f.maybeEmail(i, end, next); to > i {
				return f.add(i, to, Email)
			}
		}
	}
	if to := iban(f.text, i, end); to > 0 && !f.joined(i) {
		return f.add(i, to, IBAN)
	}
	if end-i > maxWord {
		f.last, f.lastEnd, f.sentence = plain, end, false
		return end
	}
	var buf [2 * maxWord]byte
	folded := appendFolded(buf[:0], f.text[i:end])
	role := roles[string(folded)]
	if to := f.cue(role, i, end); to > end {
		return to
	}
	if to := f.name(i, folded, role); to > i {
		return to
	}
	f.last, f.lastEnd, f.sentence = role, end, false
	return end
}

// maybeEmail calls email only where the word at [i, end) can be part of an
// address.
func (f *finder) maybeEmail(i, end int, next byte) int {
	if next == ' ' || next == '(' || next == '[' {
		if to, _ := atSign(f.text, end); to == end {
			return 0
		}
	}
	return f.email(i)
}

// cue acts on a word that announces something, and returns where that ends.
func (f *finder) cue(role role, i, end int) int {
	switch role {
	case phoneHint, iinHint:
		f.hint, f.hintIIN = end, role == iinHint
	case flatHint:
		if from, to := flat(f.text, end); to > 0 {
			return f.add(from, to, Flat)
		}
	case initialF:
		if end = fullName(f.text, i); end == 0 {
			return 0
		}
		return f.labelled(end, true)
	case label:
		return f.labelled(end, true)
	case colonLabel:
		return f.labelled(end, false)
	case called, address, signature:
		return f.announced(end)
	case greeting:
		return f.greeted(end)
	}
	return 0
}

// flat finds the number of a flat after the word for it; a year or a quarter of
// one is none.
func flat(s string, i int) (from, to int) {
	for from = i; from < len(s) && from-i < 4 && strings.IndexByte(". №", s[from]) >= 0; from++ {
	}
	if strings.HasPrefix(s[from:], "№") {
		from += len("№")
	}
	for from < len(s) && s[from] == ' ' && from-i < 8 {
		from++
	}
	to = from
	for to < len(s) && '0' <= s[to] && s[to] <= '9' {
		to++
	}
	n := to - from
	if n == 0 || n > 4 || n == 4 && (s[from:from+2] == "19" || s[from:from+2] == "20") {
		return 0, 0
	}
	return from, to
}

// iban recognises the number of an account in Kazakhstan at i, whose first word ends
// at end: KZ, two digits and sixteen letters or digits (ISO 13616). The
// control digits are not asked for: with a typing error it still tells whose it is.
func iban(s string, i, end int) int {
	switch s[i:end] {
	case "KZ", "kz", "Kz", "КZ", "КЗ": // the first letter of the last two is Cyrillic
	default:
		return 0
	}
	signs, digits, at := 0, 0, end
	for at < len(s) && signs < 18 {
		c := s[at]
		switch {
		case '0' <= c && c <= '9':
			digits++
			signs++
		case 'A' <= c && c <= 'Z' || 'a' <= c && c <= 'z':
			if signs < 2 {
				return 0
			}
			signs++
		case c == ' ' && at+1 < len(s) && s[at+1] != ' ' && signs >= 2 && signs%4 == 2:
		default:
			return 0
		}
		at++
	}
	if signs < 18 || digits < 10 || at < len(s) && alnum(firstRune(s[at:])) {
		return 0
	}
	return at
}

func firstRune(s string) rune {
	r, _ := utf8.DecodeRuneInString(s)
	return r
}

// appendFolded appends word in lower case, with е for ё.
func appendFolded(b []byte, word string) []byte {
	for i := 0; i < len(word); {
		c := word[i]
		switch {
		case c < utf8.RuneSelf:
			if 'A' <= c && c <= 'Z' {
				c += 'a' - 'A'
			}
			b = append(b, c)
			i++
			continue
		case i+1 == len(word):
		case c == 0xD0 && 0xB0 <= word[i+1] && word[i+1] < 0xC0, c == 0xD1 && 0x80 <= word[i+1] && word[i+1] < 0x90: // а–я
			b = append(b, c, word[i+1])
			i += 2
			continue
		}
		r, size := utf8.DecodeRuneInString(word[i:])
		if r = unicode.ToLower(r); r == 'ё' {
			r = 'е'
		}
		b = utf8.AppendRune(b, r)
		i += size
	}
	return b
}
