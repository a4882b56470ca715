package web

import (
	"strconv"
	"strings"

	"qulaq/registry"
	"qulaq/report"
	"qulaq/stats"
)

// surveyFigures are the tables of the survey for a page.
type surveyFigures struct {
	Citation string
	Shares   []league
	Mentions *table
}

// surveyFigures repeats what the registry has of a survey; nil when it has none.
func (r *request) surveyFigures() *surveyFigures {
	s := r.site.Index.Country().Survey
	if s == nil {
		return nil
	}
	out := &surveyFigures{Citation: s.Study.Citation}
	text := func(key string) string { return r.site.messages.textOr(r.lang, "survey."+slug(key), key) }
	begin := func(id string, answers ...string) *table {
		columns := []column{textColumn(r.t("survey.statement"), "statement"), {Title: r.t("survey.interval", r.t("survey."+answers[0])), Strip: true}}
		for _, answer := range answers {
			columns = append(columns, column{Title: r.t("survey." + answer), Right: true, fields: []string{answer, answer + "_lo", answer + "_hi"}})
		}
		t := r.newTable(id, r.t("survey."+id, s.Study.Asked, s.Study.Respondents), columns...)
		out.Shares = append(out.Shares, league{Table: &t, Axis: r.stripAxis()})
		return &t
	}
	add := func(t *table, statement string, percents ...float64) {
		cells := []cell{{Text: text(statement), Header: true, record: []string{statement}}, {}}
		for i, percent := range percents {
			n := surveyNumber(percent, s.Study.Respondents)
			if i == 0 {
				cells[1] = cell{Strip: strip(n)}
			}
			cells = append(cells, cell{Text: r.decimal(percent, 1) + nbsp + "%", record: record3(n)})
		}
		t.add(cells...)
	}
	if len(s.Awareness) > 0 {
		t := begin("awareness", "share")
		for _, a := range s.Awareness {
			add(t, a.Text, a.Percent)
		}
	}
	opinions := func(id string, list []registry.Opinion, answers ...string) {
		if len(list) == 0 {
			return
		}
		t := begin(id, answers...)
		for _, o := range list {
			add(t, o.Statement, o.Yes, o.No, o.Unknown)
		}
	}
	opinions("attention", s.Attention, "yes", "no", "unknown")
	opinions("principles", s.Principles, "implemented", "not_implemented", "unknown")
	if len(s.Mentions) == 0 {
		return out
	}
	t := r.newTable("mentions", r.t("survey.mentions", s.Study.Discussed), textColumn(r.t("survey.theme"), "theme"), textColumn(r.t("survey.category"), "category"), rightColumn(r.t("survey.frequency"), "frequency"))
	for _, m := range s.Mentions {
		theme, category := textCell(m.Theme), textCell(m.Category)
		theme.Text, category.Text, category.Header = text(m.Theme), text(m.Category), true
		t.add(theme, category, textCell(strconv.Itoa(m.Frequency)))
	}
	out.Mentions = &t
	return out
}

// surveyNumber is a percentage of the respondents, with limits as if they were a
// simple random sample; the study prints none.
func surveyNumber(percent float64, respondents int) report.Number {
	share, limits, err := report.SurveyShare(percent, respondents)
	if err != nil {
		limits = stats.Interval{Lo: 0, Hi: 1} // Unreachable: the registry takes no other percentages.
	}
	return report.Basis{Needs: respondents, Coverage: 1}.Number(share, limits)
}

func record3(n report.Number) []string {
	return []string{plain(n.Value()), plain(n.Limits().Lo), plain(n.Limits().Hi)}
}

// slug is the key of a text: its first words.
func slug(text string) string {
	words := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') })
	return strings.Join(words[:min(len(words), 5)], "_")
}
