package language

import (
	"iter"
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
	sure       = 0.97 // probability of a word that counts, chosen by cross-validation
)

// Language adds up what the words of a text are, long words counting for more.
func (l *learned) Language(text string) Language {
	x := l.extractors.Get().(*extractor)
	defer l.extractors.Put(x)
	var letters, sureLetters [3]float64
	total := 0.0
	for word := range spoken(shorten(text)) {
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

// spoken yields the folded words of a text but for names, which are of no language:
// those that begin with a capital letter within a sentence. A text of nothing but
// names is taken as it is.
func spoken(text string) iter.Seq[string] {
	return func(yield func(string) bool) {
		if !eachWord(text, true, yield) {
			eachWord(text, false, yield)
		}
	}
}

// eachWord yields the folded words of text and tells whether there was any.
func eachWord(text string, skipNames bool, yield func(string) bool) (some bool) {
	opens := true
	for field := range strings.FieldsSeq(text) {
		name := skipNames && !opens && capitalised(field)
		last, _ := utf8.DecodeLastRuneInString(field)
		opens = strings.ContainsRune(".!?…:", last)
		if name {
			continue
		}
		for word := range strings.FieldsSeq(Fold(field)) {
			r, _ := utf8.DecodeRuneInString(word)
			if !unicode.IsLetter(r) {
				continue
			}
			some = true
			if !yield(word) {
				return true
			}
		}
	}
	return some
}

// capitalised tells whether the first letter of a field is a capital one and the
// second is not: НЕТ is no name.
func capitalised(field string) bool {
	letters := 0
	for _, r := range field {
		if !unicode.IsLetter(r) {
			continue
		}
		if letters++; letters == 2 {
			return unicode.IsLower(r)
		}
		if !unicode.IsUpper(r) {
			return false
		}
	}
	return letters == 1
}
