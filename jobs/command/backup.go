package command

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"qulaq/jobs"
)

// Backup writes a backup.
type Backup struct {
	Dir  string `arg:"" optional:"" type:"path" help:"New folder for the backup (default: a folder by time below backup.dir of the configuration)."`
	JSON bool   `help:"Print what was written as JSON."`
}

// Help is printed below the flags.
func (Backup) Help() string {
	return `A file for each table in ClickHouse's Native format, and a manifest with checksums.
The tables are copied as they were at one moment. On a server, its HTTP address is
needed.

The key of the pseudonyms is not in it: who finds a backup must not find the key.
Keep a copy of the key elsewhere; without it a restored store takes no new visits of
the same people. Pages that were archived are files, too, and are not in it.

While qulaq serve runs on the embedded engine, let its job backup do it.

  qulaq backup /var/backups/qulaq/2026-11-23`
}

// Run writes it.
func (c *Backup) Run(ctx context.Context, g *Globals, s Streams) (err error) {
	if c.Dir == "" && (g.file == nil || g.file.Backup.Dir == "") {
		return errors.New("name a folder for the backup, or set backup.dir in the configuration")
	}
	e, err := g.env(ctx, s)
	if err != nil {
		return err
	}
	defer func() { err = closing(e.Store, err) }()
	var done jobs.BackupDone
	if c.Dir != "" {
		done, err = jobs.Backup(ctx, e, c.Dir)
	} else {
		done, err = jobs.BackupInto(ctx, e, g.file.Backup.Dir, g.file.Backup.Keep)
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(s.Err, "The key is not in it; keep a copy of %s elsewhere.\n", g.keyFile())
	if c.JSON {
		return json.NewEncoder(s.Out).Encode(done)
	}
	fmt.Fprintln(s.Out, done)
	return nil
}

// Restore fills the tables from a backup.
type Restore struct {
	Dir     string `arg:"" type:"existingdir" help:"Folder of the backup."`
	Replace bool   `help:"Empty the tables first, if they hold rows."`
	NewKey  bool   `help:"Go on although the key of the backup is lost: people of old visits will be strangers to new ones."`
}

// Help is printed below the flags.
func (Restore) Help() string {
	return `Checks every file of the backup, fills the tables, and holds their checksums against
those of the backup. Put the key file in place first. Backups of earlier versions are
restored, too.

  qulaq --data new restore /var/backups/qulaq/2026-11-23`
}

// Run restores.
func (c *Restore) Run(ctx context.Context, g *Globals, s Streams) (err error) {
	if _, err := os.Stat(g.keyFile()); errors.Is(err, fs.ErrNotExist) && !c.NewKey {
		return fmt.Errorf("no key at %s: put a copy of the old one there first, or say --new-key if it is lost", g.keyFile())
	}
	e, err := g.bare(ctx, s)
	if err != nil {
		return err
	}
	defer func() { err = closing(e.Store, err) }()
	b, err := jobs.Restore(ctx, e, c.Dir, jobs.RestoreOptions{Replace: c.Replace, AnyKey: c.NewKey})
	if err != nil {
		return err
	}
	rows := uint64(0)
	for _, t := range b.Tables {
		rows += t.Rows
	}
	fmt.Fprintf(s.Out, "restored %d tables, %d rows, as of %s; all checksums are equal\n", len(b.Tables), rows, b.MadeAt.Format(time.RFC3339))
	return nil
}
