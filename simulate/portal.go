package simulate

import (
	"fmt"
	"strings"
	"time"
)

// Portals made for questions publish less than what is said, and add rulings of
// their own: that a question is under review, that a case is closed.

// ruling is what a platform says of an item from a moment on; "" for nothing.
type ruling struct {
	at    int64
	words string
}

// ruling is what the platform says of an item at a moment.
func (it *item) ruling(now int64) string {
	words := ""
	for _, v := range it.rulings {
		if v.at <= now {
			words = v.words
		}
	}
	return words
}

// Ruling is what a platform says of an item from At on.
type Ruling struct {
	At    time.Time
	Words string // "" for nothing any more
}

// told lists the rulings on an item.
func (r *Republic) told(it *item) []Ruling {
	var list []Ruling
	if it.thread.source == r.portal && it.need != nil {
		for _, reply := range it.need.replies {
			if v := it.verdict(reply.at); v != undecided {
				words := map[verdict]string{accepted: "accepted", refused: "not_accepted"}
				return []Ruling{{r.moment(reply.at), words[v]}}
			}
		}
	}
	for _, v := range it.rulings {
		list = append(list, Ruling{r.moment(v.at), v.words})
	}
	return list
}

// width is how wide a span pages leave around the time of an item.
func (it *item) width() time.Duration {
	s := it.thread.source
	switch {
	case s.platform == "legalacts":
		return time.Minute
	case s.site == nil:
		return 0
	case s.site.width != nil:
		return s.site.width(it)
	}
	return s.site.Precision
}

// index is the place of a source among those of its site.
func (s *source) index() int64 { return s.first/spacing - 1 }

// day is the local day of a moment, in a layout of package time.
func (r *Republic) day(at int64, layout string) string { return r.moment(at).Format(layout) }

// answers gives the official replies in a thread, in order of time, that are not
// held back.
func (t *thread) answers() []*item {
	var found []*item
	for _, it := range t.items {
		if it.who.body != nil && !it.hidden {
			found = append(found, it)
		}
	}
	return found
}

// settling is the first reply in a thread that says more than that the question
// has come; nil for none.
func (t *thread) settling() *item {
	for _, it := range t.answers() {
		if it.class != "acknowledgement" {
			return it
		}
	}
	return nil
}

// keep holds back all official replies in a thread but some: many portals have
// room for one.
func (t *thread) keep(some ...*item) {
	for _, it := range t.answers() {
		it.hidden = true
	}
	for _, it := range some {
		if it != nil {
			it.hidden = false
		}
	}
}

// shownAnswers lists the official replies in a thread at a moment, and the last
// moment at which anything in it changed.
func (t *thread) shownAnswers(now int64) (found []*item, changed int64) {
	all, changed := t.replies(now)
	for _, it := range all {
		if it.who.body != nil {
			found = append(found, it)
		}
	}
	return found, changed
}

// ofBody finds the source of the body whose account has a number.
func (at *site) ofBody(number string) *source {
	for _, s := range at.sources {
		if fmt.Sprint(s.body.official(s).number) == number {
			return s
		}
	}
	return nil
}

// jsonName is the name of a file without its suffix, which a pattern cannot tell.
func jsonName(file string) string { return strings.TrimSuffix(file, ".json") }
