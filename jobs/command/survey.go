package command

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
	"time"

	"qulaq/jobs"
	"qulaq/report"
)

// Survey lays what is measured beside what people said.
type Survey struct {
	Output
	Horizon string     `default:"7d" help:"Time after asking at which answered needs are counted: 7d, 12h, 15wd (working days)." placeholder:"TIME"`
	From    time.Time  `format:"2006-01-02" help:"Only needs asked from this day on, in the country's zone." placeholder:"YYYY-MM-DD"`
	To      time.Time  `format:"2006-01-02" help:"Only needs asked before this day." placeholder:"YYYY-MM-DD"`
	Per     string     `enum:"need,cluster" default:"need" help:"Count each need, or each cluster of near-identical ones (a petition drive) once."`
	AsOf    *time.Time `help:"As it would have been told at this moment, RFC 3339." placeholder:"TIME"`
	Public  bool       `help:"As it may be published: numbers that rest on fewer than 5 needs are left out."`
}

// Help is printed below the flags.
func (Survey) Help() string {
	return `Half the people asked in a survey doubted that anyone listens. This lays the tables of
that study (part of the registry; its README names source and rights) beside what is
measured: of authorities the needs put to bodies of their level, of principles the one
number that is about the same matter, of what focus groups spoke of the needs of that
theme, as it is read in their texts. Where nothing is measured the cells stay empty.

The rows stand side by side and no more. What people believe and what bodies do on
public pages are different things, of different people, mostly of different years; with
a handful of rows nothing is correlated. --from and --to take the needs of the years
that the survey asked about, where there are any.

Limits of what people said are those of a simple random sample, which it was not: the
study prints none, and the true ones are wider. Rates and medians have theirs, with n,
the share still open and the coverage.

  qulaq survey
  qulaq survey --from 2021-01-01 --to 2022-01-01 --horizon 15wd
  qulaq survey --format csv
  qulaq survey --json | jq '.rows[] | select(.table == "5")'`
}

// Run prints the comparison.
func (c *Survey) Run(ctx context.Context, g *Globals, s Streams) (err error) {
	o := report.SurveyOptions{}
	if o.Horizon, err = report.ParseHorizon(c.Horizon); err != nil {
		return err
	}
	e, err := g.env(ctx, s)
	if err != nil {
		return err
	}
	defer func() { err = closing(e.Store, err) }()
	zone := e.Index.Location(nil, nil)
	o.AskedFrom, o.AskedTo = midnight(c.From, zone), midnight(c.To, zone)
	if !o.AskedTo.IsZero() && !o.AskedFrom.Before(o.AskedTo) {
		return fmt.Errorf("--from %s must be before --to %s", o.AskedFrom.Format(time.DateOnly), o.AskedTo.Format(time.DateOnly))
	}
	comparison, err := jobs.Survey(ctx, e, moment(c.AsOf), c.Per == "cluster", o)
	if err != nil {
		return err
	}
	if c.Public {
		comparison = report.PublicSurvey(comparison)
	}
	measured := measuredColumns(o.Horizon, c.format() == "csv")
	switch c.format() {
	case "json":
		out := json.NewEncoder(s.Out)
		out.SetIndent("", "  ")
		out.SetEscapeHTML(false)
		return out.Encode(comparison)
	case "csv", "ndjson":
		return write(s.Out, c.Output, comparison.Rows, slices.Concat(saidFields(), measured))
	}
	var opinions, mentions []report.SurveyRow
	for _, r := range comparison.Rows {
		if r.Believed != nil {
			opinions = append(opinions, r)
		} else {
			mentions = append(mentions, r)
		}
	}
	fmt.Fprintf(s.Out, "What %d people said in %s, beside what is measured:\n\n", comparison.Respondents, comparison.Asked)
	if err := write(s.Out, c.Output, opinions, slices.Concat(opinionColumns(), measured)); err != nil {
		return err
	}
	if len(mentions) > 0 {
		fmt.Fprintf(s.Out, "\nWhat focus groups spoke of in %s, beside needs of the same themes:\n\n", comparison.Discussed)
		if err := write(s.Out, c.Output, mentions, slices.Concat(mentionColumns(), measured)); err != nil {
			return err
		}
	}
	tellSurvey(s.Err, comparison)
	return nil
}

type surveyColumn = column[report.SurveyRow]

// opinionColumns tell people what the respondents said.
func opinionColumns() []surveyColumn {
	share := func(name string, of func(*report.Belief) float64) surveyColumn {
		return surveyColumn{name: name, right: true, cell: func(r report.SurveyRow) string { return fmt.Sprintf("%.1f %%", 100*of(r.Believed)) }}
	}
	return []surveyColumn{
		{name: "table", cell: func(r report.SurveyRow) string { return r.Table }},
		{name: "said", cell: func(r report.SurveyRow) string { return clip(r.Said, 48) }},
		{name: "yes", right: true, cell: func(r report.SurveyRow) string {
			return fmt.Sprintf("%.1f %% [%.0f–%.0f]", 100*r.Believed.Yes, 100*r.Believed.Lo, 100*r.Believed.Hi)
		}},
		share("no", func(b *report.Belief) float64 { return b.No }),
		share("don't know", func(b *report.Belief) float64 { return b.Unknown }),
	}
}

// mentionColumns tell people what the focus groups spoke of.
func mentionColumns() []surveyColumn {
	return []surveyColumn{
		{name: "table", cell: func(r report.SurveyRow) string { return r.Table }},
		{name: "said", cell: func(r report.SurveyRow) string { return r.Said }},
		{name: "mentions", right: true, cell: func(r report.SurveyRow) string { return strconv.Itoa(r.Mentions) }},
	}
}

// saidFields tell programs both.
func saidFields() []surveyColumn {
	share := func(name string, of func(*report.Belief) float64) surveyColumn {
		return surveyColumn{name: name, cell: func(r report.SurveyRow) string {
			if r.Believed == nil {
				return ""
			}
			return plain(of(r.Believed))
		}}
	}
	return []surveyColumn{
		{name: "table", cell: func(r report.SurveyRow) string { return r.Table }},
		{name: "said", cell: func(r report.SurveyRow) string { return r.Said }},
		share("yes", func(b *report.Belief) float64 { return b.Yes }),
		share("yes_lo", func(b *report.Belief) float64 { return b.Lo }),
		share("yes_hi", func(b *report.Belief) float64 { return b.Hi }),
		share("no", func(b *report.Belief) float64 { return b.No }),
		share("unknown", func(b *report.Belief) float64 { return b.Unknown }),
		{name: "mentions", cell: func(r report.SurveyRow) string {
			if r.Believed != nil {
				return ""
			}
			return strconv.Itoa(r.Mentions)
		}},
	}
}

// measuredColumns tell what is measured, and what it rests on.
func measuredColumns(h report.Horizon, programs bool) []surveyColumn {
	open := func(n report.Number) string { return percent(n.Basis().Censored) }
	coverage := func(n report.Number) string {
		return percent(n.Basis().Coverage) + flag(n.Basis().Coverage < report.FlagBelow)
	}
	if programs {
		open = func(n report.Number) string { return plain(n.Basis().Censored) }
		coverage = func(n report.Number) string { return plain(n.Basis().Coverage) }
	}
	// basis tells of the first of some numbers that is there.
	basis := func(name string, write func(report.Number) string, of func(report.SurveyRow) []*report.Number) surveyColumn {
		return surveyColumn{name: name, right: true, cell: func(r report.SurveyRow) string {
			for _, n := range of(r) {
				if n != nil {
					return write(*n)
				}
			}
			return ""
		}}
	}
	all := func(r report.SurveyRow) []*report.Number { return []*report.Number{r.Any, r.Median, r.Substantive} }
	return []surveyColumn{
		{name: "beside", cell: func(r report.SurveyRow) string { return r.Beside }},
		basis("needs", report.Number.Needs, all),
		number("any, "+h.String(), func(r report.SurveyRow) report.Number { return known(r.Any) }, report.Number.Percent),
		number("real, "+h.String(), func(r report.SurveyRow) report.Number { return known(r.Substantive) }, report.Number.Percent),
		number("median, any", func(r report.SurveyRow) report.Number { return known(r.Median) }, report.Number.Time),
		basis("open, any", open, func(r report.SurveyRow) []*report.Number { return []*report.Number{r.Any, r.Median} }),
		basis("open, real", open, func(r report.SurveyRow) []*report.Number { return []*report.Number{r.Substantive} }),
		basis("coverage", coverage, all),
	}
}

// tellSurvey tells what the tables are of, and what they are not.
func tellSurvey(w io.Writer, c *report.SurveyComparison) {
	fmt.Fprintf(w, "said: %s\n", c.Citation)
	if c.Note != "" {
		fmt.Fprintln(w, c.Note)
	}
	fmt.Fprintln(w, "limits of what was said: as of a simple random sample, which it was not; the true ones are wider")
	if c.Measured == nil {
		fmt.Fprintln(w, "measured: no needs of that time that can be told of. Run `qulaq crawl --once`, or see `qulaq coverage`.")
		return
	}
	fmt.Fprintf(w, "measured: needs asked from %s to %s (n = %d), as of %s; on no theme: %d\n",
		c.Measured.First.Format(time.DateOnly), c.Measured.Last.Format(time.DateOnly), c.Measured.Needs, c.AsOf.Format(time.RFC3339), c.Measured.Themeless)
	fmt.Fprintln(w, legend)
	fmt.Fprintln(w, "What people believe and what bodies do are different things, of different people and times: side by side, not cause and effect.")
}

// known is the number, or the one of what is not measured.
func known(n *report.Number) report.Number {
	if n == nil {
		return report.Nothing()
	}
	return *n
}

// midnight is the first instant of a day in a zone; zero for no day.
func midnight(day time.Time, zone *time.Location) time.Time {
	if day.IsZero() {
		return day
	}
	y, m, d := day.Date()
	return time.Date(y, m, d, 0, 0, 0, 0, zone)
}
