package wellformed

import (
	"strings"

	"golang.org/x/net/html"
)

// kind tells what the standard does with an element. Elements that close others by
// being opened (p, li, tr, option), or that move (table, select, template), have none.
type kind int

const (
	ordinary kind = iota + 1 // closed by its end tag alone
	void                     // has none
	raw                      // its content is text as it stands
	alone                    // ordinary, but not within another of its kind
	vector                   // svg, and what may lie in it
)

var kinds = map[string]kind{
	"div": ordinary, "span": ordinary, "section": ordinary, "main": ordinary, "header": ordinary, "footer": ordinary,
	"nav": ordinary, "article": ordinary, "aside": ordinary, "figure": ordinary, "figcaption": ordinary, "blockquote": ordinary,
	"b": ordinary, "i": ordinary, "em": ordinary, "strong": ordinary, "s": ordinary, "u": ordinary, "small": ordinary, "code": ordinary,
	"del": ordinary, "ins": ordinary, "sub": ordinary, "sup": ordinary, "mark": ordinary, "label": ordinary, "time": ordinary,
	"video": ordinary, "audio": ordinary, "picture": ordinary, "canvas": ordinary, "cite": ordinary, "q": ordinary, "abbr": ordinary,
	"tg-emoji": ordinary, "tg-spoiler": ordinary,
	"br": void, "img": void, "input": void, "hr": void, "source": void, "wbr": void,
	"meta": void, "link": void, "base": void,
	"script": raw, "style": raw, "title": raw,
	"a": alone, "form": alone, "button": alone,
	"h1": alone, "h2": alone, "h3": alone, "h4": alone, "h5": alone, "h6": alone,
	"svg": vector, "g": vector, "path": vector, "circle": vector, "rect": vector, "line": vector, "polygon": vector,
	"polyline": vector, "ellipse": vector, "defs": vector, "use": vector, "stop": vector,
}

// startTag reads a start tag and opens its element.
func (t *Tree) startTag() bool {
	end := t.at + 1
	for end < len(t.source) && nameByte(t.source[end]) {
		end++
	}
	name := t.source[t.at+1 : end]
	if t.at = end; end < len(t.source) && !isSpace(t.source[end]) && t.source[end] != '>' && t.source[end] != '/' {
		return false // capitals, or what only the standard knows to be a name
	}
	attributes, closed, ok := t.attributes()
	if !ok {
		return false
	}
	switch name {
	case "html", "head", "body":
		return !closed && t.frame(name, attributes)
	}
	kind := kinds[name]
	if !t.fits(name, kind) || closed && kind != void && kind != vector || len(t.open) > maxDepth {
		return false
	}
	n := t.add(html.ElementNode, name)
	n.Attr = attributes
	switch kind {
	case vector:
		n.Namespace = "svg"
		if closed {
			return true
		}
	case void:
		return true
	case raw:
		return t.raw(n)
	}
	t.open = append(t.open, n)
	return true
}

// nameByte tells whether c goes on with the name of a tag as programs write it.
func nameByte(c byte) bool { return 'a' <= c && c <= 'z' || '0' <= c && c <= '9' || c == '-' }

// frame opens the elements that every page has, where every page has them.
func (t *Tree) frame(name string, attributes []html.Attribute) bool {
	switch {
	case name == "html" && t.place == beforeHTML:
		t.place, t.whole = beforeHead, true
	case name == "head" && t.place == beforeHead:
		t.place = inHead
	case name == "body" && t.place == afterHead:
		t.place = inBody
	default:
		return false
	}
	n := t.add(html.ElementNode, name)
	n.Attr = attributes
	t.open = append(t.open, n)
	return true
}

// fits tells whether an element may begin here without anything else ending.
func (t *Tree) fits(name string, k kind) bool {
	header := name == "meta" || name == "link" || name == "base" || name == "script" || name == "style"
	switch {
	case k == 0:
		return false
	case t.place == inHead:
		return header || name == "title"
	case t.place == beforeHTML && !header: // a piece of a page
		t.open = append(t.open, t.add(html.ElementNode, "body"))
		t.place = inBody
	case t.place != inBody:
		return false
	}
	inVector := t.open[len(t.open)-1].Namespace != ""
	switch {
	case name == "title", inVector != (k == vector) && name != "svg", inVector && name == "svg":
		return false
	case k == alone && len(name) == 2 && name[0] == 'h': // a heading ends another
		for _, n := range t.open {
			if len(n.Data) == 2 && n.Data[0] == 'h' {
				return false
			}
		}
		return true
	case k == alone:
		return !t.within(name) || name == "a" && t.divide()
	}
	return true
}

// endTag reads an end tag, which must be that of the innermost open element.
func (t *Tree) endTag(rest string) bool {
	name, _, ended := strings.Cut(rest[len("</"):], ">")
	if !ended || len(t.open) == 0 {
		return false
	}
	t.at += len("</>") + len(name)
	if t.open[len(t.open)-1].Data != name {
		return t.place == inBody && t.surplus(name)
	}
	switch name {
	case "head":
		t.place = afterHead
	case "body":
		t.place = afterBody
		return t.whole && t.pop()
	case "html":
		t.place = afterHTML
		return t.whole && t.pop()
	}
	return t.pop()
}

func (t *Tree) pop() bool {
	t.open = t.open[:len(t.open)-1]
	return true
}

// raw reads the content of an element that has no elements.
func (t *Tree) raw(n *html.Node) bool {
	content, after, ended := strings.Cut(t.source[t.at:], "</"+n.Data+">")
	if !ended || strings.Contains(content, "<!--") || strings.Contains(strings.ToLower(content), "</"+n.Data) {
		return false
	}
	t.at = len(t.source) - len(after)
	if n.Data == "title" {
		content = html.UnescapeString(content)
	}
	if content != "" {
		t.open = append(t.open, n)
		t.add(html.TextNode, content)
		t.pop()
	}
	return true
}
