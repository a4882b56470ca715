package endpoint

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
)

// credentials are what a request must show. They are held and compared as hashes,
// so that a comparison takes the same time whatever is shown.
type credentials struct{ user, password [sha256.Size]byte }

func newCredentials(user, password string) credentials {
	return credentials{sha256.Sum256([]byte(user)), sha256.Sum256([]byte(password))}
}

// check looks for credentials where a ClickHouse server does: in the headers
// X-ClickHouse-User and -Key, in Authorization (Basic), in the address.
func (c credentials) check(r *http.Request, params url.Values) *exception {
	user, password, given := r.Header.Get("X-ClickHouse-User"), r.Header.Get("X-ClickHouse-Key"), false
	given = user != "" || password != ""
	if !given {
		user, password, given = r.BasicAuth()
	}
	if !given {
		user, password = params.Get("user"), params.Get("password")
		given = user != "" || password != ""
	}
	if !given {
		return exceptionf(codeRequiredPassword, "REQUIRED_PASSWORD", "User and password are needed: by Basic authentication, the headers X-ClickHouse-User and X-ClickHouse-Key, or the parameters user and password")
	}
	shown := newCredentials(user, password)
	same := subtle.ConstantTimeCompare(shown.user[:], c.user[:]) & subtle.ConstantTimeCompare(shown.password[:], c.password[:])
	if same != 1 {
		// Which of the two is wrong is not told.
		return exceptionf(codeAuthenticationFailed, "AUTHENTICATION_FAILED", "%.64s: Authentication failed: password is incorrect, or there is no user with such name", user)
	}
	return nil
}

// Password reads the password from a file, which is made with a random one, for the
// owner's eyes alone, if it is not there. Made tells that it was. Errors are those
// of the file system, and that the file is empty.
func Password(file string) (password string, made bool, err error) {
	text, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		password = rand.Text()
		return password, true, create(file, password+"\n")
	}
	if err != nil {
		return "", false, fmt.Errorf("endpoint: read the password: %w", err)
	}
	if password = strings.TrimSpace(string(text)); password == "" {
		return "", false, fmt.Errorf("endpoint: %s is empty; write a password into it, or remove it to have one made", file)
	}
	return password, false, nil
}

// create writes a file that must not be there yet.
func create(file, text string) (err error) {
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return fmt.Errorf("endpoint: make a password: %w", err)
	}
	f, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("endpoint: make a password: %w", err)
	}
	_, err = f.WriteString(text)
	if err := errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("endpoint: make a password: %w", err)
	}
	return nil
}
