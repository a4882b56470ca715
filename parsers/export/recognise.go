package export

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"iter"
	"maps"
	"slices"
	"strings"
)

// Recognise finds the mapping that a file was written in. When several fit, it is
// the one that asks for most.
func Recognise(r io.ReaderAt, size int64, mappings []*Mapping) (*Mapping, error) {
	var found []*Mapping
	for _, m := range mappings {
		if _, err := m.layoutOf(r, size); err == nil {
			found = append(found, m)
		}
	}
	if len(found) == 0 {
		return nil, fmt.Errorf("export: no mapping fits: %s. Write one (--mapping); there are: %s", describe(r, size), names(mappings))
	}
	asks := func(m *Mapping) int { return len(m.Has) + len(m.When) }
	slices.SortStableFunc(found, func(a, b *Mapping) int { return asks(b) - asks(a) })
	if len(found) > 1 && asks(found[0]) == asks(found[1]) {
		return nil, fmt.Errorf("export: the file may be of %s or of %s: say which (--mapping)", found[0].Name, found[1].Name)
	}
	return found[0], nil
}

func names(mappings []*Mapping) string {
	var all []string
	for _, m := range mappings {
		all = append(all, m.Name)
	}
	return strings.Join(all, ", ")
}

// describe tells what a file looks like that nothing fits.
func describe(r io.ReaderAt, size int64) string {
	magic := make([]byte, 2)
	if _, err := r.ReadAt(magic, 0); err == nil && string(magic) == "\x1f\x8b" {
		return "it is compressed: decompress it first, for records are read by where they stand"
	}
	for _, format := range []Format{JSON, NDJSON, CSV} {
		l, err := probe(r, size, format, "")
		if err != nil || len(l.sample) == 0 {
			continue
		}
		if l.header != nil {
			return "it has the columns " + strings.Join(l.header, ", ")
		}
		if first, ok := l.sample[0].(document); ok {
			return fmt.Sprintf("it is %s, and its first object has %s", format, keys(first))
		}
	}
	const nowhere = "\x00" // a path that no document has, so that all of it is passed
	if l, _ := probe(r, size, JSON, nowhere); len(l.head) > 0 {
		return "it is a JSON document with " + keys(l.head)
	}
	return "it is neither a table with a header nor JSON"
}

func keys(d document) string { return strings.Join(slices.Sorted(maps.Keys(d)), ", ") }

// layoutOf finds out how a file is laid out, or why it is not one of the mapping.
func (m *Mapping) layoutOf(r io.ReaderAt, size int64) (layout, error) {
	var reasons []error
	for _, format := range m.Format {
		l, err := probe(r, size, format, m.Items)
		if err == nil {
			err = m.fits(&l)
		}
		if err == nil {
			return l, nil
		}
		reasons = append(reasons, fmt.Errorf("as %s: %w", format, err))
	}
	return layout{}, errors.Join(reasons...)
}

// fits tells why a file is not one of the mapping, if it is not.
func (m *Mapping) fits(l *layout) error {
	for _, record := range l.sample {
		of := context{fields: record, head: l.head}
		if m.skips(of) {
			continue
		}
		for _, name := range m.Has {
			if !of.has(name) {
				return fmt.Errorf("its first record has no field %q", name)
			}
		}
		if !all(m.When, of) {
			return errors.New("its first record is one of something else")
		}
		return nil
	}
	return errors.New("it has no records")
}

// probe reads a file's beginning as if it were of a format.
func probe(r io.ReaderAt, size int64, format Format, items string) (layout, error) {
	l := layout{format: format, begin: skipMark(r), line: 1}
	switch format {
	case JSON:
		l.head = document{}
		return l, l.probeRecords(elements(r, size, items, l.head))
	case CSV, TSV:
		if err := l.probeHeader(io.NewSectionReader(r, l.begin, size-l.begin)); err != nil {
			return l, err
		}
		err := l.probeRecords(l.records(r, size, items))
		if len(l.sample) == 0 { // the header tells enough
			empty := row{}
			for _, name := range l.header {
				empty[name] = ""
			}
			l.sample = []fields{empty}
		}
		return l, err
	}
	return l, l.probeRecords(l.records(r, size, items))
}

// maxProbed is how many records are looked at to recognise a file.
const maxProbed = 20

// probeRecords reads the first records. That some cannot be read is told later,
// unless none can.
func (l *layout) probeRecords(records iter.Seq2[raw, error]) error {
	probed := 0
	var last error
	for raw, err := range records {
		if err != nil {
			last = err
			break
		}
		if last = raw.err; last == nil {
			var record fields
			if record, last = l.decode(raw.text); last == nil {
				l.sample = append(l.sample, record)
			}
		}
		if probed++; probed == maxProbed {
			break
		}
	}
	if len(l.sample) == 0 {
		return last
	}
	return nil
}

// probeHeader reads the names of the columns.
func (l *layout) probeHeader(r io.Reader) error {
	line, err := bufio.NewReader(io.LimitReader(r, maxRecord)).ReadString('\n')
	if err != nil && err != io.EOF {
		return err
	}
	l.comma = '\t'
	if l.format == CSV {
		l.comma = slices.MaxFunc([]rune{',', ';', '\t'}, func(a, b rune) int {
			return strings.Count(line, string(a)) - strings.Count(line, string(b))
		})
		if l.header, err = newCSV(strings.NewReader(line), l.comma).Read(); err != nil {
			return err
		}
		l.header = slices.Clone(l.header)
	} else {
		l.header = strings.Split(strings.TrimRight(line, "\r\n"), "\t")
	}
	if len(l.header) < 2 {
		return errors.New("it has no header with columns")
	}
	l.begin += int64(len(line))
	l.line++
	return nil
}
