package registry

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// folder brings the ways in which pages print the name of a body to one form:
// letter case, spaces, quotation marks and other punctuation do not count, and
// neither does the name of the state before or after it (Country.Affixes).
type folder struct {
	affixes [][]string // longest first
}

func newFolder(affixes []string) folder {
	var f folder
	for _, a := range affixes {
		if w := words(a); len(w) > 0 {
			f.affixes = append(f.affixes, w)
		}
	}
	slices.SortStableFunc(f.affixes, func(a, b []string) int { return len(b) - len(a) })
	return f
}

func (f folder) fold(name string) string {
	w := words(name)
	for cut := true; cut; {
		cut = false
		for _, a := range f.affixes {
			switch n := len(w) - len(a); {
			case n <= 0:
			case slices.Equal(w[:len(a)], a):
				w, cut = w[len(a):], true
			case slices.Equal(w[n:], a):
				w, cut = w[:n], true
			}
		}
	}
	return strings.Join(w, " ")
}

// words splits a name into its words in lower case.
func words(name string) []string {
	out := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	for i, w := range out {
		if strings.ContainsFunc(w, func(r rune) bool { return unicode.Is(unicode.Cyrillic, r) }) {
			out[i] = lookalikes.Replace(w)
		}
	}
	return out
}

// lookalikes turns the Latin letters that stand in Cyrillic words on many pages,
// above all i for the Kazakh і, into what they look like. Latin h is the Kazakh һ.
var lookalikes = strings.NewReplacer("a", "а", "c", "с", "e", "е", "h", "һ", "i", "і", "o", "о", "p", "р", "x", "х", "y", "у", "ё", "е")

// foldAccount brings an account id to one form: platforms do not tell handles
// apart by case, and people write them with an @.
func foldAccount(id string) string {
	return strings.ToLower(strings.TrimPrefix(strings.TrimSpace(id), "@"))
}

// bodyName is a name of a body with its place in the body's document.
type bodyName struct{ name, path string }

func namesOf(b *Body) []bodyName {
	var out []bodyName
	for _, l := range keysOf[Names]() {
		if n := b.Names.In(l); n != "" {
			out = append(out, bodyName{n, "names." + l})
		}
	}
	for i, a := range b.Aliases {
		out = append(out, bodyName{a, fmt.Sprintf("aliases[%d]", i)})
	}
	return out
}
