package archive

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"filippo.io/age"
)

// Reader reads an archive: the segments that its folder holds when it is opened,
// sealed or plain, closed or not.
type Reader struct {
	dir        string
	identities []age.Identity
	segments   []Segment
	strays     []string
}

// Segment is a file of an archive.
type Segment struct {
	Path   string    // below the archive's folder
	Begun  time.Time // to the second
	Sealed bool
	Open   bool  // being written, or left by a process that died: its end may be missing
	Bytes  int64 // of the file

	name  segmentName
	order int // among the segments
}

// day is the day, in UTC, on which all of the segment was recorded.
func (s *Segment) day() time.Time { return s.Begun.Truncate(24 * time.Hour) }

// DamageError says that a segment cannot be read on from some point. Records
// before it were read, records after it were not.
type DamageError struct {
	Segment string // path below the archive's folder
	Offset  int64  // of the first byte, before encryption, that is not part of a whole record
	Err     error
}

func (e *DamageError) Error() string {
	return fmt.Sprintf("archive: %s: at byte %d: %v", e.Segment, e.Offset, e.Err)
}

func (e *DamageError) Unwrap() error { return e.Err }

// Open lists the segments in dir. Sealed ones need an identity of a recipient to
// be read.
func Open(dir string, identities ...age.Identity) (*Reader, error) {
	r := &Reader{dir: dir, identities: identities}
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		below, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		name, ok := parseSegmentName(entry.Name())
		if !ok || filepath.Dir(below) != name.folder() {
			if filepath.Ext(path) != tailMark {
				r.strays = append(r.strays, below)
			}
			return nil
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		r.segments = append(r.segments, Segment{
			Path: below, Begun: name.begun, Sealed: name.sealed, Open: name.open, Bytes: info.Size(), name: name,
		})
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("archive: %w", err)
	}
	slices.SortFunc(r.segments, func(a, b Segment) int {
		return cmp.Or(a.Begun.Compare(b.Begun), cmp.Compare(a.name.run, b.name.run), cmp.Compare(a.name.serial, b.name.serial))
	})
	for i := range r.segments {
		r.segments[i].order = i
	}
	return r, nil
}

// Segments lists the segments in the order in which they were begun.
func (r *Reader) Segments() []Segment { return slices.Clone(r.segments) }

// content is what a segment holds, decrypted.
type content struct {
	io.ReaderAt
	io.Closer
	size   int64
	lost   int64 // bytes at the end of the file that could not be decrypted
	damage error // why the content ends where it does; nil when that is the end
}

// open opens a segment. It fails only if nothing of it can be read.
func (r *Reader) open(s *Segment) (*content, error) {
	path := filepath.Join(r.dir, s.Path)
	f, err := os.Open(path)
	if s.Open && errors.Is(err, fs.ErrNotExist) { // closed since it was listed
		f, err = os.Open(filepath.Join(filepath.Dir(path), s.name.closed()))
	}
	if err != nil {
		return nil, fmt.Errorf("archive: %w", err)
	}
	info, err := f.Stat()
	if err != nil {
		return nil, errors.Join(fmt.Errorf("archive: %w", err), f.Close())
	}
	if !s.Sealed {
		return &content{ReaderAt: f, Closer: f, size: info.Size()}, nil
	}
	if !s.Open {
		plain, size, err := age.DecryptReaderAt(f, info.Size(), r.identities...)
		if err == nil {
			return &content{ReaderAt: plain, Closer: f, size: size}, nil
		}
	}
	c, err := r.recover(s, f)
	if err := errors.Join(err, f.Close()); err != nil {
		return nil, fmt.Errorf("archive: %s: %w", s.Path, err)
	}
	return c, nil
}

// recover reads a sealed segment that does not end properly, into memory.
func (r *Reader) recover(s *Segment, f *os.File) (*content, error) {
	// The tail first: chunks that are written while it is read do no harm, a
	// tail that is newer than the chunks would leave a gap.
	tail, err := os.ReadFile(filepath.Join(r.dir, filepath.Dir(s.Path), s.name.closed()+tailMark))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	sealed, err := io.ReadAll(f)
	if err != nil {
		return nil, err
	}
	got, err := unseal(sealed, tail, r.identities)
	if err != nil && len(got.records) == 0 {
		return nil, err
	}
	if err == nil && !s.Open && !got.whole {
		err = errors.New("the file was closed, but its end is missing")
	}
	return &content{
		ReaderAt: bytes.NewReader(got.records), Closer: io.NopCloser(nil),
		size: int64(len(got.records)), lost: got.lost, damage: err,
	}, nil
}

// scan calls each for all whole records of a segment. What follows them is told
// by end and, unless it is only the unfinished end of a segment that was not
// closed, by a *DamageError.
func (r *Reader) scan(s *Segment, c *content, each func(*Record) error) (end int64, err error) {
	scan := newScanner()
	scan.reset(io.NewSectionReader(c, 0, c.size), 0)
	for {
		end = scan.offset()
		rec, err := scan.next()
		switch {
		case err == io.EOF || err == errCut && s.Open:
			err = c.damage
		case err == nil:
			rec.Segment = s.Path
			if err := each(rec); err != nil {
				return end, err
			}
			continue
		case c.damage != nil:
			err = c.damage
		}
		if err != nil {
			err = &DamageError{s.Path, end, err}
		}
		return end, err
	}
}

// read reads one record.
func (r *Reader) read(s *Segment, c *content, scan *scanner, offset int64) (*Record, error) {
	scan.reset(io.NewSectionReader(c, offset, c.size-offset), offset)
	rec, err := scan.next()
	if err != nil {
		return nil, &DamageError{s.Path, offset, err}
	}
	rec.Segment = s.Path
	return rec, nil
}
