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
	"strings"
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
	nextMark   = ".next" // of a tail that is not complete yet
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

// isTail tells whether a file belongs to a segment that is not closed.
func isTail(file string) bool {
	base, ok := strings.CutSuffix(strings.TrimSuffix(file, nextMark), tailMark)
	name, known := parseSegmentName(base)
	return ok && known && name.sealed && !name.open
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

	synced int64 // of them, when Sync was called last

	// What later records can refer to. It is not kept in a file: the digests
	// would tell, to whoever has a page, that it was archived.
	payloads map[sum]*reference
	fetched  map[string]*fetched // by target
}

// fetched is a page whose server may later say that it has not changed.
type fetched struct {
	*reference
	etag, lastModified string
}

func newSegment(dir string, name segmentName, recipients []age.Recipient, create func(string) (file, error)) (*segment, error) {
	dir = filepath.Clean(dir)
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
		s.sink, err = newSealedFile(f, s.path+tailMark, recipients, create)
	}
	if err == nil {
		err = syncFolders(dir, folder)
	}
	if err != nil { // leave no empty file for every try
		return nil, errors.Join(err, f.Close(), os.Remove(s.path+openMark))
	}
	return s, nil
}

func (s *segment) Write(records []byte) (int, error) {
	n, err := s.sink.Write(records)
	s.size += int64(n)
	return n, err
}

// Sync makes durable what was written since the last Sync, if anything was.
func (s *segment) Sync() error {
	if s.size == s.synced {
		return nil
	}
	if err := s.sink.Sync(); err != nil {
		return err
	}
	s.synced = s.size
	return nil
}

// Close closes the file and gives it the name of a whole one.
func (s *segment) Close() error {
	if err := s.sink.Close(); err != nil {
		return err
	}
	if err := os.Rename(s.path+openMark, s.path); err != nil {
		return err
	}
	if err := removeTail(s.path); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(s.path))
}

// removeTail removes what helps to read a segment that is not closed.
func removeTail(path string) error {
	var failed error
	for _, mark := range []string{tailMark, tailMark + nextMark} {
		if err := os.Remove(path + mark); err != nil && !errors.Is(err, os.ErrNotExist) {
			failed = errors.Join(failed, err)
		}
	}
	return failed
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
			return page.reference
		}
		return nil
	}
	if x.truncated != "" || x.body.Len() == 0 {
		return nil
	}
	return s.payloads[e.payloadDigest]
}

// remember lets later records refer to the one that e has made of x, or to the
// original that it repeats.
func (s *segment) remember(x *exchange, e *encoder, original *reference) {
	if x.truncated != "" || x.body.Len() == 0 {
		return
	}
	if original == nil {
		original = &reference{e.responseID, e.target, x.sent}
		s.payloads[e.payloadDigest] = original
	}
	h := x.response.Header
	etag, lastModified := h.Get("Etag"), h.Get("Last-Modified")
	if x.request.Method == http.MethodGet && x.response.StatusCode == http.StatusOK && etag+lastModified != "" {
		s.fetched[e.target] = &fetched{original, etag, lastModified}
	}
}

// plainFile is a segment that is not encrypted.
type plainFile struct{ file }

func (p plainFile) Close() error { return errors.Join(p.Sync(), p.file.Close()) }

func (p plainFile) abandon() { _ = p.file.Close() } // it has failed already

// syncFolders makes a folder durable, and those above it up to dir: they may be new.
func syncFolders(dir, folder string) error {
	for {
		if err := syncFolder(folder); err != nil || folder == dir {
			return err
		}
		folder = filepath.Dir(folder)
	}
}

// syncFolder makes the names in a folder durable.
func syncFolder(path string) error {
	folder, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}
