package web

import (
	"fmt"
	"math"
	"slices"
	"time"

	"qulaq/report"
	"qulaq/schema"
)

// figure makes a figure of a chart, whose title and table it shares.
func (r *request) figure(c chart, note string, t table) figure {
	return figure{ID: t.ID, Title: c.title, Note: note, Chart: c.draw(), Legend: c.legends(), Table: &t}
}

// period is the chosen length of the points of a series: weeks up to half a year of
// data, months beyond.
func (r *request) period() report.Period {
	if r.choice.Period != "" {
		return report.Period(r.choice.Period)
	}
	const half = 6 // months of a year
	if r.snapshot.Months > half {
		return report.ByMonth
	}
	asked := r.snapshot.Evidence.Any.AskedLo
	if len(asked) > 0 {
		first, last := slices.MinFunc(asked, time.Time.Compare), slices.MaxFunc(asked, time.Time.Compare)
		if last.Sub(first) > 26*7*24*time.Hour {
			return report.ByMonth
		}
	}
	return report.ByWeek
}

// shareMark is a share as a point of a line.
func shareMark(x float64, n report.Number) mark {
	if _, ok := known(n); !ok {
		return mark{missing: true}
	}
	return mark{x: x, y: n.Value(), lo: n.Limits().Lo, hi: n.Limits().Hi}
}

// apart is how far equal numbers of two lines stand apart, so that both are seen.
const apart = 0.004

// along spreads n points over an axis, each in the middle of its part.
func along(i, n int) float64 { return (float64(i) + 0.5) / float64(n) }

// pointTicks name the first days of periods, as many as have room.
func pointTicks(points []report.Point) []tick {
	const room = 6
	var ticks []tick
	step := (len(points) + room - 1) / room
	for i := 0; i < len(points); i += step {
		ticks = append(ticks, tick{along(i, len(points)), points[i].Period, len(ticks)%2 == 1})
	}
	return ticks
}

// rateFigure is the share of needs answered by the chosen horizon, over time, with the
// coverage of some weeks of sources beneath.
func (r *request) rateFigure(id, title string, points []report.Point, weeks ...schema.SourceWeek) figure {
	h := r.choice.horizon()
	horizon := r.horizonName(report.DefaultHorizons[h])
	anyReply := series{label: r.t("reply.any"), dots: true}
	substantive := series{label: r.t("reply.substantive"), dots: true}
	columns := []column{textColumn(r.t("column.period"), "period"), numberColumn(r.t("column.any", horizon), "any"), numberColumn(r.t("column.substantive", horizon), "substantive")}
	if r.corrected() {
		columns[1], columns[2] = columns[1].corrected("any"), columns[2].corrected("substantive")
	}
	t := r.newTable(id, title, append(columns, r.basisColumns()...)...)
	for i, p := range points {
		x := along(i, len(points))
		anyReply.marks = append(anyReply.marks, shareMark(x-apart, p.Any.Rates[h]))
		substantive.marks = append(substantive.marks, shareMark(x+apart, p.Substantive.Rates[h]))
		name := dateCell(p.Period)
		rates := []cell{name, r.rateCell(p.Any.Rates[h]), r.rateCell(p.Substantive.Rates[h])}
		if r.corrected() {
			rates[1], rates[2] = r.correctedCell(p.Any), r.correctedCell(p.Substantive)
		}
		t.add(append(rates, r.basisCells(p.Any.Rates[h])...)...)
	}
	c := chart{
		id: id, title: title, desc: r.t("trend.desc", horizon, len(points)),
		x: pointTicks(points), y: r.shareTicks(), lines: []series{anyReply, substantive},
	}
	if len(weeks) > 0 {
		c.barsTitle, c.bars = r.t("trend.coverage"), coverageBars(points, weeks)
	}
	return r.figure(c, r.t("trend.note"), t)
}

// horizonsTable is the share answered by each horizon, over time.
func (r *request) horizonsTable(id string, points []report.Point) *table {
	columns := []column{textColumn(r.t("column.period"), "period")}
	for _, h := range report.DefaultHorizons {
		columns = append(columns, numberColumn(r.t("column.any", r.horizonName(h)), "any_"+h.String()))
	}
	t := r.newTable(id, r.t("horizons.title"), append(columns, r.basisColumns()...)...)
	for _, p := range points {
		name := dateCell(p.Period)
		cells := []cell{name}
		for _, n := range p.Any.Rates {
			cells = append(cells, r.rateCell(n))
		}
		t.add(append(cells, r.basisCells(p.Any.Median)...)...)
	}
	return &t
}

// latencyFigure is the median time to a reply, over time.
func (r *request) latencyFigure(id string, points []report.Point) figure {
	longest := 1.0
	for _, p := range points {
		for _, x := range []float64{p.Any.Median.Value(), p.Any.Median.Limits().Hi} {
			if _, ok := known(p.Any.Median); ok && !math.IsInf(x, 1) {
				longest = max(longest, x)
			}
		}
	}
	title := r.t("latency.title")
	line := series{label: r.t("column.median"), dots: true}
	t := r.newTable(id, title, append([]column{
		textColumn(r.t("column.period"), "period"), numberColumn(r.t("column.median"), "median_days"), numberColumn(r.t("column.median.substantive"), "median_days_substantive"),
	}, r.basisColumns()...)...)
	for i, p := range points {
		m := mark{missing: true}
		if _, ok := known(p.Any.Median); ok && !math.IsInf(p.Any.Median.Value(), 1) {
			l := p.Any.Median.Limits()
			m = mark{x: along(i, len(points)), y: p.Any.Median.Value() / longest, lo: l.Lo / longest, hi: min(1, l.Hi/longest)}
		}
		line.marks = append(line.marks, m)
		name := dateCell(p.Period)
		t.add(append([]cell{name, r.timeCell(p.Any.Median), r.timeCell(p.Substantive.Median)}, r.basisCells(p.Any.Median)...)...)
	}
	var y []tick
	for _, at := range []float64{0, 0.5, 1} {
		y = append(y, tick{at: at, label: r.decimal(at*longest, 1) + nbsp + r.t("unit.days")})
	}
	c := chart{id: id, title: title, desc: r.t("latency.desc", len(points)), x: pointTicks(points), y: y, lines: []series{line}}
	return r.figure(c, r.t("latency.note"), t)
}

// coverageBars are the items read of those declared, in the time of each point.
func coverageBars(points []report.Point, weeks []schema.SourceWeek) []bar {
	var bars []bar
	width := 1 / float64(len(points))
	for i, p := range points {
		from, to := p.Period, "9999"
		if i+1 < len(points) {
			to = points[i+1].Period
		}
		var sum schema.Covered
		for _, w := range weeks {
			if week := w.Week.Format(time.DateOnly); from <= week && week < to {
				sum.Declared += w.Declared
				sum.Parsed += w.Parsed
			}
		}
		bars = append(bars, bar{float64(i)*width + width/10, width * 0.8, sum.Share(), sum.Share() < report.FlagBelow})
	}
	return bars
}

// curveX puts days after asking on an axis on which the first days have more room.
func curveX(days float64) float64 {
	last := report.CurveDays[len(report.CurveDays)-1]
	return math.Sqrt(days / last)
}

// curveMarks is a curve from nothing at the moment of asking.
func curveMarks(points []report.CurvePoint, of func(report.CurvePoint) report.Number) []mark {
	marks := []mark{{}}
	for _, p := range points {
		marks = append(marks, shareMark(curveX(p.Days), of(p)))
	}
	if len(marks) > 1 && marks[1].missing {
		marks[0].missing = true
	}
	return marks
}

// curveShares are the ticks of shares; that of none would lie under the curves, which
// all begin there.
func (r *request) curveShares() []tick {
	ticks := r.shareTicks()
	ticks[0].label = ""
	return ticks
}

func (r *request) curveTicks() []tick {
	var ticks []tick
	for _, days := range []float64{0.25, 1, 3, 7, 14, 30} {
		label := r.decimal(days, 0) + nbsp + r.t("unit.days")
		if days < 1 {
			label = r.decimal(24*days, 0) + nbsp + r.t("unit.hours")
		}
		ticks = append(ticks, tick{curveX(days), label, days < 1})
	}
	return ticks
}

// curveFigure is how the answers come in after asking.
func (r *request) curveFigure(id string, points []report.CurvePoint) figure {
	title := r.t("curve.title")
	t := r.newTable(id, title, append([]column{
		rightColumn(r.t("column.after"), "days"), numberColumn(r.t("reply.any"), "any"), numberColumn(r.t("reply.substantive"), "substantive"),
	}, r.basisColumns()...)...)
	for _, p := range points {
		after := cell{Text: r.after(p.Days), Header: true, record: []string{plain(p.Days)}}
		t.add(append([]cell{after, r.rateCell(p.Any), r.rateCell(p.Substantive)}, r.basisCells(p.Any)...)...)
	}
	c := chart{
		id: id, title: title, desc: r.t("curve.desc"), x: r.curveTicks(), y: r.curveShares(),
		lines: []series{
			{label: r.t("reply.any"), marks: curveMarks(points, func(p report.CurvePoint) report.Number { return p.Any })},
			{label: r.t("reply.substantive"), marks: curveMarks(points, func(p report.CurvePoint) report.Number { return p.Substantive })},
		},
	}
	return r.figure(c, r.t("curve.note"), t)
}

// after writes a time after asking.
func (r *request) after(days float64) string {
	if days < 1 {
		return fmt.Sprintf("%s%s%s", r.decimal(24*days, 0), nbsp, r.t("unit.hours"))
	}
	decimals := 0
	if days != math.Trunc(days) {
		decimals = 1
	}
	return fmt.Sprintf("%s%s%s", r.decimal(days, decimals), nbsp, r.t("unit.days"))
}
