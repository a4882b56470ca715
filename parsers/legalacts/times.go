package legalacts

import (
	"cmp"
	"slices"
	"time"

	"qulaq/parsers"
	"qulaq/parsers/when"
)

// disorder is how far a time may lie before that of an earlier id. It keeps a
// comment that was numbered late from being put into the next year.
const disorder = 30 * 24 * time.Hour

// leapYear lets any day and month be a date.
var leapYear = when.Context{NotBefore: time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)}

// timed gives the items of comments, each in its year. The page prints none; but
// the portal numbers everything in one sequence, so that in the order of the ids
// time only grows, from the day on which the document was created. A comment
// takes the first year that fits after the one before it, which is wrong only
// where more than eleven months lie between neighbours. What would then lie in
// the future fits no year and is left out.
func (s *site) timed(found []comment, thread parsers.Thread, missing *string) []parsers.Item {
	order := make([]int, len(found))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		x, y := found[a].id, found[b].id
		return cmp.Or(cmp.Compare(len(x), len(y)), cmp.Compare(x, y)) // numbers without leading zeros
	})
	grammar := when.Grammar{Shapes: timeShape, Zone: s.zone}
	spans := make([]parsers.Span, len(found))
	last := thread.Published.Lo
	for _, i := range order {
		known := when.Context{NotBefore: last.Add(-disorder)}
		if known.NotBefore.Before(thread.Published.Lo) {
			known.NotBefore = thread.Published.Lo
		}
		date, err := grammar.Parse(found[i].time, known)
		if err != nil || date.Span.Lo.After(s.seen) {
			continue
		}
		spans[i] = date.Span
		if date.Span.Lo.After(last) {
			last = date.Span.Lo
		}
	}
	var items []parsers.Item
	known := make(map[string]bool, len(found))
	for i, c := range found {
		switch {
		case spans[i].IsZero():
			*missing = "a time that lies between the document's creation and now"
		case known[c.id]:
			*missing = "a number of its own"
		default:
			known[c.id] = true
			item := c.item(thread.ID)
			item.Published, item.Precision = spans[i], parsers.PrecisionMinute
			items = append(items, item)
		}
	}
	return items
}
