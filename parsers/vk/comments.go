package vk

import (
	"fmt"

	"qulaq/parsers"
)

// walk gathers comments and their replies in the order of the answer.
type walk struct {
	reader
	thread  string // id of the post
	names   map[int64]string
	seen    map[int64]bool
	items   []parsers.Item
	cut     []chain // of which the answer shows only the beginning
	missing string
	strange string // what is of another post
}

// comments reads a page of comments with the replies that it shows, or of
// replies to one comment.
func (in reader) comments(r *parsers.Result) {
	shown := *in.answer.Items
	w := walk{
		reader: in,
		thread: r.Thread.ID,
		names:  in.names(),
		seen:   make(map[int64]bool, len(shown)),
	}
	for i := range shown {
		w.comment(&shown[i], in.at.comment)
	}
	if w.strange != "" {
		r.State, r.Reason = parsers.Drift, w.strange
		return
	}
	r.Items, r.Counted = w.items, len(w.items)
	total := *in.answer.Count
	if in.at.comment == 0 { // below one comment it is not clear what count counts
		r.Declared = total
		r.Thread.Declared = total
	}
	in.settle(r, w.missing, "comment")
	if in.answer.Level != nil {
		total = *in.answer.Level
	}
	if r.State == parsers.OK || r.State == parsers.Partial {
		r.Next = in.at.next(len(shown), total, w.cut)
	}
}

// comment reads one comment, which stands below another unless within is 0.
func (w *walk) comment(e *entry, within int64) {
	if e.OwnerID != 0 && e.OwnerID != w.at.owner || e.PostID != 0 && e.PostID != w.at.post {
		w.strange = fmt.Sprintf("a comment on %s in the answer for %s", postID(e.OwnerID, e.PostID), w.thread)
		return
	}
	if published, missing := w.check(e); missing != "" {
		w.missing = missing
	} else if !w.seen[e.ID] {
		w.seen[e.ID] = true
		item := w.item(e, w.at.owner, w.names)
		item.ID, item.Thread, item.Kind = commentID(w.thread, e.ID), w.thread, parsers.KindComment
		item.Published = published
		if parent, told := e.parent(within); parent > 0 && parent != e.ID {
			item.Parent, item.Nested = commentID(w.thread, parent), !told
		}
		w.items = append(w.items, item)
	}
	for i := range e.Thread.Items {
		w.comment(&e.Thread.Items[i], e.ID)
	}
	if shown := len(e.Thread.Items); e.Thread.Count > shown && e.ID > 0 {
		w.cut = append(w.cut, chain{e.ID, shown})
	}
}

// parent is the comment that e answers. Where e does not tell, it is the root of
// the chain in which e stands, whose beginning is all that it is known to answer.
func (e *entry) parent(within int64) (id int64, told bool) {
	switch {
	case e.ReplyTo != 0:
		return e.ReplyTo, true
	case within != 0:
		return within, false
	case len(e.Parents) > 0:
		return e.Parents[len(e.Parents)-1], false
	}
	return 0, false
}
