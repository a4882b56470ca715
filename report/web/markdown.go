package web

import (
	"html"
	"html/template"
	"regexp"
	"strings"
)

// markdown renders the Markdown of the project's own generated pages: headings,
// paragraphs, lists, tables, and in them code, strong, emphasis and links. The title
// is left out, for the page has it, and links to other files of the repository are
// only their text. All else is shown as it was written.
func markdown(text string) template.HTML {
	var b strings.Builder
	for block := range strings.SplitSeq(strings.TrimSpace(text), "\n\n") {
		lines := strings.Split(strings.Trim(block, "\n"), "\n")
		switch first := lines[0]; {
		case strings.HasPrefix(first, "# "):
		case strings.HasPrefix(first, "#"):
			level := len(first) - len(strings.TrimLeft(first, "#"))
			tag := "h" + string(rune('0'+min(level, 6)))
			b.WriteString("<" + tag + ">" + inline(strings.TrimSpace(first[level:])) + "</" + tag + ">\n")
			if len(lines) > 1 {
				b.WriteString(string(markdown(strings.Join(lines[1:], "\n"))))
			}
		case strings.HasPrefix(first, "- "):
			b.WriteString("<ul>")
			for _, item := range strings.Split("\n"+strings.Join(lines, "\n"), "\n- ")[1:] {
				b.WriteString("<li>" + inline(strings.ReplaceAll(item, "\n", " ")) + "</li>")
			}
			b.WriteString("</ul>\n")
		case strings.HasPrefix(first, "|") && len(lines) > 2:
			markdownTable(&b, lines)
		default:
			b.WriteString("<p>" + inline(strings.Join(lines, " ")) + "</p>\n")
		}
	}
	return template.HTML(b.String()) //nolint:gosec // inline escapes all text
}

func markdownTable(b *strings.Builder, lines []string) {
	row := func(line, tag string) {
		b.WriteString("<tr>")
		line = strings.ReplaceAll(strings.Trim(line, "| "), `\|`, "\x00")
		for text := range strings.SplitSeq(line, "|") {
			b.WriteString("<" + tag + ">" + inline(strings.ReplaceAll(strings.TrimSpace(text), "\x00", "|")) + "</" + strings.Fields(tag)[0] + ">")
		}
		b.WriteString("</tr>")
	}
	b.WriteString(`<div class="scroll" tabindex="0"><table><thead>`)
	row(lines[0], `th scope="col"`)
	b.WriteString("</thead><tbody>")
	for _, line := range lines[2:] {
		row(line, "td")
	}
	b.WriteString("</tbody></table></div>\n")
}

// The marks inside of a line, code first: in code nothing else is a mark.
var inlineMarks = regexp.MustCompile("`([^`]+)`|\\*\\*([^*]+)\\*\\*|\\*([^*\\s][^*]*)\\*|\\[([^\\]]+)\\]\\(([^)\\s]+)\\)")

func inline(text string) string {
	var b strings.Builder
	end := 0
	for _, m := range inlineMarks.FindAllStringSubmatchIndex(text, -1) {
		b.WriteString(html.EscapeString(text[end:m[0]]))
		end = m[1]
		part := func(i int) string { return text[m[2*i]:m[2*i+1]] }
		switch {
		case m[2] >= 0:
			b.WriteString("<code>" + html.EscapeString(part(1)) + "</code>")
		case m[4] >= 0:
			b.WriteString("<strong>" + inline(part(2)) + "</strong>")
		case m[6] >= 0:
			b.WriteString("<em>" + inline(part(3)) + "</em>")
		case strings.HasPrefix(part(5), "https://"):
			b.WriteString(`<a href="` + html.EscapeString(part(5)) + `">` + inline(part(4)) + "</a>")
		default:
			b.WriteString(inline(part(4)))
		}
	}
	b.WriteString(html.EscapeString(text[end:]))
	return strings.ReplaceAll(b.String(), " %", nbsp+"%")
}
