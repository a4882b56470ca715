package pipeline

import (
	"qulaq/pipeline/redact"
	"qulaq/schema"
)

// Sheet is a look without what identifies people: authors are pseudonyms, texts are
// redacted, names are gone. It is what may leave the process that holds the pages,
// and it is all that [Observer.Compare] needs. It can be written as JSON.
type Sheet struct {
	Visit   schema.Visit
	Threads []schema.Thread // the thread that was looked at, and those that its pages lead to
	Shown   []Shown         // in the order of the pages
}

// Shown is an item as a look saw it, not yet compared with what was known of it.
type Shown struct {
	schema.Sighting
	Deleted bool            // the page shows the item's place without the item
	Reading *schema.Reading // in place of the text, once [Observer.ReadAll] has read it; else nil
}

// Strip is the first half of [Observer.Observe]: it needs the key and no memory.
func (o *Observer) Strip(look *Look) *Sheet {
	names := redact.NewRoster(o.names(look)...)
	sheet := &Sheet{Visit: visit(look), Threads: threads(look), Shown: make([]Shown, len(look.Items))}
	for i := range look.Items {
		item := &look.Items[i]
		sheet.Shown[i] = Shown{Sighting: o.sighting(look, item, names), Deleted: item.Deleted}
	}
	o.tell(look, sheet)
	return sheet
}

// ReadAll reads the citizens' texts of a sheet and takes them off it, if the
// observer stores none ([Observer.ReadAtOnce]).
func (o *Observer) ReadAll(sheet *Sheet) {
	for i := range sheet.Shown {
		s := &sheet.Shown[i]
		if s.Reading = o.reading(s); s.Reading != nil {
			s.Text = ""
		}
	}
}

// reading is what is to be stored in place of a text; nil where the text is, or
// where there is none.
func (o *Observer) reading(s *Shown) *schema.Reading {
	if s.Reading != nil || o.reader == nil || s.Role == official || s.TextHash == "" {
		return s.Reading
	}
	r := o.readNow(&s.Sighting)
	return &r
}
