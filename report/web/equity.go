package web

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"qulaq/report"
)

type equity struct {
	Form   form
	Groups []section
	Survey *surveyFigures
}

// section is a league with a heading.
type section struct {
	Title string
	league
}

// equity is whether all are answered alike, beside what people said when they were
// asked.
func (r *request) equity() (response, error) {
	content := equity{Form: r.form(nil, r.horizonField(), r.perField()), Survey: r.surveyFigures()}
	sections := []struct {
		by    report.GroupBy
		id    string
		label func(string) string
	}{
		{report.ByLanguage, "languages", r.languageName},
		{report.ByLevel, "levels", r.levelName},
		{report.ByRegion, "regions", r.regionLabel},
		{report.ByTheme, "themes", r.themeName},
		{report.ByClass, "classes", r.className},
	}
	groups, differences := make([][]report.Group, len(sections)), make([]map[string]*report.Difference, len(sections))
	var work []func() error
	for i, g := range sections {
		work = append(work,
			into(&groups[i], func() ([]report.Group, error) { return r.groups(g.by) }),
			into(&differences[i], func() (map[string]*report.Difference, error) { return r.differences(g.by) }))
	}
	if err := together(work...); err != nil {
		return nil, err
	}
	for i, g := range sections {
		l := r.groupLeague(g.id, r.t("column."+string(g.by)), string(g.by), groups[i], g.label)
		r.addDifferences(l.Table, groups[i], differences[i])
		content.Groups = append(content.Groups, section{r.t(g.id + ".title"), l})
	}
	p := r.newPage("equity", r.t("equity.title"), content)
	for _, g := range content.Groups {
		p.tables = append(p.tables, g.Table)
	}
	if survey := content.Survey; survey != nil {
		for _, g := range survey.Shares {
			p.tables = append(p.tables, g.Table)
		}
		if survey.Mentions != nil {
			p.tables = append(p.tables, survey.Mentions)
		}
	}
	return p, nil
}

// regionLabel is the name of a region; bodies of the whole country have none.
func (r *request) regionLabel(iso string) string {
	if iso == "" {
		return r.t("region.none")
	}
	return r.regionName(iso)
}

// addDifferences adds to a table of groups by how much each is answered otherwise
// than the largest one, in points of percent.
func (r *request) addDifferences(t *table, groups []report.Group, differences map[string]*report.Difference) {
	title := r.t("column.difference")
	t.Columns = append(t.Columns, column{Title: title, Right: true, fields: []string{
		"difference", "difference_lo", "difference_hi", "difference_reference", "difference_bodies", "difference_needs",
	}})
	for i, g := range groups {
		c := cell{Text: "–", Title: title, Right: true, record: make([]string, 6)}
		if slices.ContainsFunc(groups, func(other report.Group) bool {
			d := differences[other.Key]
			return d != nil && d.Reference == g.Key
		}) {
			c.Text = r.t("difference.reference")
		}
		if d := differences[g.Key]; d != nil {
			c.Text = r.signed(d.Value)
			c.Limits = fmt.Sprintf("[%s\u00a0–\u00a0%s]", r.signed(d.Lo), r.signed(d.Hi))
			c.Below = "n = " + count(d.Needs)
			c.record = []string{plain(d.Value), plain(d.Lo), plain(d.Hi), d.Reference, strconv.Itoa(d.Bodies), strconv.Itoa(d.Needs)}
		}
		t.Rows[i].Cells = append(t.Rows[i].Cells, c)
	}
}

// signed writes a difference of shares in points of percent, with its sign.
func (r *request) signed(x float64) string {
	text := r.decimal(100*x, 0)
	if x > 0 && text != "0" {
		return "+" + text
	}
	return strings.Replace(text, "-", "−", 1)
}
