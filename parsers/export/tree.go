package export

import "errors"

// node is a record, as far as it tells what hangs together.
type node struct {
	up     string
	id     string // of the item
	thread string // that it begins, if it hangs on none
	root   *node  // on which it hangs at last, once that has been found
}

// plant reads how the records of a file hang together. It holds their ids, and
// nothing else of them.
func (f *File) plant() {
	f.nodes = map[string]*node{}
	tree := f.mapping.Tree
	for raw, err := range f.records() {
		if err != nil || raw.err != nil {
			continue // it is told when the items are read
		}
		of, ok, err := f.fields(raw.text)
		if err != nil || !ok {
			continue
		}
		if name := tree.Node.value(of); name != "" {
			f.nodes[name] = &node{up: f.link(tree.Up, of), id: f.mapping.ID.value(of), thread: f.mapping.Thread.value(of)}
		}
	}
}

// root finds the thread of a node, and the id of the item that it hangs on. One
// that hangs on what is not in the file begins a thread itself: its true one is
// not known.
func (f *File) root(name string) (thread, parent string, err error) {
	first := f.nodes[name]
	if first == nil {
		return "", "", errors.New("it has no place in the tree")
	}
	if up := f.nodes[first.up]; up != nil {
		parent = up.id
	}
	var way []*node
	at := first
	for at.root == nil {
		up := f.nodes[at.up]
		if up == nil {
			at.root = at
			break
		}
		if way = append(way, at); len(way) > len(f.nodes) {
			return "", "", errors.New("it hangs on itself")
		}
		at = up
	}
	for _, passed := range way {
		passed.root = at.root
	}
	return at.root.thread, parent, nil
}
