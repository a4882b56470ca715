package when

import (
	"fmt"
	"strings"
)

// Shape is a way to print a date, or a set of such ways joined by |.
type Shape uint16

// The shapes. Each may be followed by a time of day (14:30, 14:30:05, "в 14:30",
// "сағат 14:30-да", "at 2:30 pm"), that by an offset from UTC (Z, +05:00, +0500),
// and the date by the day of the week, which must then be the right one.
const (
	ISO         Shape = 1 << iota // 2024-03-12, 2024-03-12T09:15:00+05:00: ISO 8601, RFC 3339
	Dots                          // 12.03.2024, 12.03.24: day, month, year
	Slashes                       // 12/03/2024: day, month, year
	MonthFirst                    // 03/12/2024: month, day, year
	YearFirst                     // 2024/03/12
	DotsNoYear                    // 12.03
	SlashNoYear                   // 12/03 - 09:15: day, month
	Named                         // 12 марта 2024 г., 2024 жылғы 12 наурыз, March 12, 2024; RFC 5322
	NamedNoYear                   // 12 мар в 9:15, 12 наурыз, 09:15
	DayWord                       // вчера в 14:30, бүгін, today
	Ago                           // 5 минут назад, 2 сағат бұрын, just now
)

// rules lists the shapes in the order of their declaration.
var rules = [...]struct {
	shape Shape
	name  string
	read  func(*scanner, Grammar, Context) (Date, error)
}{
	{ISO, "iso", civilRule((*scanner).iso)},
	{Dots, "dots", civilRule((*scanner).dots)},
	{Slashes, "slashes", civilRule((*scanner).slashes)},
	{MonthFirst, "month-first", civilRule((*scanner).monthFirst)},
	{YearFirst, "year-first", civilRule((*scanner).yearFirst)},
	{DotsNoYear, "dots-no-year", civilRule((*scanner).dotsNoYear)},
	{SlashNoYear, "slash-no-year", civilRule((*scanner).slashNoYear)},
	{Named, "named", civilRule((*scanner).named)},
	{NamedNoYear, "named-no-year", civilRule((*scanner).namedNoYear)},
	{DayWord, "day-word", dayWord},
	{Ago, "ago", ago},
}

// String names the shapes of a set, joined by |.
func (s Shape) String() string {
	var names []string
	for _, rule := range rules {
		if s&rule.shape != 0 {
			names = append(names, rule.name)
		}
	}
	return strings.Join(names, "|")
}

// ParseShape is the set of the named shapes, as [Shape.String] names them.
func ParseShape(names ...string) (Shape, error) {
	var set Shape
next:
	for _, name := range names {
		for _, rule := range rules {
			if rule.name == name {
				set |= rule.shape
				continue next
			}
		}
		return 0, fmt.Errorf("when: no shape %q", name)
	}
	return set, nil
}
