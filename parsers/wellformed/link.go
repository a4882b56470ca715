package wellformed

import "golang.org/x/net/html"

// divide does what the standard does with a link that begins within another, in the
// one shape in which pages have that: a quoted text with a link in it, in a division
// of a link to what is quoted.
//
//	<a href=1>x<div>y<a href=2>   becomes   <a href=1>x</a><div><a href=1>y</a><a href=2>
//
// The "adoption agency" of the standard has far more to do where other elements of
// the sort that reach across blocks (b, i, em) are open. Then divide is false.
func (t *Tree) divide() bool {
	depth := len(t.open)
	if depth < 3 || t.open[depth-1].Data != "div" || t.open[depth-2].Data != "a" {
		return false
	}
	for _, n := range t.open {
		if formatting(n.Data) {
			return false
		}
	}
	block, link := t.open[depth-1], t.open[depth-2]
	again := t.nodes.next()
	again.Type, again.Data, again.Attr = html.ElementNode, link.Data, link.Attr
	again.FirstChild, again.LastChild = block.FirstChild, block.LastChild
	for c := again.FirstChild; c != nil; c = c.NextSibling {
		c.Parent = again
	}
	again.Parent, block.FirstChild, block.LastChild = block, again, again

	link.LastChild = block.PrevSibling
	if link.LastChild != nil {
		link.LastChild.NextSibling = nil
	} else {
		link.FirstChild = nil
	}
	block.Parent, block.PrevSibling = link.Parent, link
	link.NextSibling, link.Parent.LastChild = block, block

	t.open = append(t.open[:depth-2], block)
	t.divided++
	return true
}

// formatting tells whether the standard opens an element again where it was left
// open; a is one, too.
func formatting(name string) bool {
	switch name {
	case "b", "i", "em", "strong", "s", "u", "small", "code":
		return true
	}
	return false
}

// surplus tells whether an end tag is that of a link which was divided: it ends
// nothing any more.
func (t *Tree) surplus(name string) bool {
	if name != "a" || t.divided == 0 || t.within("a") || t.open[len(t.open)-1].Namespace != "" {
		return false
	}
	t.divided--
	return true
}
