package jobs

import (
	_ "embed"
	"fmt"
	"io"
	"strings"
	"text/template"
	"time"

	"qulaq/pipeline"
	"qulaq/pipeline/language"
	"qulaq/registry"
	"qulaq/report"
	"qulaq/schema"
	"qulaq/stats"
)

//go:embed method.md.tmpl
var methodText string

// coverageTable is what the simulations of package stats print (make test-long).
//
//go:embed coverage.md
var coverageTable string

// narrowingTable is what a simulation of the revisit policy prints (TestNarrowing).
//
//go:embed narrowing.md
var narrowingTable string

// WriteMethod writes the method page of a country, its constants taken from the
// program.
func WriteMethod(w io.Writer, country *registry.Country) error {
	t, err := template.New("method").Parse(methodText)
	if err != nil {
		return fmt.Errorf("jobs: method page: %w", err)
	}
	var earning, not, horizons []string
	for _, o := range schema.Outcomes {
		if o.EarnsSilence() {
			earning = append(earning, "`"+string(o)+"`")
		} else {
			not = append(not, "`"+string(o)+"`")
		}
	}
	for _, h := range report.DefaultHorizons {
		horizons = append(horizons, h.String())
	}
	type method struct {
		Name, Meaning string
		Confidence    float32
	}
	var methods []method
	for _, m := range []struct {
		method  pipeline.Method
		meaning string
	}{
		{pipeline.ByPage, "the page puts the reply below the need, or is made for one need"},
		{pipeline.ByParent, "the reply names the need by its id"},
		{pipeline.ByQuote, "the reply repeats the need's words, all of them or a passage in quotation marks"},
		{pipeline.ByNumber, "the reply names the number of the appeal, as the asker or an earlier reply named it; also in another thread of the source"},
		{pipeline.ByMention, "the reply addresses the person who asked, by account or by name"},
		{pipeline.ByAdjacent, "the reply follows the need, and nothing else ties it"},
	} {
		methods = append(methods, method{string(m.method), m.meaning, pipeline.Confidence[m.method]})
	}
	p := DefaultPolicy
	var seen []string
	for _, h := range p.Horizons {
		seen = append(seen, span(h))
	}
	return t.Execute(w, map[string]any{
		"Growth": percent(p.Growth), "Least": span(p.Least), "Most": span(p.Most), "Stop": span(p.Stop), "PriorLaw": percent(priorLaw),
		"Listing": span(p.Listing), "Busy": span(p.Busy), "Young": span(p.Young), "Seen": strings.Join(seen, ", "), "HabitWeight": habitWeight, "Narrowing": strings.TrimSpace(narrowingTable),
		"Earning": strings.Join(earning, ", "), "NotEarning": strings.Join(not, ", "),
		"CompleteShare": percent(pipeline.CompleteShare), "FlagBelow": percent(report.FlagBelow),
		"Classifier": language.Default().Version(), "Likeness": percent(pipeline.Likeness),
		"Methods": methods, "AdjacentWithin": span(pipeline.AdjacentWithin), "TemplateOf": pipeline.TemplateOf,
		"Hours": fmt.Sprintf("%s, %s to %s", strings.Join(country.Week.Days, " "), country.Week.From, country.Week.To),
		"Gaps":  country.Gaps, "Level": percent(float64(stats.DefaultLevel)), "Draws": stats.DefaultDraws,
		"MinCoded": report.MinCoded, "ManyNeeds": ManyNeeds, "Horizons": strings.Join(horizons, ", "), "Coverage": strings.TrimSpace(coverageTable),
	})
}

func percent(share float64) string { return fmt.Sprintf("%g %%", 100*share) }

// span writes a duration in the unit that reads best.
func span(d time.Duration) string {
	n, unit := d.Minutes(), "minute"
	switch {
	case d >= aDay && d%aDay == 0:
		n, unit = float64(d/aDay), "day"
	case d >= time.Hour:
		n, unit = d.Hours(), "hour"
	}
	if n != 1 {
		unit += "s"
	}
	return fmt.Sprintf("%g %s", n, unit)
}
