package when

import (
	"unicode"
	"unicode/utf8"
)

// A date has few parts; a longer string is not one.
const (
	maxTokens = 24
	maxDigits = 9
)

type kind uint8

const (
	end    kind = iota
	number      // ASCII digits
	word        // letters
	mark        // any other character
)

type token struct {
	kind   kind
	spaced bool   // white space stands before it
	digits int    // of a number
	value  int    // of a number; the character of a mark
	text   string // of a word, in lower case
}

// scanner holds the tokens of a string and how far they have been read.
type scanner struct {
	tokens [maxTokens + 1]token // the last one stays an end
	at     int
}

// read splits s, which must be in lower case. It reports whether s is short
// enough to be a date.
func (s *scanner) read(text string) bool {
	n, spaced := 0, false
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		if unicode.IsSpace(r) {
			spaced = true
			i += size
			continue
		}
		if unicode.Is(unicode.Cf, r) { // direction marks, zero-width spaces, soft hyphens
			i += size
			continue
		}
		if n == maxTokens {
			return false
		}
		t := token{kind: mark, spaced: spaced, value: int(dash(r))}
		switch {
		case isDigit(r):
			t.kind, t.value = number, 0
			for ; i < len(text) && isDigit(rune(text[i])); i++ {
				if t.digits++; t.digits > maxDigits {
					return false
				}
				t.value = t.value*10 + int(text[i]-'0')
			}
		case unicode.IsLetter(r):
			t.kind = word
			from := i
			for size > 0 && unicode.IsLetter(r) {
				i += size
				r, size = utf8.DecodeRuneInString(text[i:])
			}
			t.text = text[from:i]
		default:
			i += size
		}
		s.tokens[n] = t
		n, spaced = n+1, false
	}
	return n > 0
}

func isDigit(r rune) bool { return '0' <= r && r <= '9' }

// dash makes one of all dashes, which pages use as they please.
func dash(r rune) rune {
	switch r {
	case '‐', '‑', '–', '—', '−':
		return '-'
	}
	return r
}

func (s *scanner) peek() token { return s.tokens[s.at] }
func (s *scanner) done() bool  { return s.peek().kind == end }

// mark reads the character r.
func (s *scanner) mark(r rune) bool {
	if t := s.peek(); t.kind != mark || rune(t.value) != r {
		return false
	}
	s.at++
	return true
}

// tight reads the character r with no white space on either side.
func (s *scanner) tight(r rune) bool {
	t := s.peek()
	if t.kind != mark || rune(t.value) != r || t.spaced || s.tokens[s.at+1].spaced {
		return false
	}
	s.at++
	return true
}

// number reads a number of at least least and at most most digits.
func (s *scanner) number(least, most int) (int, bool) {
	t := s.peek()
	if t.kind != number || t.digits < least || t.digits > most {
		return 0, false
	}
	s.at++
	return t.value, true
}

// word reads any of the words.
func (s *scanner) word(words ...string) bool {
	t := s.peek()
	if t.kind != word {
		return false
	}
	for _, w := range words {
		if t.text == w {
			s.at++
			return true
		}
	}
	return false
}

// phrase reads all of the words, or nothing.
func (s *scanner) phrase(words ...string) bool {
	from := s.at
	for _, w := range words {
		if !s.word(w) {
			s.at = from
			return false
		}
	}
	return true
}

// lookup reads a word that the table has, and the full stop of an abbreviation.
func (s *scanner) lookup(table map[string]int) (int, bool) {
	t := s.peek()
	if t.kind != word {
		return 0, false
	}
	value, ok := table[t.text]
	if ok {
		s.at++
		s.stop()
	}
	return value, ok
}

// stop reads the full stop that ends an abbreviation, if there is one.
func (s *scanner) stop() {
	if t := s.peek(); !t.spaced {
		s.mark('.')
	}
}
