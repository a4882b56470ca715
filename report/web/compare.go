package web

import (
	"slices"

	"qulaq/report"
)

type compare struct {
	Form    form
	Choices []option // bodies that can be compared
	Most    int
	League  league
	Curve   figure
	Some    bool   // bodies were chosen
	Note    string // of corrected numbers; "" without them
}

// compare sets up to five bodies beside each other.
func (r *request) compare() (response, error) {
	ranking, err := r.ranking()
	if err != nil {
		return nil, err
	}
	content := compare{Form: r.form(nil, r.byField(), r.horizonField(), r.perField()), Most: maxCompared, Note: r.correctedNote()}
	for _, s := range ranking {
		content.Choices = append(content.Choices, option{s.BodyID, r.nameOf(s.BodyID), slices.Contains(r.choice.Bodies, s.BodyID)})
	}
	order := byName()
	slices.SortFunc(content.Choices, func(a, b option) int { return order(a.Text, b.Text) })
	chosen := slices.DeleteFunc(slices.Clone(ranking), func(s report.Standing) bool { return !slices.Contains(r.choice.Bodies, s.BodyID) })
	p := r.newPage("compare", r.t("compare.title"), nil)
	if len(chosen) > 0 {
		content.Some = true
		content.League = r.league("compared", chosen, "", false)
		if content.Curve, err = r.curvesFigure("curves", chosen); err != nil {
			return nil, err
		}
		p.tables = []*table{content.League.Table, content.Curve.Table}
	}
	p.Content = content
	return p, nil
}

// curvesFigure is how the chosen kind of answers of some bodies come in after asking.
func (r *request) curvesFigure(id string, bodies []report.Standing) (figure, error) {
	of, kind := func(p report.CurvePoint) report.Number { return p.Any }, "reply.any"
	if r.choice.By == bySubstantive {
		of, kind = func(p report.CurvePoint) report.Number { return p.Substantive }, "reply.substantive"
	}
	title := r.t("curves.title", r.t(kind))
	c := chart{id: id, title: title, desc: r.t("curve.desc"), x: r.curveTicks(), y: r.curveShares()}
	t := r.newTable(id, title, append([]column{
		textColumn(r.t("column.body"), "body_id"), rightColumn(r.t("column.after"), "days"), numberColumn(r.t(kind), r.choice.By),
	}, r.basisColumns()...)...)
	for _, s := range bodies {
		points, err := r.curve(s.BodyID)
		if err != nil {
			return figure{}, err
		}
		c.lines = append(c.lines, series{label: r.nameOf(s.BodyID), marks: curveMarks(points, of)})
		for _, p := range points {
			name := cell{Text: r.nameOf(s.BodyID), Header: true, record: []string{s.BodyID}}
			after := cell{Text: r.after(p.Days), record: []string{plain(p.Days)}}
			t.add(append([]cell{name, after, r.rateCell(of(p))}, r.basisCells(of(p))...)...)
		}
	}
	return r.figure(c, r.t("curve.note"), t), nil
}
