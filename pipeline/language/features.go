package language

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"qulaq/pipeline/language/model"
)

// Kinds of features, mixed into their hashes.
const (
	kindGram uint64 = iota + 1
	kindWord
	kindPair
	kindEdge
	kindCue
	kindMark
	kindTheme
	kindEnding
	kindOpening
)

// stemLength is how much of a word, in letters, is the same in all its cases, more
// often than not.
const stemLength = 5

// endingLength is how much of a word, in letters, tells its form.
const endingLength = 3

// anyTheme is the feature of a text that touches some theme of public life.
const anyTheme = 1 << 16

// maxFeatureBytes is how much of a text is read: what it wants stands in its first
// and last sentences, and a letter of pages must not cost more than a comment.
const maxFeatureBytes = 4096

// extractor turns texts into features. It is reused, so that a text costs no
// allocation; it is not safe for concurrent use.
type extractor struct {
	runes    []rune
	words    []span
	opening  []rune
	features model.Features
}

// The blocks of features.
const (
	blockGrams = iota
	blockWords
	blockMarks
)

// span is a part of a text, in runes.
type span struct{ start, end int }

// class returns the features that tell what a text does: n-grams of two to five
// letters within words, words, pairs of stems, words with the ending of the word
// before, the first and last word, how sentences open, cues, and marks such as a
// question mark or a redacted phone. Kazakh is read as typed on Russian keys and Latin
// letters as Cyrillic ones, so that all spellings of a word have features in common.
func (x *extractor) class(text string) *model.Features {
	x.reset()
	text = numbered(text)
	x.marks(text)
	shortened := shorten(text)
	folded := onRussianKeys(shortened)
	x.split(folded)
	for _, w := range x.words {
		x.grams(w, 2, 5)
		x.add(kindWord, x.runes[w.start:w.end], nil)
	}
	for i := 1; i < len(x.words); i++ {
		a, b := x.words[i-1], x.words[i]
		x.add(kindPair, x.runes[a.start:min(a.end, a.start+stemLength)], x.runes[b.start:min(b.end, b.start+stemLength)])
		x.add(kindEnding, x.runes[max(a.start, a.end-endingLength):a.end], x.runes[b.start:b.end])
	}
	if n := len(x.words); n > 0 {
		first, last := x.words[0], x.words[n-1]
		x.add(kindEdge, x.runes[first.start:first.end], []rune{'<'})
		x.add(kindEdge, x.runes[last.start:last.end], []rune{'>'})
	}
	x.openings(shortened)
	words := strings.Fields(folded)
	embedded().find(words, func(group int) { x.addHash(kindCue, uint64(group)) })
	themes().phrases.find(words, func(theme int) {
		x.addHash(kindTheme, uint64(theme))
		x.addHash(kindTheme, anyTheme)
	})
	return x.distinct()
}

// openings adds the endings of the words that open a sentence: an order, and often a
// wish or a question, begins with its verb.
func (x *extractor) openings(text string) {
	for sentence := range strings.FieldsFuncSeq(text, endsSentence) {
		sentence = strings.TrimLeftFunc(sentence, func(r rune) bool { return !unicode.IsLetter(r) })
		word, _, _ := strings.Cut(sentence, " ")
		x.opening = append(x.opening[:0], []rune(onRussianKeys(word))...)
		for n := 2; n <= 4; n++ {
			x.add(kindOpening, x.opening[max(0, len(x.opening)-n):], nil)
		}
	}
}

func endsSentence(r rune) bool { return strings.ContainsRune(".!?…\n", r) }

// onRussianKeys folds text and writes all its words in Cyrillic on Russian keys.
func onRussianKeys(text string) string {
	folded := OnRussianKeys(Fold(text))
	if latin(folded) {
		folded = Cyrillic(folded)
	}
	return folded
}

// word returns the features that tell the language of a word: its n-grams of one to
// four letters, and itself.
func (x *extractor) word(folded string) *model.Features {
	x.reset()
	x.split(folded)
	for _, w := range x.words {
		x.grams(w, 1, 4)
		x.add(kindWord, x.runes[w.start:w.end], nil)
	}
	return x.distinct()
}

// shorten is the beginning and the end of a text that is too long.
func shorten(text string) string {
	if len(text) <= maxFeatureBytes {
		return text
	}
	head, tail := maxFeatureBytes/2, len(text)-maxFeatureBytes/2
	for !utf8.RuneStart(text[head]) {
		head--
	}
	for !utf8.RuneStart(text[tail]) {
		tail++
	}
	return text[:head] + " " + text[tail:]
}

func (x *extractor) split(folded string) {
	x.runes, x.words = x.runes[:0], x.words[:0]
	start := 0
	for _, r := range folded {
		if r == ' ' {
			x.words = append(x.words, span{start, len(x.runes)})
			start = len(x.runes)
			continue
		}
		if '0' <= r && r <= '9' {
			r = '0'
		}
		x.runes = append(x.runes, r)
	}
	if len(x.runes) > start {
		x.words = append(x.words, span{start, len(x.runes)})
	}
}

// grams adds the n-grams of a word, with a mark at both of its ends.
func (x *extractor) grams(w span, from, to int) {
	for i := w.start - 1; i < w.end; i++ {
		h := kindGram
		for n := 1; n <= to && i+n-1 <= w.end; n++ {
			r := rune('_')
			if at := i + n - 1; at >= w.start && at < w.end {
				r = x.runes[at]
			}
			h = mix(h, uint64(r))
			if n >= from {
				x.features[blockGrams] = append(x.features[blockGrams], model.Bucket(h))
			}
		}
	}
}

func (x *extractor) add(kind uint64, a, b []rune) {
	h := kind
	for _, r := range a {
		h = mix(h, uint64(r))
	}
	if b != nil {
		h = mix(h, ' ')
		for _, r := range b {
			h = mix(h, uint64(r))
		}
	}
	x.addHash(kind, h)
}

func (x *extractor) addHash(kind, h uint64) {
	block := blockWords
	if kind == kindCue || kind == kindMark || kind == kindTheme {
		block = blockMarks
	}
	x.features[block] = append(x.features[block], model.Bucket(mix(kind, h)))
}

// mix is a step of FNV-1a over numbers, with the high bits folded down.
func mix(h, v uint64) uint64 {
	h = (h ^ v) * 0x9E3779B97F4A7C15
	return h ^ h>>29
}

// Marks of a text that are no words.
const (
	markQuestion = iota
	markManyQuestions
	markExclamation
	markQuestionEnd
	markLink
	markPhone
	markHandle
	markEmoji
	markDigits
	markPercent
	markQuote
	markCapitals
	markNoLetters
	markLength // and on: the logarithm of the length
)

// marks adds what punctuation, length and redacted identifiers tell.
func (x *extractor) marks(text string) {
	mark := func(n int, on bool) {
		if on {
			x.addHash(kindMark, uint64(n))
		}
	}
	questions := strings.Count(text, "?")
	mark(markQuestion, questions > 0)
	mark(markManyQuestions, questions > 1)
	mark(markQuestionEnd, strings.HasSuffix(strings.TrimRight(text, " \n!.)"), "?"))
	mark(markExclamation, strings.Contains(text, "!"))
	mark(markLink, strings.Contains(text, "‹profile›") || strings.Contains(text, "://"))
	mark(markPhone, strings.Contains(text, "‹phone›"))
	mark(markHandle, strings.Contains(text, "‹handle›"))
	mark(markPercent, strings.Contains(text, "%"))
	mark(markQuote, strings.ContainsAny(text, "«»“”\""))
	var letters, capitals, emoji, digits int
	for _, r := range text {
		switch {
		case unicode.IsLetter(r):
			letters++
			if unicode.IsUpper(r) {
				capitals++
			}
		case '0' <= r && r <= '9':
			digits++
		case r >= 0x2600 && unicode.IsSymbol(r):
			emoji++
		}
	}
	mark(markEmoji, emoji > 0)
	mark(markDigits, digits > 0)
	mark(markCapitals, letters > 8 && 2*capitals > letters)
	mark(markNoLetters, letters == 0)
	length := 0
	for n := letters; n > 0; n /= 2 {
		length++
	}
	mark(markLength+length, true)
}

func (x *extractor) reset() {
	for i := range x.features {
		x.features[i] = x.features[i][:0]
	}
}

// distinct sorts the features of each block and drops repetitions.
func (x *extractor) distinct() *model.Features {
	for i := range x.features {
		slices.Sort(x.features[i])
		x.features[i] = slices.Compact(x.features[i])
	}
	return &x.features
}

// latin tells whether most letters of a folded text are Latin.
func latin(folded string) bool {
	latin, other := 0, 0
	for _, r := range folded {
		switch {
		case 'a' <= r && r <= 'z':
			latin++
		case unicode.IsLetter(r):
			other++
		}
	}
	return latin > other
}

// cyrillicLetters turns Kazakh and Russian in Latin letters, in the ways in which
// people type them, into Cyrillic on Russian keys.
var cyrillicLetters = strings.NewReplacer(
	"shch", "щ", "sch", "щ", "sh", "ш", "ch", "ч", "zh", "ж", "kh", "х", "gh", "г", "ts", "ц", "ng", "н",
	"ya", "я", "yu", "ю", "yo", "е", "ye", "е", "ia", "я", "iu", "ю",
	"a", "а", "b", "б", "c", "ц", "d", "д", "e", "е", "f", "ф", "g", "г", "h", "х", "i", "и", "j", "ж", "k", "к",
	"l", "л", "m", "м", "n", "н", "o", "о", "p", "п", "q", "к", "r", "р", "s", "с", "t", "т", "u", "у", "v", "в",
	"w", "ш", "x", "х", "y", "ы", "z", "з", "ä", "а", "ö", "о", "ü", "у", "ñ", "н", "ğ", "г", "ş", "ш", "ı", "ы",
	"ū", "у", "á", "а", "ó", "о", "ú", "у", "ý", "у", "'", "", "’", "",
)

// Cyrillic returns a folded text in Latin letters as it would be in Cyrillic ones.
func Cyrillic(folded string) string { return cyrillicLetters.Replace(folded) }
