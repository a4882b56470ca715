package when

import "qulaq/parsers"

// civil is a date as printed: what digits and words say, before any zone.
type civil struct {
	year       int
	yearless   bool // no year is printed
	month, day int
	weekday    int // from 1 for Sunday; 0 when not printed
	clock      clock
}

// clock is a time of day as printed.
type clock struct {
	precision            parsers.Precision // "" when no time is printed
	hour, minute, second int
	nanosecond           int
	offset               int  // seconds east of UTC
	zoned                bool // the offset is printed
}

// civilRule makes a rule of a method that reads a civil date to the end.
func civilRule(read func(*scanner, *civil) bool) func(*scanner, Grammar, Context) (Date, error) {
	return func(s *scanner, g Grammar, known Context) (Date, error) {
		var c civil
		if !read(s, &c) || !s.done() {
			return Date{}, ErrShape
		}
		if c.yearless {
			return c.placeByContext(g.zone(), known)
		}
		return c.place(g.zone())
	}
}

func (s *scanner) iso(c *civil) bool {
	return s.yearMonthDay('-', 2, c) && s.time(c, true)
}

func (s *scanner) yearFirst(c *civil) bool {
	return s.yearMonthDay('/', 1, c) && s.tail(c)
}

func (s *scanner) dots(c *civil) bool {
	return s.two('.', &c.day, &c.month) && s.tight('.') && s.year(c) && s.tail(c)
}

func (s *scanner) slashes(c *civil) bool {
	return s.two('/', &c.day, &c.month) && s.tight('/') && s.year(c) && s.tail(c)
}

func (s *scanner) monthFirst(c *civil) bool {
	return s.two('/', &c.month, &c.day) && s.tight('/') && s.year(c) && s.tail(c)
}

func (s *scanner) dotsNoYear(c *civil) bool {
	c.yearless = true
	return s.two('.', &c.day, &c.month) && s.tail(c)
}

func (s *scanner) slashNoYear(c *civil) bool {
	c.yearless = true
	return s.two('/', &c.day, &c.month) && s.tail(c)
}

// yearMonthDay reads a four-digit year, then the rest with at least that many digits.
func (s *scanner) yearMonthDay(separator rune, least int, c *civil) (ok bool) {
	if c.year, ok = s.number(4, 4); !ok || !s.tight(separator) {
		return false
	}
	if c.month, ok = s.number(least, 2); !ok || !s.tight(separator) {
		return false
	}
	c.day, ok = s.number(least, 2)
	return ok
}

// two reads two numbers of one or two digits.
func (s *scanner) two(separator rune, first, second *int) (ok bool) {
	if *first, ok = s.number(1, 2); !ok || !s.tight(separator) {
		return false
	}
	*second, ok = s.number(1, 2)
	return ok
}

// year reads a year of four digits, or of two in this century.
func (s *scanner) year(c *civil) (ok bool) {
	if c.year, ok = s.number(4, 4); ok {
		return true
	}
	c.year, ok = s.number(2, 2)
	c.year += 2000
	return ok
}

func (s *scanner) named(c *civil) bool {
	return s.namedDate(c) && !c.yearless && s.tail(c)
}

func (s *scanner) namedNoYear(c *civil) bool {
	return s.namedDate(c) && c.yearless && s.tail(c)
}

// namedDate reads a date whose month is a word, which leaves no doubt about what
// the numbers are, whatever their order.
func (s *scanner) namedDate(c *civil) (ok bool) {
	if c.weekday, ok = s.lookup(weekdays); ok {
		s.mark(',')
	}
	if c.month, ok = s.month(); ok { // March 12, 2024
		if c.day, ok = s.number(1, 2); !ok {
			return false
		}
		s.word("st", "nd", "rd", "th")
		c.yearless = !s.namedYear(c)
		return true
	}
	leading := s.namedYear(c)
	if leading { // 2024 жылғы 12 наурыз
		s.mark(',')
	}
	if c.day, ok = s.number(1, 2); !ok {
		return false
	}
	s.word("st", "nd", "rd", "th")
	if c.month, ok = s.month(); !ok {
		return false
	}
	c.yearless = !leading && !s.namedYear(c) // 12 марта 2024 г.
	return true
}

// namedYear reads a year of four digits with the word for it, if one is there.
func (s *scanner) namedYear(c *civil) (ok bool) {
	from := s.at
	s.mark(',')
	if c.year, ok = s.number(4, 4); !ok {
		s.at = from
		return false
	}
	if s.word("г", "ж") {
		s.stop()
	} else {
		s.word("года", "год", "жылғы", "жылдың", "жылы", "жыл")
	}
	return true
}

// tail reads what may follow a date: the day of the week and the time.
func (s *scanner) tail(c *civil) bool {
	if c.weekday == 0 {
		from := s.at
		bracket := !s.mark(',') && s.mark('(')
		var ok bool
		if c.weekday, ok = s.lookup(weekdays); !ok {
			s.at = from
		} else if bracket && !s.mark(')') {
			return false
		}
	}
	return s.time(c, false)
}
