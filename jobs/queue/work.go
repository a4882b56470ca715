package queue

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// Handler does a task and returns what goes back to the daemon. When ctx ends it
// stops at once; what it returns then does not matter.
type Handler func(ctx context.Context, task Task, ask Ask) ([]byte, error)

// Ask asks the daemon that handed in a task.
type Ask func(ctx context.Context, question []byte) ([]byte, error)

// ErrUnfit is what a Handler returns when not its task is at fault but this worker:
// the task goes to another, and the worker ends.
var ErrUnfit = errors.New("queue: this worker cannot go on")

// WorkOptions are what a worker goes by.
type WorkOptions struct {
	Slots  int                        // tasks at a time, each of another owner
	Grace  time.Duration              // that tasks get to end in when the worker is told to; what has not ended goes to another
	Accept func(charter []byte) error // tells whether this worker can do as the daemon asks; an error ends it
}

// charterKey is where the daemon says what it asks of workers.
const charterKey = "charter"

// worker is a Queue.Work.
type worker struct {
	*Queue
	options WorkOptions
	handle  Handler
	source  jetstream.Consumer

	mu       sync.Mutex
	accepted map[string][]byte // charters, by key
}

// Work does tasks until ctx ends. A worker takes no more tasks than it has slots
// for. It returns nil when it was told to end, and an error only when it cannot go
// on: while servers are away it waits for them.
func (q *Queue) Work(ctx context.Context, o WorkOptions, handle Handler) error {
	w := &worker{Queue: q, options: o, handle: handle, accepted: map[string][]byte{}}
	if err := w.agree(ctx); err != nil {
		return err
	}
	for w.source == nil {
		source, err := q.consumer(ctx, "visits", q.config.Lease)
		if err != nil {
			q.config.Log.LogAttrs(ctx, slog.LevelWarn, "queue: no tasks can be taken yet", slog.String("err", err.Error()))
			if !pause(ctx, q.config.Lease/10) {
				return nil
			}
			continue
		}
		w.source = source
	}
	taking, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	working, cut := context.WithCancel(context.WithoutCancel(ctx))
	defer cut()
	defer context.AfterFunc(taking, func() { pause(working, o.Grace); cut() })()

	var group sync.WaitGroup
	for range max(o.Slots, 1) {
		group.Go(func() {
			for taking.Err() == nil {
				m := w.next(taking)
				if m == nil {
					continue
				}
				if err := w.do(working, m); err != nil {
					stop(err)
				}
			}
		})
	}
	group.Wait()
	if err := context.Cause(taking); ctx.Err() == nil {
		return err
	}
	return nil
}

// next takes a task; nil when there was none for a while.
func (w *worker) next(ctx context.Context) jetstream.Msg {
	waiting, cancel := context.WithTimeout(ctx, w.config.Lease)
	defer cancel()
	m, err := w.source.Next(jetstream.FetchContext(waiting))
	switch {
	case err == nil:
		return m
	case errors.Is(err, nats.ErrTimeout), errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
	default:
		w.config.Log.LogAttrs(ctx, slog.LevelDebug, "queue: tasks", slog.String("err", err.Error()))
		pause(ctx, w.config.Lease/20)
	}
	return nil
}

// agree waits for the daemon's charter, and sees whether this worker can follow it.
func (w *worker) agree(ctx context.Context) error {
	for {
		entry, err := w.leases.Get(ctx, charterKey)
		if err == nil {
			if err := w.options.Accept(entry.Value()); err != nil {
				return fmt.Errorf("queue: this worker cannot work for that daemon: %w", err)
			}
			w.mu.Lock()
			w.accepted[key(string(entry.Value()))] = entry.Value()
			w.mu.Unlock()
			return nil
		}
		if !pause(ctx, w.config.Lease/20) {
			return nil
		}
	}
}

// terms are the charter that a task was handed in with; nil when it was handed in by
// a daemon that has gone.
func (w *worker) terms(ctx context.Context, key string) ([]byte, error) {
	known := func() []byte {
		w.mu.Lock()
		defer w.mu.Unlock()
		return w.accepted[key]
	}
	if terms := known(); terms != nil {
		return terms, nil
	}
	if err := w.agree(ctx); err != nil {
		return nil, err
	}
	return known(), nil
}

// do does one task. An error is one of the worker's, not of the task's.
func (w *worker) do(ctx context.Context, m jetstream.Msg) error {
	head := m.Headers()
	task := Task{ID: head.Get(headTask), Owner: head.Get(headOwner), About: head.Get(headAbout), Body: m.Data()}
	var err error
	if task.Charter, err = w.terms(ctx, head.Get(headCharter)); err != nil || task.Charter == nil {
		_ = m.NakWithDelay(w.config.Lease / 20) // for a worker that can, or that knows by then
		return err
	}
	meta, err := m.Metadata()
	if err != nil {
		return fmt.Errorf("queue: task: %w", err)
	}
	attempt := int(meta.NumDelivered)
	alive, rest := context.WithCancel(ctx)
	defer rest()
	go func() { // so that it is not given to another as well
		for pause(alive, w.config.Lease/4) {
			_ = m.InProgress()
		}
	}()
	l, err := w.take(ctx, "owner "+task.Owner)
	if err != nil {
		_ = m.Nak() // the worker ends
		return nil
	}
	done := ""
	switch {
	case l.entry.Last == task.ID: // it was done, by a worker that died before it could say so
	case attempt > w.config.Deliveries:
		err = fmt.Errorf("it was begun %d times and never came to an end: it may end the worker that does it", w.config.Deliveries)
	default:
		err = w.attempt(ctx, l, m, task)
	}
	switch {
	case err == nil:
		done = task.ID
	case errors.Is(err, errLeaseLost), errors.Is(err, ErrUnfit), ctx.Err() != nil:
		_ = m.Nak()
		l.release(context.WithoutCancel(ctx), "")
		if errors.Is(err, ErrUnfit) {
			return err
		}
		return nil
	case attempt < w.config.Deliveries:
		l.release(ctx, "")
		_ = m.NakWithDelay(time.Duration(attempt) * w.config.Retry)
		return nil
	default:
		if err := w.park(ctx, task, attempt, err.Error()); err != nil {
			l.release(ctx, "")
			return nil // it comes again, and is parked then
		}
		done = task.ID
	}
	ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), w.config.Lease/3)
	defer cancel()
	l.release(ending, done)
	_ = m.DoubleAck(ending) // one that is lost brings the task again, and the lease tells that it is done
	return nil
}

// attempt does a task under a lease, and sends what came of it.
func (w *worker) attempt(ctx context.Context, l *lease, m jetstream.Msg, task Task) error {
	ctx, stop := context.WithCancelCause(context.WithValue(ctx, leaseKey{}, l))
	defer stop(nil)
	kept := make(chan struct{})
	go func() {
		defer close(kept)
		if err := l.keep(ctx); err != nil {
			stop(err)
		}
	}()
	defer func() { stop(nil); <-kept }()
	body, err := w.safely(ctx, m, task)
	switch {
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case l.lapsed.Load(): // and was renewed since: what could not be sent would look like a fault of the owner
		return errLeaseLost
	}
	if err != nil {
		return err
	}
	return w.send(ctx, task, body, "")
}

// safely calls the handler. A panic in it is an error of the task.
func (w *worker) safely(ctx context.Context, m jetstream.Msg, task Task) (body []byte, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("it panicked: %v", p)
		}
	}()
	return w.handle(ctx, task, func(ctx context.Context, question []byte) ([]byte, error) {
		q := nats.NewMsg(m.Headers().Get(headAsk))
		q.Header.Set(headTask, task.ID)
		q.Data = question
		for {
			waiting, cancel := context.WithTimeout(ctx, w.config.Lease/3)
			answer, err := w.conn.RequestMsgWithContext(waiting, q)
			cancel()
			switch {
			case err == nil:
				return answer.Data, nil
			case errors.Is(err, nats.ErrNoResponders):
				return nil, fmt.Errorf("queue: the daemon that handed it in has gone")
			case !pause(ctx, w.config.Lease/20):
				return nil, context.Cause(ctx)
			}
		}
	})
}

// send sends the result of a task. A server takes it once.
func (w *worker) send(ctx context.Context, task Task, body []byte, parked string) error {
	m := nats.NewMsg(w.subject("seen." + key(task.ID)))
	m.Data = body
	m.Header.Set(headTask, task.ID)
	if parked != "" {
		m.Header.Set(headParked, parked)
	}
	_, err := w.publish(ctx, m, task.ID)
	if errors.Is(err, nats.ErrMaxPayload) {
		return fmt.Errorf("its result has %d bytes, and the servers take messages of %d: raise their max_payload", len(body), w.conn.MaxPayload())
	}
	return err
}
