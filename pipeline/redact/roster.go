package redact

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Names returns s without the names, as a page shows them beside its items: in
// full in any case of letters, and each part of them where it begins with a
// capital, with the endings that Russian and Kazakh put to a name. Words that can
// name a place, an office or nothing at all stay, whoever calls himself by them.
//
// For many texts of one page, make a [Roster] once.
func Names(s string, names ...string) string {
	return NewRoster(names...).Redact(s)
}

// Roster holds the names of the people on a page. The zero Roster knows nobody.
// It is read-only once made and may be shared.
type Roster struct {
	full  map[string][][]string // by stem of the first word: the folded words of a name
	parts stems                 // of single words
	heads heads                 // of the stems of both
	short bool                  // a stem has fewer than minStem bytes, and heads tell nothing
}

// NewRoster returns a roster of names.
func NewRoster(names ...string) *Roster {
	r := &Roster{full: make(map[string][][]string, len(names)), parts: stems{all: make(map[string]bool, 2*len(names))}}
	for _, name := range names {
		words := nameWords(name)
		if len(words) == 0 {
			continue
		}
		if len(words) > 1 || strings.ContainsAny(words[0], "0123456789_") {
			key := stem(words[0])
			r.full[key] = append(r.full[key], words)
			r.heads.add(key)
			r.short = r.short || len(key) < minStem
		}
		for _, word := range words {
			if utf8.RuneCountInString(word) >= 3 && roles[word] == plain {
				part := stem(word)
				r.parts.add(part)
				r.heads.add(part)
			}
		}
	}
	return r
}

// nameWords are the words of a name, folded; signs and pictures around them do not
// count.
func nameWords(name string) []string {
	var buf [4 * maxWord]byte
	folded := string(appendFolded(buf[:0], name))
	words := make([]string, 0, 4)
	for i := 0; i < len(folded); {
		end := nameEnd(folded, i)
		if end > i {
			words = append(words, folded[i:end])
			i = end
			continue
		}
		_, size := utf8.DecodeRuneInString(folded[i:])
		i += size
	}
	return words
}

func nameRune(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) || r == '_'
}

// Redact returns s with the names replaced by placeholders; s itself when it has
// none.
func (r *Roster) Redact(s string) string {
	if r == nil || len(r.full) == 0 && len(r.parts.all) == 0 {
		return s
	}
	var spans []span
	for i := 0; i < len(s); {
		if strings.HasPrefix(s[i:], open) {
			n, _ := placeholder(s[i:])
			i += n
			continue
		}
		end := nameEnd(s, i)
		if end == i {
			_, size := utf8.DecodeRuneInString(s[i:])
			i += size
			continue
		}
		if to := r.at(s, i, end); to > i {
			spans = append(spans, span{i, to, Name})
			end = to
		}
		i = end
	}
	if len(spans) == 0 {
		return s
	}
	return replace(s, spans)
}

// nameEnd is where the word of a name that begins at i ends; i where none begins.
func nameEnd(s string, i int) int {
	for i < len(s) {
		if n := plainLetter(s[i:]); n > 0 {
			i += n
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		if !nameRune(r) {
			break
		}
		i += size
	}
	return i
}

// plainLetter is the length of the ASCII or Cyrillic letter that s begins with: of
// nearly all that there are. It is 0 for any other, and for what is no letter.
func plainLetter(s string) int {
	switch c := s[0]; {
	case c < utf8.RuneSelf && letterByte(c):
		return 1
	case c < utf8.RuneSelf || !letterByte(c) || len(s) == 1 || s[1] < 0x80 || s[1] >= 0xC0:
		return 0
	case c == 0xD2 && s[1] < 0x8A: // U+0480–U+0489 are signs and marks, too
		return 0
	}
	return 2
}

// at is where the name that begins with the word s[i:end] ends, 0 for none.
func (r *Roster) at(s string, i, end int) int {
	if end-i > maxWord {
		return 0
	}
	var buf [2 * maxWord]byte
	folded := appendFolded(buf[:0], s[i:end])
	if !r.heads.may(folded) && !r.short {
		return 0
	}
	for cut, tries := len(folded), 0; cut > 0 && tries < 5; tries++ {
		for _, words := range r.full[string(folded[:cut])] {
			if to := follow(s, i, words); to > 0 {
				return to
			}
		}
		_, size := utf8.DecodeLastRune(folded[:cut])
		cut -= size
	}
	if unicode.IsUpper(firstRune(s[i:])) && r.parts.inflect(folded) {
		return end
	}
	return 0
}

// follow is where words end when they stand in s from i on, 0 when they do not.
func follow(s string, i int, words []string) int {
	end := i
	for n, word := range words {
		if n > 0 {
			for skipped := 0; ; skipped++ {
				r, size := utf8.DecodeRuneInString(s[i:])
				if size == 0 || skipped > 3 {
					return 0
				}
				if nameRune(r) {
					break
				}
				i += size
			}
		}
		end = nameEnd(s, i)
		if end-i > maxWord {
			return 0
		}
		var buf [2 * maxWord]byte
		folded := string(appendFolded(buf[:0], s[i:end]))
		base := stem(word)
		if folded != word && (!strings.HasPrefix(folded, base) || !endings[folded[len(base):]]) {
			return 0
		}
		i = end
	}
	return end
}
