package web

import (
	"fmt"
	"html"
	"html/template"
	"slices"
	"strconv"
	"strings"
)

// figure is a chart with its table beside it.
type figure struct {
	ID     string
	Title  string
	Note   string // what to mind when reading it
	Chart  template.HTML
	Legend []legend
	Table  *table
}

// legend names a line of a chart.
type legend struct {
	Label string
	Line  template.HTML
}

// chart is lines over one axis, with limits as bands.
type chart struct {
	id, title, desc string
	x, y            []tick
	lines           []series
	bars            []bar // beneath the lines: coverage
	barsTitle       string
}

// tick is a mark on an axis, at 0 to 1 of its length.
type tick struct {
	at    float64
	label string
	minor bool // a phone has no room for its label
}

// series is a line of a chart.
type series struct {
	label string
	dots  bool
	marks []mark
}

// mark is a point of a line, at 0 to 1 of the axes; missing where nothing is known.
type mark struct {
	x, y, lo, hi float64
	missing      bool
}

// bar is a bar beneath the lines, of height 0 to 1.
type bar struct {
	x, width, height float64
	low              bool // below what is enough
}

// The measures of charts, in px.
const (
	chartTop, chartHeight = 18.0, 220.0
	barsGap, barsHeight   = 34.0, 28.0
	axisHeight            = 20.0
	inner                 = 1000.0 // of the plot's own coordinates, which are stretched
)

// draw writes the chart. Its title and description are what is read out; the figures
// stand in the table.
func (c *chart) draw() template.HTML {
	height := chartTop + chartHeight + axisHeight
	if len(c.bars) > 0 {
		height += barsGap + barsHeight
	}
	var s svg
	s.add(`<svg class="chart" width="100%%" height="%s" role="img" aria-labelledby="%s-title %s-desc">`, num(height), c.id, c.id)
	s.add(`<title id="%s-title">%s</title><desc id="%s-desc">%s</desc>`, c.id, html.EscapeString(c.title), c.id, html.EscapeString(c.desc))
	for _, t := range c.y {
		y := chartTop + (1-t.at)*chartHeight
		s.line(0, y, 100, y, "grid")
		s.text(0, y-3, "start", t.label)
	}
	for _, t := range c.x {
		s.line(100*t.at, chartTop+chartHeight, 100*t.at, chartTop+chartHeight+4, "grid")
		if t.minor {
			s.WriteString(`<g class="minor">`)
		}
		s.text(100*t.at, chartTop+chartHeight+16, anchorAt(t.at), t.label)
		if t.minor {
			s.WriteString(`</g>`)
		}
	}
	s.add(`<svg x="0" y="%s" width="100%%" height="%s" viewBox="0 0 %s %s" preserveAspectRatio="none">`,
		num(chartTop), num(chartHeight), num(inner), num(inner))
	for i, line := range c.lines {
		line.paths(&s, "series-"+strconv.Itoa(i+1))
	}
	s.WriteString(`</svg>`)
	for i, line := range c.lines {
		for _, m := range line.marks {
			if line.dots && !m.missing {
				s.circle(100*m.x, chartTop+(1-m.y)*chartHeight, 3.5, "series-"+strconv.Itoa(i+1)+" dot")
			}
		}
	}
	c.drawBars(&s)
	s.WriteString(`</svg>`)
	return s.html()
}

// anchorAt keeps labels inside of the chart.
func anchorAt(x float64) string {
	switch {
	case x < 0.04:
		return "start"
	case x > 0.96:
		return "end"
	}
	return "middle"
}

func (c *chart) drawBars(s *svg) {
	if len(c.bars) == 0 {
		return
	}
	bottom := chartTop + chartHeight + axisHeight + barsGap + barsHeight
	s.text(0, bottom-barsHeight-6, "start", c.barsTitle)
	s.line(0, bottom-0.5, 100, bottom-0.5, "grid")
	for _, b := range c.bars {
		class := "bar"
		if b.low {
			class = "bar low"
		}
		s.add(`<rect x="%s%%" y="%s" width="%s%%" height="%s" class="%s"/>`,
			num(100*b.x), num(bottom-b.height*barsHeight), num(100*b.width), num(b.height*barsHeight), class)
	}
}

// paths draws the band of the limits and the line, with a gap where nothing is known.
// A band needs two marks: the limits of one that stands alone are a line.
func (l series) paths(s *svg, class string) {
	for _, run := range l.runs() {
		if len(run) == 1 {
			s.add(`<path d="M%sL%s" class="%s interval" vector-effect="non-scaling-stroke"/>`, point(run[0].x, run[0].lo), point(run[0].x, run[0].hi), class)
			continue
		}
		var upper, lower, line []string
		for _, m := range run {
			upper, lower, line = append(upper, point(m.x, m.hi)), append(lower, point(m.x, m.lo)), append(line, point(m.x, m.y))
		}
		slices.Reverse(lower)
		s.add(`<path d="M%sZ" class="%s band"/>`, strings.Join(append(upper, lower...), "L"), class)
		s.add(`<path d="M%s" class="%s line" vector-effect="non-scaling-stroke"/>`, strings.Join(line, "L"), class)
	}
}

// runs are the stretches of marks without a gap.
func (l series) runs() [][]mark {
	var runs [][]mark
	var run []mark
	for _, m := range append(l.marks, mark{missing: true}) {
		switch {
		case !m.missing:
			run = append(run, m)
		case len(run) > 0:
			runs, run = append(runs, run), nil
		}
	}
	return runs
}

func point(x, y float64) string {
	return fmt.Sprintf("%s %s", num(inner*x), num(inner*(1-min(1, max(0, y)))))
}

// legends name the lines of the chart, with how they are drawn.
func (c *chart) legends() []legend {
	var out []legend
	for i, line := range c.lines {
		class := "series-" + strconv.Itoa(i+1)
		var s svg
		s.WriteString(`<svg class="key" width="32" height="12" aria-hidden="true" focusable="false">`)
		s.add(`<line x1="0" y1="6" x2="32" y2="6" class="%s line"/>`, class)
		if line.dots {
			s.add(`<circle cx="16" cy="6" r="3.5" class="%s dot"/>`, class)
		}
		s.WriteString(`</svg>`)
		out = append(out, legend{line.label, s.html()})
	}
	return out
}

// shareTicks are those of an axis of shares.
func (r *request) shareTicks() []tick {
	var ticks []tick
	for _, at := range []float64{0, 0.25, 0.5, 0.75, 1} {
		ticks = append(ticks, tick{at: at, label: r.share(at)})
	}
	return ticks
}
