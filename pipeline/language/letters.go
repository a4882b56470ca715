package language

import (
	"strings"
	"unicode"
)

// detect tells the language of a text by its letters, word by word: those that only
// Kazakh has, those that Kazakh has only in borrowed words, and a few frequent
// words. It takes Kazakh typed with Russian letters for Russian.
func detect(text string) Language {
	var kazakh, russian, latin, other int
	for word := range strings.FieldsSeq(Fold(text)) {
		switch {
		case strings.ContainsAny(word, "әғқңөұүһі"):
			kazakh++
		case !strings.ContainsFunc(word, unicode.IsLetter):
		case strings.ContainsFunc(word, latinLetter):
			latin++
		case russianWords[word] || len(word) > 6 && strings.ContainsAny(word, "щъэцьчв"):
			russian++
		default:
			other++
		}
	}
	cyrillic := kazakh + russian + other
	switch {
	case cyrillic+latin == 0:
		return Undetermined
	case latin > cyrillic:
		return latinLanguage(text)
	case kazakh > 0 && russian > 0 && 4*russian >= kazakh && 8*kazakh >= russian:
		return Mixed
	case kazakh > 0 && 4*kazakh >= russian:
		return Kazakh
	}
	return Russian
}

func latinLetter(r rune) bool { return unicode.Is(unicode.Latin, r) }

// latinLanguage tells English from Kazakh and Russian typed with Latin letters.
func latinLanguage(text string) Language {
	english, kazakh := 0, 0
	for word := range strings.FieldsSeq(Fold(text)) {
		switch {
		case englishWords[word]:
			english++
		case strings.ContainsAny(word, "q") || strings.HasSuffix(word, "iz") || strings.HasSuffix(word, "yn") ||
			strings.HasSuffix(word, "dy") || strings.HasSuffix(word, "ma") || strings.HasSuffix(word, "lar"):
			kazakh++
		}
	}
	switch {
	case english > kazakh:
		return English
	case kazakh > 0:
		return Kazakh
	}
	return Russian
}

var (
	russianWords = wordSet(`и в во не на что с со как это а по но мы вы у к за от до из для уже нет когда почему где кто
		все так только бы ли же если или вам нас вас наш ваш есть был была было будет можно нужно очень где сколько`)
	englishWords = wordSet(`the a an is are was were to of in on at for and or not no we you i my our your it this that
		when where why how who what please thank thanks can will there have has been hello great dear`)
)

func wordSet(words string) map[string]bool {
	set := map[string]bool{}
	for word := range strings.FieldsSeq(words) {
		set[word] = true
	}
	return set
}
