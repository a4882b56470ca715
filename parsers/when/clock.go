package when

import "qulaq/parsers"

// time reads an optional time of day and whatever may stand between it and the
// date; ISO 8601 has its T there.
func (s *scanner) time(c *civil, iso bool) bool {
	from := s.at
	if iso && !s.peek().spaced && s.word("t") {
		return s.clock(&c.clock)
	}
	s.mark(',')
	s.mark('-')
	s.word("в", "во", "at", "сағат")
	if s.clock(&c.clock) {
		return true
	}
	s.at, c.clock = from, clock{}
	return true // none; that nothing else follows is seen by the caller
}

// clock reads hours, minutes, perhaps seconds and perhaps an offset.
func (s *scanner) clock(c *clock) (ok bool) {
	if c.hour, ok = s.number(1, 2); !ok || !s.tight(':') {
		return false
	}
	if c.minute, ok = s.number(2, 2); !ok {
		return false
	}
	c.precision = parsers.PrecisionMinute
	if s.tight(':') {
		if c.second, ok = s.number(2, 2); !ok {
			return false
		}
		c.precision = parsers.PrecisionSecond
		if s.tight('.') || s.tight(',') {
			if c.nanosecond, ok = s.fraction(); !ok {
				return false
			}
		}
	}
	return c.hour < 24 && c.minute < 60 && c.second < 60 && s.meridiem(c) && s.suffix() && s.offset(c)
}

// fraction reads the digits after the second as nanoseconds.
func (s *scanner) fraction() (int, bool) {
	digits := s.peek().digits
	value, ok := s.number(1, maxDigits)
	for ; digits < maxDigits; digits++ {
		value *= 10
	}
	return value, ok
}

// meridiem reads am or pm.
func (s *scanner) meridiem(c *clock) bool {
	pm := s.word("pm")
	if !pm && !s.word("am") {
		return true
	}
	if c.hour < 1 || c.hour > 12 {
		return false
	}
	c.hour %= 12
	if pm {
		c.hour += 12
	}
	return true
}

// suffix reads the locative that Kazakh adds to a time: 14:30-да.
func (s *scanner) suffix() bool {
	if next := s.tokens[s.at+1]; s.peek().kind == mark && next.kind == word {
		return s.tight('-') && s.word("да", "де", "та", "те")
	}
	return true
}

// offset reads the distance from UTC: Z, GMT, UTC+5, +05:00, +0500.
func (s *scanner) offset(c *clock) bool {
	c.zoned = s.word("z", "utc", "gmt")
	sign := 1
	switch {
	case s.mark('+'):
	case s.mark('-'):
		sign = -1
	default:
		return true
	}
	c.zoned = true
	hours, minutes := 0, 0
	if both, ok := s.number(4, 4); ok {
		hours, minutes = both/100, both%100
	} else if hours, ok = s.number(1, 2); !ok {
		return false
	} else if s.tight(':') {
		if minutes, ok = s.number(2, 2); !ok {
			return false
		}
	}
	c.offset = sign * (hours*3600 + minutes*60)
	return hours <= 14 && minutes < 60
}
