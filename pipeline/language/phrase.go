package language

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// pattern is a sequence of words, each given in one or more forms.
type pattern struct {
	group int
	words [][]form
}

// form is a folded word; open at an end where any letters may stand.
type form struct {
	text                string
	openLeft, openRight bool
}

func (f form) matches(word string) bool {
	switch {
	case f.openRight:
		return strings.HasPrefix(word, f.text)
	case f.openLeft:
		return len(word) > len(f.text) && strings.HasSuffix(word, f.text)
	}
	return word == f.text
}

// phrases finds patterns in texts. A pattern is written as words with spaces
// between; a word may list forms apart by "|", and end (or begin) with "*" where
// any ending (or beginning) will do, for Russian and Kazakh are inflected. Patterns
// with Kazakh letters are also found typed with Russian ones.
type phrases struct {
	exact  map[string][]pattern // by the first word
	prefix map[string][]pattern // by the first word's beginning
	suffix map[rune][]pattern   // their first word is open to the left; by its last letter
	runes  []int                // lengths, in letters, of the keys of prefix, rising
}

func newPhrases() *phrases {
	return &phrases{exact: map[string][]pattern{}, prefix: map[string][]pattern{}, suffix: map[rune][]pattern{}}
}

// add compiles a pattern of a group.
func (p *phrases) add(group int, text string) error {
	if err := p.put(group, text); err != nil {
		return err
	}
	if typed := OnRussianKeys(text); typed != text {
		return p.put(group, typed)
	}
	return nil
}

func (p *phrases) put(group int, text string) error {
	compiled := pattern{group: group}
	for word := range strings.FieldsSeq(text) {
		var forms []form
		for alternative := range strings.SplitSeq(word, "|") {
			f := form{text: alternative}
			f.text, f.openRight = strings.CutSuffix(f.text, "*")
			f.text, f.openLeft = strings.CutPrefix(f.text, "*")
			if f.text == "" || f.openLeft && f.openRight || Fold(f.text) != f.text {
				return fmt.Errorf("language: pattern %q: %q is no folded word", text, alternative)
			}
			forms = append(forms, f)
		}
		compiled.words = append(compiled.words, forms)
	}
	if len(compiled.words) == 0 {
		return fmt.Errorf("language: empty pattern")
	}
	for _, f := range compiled.words[0] {
		switch {
		case f.openRight:
			p.prefix[f.text] = append(p.prefix[f.text], compiled)
			p.noteLength(utf8.RuneCountInString(f.text))
		case f.openLeft:
			last, _ := utf8.DecodeLastRuneInString(f.text)
			p.suffix[last] = append(p.suffix[last], pattern{group, append([][]form{{f}}, compiled.words[1:]...)})
		default:
			p.exact[f.text] = append(p.exact[f.text], compiled)
		}
	}
	return nil
}

func (p *phrases) noteLength(n int) {
	at := 0
	for at < len(p.runes) && p.runes[at] < n {
		at++
	}
	if at == len(p.runes) || p.runes[at] != n {
		p.runes = append(p.runes[:at], append([]int{n}, p.runes[at:]...)...)
	}
}

// find calls hit with the group of every pattern in words, once for every place.
func (p *phrases) find(words []string, hit func(group int)) {
	for i, word := range words {
		rest := words[i+1:]
		visit := func(patterns []pattern) {
			for _, pat := range patterns {
				if follows(pat.words[1:], rest) {
					hit(pat.group)
				}
			}
		}
		visit(p.exact[word])
		runes, at := 0, 0
		for _, length := range p.runes {
			for runes < length && at < len(word) {
				_, size := utf8.DecodeRuneInString(word[at:])
				at += size
				runes++
			}
			if runes < length {
				break
			}
			visit(p.prefix[word[:at]])
		}
		last, _ := utf8.DecodeLastRuneInString(word)
		for _, pat := range p.suffix[last] {
			if pat.words[0][0].matches(word) && follows(pat.words[1:], rest) {
				hit(pat.group)
			}
		}
	}
}

func follows(pattern [][]form, words []string) bool {
	if len(pattern) > len(words) {
		return false
	}
next:
	for i, forms := range pattern {
		for _, f := range forms {
			if f.matches(words[i]) {
				continue next
			}
		}
		return false
	}
	return true
}
