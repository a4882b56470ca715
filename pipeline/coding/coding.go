// Package coding is about samples of items that people read and class by hand, so
// that it is known how often the classifier errs.
//
// [Draw] chooses items with known probabilities. [WriteSheet] writes what a coder
// gets: texts in a shuffled order, and nothing that tells of whom they are or what
// the classifier made of them; [WriteKey] what only the keeper of the sample knows.
// When the coders are done, [ReadSheet] reads their sheets, [Merge] puts them
// together by the key, and [ReadCodes] reads the result, which corrects rates.
//
// A unit is a citizen's item together with the replies that would be its own if it
// called for one: a coder tells of the first what it is, and of each of the others.
// All files are tab-separated with a header.
package coding

import (
	"strings"

	"qulaq/pipeline/language"
)

// Item is a row of a key: an item of the sample.
type Item struct {
	Row         string // the number of the unit; of its n-th reply, with .n behind it
	Source      string
	Thread      string
	ID          string // as the platform gives it
	Role        language.Role
	Body        string // addressed, or of a reply: speaking
	Language    string
	Class       language.Class // that the classifier read
	Classifier  string         // its version
	Probability float64        // with which the unit was drawn
	Coders      string         // a, b, or ab for both
	Text        string         // in sheets only
}

// Unit is the number of the unit that the row belongs to.
func (i Item) Unit() string {
	unit, _, _ := strings.Cut(i.Row, ".")
	return unit
}

// Code is what people made of an item of a sample.
type Code struct {
	Row         string
	Source      string
	Thread      string
	Item        string
	Role        language.Role
	Class       language.Class
	Probability float64 // with which the unit was drawn
}

// IsUnit tells whether the item is the unit itself, not a reply to it.
func (c Code) IsUnit() bool { return !strings.Contains(c.Row, ".") }
