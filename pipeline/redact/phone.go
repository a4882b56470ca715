package redact

import "slices"

// lengths are the digits of full numbers, country code included, for the codes
// that are seen in Kazakhstan (ITU-T E.164 national plans).
var lengths = []struct {
	code string
	n    int
}{
	{"7", 11},
	{"1", 11},
	{"998", 12},
	{"996", 12},
	{"992", 12},
	{"993", 11},
	{"994", 12},
	{"995", 12},
	{"374", 11},
	{"375", 12},
	{"380", 12},
	{"373", 11},
	{"976", 11},
	{"90", 12},
	{"86", 13},
	{"971", 12},
}

// phone recognises a telephone number whose first digit is m.digit[0]; start is
// where it begins with its plus or bracket.
func (m *number) phone(f *finder, start int, plus bool) int {
	if f.joined(start) && !f.hinted(start) {
		return 0
	}
	if plus {
		return m.international()
	}
	hinted := f.hinted(start) && !f.hintIIN
	numbered := numberSign(f.text, start) && !hinted
	if end := m.national(numbered); end > 0 {
		return end
	}
	if end := m.mobile(hinted, numbered); end > 0 {
		return end
	}
	return m.local(hinted, numbered)
}

// international recognises a number with its plus sign.
func (m *number) international() int {
	for _, l := range lengths {
		if m.hasPrefix(l.code) {
			if m.n >= l.n && m.closed[l.n-1] {
				return m.end[l.n-1]
			}
			return 0
		}
	}
	var buf [maxDigits]int
	for n := min(m.n, 15); n >= 10; n-- {
		if m.closed[n-1] && !sum(m.groups(n, buf[:0])) {
			return m.end[n-1]
		}
	}
	return 0
}

func (m *number) hasPrefix(code string) bool {
	for i := range code {
		if i >= m.n || m.digit[i] != code[i]-'0' {
			return false
		}
	}
	return true
}

// national recognises eleven digits with the trunk prefix 8, or the country code
// 7 without its plus. The group after a lone prefix is a code of at least three
// digits: "8.7.2024 10.00" is a date, "87 011 234 567" is a sum.
func (m *number) national(numbered bool) int {
	if m.n < 11 || !m.closed[10] {
		return 0
	}
	var buf [maxDigits]int
	groups := m.groups(11, buf[:0])
	trunk, area := m.digit[0], m.digit[1]
	if trunk != 7 && trunk != 8 {
		return 0
	}
	if area != 7 && area != 9 && (trunk == 7 || area != 3 && area != 4 && area != 8) {
		return 0
	}
	if numbered && groups[0] >= 11 {
		return 0
	}
	if groups[0] == 1 && groups[1] < 3 || groups[0] == 2 || groups[0] == 3 {
		return 0
	}
	return m.end[10]
}

// mobile recognises the ten digits of a number without any prefix: in the usual
// groups, or together when they begin with the code of an operator.
func (m *number) mobile(hinted, numbered bool) int {
	if m.n < 10 || !m.closed[9] || m.digit[0] != 7 && m.digit[0] != 9 {
		return 0
	}
	var buf [maxDigits]int
	groups := m.groups(10, buf[:0])
	usual := len(groups) > 1 && groups[0] == 3 && !sum(groups)
	operator := m.digit[0] == 7 && (m.digit[1] == 0 || m.digit[1] == 4 || m.digit[1] == 7)
	if hinted || usual && !numbered || operator && groups[0] == 10 && !numbered {
		return m.end[9]
	}
	return 0
}

// local recognises a number within a town: 255-66-77 by its form, any other five
// to seven digits only after a word that announces a phone, for 12-10-23 is a
// date and 764523 is an appeal.
func (m *number) local(hinted, numbered bool) int {
	if numbered {
		return 0
	}
	for n := min(m.n, 7); n >= 5; n-- {
		if !m.spaced[n-1] || !m.closed[n-1] {
			continue
		}
		var buf [maxDigits]int
		groups := m.groups(n, buf[:0])
		if hinted && !sum(groups) || slices.Equal(groups, []int{3, 2, 2}) {
			return m.end[n-1]
		}
	}
	return 0
}

// service is the end of a toll-free number, 8 800 and seven digits, which belongs
// to no person; 0 when the number is none.
func (m *number) service() int {
	if m.n < 11 || !m.closed[10] || m.digit[0] != 7 && m.digit[0] != 8 || [3]byte(m.digit[1:4]) != [3]byte{8, 0, 0} {
		return 0
	}
	return m.end[10]
}

// sum tells whether groups are those of a sum of money: "25 000 000".
func sum(groups []int) bool {
	if len(groups) < 2 || groups[0] > 3 {
		return false
	}
	for _, g := range groups[1:] {
		if g != 3 {
			return false
		}
	}
	return true
}

// numberSign tells whether a sign for "number" stands before i.
func numberSign(s string, i int) bool {
	for i > 0 && s[i-1] == ' ' {
		i--
	}
	r := before(s, i)
	return r == '№' || r == '#'
}
