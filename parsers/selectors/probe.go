package selectors

import (
	"cmp"
	"slices"
	"time"

	"qulaq/parsers"
)

// Matched tells what a selector of the description did on some pages.
type Matched struct {
	Path     string   // in the description
	Selector string   // as it stands there; "" for the item itself
	Looked   int      // how often it was looked for
	Found    int      // how often it was there
	First    []string // the first values that differ
	Unread   []string // the first values that were no number, or no time as declared
	Narrow   time.Duration
	Wide     time.Duration // widths of the spans that its times tell; 0 when it tells none
	spans    int
}

// Unfilled is a selector that a person has still to write. It matches nothing, so
// that a page reads as drift rather than as silence.
const Unfilled = "fill-me-in"

// firsts is how many values are kept to be shown.
const firsts = 3

// trace gathers what selectors match. The nil trace gathers nothing.
type trace struct {
	matched map[*value]*Matched
}

func (t *trace) of(v *value) *Matched {
	m := t.matched[v]
	if m == nil {
		m = &Matched{Path: v.path, Selector: v.shown()}
		t.matched[v] = m
	}
	return m
}

// shown is a selector as the description has it, with its attribute.
func (v *value) shown() string {
	s := v.printed
	if v.attribute != "" {
		s += " @" + v.attribute
	}
	if v.match != nil {
		s += " /" + v.match.String() + "/"
	}
	return s
}

func (t *trace) value(v *value, text string, found bool) {
	if t == nil {
		return
	}
	m := t.of(v)
	m.Looked++
	if found {
		m.Found++
		m.First = keep(m.First, text)
	}
}

func (t *trace) entries(v *value, n int) {
	if t == nil {
		return
	}
	m := t.of(v)
	m.Looked++
	m.Found += n
}

func (t *trace) unread(v *value, text string) {
	if t != nil {
		m := t.of(v)
		m.Unread = keep(m.Unread, text)
	}
}

func (t *trace) width(v *value, span parsers.Span) {
	if t == nil {
		return
	}
	m := t.of(v)
	width := span.Hi.Sub(span.Lo)
	if !span.IsPoint() {
		width += time.Millisecond // both ends are included
	}
	if m.spans == 0 {
		m.Narrow = width
	}
	m.spans++
	m.Narrow, m.Wide = min(m.Narrow, width), max(m.Wide, width)
}

func keep(list []string, text string) []string {
	if len(list) < firsts && !slices.Contains(list, text) {
		return append(list, text)
	}
	return list
}

// Probe is what a description reads in some saved pages.
type Probe struct {
	Pages    []ProbedPage
	Matched  []Matched // that were looked for, by path
	Findings []Finding // what looks wrong
}

// ProbedPage is a page with what was read in it.
type ProbedPage struct {
	URL    string
	Result parsers.Result
}

// Finding is something that a person should look at.
type Finding struct {
	Wrong bool   // the description, or a page, is not as it must be; else worth a look
	Path  string // in the description; "" for a page as a whole
	Text  string
}

// Probe reads pages, and tells what each selector matched and what looks wrong.
// An error is a page of another site.
func (p *Parser) Probe(pages []parsers.Page) (Probe, error) {
	seen := &trace{matched: map[*value]*Matched{}}
	var probe Probe
	for _, page := range pages {
		r, err := p.parse(page, seen)
		if err != nil {
			return probe, err
		}
		probe.Pages = append(probe.Pages, ProbedPage{page.URL, r})
	}
	for _, m := range seen.matched {
		probe.Matched = append(probe.Matched, *m)
	}
	slices.SortFunc(probe.Matched, func(a, b Matched) int { return cmp.Compare(a.Path, b.Path) })
	probe.Findings = p.findings(&probe)
	return probe, nil
}
