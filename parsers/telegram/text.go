package telegram

import (
	"strings"

	"golang.org/x/net/html"
)

// textOf is the text below n as a reader sees it, trimmed: <br> and blocks break
// the line, emoji are the characters that stand for them.
func textOf(n *html.Node) string {
	if c := n.FirstChild; c != nil && c.NextSibling == nil && c.Type == html.TextNode && !strings.ContainsAny(c.Data, "\n\t") {
		return strings.TrimSpace(c.Data) // most names and dates
	}
	var b strings.Builder
	writeText(&b, n, false)
	return strings.TrimSpace(b.String())
}

func writeText(b *strings.Builder, n *html.Node, verbatim bool) {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		switch {
		case c.Type == html.TextNode && (verbatim || !strings.ContainsAny(c.Data, "\n\t")):
			b.WriteString(c.Data)
		case c.Type == html.TextNode:
			writeFlowing(b, c.Data)
		case c.Type != html.ElementNode:
		default:
			switch c.Data {
			case "br":
				b.WriteByte('\n')
			case "script", "style":
			case "div", "p", "pre", "blockquote", "ul", "ol", "li":
				breakLine(b)
				writeText(b, c, verbatim || c.Data == "pre")
				breakLine(b)
			default:
				writeText(b, c, verbatim)
			}
		}
	}
}

// writeFlowing writes text whose line breaks and indentation are those of the
// source: where there is some, a reader sees one space.
func writeFlowing(b *strings.Builder, s string) {
	for _, r := range s {
		if r != ' ' && r != '\n' && r != '\t' {
			b.WriteRune(r)
		} else if have := b.String(); have != "" && !strings.HasSuffix(have, " ") && !strings.HasSuffix(have, "\n") {
			b.WriteByte(' ')
		}
	}
}

// breakLine ends a line that has been begun.
func breakLine(b *strings.Builder) {
	if s := b.String(); s != "" && s[len(s)-1] != '\n' {
		b.WriteByte('\n')
	}
}

// mentionsIn lists the names that the text below n addresses: the links that
// read as the @name to which they lead, in lower case and each once.
func (a address) mentionsIn(n *html.Node, found []string) []string {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type != html.ElementNode {
			continue
		}
		if c.Data != "a" {
			found = a.mentionsIn(c, found)
			continue
		}
		name, ok := strings.CutPrefix(textOf(c), "@")
		r, leads := a.ref(attr(c, "href"))
		if ok && leads && r.post == "" && strings.EqualFold(name, r.channel) {
			found = appendOnce(found, strings.ToLower(name))
		}
	}
	return found
}

// appendOnce adds a value that the list does not have.
func appendOnce(list []string, value string) []string {
	for _, have := range list {
		if have == value {
			return list
		}
	}
	return append(list, value)
}
