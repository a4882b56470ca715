package stats

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// parallel calls do(0) … do(n−1), on all processors. Calls must not depend on
// each other; then the result does not depend on how many processors there are.
func parallel(n int, do func(i int)) {
	workers := min(runtime.GOMAXPROCS(0), n)
	if workers <= 1 {
		for i := range n {
			do(i)
		}
		return
	}
	var next atomic.Int64
	var group sync.WaitGroup
	for range workers {
		group.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				do(i)
			}
		})
	}
	group.Wait()
}
