package schema

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// populated is a store with rows in every table, replaced and deleted ones among them.
func populated(t *testing.T) *Store {
	t.Helper()
	s := open(t)
	batch := Batch{
		Threads: []Thread{{SourceID: "a", ThreadID: "1", Kind: "post", URL: "https://example.org/1", Declared: 2, PublishedAt: at(0), FoundAt: at(1)}},
		Sightings: []Sighting{
			{VisitID: "v1", SourceID: "a", ThreadID: "1", ItemID: "i1", SeenAt: at(1), PrevAt: epoch, Change: First, Kind: "comment", Text: "қайда су?", Mentions: []string{"m"}, PublishedLo: at(0), PublishedHi: at(1)},
			{VisitID: "v1", SourceID: "a", ThreadID: "1", ItemID: "i2", SeenAt: at(1), PrevAt: epoch, Change: First, Kind: "comment", PublishedLo: at(0), PublishedHi: at(1)},
		},
		Readings: []Reading{{SourceID: "a", ThreadID: "1", ItemID: "i2", TextHash: "h", Class: "question", ReadAt: at(1)}},
		Visits:   []Visit{{VisitID: "v1", SourceID: "a", ThreadID: "1", StartedAt: at(1), SeenAt: at(1), Outcome: OK, Complete: true, Sightings: 2, Fill: map[string]uint32{"comment": 2, "comment.text": 1}}},
	}
	if err := s.Append(t.Context(), batch); err != nil {
		t.Fatal(err)
	}
	for _, items := range [][]Item{{{SourceID: "a", ThreadID: "1", ItemID: "i1"}, {SourceID: "a", ThreadID: "1", ItemID: "i2"}}, {{SourceID: "a", ThreadID: "1", ItemID: "i1", Need: true}}} {
		exchanges := []Exchange{{
			SourceID: "a", ThreadID: "1", NeedID: "i1", AskedLo: at(0), AskedHi: at(1), CensoredAt: at(1),
			ReplyID: []string{"i2"}, ReplyBodyID: []string{"b"}, ReplyLo: []time.Time{at(0)}, ReplyHi: []time.Time{at(1)}, ReplyKind: []string{"substantive"},
			ReplyTemplate: []bool{false}, ReplyMethod: []string{"parent"}, ReplyConfidence: []float32{1}, ReplyWatched: []bool{true},
		}}
		if err := s.ReplaceDerived(t.Context(), []string{"a"}, items, exchanges); err != nil {
			t.Fatal(err)
		}
	}
	states := sampleStates("a", 2)
	states.Spans = []ReplySpan{{StateKey: allNeeds("a"), Lo: 0, Hi: 60, Answered: 1}}
	if err := s.ReplaceStates(t.Context(), []string{"a"}, states); err != nil {
		t.Fatal(err)
	}
	if err := s.PutAllotments(t.Context(), []Allotment{{Owner: "o", ID: "1", ReservedAt: at(0), EndedAt: at(1), Requests: 3, Ended: 1}}); err != nil {
		t.Fatal(err)
	}
	if err := s.PutRegistry(t.Context(), []Body{{BodyID: "b"}}, []Source{{SourceID: "a", BodyID: "b"}}); err != nil {
		t.Fatal(err)
	}
	if err := s.PutRun(t.Context(), Run{Job: "crawl", DueAt: at(0), StartedAt: at(0), EndedAt: at(1), Outcome: "ok", WrittenAt: at(1)}); err != nil {
		t.Fatal(err)
	}
	return s
}

func quiet(string) {}

// What is restored says the same as what was backed up, also when the tables went
// on changing, or were wrecked, in between.
func TestBackupAndRestore(t *testing.T) {
	s := populated(t)
	want, err := s.Checksums(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "backup")
	made, err := s.BackUp(t.Context(), dir, Backup{MadeAt: at(5), Program: "test", KeyMark: "mark"}, quiet)
	if err != nil {
		t.Fatal(err)
	}
	for _, sql := range []string{"TRUNCATE TABLE visits", "DROP TABLE items", "ALTER TABLE sightings DELETE WHERE item_id = 'i1' SETTINGS mutations_sync = 2"} {
		if err := s.conn.Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	fresh := open(t)
	read, err := ReadBackup(dir)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(made, read); diff != "" {
		t.Errorf("ReadBackup() (-made +read):\n%s", diff)
	}
	if err := fresh.Restore(t.Context(), dir, read, false, quiet); err != nil {
		t.Fatal(err)
	}
	got, err := fresh.Checksums(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("checksums after wreck and restore (-before +after):\n%s", diff)
	}
	for table, sum := range got {
		if strings.HasSuffix(sum, "-0") && table != "forgotten" {
			t.Errorf("table %s is empty: the test shows nothing of it", table)
		}
	}

	// A second time, the rows would mix; with replace, they do not.
	if err := fresh.Restore(t.Context(), dir, read, false, quiet); !errors.Is(err, ErrBackup) {
		t.Errorf("Restore over rows: error %v, want ErrBackup", err)
	}
	if err := fresh.Restore(t.Context(), dir, read, true, quiet); err != nil {
		t.Errorf("Restore with replace: %v", err)
	}
	if got, err = fresh.Checksums(t.Context()); err != nil || !cmp.Equal(want, got) {
		t.Errorf("checksums after a second restore, error %v (-before +after):\n%s", err, cmp.Diff(want, got))
	}
}

// A thread is written again at each change, with the version of its first finding: the
// last row counts, after a restore too.
func TestBackupKeepsTheLastOfEqualVersions(t *testing.T) {
	s, fresh := open(t), open(t)
	for round := range 4 {
		var rows []Thread
		for i := range 40 {
			rows = append(rows, Thread{SourceID: "a", ThreadID: fmt.Sprint(i), Kind: "post", Declared: int32(round), PublishedAt: at(0), FoundAt: at(1)})
		}
		visit := Visit{VisitID: fmt.Sprint("v", round), SourceID: "a", ThreadID: "1", StartedAt: at(round), SeenAt: at(round), Outcome: OK}
		if err := s.Append(t.Context(), Batch{Threads: rows, Visits: []Visit{visit}}); err != nil {
			t.Fatal(err)
		}
	}
	for n := range 6 { // in whatever order rows are read
		dir := filepath.Join(t.TempDir(), "backup")
		b, err := s.BackUp(t.Context(), dir, Backup{MadeAt: at(5)}, quiet)
		if err != nil {
			t.Fatal(err)
		}
		if err := fresh.Restore(t.Context(), dir, b, true, quiet); err != nil {
			t.Fatalf("restore %d: %v", n, err)
		}
	}
	threads, err := fresh.Threads(t.Context(), "a")
	if err != nil || len(threads) != 40 {
		t.Fatalf("%d threads, %v, want 40", len(threads), err)
	}
	for _, thread := range threads {
		if thread.Declared != 3 {
			t.Errorf("thread %s declares %d, want 3 as it was last written", thread.ThreadID, thread.Declared)
		}
	}
}

// The checksum tells rows apart that differ in one cell, and not in their order.
func TestChecksums(t *testing.T) {
	one, other := open(t), open(t)
	visits := []Visit{{VisitID: "v1", SeenAt: at(1), Outcome: OK}, {VisitID: "v2", SeenAt: at(2), Outcome: Gone}}
	for _, v := range visits {
		if err := one.Append(t.Context(), Batch{Visits: []Visit{v}}); err != nil {
			t.Fatal(err)
		}
	}
	visits[0], visits[1] = visits[1], visits[0]
	if err := other.Append(t.Context(), Batch{Visits: visits}); err != nil {
		t.Fatal(err)
	}
	sums := func(s *Store) map[string]string {
		t.Helper()
		sums, err := s.Checksums(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return sums
	}
	if diff := cmp.Diff(sums(one), sums(other)); diff != "" {
		t.Errorf("checksums of the same rows differ:\n%s", diff)
	}
	if err := one.conn.Exec(t.Context(), "ALTER TABLE visits UPDATE fill = map('comment', 1) WHERE visit_id = 'v1' SETTINGS mutations_sync = 2"); err != nil {
		t.Fatal(err)
	}
	if sums(one)["visits"] == sums(other)["visits"] {
		t.Error("checksums of tables that differ in one cell are equal")
	}
}

func TestDamagedBackupIsRefused(t *testing.T) {
	sound := filepath.Join(t.TempDir(), "sound")
	made, err := populated(t).BackUp(t.Context(), sound, Backup{}, quiet)
	if err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		damage func(dir string) error
		want   string
	}{
		"a bit": {func(dir string) error {
			file := filepath.Join(dir, "visits.native.gz")
			b, err := os.ReadFile(file)
			if err != nil {
				return err
			}
			b[len(b)/2] ^= 1
			return os.WriteFile(file, b, 0o600)
		}, "visits.native.gz was written with sha256"},
		"a file":  {func(dir string) error { return os.Remove(filepath.Join(dir, "items.native.gz")) }, "items.native.gz"},
		"its end": {func(dir string) error { return os.Remove(filepath.Join(dir, manifestFile)) }, "it is no backup, or one that was broken off"},
		"a newer format": {func(dir string) error {
			return os.WriteFile(filepath.Join(dir, manifestFile), []byte(`{"format": 2}`), 0o600)
		}, "it has format 2"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "backup")
			if err := os.CopyFS(dir, os.DirFS(sound)); err != nil {
				t.Fatal(err)
			}
			if err := tt.damage(dir); err != nil {
				t.Fatal(err)
			}
			if _, err := ReadBackup(dir); !errors.Is(err, ErrBackup) || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("ReadBackup() error = %v, want ErrBackup with %q", err, tt.want)
			}
		})
	}
	t.Run("migrations of another program", func(t *testing.T) {
		made.Migrations["9999_later.sql"] = "00"
		if err := open(t).Restore(t.Context(), sound, made, false, quiet); !errors.Is(err, ErrDrift) {
			t.Errorf("Restore() error = %v, want ErrDrift", err)
		}
	})
}
