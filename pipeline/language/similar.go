package language

import (
	"math"
	"slices"
	"strings"
	"unicode"
)

// Mask returns the part of a text that a template repeats: folded, without the
// greeting and the name after it, with one 0 for every number. Two texts with the
// same mask are copies.
func Mask(text string) string {
	words := strings.Fields(Fold(text))
	kept := words[:0]
	opening := true
	for _, word := range words {
		if opening && openings[word] {
			continue
		}
		opening = false
		if strings.ContainsFunc(word, unicode.IsDigit) {
			word = "0"
			if len(kept) > 0 && kept[len(kept)-1] == "0" {
				continue
			}
		}
		kept = append(kept, word)
	}
	return strings.Join(kept, " ")
}

// openings are the words of greetings, in which a template differs from itself by
// the hour of the day and the sex of the person.
var openings = wordSet(`здравствуйте здраствуйте здравствуй добрый доброе доброго день вечер утро дня уважаемый
	уважаемая уважаемые дорогой дорогая господин госпожа сәлеметсіз бе сәлеметсізбе сәлем саламатсыз ба
	қайырлы күн кеш таң құрметті мырза ханым ассалаумағалейкум hello hi dear sir madam good morning afternoon`)

// Similar tells how alike two masked texts are: the share of their words that both
// have (Jaccard 1901), 1 for copies. Longer sequences of words than one tell nothing
// on replies of a sentence or two.
func Similar(a, b string) float64 {
	if a == b {
		return 1
	}
	return jaccard(wordHashes(a), wordHashes(b))
}

// jaccard compares two sets of hashes in rising order.
func jaccard(a, b []uint64) float64 {
	common, _ := overlap(a, b, 0)
	if union := len(a) + len(b) - common; union > 0 {
		return float64(common) / float64(union)
	}
	return 0
}

// overlap is how many hashes two sets share. It gives up as soon as they cannot
// share as many as needed.
func overlap(a, b []uint64, needed int) (common int, ok bool) {
	for len(a) > 0 && len(b) > 0 {
		if common+min(len(a), len(b)) < needed {
			return common, false
		}
		switch {
		case a[0] < b[0]:
			a = a[1:]
		case a[0] > b[0]:
			b = b[1:]
		default:
			common++
			a, b = a[1:], b[1:]
		}
	}
	return common, common >= needed
}

// wordHashes are the hashes of the distinct words of a masked text, rising. The top
// byte tells how short the word is (FNV-1a below it): long words are rare, and come
// first.
func wordHashes(masked string) []uint64 {
	hashes := make([]uint64, 0, strings.Count(masked, " ")+1)
	for word := range strings.FieldsSeq(masked) {
		h := uint64(14695981039346656037)
		for i := range len(word) {
			h = (h ^ uint64(word[i])) * 1099511628211
		}
		hashes = append(hashes, h>>8|uint64(255-min(len(word), 255))<<56)
	}
	slices.Sort(hashes)
	return slices.Compact(hashes)
}

// Index sorts masked texts into groups of near-duplicates as they come. A text
// joins the group whose first text it is most like, if it is like enough; else it
// opens a group. The groups depend on nothing but the texts and their order.
//
// Candidates come from prefix filtering (Chaudhuri, Ganti and Kaushik 2006): of two
// sets with a Jaccard of t, one must have one of its first (1−t)·n+1 words, in any
// fixed order of words, among those of the other. Nothing that is like enough is
// missed, and with the rarest words first, little is looked at in vain.
type Index struct {
	threshold float64
	copies    map[string]int   // masked text → group
	postings  map[uint64][]int // word → groups
	leaders   [][]uint64       // by group: the words of its first text
	first     []int            // by group: the number of its first text
	size      []int            // by group
	looked    []int            // by group: the last text that was compared with it
	added     int
}

// NewIndex returns an empty index in which texts are near-duplicates when at least
// threshold of their words are common, a number in (0, 1].
func NewIndex(threshold float64) *Index {
	return &Index{threshold: threshold, copies: map[string]int{}, postings: map[uint64][]int{}}
}

// Add sorts in one masked text. It returns the group, named by the number of its
// first text in the order of adding, from 0, and how many texts the group now has.
func (x *Index) Add(masked string) (group, size int) {
	number := x.added
	x.added++
	g, known := x.copies[masked]
	if !known {
		g = x.place(wordHashes(masked), number)
		x.copies[masked] = g
	}
	x.size[g]++
	return x.first[g], x.size[g]
}

// place is the group of a text that was not seen before.
func (x *Index) place(words []uint64, number int) int {
	head := words[:min(len(words), len(words)-x.common(len(words))+1)]
	best, top := -1, 0.0
	for _, word := range head {
		for _, g := range x.postings[word] {
			leader := x.leaders[g]
			if x.looked[g] == number {
				continue
			}
			x.looked[g] = number
			if len(leader) < x.common(len(words)) || len(words) < x.common(len(leader)) {
				continue
			}
			// |a∩b| ≥ t·|a∪b| is |a∩b| ≥ t/(1+t)·(|a|+|b|).
			total := len(words) + len(leader)
			shared, ok := overlap(words, leader, atLeast(x.threshold/(1+x.threshold)*float64(total)))
			if !ok {
				continue
			}
			alike := float64(shared) / float64(total-shared)
			if alike > top || alike == top && g < best {
				best, top = g, alike
			}
		}
	}
	if best >= 0 {
		return best
	}
	g := len(x.leaders)
	x.leaders = append(x.leaders, words)
	x.first = append(x.first, number)
	x.size = append(x.size, 0)
	x.looked = append(x.looked, number)
	for _, word := range head {
		x.postings[word] = append(x.postings[word], g)
	}
	return g
}

// common is how many words a set of n must at least share with one like it.
func (x *Index) common(n int) int { return max(1, atLeast(x.threshold*float64(n))) }

// atLeast is the smallest count that is no less than x, but for rounding.
func atLeast(x float64) int { return int(math.Ceil(x - 1e-9)) }
