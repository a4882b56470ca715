package jobs

import (
	"strings"
	"unicode"

	"qulaq/pipeline/language"
	"qulaq/stats"
)

// LanguageScores are those of the texts in one language.
type LanguageScores struct {
	Language   language.Language `json:"language"`
	Writing    string            `json:"writing,omitempty"` // of Kazakh, in ByWriting
	Texts      int               `json:"texts"`
	Told       float64           `json:"told"` // share that was taken for its language, with Wilson limits
	ToldLo     float64           `json:"told_lo"`
	ToldHi     float64           `json:"told_hi"`
	Citizen    Labels            `json:"citizen"`
	Official   Labels            `json:"official"`
	NeedsReply Score             `json:"needs_reply"`
}

// Name is the language, and the way in which it is written.
func (l *LanguageScores) Name() string {
	if l.Writing == "" {
		return string(l.Language)
	}
	return string(l.Language) + ", " + l.Writing
}

// The ways to write Kazakh, by the letters of a text.
const (
	kazakhLetters  = "Kazakh letters"
	russianLetters = "Russian letters" // Cyrillic, without a letter that only Kazakh has
	latinLetters   = "Latin letters"
)

var writings = []string{kazakhLetters, russianLetters, latinLetters}

// writing is the way in which a Kazakh text is written.
func writing(text string) string {
	switch {
	case strings.ContainsAny(strings.ToLower(text), "әғқңөұүһі"):
		return kazakhLetters
	case strings.ContainsFunc(text, func(r rune) bool { return unicode.Is(unicode.Cyrillic, r) }):
		return russianLetters
	}
	return latinLetters
}

// partScores scores the examples in the language, and written in the way, of a part;
// none where there are none.
func partScores(c language.Classifier, examples []language.Example, part LanguageScores) ([]LanguageScores, error) {
	var some []language.Example
	for _, e := range examples {
		if e.Language == part.Language && (part.Writing == "" || part.Writing == writing(e.Text)) {
			some = append(some, e)
		}
	}
	if len(some) == 0 {
		return nil, nil
	}
	scores, err := languageScores(c, some)
	if err != nil {
		return nil, err
	}
	scores.Language, scores.Writing = part.Language, part.Writing
	return []LanguageScores{scores}, nil
}

func languageScores(c language.Classifier, examples []language.Example) (LanguageScores, error) {
	out := LanguageScores{Texts: len(examples)}
	var err error
	if out.Citizen, err = labels(c, examples, func(r *language.Report) language.Table { return r.Citizen }); err != nil {
		return out, err
	}
	if out.Official, err = labels(c, examples, func(r *language.Report) language.Table { return r.Official }); err != nil {
		return out, err
	}
	r := language.Evaluate(c, examples)
	told, n := r.Languages.Right(), r.Languages.N()
	limits, err := stats.Wilson(told, n, stats.DefaultLevel)
	if err != nil {
		return out, err
	}
	out.Told, out.ToldLo, out.ToldHi = ratio(told, n), limits.Lo, limits.Hi
	out.NeedsReply, err = score("", r.Needs)
	return out, err
}
