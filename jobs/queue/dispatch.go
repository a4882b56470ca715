package queue

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// Task is something that a worker is to do.
type Task struct {
	ID    string // of this attempt of the daemon: never used again
	Owner string // whose tasks are done one at a time
	About string // what it is about, the same for each attempt: the key under which it is parked
	Body  []byte

	Charter []byte // that it was handed in under; a worker is told
}

// Result is what came of a task.
type Result struct {
	Task   string // ID
	Body   []byte // what the worker's handler returned; nil for a task that was parked
	Parked string // why the task was parked; "" when it was done

	ack func()
}

// Stored tells the servers that the result need not be kept any longer. A result of
// which this is not told comes again.
func (r *Result) Stored() { r.ack() }

// The errors of [Dispatcher].
var (
	ErrTaken = errors.New("queue: another daemon hands in visits there") // of Dispatch
	ErrLost  = errors.New("queue: all servers that held it have died")   // of Do: nothing is known of the task
)

// Dispatcher hands in tasks. There is one at a time.
type Dispatcher struct {
	queue   *Queue
	charter string // key of it
	asked   *nats.Subscription
	late    func(Result)
	end     context.CancelCauseFunc
	ended   context.Context
	group   sync.WaitGroup

	mu      sync.Mutex
	waiting map[string]*errand // by task
	taken   map[string]bool    // tasks whose result was handed on: whether it is stored
}

// errand is a task that somebody waits for.
type errand struct {
	done   chan Result
	answer func(question []byte) []byte
}

// Headers of messages.
const (
	headTask    = "Qulaq-Task"
	headOwner   = "Qulaq-Owner"
	headAbout   = "Qulaq-About"
	headAsk     = "Qulaq-Ask"
	headCharter = "Qulaq-Charter"
	headParked  = "Qulaq-Parked"
)

// Dispatch begins to hand in tasks. What an earlier dispatcher left undone is
// forgotten; results of it that come yet are given to late, as are those of tasks
// that nobody waits for any more. charter is what workers must agree to
// ([Queue.Work]). late is called from one goroutine.
//
// It is ErrTaken when another dispatcher lives.
func (q *Queue) Dispatch(ctx context.Context, charter []byte, late func(Result)) (*Dispatcher, error) {
	waiting, cancel := context.WithTimeoutCause(ctx, q.config.Lease*3/2, ErrTaken)
	defer cancel()
	l, err := q.take(waiting, "dispatcher")
	if err != nil {
		return nil, fmt.Errorf("queue: dispatch: %w", err)
	}
	d := &Dispatcher{queue: q, charter: key(string(charter)), late: late, waiting: map[string]*errand{}, taken: map[string]bool{}}
	d.ended, d.end = context.WithCancelCause(ctx)
	d.group.Go(func() {
		defer l.release(context.WithoutCancel(ctx), "")
		if err := l.keep(d.ended); err != nil {
			d.end(err)
		}
	})
	if err := d.open(ctx, charter); err != nil {
		return nil, errors.Join(fmt.Errorf("queue: dispatch: %w", err), d.Close(context.WithoutCancel(ctx)))
	}
	return d, nil
}

func (d *Dispatcher) open(ctx context.Context, charter []byte) error {
	q := d.queue
	if err := q.tasks.Purge(ctx); err != nil {
		return err
	}
	if _, err := q.leases.Put(ctx, charterKey, charter); err != nil {
		return err
	}
	var err error
	if d.asked, err = q.conn.Subscribe(q.subject("ask."+rand.Text()), d.answer); err != nil {
		return err
	}
	// A result that goes down with the connection it was sent over comes again after a
	// lease; so does one that waits for longer to be stored, and is known again.
	results, err := q.consumer(ctx, "seen", q.config.Lease)
	if err != nil {
		return err
	}
	taking, err := results.Consume(d.take, jetstream.ConsumeErrHandler(func(_ jetstream.ConsumeContext, err error) {
		q.config.Log.LogAttrs(ctx, slog.LevelDebug, "queue: results", slog.String("err", err.Error()))
	}))
	if err != nil {
		return err
	}
	d.group.Go(func() {
		<-d.ended.Done()
		taking.Stop()
		<-taking.Closed()
	})
	return nil
}

// Close stops handing in. Tasks that no worker has begun are taken back.
func (d *Dispatcher) Close(ctx context.Context) error {
	d.end(context.Canceled)
	if d.asked != nil {
		_ = d.asked.Unsubscribe() // the connection may be gone, and the subscription with it
	}
	ctx, cancel := context.WithTimeout(ctx, d.queue.config.Lease/3)
	defer cancel()
	// Who begins to work between two daemons is to agree with the second.
	err := errors.Join(d.queue.tasks.Purge(ctx), d.queue.leases.Purge(ctx, charterKey))
	d.group.Wait()
	if err != nil {
		return fmt.Errorf("queue: take back tasks: %w", err)
	}
	return nil
}

// Do hands in a task and waits for what comes of it. answer is asked what the
// worker wants to know meanwhile; nil for a task that leaves no question.
func (d *Dispatcher) Do(ctx context.Context, task Task, answer func(question []byte) []byte) (*Result, error) {
	e := &errand{make(chan Result, 1), answer}
	d.mu.Lock()
	d.waiting[task.ID] = e
	d.mu.Unlock()
	defer func() {
		d.mu.Lock()
		delete(d.waiting, task.ID)
		d.mu.Unlock()
	}()
	place, err := d.handIn(ctx, task)
	if err != nil {
		return nil, err
	}
	look := time.NewTicker(d.queue.config.Lease)
	defer look.Stop()
	for missed := 0; ; {
		select {
		case r := <-e.done:
			return &r, nil
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		case <-d.ended.Done():
			return nil, context.Cause(d.ended)
		case <-look.C:
			if !d.gone(ctx, task.ID, place) {
				missed = 0
				continue
			}
			if missed++; missed == 3 { // no server that is behind the others said so
				return nil, ErrLost
			}
		}
	}
}

// gone tells whether the servers hold neither a task nor its result, which is there
// before the task is taken away. Who cannot tell says no.
func (d *Dispatcher) gone(ctx context.Context, task string, place uint64) bool {
	_, err := d.queue.tasks.GetMsg(ctx, place)
	if errors.Is(err, jetstream.ErrMsgNotFound) {
		_, err = d.queue.results.GetLastMsgForSubject(ctx, d.queue.subject("seen."+key(task)))
	}
	return errors.Is(err, jetstream.ErrMsgNotFound)
}

// handIn sends a task, and again until a server has it. It tells its place in the
// stream.
func (d *Dispatcher) handIn(ctx context.Context, task Task) (uint64, error) {
	m := nats.NewMsg(d.queue.subject("visits"))
	m.Data = task.Body
	m.Header.Set(headTask, task.ID)
	m.Header.Set(headOwner, task.Owner)
	m.Header.Set(headAbout, task.About)
	m.Header.Set(headAsk, d.asked.Subject)
	m.Header.Set(headCharter, d.charter)
	ack, err := d.queue.publish(ctx, m, task.ID)
	if err != nil {
		return 0, fmt.Errorf("queue: hand in: %w", err)
	}
	return ack.Sequence, nil
}

// publish sends a message until a server has it, or ctx ends.
func (q *Queue) publish(ctx context.Context, m *nats.Msg, id string) (*jetstream.PubAck, error) {
	for {
		trying, cancel := context.WithTimeout(ctx, q.config.Lease/3)
		ack, err := q.js.PublishMsg(trying, m, jetstream.WithMsgID(id))
		cancel()
		switch {
		case err == nil, errors.Is(err, nats.ErrMaxPayload):
			return ack, err
		case !pause(ctx, q.config.Lease/20):
			return nil, errors.Join(context.Cause(ctx), err)
		}
	}
}

// take hands a result to who waits for it.
func (d *Dispatcher) take(m jetstream.Msg) {
	r := Result{Task: m.Headers().Get(headTask), Body: m.Data(), Parked: m.Headers().Get(headParked)}
	r.ack = func() {
		d.mu.Lock()
		d.taken[r.Task] = true
		d.mu.Unlock()
		_ = m.Ack() // one that is lost makes the result come again
	}
	d.mu.Lock()
	stored, again := d.taken[r.Task]
	d.taken[r.Task] = stored
	e := d.waiting[r.Task]
	d.mu.Unlock()
	switch {
	case stored:
		r.ack()
	case again: // the first of them will be stored
	case e != nil:
		e.done <- r
	default:
		d.late(r)
	}
}

// answer answers a worker.
func (d *Dispatcher) answer(m *nats.Msg) {
	d.mu.Lock()
	e := d.waiting[m.Header.Get(headTask)]
	d.mu.Unlock()
	if e == nil || e.answer == nil {
		return // the worker will ask again, and then give up
	}
	_ = m.Respond(e.answer(m.Data)) // likewise
}
