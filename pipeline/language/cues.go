package language

import (
	_ "embed"
	"fmt"
	"math"
	"strings"
	"sync"
)

// Cue groups beside the classes themselves: what a phrase tells that is no class.
const (
	rhetorical = "rhetorical" // a question mark that asks nothing
	headline   = "headline"   // of an article that was shared
	greetings  = "greeting"   // tells nothing
)

// moods are the groups of function words and endings: they vote for no class, but
// the learned classifier finds them in wordings that no list of phrases has.
var moods = []string{
	"interrogative", "particle", "imperative", "wish", "negation", "repeated", "ours", "gratitude",
	"price", "contact", "passive", "promise", "elsewhere", "laughter", "blessing", "norm", "invite", "positive",
	"negative", "addressed", "private", "done", "readers",
}

//go:embed data/cues.tsv
var cuesTSV string

// groups lists the groups of cues; a cue's group is its index.
var groups = append([]string{
	string(Question), string(Request), string(Complaint), string(Praise), string(Chatter), string(Ad),
	rhetorical, headline, greetings,
	string(Substantive), string(Refusal), string(Redirect), string(Acknowledgement), string(Closing),
}, moods...)

func groupIndex(name string) int {
	for i, group := range groups {
		if group == name {
			return i
		}
	}
	return -1
}

// cue is a line of data/cues.tsv.
type cue struct {
	group, lang, pattern, example string
}

// parseCues reads a table of cues. It is strict: an unknown group or language, a
// pattern that is not folded or repeated, or a column too few is refused.
func parseCues(table string) ([]cue, *phrases, error) {
	var cues []cue
	p := newPhrases()
	seen := map[string]int{}
	for n, line := range strings.Split(strings.TrimSuffix(table, "\n"), "\n") {
		columns := strings.Split(line, "\t")
		if n == 0 {
			if line != "group\tlang\tpattern\texample" {
				return nil, nil, fmt.Errorf("language: cues: line 1 must name the columns group, lang, pattern, example")
			}
			continue
		}
		fail := func(reason string) error { return fmt.Errorf("language: cues: line %d: %s: %q", n+1, reason, line) }
		if len(columns) != 4 {
			return nil, nil, fail("want 4 columns")
		}
		c := cue{columns[0], columns[1], columns[2], columns[3]}
		group := groupIndex(c.group)
		switch {
		case group < 0:
			return nil, nil, fail("unknown group")
		case !knownLanguage(Language(c.lang)):
			return nil, nil, fail("unknown language")
		case seen[c.group+"\t"+c.pattern] > 0:
			return nil, nil, fail(fmt.Sprintf("pattern repeated from line %d", seen[c.group+"\t"+c.pattern]))
		}
		seen[c.group+"\t"+c.pattern] = n + 1
		if err := p.add(group, c.pattern); err != nil {
			return nil, nil, fail(err.Error())
		}
		cues = append(cues, c)
	}
	return cues, p, nil
}

func knownLanguage(l Language) bool {
	for _, known := range Languages {
		if l == known {
			return true
		}
	}
	return false
}

// embedded are the cues of this build; a test holds that they can be read.
var embedded = sync.OnceValue(func() *phrases {
	_, p, err := parseCues(cuesTSV)
	if err != nil {
		panic(err) // Unreachable: data/cues.tsv is part of the program and tested.
	}
	return p
})

// votes counts, per group, the cues in a folded text.
func votes(folded string) []int {
	counts := make([]int, len(groups))
	embedded().find(strings.Fields(folded), func(group int) { counts[group]++ })
	return counts
}

// Cues returns the classifier that counts cue phrases. It knows no more than its
// list: on wording that nobody thought of, it is wrong more often than not.
func Cues() Classifier { return cueClassifier{} }

type cueClassifier struct{}

func (cueClassifier) Version() string { return "cues-1" }

func (cueClassifier) Language(text string) Language { return detect(text) }

// Citizen takes the class with the most cues. A question mark is a cue of its own,
// unless the question is rhetorical or a headline.
func (cueClassifier) Citizen(text string) Verdict {
	folded := Fold(text)
	counts := votes(folded)
	if strings.Contains(folded, "?") {
		switch {
		case counts[groupIndex(rhetorical)] > 0:
			counts[groupIndex(string(Complaint))] += 2
		case counts[groupIndex(headline)] > 0:
			counts[groupIndex(string(Chatter))] += 3
		default:
			counts[groupIndex(string(Question))]++
		}
	}
	// Between equals, what is rarer in speech tells more.
	best, top, total := Chatter, 0, 0
	for _, class := range []Class{Ad, Question, Request, Complaint, Praise, Chatter} {
		n := counts[groupIndex(string(class))]
		total += n
		if n > top {
			best, top = class, n
		}
	}
	v := Verdict{Class: best, Confidence: share(top, total)}
	if best.Need() {
		v.Need = (1 + v.Confidence) / 2
	} else {
		v.Need = (1 - v.Confidence) / 2
	}
	return v
}

// Official takes the strongest class of which there is a cue. A long text without
// any explains something.
func (cueClassifier) Official(text string) Verdict {
	counts := votes(Fold(text))
	for _, class := range Classes[Official] {
		if n := counts[groupIndex(string(class))]; n > 0 {
			return Verdict{Class: class, Confidence: share(n, n)}
		}
	}
	if len(text) > 300 {
		return Verdict{Class: Substantive, Confidence: share(0, 0)}
	}
	return Verdict{Class: Acknowledgement, Confidence: share(0, 0)}
}

// share is how far k votes of n are to be believed: few votes prove little.
func share(k, n int) float64 {
	if n == 0 {
		return 0.3
	}
	return math.Min(0.95, (float64(k)+0.5)/(float64(n)+1.5))
}
