//go:build linux || darwin

// Package embedded runs ClickHouse inside the process: the C library of the chDB
// project, as an [http.RoundTripper] that speaks ClickHouse's HTTP interface.
//
// Make an [Engine] with [Open] and hand it to clickhouse-go as the transport of
// its HTTP protocol; from there on the same code drives the engine and a server.
// Everything that the interface promises holds: settings, query parameters,
// database and query id of the address apply to that request alone, results are
// streamed, a cancelled context stops its query, an error of the engine arrives
// as *clickhouse.Exception, and readonly=1 is read-only (see guard.go). What is
// not supported (sessions, compression, external tables) is an error and never
// silently ignored. There are no users: whoever holds the Engine may do all that
// its requests do not forbid themselves, and credentials are not looked at.
package embedded

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"unsafe"
)

var (
	_ http.RoundTripper = (*Engine)(nil)

	// ErrBusy tells that this process already has an engine open. The library
	// keeps its state in the process: there is one data folder at a time.
	ErrBusy = errors.New("the process already has a storage engine open")
)

// process mirrors what the C library keeps in globals of its own.
var process struct {
	sync.Mutex
	lib  *library // loaded once and for ever
	path string   // of lib
	open *Engine
}

// Engine is an open data folder. It is safe for concurrent use: queries run in
// parallel, each on a connection of its own.
type Engine struct {
	lib     *library
	folder  string
	lock    *os.File
	version string // of ClickHouse

	closing context.Context // done when Close begins: ends every query
	close   context.CancelFunc
	running sync.WaitGroup

	mu     sync.Mutex
	idle   []*session
	closed bool
}

// idleSessions are kept for the next query; opening one costs half a millisecond.
const idleSessions = 8

// Open loads the library and opens the data folder, which is made if absent.
// Errors are [ErrLocked], [ErrBusy], those of the file system and of loading.
// After Close, the same or another folder can be opened.
func Open(library, folder string) (*Engine, error) {
	folder, err := filepath.Abs(folder)
	if err != nil {
		return nil, fmt.Errorf("embedded: %w", err)
	}
	process.Lock()
	defer process.Unlock()
	if process.open != nil {
		return nil, fmt.Errorf("embedded: open %s: %w, on %s; close it first, or share it", folder, ErrBusy, process.open.folder)
	}
	if process.lib == nil {
		lib, err := load(library)
		if err != nil {
			return nil, fmt.Errorf("embedded: %w", err)
		}
		process.lib, process.path = lib, library
	} else if process.path != library {
		return nil, fmt.Errorf("embedded: cannot load %s: the process has loaded %s", library, process.path)
	}
	lock, err := takeFolder(folder)
	if err != nil {
		return nil, fmt.Errorf("embedded: %w", err)
	}
	e := &Engine{lib: process.lib, folder: folder, lock: lock}
	e.closing, e.close = context.WithCancel(context.Background())
	if e.version, err = e.askVersion(); err != nil {
		return nil, errors.Join(fmt.Errorf("embedded: open %s: %w", folder, err), lock.Close())
	}
	process.open = e
	return e, nil
}

// Version is the engine's version of ClickHouse, such as "26.5.1.1".
func (e *Engine) Version() string { return e.version }

// Close ends the queries that run, waits for them, and frees the folder.
func (e *Engine) Close() error {
	process.Lock()
	defer process.Unlock()
	e.mu.Lock()
	if e.closed {
		e.mu.Unlock()
		return nil
	}
	e.closed = true
	e.mu.Unlock()

	e.close()
	e.running.Wait()
	for _, s := range e.idle {
		s.close()
	}
	e.idle = nil
	process.open = nil
	if err := e.lock.Close(); err != nil {
		return fmt.Errorf("embedded: close: %w", err)
	}
	return nil
}

func (e *Engine) askVersion() (string, error) {
	s, err := e.acquire(false)
	if err != nil {
		return "", err
	}
	defer e.release(s)
	return s.ask("SELECT version()", nil)
}

// acquire gives a session for one query, a new one if fresh is set.
func (e *Engine) acquire(fresh bool) (*session, error) {
	s, err := e.reuse(fresh)
	if s != nil || err != nil {
		return s, err
	}
	conn := e.lib.open(e.folder)
	if conn == nil {
		e.running.Done()
		return nil, errors.New("the storage engine refused the folder: " +
			"another program of ClickHouse holds it, or a newer version has written it, or it is damaged")
	}
	return &session{lib: e.lib, conn: conn, database: defaultDatabase, settings: map[string]string{}}, nil
}

// reuse counts one query more and gives an idle session for it, if there is one.
func (e *Engine) reuse(fresh bool) (*session, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.closed {
		return nil, errors.New("the storage engine is closed")
	}
	e.running.Add(1)
	n := len(e.idle)
	if n == 0 || fresh {
		return nil, nil
	}
	s := e.idle[n-1]
	e.idle = e.idle[:n-1]
	return s, nil
}

func (e *Engine) release(s *session) {
	e.mu.Lock()
	keep := !s.spent && !e.closed && len(e.idle) < idleSessions
	if keep {
		e.idle = append(e.idle, s)
	}
	e.mu.Unlock()
	if !keep {
		s.close()
	}
	e.running.Done()
}

// session is one connection of the library. It runs one query at a time and
// remembers the database and settings that the last one left.
type session struct {
	lib      *library
	conn     unsafe.Pointer
	database string
	settings map[string]string
	spent    bool // in a state that must not reach the next query
}

func (s *session) close() { s.lib.closeConn(s.conn) }
