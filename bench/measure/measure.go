// Package measure is what the programs of the bench measure themselves by: the
// processor's time, memory, and profiles.
package measure

import (
	"errors"
	"os"
	"path/filepath"
	"runtime/metrics"
	"runtime/pprof"
	"syscall"
	"time"
)

// CPU is what the process has used of the processors, in seconds: the engine's
// threads, too.
func CPU() float64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err) // Unreachable: it has no other error than one of its arguments.
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano()).Seconds()
}

// Memory looks every 20 ms at what Go has from the system, which the engine's own
// memory is no part of, until it is called for the most that it saw, in bytes.
func Memory() (most func() uint64) {
	done, result := make(chan struct{}), make(chan uint64)
	go func() {
		peak := uint64(0)
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		samples := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
		for {
			metrics.Read(samples)
			peak = max(peak, samples[0].Value.Uint64()-samples[1].Value.Uint64())
			select {
			case <-tick.C:
			case <-done:
				result <- peak
				return
			}
		}
	}()
	return func() uint64 { close(done); return <-result }
}

// Profile takes a CPU profile until stop is called, and then a profile of what was
// allocated, into PREFIXcpu.prof and PREFIXallocs.prof of a folder. With no folder it
// does nothing.
func Profile(dir, prefix string) (stop func() error, err error) {
	if dir == "" {
		return func() error { return nil }, nil
	}
	file, err := os.Create(filepath.Join(dir, prefix+"cpu.prof"))
	if err != nil {
		return nil, err
	}
	if err := pprof.StartCPUProfile(file); err != nil {
		return nil, err
	}
	return func() error {
		pprof.StopCPUProfile()
		allocs, err := os.Create(filepath.Join(dir, prefix+"allocs.prof"))
		if err != nil {
			return err
		}
		return errors.Join(pprof.Lookup("allocs").WriteTo(allocs, 0), allocs.Close(), file.Close())
	}, nil
}
