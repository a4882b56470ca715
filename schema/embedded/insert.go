//go:build linux || darwin

package embedded

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"strconv"
	"time"
)

// Data are the rows of an INSERT on their way into the engine. They are written to it,
// and never into the SQL: the engine cuts inline data at bytes that look like the end
// of a statement. They stand in a file without a name, of which nothing is left
// behind, whatever happens.
type Data struct {
	file *os.File
	n    int64
}

// NewData returns Data without any rows. The caller closes it.
func (e *Engine) NewData() (*Data, error) {
	f, err := e.namelessFile()
	if err != nil {
		return nil, fmt.Errorf("embedded: take the data of an INSERT: %w", err)
	}
	return &Data{file: f}, nil
}

// Write adds to the data.
func (d *Data) Write(p []byte) (int, error) {
	n, err := d.file.Write(p)
	d.n += int64(n)
	return n, err
}

// ReadFrom adds all that r gives.
func (d *Data) ReadFrom(r io.Reader) (int64, error) {
	n, err := d.file.ReadFrom(r)
	d.n += n
	return n, err
}

// Close frees the data.
func (d *Data) Close() error { return d.file.Close() }

// Insert adds data in a format to a table, all or nothing as long as they are one block
// of the engine. The statement is what stands before the rows, such as "INSERT INTO t
// (a, b)". When ctx ends, the INSERT is killed, and Insert returns when it has ended.
// Errors of the engine are *[Exception].
func (e *Engine) Insert(ctx context.Context, database, statement, format string, settings map[string]string, data *Data) error {
	st := newStatement()
	st.database = database
	for name, value := range settings {
		st.settings[name] = value
	}
	if err := st.insert(statement, format, data); err != nil {
		return err
	}
	st.limitTo(ctx)
	ctx, cancel := e.untilClosed(ctx)
	defer cancel()
	chunks, err := e.run(ctx, st)
	if err != nil {
		return fmt.Errorf("embedded: %w", err)
	}
	for c := range chunks {
		if e.lib.free(c.result); c.err != nil {
			err = c.err
		}
	}
	if cause := context.Cause(ctx); cause != nil {
		return cause // which the engine tells as one of its own errors, or not at all
	}
	return err
}

// insert makes the statement an INSERT … SELECT from data.
func (st *statement) insert(head, format string, data *Data) error {
	if data.n == 0 {
		return exceptionf(codeNoDataToInsert, "NO_DATA_TO_INSERT", "No data to insert")
	}
	if _, err := data.file.Seek(0, io.SeekStart); err != nil {
		return fmt.Errorf("embedded: %w", err)
	}
	st.sql = fmt.Sprintf("%s SELECT * FROM file('/dev/fd/%d', %s)", head, data.file.Fd(), format)
	for name, value := range insertSettings {
		if _, ok := st.settings[name]; !ok {
			st.settings[name] = value
		}
	}
	return nil
}

// insertSettings make an INSERT … SELECT from a file what an INSERT is.
var insertSettings = map[string]string{
	"storage_file_read_method": "pread",
	// The cache knows files by name and second: /dev/fd/7 is another each time.
	"schema_inference_use_cache_for_file": "0",
	// One reader and one writer keep the order of rows and blocks, on which
	// deduplication rests; that they do is for the caller to know, not for the
	// engine to guess from the SELECT.
	"max_threads":               "1",
	"max_insert_threads":        "1",
	"deduplicate_insert_select": "enable_even_for_bad_queries",
}

// limitTo ends the query in the engine when the caller stops waiting for it.
func (st *statement) limitTo(ctx context.Context) {
	deadline, ok := ctx.Deadline()
	if !ok {
		return
	}
	left := math.Max(1, math.Ceil(time.Until(deadline).Seconds()))
	if given, err := strconv.ParseFloat(st.settings["max_execution_time"], 64); err == nil && given > 0 && given < left {
		return
	}
	st.settings["max_execution_time"] = strconv.FormatFloat(left, 'f', 0, 64)
}

var errClosed = errors.New("embedded: the storage engine was closed")

// untilClosed is ctx until the engine is closed.
func (e *Engine) untilClosed(ctx context.Context) (context.Context, func()) {
	ctx, cancel := context.WithCancelCause(ctx)
	stop := context.AfterFunc(e.closing, func() { cancel(errClosed) })
	return ctx, func() { stop(); cancel(context.Canceled) }
}

// namelessFile makes a file in the data folder and takes away its name.
func (e *Engine) namelessFile() (*os.File, error) {
	f, err := os.CreateTemp(e.folder, ".insert-*")
	if err != nil {
		return nil, err
	}
	if err := os.Remove(f.Name()); err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}
