package command

import (
	"fmt"
	"strings"
	"time"

	"qulaq/parsers"
	"qulaq/parsers/selectors"
)

// probed is what the command prints for programs.
type probed struct {
	Source   string        `json:"source"`
	Pages    []probedPage  `json:"pages"`
	Matched  []matched     `json:"selectors"`
	Findings []findingLine `json:"findings"`
}

type probedPage struct {
	URL      string       `json:"url"`
	State    string       `json:"state"`
	Reason   string       `json:"reason,omitempty"`
	Kind     string       `json:"kind"`
	Thread   string       `json:"thread"`
	Declared int          `json:"declared"` // -1 when the page does not tell
	Read     int          `json:"read"`     // items of the sort that is declared
	Items    []parsedItem `json:"items"`
	Threads  []string     `json:"threads"` // that the page leads to
	Next     string       `json:"next,omitempty"`
}

type matched struct {
	Path     string   `json:"path"`
	Selector string   `json:"selector"`
	Looked   int      `json:"looked"`
	Found    int      `json:"found"`
	First    []string `json:"first"`
	Unread   []string `json:"unread,omitempty"`
	Narrow   float64  `json:"narrowest_seconds,omitempty"` // of the spans that its times tell
	Wide     float64  `json:"widest_seconds,omitempty"`
}

type findingLine struct {
	Wrong bool   `json:"wrong"`
	Path  string `json:"path,omitempty"`
	Text  string `json:"text"`
}

func printable(source string, p *selectors.Probe) *probed {
	out := &probed{Source: source, Matched: []matched{}, Findings: []findingLine{}}
	for _, page := range p.Pages {
		r := page.Result
		line := probedPage{
			URL: page.URL, State: string(r.State), Reason: r.Reason, Kind: string(r.Thread.Kind), Thread: r.Thread.ID,
			Declared: r.Declared, Read: r.Counted, Items: parsedItems(r), Threads: []string{},
		}
		for _, t := range r.Found {
			line.Threads = append(line.Threads, t.ID)
		}
		if r.Next != nil {
			line.Next = r.Next.URL
		}
		out.Pages = append(out.Pages, line)
	}
	for _, m := range p.Matched {
		first := m.First
		if first == nil {
			first = []string{}
		}
		out.Matched = append(out.Matched, matched{m.Path, m.Selector, m.Looked, m.Found, first, m.Unread, m.Narrow.Seconds(), m.Wide.Seconds()})
	}
	for _, f := range p.Findings {
		out.Findings = append(out.Findings, findingLine(f))
	}
	return out
}

// print writes the probe for people.
func (p *probed) print(s Streams) error {
	err := write(s.Out, Output{Format: "table"}, p.Matched, []column[matched]{
		{name: "in the description", cell: func(m matched) string { return m.Path }},
		{name: "selector", cell: func(m matched) string { return clip(m.Selector, 36) }},
		{name: "found", right: true, cell: func(m matched) string { return fmt.Sprint(m.Found) }},
		{name: "looked for", right: true, cell: func(m matched) string { return fmt.Sprint(m.Looked) }},
		{name: "as wide as", right: true, cell: func(m matched) string { return width(m) }},
		{name: "first values", cell: func(m matched) string { return firstValues(m.First) }},
	})
	if err != nil {
		return err
	}
	for _, page := range p.Pages {
		fmt.Fprintf(s.Out, "\n%s\n  %s, %s %s: %s\n", page.URL, page.State, page.Kind, page.Thread, page.coverage())
		if page.Next != "" {
			fmt.Fprintf(s.Out, "  goes on at %s\n", page.Next)
		}
		if err := writeItems(s.Out, page.Items); err != nil {
			return err
		}
	}
	if len(p.Findings) == 0 {
		fmt.Fprintln(s.Out, "\nNothing looks wrong.")
		return nil
	}
	fmt.Fprintln(s.Out)
	for _, f := range p.Findings {
		mark := "look  "
		if f.Wrong {
			mark = "WRONG "
		}
		if f.Path != "" {
			f.Text = f.Path + ": " + f.Text
		}
		fmt.Fprintln(s.Out, mark+f.Text)
	}
	return nil
}

// coverage says how much of what a page declares was read.
func (p *probedPage) coverage() string {
	switch {
	case p.Kind == string(parsers.Listing):
		return fmt.Sprintf("leads to %d threads", len(p.Threads))
	case p.Declared > 0:
		return fmt.Sprintf("%d items, %d of %d declared (%.0f %%)", len(p.Items), p.Read, p.Declared, 100*float64(p.Read)/float64(p.Declared))
	case p.Declared == 0:
		return fmt.Sprintf("%d items, none declared", len(p.Items))
	default:
		return fmt.Sprintf("%d items, no number declared", len(p.Items))
	}
}

func width(m matched) string {
	span := func(seconds float64) string {
		text := time.Duration(seconds * float64(time.Second)).String() // 24h0m0s, 1m0s
		for _, zero := range []string{"m0s", "h0m"} {
			if strings.HasSuffix(text, zero) {
				text = text[:len(text)-2]
			}
		}
		return text
	}
	switch {
	case m.Wide == 0:
		return ""
	case m.Narrow == m.Wide:
		return span(m.Wide)
	default:
		return span(m.Narrow) + "…" + span(m.Wide)
	}
}

func firstValues(values []string) string {
	var out []string
	for _, v := range values {
		out = append(out, clip(v, 24))
	}
	return strings.Join(out, " · ")
}
