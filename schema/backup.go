package schema

import (
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
)

// A backup is a folder with a file for each table, in ClickHouse's Native format
// and compressed with gzip, and manifest.json, which is written last:
//
//	manifest.json
//	visits.native.gz
//	sightings.native.gz
//	…
//
// Any ClickHouse reads the files by itself.

// Backup is the manifest of a backup.
type Backup struct {
	Format     int               `json:"format"` // of the folder: 1
	MadeAt     time.Time         `json:"made_at"`
	Program    string            `json:"program"`            // that made it
	KeyMark    string            `json:"key_mark,omitempty"` // tells which key its pseudonyms are of; "" when it was destroyed
	Migrations map[string]string `json:"migrations"`         // SHA-256 by file
	Tables     []TableBackup     `json:"tables"`
}

// TableBackup is a table in a backup.
type TableBackup struct {
	Table    string `json:"table"`
	Rows     uint64 `json:"rows"`     // without those that others replaced
	Checksum string `json:"checksum"` // of what the table says, whatever the order of its rows
	Bytes    int64  `json:"bytes"`    // of the file
	SHA256   string `json:"sha256"`   // of the file
}

const (
	manifestFile = "manifest.json"
	backupFormat = 1
)

// ErrBackup tells that a backup is not whole, or not of this program.
var ErrBackup = errors.New("the backup cannot be restored")

// snapshots is the database in which tables stand still while they are copied.
const snapshots = "_backup"

// BackUp writes a backup of the store into a folder, which it makes. Every table
// is copied as it was at one moment, visits before sightings, so that what a crawl
// adds meanwhile is uncommitted in the backup and no half of anything. told is
// called before each table. The manifest's fields on who made it are the caller's.
//
// It needs the HTTP protocol, which the embedded engine speaks: a store opened as
// clickhouse://… refuses.
func (s *Store) BackUp(ctx context.Context, dir string, b Backup, told func(table string)) (*Backup, error) {
	const doing = "back up"
	if s.cluster != nil {
		return nil, fail(doing, errOnCluster)
	}
	b.Format, b.MadeAt = backupFormat, b.MadeAt.UTC()
	var err error
	if b.Migrations, err = s.applied(ctx); err != nil {
		return nil, fail(doing, err)
	}
	tables, err := s.tables(ctx)
	if err != nil {
		return nil, fail(doing, err)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fail(doing, err)
	}
	still := s.database + snapshots
	if err := s.dropSnapshot(ctx, still); err != nil { // of a backup that was broken off
		return nil, fail(doing, err)
	}
	defer func() { _ = s.dropSnapshot(context.WithoutCancel(ctx), still) }() // the next backup tries again
	if err := s.admin.Exec(ctx, "CREATE DATABASE "+quoteName(still)); err != nil {
		return nil, fail(doing, err)
	}
	for _, table := range tables {
		// A clone shares the files of its parts: it takes a moment and no space.
		if err := s.admin.Exec(ctx, fmt.Sprintf("CREATE TABLE %s.%s CLONE AS %s.%s", quoteName(still), quoteName(table), quoteName(s.database), quoteName(table))); err != nil {
			return nil, fail(doing, err)
		}
	}
	for _, table := range tables {
		told(table)
		t, err := s.backUpTable(ctx, still, table, filepath.Join(dir, table+".native.gz"))
		if err != nil {
			return nil, fail(doing+" "+table, err)
		}
		b.Tables = append(b.Tables, t)
	}
	text, err := json.MarshalIndent(b, "", "  ")
	if err != nil {
		return nil, fail(doing, err)
	}
	return &b, fail(doing, writeSynced(filepath.Join(dir, manifestFile), func(w io.Writer) error {
		_, err := w.Write(append(text, '\n'))
		return err
	}))
}

// dropSnapshot removes what a backup copied from. The tables are emptied first: a
// dropped table keeps its files for minutes, and those hold what prune and forget
// are to remove.
func (s *Store) dropSnapshot(ctx context.Context, database string) error {
	var tables []string
	err := each(ctx, s.admin, func(r struct {
		Name string `ch:"name"`
	},
	) {
		tables = append(tables, r.Name)
	}, "SELECT name FROM system.tables WHERE database = ? AND engine LIKE '%MergeTree'", database)
	if err != nil {
		return err
	}
	for _, table := range tables {
		if err := s.admin.Exec(ctx, "TRUNCATE TABLE "+quoteName(database)+"."+quoteName(table)); err != nil {
			return err
		}
	}
	return s.admin.Exec(ctx, "DROP DATABASE IF EXISTS "+quoteName(database))
}

// tables lists the tables that hold data, visits first: what they commit is copied
// after them. Leases are of processes that live, and no data.
func (s *Store) tables(ctx context.Context) ([]string, error) {
	var tables []string
	err := each(ctx, s.conn, func(r struct {
		Name string `ch:"name"`
	},
	) {
		tables = append(tables, r.Name)
	}, `SELECT name FROM system.tables WHERE database = currentDatabase() AND engine LIKE '%MergeTree' AND name NOT IN ('migrations', 'leases')
		ORDER BY name != 'visits', name`)
	return tables, err
}

func (s *Store) backUpTable(ctx context.Context, database, table, file string) (TableBackup, error) {
	t := TableBackup{Table: table}
	var err error
	if t.Rows, t.Checksum, err = s.checksum(ctx, database, table); err != nil {
		return t, err
	}
	// Of rows with the same version the last that was written counts: which one that
	// is can be told here, and no more when they are read in whatever order.
	rows, err := s.admin.QueryFormat(ctx, "Native", "SELECT * FROM "+s.final(ctx, database, table))
	if err != nil {
		return t, err
	}
	defer rows.Close()
	hash := sha256.New()
	err = writeSynced(file, func(w io.Writer) error {
		counted := &counter{w: io.MultiWriter(w, hash)}
		packed, err := gzip.NewWriterLevel(counted, gzip.BestSpeed)
		if err != nil {
			return err
		}
		if _, err := io.Copy(packed, rows); err != nil {
			return err
		}
		err = packed.Close()
		t.Bytes = counted.n
		return err
	})
	t.SHA256 = hex.EncodeToString(hash.Sum(nil))
	return t, err
}

// checksum counts the rows that count of a table, and sums up hashes of them: in
// whatever order and however often they were written.
func (s *Store) checksum(ctx context.Context, database, table string) (rows uint64, sum string, err error) {
	err = s.admin.QueryRow(ctx, "SELECT count() AS rows, lower(hex(sum(sipHash64(*)))) || '-' || toString(rows) FROM "+
		s.final(ctx, database, table)).Scan(&rows, &sum)
	return rows, sum, err
}

// final names a table, with FINAL where its rows replace each other.
func (s *Store) final(ctx context.Context, database, table string) string {
	name := quoteName(database) + "." + quoteName(table)
	var replacing uint8
	err := s.admin.QueryRow(ctx, "SELECT count() > 0 FROM system.tables WHERE database = ? AND name = ? AND engine LIKE '%Replacing%'", database, table).Scan(&replacing)
	if err != nil || replacing == 0 {
		return name
	}
	return name + " FINAL"
}

// Checksums gives the checksum of each table: two stores that say the same have
// the same.
func (s *Store) Checksums(ctx context.Context) (map[string]string, error) {
	tables, err := s.tables(ctx)
	if err != nil {
		return nil, fail("checksums", err)
	}
	sums := map[string]string{}
	for _, table := range tables {
		if _, sums[table], err = s.checksum(ctx, s.database, table); err != nil {
			return nil, fail("checksum of "+table, err)
		}
	}
	return sums, nil
}

// ReadBackup reads the manifest of a backup and checks that all its files are as
// they were written.
func ReadBackup(dir string) (*Backup, error) {
	text, err := os.ReadFile(filepath.Join(dir, manifestFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("schema: %w: %s has no %s: it is no backup, or one that was broken off", ErrBackup, dir, manifestFile)
	} else if err != nil {
		return nil, fmt.Errorf("schema: %w", err)
	}
	b := new(Backup)
	if err := json.Unmarshal(text, b); err != nil {
		return nil, fmt.Errorf("schema: %w: %s: %w", ErrBackup, manifestFile, err)
	}
	if b.Format != backupFormat {
		return nil, fmt.Errorf("schema: %w: it has format %d, this program reads %d", ErrBackup, b.Format, backupFormat)
	}
	for _, t := range b.Tables {
		if err := t.verify(dir); err != nil {
			return nil, fmt.Errorf("schema: %w: %w", ErrBackup, err)
		}
	}
	return b, nil
}

// file is where a table is; a name from a manifest stays in its folder.
func (t *TableBackup) file(dir string) string {
	return filepath.Join(dir, filepath.Base(t.Table)+".native.gz")
}

func (t *TableBackup) verify(dir string) error {
	f, err := os.Open(t.file(dir))
	if err != nil {
		return err
	}
	defer f.Close()
	hash := sha256.New()
	if _, err := io.Copy(hash, f); err != nil {
		return err
	}
	if sum := hex.EncodeToString(hash.Sum(nil)); sum != t.SHA256 {
		return fmt.Errorf("%s was written with sha256 %s and has %s", f.Name(), t.SHA256, sum)
	}
	return nil
}

// Restore fills the tables of a migrated store from a backup that [ReadBackup] has
// checked, and holds their checksums against it. Tables that hold rows are refused,
// or emptied first if replace says so. After an error, call it again with replace.
//
// A backup of an earlier version is restored too: columns that it lacks have their
// defaults.
func (s *Store) Restore(ctx context.Context, dir string, b *Backup, replace bool, told func(table string)) error {
	const doing = "restore"
	if s.cluster != nil {
		return fail(doing, errOnCluster)
	}
	here, err := s.applied(ctx)
	if err != nil {
		return fail(doing, err)
	}
	for name, sum := range b.Migrations {
		if here[name] != sum {
			return fail(doing, fmt.Errorf("%w: it was made with migration %s (sha256 %s), which is not this program's; use the version that made it, %s, or a newer one", ErrDrift, name, sum, b.Program))
		}
	}
	tables, err := s.tables(ctx)
	if err != nil {
		return fail(doing, err)
	}
	for _, table := range tables {
		if replace {
			if err := s.conn.Exec(ctx, "TRUNCATE TABLE "+quoteName(table)); err != nil {
				return fail(doing, err)
			}
			continue
		}
		var rows uint64
		if err := s.conn.QueryRow(ctx, "SELECT count() FROM "+quoteName(table)).Scan(&rows); err != nil {
			return fail(doing, err)
		}
		if rows > 0 {
			return fail(doing, fmt.Errorf("%w: table %s holds %d rows, which it would mix with; restore into a new data folder, or say that they are to be replaced", ErrBackup, table, rows))
		}
	}
	for i := range b.Tables {
		t := &b.Tables[i]
		told(t.Table)
		if err := s.restoreTable(ctx, dir, t); err != nil {
			return fail(doing+" "+t.Table, err)
		}
	}
	return nil
}

func (s *Store) restoreTable(ctx context.Context, dir string, t *TableBackup) error {
	f, err := os.Open(t.file(dir))
	if err != nil {
		return err
	}
	defer f.Close()
	rows, err := gzip.NewReader(f)
	if err != nil {
		return err
	}
	if t.Rows > 0 {
		with := clickhouse.Context(ctx, clickhouse.WithSettings(clickhouse.Settings{"max_partitions_per_insert_block": 0, "insert_deduplicate": 0}))
		if err := s.conn.InsertFormat(with, "Native", "INSERT INTO "+quoteName(t.Table), rows); err != nil {
			return err
		}
	}
	_, sum, err := s.checksum(ctx, s.database, t.Table)
	if err != nil {
		return err
	}
	if sum != t.Checksum {
		return fmt.Errorf("%w: the table has checksum %s and had %s", ErrBackup, sum, t.Checksum)
	}
	return nil
}

// writeSynced writes a new file, readable by its owner only, and sees that it is
// on the disk.
func writeSynced(path string, write func(io.Writer) error) (err error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if err := write(f); err != nil {
		return err
	}
	return f.Sync()
}

// counter counts the bytes that pass.
type counter struct {
	w io.Writer
	n int64
}

func (c *counter) Write(p []byte) (int, error) {
	n, err := c.w.Write(p)
	c.n += int64(n)
	return n, err
}
