package redact

import (
	"strings"
	"unicode/utf8"
)

// maxDigits is the longest number that is looked at: a card has up to 19 digits.
const maxDigits = 20

// number is a run of digits as people write it, in groups: "8 (701) 123-45-67".
type number struct {
	digit  [maxDigits]byte
	end    [maxDigits]int  // where the digit ends in the text
	group  [maxDigits]int8 // length of the group so far; 1 for its first digit
	spaced [maxDigits]bool // only spaces and dashes stood between all digits so far
	closed [maxDigits]bool // no digit follows directly
	n      int
}

// read reads the number that begins with the digit at s[i], up to maxDigits.
func (m *number) read(s string, i int) {
	spaced, group := true, int8(0)
	for i < len(s) && m.n < maxDigits {
		if c := s[i]; '0' <= c && c <= '9' {
			group++
			i++
			for strings.HasPrefix(s[i:], "\uFE0F") || strings.HasPrefix(s[i:], "\u20E3") { // drawn as a key
				i += len("\uFE0F")
			}
			m.digit[m.n], m.end[m.n], m.group[m.n], m.spaced[m.n] = c-'0', i, group, spaced
			m.closed[m.n] = i == len(s) || s[i] < '0' || s[i] > '9'
			m.n++
			continue
		}
		next, plain := gap(s, i)
		if next == i {
			return
		}
		spaced = spaced && plain
		if !hidden(s[i:next]) {
			group = 0
		}
		i = next
	}
}

// gap is where the digits go on after up to four signs that people put between
// groups of digits; i when they do not. plain tells that it was one space or dash.
func gap(s string, i int) (next int, plain bool) {
	at, signs := i, 0
	for at < len(s) && signs < 4 {
		if c := s[at]; '0' <= c && c <= '9' {
			return at, plain && signs == 1
		}
		r, size := utf8.DecodeRuneInString(s[at:])
		switch r {
		case ' ', '-', '\u00A0', '\u2009', '\u202F', '–', '‑':
			plain = true
			signs++
		case '—', '−', '.', '(', ')', '/', '_', '*', '~', '\t':
			plain = false
			signs++
		case '\u200B', '\u200C', '\u200D', '\u2060', '\uFEFF', '\u00AD':
			// Not seen on the screen; put there to hide a number from programs.
		default:
			return i, false
		}
		at += size
	}
	if at < len(s) && s[at] >= '0' && s[at] <= '9' {
		return at, false
	}
	return i, false
}

// hidden tells whether a gap has nothing to be seen in it.
func hidden(s string) bool {
	return strings.Trim(s, "\u200B\u200C\u200D\u2060\uFEFF\u00AD") == ""
}

// groups are the lengths of the groups of the first n digits.
func (m *number) groups(n int, into []int) []int {
	for k := range n {
		if m.group[k] == 1 {
			into = append(into, 0)
		}
		into[len(into)-1]++
	}
	return into
}

// digits recognises what a digit, a plus or a bracket begins.
func (f *finder) digits(i int) int {
	start := i
	for i < len(f.text) && (f.text[i] == '+' || f.text[i] == '(') && i-start < 2 {
		i++
	}
	if i == len(f.text) || f.text[i] < '0' || f.text[i] > '9' {
		return start + 1
	}
	if start == i || f.noEmail <= start {
		if end := f.email(i); end > i {
			return f.add(i, end, Email)
		}
		if end := f.appeal(i); end > i {
			return end
		}
	}
	if end := f.plate(i); end > i {
		return f.add(i, end, Plate)
	}
	var m number
	m.read(f.text, i)
	plus := strings.Contains(f.text[start:i], "+")
	if end := m.card(); end > i {
		return f.add(start, end, Card)
	}
	if end := f.person(&m, i); end > i {
		return f.add(start, end, IIN)
	}
	if end := m.service(); end > i {
		return end
	}
	if end := m.phone(f, start, plus); end > i {
		return f.add(start, end, Phone)
	}
	// Not the first group; perhaps a number begins with the next.
	for i < len(f.text) && '0' <= f.text[i] && f.text[i] <= '9' {
		i++
	}
	f.last, f.sentence = plain, false
	return i
}

// hinted tells whether a word shortly before i announced a number.
func (f *finder) hinted(i int) bool { return f.hint >= 0 && i-f.hint <= 40 }

// person recognises an individual identification number: twelve digits with a
// birth date and a control digit that fit, written together or in groups; any
// number of about that length after the word for it.
func (f *finder) person(m *number, i int) int {
	if f.hinted(i) && f.hintIIN {
		for n := min(m.n, 14); n >= 9; n-- {
			if m.spaced[n-1] && m.closed[n-1] {
				return m.end[n-1]
			}
		}
	}
	if m.n < 12 || !m.spaced[11] || !m.closed[11] || !validIIN(m.digit[:12]) {
		return 0
	}
	if m.group[11] < 12 && alnumDash(f.text, i) {
		return 0 // "ЗТ-2011-05123456" is an appeal
	}
	return m.end[11]
}

// alnumDash tells whether the number at i is tied to a word by a dash or slash.
func alnumDash(s string, i int) bool {
	return i > 1 && (s[i-1] == '-' || s[i-1] == '/') && alnum(before(s, i-1))
}

// validIIN tells whether twelve digits are an individual identification number of
// Kazakhstan: date of birth (yymmdd), a digit for century and sex (0–6), four
// digits and a control digit (Government resolution No. 565 of 22 May 2007). The
// number of an organisation has 4–6 where a person has the day's first digit.
func validIIN(d []byte) bool {
	month, day := 10*d[2]+d[3], 10*d[4]+d[5]
	if month < 1 || month > 12 || day < 1 || day > 31 || d[6] > 6 {
		return false
	}
	control := weigh(d, 1)
	if control == 10 {
		control = weigh(d, 3)
	}
	return control == int(d[11])
}

// weigh is the sum of the first eleven digits modulo 11, with the weights 1…11
// turned so that they begin with from.
func weigh(d []byte, from int) int {
	sum := 0
	for i, digit := range d[:11] {
		sum += int(digit) * ((from-1+i)%11 + 1)
	}
	return sum % 11
}

// card recognises the number of a payment card: 13 to 19 digits in one group or
// in groups of four (or 4-6-5), with a control digit that fits (ISO/IEC 7812-1).
func (m *number) card() int {
	var buf [maxDigits]int
	for n := min(m.n, 19); n >= 13; n-- {
		if !m.closed[n-1] || m.digit[0] < 2 || m.digit[0] == 7 || m.digit[0] == 8 || !luhn(m.digit[:n]) {
			continue
		}
		groups := m.groups(n, buf[:0])
		inFours := true
		for _, g := range groups[:len(groups)-1] {
			inFours = inFours && g == 4
		}
		amex := len(groups) == 3 && groups[0] == 4 && groups[1] == 6
		if len(groups) == 1 || inFours && groups[len(groups)-1] <= 4 || amex {
			return m.end[n-1]
		}
	}
	return 0
}

func luhn(digits []byte) bool {
	sum, zeros := 0, true
	for i, d := range digits {
		v := int(d)
		if (len(digits)-i)%2 == 0 {
			v *= 2
			if v > 9 {
				v -= 9
			}
		}
		sum += v
		zeros = zeros && d == 0
	}
	return !zeros && sum%10 == 0
}

// plate recognises a registration plate: 123 ABC 01, with the region last.
func (f *finder) plate(i int) int {
	s := f.text
	if i+8 > len(s) || f.joined(i) || !digitsAt(s, i, 3) {
		return 0
	}
	at := skipSpace(s, i+3)
	letters := at
	for at < len(s) && at-letters < 3 && 'A' <= s[at] && s[at] <= 'Z' {
		at++
	}
	code := s[letters:at]
	if len(code) < 2 || strings.Contains(" KZT USD EUR RUB CNY GPS SMS ", " "+code+" ") {
		return 0
	}
	at = skipSpace(s, at)
	if !digitsAt(s, at, 2) || s[at] > '2' || at+2 < len(s) && s[at+2] >= '0' && s[at+2] <= '9' {
		return 0
	}
	return at + 2
}

func digitsAt(s string, i, n int) bool {
	if i+n > len(s) {
		return false
	}
	for _, c := range []byte(s[i : i+n]) {
		if c < '0' || c > '9' {
			return false
		}
	}
	return true
}

func skipSpace(s string, i int) int {
	if i < len(s) && s[i] == ' ' {
		i++
	}
	return i
}
