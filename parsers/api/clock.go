package api

import (
	"time"

	"qulaq/parsers"
	"qulaq/parsers/when"
)

// Ahead is how far a platform's clock may be ahead of the one that saw the
// answer. A time that lies further in the future is none.
const Ahead = 24 * time.Hour

// Clock reads the times of one answer.
type Clock struct {
	Grammar when.Grammar
	Seen    time.Time
}

// Read gives the span of a time; ok is false when it is none. Where the
// platform's clock is ahead, the span holds both.
func (c Clock) Read(s string) (span parsers.Span, precision parsers.Precision, ok bool) {
	if s == "" {
		return parsers.Span{}, "", false
	}
	date, err := c.Grammar.Parse(s, when.Context{Seen: c.Seen})
	if err != nil {
		return parsers.Span{}, "", false
	}
	span, ok = c.Fit(date.Span)
	return span, date.Precision, ok
}

// Fit makes a span begin no later than it was seen; ok is false when it lies too
// far ahead, or before there was a web to ask on.
func (c Clock) Fit(span parsers.Span) (parsers.Span, bool) {
	seen := c.Seen.UTC().Truncate(time.Millisecond)
	switch {
	case span.Lo.Year() < 1990 || span.Lo.After(seen.Add(Ahead)):
		return parsers.Span{}, false
	case span.Lo.After(seen):
		span.Lo = seen
	}
	return span, true
}

// HasOffset tells whether a time in the form of ISO 8601 says how far its clock
// is from UTC.
func HasOffset(s string) bool {
	const date = len("2006-01-02T15:04")
	if len(s) <= date {
		return false
	}
	if last := s[len(s)-1]; last == 'Z' || last == 'z' {
		return true
	}
	for i := date; i < len(s); i++ {
		if s[i] == '+' || s[i] == '-' {
			return true
		}
	}
	return false
}
