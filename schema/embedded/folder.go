//go:build linux || darwin

package embedded

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// ErrLocked tells that another process holds the data folder.
var ErrLocked = errors.New("held by another process")

// takeFolder makes the data folder if need be, sees that it can be written to,
// and locks it until the file is closed or the process ends, however it ends.
//
// The engine locks the folder too, but answers every trouble with a null
// pointer, and some only after ten seconds of trying.
func takeFolder(dir string) (*os.File, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("data folder: %w", err)
	}
	lock, err := os.OpenFile(filepath.Join(dir, "qulaq.lock"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("data folder is not writable: %w", err)
	}
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		defer lock.Close()
		if !errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, fmt.Errorf("lock data folder %s: %w", dir, err)
		}
		return nil, fmt.Errorf("data folder %s is %w%s; stop that program, name another folder, or ask it over its HTTP port",
			dir, ErrLocked, holder(lock))
	}
	// Who holds it, for the message above in the next process. A note only: if
	// it cannot be written, the engine is about to say so of the whole folder.
	if err := lock.Truncate(0); err == nil {
		_, _ = fmt.Fprintf(lock, "%d\n", os.Getpid())
	}
	return lock, nil
}

func holder(lock *os.File) string {
	var b [16]byte
	n, _ := lock.ReadAt(b[:], 0)
	if pid := strings.TrimSpace(string(b[:n])); pid != "" {
		return " (process " + pid + ")"
	}
	return ""
}
