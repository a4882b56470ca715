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

// Name is the name of the segment's file, without folders.
func (s *Segment) Name() string { return filepath.Base(s.Path) }

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
	if e.Segment == "" { // of a file that is no segment, whose name the caller knows
		return fmt.Sprintf("archive: at byte %d: %v", e.Offset, e.Err)
	}
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
			if !isTail(entry.Name()) {
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
	var damage error
	if !s.Open {
		plain, size, err := age.DecryptReaderAt(f, info.Size(), r.identities...)
		if err == nil {
			return &content{ReaderAt: &chunkReader{sealed: plain, size: size, at: none}, Closer: f, size: size}, nil
		}
		damage = fmt.Errorf("the file was closed, but does not end as it was: %w", err)
	}
	c, err := r.salvage(s, f, damage)
	if err := errors.Join(err, f.Close()); err != nil {
		return nil, fmt.Errorf("archive: %s: %w", s.Path, err)
	}
	return c, nil
}

// chunkReader keeps the chunk that was decrypted last: age's own reader takes a new
// buffer for every read, however short. It belongs to one goroutine.
type chunkReader struct {
	sealed io.ReaderAt
	size   int64
	at     int64 // of chunk; none before the first
	chunk  []byte
}

func (c *chunkReader) ReadAt(p []byte, offset int64) (n int, err error) {
	for n < len(p) {
		if offset >= c.size {
			return n, io.EOF
		}
		if at := offset / chunk * chunk; at != c.at {
			c.chunk = slices.Grow(c.chunk[:0], chunk)[:min(chunk, c.size-at)]
			c.at = none
			if _, err := c.sealed.ReadAt(c.chunk, at); err != nil && err != io.EOF {
				return n, err
			}
			c.at = at
		}
		copied := copy(p[n:], c.chunk[offset-c.at:])
		n += copied
		offset += int64(copied)
	}
	return n, nil
}

// salvage reads a sealed segment that does not end properly, into memory; damage
// is why, unless that is because it was not closed.
func (r *Reader) salvage(s *Segment, f *os.File, damage error) (*content, error) {
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
	return &content{
		ReaderAt: bytes.NewReader(got.records), Closer: io.NopCloser(nil),
		size: int64(len(got.records)), lost: got.lost, damage: cmp.Or(err, damage),
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
		case errors.Is(err, io.EOF) || errors.Is(err, errCut) && s.Open:
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
