package report

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"qulaq/registry"
	"qulaq/schema"
	"qulaq/stats"
)

// SurveyComparison lays what is measured beside what people said when a study asked
// them. The two are different things, of different people and times: nothing is
// computed between them.
type SurveyComparison struct {
	Citation    string         `json:"citation"`
	Asked       string         `json:"asked"` // YYYY-MM, of the survey
	Respondents int            `json:"respondents"`
	Discussed   string         `json:"discussed,omitempty"` // YYYY-MM, of the focus groups
	Note        string         `json:"note,omitempty"`      // who the people were
	AsOf        time.Time      `json:"as_of"`               // until when visits count
	Measured    *MeasuredNeeds `json:"measured"`            // nil for none
	Rows        []SurveyRow    `json:"rows"`
}

// MeasuredNeeds are the needs from which everything that is measured comes.
type MeasuredNeeds struct {
	Needs     int       `json:"needs"`
	First     time.Time `json:"first"` // when the first and the last of them were asked
	Last      time.Time `json:"last"`
	Themeless int       `json:"themeless"` // of them, in no row on a theme
}

// SurveyRow is one thing that people said, and what is measured of the same matter.
type SurveyRow struct {
	Table    string  `json:"table"` // of the study; "" when it has no number
	Said     string  `json:"said"`  // statement, authority or category, as the study prints it
	Believed *Belief `json:"believed,omitempty"`
	Mentions int     `json:"mentions,omitempty"` // in focus groups; of rows that are not believed
	Beside   string  `json:"beside"`             // whose needs are measured; "" when nothing is
	Answered
}

// Answered is how needs are answered; nil what is not measured.
type Answered struct {
	Any         *Number `json:"any"` // share answered by the horizon
	Substantive *Number `json:"substantive"`
	Median      *Number `json:"median_days"` // of any reply
}

// Belief is how many of the respondents said what, as shares.
type Belief struct {
	Yes     float64 `json:"yes"`
	No      float64 `json:"no"`
	Unknown float64 `json:"unknown"`
	// 95 % limits of Yes, of Wilson's interval for a simple random sample. The study
	// prints none, and people drawn by place are alike: the true ones are wider.
	Lo float64 `json:"lo"`
	Hi float64 `json:"hi"`
}

// SurveyOptions choose what is measured.
type SurveyOptions struct {
	Horizon            Horizon
	AskedFrom, AskedTo time.Time // only needs asked from here, and before there; zero when open
}

// CompareSurvey lays what is measured beside a survey. theme tells the id of the
// theme of a row of latencies, of those that the survey's mentions name; "" for none.
func CompareSurvey(e *Evidence, s *registry.Survey, theme func(l *schema.Latencies, row int) string, o SurveyOptions) (*SurveyComparison, error) {
	m := measured{e, o}
	levels, themes := m.split(e.level), m.split(theme)
	whole, err := m.answered(m.split(func(*schema.Latencies, int) string { return "" }), []string{""}, e.covered())
	if err != nil {
		return nil, err
	}
	out := &SurveyComparison{
		Citation: s.Study.Citation, Asked: s.Study.Asked, Respondents: s.Study.Respondents, Discussed: s.Study.Discussed,
		Note: s.Study.Note, AsOf: e.AsOf, Measured: m.needs(),
	}
	for _, opinion := range s.Attention {
		row, err := believed(s, s.Study.Tables.Attention, opinion)
		if err != nil {
			return nil, err
		}
		if len(opinion.Beside) > 0 {
			row.Beside = "bodies: " + strings.Join(opinion.Beside, ", ")
			if row.Answered, err = m.answered(levels, opinion.Beside, e.coveredLevels(opinion.Beside)); err != nil {
				return nil, err
			}
		}
		out.Rows = append(out.Rows, row)
	}
	for _, opinion := range s.Principles {
		row, err := believed(s, s.Study.Tables.Principles, opinion)
		if err != nil {
			return nil, err
		}
		if len(opinion.Beside) > 0 {
			row.Beside, row.Answered = "all bodies", whole.only(opinion.Beside)
		}
		out.Rows = append(out.Rows, row)
	}
	for name, rows := range themes.any {
		if name == "" || !slices.ContainsFunc(s.Mentions, func(m registry.Mention) bool { return m.Beside == name }) {
			out.Measured.Themeless += len(rows)
		}
	}
	for _, mention := range s.Mentions {
		row := SurveyRow{Table: s.Study.Tables.Mentions, Said: mention.Category, Mentions: mention.Frequency}
		if mention.Beside != "" {
			row.Beside = "theme: " + mention.Beside
			if row.Answered, err = m.answered(themes, []string{mention.Beside}, e.covered()); err != nil {
				return nil, err
			}
		}
		out.Rows = append(out.Rows, row)
	}
	return out, nil
}

func believed(s *registry.Survey, table string, o registry.Opinion) (SurveyRow, error) {
	yes, limits, err := SurveyShare(o.Yes, s.Study.Respondents)
	if err != nil {
		return SurveyRow{}, fmt.Errorf("report: survey: %q: %w", o.Statement, err)
	}
	return SurveyRow{
		Table: table, Said: o.Statement,
		Believed: &Belief{Yes: yes, No: share(o.No), Unknown: share(o.Unknown), Lo: limits.Lo, Hi: limits.Hi},
	}, nil
}

// SurveyShare is a printed percentage of n respondents as a share, with the 95 %
// limits of Wilson's interval for a simple random sample of them.
func SurveyShare(percent float64, n int) (float64, stats.Interval, error) {
	limits, err := stats.Wilson(int(math.Round(percent/100*float64(n))), n, stats.DefaultLevel)
	return share(percent), limits, err
}

// share is a percentage as a share, without the dust of the division.
func share(percent float64) float64 { return math.Round(percent*1e6) / 1e8 }

// only is what belongs to the matter of a principle.
func (a Answered) only(measures []string) (out Answered) {
	for _, measure := range measures {
		switch measure {
		case registry.BesideAny:
			out.Any = a.Any
		case registry.BesideSubstantive:
			out.Substantive = a.Substantive
		case registry.BesideMedian:
			out.Median = a.Median
		}
	}
	return out
}

// measured is what is laid beside a survey.
type measured struct {
	*Evidence
	SurveyOptions
}

// grouped are the rows of needs by group, in the latencies until any reply and in
// those until a substantive one.
type grouped struct{ any, substantive map[string][]int }

// split groups the needs of the time in question.
func (m measured) split(group func(l *schema.Latencies, row int) string) grouped {
	rows := func(l *schema.Latencies) map[string][]int {
		by := map[string][]int{}
		for row, asked := range l.AskedLo {
			if m.within(asked) {
				name := group(l, row)
				by[name] = append(by[name], row)
			}
		}
		return by
	}
	return grouped{rows(m.Any), rows(m.Substantive)}
}

func (m measured) within(asked time.Time) bool {
	return !asked.Before(m.AskedFrom) && (m.AskedTo.IsZero() || asked.Before(m.AskedTo))
}

// needs are those of the time in question; nil for none.
func (m measured) needs() (of *MeasuredNeeds) {
	zone := m.Index.Location(nil, nil)
	for _, asked := range m.Any.AskedLo {
		switch {
		case !m.within(asked):
			continue
		case of == nil:
			of = &MeasuredNeeds{First: asked.In(zone), Last: asked.In(zone)}
		case asked.Before(of.First):
			of.First = asked.In(zone)
		case asked.After(of.Last):
			of.Last = asked.In(zone)
		}
		of.Needs++
	}
	return of
}

// level is the level of government of the body that a need was put to; "" when none
// is known.
func (e *Evidence) level(l *schema.Latencies, row int) string {
	if body, ok := e.Index.Body(l.BodyID[row]); ok {
		return body.Level
	}
	return ""
}

// coveredLevels is the coverage of the bodies of some levels together.
func (e *Evidence) coveredLevels(levels []string) float64 {
	var ids []string
	for _, body := range e.Index.Country().Bodies {
		if slices.Contains(levels, body.Level) {
			ids = append(ids, body.ID)
		}
	}
	if ids == nil {
		return 1 // As of bodies of which nothing was declared.
	}
	return e.covered(ids...)
}

// answered estimates for the needs of some groups together.
func (m measured) answered(groups grouped, names []string, coverage float64) (Answered, error) {
	var toAny, toSubstantive []int
	for _, name := range names {
		toAny = append(toAny, groups.any[name]...)
		toSubstantive = append(toSubstantive, groups.substantive[name]...)
	}
	if len(toAny) == 0 {
		return Answered{}, nil
	}
	horizons := []Horizon{m.Horizon}
	anyReply, err := m.speed(m.Any, horizons, 0, coverage, toAny)
	if err != nil {
		return Answered{}, err
	}
	substantive, err := m.speed(m.Substantive, horizons, 0, coverage, toSubstantive)
	if err != nil {
		return Answered{}, err
	}
	return Answered{&anyReply.Rates[0], &substantive.Rates[0], &anyReply.Median}, nil
}

// PublicSurvey is the comparison as it may be published. Of fewer needs than a small
// cell nobody is told when they were asked, either.
func PublicSurvey(c *SurveyComparison) *SurveyComparison {
	out := *c
	if c.Measured != nil && c.Measured.Needs < SmallCell {
		out.Measured = nil
	}
	out.Rows = slices.Clone(c.Rows)
	for i := range out.Rows {
		for _, number := range []**Number{&out.Rows[i].Any, &out.Rows[i].Substantive, &out.Rows[i].Median} {
			if *number != nil {
				public := (*number).Public()
				*number = &public
			}
		}
	}
	return &out
}
