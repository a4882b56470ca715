package archive

import (
	"errors"
	"io"
	"iter"
)

// Records gives the records of one WARC file, whoever wrote it, beginning with the
// one at an offset: compressed record by record (ISO 28500, annex D), or not at
// all. Of a block at most keep bytes are given; all for 0. A Record is valid until
// the next. An error is the last pair: what follows it cannot be found any more.
func Records(r io.ReaderAt, size, offset, keep int64) iter.Seq2[*Record, error] {
	return func(yield func(*Record, error) bool) {
		s := newScanner()
		s.plain, s.keep = true, keep
		s.reset(io.NewSectionReader(r, offset, size-offset), offset)
		for {
			at := s.offset()
			rec, err := s.next()
			if errors.Is(err, io.EOF) && at == size {
				return
			}
			if err != nil {
				yield(nil, &DamageError{Offset: at, Err: err})
				return
			}
			if !yield(rec, nil) {
				return
			}
		}
	}
}

// compressed tells whether the next record is a gzip member.
func (s *scanner) compressed() bool {
	magic, _ := s.raw.Peek(2)
	return string(magic) == "\x1f\x8b"
}

// readPlain reads a record that is not compressed.
func (s *scanner) readPlain(rec *Record) error {
	length, err := rec.readFields(s.raw)
	if err == nil {
		err = s.readBlock(rec, s.raw, length)
	}
	if err == nil {
		return nil
	}
	if _, end := s.raw.Peek(1); errors.Is(end, io.EOF) {
		return errCut
	}
	return err
}
