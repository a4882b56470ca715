package jobs

import (
	"cmp"
	_ "embed"
	"fmt"
	"io"
	"strings"

	"qulaq/pipeline"
	"qulaq/pipeline/language"
)

// TextSet is a set of labelled texts that a classifier is held against.
type TextSet struct {
	Name     string // the file
	Meaning  string // one sentence
	Examples []language.Example
}

// ReplySet is a set of replies of which people told which repeat each other.
type ReplySet struct {
	Name    string // the file
	Replies []language.Reply
}

// accuracyGoals are what the classifier is meant to reach on texts that it has not
// seen. What it does reach is published, whatever it is.
var accuracyGoals = []struct {
	what string
	goal float64
	of   func(*Evaluation) (value, lo, hi float64)
}{
	{"needs a reply: precision", 0.90, func(e *Evaluation) (float64, float64, float64) {
		return e.NeedsReply.Precision, e.NeedsReply.PrecisionLo, e.NeedsReply.PrecisionHi
	}},
	{"needs a reply: recall", 0.85, func(e *Evaluation) (float64, float64, float64) {
		return e.NeedsReply.Recall, e.NeedsReply.RecallLo, e.NeedsReply.RecallHi
	}},
	{"citizens' classes: macro-F1", 0.80, func(e *Evaluation) (float64, float64, float64) { return e.macroF1(language.Citizen) }},
	{"officials' classes: macro-F1", 0.85, func(e *Evaluation) (float64, float64, float64) { return e.macroF1(language.Official) }},
	{"language: right", 0.97, func(e *Evaluation) (float64, float64, float64) {
		return e.Languages.Right, e.Languages.RightLo, e.Languages.RightHi
	}},
}

func (e *Evaluation) macroF1(role language.Role) (value, lo, hi float64) {
	for _, r := range e.Roles {
		if r.Role == role {
			return r.MacroF1, r.MacroF1Lo, r.MacroF1Hi
		}
	}
	return 0, 0, 1
}

// linkingTables is what a rehearsal of a republic prints (TestLinking).
//
//go:embed linking.md
var linkingTables string

const linkingText = `
## Linking

How often a reply is tied to the need to which it was written, by the method that tied it:
in a simulated republic whose officials on Telegram and VK seldom name the item that they
answer (` + "`qulaq demo --unthreaded --check`" + ` tells the same of any seed). They quote, address
somebody, name the number of an appeal, or just write below; some write below another post.
There are namesakes, petitions in the same words, replies that repeat the question or name
the appeal of somebody else, and numbers of schools, buses, laws and orders. *Pairs shown so*
are the true pairs of which both were seen, by what the page shows; *tied* counts those that
any method but ` + "`adjacent`" + ` tied, and in its own row also that one. All wordings are this project's
own: real officials may show less clearly to whom they reply.

`

// templateGoal is the precision with which templates are meant to be found.
const templateGoal = 0.95

// WriteAccuracy writes the page that tells how well a classifier does on sets of
// texts, and how well templates are found among replies, as Markdown.
func WriteAccuracy(w io.Writer, c language.Classifier, sets []TextSet, replies ReplySet) error {
	var page strings.Builder
	evaluations := make([]Evaluation, len(sets))
	for i, set := range sets {
		var err error
		if evaluations[i], err = Evaluate(c, set.Examples); err != nil {
			return fmt.Errorf("jobs: accuracy: %s: %w", set.Name, err)
		}
	}
	fmt.Fprintf(&page, `# Accuracy

How well classifier %s reads, on texts that it was not trained on. This page is
generated from the program and the texts in `+"`pipeline/language/data`"+`
(`+"`go test ./jobs -run Accuracy -update`"+`); `+"`qulaq evaluate FILE.tsv`"+` tells the same of any file. All texts
were invented for this project. How well it reads what real people write is told by a
hand-coded sample of the store, and rates are corrected by it: see [method.md](method.md).

Brackets are 95 %% limits: Wilson's for shares, of F1 through the share of the texts of a
class, or taken for it, that are both; of macro-F1 by bootstrap.

`, "`"+c.Version()+"`")
	page.WriteString("| set | texts | what |\n|---|---|---|\n")
	for _, set := range sets {
		fmt.Fprintf(&page, "| `%s` | %d | %s |\n", set.Name, len(set.Examples), set.Meaning)
	}
	page.WriteString("\n## In short\n\n| what | goal |")
	for _, set := range sets {
		fmt.Fprintf(&page, " `%s` |", set.Name)
	}
	page.WriteString("\n|---|---|" + strings.Repeat("---|", len(sets)) + "\n")
	for _, goal := range accuracyGoals {
		fmt.Fprintf(&page, "| %s | %.2f |", goal.what, goal.goal)
		for i := range evaluations {
			value, lo, hi := goal.of(&evaluations[i])
			fmt.Fprintf(&page, " %s |", meets(goal.goal, value, lo, hi))
		}
		page.WriteString("\n")
	}
	page.WriteString("| calibration error | |")
	for _, e := range evaluations {
		fmt.Fprintf(&page, " %.3f |", e.CalibrationError)
	}
	page.WriteString("\n")
	if err := replies.markdown(&page); err != nil {
		return err
	}
	page.WriteString(linkingText + linkingTables)
	for i, set := range sets {
		fmt.Fprintf(&page, "\n## `%s`\n", set.Name)
		evaluations[i].markdown(&page)
	}
	_, err := io.WriteString(w, page.String())
	return err
}

// meets is a score, and whether it misses its goal.
func meets(goal, value, lo, hi float64) string {
	if value < goal {
		return scored(value, lo, hi) + ", missed"
	}
	return scored(value, lo, hi)
}

func scored(value, lo, hi float64) string { return fmt.Sprintf("%.3f [%.2f–%.2f]", value, lo, hi) }

// markdown writes how well the templates of a set are found.
func (s ReplySet) markdown(page *strings.Builder) error {
	pairs, err := score("", language.EvaluateTemplates(s.Replies, pipeline.Likeness))
	if err != nil {
		return fmt.Errorf("jobs: accuracy: %s: %w", s.Name, err)
	}
	fmt.Fprintf(page, `
## Templates

Of the %d replies in `+"`%s`"+`, those of one group are compared: in some groups they are one
template filled in differently, in the others different answers to like questions. A pair
taken for one template that is none makes an answer look like a form letter.

| pairs of one template | pairs taken for one | precision, goal %.2f | recall |
|---|---|---|---|
| %d | %d | %s | %s |
`, len(s.Replies), s.Name, templateGoal, pairs.N, pairs.Taken,
		meets(templateGoal, pairs.Precision, pairs.PrecisionLo, pairs.PrecisionHi), scored(pairs.Recall, pairs.RecallLo, pairs.RecallHi))
	return nil
}

// markdown writes the tables of one set.
func (e *Evaluation) markdown(page *strings.Builder) {
	page.WriteString("\n| language of the text | texts | language told | needs a reply: precision | recall | citizens: macro-F1 | officials: macro-F1 |\n|---|---|---|---|---|---|---|\n")
	for _, l := range e.ByLanguage {
		l.markdown(page)
		for _, w := range e.ByWriting {
			if w.Language == l.Language {
				w.markdown(page)
			}
		}
	}
	for _, r := range e.Roles {
		r.markdown(page, string(r.Role))
	}
	e.Languages.markdown(page, "language")
	page.WriteString("\n| confidence | texts | right |\n|---|---|---|\n")
	for _, b := range e.Calibration {
		fmt.Fprintf(page, "| %.2f | %d | %s |\n", b.Confidence, b.N, scored(b.Right, b.RightLo, b.RightHi))
	}
}

// markdown writes a row of the texts in one language.
func (l *LanguageScores) markdown(page *strings.Builder) {
	n := l.NeedsReply
	fmt.Fprintf(page, "| %s | %d | %s | %s | %s | %s | %s |\n", l.Name(), l.Texts, scored(l.Told, l.ToldLo, l.ToldHi),
		of(n.Taken, n.Precision, n.PrecisionLo, n.PrecisionHi), of(n.N, n.Recall, n.RecallLo, n.RecallHi),
		of(l.Citizen.N, l.Citizen.MacroF1, l.Citizen.MacroF1Lo, l.Citizen.MacroF1Hi),
		of(l.Official.N, l.Official.MacroF1, l.Official.MacroF1Lo, l.Official.MacroF1Hi))
}

// markdown writes how well labels are told, and what is taken for what.
func (l *Labels) markdown(page *strings.Builder, what string) {
	fmt.Fprintf(page, "\n| %s | texts | precision | recall | F1 |\n|---|---|---|---|---|\n", what)
	for _, s := range l.Scores {
		fmt.Fprintf(page, "| %s | %d | %s | %s | %s |\n", s.Label, s.N,
			of(s.Taken, s.Precision, s.PrecisionLo, s.PrecisionHi), of(s.N, s.Recall, s.RecallLo, s.RecallHi), of(s.N, s.F1, s.F1Lo, s.F1Hi))
	}
	fmt.Fprintf(page, "\n| %s: is ↓ taken for → |", what)
	for _, name := range l.Names {
		fmt.Fprintf(page, " %s |", cmp.Or(name, "none"))
	}
	page.WriteString("\n|---|" + strings.Repeat("---|", len(l.Names)) + "\n")
	for i, row := range l.Confusion {
		if l.Names[i] == "" {
			continue // no text is labelled as being in no language
		}
		fmt.Fprintf(page, "| %s |", l.Names[i])
		for _, n := range row {
			fmt.Fprintf(page, " %d |", n)
		}
		page.WriteString("\n")
	}
}

// of is a score of n texts, or a dash of none.
func of(n int, value, lo, hi float64) string {
	if n == 0 {
		return "–"
	}
	return scored(value, lo, hi)
}
