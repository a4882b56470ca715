package command

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"qulaq/jobs"
	"qulaq/schema"
)

// watchLease is for how long a store on a server stays with a process that was
// killed.
const watchLease = time.Minute

// alone makes sure that no other process watches the store: two would ask an owner at
// the same time, and each spend its budget. An embedded engine is in one process
// anyway. The context that it gives ends when another process took over, which
// release tells.
func alone(ctx context.Context, e *jobs.Env) (context.Context, func() error, error) {
	if e.Store.HTTP() != nil {
		return ctx, func() error { return nil }, nil
	}
	return hold(ctx, e.Store)
}

func hold(ctx context.Context, store *schema.Store) (context.Context, func() error, error) {
	host, err := os.Hostname()
	if err != nil {
		host = "a host without a name"
	}
	lease, err := store.TakeLease(ctx, jobs.WatchLease, fmt.Sprintf("%s, process %d, qulaq %s", host, os.Getpid(), version()), watchLease)
	if errors.Is(err, schema.ErrLeased) {
		return nil, nil, fmt.Errorf("one qulaq serve or qulaq crawl at a time watches a store: %w", err)
	} else if err != nil {
		return nil, nil, err
	}
	watching, stop := context.WithCancel(ctx)
	kept := make(chan error, 1)
	go func() {
		kept <- lease.Keep(watching)
		stop()
	}()
	return watching, func() error {
		stop()
		if err := <-kept; err != nil {
			return fmt.Errorf("the store is no longer watched from here: %w", err) // not ours to give back
		}
		return lease.Release(context.WithoutCancel(ctx))
	}, nil
}
