package web

import (
	"fmt"
	"html"
	"html/template"
	"math"
	"strconv"
	"strings"

	"qulaq/report"
)

// Charts are as wide as their place: x is told in percent of it, y in pixels, so
// that text is never scaled. Colours and strokes are those of the style sheet.

// svg is a drawing in the making.
type svg struct{ strings.Builder }

func (s *svg) add(format string, args ...any) { fmt.Fprintf(s, format, args...) }

// text writes text at x % and y px; anchor is start, middle or end.
func (s *svg) text(x, y float64, anchor, text string) {
	s.add(`<text x="%s%%" y="%s" text-anchor="%s" class="tick">%s</text>`, num(x), num(y), anchor, html.EscapeString(text))
}

func (s *svg) line(x1, y1, x2, y2 float64, class string) {
	s.add(`<line x1="%s%%" y1="%s" x2="%s%%" y2="%s" class="%s"/>`, num(x1), num(y1), num(x2), num(y2), class)
}

func (s *svg) circle(x, y, radius float64, class string) {
	s.add(`<circle cx="%s%%" cy="%s" r="%s" class="%s"/>`, num(x), num(y), num(radius), class)
}

// num writes a coordinate.
func num(x float64) string { return strconv.FormatFloat(math.Round(x*100)/100, 'f', -1, 64) }

// html is the drawing as it stands.
func (s *svg) html() template.HTML {
	return template.HTML(s.String()) //nolint:gosec // all text was escaped by svg.text
}

// stripTicks are the shares that strips mark, in percent.
var stripTicks = []float64{0, 25, 50, 75, 100}

// strip draws shares as intervals on an axis from 0 to 100 %, which all strips of a
// table share; each number has a line of its own. What is not known is not drawn.
// The numbers stand beside it, so that it need not be read out.
func strip(numbers ...report.Number) template.HTML {
	const lane = 13
	height := float64(lane * len(numbers))
	var s svg
	s.add(`<svg class="strip" width="100%%" height="%s" aria-hidden="true" focusable="false">`, num(height))
	for _, x := range stripTicks {
		s.line(x, 0, x, height, "grid")
	}
	for i, n := range numbers {
		if _, ok := known(n); !ok {
			continue
		}
		y := lane*float64(i) + lane/2.0
		class := "series-" + strconv.Itoa(i+1)
		s.line(100*n.Limits().Lo, y, 100*n.Limits().Hi, y, class+" interval")
		s.circle(100*n.Value(), y, 4, class+" dot")
	}
	s.WriteString(`</svg>`)
	return s.html()
}

// stripAxis is the axis of strips, for the head of their column. It names every
// second mark: on a phone there is no room for more.
func (r *request) stripAxis() template.HTML {
	var s svg
	s.WriteString(`<svg class="strip axis" width="100%" height="14" aria-hidden="true" focusable="false">`)
	for _, x := range stripTicks {
		anchor := ""
		switch x {
		case 0:
			anchor = "start"
		case 50:
			anchor = "middle"
		case 100:
			anchor = "end"
		default:
			continue
		}
		s.text(x, 11, anchor, r.decimal(x, 0)+nbsp+"%")
	}
	s.WriteString(`</svg>`)
	return s.html()
}
