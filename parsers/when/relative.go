package when

import (
	"fmt"
	"time"

	"qulaq/parsers"
)

// justNow is how long ago something may be that a page calls "just now": sites
// turn to minutes after one at the latest, and round.
const justNow = 2 * time.Minute

// maxCount bounds the number before a unit: no page is older.
const maxCount = 500

// dayWord reads a day that is told from the day on which the page was seen.
func dayWord(s *scanner, g Grammar, known Context) (Date, error) {
	back, ok := s.lookup(days)
	if !ok {
		return Date{}, ErrShape
	}
	var c civil
	if !s.time(&c, false) || !s.done() {
		return Date{}, ErrShape
	}
	if known.Seen.IsZero() {
		return Date{}, fmt.Errorf("the day on which it was seen: %w", ErrContext)
	}
	year, month, date := known.Seen.In(g.zone()).Date()
	year, month, date = time.Date(year, month, date-back, 0, 0, 0, 0, time.UTC).Date()
	c.year, c.month, c.day = year, int(month), date
	found, err := c.place(g.zone())
	if err != nil {
		return Date{}, err
	}
	if found.Span.Lo.After(known.Seen) {
		return Date{}, fmt.Errorf("later than seen: %w", ErrImpossible)
	}
	if found.Span.Hi.After(known.Seen) {
		found.Span.Hi = parsers.At(known.Seen.Truncate(time.Millisecond)).Hi
	}
	return found, nil
}

// ago reads an age. A page may cut it ("2 hours" until it is 3) or round it (from
// an hour and a half); days may be those of the calendar. The span holds all of
// these.
func ago(s *scanner, _ Grammar, known Context) (Date, error) {
	youngest, oldest, ok := s.age()
	if !ok || !s.done() {
		return Date{}, ErrShape
	}
	if known.Seen.IsZero() {
		return Date{}, fmt.Errorf("the time at which it was seen: %w", ErrContext)
	}
	seen := known.Seen.Truncate(time.Millisecond).UTC()
	return Date{
		Span:      parsers.Span{Lo: seen.Add(-oldest), Hi: seen.Add(-youngest)},
		Precision: parsers.PrecisionRelative,
	}, nil
}

// age reads how long ago something was, between two bounds.
func (s *scanner) age() (youngest, oldest time.Duration, ok bool) {
	switch {
	case s.phrase("только", "что"), s.phrase("жаңа", "ғана"), s.phrase("just", "now"):
		return 0, justNow, true
	case s.phrase("несколько", "секунд"), s.phrase("бірнеше", "секунд"), s.phrase("a", "few", "seconds"):
		return s.past(0, time.Minute)
	case s.phrase("полчаса"), s.phrase("жарты", "сағат"), s.phrase("half", "an", "hour"):
		return s.past(15*time.Minute, time.Hour)
	}
	count := 1 // "час назад"
	if n, ok := s.number(1, 3); ok {
		count = n
	} else if n, ok := s.lookup(counts); ok {
		count = n
	}
	unit, ok := s.lookup(units)
	if !ok || count > maxCount {
		return 0, 0, false
	}
	shortest, longest := lengths[unit].shortest, lengths[unit].longest
	youngest = max(0, time.Duration(count)*shortest-shortest/2)
	return s.past(youngest, time.Duration(count+1)*longest)
}

// past reads the word that makes a duration an age.
func (s *scanner) past(youngest, oldest time.Duration) (time.Duration, time.Duration, bool) {
	return youngest, oldest, s.word("назад", "бұрын", "ago")
}
