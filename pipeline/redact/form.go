package redact

import (
	"bytes"
	"unicode/utf8"
)

// patronymicEnds are the ends of patronymics in Russian and Kazakh, in all cases,
// each with the letters that must stand before it at least: Ұлы alone means great
// and қызы means daughter.
var patronymicEnds = []struct {
	end   string
	stem  int
	cases []string
}{
	{"ович", 3, []string{"", "а", "у", "ем", "е"}},
	{"евич", 3, []string{"", "а", "у", "ем", "е"}},
	{"овн", 3, []string{"а", "ы", "е", "у", "ой", "ою"}},
	{"евн", 3, []string{"а", "ы", "е", "у", "ой", "ою"}},
	{"ұлы", 3, kazakhCases},
	{"улы", 3, kazakhCases},
	{"қызы", 3, kazakhCases},
	{"кызы", 3, kazakhCases},
	{"uly", 3, []string{""}},
	{"ovich", 3, []string{""}},
	{"evich", 3, []string{""}},
	{"ovna", 3, []string{""}},
	{"evna", 3, []string{""}},
	{"qyzy", 3, []string{""}},
	{"kyzy", 3, []string{""}},
}

var kazakhCases = []string{"", "ның", "нің", "на", "не", "ға", "ге", "н", "нда", "нан", "мен"}

// notPatronymic are words that end like one.
var notPatronymic = set(`ашулы қарулы карулы жабулы орнатулы салулы тұрулы асулы басулы жазулы бұрулы қойулы
	кұрулы құрулы ильинична кузьминична духовна церковна виновна условна основна верховна королевна царевна
	царевич королевич плачевна душевна ежедневна повседневна деревна сұлулы қосулы ілулі`)

// patronymicForms are the ends of patronymics with those of their cases.
var patronymicForms = func() (forms ends) {
	for _, of := range patronymicEnds {
		for _, ending := range of.cases {
			forms.add(form{of.end + ending, len(ending), of.stem})
		}
	}
	return forms
}()

// form is an end that a word can have.
type form struct {
	end     string
	inflect int // bytes of it that are the ending of a case
	stem    int // letters before it, at least
}

// ends are forms by their last byte: of most words it tells that they have none.
type ends [256][]form

func (e *ends) add(f form) {
	last := f.end[len(f.end)-1]
	e[last] = append(e[last], f)
}

// patronymic tells whether a folded word ends like a patronymic.
func patronymic(word []byte) bool {
	switch string(word) {
	case "ильинична", "кузьминична", "никитична", "лукинична", "саввична", "ильич", "кузьмич", "никитич", "лукич":
		return true
	}
	for _, f := range patronymicForms[word[len(word)-1]] {
		base, ok := bytes.CutSuffix(word, []byte(f.end))
		if ok && utf8.RuneCount(base) >= f.stem && !notPatronymic[string(word[:len(word)-f.inflect])] && !notPatronymic[string(word)] {
			return true
		}
	}
	return false
}

// surnameEnds are the usual ends of surnames, before the endings of cases.
var surnameEnds = func() (all ends) {
	for _, end := range []string{
		"ов", "ев", "ин", "ын", "ова", "ева", "ина", "ына", "ский", "ская", "цкий", "цкая", "енко", "чук", "юк",
		"баев", "беков", "ян", "дзе", "швили", "тегі", "хан", "бай", "бек", "ova", "ov", "ev", "eva",
	} {
		all.add(form{end: end})
	}
	return all
}()

// longestEnding is how many letters the endings of cases have at most.
const longestEnding = 3

// surname tells whether a folded word ends like a surname, in any case.
func surname(word []byte) bool {
	if utf8.RuneCount(word) < 4 {
		return false
	}
	base := word
	for letters := range longestEnding + 1 {
		if letters == 0 || endings[string(word[len(base):])] {
			for _, f := range surnameEnds[base[len(base)-1]] {
				if bytes.HasSuffix(base, []byte(f.end)) && (letters == 0 || len(base)-len(f.end) > 4) {
					return true
				}
			}
		}
		_, size := utf8.DecodeLastRune(base)
		base = base[:len(base)-size]
	}
	return false
}

// stems are names without their last letters, as a set.
type stems struct {
	all map[string]bool
	heads
}

func (s *stems) add(stem string) {
	if s.all == nil {
		s.all = map[string]bool{}
	}
	s.all[stem] = true
	s.heads.add(stem)
}

// minStem is how many bytes of a word its stem has at least, unless it is the word.
const minStem = 4

// heads are hashes of how stems begin, a bit for each: of most words they tell, for
// less than it costs to look them up, that they have none of these stems.
type heads [8]uint64

func (h *heads) add(stem string) {
	i, bit := head([]byte(stem))
	h[i] |= bit
}

// may tells whether a folded word begins as a stem does.
func (h *heads) may(word []byte) bool {
	i, bit := head(word)
	return h[i]&bit != 0
}

// head is the bit for the first minStem bytes, which a word shares with its stems.
func head(word []byte) (i uint32, bit uint64) {
	n := uint32(0)
	for _, c := range word[:min(len(word), minStem)] {
		n = n<<8 | uint32(c)
	}
	n = n * 0x9E3779B1 >> (32 - 9) // multiplicative hashing, Knuth 6.4: nine bits for 8 × 64
	return n / 64, 1 << (n % 64)
}

// inflect tells whether a folded word is one of the names, in any case.
func (s *stems) inflect(word []byte) bool {
	if !s.may(word) {
		return false
	}
	end := len(word)
	for range 5 {
		if s.all[string(word[:end])] && (end == len(word) || endings[string(word[end:])]) {
			return true
		}
		_, size := utf8.DecodeLastRune(word[:end])
		if end -= size; end < minStem {
			return false
		}
	}
	return false
}
