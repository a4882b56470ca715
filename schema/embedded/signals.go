//go:build linux || darwin

package embedded

import (
	"fmt"
	"sync"
	"syscall"
	"unsafe"

	"github.com/ebitengine/purego"
)

// signalTable keeps the process's signal handlers as they are.
//
// The engine is told to install no handlers, but takes that as leave to reset
// them: both chdb_set_signal_handlers_enabled(0) and chdb_connect put SIGSEGV
// and its kin back to their defaults. The Go runtime needs its handlers: it
// turns a nil dereference into a panic with them, and a panic into a stack
// trace. So every such call runs inside keep.
type signalTable struct {
	sigaction func(signal int32, action, old unsafe.Pointer) int32
	mu        *sync.Mutex
}

// Those that the library resets, and SIGURG, by which Go preempts.
var keptSignals = [...]syscall.Signal{
	syscall.SIGABRT, syscall.SIGSEGV, syscall.SIGILL, syscall.SIGBUS, syscall.SIGSYS,
	syscall.SIGFPE, syscall.SIGTSTP, syscall.SIGTRAP, syscall.SIGURG,
}

// sigactionSize holds libc's struct sigaction wherever this is built: 152 bytes
// in glibc, 16 on Darwin. Its content is only carried, never read.
const sigactionSize = 256

func newSignalTable() (signalTable, error) {
	symbol, err := purego.Dlsym(purego.RTLD_DEFAULT, "sigaction")
	if err != nil {
		return signalTable{}, fmt.Errorf("find sigaction: %w", err)
	}
	t := signalTable{mu: new(sync.Mutex)}
	purego.RegisterFunc(&t.sigaction, symbol)
	return t, nil
}

// keep runs f and puts back the handlers that were there before.
func (t signalTable) keep(f func()) {
	t.mu.Lock()
	defer t.mu.Unlock()
	var saved [len(keptSignals)][sigactionSize]byte
	for i, s := range keptSignals {
		t.sigaction(int32(s), nil, unsafe.Pointer(&saved[i]))
	}
	f()
	for i, s := range keptSignals {
		t.sigaction(int32(s), unsafe.Pointer(&saved[i]), nil)
	}
}
