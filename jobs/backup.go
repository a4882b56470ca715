package jobs

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"qulaq/schema"
)

// BackupDone tells of a backup.
type BackupDone struct {
	Dir     string `json:"dir"`
	Tables  int    `json:"tables"`
	Rows    uint64 `json:"rows"`
	Bytes   int64  `json:"bytes"`
	Removed int    `json:"removed"` // older backups
}

// String is one line for people.
func (d BackupDone) String() string {
	text := fmt.Sprintf("%s: %d tables, %d rows, %d bytes", d.Dir, d.Tables, d.Rows, d.Bytes)
	if d.Removed > 0 {
		text += fmt.Sprintf("; %d older ones removed", d.Removed)
	}
	return text
}

// Backups are folders of this name and a time; while one is made, it has another
// ending.
const (
	backupPrefix  = "qulaq-"
	backupTime    = "20060102T150405Z"
	backupPartial = ".partial"
)

// Backup writes a backup into a new folder. The key of the pseudonyms is not in it:
// who finds the one must not have the other.
func Backup(ctx context.Context, e *Env, dir string) (BackupDone, error) {
	done := BackupDone{Dir: dir}
	if _, err := os.Stat(dir); err == nil {
		return done, fmt.Errorf("jobs: backup: %s is there already: name a new folder", dir)
	}
	partial := dir + backupPartial
	if err := os.RemoveAll(partial); err != nil { // of a backup that was broken off
		return done, fmt.Errorf("jobs: backup: %w", err)
	}
	about := schema.Backup{MadeAt: e.Now(), Program: e.Program}
	if e.Key != nil {
		about.KeyMark = e.Key.Mark()
	}
	n := 0
	made, err := e.Store.BackUp(ctx, partial, about, func(table string) {
		n++
		e.progress(Progress{Job: "backup", Done: n, Note: table})
	})
	if err != nil {
		return done, errors.Join(fmt.Errorf("jobs: backup: %w", err), os.RemoveAll(partial))
	}
	if err := os.Rename(partial, dir); err != nil {
		return done, fmt.Errorf("jobs: backup: %w", err)
	}
	for _, t := range made.Tables {
		done.Tables++
		done.Rows += t.Rows
		done.Bytes += t.Bytes
	}
	return done, nil
}

// BackupInto writes a backup into a folder of its own below dir, and then removes
// the oldest ones there but for the keep youngest; none for 0.
func BackupInto(ctx context.Context, e *Env, dir string, keep int) (BackupDone, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return BackupDone{}, fmt.Errorf("jobs: backup: %w", err)
	}
	done, err := Backup(ctx, e, filepath.Join(dir, backupPrefix+e.Now().UTC().Format(backupTime)))
	if err != nil || keep == 0 {
		return done, err
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return done, fmt.Errorf("jobs: backup: %w", err)
	}
	complete := backupsAmong(entries)
	for _, name := range complete[:max(0, len(complete)-keep)] {
		if err := os.RemoveAll(filepath.Join(dir, name)); err != nil {
			return done, fmt.Errorf("jobs: backup: remove an old one: %w", err)
		}
		done.Removed++
	}
	return done, nil
}

// backupsAmong names the complete backups in a folder, in the order of time.
func backupsAmong(entries []os.DirEntry) []string {
	var names []string
	for _, entry := range entries {
		if entry.IsDir() && strings.HasPrefix(entry.Name(), backupPrefix) && !strings.HasSuffix(entry.Name(), backupPartial) {
			names = append(names, entry.Name())
		}
	}
	slices.Sort(names)
	return names
}

// ErrOtherKey tells that a backup has pseudonyms of another key than the one here.
var ErrOtherKey = errors.New("the backup was made with another key")

// RestoreOptions change how [Restore] restores.
type RestoreOptions struct {
	Replace bool // empty the tables first
	AnyKey  bool // also with another key than the backup's: the people of old visits are strangers to new ones then
}

// Restore fills the store from a backup.
func Restore(ctx context.Context, e *Env, dir string, o RestoreOptions) (*schema.Backup, error) {
	b, err := schema.ReadBackup(dir)
	if err != nil {
		return nil, fmt.Errorf("jobs: restore: %w", err)
	}
	if !o.AnyKey && e.Key != nil && b.KeyMark != "" && e.Key.Mark() != b.KeyMark {
		return nil, fmt.Errorf("jobs: restore: %w: put the key file of then in its place first", ErrOtherKey)
	}
	n := 0
	err = e.Store.Restore(ctx, dir, b, o.Replace, func(table string) {
		n++
		e.progress(Progress{Job: "restore", Done: n, Total: len(b.Tables), Note: table})
	})
	if err != nil {
		return nil, fmt.Errorf("jobs: restore: %w", err)
	}
	return b, nil
}
