// Command replay tells whether replaying archived pages takes time in proportion to
// their number. It writes archives of three sizes, each ten times the one before, and
// has child processes take them into new stores, link them, and read them again: the
// smallest before and after the others, for the speed of a shared machine changes by
// the minute.
//
// Every run has to find exactly the items that are on the pages. `make bench-replay`
// builds and runs it; see docs/scale.md.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"log"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"
)

func main() {
	pages := flag.Int("pages", 100_000, "of the largest archive; the others have a tenth and a hundredth")
	rounds := flag.Int("rounds", 1, "how often the largest archive is replayed")
	around := flag.Int("around", 3, "runs of the smallest archive before and after each of the others")
	dir := flag.String("dir", "", "new folder for archives and stores, which is removed (default: a temporary one)")
	profiles := flag.String("profile", "", "folder for CPU and allocation profiles of the last run")
	child := flag.String("replay", "", "replay the archive of this folder, and print what it took")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if *child != "" {
		r, err := replay(ctx, *child, *profiles)
		if err == nil {
			err = json.NewEncoder(os.Stdout).Encode(r)
		}
		if err != nil {
			log.Fatalf("replay: %v", err)
		}
		return
	}
	if err := bench(ctx, *dir, *pages, *rounds, *around, *profiles); err != nil {
		log.Fatalf("replay: %v", err)
	}
}

func bench(ctx context.Context, dir string, pages, rounds, around int, profiles string) (err error) {
	if dir, err = os.MkdirTemp(dir, "qulaq-replay-*"); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	var sizes []*recording
	for _, wanted := range []int{pages / 100, pages / 10, pages} {
		fmt.Fprintf(os.Stderr, "recording %d pages\n", wanted)
		r, err := record(filepath.Join(dir, fmt.Sprint(wanted)), wanted, pages)
		if err != nil {
			return err
		}
		sizes = append(sizes, r)
	}
	small := sizes[0]
	t := &table{sizes: sizes}
	replayAround := func() error {
		for range around {
			if err := t.measure(ctx, small, profiles); err != nil {
				return err
			}
		}
		return nil
	}
	if err := replayAround(); err != nil {
		return err
	}
	for range rounds {
		for _, size := range sizes[1:] {
			if err := errors.Join(t.measure(ctx, size, profiles), replayAround()); err != nil {
				return err
			}
		}
	}
	t.print(os.Stdout, around)
	return nil
}

// measure replays an archive in a process of its own.
func (t *table) measure(ctx context.Context, of *recording, profiles string) error {
	fmt.Fprintf(os.Stderr, "replaying %d pages\n", of.pages)
	self, err := os.Executable()
	if err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, self, "-replay", of.dir, "-profile", profiles)
	var told bytes.Buffer
	cmd.Stdout, cmd.Stderr = &told, os.Stderr
	began := time.Now()
	if err := cmd.Run(); err != nil {
		return err
	}
	var r run
	if err := json.Unmarshal(told.Bytes(), &r); err != nil {
		return err
	}
	if r.Items != of.items {
		return fmt.Errorf("%d items were found on %d pages, want %d", r.Items, of.pages, of.items)
	}
	r.seconds = time.Since(began).Seconds()
	r.cpu = (cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()).Seconds()
	if usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		r.resident = uint64(usage.Maxrss) * 1024 // it counts in KiB (Linux)
	}
	t.runs = append(t.runs, measured{of, r})
	return os.RemoveAll(filepath.Join(of.dir, "clickhouse"))
}
