package archive

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"time"

	"filippo.io/age"
)

// segmentName tells what a segment is by the name of its file.
type segmentName struct {
	begun  time.Time // to the second
	run    string    // of the Writer, 8 hexadecimal digits
	serial int       // within the run, from 1
	sealed bool
	open   bool // not closed: being written, or left by a process that died
}

const (
	nameTime   = "20060102T150405Z"
	sealedMark = ".age"
	openMark   = ".open"
	tailMark   = ".tail"
)

var segmentPattern = regexp.MustCompile(`^(\d{8}T\d{6}Z)-([0-9a-f]{8})-(\d{5,9})\.warc\.gz(\.age)?(\.open)?$`)

func parseSegmentName(file string) (segmentName, bool) {
	m := segmentPattern.FindStringSubmatch(file)
	if m == nil {
		return segmentName{}, false
	}
	begun, err := time.Parse(nameTime, m[1])
	if err != nil {
		return segmentName{}, false
	}
	serial, err := strconv.Atoi(m[3])
	if err != nil {
		return segmentName{}, false
	}
	return segmentName{begun, m[2], serial, m[4] != "", m[5] != ""}, true
}

// warc is the name of the file that the segment is when it is neither sealed nor
// open; the standard's WARC-Filename.
func (n segmentName) warc() string {
	return fmt.Sprintf("%s-%s-%05d.warc.gz", n.begun.UTC().Format(nameTime), n.run, n.serial)
}

// closed is the name of the file once it is closed.
func (n segmentName) closed() string {
	if n.sealed {
		return n.warc() + sealedMark
	}
	return n.warc()
}

// folder is where the segment lies: a folder for each day.
func (n segmentName) folder() string {
	return filepath.FromSlash(n.begun.UTC().Format("2006/01/02"))
}

func dayOf(t time.Time) string { return t.UTC().Format(time.DateOnly) }

// file is what a segment needs of an *os.File.
type file interface {
	io.WriteCloser
	Sync() error
}

func createFile(path string) (file, error) {
	return os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
}

// sink takes the bytes of a segment. Only whole records are written, one exchange
// at a time.
type sink interface {
	io.Writer
	Sync() error  // makes durable what was written
	Close() error // ends the file and makes it durable
	abandon()     // lets go of the file as it is
}

// segment is a file of records that is being written. It is used by one goroutine
// at a time.
type segment struct {
	sink
	path string // of the file once it is closed
	day  string
	size int64 // of the records, before encryption

	// What later records can refer to. It is not kept in a file: the digests
	// would tell, to whoever has a page, that it was archived.
	payloads map[sum]*reference
	fetched  map[string]*fetched // by target
}

// fetched is a page whose server may later say that it has not changed.
type fetched struct {
	reference
	etag, lastModified string
}

func newSegment(dir string, name segmentName, recipients []age.Recipient, create func(string) (file, error)) (*segment, error) {
	folder := filepath.Join(dir, name.folder())
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, err
	}
	s := &segment{
		path:     filepath.Join(folder, name.closed()),
		day:      dayOf(name.begun),
		payloads: map[sum]*reference{},
		fetched:  map[string]*fetched{},
	}
	f, err := create(s.path + openMark)
	if err != nil {
		return nil, err
	}
	if s.sink = (plainFile{f}); name.sealed {
		if s.sink, err = newSealedFile(f, s.path+tailMark, recipients, create); err != nil {
			return nil, errors.Join(err, f.Close())
		}
	}
	return s, syncFolder(folder)
}

func (s *segment) Write(records []byte) (int, error) {
	n, err := s.sink.Write(records)
	s.size += int64(n)
	return n, err
}

// Close closes the file and gives it the name of a whole one.
func (s *segment) Close() error {
	if err := s.sink.Close(); err != nil {
		return err
	}
	if err := os.Rename(s.path+openMark, s.path); err != nil {
		return err
	}
	if err := os.Remove(s.path + tailMark); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return syncFolder(filepath.Dir(s.path))
}

// original is the record that x repeats; nil when the segment has none.
func (s *segment) original(x *exchange, e *encoder) *reference {
	if notModified(x) {
		page, ok := s.fetched[e.target]
		if !ok {
			return nil
		}
		h := x.request.Header
		etag, since := h.Get("If-None-Match"), h.Get("If-Modified-Since")
		if etag != "" && etag == page.etag || etag == "" && since != "" && since == page.lastModified {
			return &page.reference
		}
		return nil
	}
	if x.truncated != "" || x.body.Len() == 0 {
		return nil
	}
	return s.payloads[e.payloadDigest]
}

// remember lets later records refer to the one that e has made of x.
func (s *segment) remember(x *exchange, e *encoder) {
	if x.truncated != "" || x.body.Len() == 0 {
		return
	}
	ref := reference{e.responseID, e.target, x.sent}
	s.payloads[e.payloadDigest] = &ref
	h := x.response.Header
	etag, lastModified := h.Get("Etag"), h.Get("Last-Modified")
	if x.request.Method == http.MethodGet && x.response.StatusCode == http.StatusOK && etag+lastModified != "" {
		s.fetched[e.target] = &fetched{ref, etag, lastModified}
	}
}

// plainFile is a segment that is not encrypted.
type plainFile struct{ file }

func (p plainFile) Close() error { return errors.Join(p.Sync(), p.file.Close()) }

func (p plainFile) abandon() { _ = p.file.Close() } // it has failed already

// syncFolder makes the names in a folder durable.
func syncFolder(path string) error {
	folder, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}
