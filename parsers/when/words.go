package when

import (
	"strings"
	"time"
)

// months has the forms that dates use, Russian in the nominative and genitive,
// and the usual abbreviations.
var months = map[string]int{
	"январь": 1, "января": 1, "янв": 1, "қаңтар": 1, "қаң": 1, "january": 1, "jan": 1,
	"февраль": 2, "февраля": 2, "февр": 2, "фев": 2, "ақпан": 2, "ақп": 2, "february": 2, "feb": 2,
	"март": 3, "марта": 3, "мар": 3, "наурыз": 3, "нау": 3, "march": 3, "mar": 3,
	"апрель": 4, "апреля": 4, "апр": 4, "сәуір": 4, "сәу": 4, "april": 4, "apr": 4,
	"май": 5, "мая": 5, "мамыр": 5, "мам": 5, "may": 5,
	"июнь": 6, "июня": 6, "июн": 6, "маусым": 6, "мау": 6, "june": 6, "jun": 6,
	"июль": 7, "июля": 7, "июл": 7, "шілде": 7, "шіл": 7, "july": 7, "jul": 7,
	"август": 8, "августа": 8, "авг": 8, "тамыз": 8, "там": 8, "august": 8, "aug": 8,
	"сентябрь": 9, "сентября": 9, "сент": 9, "сен": 9, "қыркүйек": 9, "қыр": 9, "september": 9, "sept": 9, "sep": 9,
	"октябрь": 10, "октября": 10, "окт": 10, "қазан": 10, "қаз": 10, "october": 10, "oct": 10,
	"ноябрь": 11, "ноября": 11, "нояб": 11, "ноя": 11, "қараша": 11, "қар": 11, "november": 11, "nov": 11,
	"декабрь": 12, "декабря": 12, "дек": 12, "желтоқсан": 12, "жел": 12, "december": 12, "dec": 12,
}

// kazakhStems are the months to which Kazakh adds the endings of kazakhEndings
// (12 наурызы, 6 мамырда); the k of қыркүйек softens before a vowel.
var kazakhStems = [...]struct {
	stem  string
	month int
}{
	{"қаңтар", 1},
	{"ақпан", 2},
	{"наурыз", 3},
	{"сәуір", 4},
	{"мамыр", 5},
	{"маусым", 6},
	{"шілде", 7},
	{"тамыз", 8},
	{"қыркүйек", 9},
	{"қыркүйег", 9},
	{"қазан", 10},
	{"қараша", 11},
	{"желтоқсан", 12},
}

var kazakhEndings = map[string]bool{
	"ы": true, "і": true, "сы": true, "сі": true, // possessive: the 12th of March
	"да": true, "де": true, "та": true, "те": true, // locative: on 12 March
	"ында": true, "інде": true, "сында": true, "сінде": true,
	"дағы": true, "дегі": true, "тағы": true, "тегі": true, // attributive: of 12 March
	"ындағы": true, "індегі": true, "сындағы": true, "сіндегі": true,
}

// month reads the name of a month.
func (s *scanner) month() (int, bool) {
	if m, ok := s.lookup(months); ok {
		return m, true
	}
	t := s.peek()
	if t.kind != word {
		return 0, false
	}
	for _, k := range kazakhStems {
		if ending, ok := strings.CutPrefix(t.text, k.stem); ok && kazakhEndings[ending] {
			s.at++
			return k.month, true
		}
	}
	return 0, false
}

// weekdays counts from 1, so that 0 is none.
var weekdays = map[string]int{
	"воскресенье": 1, "вс": 1, "жексенбі": 1, "жк": 1, "sunday": 1, "sun": 1,
	"понедельник": 2, "пн": 2, "дүйсенбі": 2, "дс": 2, "monday": 2, "mon": 2,
	"вторник": 3, "вт": 3, "сейсенбі": 3, "сс": 3, "tuesday": 3, "tue": 3,
	"среда": 4, "ср": 4, "сәрсенбі": 4, "wednesday": 4, "wed": 4,
	"четверг": 5, "чт": 5, "бейсенбі": 5, "бс": 5, "thursday": 5, "thu": 5,
	"пятница": 6, "пт": 6, "жұма": 6, "жм": 6, "friday": 6, "fri": 6,
	"суббота": 7, "сб": 7, "сенбі": 7, "saturday": 7, "sat": 7,
}

// days tells how many days ago a word means.
var days = map[string]int{
	"сегодня": 0, "бүгін": 0, "today": 0,
	"вчера": 1, "кеше": 1, "yesterday": 1,
	"позавчера": 2, "алдыңгүні": 2,
}

// counts has the small numbers that are written as words.
var counts = map[string]int{
	"один": 1, "одну": 1, "бір": 1, "a": 1, "an": 1, "one": 1,
	"два": 2, "две": 2, "екі": 2, "two": 2,
	"три": 3, "үш": 3, "three": 3,
	"четыре": 4, "төрт": 4, "four": 4,
	"пять": 5, "бес": 5, "five": 5,
	"шесть": 6, "алты": 6, "six": 6,
	"семь": 7, "жеті": 7, "seven": 7,
	"восемь": 8, "сегіз": 8, "eight": 8,
	"девять": 9, "тоғыз": 9, "nine": 9,
	"десять": 10, "он": 10, "ten": 10,
}

const day = 24 * time.Hour

// The units in which an age is printed, as the keys of units.
const (
	seconds = iota
	minutes
	hours
	wholeDays
	weeks
	monthsLong
	years
)

// lengths has the shortest and the longest a unit can be.
var lengths = [...]struct{ shortest, longest time.Duration }{
	seconds:    {time.Second, time.Second},
	minutes:    {time.Minute, time.Minute},
	hours:      {time.Hour, time.Hour},
	wholeDays:  {day, day},
	weeks:      {7 * day, 7 * day},
	monthsLong: {28 * day, 31 * day},
	years:      {365 * day, 366 * day},
}

var units = map[string]int{
	"секунду": seconds, "секунды": seconds, "секунд": seconds, "сек": seconds, "second": seconds, "seconds": seconds, "sec": seconds,
	"минуту": minutes, "минуты": minutes, "минут": minutes, "мин": minutes, "minute": minutes, "minutes": minutes, "min": minutes, "mins": minutes,
	"час": hours, "часа": hours, "часов": hours, "ч": hours, "сағат": hours, "сағ": hours, "hour": hours, "hours": hours, "hr": hours, "hrs": hours, "h": hours,
	"день": wholeDays, "дня": wholeDays, "дней": wholeDays, "дн": wholeDays, "күн": wholeDays, "day": wholeDays, "days": wholeDays, "d": wholeDays,
	"неделю": weeks, "недели": weeks, "недель": weeks, "нед": weeks, "апта": weeks, "week": weeks, "weeks": weeks, "w": weeks,
	"месяц": monthsLong, "месяца": monthsLong, "месяцев": monthsLong, "мес": monthsLong, "ай": monthsLong, "month": monthsLong, "months": monthsLong, "mo": monthsLong,
	"год": years, "года": years, "лет": years, "жыл": years, "year": years, "years": years, "yr": years, "y": years,
}
