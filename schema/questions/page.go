package questions

import (
	_ "embed"
	"fmt"
	"strings"
	"text/template"
)

//go:embed sql.md.tmpl
var page string

// answered is a question with its answer.
type answered struct {
	Question
	Answer string
	First  bool // of its chapter
}

// Page writes docs/sql.md: how to ask, and every question with its answer, which
// ask gives as a table in Markdown.
func Page(ask func(sql string) (string, error)) (string, error) {
	all, err := All()
	if err != nil {
		return "", err
	}
	var rows []answered
	for i, q := range all {
		answer, err := ask(q.SQL)
		if err != nil {
			return "", fmt.Errorf("questions: %s: %w", q.Name, err)
		}
		rows = append(rows, answered{q, strings.TrimSpace(answer), i == 0 || all[i-1].Chapter != q.Chapter})
	}
	t, err := template.New("sql.md").Parse(page)
	if err != nil {
		return "", fmt.Errorf("questions: %w", err)
	}
	var b strings.Builder
	if err := t.Execute(&b, rows); err != nil {
		return "", fmt.Errorf("questions: %w", err)
	}
	return b.String(), nil
}
