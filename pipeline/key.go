package pipeline

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

const keySize = 32

// Key turns ids of people into pseudonyms and texts into fingerprints
// (HMAC-SHA-256, RFC 2104). Without the key neither can be recomputed from a
// guess, and destroying it makes all of them unlinkable for good.
type Key struct {
	secret [keySize]byte
}

// OpenKey reads the key file, or makes it on the first run: 32 random bytes in
// hex, readable by its owner only. A key file that others can read is refused,
// for the pseudonyms made with it protect nobody.
func OpenKey(path string) (*Key, error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return newKey(path)
	}
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
	raw, err := hex.DecodeString(strings.TrimSpace(string(text)))
	if err != nil || len(raw) != keySize {
		return nil, fmt.Errorf("pipeline: key file %s does not hold %d bytes in hex; restore it from a backup: "+
			"with another key, the authors of earlier visits cannot be recognised", path, keySize)
	}
	k := &Key{}
	copy(k.secret[:], raw)
	return k, nil
}

func newKey(path string) (*Key, error) {
	k := &Key{}
	if _, err := rand.Read(k.secret[:]); err != nil {
		return nil, fmt.Errorf("pipeline: make a key: %w", err)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("pipeline: key file: %w", err)
	}
	// Written aside and linked into place: of two processes that start at once,
	// one makes the key, the other reads it, and neither sees half of it.
	aside, err := os.CreateTemp(filepath.Dir(path), ".key-*") // mode 0600
	if err != nil {
		return nil, fmt.Errorf("pipeline: key file: %w", err)
	}
	defer os.Remove(aside.Name())
	_, err = aside.WriteString(hex.EncodeToString(k.secret[:]) + "\n")
	if err := errors.Join(err, aside.Sync(), aside.Close()); err != nil {
		return nil, fmt.Errorf("pipeline: key file: %w", err)
	}
	switch err := os.Link(aside.Name(), path); {
	case errors.Is(err, fs.ErrExist):
		return OpenKey(path)
	case err != nil:
		return nil, fmt.Errorf("pipeline: key file: %w", err)
	}
	return k, nil
}

// mac is the keyed hash of parts, in hex, cut to 16 bytes: enough that two of
// 10^12 people share one with a probability below 10^-14. The parts are
// separated by a byte that no UTF-8 text contains.
func (k *Key) mac(parts ...string) string {
	h := hmac.New(sha256.New, k.secret[:])
	for _, part := range parts {
		h.Write([]byte(part))
		h.Write([]byte{0xff})
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// Account is the pseudonym of an account of a platform.
func (k *Key) Account(platform, id string) string {
	if id == "" {
		return ""
	}
	return k.mac("account", platform, strings.ToLower(id))
}

// Name is the pseudonym of an author of whom the page shows a name and no id.
// It tells people of one source apart as well as their names do.
func (k *Key) Name(source, name string) string {
	name = strings.Join(strings.Fields(strings.ToLower(name)), " ")
	if name == "" {
		return ""
	}
	return k.mac("name", source, name)
}

// Text is the fingerprint of a text.
func (k *Key) Text(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	if text == "" {
		return ""
	}
	return k.mac("text", text)
}
