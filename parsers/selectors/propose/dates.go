package propose

import (
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"qulaq/parsers"
	"qulaq/parsers/when"
)

// shapes are tried one by one, so that a date of two readings is found out.
var shapes = []when.Shape{
	when.ISO, when.Dots, when.Slashes, when.MonthFirst, when.YearFirst, when.DotsNoYear, when.SlashNoYear,
	when.Named, when.NamedNoYear, when.DayWord, when.Ago,
}

// maxDate is longer than any date, in characters.
const maxDate = 60

// printed is a date as a page prints it: perhaps with a word before it.
type printed struct {
	label string
	date  string
}

// labelled is a date behind a label. A word without a colon is one only where it
// says so: a sentence may end in a date, too.
var labelled = regexp.MustCompile(`(?i)^((?:[\pL ]{2,30}?)(?:\s*:)|подано|опубликовано|изменено|обновлено|добавлено|дата|posted|published|asked|answered|жарияланды)\s*(.+)$`)

// asDate takes a text for a date if all of it is one in some shape, perhaps behind
// a label.
func asDate(text string, seen time.Time) (printed, bool) {
	text = strings.Join(strings.Fields(text), " ")
	if n := utf8.RuneCountInString(text); n < 4 || n > maxDate || !strings.ContainsFunc(text, unicode.IsLetter) && number.FindString(text) == text {
		return printed{}, false
	}
	if len(readings(text, seen)) > 0 {
		return printed{date: text}, true
	}
	m := labelled.FindStringSubmatch(text)
	if m == nil {
		return printed{}, false
	}
	p := printed{strings.ToLower(strings.Trim(m[1], " :")), m[2]}
	return p, len(readings(p.date, seen)) > 0
}

// readings are what a text can mean, by shape.
func readings(text string, seen time.Time) map[when.Shape]parsers.Span {
	found := map[when.Shape]parsers.Span{}
	for _, shape := range shapes {
		if date, err := (when.Grammar{Shapes: shape}).Parse(text, when.Context{Seen: seen}); err == nil {
			found[shape] = date.Span
		}
	}
	return found
}

// shapesOf chooses the shapes that read all of some dates: one if one does, else
// the fewest in the order of package when. doubt is a date of two readings that no
// other date decides.
func shapesOf(dates []printed, seen time.Time) (names []string, doubt string) {
	var read []map[when.Shape]parsers.Span
	for _, d := range dates {
		read = append(read, readings(d.date, seen))
	}
	var all []when.Shape // that read every date
	for _, shape := range shapes {
		if !slices.ContainsFunc(read, func(r map[when.Shape]parsers.Span) bool { _, ok := r[shape]; return !ok }) {
			all = append(all, shape)
		}
	}
	if len(all) > 0 {
		for i, r := range read {
			for _, shape := range all[1:] {
				if r[shape] != r[all[0]] {
					return nil, dates[i].date
				}
			}
		}
		return []string{all[0].String()}, ""
	}
	for _, r := range read {
		known := slices.ContainsFunc(names, func(name string) bool {
			shape, err := when.ParseShape(name)
			_, ok := r[shape]
			return err == nil && ok
		})
		if known {
			continue
		}
		for _, shape := range shapes {
			if _, ok := r[shape]; ok {
				names = append(names, shape.String())
				break
			}
		}
	}
	return names, ""
}

// labelsOf are the labels before some dates, each once.
func labelsOf(dates []printed) []string {
	var labels []string
	for _, d := range dates {
		if d.label != "" && !slices.Contains(labels, d.label) {
			labels = append(labels, d.label)
		}
	}
	return labels
}
