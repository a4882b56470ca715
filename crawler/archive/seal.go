package archive

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"

	"filippo.io/age"
)

// chunk is the length of the pieces in which age encrypts (age-encryption.org/v1,
// "Payload"); each is overhead bytes longer when it is encrypted. A payload can
// be read up to its last whole chunk.
const (
	chunk    = 64 << 10
	overhead = 16
	nonce    = 16 // between header and payload
)

// sealedFile is an age file that can be made durable before it ends.
//
// age holds the last chunk back, which cannot be forced out without ending the
// file. Sync therefore writes these bytes to a second file, the tail, an age file
// of its own:
//
//	offset 196608\n     where in the records the tail belongs, in decimal
//	…                   what follows there
//
// The tail is replaced as a whole, and only after the chunks before it are
// durable, so that there is never a gap between the two. Chunks that are written
// after it repeat what it holds.
type sealedFile struct {
	file       file
	buffer     *bufio.Writer // before file, so that the header is written at once
	sealing    io.WriteCloser
	held       []byte // what age holds back
	offset     int64  // of held in what was written
	tail       string
	recipients []age.Recipient
	create     func(string) (file, error)
}

func newSealedFile(f file, tail string, recipients []age.Recipient, create func(string) (file, error)) (*sealedFile, error) {
	s := &sealedFile{file: f, buffer: bufio.NewWriter(f), tail: tail, recipients: recipients, create: create}
	var err error
	if s.sealing, err = age.Encrypt(s.buffer, recipients...); err != nil {
		return nil, err
	}
	return s, s.buffer.Flush()
}

func (s *sealedFile) Write(p []byte) (int, error) {
	n, err := s.sealing.Write(p)
	if err != nil {
		return n, err
	}
	// age lets a chunk go when it is full and more follows.
	size := len(s.held) + len(p)
	keep := size
	if size > chunk {
		keep = (size-1)%chunk + 1
	}
	if keep <= len(p) {
		s.held = append(s.held[:0], p[len(p)-keep:]...)
	} else {
		s.held = append(s.held, p...)
	}
	s.offset += int64(size - keep)
	return n, nil
}

func (s *sealedFile) Sync() error {
	if err := s.buffer.Flush(); err != nil {
		return err
	}
	if err := s.file.Sync(); err != nil {
		return err
	}
	return s.writeTail()
}

func (s *sealedFile) writeTail() (err error) {
	next := s.tail + nextMark
	f, err := s.create(next)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = os.Remove(next) // the earlier tail still holds
		}
	}()
	if err := errors.Join(s.seal(f), f.Close()); err != nil {
		return err
	}
	if err := os.Rename(next, s.tail); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(s.tail))
}

// seal writes the tail to f.
func (s *sealedFile) seal(f file) error {
	buffer := bufio.NewWriter(f)
	sealing, err := age.Encrypt(buffer, s.recipients...)
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintf(sealing, "offset %d\n", s.offset); err != nil {
		return err
	}
	if _, err := sealing.Write(s.held); err != nil {
		return err
	}
	if err := sealing.Close(); err != nil {
		return err
	}
	if err := buffer.Flush(); err != nil {
		return err
	}
	return f.Sync()
}

func (s *sealedFile) Close() error {
	return errors.Join(s.sealing.Close(), s.buffer.Flush(), s.file.Sync(), s.file.Close())
}

func (s *sealedFile) abandon() { _ = s.file.Close() } // it has failed already

// recovered is what can be read of a sealed file that does not end properly.
type recovered struct {
	records []byte
	chunks  int64 // bytes of records from whole chunks of the file itself
	lost    int64 // bytes of the file that could not be decrypted
	whole   bool  // the file ends properly after all
}

// unseal decrypts a file up to its last whole chunk and completes it from its
// tail. A tail that is nil or empty is none. It fails if no identity opens the
// file, or if the file is damaged before its end.
func unseal(sealed, tail []byte, identities []age.Identity) (recovered, error) {
	var r recovered
	payload, ok := payloadOffset(sealed)
	if !ok && len(tail) == 0 && len(sealed) < chunk {
		// The process died before it had written the header: nothing was
		// recorded, and no tail can have been written.
		r.lost = int64(len(sealed))
		return r, nil
	}
	plain, err := age.Decrypt(bytes.NewReader(sealed), identities...)
	if err != nil {
		return r, err
	}
	var records bytes.Buffer
	_, err = io.Copy(&records, plain)
	r.records, r.chunks, r.whole = records.Bytes(), int64(records.Len()), err == nil
	if r.whole {
		return r, nil
	}
	r.lost = int64(len(sealed)-payload) - r.chunks/chunk*(chunk+overhead)
	if len(tail) > 0 {
		if err := r.complete(tail, identities); err != nil {
			return r, fmt.Errorf("tail: %w", err)
		}
	}
	if r.lost >= chunk+overhead {
		return r, fmt.Errorf("chunk %d is damaged", r.chunks/chunk)
	}
	return r, nil
}

// payloadOffset is where the chunks of an age file begin: behind the header, whose
// last line is "--- " and a MAC, and the nonce.
func payloadOffset(sealed []byte) (int, bool) {
	mac := bytes.Index(sealed, []byte("\n--- "))
	if mac < 0 {
		return 0, false
	}
	end := bytes.IndexByte(sealed[mac+1:], '\n')
	offset := mac + 1 + end + 1 + nonce
	return offset, end >= 0 && offset <= len(sealed)
}

// complete appends what the tail holds beyond the records that were read.
func (r *recovered) complete(tail []byte, identities []age.Identity) error {
	plain, err := age.Decrypt(bytes.NewReader(tail), identities...)
	if err != nil {
		return err
	}
	content, err := io.ReadAll(plain)
	if err != nil {
		return err
	}
	head, rest, ok := bytes.Cut(content, []byte("\n"))
	digits, named := bytes.CutPrefix(head, []byte("offset "))
	offset, err := strconv.ParseInt(string(digits), 10, 64)
	if !ok || !named || err != nil || offset < 0 {
		return errors.New("does not tell its offset")
	}
	have := int64(len(r.records))
	if offset > have {
		return fmt.Errorf("begins at byte %d, but the chunks before it end at %d", offset, have)
	}
	if end := offset + int64(len(rest)); end > have {
		r.records = append(r.records, rest[have-offset:]...)
	}
	return nil
}
