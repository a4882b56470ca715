package language

import (
	"fmt"
	"slices"
	"strings"

	"qulaq/pipeline/language/model"
)

// Train fits the classifier to examples and returns it in its stored form, which
// [Load] reads. The same examples give the same bytes.
func Train(examples []Example) ([]byte, error) {
	var stored []byte
	for i, head := range []struct {
		name     string
		labels   []string
		examples []model.Example
		epochs   int // 0 for the default; of the many words, fewer passes are enough
	}{
		{"citizens' classes", labels(Classes[Citizen]), classExamples(examples, Citizen), 0},
		{"officials' classes", labels(Classes[Official]), classExamples(examples, Official), 0},
		{"languages of words", labels(wordLanguages), wordExamples(examples), 8},
	} {
		m, err := model.Train(head.labels, head.examples, model.Options{Epochs: head.epochs, Seed: uint64(i + 1)})
		if err != nil {
			return nil, fmt.Errorf("language: train %s: %w", head.name, err)
		}
		if stored, err = m.AppendBinary(stored); err != nil {
			return nil, fmt.Errorf("language: train %s: %w", head.name, err)
		}
	}
	return stored, nil
}

// grouped numbers the groups of examples as they come.
type grouped map[string]int

func (g grouped) number(group string) int {
	n, ok := g[group]
	if !ok {
		n = len(g)
		g[group] = n
	}
	return n
}

// classExamples are those for the classes of a role.
func classExamples(examples []Example, role Role) []model.Example {
	var all []model.Example
	x, groups := &extractor{}, grouped{}
	for _, e := range examples {
		if e.Role == role {
			all = append(all, model.Example{
				Features: clone(x.class(e.Text)),
				Label:    slices.Index(Classes[role], e.Class),
				Group:    groups.number(e.Group),
			})
		}
	}
	return all
}

// wordRepeats is how often a word counts in each language at most.
const wordRepeats = 4

// wordExamples are the words of the texts that are of one language, as often as they
// are there, up to wordRepeats: a word that both languages have is of the one that uses
// it more. They are also learned, once, as typed with Russian and with Latin letters.
func wordExamples(examples []Example) []model.Example {
	var all []model.Example
	x, groups := &extractor{}, grouped{}
	seen := map[string]int{}
	for _, e := range examples {
		label := slices.Index(wordLanguages, e.Language)
		if label < 0 {
			continue
		}
		for word := range spoken(e.Text) {
			for i, spelling := range spellings(word) {
				key := string(e.Language) + " " + spelling
				if seen[key] >= wordRepeats || i > 0 && seen[key] > 0 {
					continue
				}
				seen[key]++
				all = append(all, model.Example{
					Features: clone(x.word(spelling)),
					Label:    label,
					Group:    groups.number(e.Group),
				})
			}
		}
	}
	return all
}

// spellings are the ways in which a folded word is typed.
func spellings(word string) []string {
	if latin(word) {
		return []string{word}
	}
	return slices.Compact([]string{word, OnRussianKeys(word), latinLetters.Replace(word)})
}

func clone(f *model.Features) model.Features {
	var c model.Features
	for i, block := range f {
		c[i] = slices.Clone(block)
	}
	return c
}

// latinLetters is how Kazakh and Russian are typed with Latin letters.
var latinLetters = strings.NewReplacer(
	"ш", "sh", "ж", "zh", "қ", "q", "ғ", "g", "ң", "n", "ө", "o", "ұ", "u", "ү", "u", "ә", "a", "і", "i", "ы", "y",
	"х", "h", "һ", "h", "ч", "ch", "й", "i", "а", "a", "б", "b", "в", "v", "г", "g", "д", "d", "е", "e", "з", "z",
	"и", "i", "к", "k", "л", "l", "м", "m", "н", "n", "о", "o", "п", "p", "р", "r", "с", "s", "т", "t", "у", "u",
	"ф", "f", "ц", "c", "щ", "sh", "ъ", "", "ь", "", "э", "e", "ю", "iu", "я", "ia",
)
