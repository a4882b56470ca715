package crawler

import (
	"container/heap"
	"context"
	"iter"
	"sync"
	"time"
)

// readAhead is how many tasks per worker are held to find owners whose turn has
// come. Within it no owner holds up another.
const readAhead = 64

// Each visits requests, with at most the given number of workers at a time and
// one at a time per owner. Owners whose turn comes first go first; the requests
// of one owner keep their order.
//
// The sequence is read in a goroutine of its own, a little ahead. Every visit is
// reported to done, from several goroutines at once; the owner's next one waits
// for done to return. When ctx ends, or a visit with Visit.Err, requests that were
// not begun and visits that were aborted are not reported, and Each returns why it
// ended.
func (c *Crawler) Each(ctx context.Context, workers int, requests iter.Seq[Request], done func(Request, Visit)) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	return Work(ctx, c, workers, requests, Request.OwnerKey, func(ctx context.Context, r Request) {
		switch v := c.Visit(ctx, r); {
		case v.Err != nil:
			stop(v.Err)
		case !v.Aborted:
			done(r, v)
		}
	})
}

// Work is Each for tasks that are more than one visit, such as a thread of
// several pages: do makes the visits, to the owner that owner names.
//
// Work returns when all tasks are done or, after those under way have returned,
// when ctx has ended.
func Work[T any](ctx context.Context, c *Crawler, workers int, tasks iter.Seq[T], owner func(T) string, do func(context.Context, T)) error {
	workers = max(workers, 1)
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var (
		group    sync.WaitGroup
		incoming = make(chan T)
		chosen   = make(chan job[T])
		finished = make(chan *lane[T])
	)
	group.Go(func() {
		defer close(incoming)
		for task := range tasks {
			select {
			case incoming <- task:
			case <-ctx.Done():
				return
			}
		}
	})
	for range workers {
		group.Go(func() {
			for j := range chosen {
				do(ctx, j.task)
				finished <- j.lane
			}
		})
	}
	s := &schedule[T]{crawler: c, lanes: map[string]*lane[T]{}}
	s.run(ctx, workers*readAhead, owner, incoming, chosen, finished)
	close(chosen)
	err := context.Cause(ctx)
	cancel(nil) // the reader of tasks may still be waiting
	group.Wait()
	return err
}

// schedule decides which owner is next. One goroutine runs it.
type schedule[T any] struct {
	crawler *Crawler
	lanes   map[string]*lane[T] // of owners with tasks waiting or under way
	waiting lanes[T]            // those with tasks waiting and none under way
	held    int                 // tasks waiting
	busy    int                 // tasks under way
}

// lane holds the tasks of one owner.
type lane[T any] struct {
	owner   string
	tasks   []T
	busy    bool
	readyAt time.Time // when the owner may be asked
}

type job[T any] struct {
	lane *lane[T]
	task T
}

// run hands tasks to workers until all are done or ctx has ended, and the
// workers are idle.
func (s *schedule[T]) run(ctx context.Context, limit int, owner func(T) string, incoming <-chan T, chosen chan<- job[T], finished <-chan *lane[T]) {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for incoming != nil || s.held > 0 || s.busy > 0 {
		if ctx.Err() != nil {
			for ; s.busy > 0; s.busy-- {
				<-finished
			}
			return
		}
		source := incoming
		if s.held >= limit {
			source = nil
		}
		next, wait := s.next()
		var sink chan<- job[T]
		var j job[T]
		var woken <-chan time.Time
		switch {
		case next != nil && wait <= 0:
			sink, j = chosen, job[T]{next, next.tasks[0]}
		case next != nil:
			timer.Reset(wait)
			woken = timer.C
		}
		select {
		case task, ok := <-source:
			if !ok {
				incoming = nil
				continue
			}
			s.add(owner(task), task)
		case sink <- j:
			s.begin(next)
		case l := <-finished:
			s.end(l)
		case <-woken:
		case <-ctx.Done():
		}
	}
}

// next returns the lane whose turn comes first, and how long until then; nil
// when no lane waits. A turn too far away to wait for is taken at once: the visit
// will end by saying so.
func (s *schedule[T]) next() (*lane[T], time.Duration) {
	if len(s.waiting) == 0 {
		return nil, 0
	}
	first := s.waiting[0]
	wait := first.readyAt.Sub(s.crawler.config.Now())
	if wait > s.crawler.config.MaxWait {
		wait = 0
	}
	return first, wait
}

func (s *schedule[T]) add(owner string, task T) {
	l, ok := s.lanes[owner]
	if !ok {
		l = &lane[T]{owner: owner, readyAt: s.crawler.gate.readyAt(owner)}
		s.lanes[owner] = l
	}
	l.tasks = append(l.tasks, task)
	s.held++
	if !l.busy && len(l.tasks) == 1 {
		heap.Push(&s.waiting, l)
	}
}

// begin takes the first task of the first lane.
func (s *schedule[T]) begin(l *lane[T]) {
	heap.Pop(&s.waiting)
	l.tasks = l.tasks[1:]
	l.busy = true
	s.held--
	s.busy++
}

func (s *schedule[T]) end(l *lane[T]) {
	l.busy = false
	s.busy--
	if len(l.tasks) == 0 {
		delete(s.lanes, l.owner)
		return
	}
	l.readyAt = s.crawler.gate.readyAt(l.owner)
	heap.Push(&s.waiting, l)
}

// lanes is a heap of lanes by the time of their turn.
type lanes[T any] []*lane[T]

func (h lanes[T]) Len() int           { return len(h) }
func (h lanes[T]) Less(i, j int) bool { return h[i].readyAt.Before(h[j].readyAt) }
func (h lanes[T]) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *lanes[T]) Push(x any)        { *h = append(*h, x.(*lane[T])) }
func (h *lanes[T]) Pop() any {
	old := *h
	last := len(old) - 1
	l := old[last]
	old[last] = nil
	*h = old[:last]
	return l
}
