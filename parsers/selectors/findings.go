package selectors

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"qulaq/parsers"
)

// completeShare is the share of the declared items that a visit must have read to
// be complete (design, decision 2).
const completeShare = 0.98

// findings tells what looks wrong about what was read.
func (p *Parser) findings(probe *Probe) []Finding {
	var list []Finding
	wrong := func(path, format string, args ...any) {
		list = append(list, Finding{true, path, fmt.Sprintf(format, args...)})
	}
	note := func(path, format string, args ...any) {
		list = append(list, Finding{false, path, fmt.Sprintf(format, args...)})
	}
	for i := range probe.Pages {
		r := &probe.Pages[i].Result
		switch r.State {
		case parsers.OK, parsers.Empty, parsers.CommentsClosed, parsers.Gone:
		default:
			wrong("", "%s: %s: %s", probe.Pages[i].URL, r.State, r.Reason)
		}
	}
	for i := range probe.Matched {
		m := &probe.Matched[i]
		switch {
		case m.Selector == Unfilled:
			wrong(m.Path, "is still to be written")
		case len(m.Unread) > 0:
			wrong(m.Path, "%s cannot be read as declared", quoted(m.Unread))
		case m.Found == 0 && m.Looked > 0 && !mayLack(m.Path):
			wrong(m.Path, "matches nothing, in %d places", m.Looked)
		case m.Found == 0 && m.Looked > 0:
			note(m.Path, "matches nothing, in %d places; nothing is wrong if these pages have none", m.Looked)
		}
	}
	aboutItems(probe, wrong, note)
	for _, page := range p.pages {
		if page.next != nil && page.next.link != nil && page.declared == nil && page.kind != parsers.Listing {
			note(page.next.link.path, "the page declares no count, so that a renamed link would cut its threads short unnoticed; add declared if the site shows one")
		}
	}
	return list
}

// marks are the parts of a description that a page may be without.
var marks = []string{".closed", ".gone", ".edited", ".deleted", ".outcome", ".none", ".next", ".parent", ".role", ".declared"}

// mayLack tells whether it can be right that a selector matches nothing.
func mayLack(path string) bool {
	if slices.ContainsFunc(marks, func(s string) bool { return strings.HasSuffix(path, s) }) {
		return true
	}
	// An item that was not there: whether it had to be was told by the state.
	return strings.HasSuffix(path, "]") || strings.HasSuffix(path, ".threads")
}

// seenThread is a thread over the pages of it that were given.
type seenThread struct {
	declared, counted int
	ends              bool // its last page is among them
}

// aboutItems looks at the items of all pages together.
func aboutItems(probe *Probe, wrong, note func(path, format string, args ...any)) {
	official, items, paged := 0, 0, false
	known, threads := map[string]bool{}, map[string]*seenThread{}
	var textless, orphans, visits []string
	for i := range probe.Pages {
		r := &probe.Pages[i].Result
		paged = paged || r.Next != nil
		thread := threads[r.Thread.ID]
		if thread == nil {
			thread = new(seenThread)
			threads[r.Thread.ID] = thread
		}
		thread.declared, thread.counted = max(thread.declared, r.Declared), thread.counted+r.Counted
		thread.ends = thread.ends || r.Next == nil && r.State != parsers.Drift
		for j := range r.Items {
			item := &r.Items[j]
			items++
			known[item.ID] = true
			if item.Role == parsers.RoleOfficial {
				official++
			}
			if item.Text == "" && !item.Deleted && item.Outcome == "" {
				textless = append(textless, item.ID)
			}
			if item.Precision == parsers.PrecisionVisit {
				visits = append(visits, item.ID)
			}
		}
	}
	for _, id := range slices.Sorted(maps.Keys(threads)) {
		if t := threads[id]; t.ends && float64(t.counted) < completeShare*float64(t.declared) {
			wrong("", "%s: %d of %d declared items were read (%.0f %%), and there is no next page", id, t.counted, t.declared, 100*float64(t.counted)/float64(t.declared))
		}
	}
	for i := range probe.Pages {
		for _, item := range probe.Pages[i].Result.Items {
			if item.Parent != "" && !known[item.Parent] {
				orphans = append(orphans, item.ID+" answers "+item.Parent)
			}
		}
	}
	switch {
	case len(orphans) > 0 && paged:
		note("", "%d of %d items answer one that is not on these pages; give the other pages of the thread, too: %s", len(orphans), items, quoted(orphans))
	case len(orphans) > 0:
		wrong("", "%d of %d items answer one that is not there: %s", len(orphans), items, quoted(orphans))
	}
	if len(textless) > 0 {
		wrong("", "%d of %d items have an empty text: %s", len(textless), items, quoted(textless))
	}
	if len(visits) > 0 {
		note("", "%d of %d items have no time of their own; they are placed between two visits: %s", len(visits), items, quoted(visits))
	}
	if items > 1 && official == 0 {
		wrong("", "none of %d items is official: no answer can be counted; check role, or give a page that has an answer", items)
	}
}

// quoted lists the first of some texts.
func quoted(list []string) string {
	var out []string
	for i, s := range list {
		if i == firsts {
			out = append(out, "…")
			break
		}
		out = append(out, fmt.Sprintf("%q", s))
	}
	return strings.Join(out, ", ")
}
