package schema

import (
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"strings"
	"time"

	"qulaq/schema/embedded"
)

//go:embed migrations/*.sql
var migrationFiles embed.FS

// Migrate makes the database and brings its tables up to date. It applies the
// files of migrations in order and records each. Every statement can be run
// again, so that after a crash at any of them, or next to another program that
// does the same, running Migrate is all it takes.
//
// It returns [ErrDrift], and changes nothing, when a recorded file is not the one
// that this program has: its schema would not be the one that the code expects.
func (s *Store) Migrate(ctx context.Context) error {
	files, err := fs.Sub(migrationFiles, "migrations")
	if err != nil {
		return fmt.Errorf("schema: migrate: %w", err)
	}
	s.types.Clear() // Tables may get new columns.
	return fail("migrate", s.migrate(ctx, files, s.conn.Exec))
}

// migrate is Migrate with its files and with what runs their statements.
func (s *Store) migrate(ctx context.Context, files fs.FS, exec func(ctx context.Context, sql string, args ...any) error) error {
	if err := s.admin.Exec(ctx, "CREATE DATABASE IF NOT EXISTS "+quoteName(s.database)+s.cluster.on()); err != nil {
		return err
	}
	applied, err := s.applied(ctx)
	if err != nil {
		return err
	}
	names, err := fs.Glob(files, "*.sql") // In order.
	if err != nil {
		return err
	}
	sums := map[string]string{}
	texts := map[string]string{}
	for _, name := range names {
		b, err := fs.ReadFile(files, name)
		if err != nil {
			return err
		}
		sum := sha256.Sum256(b)
		texts[name], sums[name] = string(b), hex.EncodeToString(sum[:])
	}
	for name, sum := range applied {
		if _, ok := sums[name]; !ok {
			return fmt.Errorf("%w: it has migration %s (sha256 %s), which this program lacks; use the version that wrote it, or a newer one", ErrDrift, name, sum)
		}
		if sums[name] != sum {
			return fmt.Errorf("%w: migration %s was applied with sha256 %s and is here with %s", ErrDrift, name, sum, sums[name])
		}
	}
	for _, name := range names {
		if _, ok := applied[name]; ok {
			continue
		}
		statements := embedded.SplitStatements(texts[name])
		if s.cluster != nil {
			if statements, err = s.cluster.renderAll(statements); err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
		}
		for i, sql := range statements {
			if err := exec(ctx, sql); err != nil {
				return fmt.Errorf("%s, statement %d: %w", name, i+1, err)
			}
		}
		if err := exec(ctx, "INSERT INTO migrations (name, sha256, applied_at) VALUES (?, ?, ?)", name, sums[name], time.Now().UTC()); err != nil {
			return fmt.Errorf("record %s: %w", name, err)
		}
	}
	return nil
}

// Migrations gives the files that made the tables, with their SHA-256 in hex.
func (s *Store) Migrations(ctx context.Context) (map[string]string, error) {
	files, err := s.applied(ctx)
	return files, fail("migrations", err)
}

// applied gives the recorded files with their checksums.
func (s *Store) applied(ctx context.Context) (map[string]string, error) {
	var there uint64
	err := s.admin.QueryRow(ctx, "SELECT count() FROM system.tables WHERE database = ? AND name = 'migrations'", s.database).Scan(&there)
	if err != nil || there == 0 {
		return nil, err
	}
	applied := map[string]string{}
	err = each(ctx, s.conn, func(r struct {
		Name   string `ch:"name"`
		SHA256 string `ch:"sha256"`
	},
	) {
		applied[r.Name] = r.SHA256
	}, "SELECT name, sha256 FROM migrations FINAL ORDER BY name")
	return applied, err
}

func quoteName(name string) string {
	return "`" + strings.NewReplacer(`\`, `\\`, "`", "\\`").Replace(name) + "`"
}
