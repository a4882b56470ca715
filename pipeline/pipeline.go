// Package pipeline turns items into exchanges.
//
// It works in two steps. [Observer.Observe] compares what a visit saw of a
// thread with what was known of it and writes down the changes as sightings;
// this is where identities are stripped, before anything reaches a disk.
// [Derive] folds the sightings of a body's sources into items and exchanges: who
// speaks, what is said, which answer belongs to which question and within which
// spans. Derive is a pure function, so that everything it makes can be made
// again, also as of an earlier moment.
package pipeline

import (
	"fmt"
	"time"

	"qulaq/parsers"
	"qulaq/registry"
	"qulaq/schema"
)

// Look is what one visit saw of one thread, over all its pages.
type Look struct {
	Source    registry.Source
	BodyID    string         // of the body that the source belongs to
	Thread    parsers.Thread // as its address was found; Result.Thread when the page tells better
	Parser    parsers.Properties
	StartedAt time.Time
	SeenAt    time.Time
	Outcome   schema.Outcome
	Reason    string
	Pages     []parsers.Result // in the order of paging, without items and what was found; none when no page could be read
	Status    int
	Bytes     int
	ETag      string         // of the first page
	Modified  string         // its Last-Modified
	Items     []parsers.Item // of all pages, each once
	Declared  int            // items that the pages say there are; parsers.Unknown
	Parsed    int            // items of that sort that were read
	Addressee string         // name of the body that the pages are about
	Found     []parsers.Thread

	shown map[string]bool // ids of Items, from the second page on
}

// CompleteShare is the share of the declared items that a visit must have read
// to be complete (design, decision 2).
const CompleteShare = 0.98

// Complete tells whether the visit earned silence: its outcome allows it, and it
// read (nearly) all that the page declares.
func (l *Look) Complete() bool {
	if !l.Outcome.EarnsSilence() {
		return false
	}
	return l.Declared <= 0 || float64(l.Parsed) >= CompleteShare*float64(l.Declared)
}

// Fail records that a page could not be had, or not be read. It decides the
// outcome of the visit, also when earlier pages were as they should be.
func (l *Look) Fail(outcome schema.Outcome, reason string) {
	if n := len(l.Pages); n > 0 {
		reason = fmt.Sprintf("page %d: %s", n+1, reason)
	}
	l.Outcome, l.Reason = outcome, reason
}

// Add takes in one more page of the thread. The first page that is not what its
// address promises decides the outcome of the visit.
func (l *Look) Add(page parsers.Result) {
	if len(l.Pages) == 0 {
		l.Outcome, l.Declared = schema.OK, parsers.Unknown
	}
	l.addItems(page)
	l.Found = append(l.Found, page.Found...)
	page.Items, page.Found = nil, nil // not kept twice: a look can wait long until it is stored
	l.Pages = append(l.Pages, page)
	if page.Thread.ID != "" && len(l.Pages) == 1 {
		l.Thread.ID, l.Thread.Kind = page.Thread.ID, page.Thread.Kind
	}
	if l.Addressee == "" {
		l.Addressee = page.Addressee
	}
	l.Declared = max(l.Declared, page.Declared)
	switch {
	case page.State == parsers.OK:
	case page.State == parsers.Empty && len(l.Pages) > 1:
		// The page behind the last one of a thread that shrank: nothing more.
	case l.Outcome == schema.OK:
		l.Outcome, l.Reason = schema.Outcome(page.State), page.Reason
	}
}

// addItems appends the items of a page that earlier pages have not shown:
// while a thread is paged through, new items push old ones onto the next page.
func (l *Look) addItems(page parsers.Result) {
	earlier := len(l.Items)
	if earlier == 0 {
		l.Items = page.Items
		l.Parsed += max(0, page.Counted)
		return
	}
	if l.shown == nil {
		l.shown = map[string]bool{}
		for i := range l.Items {
			l.shown[l.Items[i].ID] = true
		}
	}
	repeated := 0
	for _, item := range page.Items {
		if l.shown[item.ID] {
			repeated++
			continue
		}
		l.Items = append(l.Items, item)
	}
	for i := range l.Items[earlier:] {
		l.shown[l.Items[earlier+i].ID] = true
	}
	l.Parsed += max(0, page.Counted-repeated)
}
