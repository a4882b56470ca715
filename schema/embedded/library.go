//go:build linux || darwin

package embedded

import (
	"fmt"
	"runtime"
	"unsafe"

	"github.com/ebitengine/purego"
)

// library holds the calls of libchdb.so that are used here. Their C prototypes
// are in chdb.h of the chdb project; pointers to its opaque structures stay
// unsafe.Pointer.
type library struct {
	setSignalHandlers func(enabled int32)
	connect           func(argc int32, argv unsafe.Pointer) unsafe.Pointer
	closeConn         func(conn unsafe.Pointer)
	query             queryFunc
	streamQuery       queryFunc
	fetch             func(conn, stream unsafe.Pointer) unsafe.Pointer
	cancel            func(conn, stream unsafe.Pointer)
	buffer            func(result unsafe.Pointer) unsafe.Pointer
	length            func(result unsafe.Pointer) uintptr
	errorText         func(result unsafe.Pointer) unsafe.Pointer
	destroy           func(result unsafe.Pointer)

	signals signalTable
}

// queryFunc is chdb_query_with_params_n and chdb_stream_query_with_params_n.
type queryFunc func(conn, sql unsafe.Pointer, sqlLen uintptr, format unsafe.Pointer, formatLen uintptr,
	names, nameLens, values, valueLens unsafe.Pointer, params uintptr) unsafe.Pointer

// load opens the library. It stays in the process until the end: the engine
// starts threads that outlive every connection.
func load(path string) (*library, error) {
	handle, err := purego.Dlopen(path, purego.RTLD_NOW|purego.RTLD_LOCAL)
	if err != nil {
		return nil, fmt.Errorf("load %s: %w", path, err)
	}
	l := new(library)
	for name, fn := range map[string]any{
		"chdb_set_signal_handlers_enabled": &l.setSignalHandlers,
		"chdb_connect":                     &l.connect,
		"chdb_close_conn":                  &l.closeConn,
		"chdb_query_with_params_n":         &l.query,
		"chdb_stream_query_with_params_n":  &l.streamQuery,
		"chdb_stream_fetch_result":         &l.fetch,
		"chdb_stream_cancel_query":         &l.cancel,
		"chdb_result_buffer":               &l.buffer,
		"chdb_result_length":               &l.length,
		"chdb_result_error":                &l.errorText,
		"chdb_destroy_query_result":        &l.destroy,
	} {
		symbol, err := purego.Dlsym(handle, name)
		if err != nil {
			return nil, fmt.Errorf("load %s: %w (is it a libchdb of version 26.5 or later?)", path, err)
		}
		purego.RegisterFunc(fn, symbol)
	}
	if l.signals, err = newSignalTable(); err != nil {
		return nil, err
	}
	l.signals.keep(func() { l.setSignalHandlers(0) })
	return l, nil
}

// open makes a connection to the data folder, or returns nil when the engine
// refuses; it does not say why.
func (l *library) open(folder string) unsafe.Pointer {
	args := []string{"clickhouse", "--path=" + folder}
	var pins runtime.Pinner
	defer pins.Unpin()
	argv := make([]unsafe.Pointer, len(args)+1) // ends in NULL
	for i, a := range args {
		argv[i] = pinned(&pins, append([]byte(a), 0))
	}
	pins.Pin(&argv[0])
	var conn unsafe.Pointer
	l.signals.keep(func() { conn = l.connect(int32(len(args)), unsafe.Pointer(&argv[0])) })
	return conn
}

// run calls one of the two query functions. The caller destroys the result.
func (l *library) run(f queryFunc, conn unsafe.Pointer, sql, format string, params map[string]string) (unsafe.Pointer, error) {
	var pins runtime.Pinner
	defer pins.Unpin()
	n := len(params)
	names, nameLens := make([]unsafe.Pointer, 0, n+1), make([]uintptr, 0, n+1)
	values, valueLens := make([]unsafe.Pointer, 0, n+1), make([]uintptr, 0, n+1)
	for name, value := range params {
		names, nameLens = append(names, pinned(&pins, []byte(name))), append(nameLens, uintptr(len(name)))
		values, valueLens = append(values, pinned(&pins, []byte(value))), append(valueLens, uintptr(len(value)))
	}
	// The calls refuse null pointers even when there is nothing to point to.
	names, nameLens = append(names, nil), append(nameLens, 0)
	values, valueLens = append(values, nil), append(valueLens, 0)
	pins.Pin(&names[0])
	pins.Pin(&values[0])

	// A connection is a handle to a pointer; the queries want the pointer.
	result := f(*(*unsafe.Pointer)(conn),
		pinned(&pins, []byte(sql)), uintptr(len(sql)), pinned(&pins, []byte(format)), uintptr(len(format)),
		unsafe.Pointer(&names[0]), unsafe.Pointer(&nameLens[0]), unsafe.Pointer(&values[0]), unsafe.Pointer(&valueLens[0]), uintptr(n))
	runtime.KeepAlive(nameLens)
	runtime.KeepAlive(valueLens)
	if err := l.err(result); err != nil {
		l.free(result)
		return nil, err
	}
	return result, nil
}

// next reads on in a stream. The caller frees the chunk; nil is the end.
func (l *library) next(conn, stream unsafe.Pointer) (unsafe.Pointer, error) {
	chunk := l.fetch(*(*unsafe.Pointer)(conn), stream)
	if err := l.err(chunk); err != nil {
		l.free(chunk)
		return nil, err
	}
	if l.length(chunk) == 0 {
		l.free(chunk)
		return nil, nil
	}
	return chunk, nil
}

// bytes is the content of a result. It is the engine's memory: gone with free.
func (l *library) bytes(result unsafe.Pointer) []byte {
	n := l.length(result)
	if n == 0 {
		return nil
	}
	return unsafe.Slice((*byte)(l.buffer(result)), n)
}

func (l *library) err(result unsafe.Pointer) error {
	if result == nil {
		return &Exception{Text: "Code: 1. DB::Exception: the engine returned no result"}
	}
	if p := l.errorText(result); p != nil {
		if text := goString(p); text != "" {
			return newException(text)
		}
	}
	return nil
}

func (l *library) free(result unsafe.Pointer) {
	if result != nil {
		l.destroy(result)
	}
}

// pinned is the address of b for as long as pins holds it; never null, which
// the library refuses.
func pinned(pins *runtime.Pinner, b []byte) unsafe.Pointer {
	if len(b) == 0 {
		b = []byte{0}
	}
	pins.Pin(&b[0])
	return unsafe.Pointer(&b[0])
}

func goString(p unsafe.Pointer) string {
	n := 0
	for *(*byte)(unsafe.Add(p, n)) != 0 {
		n++
	}
	return string(unsafe.Slice((*byte)(p), n))
}
