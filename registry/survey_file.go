package registry

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"math"
	"path"
	"slices"
	"strconv"
	"strings"
)

const (
	surveyDir = "survey"
	studyFile = surveyDir + "/study.yaml"
)

// surveyTable is a CSV file of a survey.
type surveyTable struct {
	columns []string
	named   int // columns, from the first, that name a row
	read    func(s *Survey, r *surveyRow)
	write   func(s *Survey) [][]string
}

// surveyTables are the tables of a survey, by the name of their file.
func surveyTables() map[string]surveyTable {
	opinion := []string{"statement", "yes", "no", "unknown", "beside"}
	return map[string]surveyTable{
		"groups": {
			columns: []string{"location", "settlement", "region", "date", "participants", "hours"},
			named:   4,
			read: func(s *Survey, r *surveyRow) {
				g := FocusGroup{r.word(0), r.oneOf(1, Urban, Rural), r.word(2), r.text[3], r.count(4), r.number(5, math.MaxFloat64)}
				if !isDate(g.Date) {
					r.complain(3, "%q is not a date: write it as 2024-12-31", g.Date)
				}
				s.Groups = append(s.Groups, g)
			},
			write: func(s *Survey) (rows [][]string) {
				for _, g := range s.Groups {
					rows = append(rows, []string{g.Location, g.Settlement, g.Region, g.Date, strconv.Itoa(g.Participants), decimal(g.Hours)})
				}
				return rows
			},
		},
		"awareness": {
			columns: []string{"answer", "percent"},
			named:   1,
			read: func(s *Survey, r *surveyRow) {
				s.Awareness = append(s.Awareness, Answer{r.word(0), r.number(1, 100)})
			},
			write: func(s *Survey) (rows [][]string) {
				for _, a := range s.Awareness {
					rows = append(rows, []string{a.Text, decimal(a.Percent)})
				}
				return rows
			},
		},
		"principles": {
			columns: opinion,
			named:   1,
			read: func(s *Survey, r *surveyRow) {
				s.Principles = append(s.Principles, r.opinion(BesideAny, BesideSubstantive, BesideMedian))
			},
			write: func(s *Survey) [][]string { return opinionRows(s.Principles) },
		},
		"attention": {
			columns: opinion,
			named:   1,
			read: func(s *Survey, r *surveyRow) {
				s.Attention = append(s.Attention, r.opinion(Central, Regional, Local))
			},
			write: func(s *Survey) [][]string { return opinionRows(s.Attention) },
		},
		"mentions": {
			columns: []string{"theme", "category", "frequency", "beside"},
			named:   2,
			read: func(s *Survey, r *surveyRow) {
				m := Mention{r.text[0], r.word(1), r.count(2), r.text[3]}
				if m.Beside != "" && !isID(m.Beside) {
					r.complain(3, "beside %q must be the id of a theme in lower case, or empty", m.Beside)
				}
				s.Mentions = append(s.Mentions, m)
			},
			write: func(s *Survey) (rows [][]string) {
				for _, m := range s.Mentions {
					rows = append(rows, []string{m.Theme, m.Category, strconv.Itoa(m.Frequency), m.Beside})
				}
				return rows
			},
		},
	}
}

// parseSurvey reads the files below survey/; nil when there are none.
func parseSurvey(files map[string][]byte, shown func(name string) string) (*Survey, Problems) {
	var (
		s        Survey
		problems Problems
		found    bool
		tables   = surveyTables()
	)
	for name, src := range files {
		if path.Dir(name) != surveyDir {
			continue
		}
		found = true
		if name == studyFile {
			doc := parseYAML(shown(name), src, &s.Study)
			doc.checkStudy(&s.Study)
			problems = append(problems, doc.problems...)
			continue
		}
		table, known := tables[strings.TrimSuffix(path.Base(name), ".csv")]
		if !known || path.Ext(name) != ".csv" {
			problems = append(problems, Problem{File: shown(name), Reason: "is not read: a survey has study.yaml, awareness.csv, attention.csv, groups.csv, mentions.csv and principles.csv; rename or remove it"})
			continue
		}
		seen := map[string]bool{}
		rows, wrong := parseTable(shown(name), src, table.columns, func(row []string, complain complainer) {
			r := &surveyRow{text: row, columns: table.columns, complain: complain}
			table.read(&s, r)
			key := strings.Join(row[:table.named], ", ")
			if seen[key] {
				complain(0, "%q is listed twice: keep one", key)
			}
			seen[key] = true
		})
		if rows == 0 && len(wrong) == 0 {
			wrong = append(wrong, newText(shown(name), src).problem(1, 1, "the table has no row: fill it or remove the file"))
		}
		problems = append(problems, wrong...)
	}
	if !found {
		return nil, nil
	}
	if _, ok := files[studyFile]; !ok {
		problems = append(problems, Problem{File: shown(studyFile), Reason: "is missing: what people said is told with who asked them, when and how many"})
	}
	return &s, problems
}

func (d *document) checkStudy(s *Study) {
	if len(d.problems) > 0 {
		return
	}
	if strings.TrimSpace(s.Citation) == "" {
		d.complain("citation", "citation is missing: name authors, title and year of the study")
	}
	if !isDate(s.Asked + "-01") {
		d.complain("asked", "asked %q must be the month of the survey, as 2021-08", s.Asked)
	}
	if s.Discussed != "" && !isDate(s.Discussed+"-01") {
		d.complain("discussed", "discussed %q must be the month of the focus groups, as 2021-08", s.Discussed)
	}
	if s.Respondents < 1 {
		d.complain("respondents", "respondents must be the number of people asked, not %d", s.Respondents)
	}
}

// surveyRow reads the cells of a row, and says what is wrong with them.
type surveyRow struct {
	text, columns []string
	complain      complainer
}

// word is a cell that must not be empty.
func (r *surveyRow) word(i int) string {
	if strings.TrimSpace(r.text[i]) == "" {
		r.complain(i, "%s is missing", r.columns[i])
	}
	return r.text[i]
}

func (r *surveyRow) oneOf(i int, words ...string) string {
	if !slices.Contains(words, r.text[i]) {
		r.complain(i, "%s %q must be one of %s", r.columns[i], r.text[i], strings.Join(words, ", "))
	}
	return r.text[i]
}

func (r *surveyRow) count(i int) int {
	n, err := strconv.Atoi(r.text[i])
	if err != nil || n < 0 {
		r.complain(i, "%s %q must be a whole number", r.columns[i], r.text[i])
	}
	return n
}

// number is a decimal number from 0 to most.
func (r *surveyRow) number(i int, most float64) float64 {
	x, err := strconv.ParseFloat(r.text[i], 64)
	switch {
	case err != nil || !(x >= 0) || math.IsInf(x, 0):
		r.complain(i, "%s %q must be a number with a decimal point, not negative", r.columns[i], r.text[i])
	case x > most:
		r.complain(i, "%s %q must not be more than %v", r.columns[i], r.text[i], most)
	}
	return x
}

// rounded is by how much the shares of a row may miss 100: three figures, each
// rounded to a tenth, and a printed one that was rounded again.
const rounded = 0.2

func (r *surveyRow) opinion(beside ...string) Opinion {
	o := Opinion{Statement: r.word(0), Yes: r.number(1, 100), No: r.number(2, 100), Unknown: r.number(3, 100)}
	if sum := o.Yes + o.No + o.Unknown; math.Abs(sum-100) > rounded {
		r.complain(1, "yes, no and unknown add to %s percent, not to 100", decimal(math.Round(sum*10)/10))
	}
	if r.text[4] == "" {
		return o
	}
	o.Beside = strings.Split(r.text[4], " ")
	for i, b := range o.Beside {
		if !slices.Contains(beside, b) || slices.Contains(o.Beside[:i], b) {
			r.complain(4, "beside %q must be of %s, each once and with one space between two, or empty", b, strings.Join(beside, ", "))
		}
	}
	return o
}

// addFiles adds the files of a survey to those of a registry folder.
func (s *Survey) addFiles(files map[string][]byte) error {
	for name, table := range surveyTables() {
		rows := table.write(s)
		if len(rows) == 0 {
			continue
		}
		var b bytes.Buffer
		w := csv.NewWriter(&b)
		if err := w.WriteAll(append([][]string{table.columns}, rows...)); err != nil {
			return fmt.Errorf("%s.csv: %w", name, err)
		}
		files[path.Join(surveyDir, name+".csv")] = b.Bytes()
	}
	return nil
}

func opinionRows(opinions []Opinion) (rows [][]string) {
	for _, o := range opinions {
		rows = append(rows, []string{o.Statement, decimal(o.Yes), decimal(o.No), decimal(o.Unknown), strings.Join(o.Beside, " ")})
	}
	return rows
}

func decimal(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }
