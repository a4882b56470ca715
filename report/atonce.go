package report

import (
	"runtime"

	"golang.org/x/sync/errgroup"
)

// atOnce makes a value of each of keys, as many at a time as there are processors, and
// gives them in the order of keys. Values must not depend on each other.
func atOnce[K, V any](keys []K, of func(K) (V, error)) ([]V, error) {
	values := make([]V, len(keys))
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i, key := range keys {
		group.Go(func() (err error) {
			values[i], err = of(key)
			return err
		})
	}
	return values, group.Wait()
}
