// Package export reads the files in which other tools keep items that they
// captured: rows of a table, lines of JSON, elements of a JSON document.
//
// What stands where in such a file is data: a [Mapping], one of those that come
// with the program ([Mappings]) or the user's own ([ParseMapping]). [Recognise]
// finds the one that a file was written in.
//
// A file is never held in memory. [File.Entries] goes through it once and tells,
// for each item, where it stands; [File.Read] reads one again. So the items of a
// thread can be put together however they are strewn over the file, at the price
// of a few words for each.
//
// Like a parser, a mapping never guesses: a record without an id, with a time
// that is not of the declared shape or that lies after its capture, is a
// [RecordError] and no item.
package export

import (
	"fmt"
	"io"
	"iter"
	"time"

	"qulaq/parsers"
)

// Options are what a file itself does not tell.
type Options struct {
	Source   string         // id of the source, as the program's own exports write it; others' records are passed over
	Start    string         // Thread.ID of the source's first thread, for mappings that need it; "" when unknown
	Thread   string         // thread of all records that name none; "" when each has to
	Captured time.Time      // when the file was captured, for records that do not say it; zero when each has to
	Zone     *time.Location // of the source
}

// Entry is an item with what the file tells about its capture.
type Entry struct {
	Item       parsers.Item
	ThreadKind parsers.ThreadKind
	ThreadURL  string    // address of the thread; "" when the file does not tell
	Captured   time.Time // when the item was seen
	Addressee  string    // name of the body that the thread is about; "" when the file does not tell
	Place      Place
}

// Place is where a record stands in its file.
type Place struct {
	Offset int64
	Length int
	Line   int // from 1; 0 in a JSON document, which is not read by lines
}

func (p Place) String() string {
	if p.Line > 0 {
		return fmt.Sprintf("line %d", p.Line)
	}
	return fmt.Sprintf("byte %d", p.Offset)
}

// RecordError says that a record cannot be read. Those after it can.
type RecordError struct {
	Place Place
	Err   error
}

func (e *RecordError) Error() string { return e.Place.String() + ": " + e.Err.Error() }
func (e *RecordError) Unwrap() error { return e.Err }

// File is a file of records, read by a mapping. It belongs to one goroutine.
type File struct {
	r       io.ReaderAt
	size    int64
	mapping *Mapping
	options Options
	layout  layout
	nodes   map[string]*node // of a mapping with a tree
}

// Open prepares a file for reading. A mapping with a tree has it read once.
func Open(r io.ReaderAt, size int64, m *Mapping, o Options) (*File, error) {
	l, err := m.layoutOf(r, size)
	if err != nil {
		return nil, fmt.Errorf("export: mapping %s: %w", m.Name, err)
	}
	f := &File{r: r, size: size, mapping: m, options: o, layout: l}
	if m.Tree != nil {
		f.plant()
	}
	return f, nil
}

// Entries gives the items in the order of the file. A record that cannot be read
// comes as a [RecordError]; any other error is the last pair, and says that the
// file cannot be read on. Records that the mapping leaves out do not come.
func (f *File) Entries() iter.Seq2[Entry, error] {
	return func(yield func(Entry, error) bool) {
		for raw, err := range f.records() {
			if err != nil {
				yield(Entry{Place: raw.Place}, fmt.Errorf("export: %s: %w", raw.Place, err))
				return
			}
			entry, ok, err := f.entry(raw)
			switch {
			case err != nil:
				err = &RecordError{raw.Place, err}
			case !ok:
				continue
			}
			if !yield(entry, err) {
				return
			}
		}
	}
}

// Read reads the item at a place again that Entries gave.
func (f *File) Read(p Place) (Entry, error) {
	text := make([]byte, p.Length)
	if _, err := f.r.ReadAt(text, p.Offset); err != nil {
		return Entry{}, fmt.Errorf("export: %s: %w", p, err)
	}
	entry, ok, err := f.entry(raw{Place: p, text: text})
	if err == nil && !ok {
		err = errChanged
	}
	if err != nil {
		return Entry{}, fmt.Errorf("export: %w", &RecordError{p, err})
	}
	return entry, nil
}
