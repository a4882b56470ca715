package htmlpage

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Fragment gives the text of a piece of HTML as an API sends it: what its author
// wrote, and apart from it what the author quoted. Lines break where the markup
// breaks them.
func Fragment(source string) (text, quoted string) {
	if !strings.ContainsAny(source, "<&") {
		return lines(source), ""
	}
	var said, cited strings.Builder
	quotes, asides, hidden := 0, 0, 0
	tokens := html.NewTokenizer(strings.NewReader(source))
	for {
		kind := tokens.Next()
		if kind == html.ErrorToken { // the end: a string cannot fail otherwise
			return lines(said.String()), lines(cited.String())
		}
		if kind == html.TextToken {
			switch {
			case hidden > 0:
			case quotes > 0:
				cited.Write(tokens.Text())
			case asides == 0: // what else stands in an aside is the platform's: a quote's title, a preview
				said.Write(tokens.Text())
			}
			continue
		}
		name, _ := tokens.TagName()
		tag := atom.Lookup(name)
		step := 1
		if kind == html.EndTagToken {
			step = -1
		}
		if kind != html.SelfClosingTagToken {
			switch tag {
			case atom.Blockquote:
				quotes = max(0, quotes+step)
			case atom.Aside:
				asides = max(0, asides+step)
			case atom.Script, atom.Style:
				hidden = max(0, hidden+step)
			}
		}
		if breaks(tag) {
			said.WriteByte('\n')
			if quotes > 0 {
				cited.WriteByte('\n')
			}
		}
	}
}

// Text is the text of elements with its line breaks, without scripts.
func Text(nodes ...*html.Node) string {
	var b strings.Builder
	for _, n := range nodes {
		write(&b, n)
		b.WriteByte('\n')
	}
	return lines(b.String())
}

func write(b *strings.Builder, n *html.Node) {
	if n.Type == html.TextNode {
		b.WriteString(n.Data)
		return
	}
	if n.DataAtom == atom.Script || n.DataAtom == atom.Style {
		return
	}
	for c := range n.ChildNodes() {
		write(b, c)
	}
	if breaks(n.DataAtom) {
		b.WriteByte('\n')
	}
}

// Line is the text of elements on one line.
func Line(nodes ...*html.Node) string { return strings.Join(strings.Fields(Text(nodes...)), " ") }

// breaks tells whether a line ends with an element.
func breaks(tag atom.Atom) bool {
	switch tag {
	case atom.Br, atom.P, atom.Div, atom.Li, atom.Ul, atom.Ol, atom.Tr, atom.Blockquote, atom.Pre, atom.Hr,
		atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		return true
	}
	return false
}

// lines tidies white space: that of the markup goes, that of the text stays as
// single spaces and line breaks.
func lines(text string) string {
	var b strings.Builder
	b.Grow(len(text))
	for line := range strings.Lines(text) {
		first := true
		for word := range strings.FieldsSeq(line) {
			switch {
			case !first:
				b.WriteByte(' ')
			case b.Len() > 0:
				b.WriteByte('\n')
			}
			b.WriteString(word)
			first = false
		}
	}
	return strings.ToValidUTF8(b.String(), "\uFFFD")
}
