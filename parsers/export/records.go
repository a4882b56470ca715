package export

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"
	"unicode/utf8"
)

// maxRecord bounds one record, so that a quotation mark or a line break that is
// missing does not draw the rest of a file into memory.
const maxRecord = 16 << 20

var (
	errTooLong = fmt.Errorf("a record of more than %d MB", maxRecord>>20)
	errUTF8    = errors.New("it is not UTF-8: save the file as UTF-8")
	errChanged = errors.New("the file has changed while it was read")
)

const byteOrderMark = "\ufeff"

// Format is how a file is divided into records.
type Format string

// The formats.
const (
	NDJSON Format = "ndjson" // a JSON object on each line
	JSON   Format = "json"   // a document that has an array of objects
	CSV    Format = "csv"    // RFC 4180, by commas, semicolons or tabs, with a header
	TSV    Format = "tsv"    // by tabs, with a header, and without quoting
)

// layout is what of a file's shape is found out by looking at its beginning.
type layout struct {
	format Format
	comma  rune     // of CSV
	header []string // of a table
	begin  int64    // of the first record
	line   int      // on which it begins
	head   document // fields of a JSON document before its items
	sample []fields // the first records that can be read
}

// raw is a record as it stands in the file. The text is valid until the next.
type raw struct {
	Place
	text []byte
	err  error // it cannot be read
}

// records gives the records as they stand. An error ends them.
func (f *File) records() iter.Seq2[raw, error] { return f.layout.records(f.r, f.size, f.mapping.Items) }

func (l *layout) records(r io.ReaderAt, size int64, items string) iter.Seq2[raw, error] {
	rest := io.NewSectionReader(r, l.begin, size-l.begin)
	switch l.format {
	case CSV:
		return l.rows(rest)
	case JSON:
		return elements(r, size, items, nil)
	default:
		return l.lines(rest)
	}
}

// lines gives the lines that are not blank.
func (l *layout) lines(r io.Reader) iter.Seq2[raw, error] {
	return func(yield func(raw, error) bool) {
		lines := bufio.NewReaderSize(r, 64<<10)
		place := Place{Offset: l.begin, Line: l.line}
		var text []byte
		for {
			text = text[:0]
			length, long := 0, false
			part, err := lines.ReadSlice('\n')
			for ; ; part, err = lines.ReadSlice('\n') {
				length += len(part)
				if long = long || length > maxRecord; !long {
					text = append(text, part...)
				}
				if !errors.Is(err, bufio.ErrBufferFull) {
					break
				}
			}
			if err != nil && err != io.EOF {
				yield(raw{Place: place}, err)
				return
			}
			place.Length = length
			one := raw{Place: place, text: text}
			if long {
				one.err = errTooLong
			}
			if length > 0 && (long || len(bytes.TrimSpace(text)) > 0) && !yield(one, nil) {
				return
			}
			if err == io.EOF {
				return
			}
			place.Offset += int64(length)
			place.Line++
		}
	}
}

// rows gives the records of a table. Their text is cut out of what was read, so
// that it can be read again by itself.
func (l *layout) rows(r io.Reader) iter.Seq2[raw, error] {
	return func(yield func(raw, error) bool) {
		var window bytes.Buffer // what the csv.Reader has read and not yet given
		limit := &limited{r: io.TeeReader(r, &window)}
		rows := newCSV(limit, l.comma)
		line := l.line
		for {
			begin := rows.InputOffset()
			_, err := rows.Read()
			if err == io.EOF {
				return
			}
			length := int(rows.InputOffset() - begin)
			one := raw{Place: Place{Offset: l.begin + begin, Length: length, Line: line}}
			var syntax *csv.ParseError
			switch {
			case errors.As(err, &syntax):
				one.err = syntax.Err
			case err != nil:
				yield(one, err)
				return
			}
			one.text = window.Next(length)
			line += bytes.Count(one.text, []byte("\n"))
			limit.n = 0
			if !yield(one, nil) {
				return
			}
		}
	}
}

func newCSV(r io.Reader, comma rune) *csv.Reader {
	rows := csv.NewReader(r)
	rows.Comma, rows.ReuseRecord, rows.FieldsPerRecord = comma, true, -1
	return rows
}

// elements gives the elements of the array at a path of a JSON document. Scalar
// fields that precede it are put into head unless that is nil.
func elements(r io.ReaderAt, size int64, path string, head document) iter.Seq2[raw, error] {
	return func(yield func(raw, error) bool) {
		begin := skipMark(r)
		limit := &limited{r: io.NewSectionReader(r, begin, size-begin)}
		d := json.NewDecoder(limit)
		d.UseNumber()
		fail := func(err error) { yield(raw{Place: Place{Offset: begin + d.InputOffset()}}, err) }
		if err := descend(d, limit, path, head); err != nil {
			fail(err)
			return
		}
		var text json.RawMessage
		for d.More() {
			limit.n = 0
			if err := d.Decode(&text); err != nil {
				fail(err)
				return
			}
			end := begin + d.InputOffset()
			if !yield(raw{Place: Place{Offset: end - int64(len(text)), Length: len(text)}, text: text}, nil) {
				return
			}
		}
		if _, err := d.Token(); err != nil {
			fail(fmt.Errorf("the document is cut off: %w", err))
		}
	}
}

// descend reads up to the first element of the array at a path.
func descend(d *json.Decoder, limit *limited, path string, head document) error {
	for step := range strings.SplitSeq(path, ".") {
		if step == "" {
			continue
		}
		if token, err := d.Token(); err != nil || token != json.Delim('{') {
			return fmt.Errorf("no object with %q: %w", step, err)
		}
		for {
			if !d.More() {
				return fmt.Errorf("no array %q", path)
			}
			key, err := d.Token()
			if err != nil {
				return err
			}
			if key == step {
				break
			}
			limit.n = 0
			var passed any
			if err := d.Decode(&passed); err != nil {
				return err
			}
			if name, ok := key.(string); ok && head != nil {
				head[name] = passed
			}
		}
	}
	if token, err := d.Token(); err != nil || token != json.Delim('[') {
		return fmt.Errorf("no array %q", path)
	}
	return nil
}

// limited fails when more than a record's size, with what readers read ahead, has
// been read since n was set to 0.
type limited struct {
	r io.Reader
	n int
}

func (l *limited) Read(p []byte) (int, error) {
	if l.n > maxRecord {
		return 0, errTooLong
	}
	n, err := l.r.Read(p)
	l.n += n
	return n, err
}

// skipMark is the length of a byte order mark.
func skipMark(r io.ReaderAt) int64 {
	mark := make([]byte, len(byteOrderMark))
	if n, _ := r.ReadAt(mark, 0); n == len(mark) && string(mark) == byteOrderMark {
		return int64(n)
	}
	return 0
}

// decode reads the fields of a record.
func (l *layout) decode(text []byte) (fields, error) {
	if !utf8.Valid(text) {
		return nil, errUTF8
	}
	var cells []string
	switch l.format {
	case NDJSON, JSON:
		d := json.NewDecoder(bytes.NewReader(text))
		d.UseNumber()
		var doc document
		if err := d.Decode(&doc); err != nil {
			return nil, fmt.Errorf("no JSON object: %w", err)
		}
		if _, err := d.Token(); err != io.EOF {
			return nil, errors.New("something follows the JSON object")
		}
		return doc, nil
	case TSV:
		cells = strings.Split(strings.TrimRight(string(text), "\r\n"), "\t")
	default:
		var err error
		if cells, err = newCSV(bytes.NewReader(text), l.comma).Read(); err != nil {
			return nil, err
		}
	}
	if len(cells) != len(l.header) {
		return nil, fmt.Errorf("%d fields, the header has %d", len(cells), len(l.header))
	}
	row := make(row, len(cells))
	for i, name := range l.header {
		row[name] = cells[i]
	}
	return row, nil
}
