package api

import (
	"strings"

	"golang.org/x/net/html"
)

// Text is what a reader sees of HTML that stands within an answer, trimmed:
// <br> and blocks break the line, and what is hidden for looks alone (the
// protocol and the tail of an address) belongs to it all the same.
func Text(source string) string {
	if !strings.ContainsAny(source, "<&") {
		return strings.TrimSpace(source)
	}
	var b strings.Builder
	ended := true // a line has just ended
	hidden := 0   // depth within an element that is not text
	for z := html.NewTokenizer(strings.NewReader(source)); ; {
		switch kind := z.Next(); kind {
		case html.ErrorToken:
			return strings.TrimSpace(b.String())
		case html.TextToken:
			if text := string(z.Text()); hidden == 0 && text != "" {
				b.WriteString(text)
				ended = strings.HasSuffix(text, "\n")
			}
		default:
			name, _ := z.TagName()
			switch string(name) {
			case "br":
				b.WriteByte('\n')
				ended = true
			case "p", "div", "li", "ul", "ol", "tr", "blockquote", "h1", "h2", "h3", "h4":
				if !ended {
					b.WriteByte('\n')
					ended = true
				}
			case "script", "style":
				if kind == html.StartTagToken {
					hidden++
				} else if kind == html.EndTagToken && hidden > 0 {
					hidden--
				}
			}
		}
	}
}
