package language

import (
	"strings"
	"unicode"
)

// Fold returns text in the form in which cues, themes and the model see it: in
// lower case, е for ё, words apart by one space. A word is letters, digits, "_" and
// "-"; of all other signs only "?" stays, as a word of its own.
func Fold(text string) string {
	var b strings.Builder
	b.Grow(len(text))
	inWord := false
	space := func() {
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
	}
	for _, r := range clean(text) {
		switch {
		case unicode.IsLetter(r) || unicode.IsDigit(r) || r == '_' || r == '-' && inWord:
			if !inWord {
				space()
			}
			b.WriteRune(foldRune(r))
			inWord = true
		case unicode.IsMark(r) || r == '\u00AD' || r == '\u200B':
		case r == '?':
			space()
			b.WriteByte('?')
			inWord = false
		default:
			inWord = false
		}
	}
	return b.String()
}

func foldRune(r rune) rune {
	switch r = unicode.ToLower(r); r {
	case 'ё':
		return 'е'
	}
	return r
}

// russianKeys is how Kazakh letters are typed on a Russian keyboard.
var russianKeys = strings.NewReplacer("ә", "а", "ғ", "г", "қ", "к", "ң", "н", "ө", "о", "ұ", "у", "ү", "у", "һ", "х", "і", "и")

// OnRussianKeys returns a folded text as it is typed by people who have no Kazakh
// letters at hand: қашан becomes кашан.
func OnRussianKeys(folded string) string { return russianKeys.Replace(folded) }
