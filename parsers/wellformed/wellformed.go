// Package wellformed reads HTML whose elements are all closed where they should be,
// in a fraction of the time that the full algorithm takes.
//
// The algorithm of the HTML standard spends most of its work on what pages do wrong.
// Pages that a program makes do little wrong. [Tree.Parse] builds the tree of a page
// as long as it is plain what the tree is; at the first tag of which that cannot be
// said it gives up, and the caller asks [html.Parse]. It never guesses: below the
// body, what it builds is what html.Parse builds.
//
// Above and beside the body it leaves out white space, and comments.
package wellformed

import (
	"strings"
	"unsafe"

	"golang.org/x/net/html"
)

// maxDepth is how deep elements may lie in each other; html.Parse has a limit, too.
const maxDepth = 256

// Tree builds trees, one after the other, in the same memory: a tree, and whatever
// points into it, is only good until the next call of Parse or Clear. Strings are
// parts of the source. The zero Tree is ready to use.
type Tree struct {
	nodes slab[html.Node]
	attrs slab[html.Attribute]

	source string
	at     int
	open   []*html.Node // the elements that the next one lies in
	root   *html.Node
	place  place
	whole  bool // a page, with html and body; not a piece of one

	divided int // links whose end tag is still to come, and ends nothing; see divide
}

// place is where in a page the reader is.
type place int

const (
	beforeHTML place = iota
	beforeHead
	inHead
	afterHead
	inBody
	afterBody
	afterHTML
)

// Parse builds the tree of a page, or of a piece of one as html.Parse would put it
// into a body. ok is false when the source has anything that only the full algorithm
// can tell the place of.
func (t *Tree) Parse(source string) (root *html.Node, ok bool) {
	t.Clear()
	if strings.IndexByte(source, 0) >= 0 || strings.IndexByte(source, '\r') >= 0 {
		return nil, false // both become something else
	}
	t.source = source
	t.root = t.nodes.next()
	t.root.Type = html.DocumentNode
	for t.at < len(source) {
		if !t.text() || t.at < len(source) && !t.markup() {
			return nil, false
		}
	}
	if t.whole {
		return t.root, t.place == afterBody || t.place == afterHTML
	}
	return t.root, t.place == inBody && len(t.open) == 1
}

// ParseBytes is Parse of a source that need not become a string: the tree's strings
// are parts of these bytes, which must stay as they are for as long as those are used.
func (t *Tree) ParseBytes(source []byte) (root *html.Node, ok bool) {
	return t.Parse(unsafe.String(unsafe.SliceData(source), len(source)))
}

// Clear lets go of the source.
func (t *Tree) Clear() {
	t.nodes.clear()
	t.attrs.clear()
	clear(t.open)
	*t = Tree{nodes: t.nodes, attrs: t.attrs, open: t.open[:0]}
}

// text reads up to the next tag.
func (t *Tree) text() bool {
	end := strings.IndexByte(t.source[t.at:], '<')
	if end < 0 {
		end = len(t.source) - t.at
	}
	if end == 0 {
		return true
	}
	text := t.source[t.at : t.at+end]
	t.at += end
	if t.place != inBody {
		return strings.Trim(text, " \t\n\f") == ""
	}
	if strings.IndexByte(text, '&') >= 0 {
		text = html.UnescapeString(text)
	}
	if last := t.inner().LastChild; last != nil && last.Type == html.TextNode {
		last.Data += text // an end tag that ends nothing stood between
		return true
	}
	t.add(html.TextNode, text)
	return true
}

// markup reads what begins with "<".
func (t *Tree) markup() bool {
	rest := t.source[t.at:]
	switch {
	case strings.HasPrefix(rest, "<!--"):
		return t.comment(rest)
	case strings.HasPrefix(rest, "<!DOCTYPE html>"), strings.HasPrefix(rest, "<!doctype html>"):
		t.at += len("<!DOCTYPE html>")
		return t.place == beforeHTML && !t.whole
	case strings.HasPrefix(rest, "</"):
		return t.endTag(rest)
	case len(rest) > 1 && 'a' <= rest[1] && rest[1] <= 'z':
		return t.startTag()
	}
	return false
}

func (t *Tree) comment(rest string) bool {
	content, _, ended := strings.Cut(rest[len("<!--"):], "-->")
	if !ended || strings.HasPrefix(content, ">") || strings.HasPrefix(content, "->") ||
		strings.Contains(content, "--!>") || strings.Contains(content, "<!--") || strings.HasSuffix(content, "<!-") {
		return false
	}
	t.at += len("<!---->") + len(content)
	if t.place == inBody {
		if strings.IndexByte(content, '&') >= 0 {
			return false
		}
		t.add(html.CommentNode, content)
	}
	return true
}

// add puts a node into the innermost open element.
func (t *Tree) add(kind html.NodeType, data string) *html.Node {
	n := t.nodes.next()
	n.Type, n.Data = kind, data
	parent := t.inner()
	n.Parent, n.PrevSibling = parent, parent.LastChild
	if parent.LastChild != nil {
		parent.LastChild.NextSibling = n
	} else {
		parent.FirstChild = n
	}
	parent.LastChild = n
	return n
}

// inner is the innermost open element.
func (t *Tree) inner() *html.Node {
	if len(t.open) > 0 {
		return t.open[len(t.open)-1]
	}
	return t.root
}

// within tells whether an element of a name is open.
func (t *Tree) within(name string) bool {
	for _, n := range t.open {
		if n.Data == name {
			return true
		}
	}
	return false
}
