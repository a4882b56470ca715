package web

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io/fs"
	"strconv"
	"strings"

	"qulaq/report"
	"qulaq/stats"
)

// survey is what people of a country said when a study asked them: reference data,
// printed by others and only repeated here. data/kz/README.md names the source.
type survey struct {
	Source struct {
		Citation string `json:"citation"`
		Asked    string `json:"asked"` // YYYY-MM
		N        int    `json:"n"`     // respondents
		Groups   string `json:"groups"`
	}
	awareness, principles, attention, themes [][]string // records without their header
}

// loadSurvey reads the reference data.
func loadSurvey(files fs.FS) (*survey, error) {
	s := new(survey)
	text, err := fs.ReadFile(files, "data/kz/source.json")
	if err != nil {
		return nil, fmt.Errorf("web: survey: %w", err)
	}
	if err := json.Unmarshal(text, &s.Source); err != nil {
		return nil, fmt.Errorf("web: survey: source.json: %w", err)
	}
	for name, to := range map[string]*[][]string{
		"awareness": &s.awareness, "principles": &s.principles, "attention": &s.attention, "themes": &s.themes,
	} {
		f, err := files.Open("data/kz/" + name + ".csv")
		if err != nil {
			return nil, fmt.Errorf("web: survey: %w", err)
		}
		records, err := csv.NewReader(f).ReadAll()
		if err != nil {
			return nil, fmt.Errorf("web: survey: %s.csv: %w", name, err)
		}
		*to = records[1:]
	}
	return s, nil
}

// surveyFigures are the tables of the survey for a page.
type surveyFigures struct {
	Citation string
	Shares   []league
	Mentions *table
}

func (r *request) surveyFigures() *surveyFigures {
	s := r.site.survey
	out := &surveyFigures{Citation: s.Source.Citation}
	text := func(key string) string { return r.site.messages.textOr(r.lang, "survey."+slug(key), key) }
	share := func(record string) (cell, cell) {
		percent, err := strconv.ParseFloat(record, 64)
		if err != nil {
			return cell{record: []string{record}}, cell{} // Unreachable: a test reads every figure.
		}
		n := r.surveyNumber(percent / 100)
		return cell{Text: r.decimal(percent, 1) + nbsp + "%", record: record3(n)}, cell{Strip: strip(n)}
	}
	percents := func(id string, records [][]string, answers ...string) {
		columns := []column{textColumn(r.t("survey.statement"), "statement"), {Title: r.t("survey.interval", r.t("survey."+answers[0])), Strip: true}}
		for _, answer := range answers {
			columns = append(columns, column{Title: r.t("survey." + answer), Right: true, fields: []string{answer, answer + "_lo", answer + "_hi"}})
		}
		t := r.newTable(id, r.t("survey."+id, s.Source.Asked, s.Source.N), columns...)
		for _, record := range records {
			cells := []cell{{Text: text(record[0]), Header: true, record: []string{record[0]}}, {}}
			for i := range answers {
				value, drawn := share(record[1+i])
				if i == 0 {
					cells[1] = drawn
				}
				cells = append(cells, value)
			}
			t.add(cells...)
		}
		out.Shares = append(out.Shares, league{Table: &t, Axis: r.stripAxis()})
	}
	percents("awareness", s.awareness, "share")
	percents("attention", s.attention, "yes", "no", "unknown")
	percents("principles", s.principles, "implemented", "not_implemented", "unknown")
	t := r.newTable("mentions", r.t("survey.mentions", s.Source.Groups), textColumn(r.t("survey.theme"), "theme"), textColumn(r.t("survey.category"), "category"), rightColumn(r.t("survey.frequency"), "frequency"))
	for _, record := range s.themes {
		theme, category := textCell(record[0]), textCell(record[1])
		theme.Text, category.Text, category.Header = text(record[0]), text(record[1]), true
		t.add(theme, category, textCell(record[2]))
	}
	out.Mentions = &t
	return out
}

// surveyNumber is a share of the respondents, with limits as if they were a simple
// random sample; the study prints none.
func (r *request) surveyNumber(share float64) report.Number {
	n := r.site.survey.Source.N
	limits, err := stats.Wilson(int(share*float64(n)+0.5), n, stats.DefaultLevel)
	if err != nil {
		limits = stats.Interval{Lo: 0, Hi: 1} // Unreachable: a test reads every figure.
	}
	return report.Basis{Needs: n, Coverage: 1}.Number(share, limits)
}

func record3(n report.Number) []string {
	return []string{plain(n.Value()), plain(n.Limits().Lo), plain(n.Limits().Hi)}
}

// slug is the key of a text: its first words.
func slug(text string) string {
	words := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') })
	return strings.Join(words[:min(len(words), 5)], "_")
}
