package language

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// wordLanguages are the languages that a word can be of.
var wordLanguages = []Language{Kazakh, Russian, English}

// How much of a text must be Kazakh and how much Russian for it to be mixed. Names
// of things are borrowed without the language: one word is not enough where the
// other language has many.
const (
	mixedShare = 0.1  // of the letters
	sure       = 0.95 // probability of a word that counts
)

// Language adds up what the words of a text are, long words counting for more.
func (l *learned) Language(text string) Language {
	x := l.extractors.Get().(*extractor)
	defer l.extractors.Put(x)
	var letters, sureLetters [3]float64
	total := 0.0
	for word := range strings.FieldsSeq(Fold(shorten(text))) {
		r, _ := utf8.DecodeRuneInString(word)
		if !unicode.IsLetter(r) {
			continue
		}
		var p [3]float64
		l.words.Probabilities(x.word(word), p[:])
		n := float64(utf8.RuneCountInString(word))
		total += n
		for i := range p {
			letters[i] += n * p[i]
			if p[i] >= sure {
				sureLetters[i] += n
			}
		}
	}
	if total == 0 {
		return Undetermined
	}
	if kazakh, russian := sureLetters[0], sureLetters[1]; min(kazakh, russian) >= mixedShare*total {
		return Mixed
	}
	return wordLanguages[largest(letters[:])]
}
