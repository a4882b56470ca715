package redact

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// The number under which a state body keeps somebody's appeal leads the body, and
// whoever can ask it, to the person. It is taken for one by its form, which
// e-Otinish gives ("ЖТ-2026-00123456"), or by the words around it ("Ваше обращение
// от 12.03.2026 № 3-17/456", "№ 4512 өтінішіңіз"): the number of a school, a house,
// a bus, a law or an order has other words before it.

// The bounds of a number of an appeal in a body's own register.
const (
	leastAppeal = 3  // digits; "обращение № 5" tells nothing apart
	mostAppeal  = 14 // digits
	longestRun  = 11 // digits together; twelve are of a person or an organisation
	signless    = 9  // digits together where no № stands before them: more are a phone
	appealParts = 5  // "03-12/3-17/456-И"
	appealWords = 8  // between the number and the word that tells what it is
)

// kazakhAppeals and appealStems begin the words for what people send to a body;
// appealsCutShort are such words in full, behind which a stop ends no sentence.
var (
	kazakhAppeals   = strings.Fields("өтініш отиниш арыз шағым шагым сұрау")
	appealStems     = append(strings.Fields("обращен заявлен заявк жалоб запрос ходатайств входящ appeal application complaint request"), kazakhAppeals...)
	appealsCutShort = set("вх обращ кіріс")
)

// besideAppeal are the words that may stand between an appeal and its number.
var besideAppeal = set(`от за под с и г года жылы жылғы жыл номер номером номера номеру нөмір нөмірі нөмірімен номері
	рег регистрационный регистрационным регистрационного тіркеу тіркелген тіркелді болып санды нөмірлі номерлі сіздің
	зарегистрировано зарегистрирован зарегистрирована зарегистрированное зарегистрированного зарегистрированному
	принято принята принят қабылданды присвоен присвоено ваше вашего вашему вашем ваша вашу вашей мое моего моему
	моя мою моей наше нашего нашему менің біздің қаңтардағы ақпандағы наурыздағы сәуірдегі мамырдағы маусымдағы
	шілдедегі тамыздағы қыркүйектегі қазандағы қарашадағы желтоқсандағы января февраля марта апреля мая июня июля
	августа сентября октября ноября декабря no dated of your my under the registered received reg`)

// appeal recognises the number of an appeal whose digits begin at i: 0 for none.
func (f *finder) appeal(i int) int {
	start, office := f.letterPart(i)
	end, digits := appealEnd(f.text, i)
	if digits < leastAppeal || digits > mostAppeal {
		return 0
	}
	var number string
	if office != "" && yearly(f.text[i:end]) {
		number = office + "-" + f.text[i:i+4] + "-" + strings.TrimLeft(f.text[i+5:end], "0")
	} else {
		from, signed := numberWord(f.text, start)
		run := longestDigits(f.text[i:end])
		if !signed && run > signless || run > longestRun || !f.ofAppeal(from, end, from < start) {
			return 0
		}
		number = plainNumber(f.text[start:end])
		if signed {
			start = from
		}
	}
	if n := len(f.spans); n > 0 && f.spans[n-1].end > start {
		return 0 // its beginning is part of something else
	}
	if !slices.Contains(f.appeals, number) {
		f.appeals = append(f.appeals, number)
	}
	return f.add(start, end, Appeal)
}

// otinish has the letters that e-Otinish puts before the year, folded, as people
// type them: of natural persons (жеке тұлға) and of organisations (заңды тұлға).
var otinish = map[string]string{"жт": "ЖТ", "zht": "ЖТ", "jt": "ЖТ", "зт": "ЗТ", "zt": "ЗТ", "3т": "ЗТ", "3t": "ЗТ"}

// yearly tells whether s is a year of our century, a dash and five to eight digits.
func yearly(s string) bool {
	return len(s) >= 10 && len(s) <= 13 && s[0] == '2' && s[1] == '0' && s[4] == '-' && digitsAt(s, 0, 4) && digitsAt(s, 5, len(s)-5)
}

// letterPart is where a number begins whose digits, at i, have up to three letters
// and a dash before them, and what these letters are to e-Otinish.
func (f *finder) letterPart(i int) (start int, office string) {
	if i < 2 || f.text[i-1] != '-' {
		return i, ""
	}
	at, n := i-1, 0
	for at > 0 && n < 4 {
		r, size := utf8.DecodeLastRuneInString(f.text[:at])
		if !alnum(r) {
			break
		}
		at -= size
		n++
	}
	if n == 0 || n > 3 {
		return i, ""
	}
	var buf [16]byte
	return at, otinish[string(appendFolded(buf[:0], f.text[at:i-1]))]
}

// appealEnd is where the number ends whose digits begin at i, and how many digits it
// has: parts of digits, or behind the first of up to four letters, with dashes or
// slashes between them.
func appealEnd(s string, i int) (end, digits int) {
	for part := range appealParts {
		at := i
		for at < len(s) && '0' <= s[at] && s[at] <= '9' {
			at++
		}
		figures := at - i
		if figures == 0 && part > 0 {
			if at = wordEnd(s, i); utf8.RuneCountInString(s[i:at]) > 4 {
				break
			}
		}
		if at == i {
			break
		}
		end, digits = at, digits+figures
		if at == len(s) || s[at] != '-' && s[at] != '/' {
			break
		}
		i = at + 1
	}
	if alnum(firstRune(s[end:])) || strings.HasPrefix(s[end:], ".") && digitsAt(s, end+1, 1) {
		return 0, 0 // "123абв", and the day of a date
	}
	return end, digits
}

func longestDigits(s string) int {
	longest, run := 0, 0
	for _, c := range []byte(s) {
		if c < '0' || c > '9' {
			run = 0
			continue
		}
		run++
		longest = max(longest, run)
	}
	return longest
}

// numberSigns are typed for №, the last with a Cyrillic о; numberStems begin the word
// in full.
var (
	numberSigns = set("n no nо")
	numberStems = []string{"номер", "нөмір", "number"}
)

// numberWord is where the sign for "number" before i begins, and whether there is
// one; else where the word for it begins, or i when there is none either.
func numberWord(s string, i int) (from int, signed bool) {
	at := i
	for i-at < 4 {
		r, size := utf8.DecodeLastRuneInString(s[:at])
		if r != ' ' && r != '\u00A0' && r != ':' {
			break
		}
		at -= size
	}
	switch r, size := utf8.DecodeLastRuneInString(s[:at]); r {
	case '№', '#':
		return at - size, true
	}
	start := wordStart(s, at)
	if at-start > maxWord {
		return i, false
	}
	var buf [2 * maxWord]byte
	switch word := appendFolded(buf[:0], s[start:at]); {
	case numberSigns[string(word)]:
		return start, true
	case begins(word, numberStems):
		return start, false
	}
	return i, false
}

// ofAppeal tells whether the words before from, or those behind end, say that a
// number between them is that of an appeal. numbered tells that a sign or word for
// "number" stands at from; else "номер обращения" must.
func (f *finder) ofAppeal(from, end int, numbered bool) bool {
	s, at := f.text, from
	named := false // the appeal was named, and the word for "number" is still to come
	for range appealWords {
		gap := at
		for at > 0 && gap-at < 8 {
			r, size := utf8.DecodeLastRuneInString(s[:at])
			if !strings.ContainsRune(" \u00A0,:.()-/№#", r) {
				break
			}
			at -= size
		}
		stop := strings.Contains(s[at:gap], ".") // the end of a sentence, but for what is cut short
		start := wordStart(s, at)
		if start == at || at-start > maxWord {
			break
		}
		var buf [2 * maxWord]byte
		word := appendFolded(buf[:0], s[start:at])
		switch {
		case named && begins(word, numberStems):
			return true
		case !named && (appealsCutShort[string(word)] || !stop && begins(word, appealStems)):
			if numbered {
				return true
			}
			named = true
		case besideAppeal[string(word)], numbered && digitsAt(s, start, 1):
		default:
			return numbered && f.beforeAppeal(end)
		}
		at = start
	}
	return numbered && f.beforeAppeal(end)
}

// beforeAppeal tells whether an appeal is named behind its number, as it is in
// Kazakh.
func (f *finder) beforeAppeal(i int) bool {
	for range 3 {
		if i >= len(f.text) || f.text[i] != ' ' {
			return false
		}
		end := wordEnd(f.text, i+1)
		if end == i+1 || end-i > maxWord {
			return false
		}
		var buf [2 * maxWord]byte
		word := appendFolded(buf[:0], f.text[i+1:end])
		if begins(word, kazakhAppeals) {
			return true
		}
		if !besideAppeal[string(word)] {
			return false
		}
		i = end
	}
	return false
}

// begins tells whether a word begins with one of some stems.
func begins(word []byte, stems []string) bool {
	for _, stem := range stems {
		if len(word) >= len(stem) && string(word[:len(stem)]) == stem {
			return true
		}
	}
	return false
}

// wordStart is where the run of letters and digits that ends at i begins; it looks
// back as far as a word may reach.
func wordStart(s string, i int) int {
	end := i
	for i > 0 && end-i <= maxWord {
		r, size := utf8.DecodeLastRuneInString(s[:i])
		if !alnum(r) {
			break
		}
		i -= size
	}
	return i
}

// plainNumber writes a number as it can be compared: in capitals, with Cyrillic
// letters for Latin ones that look like them.
func plainNumber(s string) string { return lookalikes.Replace(strings.ToUpper(s)) }

var lookalikes = strings.NewReplacer("A", "А", "B", "В", "C", "С", "E", "Е", "H", "Н", "K", "К", "M", "М", "O", "О", "P", "Р", "T", "Т", "X", "Х")
