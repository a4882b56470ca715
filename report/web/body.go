package web

import (
	"slices"
	"strings"

	"qulaq/registry"
	"qulaq/report"
	"qulaq/schema"
)

type body struct {
	Body      *registry.Body
	Level     string
	Region    string
	Standing  *report.Standing // nil when it was not asked anything
	Rank      string
	Peers     int // bodies of its level that were asked
	Headline  []headline
	Note      string // of corrected numbers; "" without them
	Form      form
	Rates     figure
	Horizons  *table
	Latency   figure
	Curve     figure
	Kinds     league
	Languages league
	Themes    league
	Classes   league
	Group     league
	Compare   string
	Badge     string
	Feed      string
	Sources   *table
	Spoken    []statement
}

// statement is what a body says of an edition.
type statement struct {
	registry.Statement
	Title    string
	Evidence string // where the key was published
}

// statements are those of a body, the latest first.
func (r *request) statements(b *registry.Body) []statement {
	var out []statement
	for _, s := range b.Statements {
		told := statement{Statement: s, Title: r.t("statements."+s.Kind, s.Edition)}
		for _, k := range b.Keys {
			if k.ID == s.Key {
				told.Evidence = k.Evidence
			}
		}
		out = append(out, told)
	}
	slices.SortStableFunc(out, func(a, b statement) int { return strings.Compare(b.Date, a.Date) })
	return out
}

// headline is a number of the head of a page, with all that it rests on.
type headline struct {
	Label  string
	Value  string
	Limits string
	Needs  string
	Open   string
	Cover  string
	Coded  string // the corrected number, and on how many coded items it rests; "" for none
}

func (r *request) headline(label string, n report.Number, write func(report.Number) (string, string)) headline {
	value, limits := write(n)
	h := headline{Label: label, Value: value, Limits: limits, Needs: needs(n), Open: "–", Cover: "–"}
	if !n.Suppressed() {
		h.Open, h.Cover = r.share(n.Basis().Censored), r.share(n.Basis().Coverage)
	}
	return h
}

// codedHeadline tells a corrected rate.
func (r *request) codedHeadline(s report.Speed) string {
	n := s.CorrectedAt(r.choice.horizon())
	if n.Basis().Coded == nil || n.Suppressed() {
		return ""
	}
	share, limits := r.percent(n)
	return r.t("corrected.value", share, limits, count(n.Basis().Coded.Items))
}

// thisBody is the body that the path names.
func (r *request) thisBody() (*registry.Body, error) {
	b, ok := r.site.Index.Body(r.path("body"))
	if !ok {
		return nil, errNotFound
	}
	return b, nil
}

// body is the page of a body.
func (r *request) body() (response, error) {
	b, err := r.thisBody()
	if err != nil {
		return nil, err
	}
	content := body{
		Body: b, Level: r.levelName(b.Level),
		Form:    r.form(nil, r.horizonField(), r.perField(), r.periodField()),
		Compare: r.link("/compare", "body", b.ID),
		Badge:   r.link("/body/" + b.ID + "/badge.svg"), Feed: r.link("/body/" + b.ID + "/feed.atom"),
		Sources: r.sourcesTable(b.ID), Spoken: r.statements(b),
	}
	if b.Region != nil {
		content.Region = b.Region.ISO
	}
	if err := content.fill(r, b); err != nil {
		return nil, err
	}
	p := r.newPage("body", r.name(b), content, content.tables()...)
	p.Description = r.t("body.description", r.name(b))
	if r.site.Edition == "" {
		p.Feed = content.Feed // nothing new comes to an edition
	}
	p.Preview = "/body/" + b.ID + "/social.png"
	return p, nil
}

// fill computes what the page shows of a body that was asked anything.
func (c *body) fill(r *request, b *registry.Body) error {
	ranking, err := r.ranking()
	if err != nil {
		return err
	}
	peers := slices.DeleteFunc(slices.Clone(ranking), func(s report.Standing) bool { return s.Level != b.Level })
	at := slices.IndexFunc(peers, func(s report.Standing) bool { return s.BodyID == b.ID })
	if at < 0 {
		return nil
	}
	c.Standing, c.Peers, c.Rank = &peers[at], len(peers), ranks(peers[at].RankLo, peers[at].RankHi)
	c.Group = r.league("peers", peers, b.ID, false)
	var points []report.Point
	var curve []report.CurvePoint
	var shares []report.ReplyShare
	var spoken, themes, classes []report.Group
	err = together(
		into(&points, func() ([]report.Point, error) { return r.series(r.period(), b.ID) }),
		into(&curve, func() ([]report.CurvePoint, error) { return r.curve(b.ID) }),
		into(&shares, func() ([]report.ReplyShare, error) { return r.replies(b.ID) }),
		into(&spoken, func() ([]report.Group, error) { return r.groups(report.ByLanguage, b.ID) }),
		into(&themes, func() ([]report.Group, error) { return r.groups(report.ByTheme, b.ID) }),
		into(&classes, func() ([]report.Group, error) { return r.groups(report.ByClass, b.ID) }),
	)
	if err != nil {
		return err
	}
	h := r.choice.horizon()
	horizon := r.horizonName(report.DefaultHorizons[h])
	c.Headline = []headline{
		r.headline(r.t("column.any", horizon), c.Standing.Any.Rates[h], r.percent),
		r.headline(r.t("column.substantive", horizon), c.Standing.Substantive.Rates[h], r.percent),
		r.headline(r.t("column.median"), c.Standing.Any.Median, r.days),
	}
	c.Note = r.correctedNote()
	c.Headline[0].Coded, c.Headline[1].Coded = r.codedHeadline(c.Standing.Any), r.codedHeadline(c.Standing.Substantive)
	c.Rates = r.ratesOfBody(b, points)
	c.Horizons = r.horizonsTable("horizons", points)
	c.Latency = r.latencyFigure("latency", points)
	c.Curve = r.curveFigure("curve", curve)
	c.Kinds = r.kinds("kinds", shares)
	c.Languages = r.groupLeague("languages", r.t("column.language"), "language", spoken, r.languageName)
	c.Themes = r.groupLeague("themes", r.t("column.theme"), "theme", themes, r.themeName)
	c.Classes = r.groupLeague("classes", r.t("column.class"), "class", classes, r.className)
	return nil
}

// tables are those of the page that can be had as CSV.
func (c *body) tables() []*table {
	all := []*table{c.Sources}
	if c.Standing != nil {
		all = append(all, c.Rates.Table, c.Horizons, c.Latency.Table, c.Curve.Table, c.Kinds.Table, c.Languages.Table, c.Themes.Table, c.Classes.Table, c.Group.Table)
	}
	return all
}

// ratesOfBody is how a body answers over time, with the coverage of its sources
// beneath.
func (r *request) ratesOfBody(b *registry.Body, points []report.Point) figure {
	weeks := slices.DeleteFunc(slices.Clone(r.snapshot.Weeks), func(w schema.SourceWeek) bool {
		return !slices.ContainsFunc(b.Sources, func(s registry.Source) bool { return s.ID == w.SourceID })
	})
	return r.rateFigure("rates", r.t("trend.title"), points, weeks...)
}

func (r *request) periodField() field {
	period := r.period()
	return field{"period", r.t("form.period"), []option{
		{string(report.ByWeek), r.t("period.week"), period == report.ByWeek},
		{string(report.ByMonth), r.t("period.month"), period == report.ByMonth},
	}}
}

// kinds is of which kinds the replies are.
func (r *request) kinds(id string, shares []report.ReplyShare) league {
	t := r.newTable(id, r.t("kinds.caption", moment(r.snapshot.Evidence.AsOf)), textColumn(r.t("column.kind"), "kind"), column{Title: r.t("column.interval"), Strip: true},
		numberColumn(r.t("column.share"), "share"), column{Title: r.t("column.replies"), Right: true})
	for _, s := range shares {
		name := textCell(s.Kind)
		name.Text, name.Header = r.t("reply."+s.Kind), true
		t.add(name, cell{Strip: strip(s.Share)}, r.rateCell(s.Share), cell{Text: needs(s.Share)})
	}
	return league{Table: &t, Axis: r.stripAxis()}
}

// groupLeague is how needs are answered by what they are.
func (r *request) groupLeague(id, title, field string, groups []report.Group, name func(string) string) league {
	h := r.choice.horizon()
	horizon := r.horizonName(report.DefaultHorizons[h])
	t := r.newTable(id, r.t("league.caption", horizon, moment(r.snapshot.Evidence.AsOf)), append([]column{
		textColumn(title, field),
		{Title: r.t("column.interval"), Strip: true},
		numberColumn(r.t("column.any", horizon), "any"), numberColumn(r.t("column.substantive", horizon), "substantive"), numberColumn(r.t("column.median"), "median_days"),
	}, r.basisColumns()...)...)
	for _, g := range groups {
		key := textCell(g.Key)
		key.Text, key.Header = name(g.Key), true
		t.add(append([]cell{
			key,
			{Strip: strip(g.Any.Rates[h], g.Substantive.Rates[h])},
			r.rateCell(g.Any.Rates[h]), r.rateCell(g.Substantive.Rates[h]), r.timeCell(g.Any.Median),
		}, r.basisCells(g.Any.Rates[h])...)...)
	}
	return league{Table: &t, Axis: r.stripAxis(), Legend: r.replyLegend()}
}

func (r *request) languageName(language string) string {
	if language == "" {
		return r.t("language.unknown")
	}
	return r.site.messages.textOr(r.lang, "language."+language, language)
}

// themeName is the name of a theme.
func (r *request) themeName(theme string) string {
	return r.site.messages.textOr(r.lang, "theme."+theme, theme)
}

func (r *request) className(class string) string {
	if class == "" {
		return r.t("class.unknown")
	}
	return r.site.messages.textOr(r.lang, "class."+class, class)
}
