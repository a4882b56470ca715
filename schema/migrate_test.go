package schema

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"qulaq/schema/embedded"
)

func migrationsFS(t *testing.T) fs.FS {
	t.Helper()
	files, err := fs.Sub(migrationFiles, "migrations")
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// shape is everything about a database that a migration makes.
func shape(t *testing.T, s *Store) string {
	t.Helper()
	return ask(t, s, `SELECT replaceAll(arrayStringConcat(arraySort(groupArray(create_table_query)), '\n'), currentDatabase(), 'DB')
		FROM system.tables WHERE database = currentDatabase()`) + "\n" + ask(t, s, "SELECT name, sha256 FROM migrations FINAL ORDER BY name")
}

func TestMigrateTwice(t *testing.T) {
	s := open(t)
	want := shape(t, s)
	if err := s.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := shape(t, s); got != want {
		t.Errorf("a second Migrate changed the database from\n%s\nto\n%s", want, got)
	}
	files, err := filepath.Glob("migrations/*.sql")
	if err != nil || len(files) == 0 {
		t.Fatalf("no migrations (error %v)", err)
	}
	if got, want := ask(t, s, "SELECT count() FROM migrations"), fmt.Sprint(len(files)); got != want {
		t.Errorf("recorded migrations = %s, want %s", got, want)
	}
}

// A crash after any statement: run again, the end is the same.
func TestMigrateCrash(t *testing.T) {
	whole := open(t)
	want := shape(t, whole)
	crash := errors.New("the machine stopped")
	for after := 0; ; after++ {
		s := openBare(t)
		ran := 0
		err := s.migrate(t.Context(), migrationsFS(t), func(ctx context.Context, sql string, args ...any) error {
			if ran++; ran > after {
				return crash
			}
			return s.conn.Exec(ctx, sql, args...)
		})
		if err == nil {
			if after < 15 {
				t.Errorf("migrations have %d statements; were they all run?", after)
			}
			return
		}
		if !errors.Is(err, crash) {
			t.Fatalf("after %d statements: %v", after, err)
		}
		if err := s.Migrate(t.Context()); err != nil {
			t.Errorf("Migrate after a crash at statement %d: %v", after+1, err)
		} else if got := shape(t, s); got != want {
			t.Errorf("after a crash at statement %d the database is\n%s\nwant\n%s", after+1, got, want)
		}
	}
}

func TestMigrateAtOnce(t *testing.T) {
	s := openBare(t)
	want := shape(t, open(t))
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			if err := s.Migrate(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if got := shape(t, s); got != want {
		t.Errorf("four migrations at once made\n%s\nwant\n%s", got, want)
	}
}

func TestMigrateDrift(t *testing.T) {
	first := fstest.MapFS{
		"0001_migrations.sql": {Data: []byte(readFile(t, "0001_migrations.sql"))},
		"0002_a.sql":          {Data: []byte("CREATE TABLE IF NOT EXISTS a (x UInt8) ENGINE = Memory")},
	}
	changed, missing, more := fstest.MapFS{}, fstest.MapFS{}, fstest.MapFS{}
	for name, f := range first {
		changed[name], missing[name], more[name] = f, f, f
	}
	changed["0002_a.sql"] = &fstest.MapFile{Data: []byte("CREATE TABLE IF NOT EXISTS a (x UInt16) ENGINE = Memory")}
	changed["0003_b.sql"] = &fstest.MapFile{Data: []byte("CREATE TABLE IF NOT EXISTS b (x UInt8) ENGINE = Memory")}
	delete(missing, "0002_a.sql")
	more["0003_b.sql"] = changed["0003_b.sql"]
	tests := []struct {
		name  string
		files fs.FS
		tells []string // nil: no error
	}{
		{"a file was changed", changed, []string{"0002_a.sql", "is here with"}},
		{"a file is missing", missing, []string{"0002_a.sql", "newer"}},
		{"a file was added", more, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := openBare(t)
			if err := s.migrate(t.Context(), first, s.conn.Exec); err != nil {
				t.Fatal(err)
			}
			err := s.migrate(t.Context(), tt.files, s.conn.Exec)
			if tt.tells == nil {
				if err != nil {
					t.Errorf("migrate = %v", err)
				}
				return
			}
			if !errors.Is(err, ErrDrift) {
				t.Fatalf("migrate = %v, want ErrDrift", err)
			}
			for _, want := range tt.tells {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("migrate = %q, want it to tell %q", err, want)
				}
			}
			if sums := regexp.MustCompile(`[0-9a-f]{64}`).FindAllString(err.Error(), -1); tt.name == "a file was changed" && (len(sums) != 2 || sums[0] == sums[1]) {
				t.Errorf("migrate = %q, want both checksums", err)
			}
			if got := ask(t, s, "SELECT count() FROM system.tables WHERE database = currentDatabase() AND name = 'b'"); got != "0" {
				t.Error("a database with another schema was migrated further")
			}
		})
	}
}

func readFile(t *testing.T, name string) string {
	t.Helper()
	b, err := fs.ReadFile(migrationsFS(t), name)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// Every statement can be run again: that is what crash safety rests on.
func TestMigrationsCanBeRepeated(t *testing.T) {
	again := regexp.MustCompile(`(?m)^(CREATE (TABLE|DATABASE|DICTIONARY|MATERIALIZED VIEW) IF NOT EXISTS|CREATE OR REPLACE VIEW|DROP \w+ IF EXISTS|ALTER TABLE .*(IF NOT EXISTS|IF EXISTS)|ALTER TABLE \w+ MODIFY SETTING|ALTER TABLE \w+ MODIFY COLUMN \w+ COMMENT|INSERT INTO (?s:.*) WHERE source_id NOT IN \(SELECT source_id FROM state_versions\))`)
	names, err := fs.Glob(migrationsFS(t), "*")
	if err != nil {
		t.Fatal(err)
	}
	for i, name := range names {
		if !regexp.MustCompile(`^\d{4}_[a-z_]+\.sql$`).MatchString(name) {
			t.Errorf("%s: want NNNN_what_it_does.sql", name)
		}
		if i > 0 && name[:4] == names[i-1][:4] {
			t.Errorf("%s and %s have the same number", names[i-1], name)
		}
		for j, sql := range embedded.SplitStatements(readFile(t, name)) {
			if !again.MatchString(sql) {
				t.Errorf("%s, statement %d cannot be run again:\n%.200s", name, j+1, sql)
			}
		}
	}
}
