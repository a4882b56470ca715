// Package redact removes from a text what tells who wrote it or whom it is about,
// before the text reaches a disk: people have been jailed for comments.
//
// [Text] replaces identifiers that can be told by their form: numbers of persons,
// phones and cards, e-mail addresses, handles, links to profiles, flats, car
// plates, and names where the wording gives them away (an address, a signature, a
// patronymic, initials). [Names] removes names that are known from the page.
//
// Both work on the text alone, in linear time, and never fail. They are made to
// err on the side of removing: a lost house number costs a statistic nothing. What
// statistics live on stays: dates, sums, numbers of laws, service numbers such as
// 109, addresses of official sites. The numbers of appeals go, for they lead to who
// wrote them; [Read] tells them apart, so that two texts can be known to name one.
package redact

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Kind tells what an identifier is.
type Kind int

// The kinds of identifiers.
const (
	IIN     Kind = iota // individual identification number
	Phone               // of a person or an office; not short or toll-free service numbers
	Email               //
	Card                // number of a payment card
	IBAN                // of an account in Kazakhstan
	Handle              // @name
	Profile             // link to an account, or a mention of one
	Name                // of a person
	Plate               // registration plate of a car
	Flat                // number of a flat within a house
	Appeal              // under which a body keeps somebody's appeal
	kinds
)

var kindNames = [kinds]string{"iin", "phone", "email", "card", "iban", "handle", "profile", "name", "plate", "flat", "appeal"}

// String is the word within the placeholder.
func (k Kind) String() string { return kindNames[k] }

// Placeholder is what stands where an identifier was.
func (k Kind) Placeholder() string { return open + kindNames[k] + shut }

const (
	open = "‹"
	shut = "›"
)

// Counts tells how many identifiers of each kind were replaced.
type Counts [kinds]int

// Total is the number of identifiers of all kinds.
func (c Counts) Total() int {
	total := 0
	for _, n := range c {
		total += n
	}
	return total
}

// Text returns s with the identifiers in it replaced by placeholders, and how many
// there were. A text without any is returned as it is, without an allocation; a
// text that was redacted before is not changed again. Bytes that are not UTF-8
// become U+FFFD.
func Text(s string) (clean string, found Counts) {
	clean, _, found = Read(s)
	return clean, found
}

// Read is [Text], and tells the numbers of the appeals that s names: in their order,
// each once, and each in one form however it is typed. They identify people, as what
// Text removes does.
func Read(s string) (clean string, appeals []string, found Counts) {
	if !utf8.ValidString(s) {
		s = strings.ToValidUTF8(s, "\uFFFD")
	}
	f := finder{text: s, hint: -1}
	f.scan()
	if len(f.spans) == 0 {
		return s, nil, found
	}
	for _, span := range f.spans {
		found[span.kind]++
	}
	return replace(s, f.spans), f.appeals, found
}

// span is an identifier found at text[start:end].
type span struct {
	start, end int
	kind       Kind
}

func replace(s string, spans []span) string {
	var b strings.Builder
	b.Grow(len(s) + 8*len(spans))
	at := 0
	for _, span := range spans {
		b.WriteString(s[at:span.start])
		b.WriteString(span.kind.Placeholder())
		at = span.end
	}
	b.WriteString(s[at:])
	return b.String()
}

// finder goes through a text once, from left to right. Each of its recognisers
// looks at what begins at a place and reads a bounded stretch from there.
type finder struct {
	text    string
	spans   []span
	appeals []string

	hint     int  // end of the last word that says a phone or an IIN follows; -1
	hintIIN  bool //
	noEmail  int  // no e-mail address begins before
	last     role // what the last word does
	lastEnd  int  // where it ends
	sentence bool // the next word is the first of its sentence
}

func (f *finder) add(start, end int, kind Kind) int {
	f.spans = append(f.spans, span{start, end, kind})
	f.passed(start, end, kind)
	return end
}

// passed notes that text[start:end] is an identifier, or the placeholder of one. What
// announced a phone also announces the next.
func (f *finder) passed(start, end int, kind Kind) {
	if kind == Phone && f.hinted(start) && !f.hintIIN {
		f.hint = end
	} else {
		f.hint = -1
	}
	f.last, f.lastEnd, f.sentence = plain, end, false
}

// scan calls the recognisers where what they look for can begin.
func (f *finder) scan() {
	f.sentence = true
	for i := 0; i < len(f.text); {
		c := f.text[i]
		switch {
		case letterByte(c):
			i = f.word(i)
		case '0' <= c && c <= '9':
			i = f.digits(i)
		case c < utf8.RuneSelf:
			i = f.sign(i)
		default:
			r, size := utf8.DecodeRuneInString(f.text[i:])
			switch {
			case unicode.IsLetter(r):
				i = f.word(i)
			case strings.HasPrefix(f.text[i:], open):
				n, kind := placeholder(f.text[i:])
				if kind < kinds {
					f.passed(i, i+n, kind)
				}
				i += n
			default:
				i += size
			}
		}
	}
}

// sign handles an ASCII byte that is neither letter nor digit.
func (f *finder) sign(i int) int {
	end, kind := 0, Kind(0)
	switch f.text[i] {
	case '+', '(':
		return f.digits(i)
	case '@':
		end, kind = f.handle(i), Handle
	case '*':
		end, kind = f.starred(i), Profile
	case '[':
		end, kind = mention(f.text[i:])+i, Profile
	case '.', '!', '?', '\n':
		f.sentence = true
	}
	if end > i {
		return f.add(i, end, kind)
	}
	return i + 1
}

// placeholder is the length and kind of the placeholder that s begins with; the sign
// alone, with no kind, when it is none.
func placeholder(s string) (int, Kind) {
	for kind, name := range kindNames {
		if rest, ok := strings.CutPrefix(s[len(open):], name); ok && strings.HasPrefix(rest, shut) {
			return len(open) + len(name) + len(shut), Kind(kind)
		}
	}
	return len(open), kinds
}

// letterByte tells whether c is an ASCII letter or begins a Cyrillic one
// (U+0400–U+04FF), which is what nearly all texts are made of.
func letterByte(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || 0xD0 <= c && c <= 0xD3
}

// wordEnd is where the run of letters that begins at i ends.
func wordEnd(s string, i int) int {
	for i < len(s) {
		c := s[i]
		switch {
		case letterByte(c):
			i++
			if c >= utf8.RuneSelf {
				i++
			}
		case c < utf8.RuneSelf:
			return i
		default:
			r, size := utf8.DecodeRuneInString(s[i:])
			if !unicode.IsLetter(r) && !unicode.IsMark(r) {
				return i
			}
			i += size
		}
	}
	return i
}

// before is the rune that ends at i; 0 at the start.
func before(s string, i int) rune {
	if i == 0 {
		return 0
	}
	r, _ := utf8.DecodeLastRuneInString(s[:i])
	return r
}

// joined tells whether a letter or digit stands directly before i, other than the
// end of an identifier that will be replaced.
func (f *finder) joined(i int) bool {
	return alnum(before(f.text, i)) && (len(f.spans) == 0 || f.spans[len(f.spans)-1].end != i)
}

func alnum(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }
