package web

import (
	"cmp"
	"html/template"
	"math"
	"slices"
	"strconv"

	"qulaq/report"

	"golang.org/x/text/collate"
	textlanguage "golang.org/x/text/language"
)

// league is a table of bodies with their intervals on one axis.
type league struct {
	Table  *table
	Axis   template.HTML
	Legend []legend
}

type overview struct {
	Form    form
	League  league
	Trend   figure
	Horizon string
	Empty   bool   // nothing was asked yet
	Note    string // of corrected numbers; "" without them
}

// overview is the first page: who answers.
func (r *request) overview() (response, error) {
	var ranking []report.Standing
	var points []report.Point
	err := together(
		into(&ranking, r.ranking),
		into(&points, func() ([]report.Point, error) { return r.series(r.period()) }),
	)
	if err != nil {
		return nil, err
	}
	content := overview{
		Form:    r.form([]string{"order"}, r.byField(), r.horizonField(), r.levelField(), r.regionField(), r.perField(), r.sortField()),
		Horizon: r.horizonName(report.DefaultHorizons[r.choice.horizon()]),
		League:  r.league("ranking", r.sorted(r.chosen(ranking)), "", true),
		Trend:   r.rateFigure("trend", r.t("trend.title"), points, r.snapshot.Weeks...),
		Empty:   len(ranking) == 0,
		Note:    r.correctedNote(),
	}
	return r.newPage("overview", r.t("overview.title"), content, content.League.Table, content.Trend.Table), nil
}

// chosen are the bodies of the chosen level and region.
func (r *request) chosen(ranking []report.Standing) []report.Standing {
	var out []report.Standing
	for _, s := range ranking {
		b, ok := r.site.Index.Body(s.BodyID)
		if ok && (r.choice.Level == "" || s.Level == r.choice.Level) && (r.choice.Region == "" || report.RegionOf(b) == r.choice.Region) {
			out = append(out, s)
		}
	}
	return out
}

// sorted are the bodies in the chosen order; what is not known comes last.
func (r *request) sorted(table []report.Standing) []report.Standing {
	by := map[string]func(report.Standing) float64{
		"any":         func(s report.Standing) float64 { return s.Any.Rates[r.choice.horizon()].Value() },
		"substantive": func(s report.Standing) float64 { return s.Substantive.Rates[r.choice.horizon()].Value() },
		"median":      func(s report.Standing) float64 { return s.Any.Median.Value() },
		"needs":       func(s report.Standing) float64 { return visible(s.Any.Median, float64(s.Any.Median.Basis().Needs)) },
		"open":        func(s report.Standing) float64 { return s.Any.Median.Basis().Censored },
		"coverage":    func(s report.Standing) float64 { return s.Any.Median.Basis().Coverage },
	}
	out := slices.Clone(table)
	direction := 1
	if r.choice.Down {
		direction = -1
	}
	value, numeric := by[r.choice.Sort]
	switch {
	case numeric:
		slices.SortStableFunc(out, func(a, b report.Standing) int {
			x, y := value(a), value(b)
			if math.IsNaN(x) || math.IsNaN(y) {
				return cmp.Compare(truth(math.IsNaN(x)), truth(math.IsNaN(y)))
			}
			return direction * cmp.Compare(x, y)
		})
	case r.choice.Sort == "body":
		compare := byName()
		slices.SortStableFunc(out, func(a, b report.Standing) int {
			return direction * compare(r.nameOf(a.BodyID), r.nameOf(b.BodyID))
		})
	case r.choice.Down:
		slices.Reverse(out)
	}
	return out
}

func visible(n report.Number, x float64) float64 {
	if n.Suppressed() {
		return math.NaN()
	}
	return x
}

func truth(b bool) int {
	if b {
		return 1
	}
	return 0
}

// league is a table of bodies, each with its intervals; one may be marked. Only one
// that can be sorted has links in its head.
func (r *request) league(id string, standings []report.Standing, marked string, sort bool) league {
	h := r.choice.horizon()
	horizon := r.horizonName(report.DefaultHorizons[h])
	columns := []column{
		{Title: r.t("column.rank"), Right: true, fields: []string{"rank_lo", "rank_hi"}},
		{Title: r.t("column.body"), fields: []string{"body_id", "body", "level"}},
		{Title: r.t("column.interval"), Strip: true},
		numberColumn(r.t("column.any", horizon), "any"),
		numberColumn(r.t("column.substantive", horizon), "substantive"),
		numberColumn(r.t("column.median"), "median_days"),
	}
	if r.corrected() {
		columns[3], columns[4] = columns[3].corrected("any"), columns[4].corrected("substantive")
	}
	columns = append(columns, r.basisColumns()...)
	if sort && r.site.Edition == "" {
		for i, name := range []string{"rank", "body", "", "any", "substantive", "median", "needs", "open", "coverage"} {
			if name != "" {
				columns[i].Sort = r.sortLink(name)
			}
		}
	}
	t := r.newTable(id, r.t("league.caption", horizon, moment(r.snapshot.Evidence.AsOf)), columns...)
	for _, s := range standings {
		name := cell{Text: r.nameOf(s.BodyID), Href: r.link("/body/" + s.BodyID), Header: true, record: []string{s.BodyID, r.nameOf(s.BodyID), s.Level}}
		if b, ok := r.site.Index.Body(s.BodyID); ok && len(b.Statements) > 0 {
			name.Note = r.t("statements.note")
		}
		if r.choice.Level == "" {
			name.Limits = r.levelName(s.Level)
		}
		cells := []cell{
			{Text: ranks(s.RankLo, s.RankHi), record: []string{whole(s.RankLo), whole(s.RankHi)}},
			name,
			{Strip: strip(s.Any.Rates[h], s.Substantive.Rates[h])},
			r.rateCell(s.Any.Rates[h]), r.rateCell(s.Substantive.Rates[h]), r.timeCell(s.Any.Median),
		}
		if r.corrected() {
			cells[3], cells[4] = r.correctedCell(s.Any), r.correctedCell(s.Substantive)
		}
		t.add(append(cells, r.basisCells(s.Any.Rates[h])...)...)
		t.Rows[len(t.Rows)-1].Marked = s.BodyID == marked
	}
	return league{Table: &t, Axis: r.stripAxis(), Legend: r.replyLegend()}
}

// correctedNote says what corrected numbers are; "" where there are none.
func (r *request) correctedNote() string {
	if r.corrected() {
		return r.t("corrected.note", report.MinCoded)
	}
	return ""
}

// replyLegend names the two lines of strips.
func (r *request) replyLegend() []legend {
	c := chart{lines: []series{{label: r.t("reply.any"), dots: true}, {label: r.t("reply.substantive"), dots: true}}}
	return c.legends()
}

// whole writes a rank for programs; "" for one that is not told.
func whole(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// sortLink sorts by a column: upwards first, and the other way when it is so already.
func (r *request) sortLink(name string) *sortLink {
	current := cmp.Or(r.choice.Sort, "rank") == name
	link := sortLink{Href: r.same("sort", name, "order", "")}
	if current {
		link.Current = "ascending"
		if r.choice.Down {
			link.Current = "descending"
		} else {
			link.Href = r.same("sort", name, "order", "down")
		}
	}
	return &link
}

// byName orders names as Kazakh does, whose alphabet holds the Russian one. The
// function that it gives is for one goroutine.
func byName() func(a, b string) int {
	return collate.New(textlanguage.Kazakh, collate.IgnoreCase).CompareString
}
