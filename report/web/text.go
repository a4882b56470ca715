package web

import (
	"html/template"

	"qulaq/report"
)

type data struct {
	Downloads  []Link
	Dictionary template.HTML
	Example    string
	Cite       string
}

// data is how to take the data along.
func (r *request) data() (response, error) {
	content := data{Dictionary: markdown(r.site.Dictionary), Cite: r.host + r.permanent()}
	for _, d := range []struct{ label, path, table string }{
		{"overview.title", "/", "ranking"},
		{"trend.title", "/", "trend"},
		{"languages.title", "/equity", "languages"},
		{"levels.title", "/equity", "levels"},
		{"regions.title", "/equity", "regions"},
		{"themes.title", "/equity", "themes"},
		{"classes.title", "/equity", "classes"},
		{"coverage.weeks", "/coverage", "weeks"},
		{"sources.title", "/coverage", "sources"},
		{"blocked.title", "/coverage", "blocked"},
		{"outages.title", "/coverage", "outages"},
		{"alarms.title", "/coverage", "alarms"},
	} {
		content.Downloads = append(content.Downloads, Link{Text: r.t(d.label), Href: r.link(d.path, "csv", d.table)})
	}
	if r.site.Edition != "" {
		content.Cite, content.Example = r.t("edition.cite", r.site.Edition, moment(r.snapshot.Evidence.AsOf)), ""
		return r.newPage("data", r.t("data.title"), content), nil
	}
	content.Example = r.host + r.link("/", "csv", "ranking")
	return r.newPage("data", r.t("data.title"), content), nil
}

// method is the page on how the numbers come about.
type method struct {
	Text template.HTML // in the reader's language
	Full template.HTML // in English, beside a short one; "" where Text is that
}

// method is how the numbers come about.
func (r *request) method() (response, error) {
	content := method{Text: markdown(r.site.Method[string(r.lang)])}
	if r.lang != "en" {
		content.Full = markdown(r.site.Method["en"])
	}
	return r.newPage("method", r.t("method.title"), content), nil
}

// standing is the row of a body in the ranking; false when it was not asked anything.
func (r *request) standing(id string) (report.Standing, bool, error) {
	ranking, err := r.ranking()
	for _, s := range ranking {
		if s.BodyID == id {
			return s, true, err
		}
	}
	return report.Standing{}, false, err
}
