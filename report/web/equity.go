package web

import (
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
	for _, g := range []struct {
		by    report.GroupBy
		id    string
		label func(string) string
	}{
		{report.ByLanguage, "languages", r.languageName},
		{report.ByLevel, "levels", r.levelName},
		{report.ByRegion, "regions", r.regionLabel},
		{report.ByClass, "classes", r.className},
	} {
		groups, err := r.groups(g.by)
		if err != nil {
			return nil, err
		}
		content.Groups = append(content.Groups, section{r.t(g.id + ".title"), r.groupLeague(g.id, r.t("column."+string(g.by)), string(g.by), groups, g.label)})
	}
	p := r.newPage("equity", r.t("equity.title"), content)
	for _, g := range content.Groups {
		p.tables = append(p.tables, g.Table)
	}
	for _, g := range content.Survey.Shares {
		p.tables = append(p.tables, g.Table)
	}
	p.tables = append(p.tables, content.Survey.Mentions)
	return p, nil
}

// regionLabel is the name of a region; bodies of the whole country have none.
func (r *request) regionLabel(iso string) string {
	if iso == "" {
		return r.t("region.none")
	}
	return r.regionName(iso)
}
