package selectors

import (
	"errors"
	"math"
	"strconv"
	"strings"
	"time"

	"qulaq/parsers"
	"qulaq/parsers/stamp"
	"qulaq/parsers/when"
)

// yearless are the shapes that leave the year open.
const yearless = when.DotsNoYear | when.SlashNoYear | when.NamedNoYear

// when reads a time. A year that the page leaves out lies between the opening of
// the thread and the visit; where that leaves more than one, or nothing tells when
// the thread was opened, the time is left to the visits.
func (r *reader) when(k *clock, from node) (parsers.Span, parsers.Precision, bool) {
	printed, ok := r.doc.text(k.value, from)
	if !ok {
		return parsers.Span{}, "", false
	}
	span, precision, ok := r.place(k, printed)
	if !ok {
		r.doc.seen.unread(k.value, printed)
		return parsers.Span{}, "", false
	}
	if precision != parsers.PrecisionVisit {
		r.doc.seen.width(k.value, span)
	}
	return span, precision, true
}

func (r *reader) place(k *clock, printed string) (parsers.Span, parsers.Precision, bool) {
	if k.unit != 0 {
		n, err := strconv.ParseInt(strings.TrimSpace(printed), 10, 64)
		if err != nil || n <= 0 || n > math.MaxInt64/k.unit {
			return parsers.Span{}, "", false
		}
		span, ok := stamp.Seen(parsers.At(time.Unix(0, n*k.unit).Truncate(time.Millisecond)), r.page.Seen)
		return span, parsers.PrecisionSecond, ok
	}
	grammar := k.grammar
	grammar.Zone = r.page.Zone
	known := when.Context{Seen: r.page.Seen}
	if !r.opened.IsZero() {
		known.NotBefore, known.NotAfter = r.opened.Lo, r.page.Seen
	}
	date, err := grammar.Parse(printed, known)
	switch {
	case errors.Is(err, when.ErrAmbiguous) && grammar.Shapes&yearless != 0,
		err == nil && date.Shape&yearless != 0 && r.opened.IsZero():
		return parsers.Span{}, parsers.PrecisionVisit, true
	case err != nil:
		return parsers.Span{}, "", false
	}
	span, ok := stamp.Seen(date.Span, r.page.Seen)
	return span, date.Precision, ok
}
