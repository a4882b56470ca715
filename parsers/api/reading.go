package api

import (
	"fmt"

	"qulaq/parsers"
)

// Reading gathers what a page shows, each item and each thread once: platforms
// repeat what is pinned, and what moves while it is paged through.
type Reading struct {
	*parsers.Result
	items   map[string]bool
	threads map[string]bool
	missing string
}

// Read begins a result about a thread.
func Read(r *parsers.Result, items int) *Reading {
	r.Items = make([]parsers.Item, 0, items)
	return &Reading{Result: r, items: make(map[string]bool, items)}
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
	if len(r.Items) == 0 {
		r.Items = nil
	}
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
