package jobs

import (
	"embed"
	"fmt"
	"io"
	"maps"
	"slices"
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

// methodTexts are the method page in English, and short ones in other languages.
//
//go:embed method.md.tmpl method.ru.md.tmpl method.kk.md.tmpl
var methodTexts embed.FS

// methodLanguage is how the method page is written in a language.
type methodLanguage struct {
	file                 string
	minutes, hours, days string // units
	plural               string // is added to them where they are not one
	horizon, working     string // how horizons are told
	comma                string
}

var methodLanguages = map[string]methodLanguage{
	"en": {"method.md.tmpl", "minute", "hour", "day", "s", "%gd", "%gwd", "."},
	"ru": {"method.ru.md.tmpl", "мин", "ч", "дн.", "", "%g\u00a0дн.", "%g\u00a0раб.\u00a0дн.", ","},
	"kk": {"method.kk.md.tmpl", "мин", "сағ", "күн", "", "%g\u00a0күн", "%g\u00a0жұмыс\u00a0күні", ","},
}

// MethodLanguages are those of [WriteMethod].
func MethodLanguages() []string { return slices.Sorted(maps.Keys(methodLanguages)) }

// methodPages are the method page in every language.
func methodPages(country *registry.Country) (map[string]string, error) {
	pages := map[string]string{}
	for lang := range methodLanguages {
		var page strings.Builder
		if err := WriteMethod(&page, country, lang); err != nil {
			return nil, err
		}
		pages[lang] = page.String()
	}
	return pages, nil
}

// coverageTable is what the simulations of package stats print (make test-long).
//
//go:embed coverage.md
var coverageTable string

// narrowingTable is what a simulation of the revisit policy prints (TestNarrowing).
//
//go:embed narrowing.md
var narrowingTable string

// WriteMethod writes the method page of a country, its constants taken from the
// program: in English the full one, in Kazakh (kk) and Russian (ru) a short one.
func WriteMethod(w io.Writer, country *registry.Country, lang string) error {
	in, ok := methodLanguages[lang]
	if !ok {
		return fmt.Errorf("jobs: there is no method page in %q, but in %s", lang, strings.Join(MethodLanguages(), ", "))
	}
	t, err := template.ParseFS(methodTexts, in.file)
	if err != nil {
		return fmt.Errorf("jobs: method page: %w", err)
	}
	percent, span := in.percent, in.span
	var earning, not, horizons []string
	for _, o := range schema.Outcomes {
		if o.EarnsSilence() {
			earning = append(earning, "`"+string(o)+"`")
		} else {
			not = append(not, "`"+string(o)+"`")
		}
	}
	for _, h := range report.DefaultHorizons {
		horizons = append(horizons, in.tell(h))
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
		"Growth": percent(p.Growth), "Least": span(p.Least), "Most": span(p.Most), "Stop": span(p.Stop), "PriorLaw": percent(priorLaw), "OffDuty": percent(offDuty),
		"Listing": span(p.Listing), "Busy": span(p.Busy), "Young": span(p.Young), "Seen": strings.Join(seen, ", "), "HabitWeight": habitWeight, "Narrowing": strings.TrimSpace(narrowingTable),
		"Earning": strings.Join(earning, ", "), "NotEarning": strings.Join(not, ", "),
		"CompleteShare": percent(pipeline.CompleteShare), "FlagBelow": percent(report.FlagBelow),
		"Classifier": language.Default().Version(), "Likeness": percent(pipeline.Likeness),
		"Methods": methods, "AdjacentWithin": span(pipeline.AdjacentWithin), "TemplateOf": pipeline.TemplateOf,
		"Hours": fmt.Sprintf("%s, %s to %s", strings.Join(country.Week.Days, " "), country.Week.From, country.Week.To),
		"From":  country.Week.From, "To": country.Week.To, "SmallCell": report.SmallCell,
		"Gaps": country.Gaps, "Level": percent(float64(stats.DefaultLevel)), "Draws": stats.DefaultDraws,
		"MinCoded": report.MinCoded, "ManyNeeds": ManyNeeds, "Horizons": strings.Join(horizons, ", "), "Coverage": strings.TrimSpace(coverageTable),
	})
}

// decimal writes a number as the language does.
func (in methodLanguage) decimal(x float64) string {
	return strings.Replace(fmt.Sprintf("%g", x), ".", in.comma, 1)
}

func (in methodLanguage) percent(share float64) string { return in.decimal(100*share) + " %" }

// span writes a duration in the unit that reads best.
func (in methodLanguage) span(d time.Duration) string {
	n, unit := d.Minutes(), in.minutes
	switch {
	case d >= aDay && d%aDay == 0:
		n, unit = float64(d/aDay), in.days
	case d >= time.Hour:
		n, unit = d.Hours(), in.hours
	}
	if n != 1 {
		unit += in.plural
	}
	return in.decimal(n) + " " + unit
}

// tell writes a horizon.
func (in methodLanguage) tell(h report.Horizon) string {
	if h.Working {
		return fmt.Sprintf(in.working, h.Days)
	}
	return fmt.Sprintf(in.horizon, h.Days)
}
