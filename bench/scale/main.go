// Command scale measures how what a watch needs grows with the bodies that it watches
// and the days that it lasts. It has the simulated republic crawled by child
// processes, at three numbers of bodies and for three lengths of time, and prints
// figures a body and day, and by which power they grow.
//
// `make bench-scale` builds and runs it; docs/scale.md rests on it.
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
	"strconv"
	"syscall"
	"time"
)

func main() {
	bodies := flag.Int("bodies", 14, "fewest bodies; also two and four times as many are watched (12 to 21)")
	days := flag.Int("days", 14, "shortest watch; the fewest bodies are also watched two and four times as long")
	step := flag.Duration("step", time.Hour, "simulated time between two rounds")
	child := flag.String("watch", "", "watch into this folder, and print what it took")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if *child != "" {
		r, err := watch(ctx, *child, *bodies, *days, *step)
		if err == nil {
			err = json.NewEncoder(os.Stdout).Encode(r)
		}
		if err != nil {
			log.Fatalf("scale: %v", err)
		}
		return
	}
	if err := bench(ctx, *bodies, *days, *step); err != nil {
		log.Fatalf("scale: %v", err)
	}
}

func bench(ctx context.Context, bodies, days int, step time.Duration) error {
	var runs []run
	for _, size := range [][2]int{{1, 1}, {2, 1}, {4, 1}, {1, 2}, {1, 4}} {
		r, err := watchApart(ctx, size[0]*bodies, size[1]*days, step)
		if err != nil {
			return err
		}
		runs = append(runs, r)
	}
	fmt.Printf("Rounds %v apart.\n\n", step)
	print(os.Stdout, runs)
	return nil
}

// watchApart watches in a process of its own.
func watchApart(ctx context.Context, bodies, days int, step time.Duration) (r run, err error) {
	fmt.Fprintf(os.Stderr, "watching %d bodies for %d days\n", bodies, days)
	dir, err := os.MkdirTemp("", "qulaq-scale-*")
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	self, err := os.Executable()
	if err != nil {
		return r, err
	}
	cmd := exec.CommandContext(ctx, self, "-watch", filepath.Join(dir, "data"), "-bodies", strconv.Itoa(bodies), "-days", strconv.Itoa(days), "-step", step.String())
	var told bytes.Buffer
	cmd.Stdout, cmd.Stderr = &told, os.Stderr
	if err := cmd.Run(); err != nil {
		return r, err
	}
	if err := json.Unmarshal(told.Bytes(), &r); err != nil {
		return r, err
	}
	if usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		r.Resident = uint64(usage.Maxrss) * 1024 // it counts in KiB (Linux)
	}
	return r, nil
}
