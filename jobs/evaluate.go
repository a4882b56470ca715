package jobs

import (
	"qulaq/pipeline/language"
	"qulaq/stats"
)

// Evaluation tells how well a classifier does on texts that people have labelled.
type Evaluation struct {
	Classifier string                    `json:"classifier"`
	Texts      int                       `json:"texts"`
	MacroF1    map[language.Role]float64 `json:"macro_f1"`
	NeedsReply Score                     `json:"needs_reply"` // of citizens' texts
	Roles      []RoleScores              `json:"roles"`
	Languages  Labels                    `json:"languages"` // how well the language is told
	ByLanguage []LanguageScores          `json:"by_language"`
	ByWriting  []LanguageScores          `json:"by_writing"` // the Kazakh texts of ByLanguage again, by how they are written
	// Calibration compares how sure the classifier is with how often it is right;
	// the error is their mean distance (Naeini, Cooper and Hauskrecht, AAAI 2015).
	Calibration      []Confidence `json:"calibration"`
	CalibrationError float64      `json:"calibration_error"`
}

// Score is how well one label is told. Limits are at 95 %: Wilson's of the shares
// behind precision and recall; those of F1 from the share J of the texts of the label,
// or taken for it, that are both, as F1 = 2J/(1+J).
type Score struct {
	Label       string  `json:"label,omitempty"`
	N           int     `json:"n"`     // texts of the label
	Taken       int     `json:"taken"` // texts taken for it
	Precision   float64 `json:"precision"`
	PrecisionLo float64 `json:"precision_lo"`
	PrecisionHi float64 `json:"precision_hi"`
	Recall      float64 `json:"recall"`
	RecallLo    float64 `json:"recall_lo"`
	RecallHi    float64 `json:"recall_hi"`
	F1          float64 `json:"f1"`
	F1Lo        float64 `json:"f1_lo"`
	F1Hi        float64 `json:"f1_hi"`
}

// Labels tells how well the labels of one kind are told apart. Confusion[i][j] texts
// are of the i-th label and were taken for the j-th.
type Labels struct {
	N         int      `json:"n"`
	Right     float64  `json:"right"` // share, with Wilson limits
	RightLo   float64  `json:"right_lo"`
	RightHi   float64  `json:"right_hi"`
	MacroF1   float64  `json:"macro_f1"` // mean F1 of the labels that occur; limits by bootstrap
	MacroF1Lo float64  `json:"macro_f1_lo"`
	MacroF1Hi float64  `json:"macro_f1_hi"`
	Scores    []Score  `json:"scores"`
	Names     []string `json:"names"`
	Confusion [][]int  `json:"confusion"`
}

// RoleScores are those of the classes of a role.
type RoleScores struct {
	Role language.Role `json:"role"`
	Labels
}

// Confidence is a bin of texts of whose class the classifier is about equally sure.
type Confidence struct {
	N          int     `json:"n"`
	Confidence float64 `json:"confidence"` // mean
	Right      float64 `json:"right"`
	RightLo    float64 `json:"right_lo"` // Wilson
	RightHi    float64 `json:"right_hi"`
}

// evaluationDraws is the number of bootstrap draws of a macro-F1.
const evaluationDraws = 500

// evaluationGroups is the number of groups below which they are batches of texts, not
// situations, and say nothing of how texts vary.
const evaluationGroups = 20

// Evaluate holds a classifier against labelled texts. Texts of one group are drawn
// together for the limits of macro-F1, for translations of a text are not two; with
// few groups each text is drawn by itself.
func Evaluate(c language.Classifier, examples []language.Example) (Evaluation, error) {
	c = remember(c, examples)
	r := language.Evaluate(c, examples)
	out := Evaluation{
		Classifier: r.Classifier, Texts: len(examples), MacroF1: map[language.Role]float64{},
		CalibrationError: r.CalibrationError(),
	}
	all, err := languageScores(c, examples)
	if err != nil {
		return out, err
	}
	for _, role := range []RoleScores{{language.Citizen, all.Citizen}, {language.Official, all.Official}} {
		if role.N > 0 {
			out.MacroF1[role.Role] = role.MacroF1
			out.Roles = append(out.Roles, role)
		}
	}
	out.NeedsReply = all.NeedsReply
	if out.Languages, err = labels(c, examples, func(r *language.Report) language.Table { return r.Languages }); err != nil {
		return out, err
	}
	for _, l := range language.Languages {
		scores, err := partScores(c, examples, LanguageScores{Language: l})
		if err != nil {
			return out, err
		}
		out.ByLanguage = append(out.ByLanguage, scores...)
	}
	for _, w := range writings {
		scores, err := partScores(c, examples, LanguageScores{Language: language.Kazakh, Writing: w})
		if err != nil {
			return out, err
		}
		out.ByWriting = append(out.ByWriting, scores...)
	}
	for _, b := range r.Bins {
		if b.N == 0 {
			continue
		}
		limits, err := stats.Wilson(b.Right, b.N, stats.DefaultLevel)
		if err != nil {
			return out, err
		}
		out.Calibration = append(out.Calibration, Confidence{b.N, b.Confidence, ratio(b.Right, b.N), limits.Lo, limits.Hi})
	}
	return out, nil
}

// labels scores one table of a report.
func labels(c language.Classifier, examples []language.Example, of func(*language.Report) language.Table) (Labels, error) {
	table := func(examples []language.Example) language.Table {
		r := language.Evaluate(c, examples)
		return of(&r)
	}
	t := table(examples)
	out := Labels{N: t.N(), MacroF1: t.MacroF1(), Names: t.Labels, Confusion: t.Confusion}
	if out.N == 0 {
		return out, nil
	}
	right, err := stats.Wilson(t.Right(), t.N(), stats.DefaultLevel)
	if err != nil {
		return out, err
	}
	out.Right, out.RightLo, out.RightHi = ratio(t.Right(), t.N()), right.Lo, right.Hi
	for i, name := range t.Labels {
		counts := t.Counts(i)
		if counts == (language.Counts{}) {
			continue
		}
		s, err := score(name, counts)
		if err != nil {
			return out, err
		}
		out.Scores = append(out.Scores, s)
	}
	draws, err := stats.Bootstrap(groupNumbers(examples), evaluationDraws, 1, func(sample []int) float64 {
		drawn := make([]language.Example, len(sample))
		for i, k := range sample {
			drawn[i] = examples[k]
		}
		return table(drawn).MacroF1()
	})
	if err != nil {
		return out, err
	}
	limits, err := stats.Percentile(draws, stats.DefaultLevel)
	out.MacroF1Lo, out.MacroF1Hi = limits.Lo, limits.Hi
	return out, err
}

// groupNumbers numbers the groups of examples; a text without one is one by itself.
func groupNumbers(examples []language.Example) []int {
	numbers, single := make([]int, len(examples)), make([]int, len(examples))
	first := map[string]int{}
	for i, e := range examples {
		n, ok := first[e.Group]
		if !ok || e.Group == "" {
			n = i
			first[e.Group] = n
		}
		numbers[i], single[i] = n, i
	}
	if len(first) < evaluationGroups {
		return single
	}
	return numbers
}

func score(label string, c language.Counts) (Score, error) {
	s := Score{
		Label: label, N: c.True + c.FalseNegative, Taken: c.True + c.FalsePositive,
		Precision: c.Precision(), Recall: c.Recall(), F1: c.F1(),
	}
	f1 := func(j float64) float64 { return 2 * j / (1 + j) }
	for _, x := range []struct {
		n      int
		lo, hi *float64
		of     func(float64) float64
	}{
		{s.Taken, &s.PrecisionLo, &s.PrecisionHi, func(x float64) float64 { return x }},
		{s.N, &s.RecallLo, &s.RecallHi, func(x float64) float64 { return x }},
		{c.True + c.FalsePositive + c.FalseNegative, &s.F1Lo, &s.F1Hi, f1},
	} {
		limits, err := stats.Wilson(c.True, x.n, stats.DefaultLevel)
		if err != nil {
			return s, err
		}
		*x.lo, *x.hi = x.of(limits.Lo), x.of(limits.Hi)
	}
	return s, nil
}

// remembered is a classifier that has read its texts before: a bootstrap asks for the
// same ones hundreds of times.
type remembered struct {
	language.Classifier
	citizen, official map[string]language.Verdict
	languages         map[string]language.Language
}

func remember(c language.Classifier, examples []language.Example) language.Classifier {
	r := remembered{c, map[string]language.Verdict{}, map[string]language.Verdict{}, map[string]language.Language{}}
	for _, e := range examples {
		r.languages[e.Text] = c.Language(e.Text)
		switch e.Role {
		case language.Official:
			r.official[e.Text] = c.Official(e.Text)
		default:
			r.citizen[e.Text] = c.Citizen(e.Text)
		}
	}
	return r
}

func (r remembered) Citizen(text string) language.Verdict   { return r.citizen[text] }
func (r remembered) Official(text string) language.Verdict  { return r.official[text] }
func (r remembered) Language(text string) language.Language { return r.languages[text] }
