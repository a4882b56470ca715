package telegram

import (
	"fmt"
	"slices"
	"unicode/utf8"

	"qulaq/parsers"
)

// whole are the messages that have arrived whole: all but the last of a page that
// is cut off.
func (d *document) whole() []*message {
	if d.cut {
		return d.messages[:len(d.messages)-1]
	}
	return d.messages
}

// textless tells whether every message shows nothing but the notice that
// something is only to be seen in the app. One message may do that; when all on a
// page do, the element with the text has got another name.
func (d *document) textless() bool {
	for _, m := range d.messages {
		if len(m.bodies) > 0 || m.media || m.service {
			return false
		}
	}
	return len(d.messages) > 1
}

// result is the result for a page with items. An item that the page has twice
// counts once. A text that was damaged on its way would read as an edit, so it is
// left out.
func (d *document) result(thread parsers.Thread, items []parsers.Item) parsers.Result {
	all, damaged := len(items), 0
	seen := make(map[string]bool, all)
	items = slices.DeleteFunc(items, func(item parsers.Item) bool {
		if !utf8.ValidString(item.Text) || !utf8.ValidString(item.Quoted) || !utf8.ValidString(item.Author.Name) {
			damaged++
			return true
		}
		twice := seen[item.ID]
		seen[item.ID] = true
		return twice
	})
	r := parsers.Result{State: parsers.OK, Thread: thread, Items: items, Declared: parsers.Unknown}
	switch {
	case garbled(items):
		return d.refusal(parsers.Refuse(parsers.Drift, "the texts are in another charset than the page says"))
	case d.textless():
		return d.refusal(drift("js-message_text"))
	case damaged > 0:
		r.State, r.Reason = parsers.Partial, fmt.Sprintf("%d of %d messages are damaged: not UTF-8", damaged, all)
	case d.cut:
		r.State, r.Reason = parsers.Partial, "the page is cut off; its last message was left out"
	case len(items) == 0:
		r.State, r.Reason = parsers.Empty, "the page has only notices of Telegram's own"
	}
	return r
}
