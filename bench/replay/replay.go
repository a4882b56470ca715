package main

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"qulaq/bench/measure"
	"qulaq/crawler/archive"
	"qulaq/jobs"
)

// run is what one replay took: seconds of all processors, and the most bytes that Go
// held.
type run struct {
	Import        float64 `json:"import"` // pages to sightings and visits
	Link          float64 `json:"link"`   // sightings to items and exchanges
	Reparse       float64 `json:"reparse"`
	ImportMemory  uint64  `json:"import_memory"`
	LinkMemory    uint64  `json:"link_memory"`
	ReparseMemory uint64  `json:"reparse_memory"`
	Visits        int     `json:"visits"`
	Items         int     `json:"items"`

	seconds  float64 // of the clock, of the process as a whole
	cpu      float64 // likewise: with the engine's beginning and end
	resident uint64  // bytes, likewise
}

// replay takes an archive into a new store, as `qulaq import` does with what `qulaq
// archive export` wrote, links it, and holds it against the archive, as `qulaq
// reparse` does.
func replay(ctx context.Context, data, profiles string) (r run, err error) {
	e, err := measure.Open(ctx, data, time.Now())
	if err != nil {
		return r, err
	}
	defer func() {
		if closed := e.Store.Close(); err == nil {
			err = closed
		}
	}()
	dir := filepath.Join(data, "archive")
	files, err := segments(dir)
	if err != nil {
		return r, err
	}
	for _, stage := range []struct {
		name   string
		cpu    *float64
		memory *uint64
		run    func() error
	}{
		{"import", &r.Import, &r.ImportMemory, func() error {
			done, err := jobs.Import(ctx, e, jobs.ImportOptions{Strict: true}, files...)
			r.Visits = done.Visits
			if err == nil && done.Foreign > 0 {
				err = fmt.Errorf("%d pages were passed over", done.Foreign)
			}
			return err
		}},
		{"link", &r.Link, &r.LinkMemory, func() error {
			done, err := jobs.Relink(ctx, e)
			r.Items = done.Items
			return err
		}},
		{"reparse", &r.Reparse, &r.ReparseMemory, func() error {
			reader, err := archive.Open(dir)
			if err != nil {
				return err
			}
			done, err := jobs.Reparse(ctx, e, reader)
			if err == nil && (done.Visits != r.Visits || len(done.Threads) > 0) {
				err = fmt.Errorf("of %d visits, %d were read again, and %d threads differ", r.Visits, done.Visits, len(done.Threads))
			}
			return err
		}},
	} {
		stop, err := measure.Profile(profiles, stage.name+"-")
		if err != nil {
			return r, err
		}
		memory, before := measure.Memory(), measure.CPU()
		if err := stage.run(); err != nil {
			return r, fmt.Errorf("%s: %w", stage.name, err)
		}
		*stage.cpu, *stage.memory = measure.CPU()-before, memory()
		if err := stop(); err != nil {
			return r, err
		}
	}
	return r, nil
}

// segments opens the files of an archive. They stay open as long as the process.
func segments(dir string) (files []jobs.ImportFile, err error) {
	err = filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		file, err := os.Open(path)
		if err != nil {
			return err
		}
		info, err := file.Stat()
		files = append(files, jobs.ImportFile{Name: entry.Name(), ReaderAt: file, Size: info.Size()})
		return err
	})
	return files, err
}
