package api

import (
	"fmt"

	"qulaq/parsers"
	"qulaq/parsers/stamp"
	"qulaq/parsers/when"
)

// Reading gathers what a page shows, each item and each thread once: platforms
// repeat what is pinned, and what moves while it is paged through.
type Reading struct {
	parsers.Result
	Clock stamp.Clock // of the times on the page

	items   map[string]bool
	threads map[string]bool
	missing string
}

// Read begins the result of a page about a thread. The times of the page are
// those of ISO 8601, in UTC where they name no other zone.
func Read(page parsers.Page, about parsers.Thread) *Reading {
	return &Reading{
		Result: parsers.Result{Thread: about, Declared: parsers.Unknown},
		Clock:  stamp.Clock{Grammar: when.Grammar{Shapes: when.ISO}, Seen: page.Seen},
		items:  map[string]bool{},
	}
}

// Refuse puts a refusal in place of what was read; nil is none.
func (r *Reading) Refuse(refused *parsers.Refusal) {
	if refused != nil {
		refused.Apply(&r.Result)
	}
}

// Item adds an item; it reports whether it is new. What claims to answer itself
// answers nothing that is known.
func (r *Reading) Item(item parsers.Item) bool {
	if r.items[item.ID] {
		return false
	}
	r.items[item.ID] = true
	if item.Parent == item.ID {
		item.Parent = ""
	}
	r.Items = append(r.Items, item)
	return true
}

// Lead adds a thread that the page leads to.
func (r *Reading) Lead(t parsers.Thread) {
	if r.threads == nil {
		r.threads = map[string]bool{}
	}
	if !r.threads[t.ID] {
		r.threads[t.ID] = true
		r.Found = append(r.Found, t)
	}
}

// Lacks notes that something on the page is without a field that it needs and
// could not be read.
func (r *Reading) Lacks(field string) { r.missing = field }

// Settle tells what the page turned out to be; what names one of the things on
// it. A page that leads on is not empty.
func (r *Reading) Settle(what string) {
	shown := len(r.Items) + len(r.Found)
	switch {
	case r.missing != "" && shown == 0:
		r.State, r.Reason = parsers.Drift, fmt.Sprintf("no %s has %s", what, r.missing)
	case r.missing != "":
		r.State, r.Reason = parsers.Partial, fmt.Sprintf("a %s is without %s", what, r.missing)
	case shown > 0 || r.Next != nil:
		r.State = parsers.OK
	default:
		r.State, r.Reason = parsers.Empty, fmt.Sprintf("there is no %s", what)
	}
	if r.State == parsers.Drift {
		r.Next, r.Counted = nil, 0
	}
}
