// Package stamp holds the times that a page prints against the clock that saw it.
//
// What was seen had been published before. A time that lies ahead of the clock
// that saw the page is either the fault of a clock, and then the span covers
// both, or no time of publication at all, and then it is none.
package stamp

import (
	"time"

	"qulaq/parsers"
	"qulaq/parsers/when"
)

// ahead is how far a platform's clock may be ahead of the one that saw the page.
const ahead = 24 * time.Hour

// Clock reads the times of one page.
type Clock struct {
	Grammar when.Grammar
	Seen    time.Time
}

// Read gives the span that a printed time tells, and its precision. It is false
// for what is no time of a declared shape and for a time that cannot have been.
func (c Clock) Read(printed string) (parsers.Span, parsers.Precision, bool) {
	if printed == "" {
		return parsers.Span{}, "", false
	}
	date, err := c.Grammar.Parse(printed, when.Context{Seen: c.Seen})
	if err != nil {
		return parsers.Span{}, "", false
	}
	span, ok := Seen(date.Span, c.Seen)
	return span, date.Precision, ok
}

// Seen is a span of publication as it can be, given when the page was seen.
func Seen(span parsers.Span, seen time.Time) (parsers.Span, bool) {
	seen = seen.UTC().Truncate(time.Millisecond)
	switch {
	case span.IsZero() || span.Lo.Year() < 1990: // before the web: an unset clock
		return parsers.Span{}, false
	case span.Lo.After(seen.Add(ahead)):
		return parsers.Span{}, false
	case span.Lo.After(seen):
		return parsers.Span{Lo: seen, Hi: span.Hi}, true
	}
	return span, true
}
