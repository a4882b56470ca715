package redact

import (
	"slices"
	"strings"
	"unicode"
)

// Directory holds the names of people who write on a page, to tell whom a text
// addresses before names are dropped. It is read-only once made and may be shared.
type Directory struct{ people map[string][]int } // by folded word of their names

// NewDirectory returns a directory of people by their names, as the page shows them.
// Words in lower case are none: who calls himself вода is not addressed by a sentence
// that begins with water.
func NewDirectory(names []string) *Directory {
	d := &Directory{people: map[string][]int{}}
	for i, name := range names {
		for _, written := range strings.FieldsFunc(name, func(r rune) bool { return !nameRune(r) }) {
			word := string(appendFolded(nil, written))
			if at := d.people[word]; unicode.IsUpper(firstRune(written)) && !slices.Contains(at, i) {
				d.people[word] = append(at, i)
			}
		}
	}
	return d
}

// Addressed is the place among the names of the one whom a text addresses where it
// begins: "Уважаемая Айгуль Сериковна!", "Айгүл, сәлеметсіз бе". It is −1 where the
// text addresses nobody by name, and where several people could be meant.
func (d *Directory) Addressed(s string) int {
	const opening = 10 // words
	var meant []int
	for n, found := 0, false; n < opening; n++ {
		at := strings.IndexFunc(s, nameRune)
		if at < 0 || found && strings.Trim(s[:at], " ") != "" {
			break
		}
		s = s[at:]
		end := nameEnd(s, 0)
		if end > maxWord {
			break
		}
		var buf [2 * maxWord]byte
		word := appendFolded(buf[:0], s[:end])
		role := roles[string(word)]
		people := d.people[string(word)]
		switch {
		case people != nil && role == plain && unicode.IsUpper(firstRune(s)):
			if found {
				people = both(meant, people)
			}
			meant, found = people, true
		case found && patronymic(word):
		case !found && (role == address || role == greeting || role == greetingTail):
		default:
			n = opening
		}
		s = s[end:]
	}
	if len(meant) != 1 {
		return -1
	}
	return meant[0]
}

// both lists what is in two lists.
func both(a, b []int) []int {
	var common []int
	for _, n := range a {
		if slices.Contains(b, n) {
			common = append(common, n)
		}
	}
	return common
}
