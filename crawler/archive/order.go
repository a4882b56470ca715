package archive

import (
	"cmp"
	"errors"
	"io"
	"iter"
	"slices"
	"time"
)

// Filter chooses exchanges. Its zero value chooses all.
type Filter struct {
	From, To time.Time         // sent in [From, To); zero is open
	URL      func(string) bool // of those whose URL it says true of; nil is all
}

// takes tells whether the filter chooses a record.
func (f *Filter) takes(r *Record) bool {
	return f.takesTime(r.Date) && (f.URL == nil || f.URL(r.Target))
}

func (f *Filter) takesTime(t time.Time) bool {
	return (f.From.IsZero() || !t.Before(f.From)) && (f.To.IsZero() || t.Before(f.To))
}

// slack is how much earlier than the day of its segment an exchange may have been
// sent: it is recorded when it ends.
const slack = 24 * time.Hour

// touches tells whether a segment may hold what the filter chooses.
func (f *Filter) touches(s *Segment) bool {
	return (f.From.IsZero() || s.day().Add(24*time.Hour).After(f.From)) &&
		(f.To.IsZero() || s.day().Add(-slack).Before(f.To))
}

// entry is where a record lies.
type entry struct {
	segment  *Segment
	date     time.Time
	offset   int64
	length   int64
	kind     string
	request  int64 // offset of the request record, just before a response or revisit; none
	original int64 // offset of the record that a revisit repeats; none
}

const none = -1

// index lists the records of a segment that the filter chooses; warcinfo records
// it ignores. If the segment is damaged it also returns the error.
func (r *Reader) index(s *Segment, c *content, f *Filter) ([]entry, error) {
	var (
		entries  []entry
		offsets  = map[string]int64{} // by record id
		previous Record
	)
	_, err := r.scan(s, c, func(rec *Record) error {
		e := entry{segment: s, date: rec.Date, offset: rec.Offset, length: rec.Length, kind: rec.Type, request: none, original: none}
		switch rec.Type {
		case typeResponse, typeRevisit:
			if previous.Type == typeRequest && previous.ID == rec.reference("WARC-Concurrent-To") {
				e.request = previous.Offset
			}
			if at, ok := offsets[rec.reference("WARC-Refers-To")]; ok {
				e.original = at
			}
		}
		offsets[rec.ID] = rec.Offset
		previous = *rec
		if rec.Type != typeInfo && f.takes(rec) {
			entries = append(entries, e)
		}
		return nil
	})
	return entries, err
}

// opened keeps the segments that were read last open.
type opened struct {
	reader *Reader
	kept   []keptSegment // the last used one last
}

type keptSegment struct {
	order int
	*content
}

const maxOpened = 4

func (o *opened) get(s *Segment) (*content, error) {
	if i := slices.IndexFunc(o.kept, func(k keptSegment) bool { return k.order == s.order }); i >= 0 {
		k := o.kept[i]
		o.kept = append(slices.Delete(o.kept, i, i+1), k)
		return k.content, nil
	}
	c, err := o.reader.open(s)
	if err != nil {
		return nil, err
	}
	if len(o.kept) == maxOpened {
		_ = o.kept[0].Close() // it was only read
		o.kept = slices.Delete(o.kept, 0, 1)
	}
	o.kept = append(o.kept, keptSegment{s.order, c})
	return c, nil
}

func (o *opened) close() {
	for _, k := range o.kept {
		_ = k.Close() // it was only read
	}
	o.kept = nil
}

// entries gives what the filter chooses in the order of time. It holds the entries
// of two days at most: what was recorded on one day may have been sent on the day
// before, but no earlier.
func (r *Reader) entries(o *opened, f *Filter) iter.Seq2[entry, error] {
	return func(yield func(entry, error) bool) {
		var waiting []entry
		emit := func(before time.Time) bool {
			slices.SortFunc(waiting, func(a, b entry) int {
				return cmp.Or(a.date.Compare(b.date), cmp.Compare(a.segment.order, b.segment.order), cmp.Compare(a.offset, b.offset))
			})
			n := len(waiting)
			if !before.IsZero() {
				n, _ = slices.BinarySearchFunc(waiting, before, func(e entry, t time.Time) int { return e.date.Compare(t) })
			}
			for _, e := range waiting[:n] {
				if !yield(e, nil) {
					return false
				}
			}
			waiting = slices.Delete(waiting, 0, n)
			return true
		}
		var day time.Time
		for i := range r.segments {
			s := &r.segments[i]
			if !f.touches(s) {
				continue
			}
			if s.day().After(day) {
				day = s.day()
				if !emit(day.Add(-slack)) {
					return
				}
			}
			c, err := o.get(s)
			if err == nil {
				var found []entry
				found, err = r.index(s, c, f)
				waiting = append(waiting, found...)
			}
			if err != nil && !yield(entry{}, err) {
				return
			}
		}
		emit(time.Time{})
	}
}

// Records gives the records of the exchanges that the filter chooses, in the order
// of time; of one exchange the request first. A Record's Block is valid until the
// next one. A segment that is damaged gives its readable records and a
// *DamageError; one that cannot be opened gives an error. Whether to go on after
// an error is for the caller to decide.
func (r *Reader) Records(f Filter) iter.Seq2[*Record, error] {
	return func(yield func(*Record, error) bool) {
		o := &opened{reader: r}
		defer o.close()
		scan := newScanner()
		for e, err := range r.entries(o, &f) {
			var rec *Record
			if err == nil {
				if err = r.load(o, scan, e.segment, e.offset, e.offset+e.length); err == nil {
					rec, err = r.next(scan, e.segment)
				}
			}
			if !yield(rec, err) {
				return
			}
		}
	}
}

// load makes scan read what lies between two offsets of a segment, and no more: to
// read on would have to decrypt what is not wanted.
func (r *Reader) load(o *opened, scan *scanner, s *Segment, from, to int64) error {
	if from == none {
		return errors.New("archive: no such record")
	}
	c, err := o.get(s)
	if err != nil {
		return err
	}
	scan.reset(io.NewSectionReader(c, from, min(to, c.size)-from), from)
	return nil
}

// next reads the next record of what was loaded.
func (r *Reader) next(scan *scanner, s *Segment) (*Record, error) {
	at := scan.offset()
	rec, err := scan.next()
	if err != nil {
		return nil, &DamageError{s.Path, at, err}
	}
	rec.Segment = s.Path
	return rec, nil
}
