package pipeline

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

const keySize = 32

// Key turns ids of people into pseudonyms and texts into fingerprints
// (HMAC-SHA-256, RFC 2104). Without the key neither can be recomputed from a
// guess.
//
// It has two halves. The pseudonyms' half can be exchanged ([RotateKey]): the
// people of later visits are then other people than those of earlier ones. The
// fingerprints' half stays, or every text would look edited and every forgotten
// item would come back. [DestroyKey] ends both.
type Key struct {
	people, texts half
	since         time.Time // when the pseudonyms' half was last exchanged; zero for never
}

// OpenKey reads the key file, or makes it on the first run: a line for each half,
// 32 random bytes in hex, readable by its owner only. A key file that others can
// read is refused, for the pseudonyms made with it protect nobody. Where a key was
// destroyed, none is made: the error is [ErrKeyDestroyed].
func OpenKey(path string) (*Key, error) {
	if when, err := os.ReadFile(path + destroyedMark); err == nil {
		return nil, fmt.Errorf("%w: %s, %s; begin a new data folder to collect more",
			ErrKeyDestroyed, path, strings.TrimSpace(string(when)))
	}
	k, err := readKey(path)
	if errors.Is(err, fs.ErrNotExist) {
		return newKey(path)
	}
	return k, err
}

// ErrKeyDestroyed says that the key of a data folder was destroyed. What is stored
// can be read; nothing can be added.
var ErrKeyDestroyed = errors.New("pipeline: the key was destroyed")

// destroyedMark ends the name of the file that stands where a key was destroyed.
const destroyedMark = ".destroyed"

func readKey(path string) (*Key, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("pipeline: key file: %w", err)
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("pipeline: key file: %w", err)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("pipeline: key file %s can be read by others (mode %04o); run: chmod 600 %s",
			path, info.Mode().Perm(), path)
	}
	k := &Key{}
	if err := k.parse(string(text)); err != nil {
		return nil, fmt.Errorf("pipeline: key file %s: %w; restore it from a backup: "+
			"with another key, the authors of earlier visits cannot be recognised", path, err)
	}
	return k, nil
}

// file is the content of the key file.
func (k *Key) file() string {
	text := fmt.Sprintf("people %x\ntexts %x\n", k.people.secret, k.texts.secret)
	if !k.since.IsZero() {
		text += "since " + k.since.UTC().Format(time.RFC3339Nano) + "\n"
	}
	return text
}

func (k *Key) parse(text string) error {
	fields := map[string]string{}
	for line := range strings.Lines(text) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), " ")
		fields[name] = value
	}
	for name, half := range map[string]*[keySize]byte{"people": &k.people.secret, "texts": &k.texts.secret} {
		raw, err := hex.DecodeString(fields[name])
		if err != nil || len(raw) != keySize {
			return fmt.Errorf("its line %q does not hold %d bytes in hex", name, keySize)
		}
		copy(half[:], raw)
	}
	if since, ok := fields["since"]; ok {
		var err error
		if k.since, err = time.Parse(time.RFC3339Nano, since); err != nil {
			return fmt.Errorf("its line %q: %w", "since", err)
		}
	}
	return nil
}

func newKey(path string) (*Key, error) {
	k := &Key{}
	for _, half := range []*[keySize]byte{&k.people.secret, &k.texts.secret} {
		if _, err := rand.Read(half[:]); err != nil {
			return nil, fmt.Errorf("pipeline: make a key: %w", err)
		}
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("pipeline: key file: %w", err)
	}
	// Written aside and linked into place: of two processes that start at once,
	// one makes the key, the other reads it, and neither sees half of it.
	aside, err := k.writeAside(path)
	if err != nil {
		return nil, err
	}
	defer os.Remove(aside)
	switch err := os.Link(aside, path); {
	case errors.Is(err, fs.ErrExist):
		return readKey(path)
	case err != nil:
		return nil, fmt.Errorf("pipeline: key file: %w", err)
	}
	return k, nil
}

// writeAside writes the key to a new file beside path and names it.
func (k *Key) writeAside(path string) (string, error) {
	aside, err := os.CreateTemp(filepath.Dir(path), ".key-*") // mode 0600
	if err != nil {
		return "", fmt.Errorf("pipeline: key file: %w", err)
	}
	_, err = aside.WriteString(k.file())
	if err := errors.Join(err, aside.Sync(), aside.Close()); err != nil {
		return "", errors.Join(fmt.Errorf("pipeline: key file: %w", err), os.Remove(aside.Name()))
	}
	return aside.Name(), nil
}

// RotateKey exchanges the pseudonyms' half of the key file and returns the new
// key; at is now. The old half is overwritten and nobody has it any more: who
// wrote before at cannot be recognised among those who write after it, and their
// accounts cannot be found by guessing. Fingerprints of texts stay what they were.
func RotateKey(path string, at time.Time) (*Key, error) {
	k, err := readKey(path)
	if err != nil {
		return nil, err
	}
	if _, err := rand.Read(k.people.secret[:]); err != nil {
		return nil, fmt.Errorf("pipeline: make a key: %w", err)
	}
	k.since = at.UTC()
	old, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return nil, fmt.Errorf("pipeline: key file: %w", err)
	}
	aside, err := k.writeAside(path)
	if err != nil {
		return nil, errors.Join(err, old.Close())
	}
	// The new file takes the place of the old one before the old one is lost: a
	// crash in between leaves a key that can be read.
	if err := os.Rename(aside, path); err != nil {
		return nil, errors.Join(fmt.Errorf("pipeline: key file: %w", err), old.Close(), os.Remove(aside))
	}
	if err := overwrite(old); err != nil {
		return nil, fmt.Errorf("pipeline: the key was exchanged, but the old one not overwritten: %w", err)
	}
	return k, syncFolder(path)
}

// DestroyKey overwrites and removes the key file. All pseudonyms and fingerprints
// made with it are then random numbers: equal ones still belong together, but
// nobody can tell whose they are, also who knows every account there is.
// at is now; it stays in a file beside, so that no new key is made unawares.
func DestroyKey(path string, at time.Time) error {
	file, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return fmt.Errorf("pipeline: key file: %w", err)
	}
	if err := os.WriteFile(path+destroyedMark, []byte(at.UTC().Format(time.RFC3339)+"\n"), 0o600); err != nil {
		return errors.Join(fmt.Errorf("pipeline: key file: %w", err), file.Close())
	}
	if err := overwrite(file); err != nil {
		return fmt.Errorf("pipeline: overwrite the key: %w", err)
	}
	if err := os.Remove(path); err != nil {
		return fmt.Errorf("pipeline: key file: %w", err)
	}
	return syncFolder(path)
}

// overwrite fills a file with noise, sees that it reaches the disk, and closes
// it. File systems that copy on write, snapshots and backups keep what they have.
func overwrite(file *os.File) error {
	noise := make([]byte, 4*keySize+64)
	if _, err := rand.Read(noise); err != nil {
		return errors.Join(err, file.Close())
	}
	_, err := file.WriteAt(noise, 0)
	return errors.Join(err, file.Sync(), file.Close())
}

// syncFolder sees that what was done to the name of a file reaches the disk.
func syncFolder(path string) error {
	folder, err := os.Open(filepath.Dir(path))
	if err != nil {
		return fmt.Errorf("pipeline: key file: %w", err)
	}
	if err := errors.Join(folder.Sync(), folder.Close()); err != nil {
		return fmt.Errorf("pipeline: key file: %w", err)
	}
	return nil
}

// half is one of the two secrets of a key. It may be used by several goroutines at
// once, but not be changed after its first use.
type half struct {
	secret [keySize]byte
	states sync.Pool // of *state: a crawl makes four fingerprints an item
}

// state is what computing a keyed hash takes.
type state struct {
	hash hash.Hash
	text []byte
}

// mac is the keyed hash of parts, in hex, cut to 16 bytes: enough that two of
// 10^12 people share one with a probability below 10^-14. The parts are
// separated by a byte that no UTF-8 text contains.
func (h *half) mac(parts ...string) string {
	s := h.begin()
	defer h.states.Put(s)
	for _, part := range parts {
		s.text = append(append(s.text, part...), 0xff)
	}
	return s.sum()
}

// begin gives a state to compute one hash with.
func (h *half) begin() *state {
	s, ok := h.states.Get().(*state)
	if !ok {
		s = &state{hash: hmac.New(sha256.New, h.secret[:])}
	}
	s.text = s.text[:0]
	return s
}

func (s *state) sum() string {
	s.hash.Reset()
	s.hash.Write(s.text)
	s.text = s.hash.Sum(s.text[:0])
	var digits [32]byte
	hex.Encode(digits[:], s.text[:16])
	return string(digits[:])
}

// Account is the pseudonym of an account of a platform.
func (k *Key) Account(platform, id string) string {
	if id == "" {
		return ""
	}
	return k.people.mac("account", platform, strings.ToLower(id))
}

// Name is the pseudonym of an author of whom the page shows a name and no id.
// It tells people of one source apart as well as their names do.
func (k *Key) Name(source, name string) string {
	name = strings.Join(strings.Fields(strings.ToLower(name)), " ")
	if name == "" {
		return ""
	}
	return k.people.mac("name", source, name)
}

// Appeal is the pseudonym of an appeal by its number, within one source: it belongs to
// people as their accounts do, and is exchanged with them.
func (k *Key) Appeal(source, number string) string { return k.people.mac("appeal", source, number) }

// Text is the fingerprint of a text, whatever white space stands between its words.
func (k *Key) Text(text string) string {
	s := k.texts.begin()
	defer k.texts.states.Put(s)
	s.text = append(s.text, "text\xff"...)
	empty := len(s.text)
	for word := range strings.FieldsSeq(text) {
		s.text = append(append(s.text, word...), ' ')
	}
	if len(s.text) == empty {
		return ""
	}
	s.text[len(s.text)-1] = 0xff // mac("text", the words with a space between)
	return s.sum()
}

// Tombstone is the fingerprint under which an item or thread of a source is
// remembered as forgotten.
func (k *Key) Tombstone(source, id string) string { return k.texts.mac("forgotten", source, id) }

// Mark tells which key made the tombstones, so that a list that this key cannot
// read is not taken for an empty one.
func (k *Key) Mark() string { return k.texts.mac("mark") }

// Pair tells which key this is, both halves of it, to programs that must have the
// same one.
func (k *Key) Pair() string { return k.people.mac("pair", k.Mark()) }

// Rotated is when the pseudonyms' half was last exchanged; zero for never. Those of
// sightings before then cannot be made again.
func (k *Key) Rotated() time.Time { return k.since }
