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

// patronymic tells whether a folded word ends like a patronymic.
func patronymic(word []byte) bool {
	switch string(word) {
	case "ильинична", "кузьминична", "никитична", "лукинична", "саввична", "ильич", "кузьмич", "никитич", "лукич":
		return true
	}
	for _, form := range patronymicEnds {
		for _, ending := range form.cases {
			rest, ok := bytes.CutSuffix(word, []byte(ending))
			if !ok {
				continue
			}
			base, ok := bytes.CutSuffix(rest, []byte(form.end))
			if ok && utf8.RuneCount(base) >= form.stem && !notPatronymic[string(rest)] && !notPatronymic[string(word)] {
				return true
			}
		}
	}
	return false
}

// surnameEnds are the usual ends of surnames, before the endings of cases.
var surnameEnds = []string{
	"ов", "ев", "ин", "ын", "ова", "ева", "ина", "ына", "ский", "ская", "цкий", "цкая", "ская", "енко", "чук", "юк",
	"баев", "беков", "ян", "дзе", "швили", "тегі", "ов", "хан", "бай", "бек", "ova", "ov", "ev", "eva",
}

// surname tells whether a folded word ends like a surname, in any case.
func surname(word []byte) bool {
	if utf8.RuneCount(word) < 4 {
		return false
	}
	for _, end := range surnameEnds {
		if bytes.HasSuffix(word, []byte(end)) {
			return true
		}
		at := bytes.LastIndex(word, []byte(end))
		if at > 4 && endings[string(word[at+len(end):])] {
			return true
		}
	}
	return false
}

// inflected tells whether a folded word is one of the names in stems, in any case.
func inflected(word []byte, stems map[string]bool) bool {
	end := len(word)
	for range 5 {
		if stems[string(word[:end])] && (end == len(word) || endings[string(word[end:])]) {
			return true
		}
		_, size := utf8.DecodeLastRune(word[:end])
		if end -= size; end < 4 {
			return false
		}
	}
	return false
}
