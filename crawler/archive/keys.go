package archive

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"filippo.io/age"
)

// CreateIdentity makes a key pair, writes the identity, which opens what is
// sealed, to a new file that only its owner can read, and returns the recipient,
// which seals. The file has the form of age-keygen's. Keep it off the machine that
// crawls; without it nothing that is sealed can ever be read.
func CreateIdentity(path string) (recipient string, err error) {
	identity, err := age.GenerateX25519Identity()
	if err != nil {
		return "", fmt.Errorf("archive: %w", err)
	}
	recipient = identity.Recipient().String()
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return "", fmt.Errorf("archive: %w", err)
	}
	_, err = fmt.Fprintf(f, "# public key: %s\n%s\n", recipient, identity)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return "", fmt.Errorf("archive: %w", errors.Join(err, os.Remove(path)))
	}
	return recipient, nil
}

// ReadIdentities reads a file of identities, age's own X25519 and hybrid
// post-quantum ones. A file that others than its owner can read is refused.
func ReadIdentities(path string) ([]age.Identity, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("archive: %w", err)
	}
	defer f.Close() // it is only read
	info, err := f.Stat()
	if err != nil {
		return nil, fmt.Errorf("archive: %w", err)
	}
	if mode := info.Mode().Perm(); mode&0o077 != 0 {
		return nil, fmt.Errorf("archive: identity file %s has mode %#o: others can read it; make it 0600", path, mode)
	}
	identities, err := age.ParseIdentities(f)
	if err != nil {
		return nil, fmt.Errorf("archive: identity file %s: %w", path, err)
	}
	return identities, nil
}

// ReadRecipients reads a file of recipients, one a line ("age1…"); lines that
// begin with # are comments. Each of them can open what is sealed to all.
func ReadRecipients(path string) ([]age.Recipient, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("archive: %w", err)
	}
	defer f.Close() // it is only read
	return parseRecipients(f, "recipients file "+path)
}

// Recipients reads recipients as flags and configurations name them: age1…, or files
// with one on each line.
func Recipients(named []string) ([]age.Recipient, error) {
	var all []age.Recipient
	for _, name := range named {
		read := ReadRecipients
		if strings.HasPrefix(name, "age1") {
			read = func(name string) ([]age.Recipient, error) { return ParseRecipients(name) }
		}
		some, err := read(name)
		if err != nil {
			return nil, err
		}
		all = append(all, some...)
	}
	return all, nil
}

// ParseRecipients reads recipients as a configuration holds them.
func ParseRecipients(recipients ...string) ([]age.Recipient, error) {
	return parseRecipients(strings.NewReader(strings.Join(recipients, "\n")), "recipients")
}

func parseRecipients(r io.Reader, what string) ([]age.Recipient, error) {
	parsed, err := age.ParseRecipients(r)
	if err != nil {
		return nil, fmt.Errorf("archive: %s: %w", what, err)
	}
	return parsed, nil
}
