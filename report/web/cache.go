package web

import (
	"container/list"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"
)

// pendingError is told while something is still being computed.
type pendingError struct{ since time.Time }

func (e *pendingError) Error() string {
	return fmt.Sprintf("web: being computed since %s", e.since.Format(time.RFC3339))
}

// errBusy is told when more waits to be computed than would be kept.
var errBusy = errors.New("web: too much is being computed")

// cache keeps what was computed, the latest used of it. Each thing is computed once
// however many ask for it, and goes on being computed when they leave.
type cache struct {
	ctx   context.Context
	size  int           // entries that are kept
	slots chan struct{} // what may be computed at a time

	mu      sync.Mutex
	entries map[string]*entry
	used    *list.List // of keys, the latest first
	waiting int        // entries that are not done
	running sync.WaitGroup
}

type entry struct {
	began   time.Time
	done    chan struct{}
	element *list.Element
	value   any // once done
	err     error
}

// newCache makes a cache of so many entries, of which workers are computed at a time.
func newCache(ctx context.Context, size, workers int) *cache {
	return &cache{ctx: ctx, size: size, slots: make(chan struct{}, workers), entries: map[string]*entry{}, used: list.New()}
}

// get gives what f computes for the key, waiting for it as long as ctx allows. When
// ctx ends first, the error is an pendingError. A failure is told to those who wait,
// and is not kept.
func (c *cache) get(ctx context.Context, key string, f func(context.Context) (any, error)) (any, error) {
	e := c.entry(key, f)
	if e == nil {
		return nil, errBusy
	}
	select {
	case <-e.done:
		return e.value, e.err
	default:
	}
	select {
	case <-e.done:
		return e.value, e.err
	case <-ctx.Done():
		return nil, &pendingError{e.began}
	}
}

// entry finds the entry of a key, or begins to compute it; nil when too many wait.
func (c *cache) entry(key string, f func(context.Context) (any, error)) *entry {
	c.mu.Lock()
	defer c.mu.Unlock()
	if e, ok := c.entries[key]; ok {
		c.used.MoveToFront(e.element)
		return e
	}
	if c.waiting >= c.size {
		return nil
	}
	c.waiting++
	e := &entry{began: time.Now(), done: make(chan struct{}), element: c.used.PushFront(key)}
	c.entries[key] = e
	if c.used.Len() > c.size {
		c.drop(c.used.Back().Value.(string))
	}
	c.running.Go(func() { c.compute(key, e, f) })
	return e
}

func (c *cache) compute(key string, e *entry, f func(context.Context) (any, error)) {
	select {
	case c.slots <- struct{}{}:
		e.value, e.err = safely(c.ctx, f)
		<-c.slots
	case <-c.ctx.Done():
		e.err = c.ctx.Err()
	}
	c.mu.Lock()
	c.waiting--
	if e.err != nil && c.entries[key] == e {
		c.drop(key)
	}
	c.mu.Unlock()
	close(e.done)
}

// safely turns a panic, which would end the crawl beside it, into an error.
func safely(ctx context.Context, f func(context.Context) (any, error)) (value any, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("web: computing failed: %v", p)
		}
	}()
	return f(ctx)
}

// drop forgets an entry; c.mu is held.
func (c *cache) drop(key string) {
	c.used.Remove(c.entries[key].element)
	delete(c.entries, key)
}

func (c *cache) wait() { c.running.Wait() }

// live keeps the snapshot of now. Readers never wait for news: the old snapshot is
// shown until the new one has been read.
type live struct {
	source Source
	cache  *cache
	every  time.Duration
	warm   func(context.Context, *state) // computes what is asked for first
	log    *slog.Logger

	mu         sync.Mutex
	looked     time.Time
	generation string
	snapshot   *state
}

// state is a snapshot with a name, which is another for every other state.
type state struct {
	*Snapshot
	name string
}

// now gives the snapshot of now. Only for the first one does it wait.
func (l *live) now(ctx context.Context) (*state, error) {
	l.mu.Lock()
	have, due := l.snapshot, time.Since(l.looked) >= l.every
	if have != nil && due {
		l.looked = time.Now()
		l.cache.running.Go(func() {
			if err := l.look(l.cache.ctx); err != nil && !errors.Is(err, context.Canceled) {
				l.log.Error("web: look for news", slog.Any("err", err))
			}
		})
	}
	l.mu.Unlock()
	if have != nil {
		return have, nil
	}
	if _, err := l.cache.get(ctx, "now", func(ctx context.Context) (any, error) { return nil, l.look(ctx) }); err != nil {
		return nil, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.snapshot, nil
}

// look reads a new snapshot when there are news.
func (l *live) look(ctx context.Context) error {
	generation, err := l.source.Generation(ctx)
	if err != nil {
		return err
	}
	l.mu.Lock()
	same := l.snapshot != nil && l.generation == generation
	l.mu.Unlock()
	if same {
		return nil
	}
	snapshot, err := l.source.Snapshot(ctx, time.Time{})
	if err != nil {
		return err
	}
	fresh := &state{snapshot, "generation " + generation}
	show := func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.generation, l.looked, l.snapshot = generation, time.Now(), fresh
	}
	l.mu.Lock()
	first := l.snapshot == nil
	l.mu.Unlock()
	if first { // better a page that is being computed than none
		show()
		l.cache.running.Go(func() { l.warm(l.cache.ctx, fresh) })
		return nil
	}
	l.warm(ctx, fresh)
	show()
	return nil
}
