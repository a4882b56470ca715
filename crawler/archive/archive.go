// Package archive keeps what crossed the wire, so that pages can be parsed again
// by a better parser and shown to whoever doubts a number.
//
// A [Writer] is a layer of the crawler's stack (crawler.Config.Archive takes its
// method Layer). It writes every exchange as records of WARC/1.1 (ISO 28500:2017),
// one gzip member each, into segments: files that are closed when they are long
// enough or the day is over,
//
//	DIR/2026/11/23/20261123T060301Z-9f3c01d2-00001.warc.gz.age
//
// Segments are sealed: encrypted with age (age-encryption.org/v1) to recipients
// before the first byte reaches the disk. The crawling machine holds no key that
// opens them. A [Reader] has the identity: it lists records in the order of time,
// verifies and exports them, gives [Page] values to parse again, and answers
// requests in place of the network. Sealing keeps secrets; it does not prove who
// wrote a segment, for anybody can seal to a recipient.
//
// # What a crash leaves
//
// age encrypts in chunks of 64 KiB and holds a chunk back until it is full. A
// segment that is being written is therefore named ….open and has, from the first
// [Writer.Sync] on, a small file ….tail beside it: the bytes held back, sealed by
// themselves and replaced as a whole by the next Sync. A process may die at any
// moment: what was recorded before the last Sync that succeeded can be read, and
// of later records those that lie in whole chunks.
//
// # What is never archived
//
// Cookies and credentials of either side are dropped. The crawler's secrets are
// added below this layer and masked in the answers; they never reach it.
//
// An exchange that cannot be written is an error for whoever reads its body, for
// every request that follows, and for the next Sync: an archive that silently
// lacks pages is worse than a crawl that stops. The error wraps
// crawler.ErrNotArchived.
package archive

import (
	"bytes"
	"cmp"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"sync"
	"time"

	"qulaq/crawler"

	"filippo.io/age"
)

// Mode tells in what form an archive is written.
type Mode string

// The modes.
const (
	Off    Mode = "off"    // not at all
	Sealed Mode = "sealed" // encrypted to the recipients
	Plain  Mode = "plain"  // readable by whoever can read the disk
)

// Config sets up a Writer.
type Config struct {
	Dir        string          // made if it does not exist, for its owner only
	Mode       Mode            // "": Sealed if there are recipients, else Off
	Recipients []age.Recipient // who can open what is sealed

	// SegmentBytes is the length, before encryption, from which on a segment
	// is closed; 0: 64 MiB. It bounds what one damaged file can cost and what a
	// Reader needs to hold of a segment that was not closed.
	SegmentBytes int64

	Software  string // as the warcinfo records name it, "qulaq/1.2"; "": qulaq
	UserAgent string // what the crawler calls itself; "" leaves it out

	// Now is the clock of the crawler, nil for time.Now.
	Now func() time.Time
}

// Writer records exchanges. It may be used by several goroutines at once, and
// several Writers, also of several processes, may share a folder. A nil Writer
// records nothing.
type Writer struct {
	config   Config
	run      string // tells the segments of this Writer from those of others
	create   func(path string) (file, error)
	newID    func() recordID
	encoders sync.Pool // of *encoder
	bodies   sync.Pool // of *bytes.Buffer

	mu      sync.Mutex
	segment *segment // that is being written; nil before its first record
	begun   int      // segments so far
	failed  error    // why exchanges since the last Sync are missing
	closed  bool
}

var errClosed = fmt.Errorf("archive: %w: closed", crawler.ErrNotArchived)

// New returns a Writer, or nil if config says Off. It makes the folder and tries
// the recipients, so that what cannot work fails here and not after an hour. The
// first segment is begun by the first exchange.
func New(config Config) (*Writer, error) {
	if config.Mode == "" {
		config.Mode = Off
		if len(config.Recipients) > 0 {
			config.Mode = Sealed
		}
	}
	switch {
	case config.Mode == Off:
		return nil, nil
	case config.Mode != Sealed && config.Mode != Plain:
		return nil, fmt.Errorf("archive: mode %q is not %s, %s or %s", config.Mode, Off, Sealed, Plain)
	case config.Dir == "":
		return nil, errors.New("archive: no folder")
	case config.SegmentBytes < 0:
		return nil, errors.New("archive: negative length of segments")
	case config.Mode == Plain && len(config.Recipients) > 0:
		return nil, errors.New("archive: recipients, but the archive is to be plain")
	case config.Mode == Sealed:
		if _, err := age.Encrypt(io.Discard, config.Recipients...); err != nil {
			return nil, fmt.Errorf("archive: cannot seal: %w", err)
		}
	}
	config.SegmentBytes = cmp.Or(config.SegmentBytes, 64<<20)
	config.Software = cmp.Or(config.Software, "qulaq")
	if config.Now == nil {
		config.Now = time.Now
	}
	if err := os.MkdirAll(config.Dir, 0o700); err != nil {
		return nil, fmt.Errorf("archive: %w", err)
	}
	var run [4]byte
	_, _ = rand.Read(run[:]) // never fails
	return &Writer{
		config:   config,
		run:      hex.EncodeToString(run[:]),
		create:   createFile,
		newID:    newRecordID,
		encoders: sync.Pool{New: func() any { return newEncoder() }},
		bodies:   sync.Pool{New: func() any { return new(bytes.Buffer) }},
	}, nil
}

// Layer puts the Writer between next, the network, and what lies above it.
func (w *Writer) Layer(next http.RoundTripper) http.RoundTripper {
	if w == nil {
		return next
	}
	return layer{w, next}
}

// Sync makes all that was recorded durable, against the death of the process and
// of the machine. Call it before the visits that rest on the recorded pages are
// stored.
//
// It returns why, if anything since the last Sync was not recorded: then none of
// the pages since may be relied upon. The Writer is ready to try again after
// that, with a new segment.
func (w *Writer) Sync() error {
	if w == nil {
		return nil
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if err := w.failed; err != nil {
		w.failed = nil
		return err
	}
	if w.segment == nil {
		return nil
	}
	if err := w.segment.Sync(); err != nil {
		err = w.fail(err)
		w.failed = nil // this call tells it
		return err
	}
	return nil
}

// Close closes the segment. It returns what Sync would. Exchanges that end later
// fail.
func (w *Writer) Close() error {
	if w == nil {
		return nil
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed {
		return nil
	}
	w.closed = true
	if w.failed != nil || w.segment == nil {
		return w.failed
	}
	if err := w.finish(); err != nil {
		return w.fail(err)
	}
	return nil
}

// record writes an exchange.
func (w *Writer) record(x *exchange) error {
	e := w.encoders.Get().(*encoder)
	defer w.encoders.Put(e)
	e.begin(x, w.newID(), w.newID())
	for {
		number, original := w.original(x, e)
		if err := e.encode(x, original); err != nil {
			return fmt.Errorf("archive: %w: encode: %w", crawler.ErrNotArchived, err) // Unreachable: it writes to memory.
		}
		if done, err := w.append(x, e, number, original); done || err != nil {
			return err
		}
	}
}

// original looks for the record that x repeats. It also tells the segment in
// which it found it or did not: a revisit is only written to the same one, so
// that no segment needs another to be read.
func (w *Writer) original(x *exchange, e *encoder) (segment int, original *reference) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.segment == nil {
		return w.begun, nil
	}
	return w.begun, w.segment.original(x, e)
}

// append writes the records that e has made to the segment. It does not, and
// returns false, if they are a revisit of a record in a segment that has been
// closed since.
func (w *Writer) append(x *exchange, e *encoder, number int, original *reference) (bool, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if err := w.err(); err != nil {
		return false, err
	}
	if err := w.ready(); err != nil {
		return false, w.fail(err)
	}
	if original != nil && number != w.begun {
		return false, nil
	}
	if _, err := w.segment.Write(e.out.Bytes()); err != nil {
		return false, w.fail(err)
	}
	w.segment.remember(x, e, original)
	return true, nil
}

// ready sees to it that there is a segment to write to.
func (w *Writer) ready() error {
	now := w.config.Now().UTC()
	if w.segment != nil {
		if w.segment.size < w.config.SegmentBytes && w.segment.day == dayOf(now) {
			return nil
		}
		if err := w.finish(); err != nil {
			return err
		}
	}
	w.begun++
	name := segmentName{begun: now, run: w.run, serial: w.begun, sealed: w.config.Mode == Sealed}
	s, err := newSegment(w.config.Dir, name, w.config.Recipients, w.create)
	if err != nil {
		return err
	}
	w.segment = s
	info, err := warcinfo(w.newID(), now, name.warc(), w.config.Software, w.config.UserAgent)
	if err != nil {
		return err
	}
	_, err = s.Write(info)
	return err
}

// finish closes the segment.
func (w *Writer) finish() error {
	s := w.segment
	w.segment = nil
	return s.Close()
}

// err tells why nothing can be recorded now.
func (w *Writer) err() error {
	if w.failed != nil {
		return w.failed
	}
	if w.closed {
		return errClosed
	}
	return nil
}

// fail notes that something was not recorded. The segment is left as it is: what
// follows a half-written record could not be found in it.
func (w *Writer) fail(err error) error {
	w.failed = fmt.Errorf("archive: %w: %w", crawler.ErrNotArchived, err)
	if w.segment != nil {
		w.segment.abandon()
		w.segment = nil
	}
	return w.failed
}
