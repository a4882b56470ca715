package command

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"

	"qulaq/jobs"
)

// Evaluate holds a classifier against labelled texts.
type Evaluate struct {
	Output
	Model
	File string `arg:"" help:"Tab-separated file with a header and the columns lang, role, class and text, and optionally group and theme; - for standard input."`
}

// Help is printed below the flags.
func (Evaluate) Help() string {
	return `Tells precision, recall and F1 of each class, for all texts and for those in each
language (in short also for Kazakh by the letters it is written in), what was taken for
what, and whether the classifier is as often right as it says. Limits are at 95 %:
Wilson's, and of macro-F1 (the mean F1 of the classes that occur) by bootstrap. "needs
reply" is question, request or complaint against the rest.

Texts that the model was trained on tell nothing. How well it does on the project's own
test texts is in docs/accuracy.md; how well on what is in your store, a sample tells
that you code by hand: see qulaq sample.

  qulaq evaluate pipeline/language/data/test.tsv
  qulaq evaluate --json texts.tsv | jq '.macro_f1, .needs_reply'
  qulaq evaluate --model model.bin --format csv texts.tsv`
}

// Run evaluates.
func (c *Evaluate) Run(s Streams) error {
	classifier, err := c.classifier()
	if err != nil {
		return err
	}
	examples, err := readExamples(c.File, s.In)
	if err != nil {
		return err
	}
	e, err := jobs.Evaluate(classifier, examples)
	if err != nil {
		return err
	}
	if c.format() == "json" {
		encoder := json.NewEncoder(s.Out)
		encoder.SetIndent("", "  ")
		encoder.SetEscapeHTML(false)
		return encoder.Encode(e)
	}
	rows := scoreRows(&e)
	if err := write(s.Out, c.Output, rows, scoreColumns(c.format())); err != nil || c.format() == "csv" || c.format() == "ndjson" {
		return err
	}
	for _, r := range e.Roles {
		fmt.Fprintf(s.Out, "\n%s: what is of the class on the left was taken for\n", r.Role)
		if err := confusion(s.Out, c.Output, r.Names, r.Confusion); err != nil {
			return err
		}
	}
	fmt.Fprintf(s.Out, "\nlanguage: what is in the language on the left was taken for\n")
	if err := confusion(s.Out, c.Output, e.Languages.Names, e.Languages.Confusion); err != nil {
		return err
	}
	fmt.Fprintf(s.Out, "\nhow sure, and how often right (mean distance %.3f)\n", e.CalibrationError)
	return write(s.Out, c.Output, e.Calibration, []column[jobs.Confidence]{
		{name: "confidence", right: true, cell: func(r jobs.Confidence) string { return fmt.Sprintf("%.2f", r.Confidence) }},
		{name: "texts", right: true, cell: func(r jobs.Confidence) string { return strconv.Itoa(r.N) }},
		{name: "right", right: true, cell: func(r jobs.Confidence) string { return limited(r.Right, r.RightLo, r.RightHi) }},
	})
}

// scoreRow is a score with what it is of.
type scoreRow struct {
	Language string `json:"language"` // of the texts; all
	Role     string `json:"role"`
	jobs.Score
}

// scoreRows lists all scores, the sums first.
func scoreRows(e *jobs.Evaluation) []scoreRow {
	macro := func(name string, l jobs.Labels) jobs.Score {
		return jobs.Score{Label: name, N: l.N, Taken: l.N, F1: l.MacroF1, F1Lo: l.MacroF1Lo, F1Hi: l.MacroF1Hi}
	}
	var rows []scoreRow
	add := func(of, role string, needs *jobs.Score, l jobs.Labels) {
		if l.N == 0 {
			return
		}
		if needs != nil {
			needs := *needs
			needs.Label = "needs reply"
			rows = append(rows, scoreRow{of, role, needs})
		}
		rows = append(rows, scoreRow{of, role, macro("macro-F1", l)})
		for _, score := range l.Scores {
			rows = append(rows, scoreRow{of, role, score})
		}
	}
	for _, r := range e.Roles {
		needs := &e.NeedsReply
		if r.Role != "citizen" {
			needs = nil
		}
		add("all", string(r.Role), needs, r.Labels)
	}
	for _, l := range slices.Concat(e.ByLanguage, e.ByWriting) {
		if l.Writing != "" { // few texts: no classes
			l.Citizen.Scores, l.Official.Scores = nil, nil
		}
		add(l.Name(), "citizen", &l.NeedsReply, l.Citizen)
		add(l.Name(), "official", nil, l.Official)
	}
	add("all", "language", nil, e.Languages)
	return rows
}

func scoreColumns(format string) []column[scoreRow] {
	columns := []column[scoreRow]{
		{name: "language", cell: func(r scoreRow) string { return r.Language }},
		{name: "role", cell: func(r scoreRow) string { return r.Role }},
		{name: "class", cell: func(r scoreRow) string { return r.Label }},
		{name: "texts", right: true, cell: func(r scoreRow) string { return strconv.Itoa(r.N) }},
		{name: "taken", right: true, cell: func(r scoreRow) string { return strconv.Itoa(r.Taken) }},
	}
	for _, x := range []struct {
		name string
		of   func(scoreRow) (value, lo, hi float64)
	}{
		{"precision", func(r scoreRow) (float64, float64, float64) { return r.Precision, r.PrecisionLo, r.PrecisionHi }},
		{"recall", func(r scoreRow) (float64, float64, float64) { return r.Recall, r.RecallLo, r.RecallHi }},
		{"F1", func(r scoreRow) (float64, float64, float64) { return r.F1, r.F1Lo, r.F1Hi }},
	} {
		none := func(r scoreRow) bool { return r.Label == "macro-F1" && x.name != "F1" }
		if format != "csv" {
			columns = append(columns, column[scoreRow]{name: x.name, right: true, cell: func(r scoreRow) string {
				if none(r) {
					return ""
				}
				return limited(x.of(r))
			}})
			continue
		}
		for i, suffix := range []string{"", "_lo", "_hi"} {
			columns = append(columns, column[scoreRow]{name: x.name + suffix, cell: func(r scoreRow) string {
				if none(r) {
					return ""
				}
				value, lo, hi := x.of(r)
				return plain([]float64{value, lo, hi}[i])
			}})
		}
	}
	return columns
}

// limited writes a share with its limits.
func limited(value, lo, hi float64) string { return fmt.Sprintf("%.3f [%.2f–%.2f]", value, lo, hi) }

// confusion prints what was taken for what: counts[i][j] are of the i-th name and were
// taken for the j-th.
func confusion(w io.Writer, o Output, names []string, counts [][]int) error {
	type row struct {
		name  string
		taken []int
	}
	var rows []row
	columns := []column[row]{{name: "", cell: func(r row) string { return r.name }}}
	for i, name := range names {
		name = firstOf(name, "none")
		rows = append(rows, row{name, counts[i]})
		columns = append(columns, column[row]{name: name, right: true, cell: func(r row) string { return strconv.Itoa(r.taken[i]) }})
	}
	return write(w, o, rows, columns)
}
