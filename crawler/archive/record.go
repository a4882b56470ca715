package archive

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"math"
	"net/textproto"
	"strconv"
	"strings"
	"time"
)

// Record is a WARC record.
type Record struct {
	Type   string               // warcinfo, request, response or revisit
	ID     string               // "urn:uuid:…"
	Date   time.Time            // when its capture began
	Target string               // URL; "" of a warcinfo
	Fields textproto.MIMEHeader // all named fields, with keys as textproto.CanonicalMIMEHeaderKey makes them
	Block  []byte

	Segment string // path below the archive's folder
	Offset  int64  // of its gzip member in the segment, as it is before encryption
	Length  int64  // of the gzip member
}

// Seen is when the last byte of an answer had arrived; Date for a record of other
// software, which does not tell.
func (r *Record) Seen() time.Time {
	seen, err := time.Parse(time.RFC3339Nano, r.Fields.Get(fieldSeen))
	if err != nil {
		return r.Date
	}
	return seen
}

// reference is the id of another record, in the form of Record.ID.
func (r *Record) reference(field string) string { return bareID(r.Fields.Get(field)) }

func bareID(value string) string {
	return strings.TrimSuffix(strings.TrimPrefix(value, "<"), ">")
}

const (
	maxNamedFields = 1 << 20 // bytes of the named fields of a record
	maxBlock       = 1 << 30
)

// errCut says that a segment ends within a record.
var errCut = errors.New("ends within a record")

// scanner reads the records of a segment one after the other.
type scanner struct {
	source sourceCounter
	raw    *bufio.Reader
	member memberReader
	limit  io.LimitedReader
	text   *bufio.Reader
	block  bytes.Buffer
	base   int64
	plain  bool  // records may stand uncompressed
	keep   int64 // bytes of a block that are kept; 0 for all
}

func newScanner() *scanner {
	s := &scanner{raw: bufio.NewReaderSize(nil, 8<<10), text: bufio.NewReader(nil)}
	s.limit.R = &s.member
	return s
}

// reset makes the scanner read r, whose first byte has the given offset in its
// segment.
func (s *scanner) reset(r io.Reader, offset int64) {
	s.source = sourceCounter{r: r}
	s.raw.Reset(&s.source)
	s.base = offset
}

// offset is where the next gzip member begins.
func (s *scanner) offset() int64 { return s.base + s.source.n - int64(s.raw.Buffered()) }

// next reads a record. Its Block is valid until the next call. The error is
// io.EOF at the end, errCut if the end is not that of a record, and any other if
// what is there is not a record.
func (s *scanner) next() (*Record, error) {
	if _, err := s.raw.Peek(1); err != nil {
		return nil, err // io.EOF at the end
	}
	rec := &Record{Offset: s.offset()}
	if s.plain && !s.compressed() {
		err := s.readPlain(rec)
		rec.Length = s.offset() - rec.Offset
		return rec, err
	}
	err := s.member.begin(s.raw)
	if err == nil {
		err = s.read(rec)
	}
	if s.member.cut {
		return nil, errCut
	}
	if err != nil {
		return nil, err
	}
	rec.Length = s.offset() - rec.Offset
	return rec, nil
}

// read reads a record from its gzip member, to the end of both.
func (s *scanner) read(rec *Record) error {
	s.limit.N = maxNamedFields
	s.text.Reset(&s.limit)
	length, err := rec.readFields(s.text)
	if errors.Is(err, io.EOF) { // of the member, not of the segment
		return errors.New("a gzip member without a record")
	}
	if err != nil {
		return err
	}
	s.limit.N = math.MaxInt64
	if err := s.readBlock(rec, s.text, length); err != nil {
		return err
	}
	switch _, err := s.text.ReadByte(); err { // also has the checksum compared
	case io.EOF:
		return nil
	case nil:
		return errors.New("something follows it in its gzip member")
	default:
		return err
	}
}

// readFields reads what precedes the block, and tells how long that is. The error
// is io.EOF when there is nothing.
func (r *Record) readFields(from *bufio.Reader) (length int64, err error) {
	lines := textproto.NewReader(from)
	line, err := lines.ReadLine()
	if err != nil {
		return 0, err
	}
	if line != version && line != "WARC/1.0" {
		return 0, fmt.Errorf("begins with %q, not with %s", clip(line), version)
	}
	r.Fields, err = lines.ReadMIMEHeader()
	if errors.Is(err, io.EOF) {
		return 0, errors.New("its named fields do not end")
	}
	if err != nil {
		return 0, fmt.Errorf("named fields: %w", err)
	}
	return r.parse()
}

// readBlock reads a block, and the two empty lines behind it.
func (s *scanner) readBlock(rec *Record, from *bufio.Reader, length int64) error {
	s.block.Reset()
	kept := length
	if s.keep > 0 {
		kept = min(kept, s.keep)
	}
	n, err := io.CopyN(&s.block, from, kept)
	if err == nil {
		var passed int64
		passed, err = io.CopyN(io.Discard, from, length-kept)
		n += passed
	}
	if errors.Is(err, io.EOF) {
		return fmt.Errorf("its block has %d bytes, not %d as Content-Length says", n, length)
	}
	if err != nil {
		return err
	}
	rec.Block = s.block.Bytes()
	var end [4]byte
	if _, err := io.ReadFull(from, end[:]); err != nil || string(end[:]) != "\r\n\r\n" {
		return errors.New("its block does not end with two empty lines where Content-Length says")
	}
	return nil
}

// parse takes the mandatory fields (clause 5) out of the named ones.
func (r *Record) parse() (length int64, err error) {
	r.Type = r.Fields.Get("WARC-Type")
	r.ID = bareID(r.Fields.Get("WARC-Record-ID"))
	r.Target = r.Fields.Get("WARC-Target-URI")
	if r.Type == "" || r.ID == "" {
		return 0, errors.New("no WARC-Type or no WARC-Record-ID")
	}
	if r.Date, err = time.Parse(time.RFC3339Nano, r.Fields.Get("WARC-Date")); err != nil {
		return 0, fmt.Errorf("WARC-Date: %w", err)
	}
	length, err = strconv.ParseInt(r.Fields.Get("Content-Length"), 10, 64)
	if err != nil || length < 0 || length > maxBlock {
		return 0, fmt.Errorf("Content-Length %q", clip(r.Fields.Get("Content-Length")))
	}
	return length, nil
}

// clip keeps damaged text from flooding a message.
func clip(s string) string {
	if len(s) > 40 {
		return s[:40] + "…"
	}
	return s
}

// sourceCounter counts what was read.
type sourceCounter struct {
	r io.Reader
	n int64
}

func (c *sourceCounter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}

// memberReader reads one gzip member, and tells whether it was cut off.
type memberReader struct {
	gzip gzip.Reader
	cut  bool
}

// begin expects a member at raw, which is not read beyond its end.
func (m *memberReader) begin(raw *bufio.Reader) error {
	err := m.gzip.Reset(raw)
	m.cut = errors.Is(err, io.ErrUnexpectedEOF)
	m.gzip.Multistream(false)
	return err
}

func (m *memberReader) Read(p []byte) (int, error) {
	n, err := m.gzip.Read(p)
	m.cut = m.cut || errors.Is(err, io.ErrUnexpectedEOF)
	return n, err
}
