// Package when reads the dates that pages print for people.
//
// A [Grammar] declares the shapes in which one source prints its dates, and
// nothing else is read: 01.02.2024 is 1 February only where the source is known
// to print [Dots], and "14 комментариев" is a date nowhere. The whole string
// must match. What comes out is a span and its precision, never a point that
// the page did not tell:
//
//   - a day, a minute, an hour "ago" are as wide as they are;
//   - a wall clock that passed the same minute twice (Asia/Almaty on 2024-02-29
//     from 23:00 to 24:00) gives a span that covers both;
//   - a missing year follows from the [Context], or the date is refused.
//
// Russian, Kazakh and English are read without being told which.
package when

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"qulaq/parsers"
)

// The reasons for which a date is not read. Errors of [Grammar.Parse] wrap one
// of them.
var (
	ErrShape      = errors.New("not of a declared shape")
	ErrImpossible = errors.New("no such time")
	ErrAmbiguous  = errors.New("more than one reading")
	ErrContext    = errors.New("needs to know more")
)

// Grammar tells how one source prints its dates. The zero value reads nothing.
type Grammar struct {
	Shapes Shape          // those that the source is known to print
	Zone   *time.Location // of its wall clock; nil for UTC
	Labels []string       // lower-case words that may precede a date ("изменено", "published:")
}

// Context is what is known beside the string. Only a date that leaves something
// open needs it.
type Context struct {
	// Seen is when the page arrived: "2 hours ago" and "yesterday" count from it.
	Seen time.Time
	// NotBefore and NotAfter decide a missing year. With NotBefore alone it is
	// the first that fits, with NotAfter alone the last; with both, only one may
	// fit. With neither it is the last that had begun when the page was seen.
	NotBefore, NotAfter time.Time
}

// Date is what a string tells.
type Date struct {
	Span      parsers.Span
	Precision parsers.Precision
	Shape     Shape // the one that matched; of several that agree, the first declared
}

// Parse reads s. The error tells which string could not be read and wraps the
// reason.
func (g Grammar) Parse(s string, known Context) (Date, error) {
	var scan scanner
	if !scan.read(g.unlabelled(strings.ToLower(strings.TrimSpace(s)))) {
		return Date{}, fmt.Errorf("when: %q: %w", s, ErrShape)
	}
	var found Date
	failure := ErrShape
	for _, rule := range rules {
		if g.Shapes&rule.shape == 0 {
			continue
		}
		scan.at = 0
		date, err := rule.read(&scan, g, known)
		switch {
		case errors.Is(err, ErrShape):
		case err != nil:
			failure = err
		case found.Shape != 0 && found.Span != date.Span:
			return Date{}, fmt.Errorf("when: %q as %s and as %s: %w", s, found.Shape, rule.shape, ErrAmbiguous)
		case found.Shape == 0:
			found = date
			found.Shape = rule.shape
		}
	}
	if found.Shape == 0 {
		return Date{}, fmt.Errorf("when: %q: %w", s, failure)
	}
	return found, nil
}

func (g Grammar) zone() *time.Location {
	if g.Zone == nil {
		return time.UTC
	}
	return g.Zone
}

// unlabelled cuts one declared label off the front of s.
func (g Grammar) unlabelled(s string) string {
	for _, label := range g.Labels {
		if rest, ok := strings.CutPrefix(s, label); ok {
			return strings.TrimLeft(rest, ": ")
		}
	}
	return s
}
