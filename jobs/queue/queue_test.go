package queue

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// quick is a queue of a server of its own whose leases are short.
func quick(t *testing.T) func() *Queue {
	t.Helper()
	s, err := Serve(ServerConfig{Listen: "127.0.0.1:0", Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return func() *Queue { return open(t, s.URL(), 1) }
}

func open(t *testing.T, url string, replicas int) *Queue {
	t.Helper()
	q, err := Open(t.Context(), Config{URL: url, Lease: time.Second, Retry: time.Millisecond, Deliveries: 3, Replicas: replicas})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(q.Close)
	return q
}

func dispatch(t *testing.T, q *Queue, late func(Result)) *Dispatcher {
	t.Helper()
	d, err := q.Dispatch(t.Context(), []byte("terms"), late)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close(context.Background()) })
	return d
}

func nobody(t *testing.T) func(Result) {
	return func(r Result) { t.Errorf("nobody waits for %s", r.Task) }
}

func anything([]byte) error { return nil }

// work runs a worker until stop, or the end of the test.
func work(t *testing.T, q *Queue, slots int, handle Handler) (stop func() error) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() {
		done <- q.Work(ctx, WorkOptions{Slots: slots, Grace: 5 * time.Second, Accept: anything}, handle)
	}()
	stop = sync.OnceValue(func() error { cancel(); return <-done })
	t.Cleanup(func() { _ = stop() })
	return stop
}

func do(t *testing.T, d *Dispatcher, task Task, answer func([]byte) []byte) *Result {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	r, err := d.Do(ctx, task, answer)
	if err != nil {
		t.Fatalf("Do(%s) = %v", task.ID, err)
	}
	r.Stored()
	return r
}

func TestTaskIsDone(t *testing.T) {
	t.Parallel()
	q := quick(t)
	d := dispatch(t, q(), nobody(t))
	work(t, q(), 1, func(ctx context.Context, task Task, ask Ask) ([]byte, error) {
		more, err := ask(ctx, []byte("more?"))
		return fmt.Appendf(nil, "%s of %s under %s: %s", task.Body, task.Owner, task.Charter, more), err
	})
	got := do(t, d, Task{ID: "1", Owner: "a", About: "x", Body: []byte("page")}, func(q []byte) []byte { return append(q, " no"...) })
	if want := "page of a under terms: more? no"; string(got.Body) != want || got.Parked != "" {
		t.Errorf("Do = %q, parked %q, want %q", got.Body, got.Parked, want)
	}
}

// owners counts who works for whom.
type owners struct {
	mu    sync.Mutex
	busy  map[string]int
	twice []string
}

func (o *owners) visit(owner string, d time.Duration) {
	o.mu.Lock()
	if o.busy == nil {
		o.busy = map[string]int{}
	}
	if o.busy[owner]++; o.busy[owner] > 1 {
		o.twice = append(o.twice, owner)
	}
	o.mu.Unlock()
	<-time.After(d)
	o.mu.Lock()
	o.busy[owner]--
	o.mu.Unlock()
}

// The daemon hands in one visit to an owner at a time. The queue holds to it also
// where the daemon does not: twelve tasks of two owners at once, three workers.
func TestOneWorkerForAnOwner(t *testing.T) {
	t.Parallel()
	q := quick(t)
	d := dispatch(t, q(), nobody(t))
	var o owners
	for range 3 {
		work(t, q(), 4, func(_ context.Context, task Task, _ Ask) ([]byte, error) {
			o.visit(task.Owner, 20*time.Millisecond)
			return nil, nil
		})
	}
	var group sync.WaitGroup
	for i := range 12 {
		group.Go(func() {
			do(t, d, Task{ID: fmt.Sprint(i), Owner: fmt.Sprint(i % 2), About: fmt.Sprint(i)}, nil)
		})
	}
	group.Wait()
	if o.twice != nil {
		t.Errorf("owners %v were worked for by two at once", o.twice)
	}
}

// A worker that can no longer reach the servers gives its work up before another
// begins it.
func TestLostLeaseEndsTheWork(t *testing.T) {
	t.Parallel()
	q := quick(t)
	d := dispatch(t, q(), nobody(t))
	cutOff := q()
	var o owners
	ended := make(chan error, 1)
	var held error
	work(t, cutOff, 1, func(ctx context.Context, task Task, _ Ask) ([]byte, error) {
		o.mu.Lock()
		o.busy = map[string]int{task.Owner: 1}
		o.mu.Unlock()
		cutOff.conn.Opts.AllowReconnect = false
		cutOff.Close()
		<-ctx.Done()
		held = Held(ctx)
		o.mu.Lock()
		o.busy[task.Owner]--
		o.mu.Unlock()
		ended <- context.Cause(ctx)
		return nil, ctx.Err()
	})
	result := make(chan *Result, 1)
	go func() { result <- do(t, d, Task{ID: "1", Owner: "a", About: "x"}, nil) }()
	if err := <-ended; !errors.Is(err, errLeaseLost) {
		t.Errorf("the work ended with %v, want %v", err, errLeaseLost)
	}
	if !errors.Is(held, errLeaseLost) {
		t.Errorf("Held = %v after the lease, want %v", held, errLeaseLost)
	}
	work(t, q(), 1, func(_ context.Context, task Task, _ Ask) ([]byte, error) {
		o.visit(task.Owner, 0)
		return []byte("second"), nil
	})
	if got := <-result; string(got.Body) != "second" || o.twice != nil {
		t.Errorf("Do = %q with %v at once, want second, and nobody", got.Body, o.twice)
	}
}

// A worker that stood still may be told that it holds no lease, and then be found to
// have renewed it: what it did in between is done again.
func TestLapsedLeaseSpoilsTheWork(t *testing.T) {
	t.Parallel()
	q := quick(t)
	d := dispatch(t, q(), nobody(t))
	attempts := 0
	work(t, q(), 1, func(ctx context.Context, _ Task, _ Ask) ([]byte, error) {
		if attempts++; attempts > 1 {
			return []byte("whole"), nil
		}
		l := ctx.Value(leaseKey{}).(*lease)
		until := l.until.Swap(new(time.Time))
		if err := Held(ctx); !errors.Is(err, errLeaseLost) {
			t.Errorf("Held = %v, want %v", err, errLeaseLost)
		}
		l.until.Store(until)
		return []byte("a network error"), nil
	})
	if got := do(t, d, Task{ID: "1", Owner: "a", About: "x"}, nil); string(got.Body) != "whole" {
		t.Errorf("Do = %q after %d attempts, want whole", got.Body, attempts)
	}
}

// A worker that is told to stop finishes what it does and takes nothing more.
func TestWorkerDrains(t *testing.T) {
	t.Parallel()
	q := quick(t)
	d := dispatch(t, q(), nobody(t))
	begun, finish := make(chan struct{}), make(chan struct{})
	stop := work(t, q(), 1, func(ctx context.Context, task Task, _ Ask) ([]byte, error) {
		close(begun)
		<-finish
		return []byte("whole"), ctx.Err()
	})
	result := make(chan *Result, 1)
	go func() { result <- do(t, d, Task{ID: "1", Owner: "a", About: "x"}, nil) }()
	<-begun
	stopped := make(chan error, 1)
	go func() { stopped <- stop() }()
	close(finish)
	if err := <-stopped; err != nil {
		t.Errorf("Work = %v, want nil", err)
	}
	if got := <-result; string(got.Body) != "whole" {
		t.Errorf("Do = %q, want whole", got.Body)
	}
}

// Of a daemon that died, what was seen comes to the next one, and only that which
// had not been stored.
func TestResultsOutliveTheDaemon(t *testing.T) {
	t.Parallel()
	q := quick(t)
	first := dispatch(t, q(), nobody(t))
	release := make(chan struct{})
	work(t, q(), 2, func(_ context.Context, task Task, _ Ask) ([]byte, error) {
		if task.ID == "slow" {
			<-release
		}
		return task.Body, nil
	})
	do(t, first, Task{ID: "stored", Owner: "a", About: "x"}, nil)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		_, err := first.Do(ctx, Task{ID: "slow", Owner: "b", About: "y", Body: []byte("late")}, nil)
		ended <- err
	}()
	if !eventually(func() bool { info, err := first.queue.tasks.Info(ctx); return err == nil && info.State.Msgs == 1 }) {
		t.Fatal("the task was not handed in")
	}
	<-time.After(200 * time.Millisecond) // it is begun
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("Do = %v, want %v", err, context.Canceled)
	}
	if err := first.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	close(release)
	late := make(chan Result, 9)
	dispatch(t, q(), func(r Result) { late <- r })
	if r := <-late; r.Task != "slow" || string(r.Body) != "late" {
		t.Errorf("late = %s %q, want slow late", r.Task, r.Body)
	}
	<-time.After(300 * time.Millisecond)
	if len(late) > 0 {
		t.Errorf("late again: %v", (<-late).Task)
	}
}

// What is sent over a connection that breaks arrives nowhere, be it a result or the
// word that one is stored: both come again, and only once to who waits.
func TestResultIsLostOnItsWay(t *testing.T) {
	t.Parallel()
	q := quick(t)
	there := q()
	d := dispatch(t, there, nobody(t))
	thief, err := q().js.Consumer(t.Context(), there.stream("seen"), "seen")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	stolen := make(chan string, 1)
	go func() {
		for {
			if m, err := thief.Next(jetstream.FetchContext(ctx)); err == nil {
				stolen <- m.Headers().Get(headTask)
				return
			} else if ctx.Err() != nil {
				return
			}
		}
	}()
	work(t, q(), 1, func(_ context.Context, task Task, _ Ask) ([]byte, error) { return task.Body, nil })
	robbed := false
	for i := 0; !robbed && i < 100; i++ {
		id := fmt.Sprint(i)
		if r := do(t, d, Task{ID: id, Owner: "a", About: id, Body: []byte("page " + id)}, nil); string(r.Body) != "page "+id {
			t.Errorf("Do(%s) = %q", id, r.Body)
		}
		select {
		case <-stolen:
			robbed = true
		default:
		}
	}
	if !robbed {
		t.Error("no result was lost")
	}

	const unsaid = "its storing is not heard of"
	r, err := d.Do(t.Context(), Task{ID: unsaid, Owner: "a", About: "x"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	d.mu.Lock()
	d.taken[r.Task] = true // all that Stored does when its word is lost
	d.mu.Unlock()
	if !eventually(func() bool { info, err := there.results.Info(t.Context()); return err == nil && info.State.Msgs == 0 }) {
		t.Error("a result that is stored is sent for ever")
	}
}

// A result may wait for its reader for longer than the servers take to elect one
// who sends it: only what they do not hold is lost.
func TestLost(t *testing.T) {
	t.Parallel()
	q := quick(t)
	d := dispatch(t, q(), nobody(t))
	if err := d.queue.js.DeleteConsumer(t.Context(), d.queue.stream("seen"), "seen"); err != nil { // nobody sends results any more
		t.Fatal(err)
	}
	done := make(chan struct{}, 1)
	work(t, q(), 1, func(context.Context, Task, Ask) ([]byte, error) {
		done <- struct{}{}
		return nil, nil
	})
	ended := make(chan error, 1)
	go func() {
		_, err := d.Do(t.Context(), Task{ID: "1", Owner: "a", About: "x"}, nil)
		ended <- err
	}()
	<-done
	select {
	case err := <-ended:
		t.Fatalf("Do = %v while the servers hold the result", err)
	case <-time.After(5 * d.queue.config.Lease):
	}
	if err := d.queue.results.Purge(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := <-ended; !errors.Is(err, ErrLost) {
		t.Errorf("Do = %v after the result was lost, want %v", err, ErrLost)
	}
}

func TestOneDaemonHandsIn(t *testing.T) {
	t.Parallel()
	q := quick(t)
	dispatch(t, q(), nobody(t))
	if _, err := q().Dispatch(t.Context(), nil, nil); !errors.Is(err, ErrTaken) {
		t.Errorf("a second Dispatch = %v, want %v", err, ErrTaken)
	}
}

func TestUnfitWorkerIsRefused(t *testing.T) {
	t.Parallel()
	q := quick(t)
	dispatch(t, q(), nobody(t))
	other := errors.New("another key")
	err := q().Work(t.Context(), WorkOptions{Accept: func(c []byte) error {
		if string(c) != "terms" {
			t.Errorf("charter %q, want terms", c)
		}
		return other
	}}, nil)
	if !errors.Is(err, other) {
		t.Errorf("Work = %v, want %v", err, other)
	}
}

func TestServeWantsATokenBeyondThisMachine(t *testing.T) {
	t.Parallel()
	_, err := Serve(ServerConfig{Listen: "0.0.0.0:0", Dir: t.TempDir()})
	if err == nil || !strings.Contains(err.Error(), "QULAQ_QUEUE_TOKEN") {
		t.Errorf("Serve on all addresses without a token = %v, want a word about the token", err)
	}
	s, err := Serve(ServerConfig{Listen: "127.0.0.1:0", Dir: t.TempDir(), Token: "let me in"})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if q, err := Open(t.Context(), Config{URL: s.URL()}); err == nil {
		q.Close()
		t.Error("a client without the token was let in")
	}
	q, err := Open(t.Context(), Config{URL: s.URL(), Token: "let me in"})
	if err != nil {
		t.Fatal(err)
	}
	q.Close()
}

// BenchmarkDo is what the queue itself takes for a visit: handed out, leased, done,
// reported, with 64 under way over one server on loopback.
func BenchmarkDo(b *testing.B) {
	s, err := Serve(ServerConfig{Listen: "127.0.0.1:0", Dir: b.TempDir()})
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	open := func() *Queue {
		q, err := Open(b.Context(), Config{URL: s.URL()})
		if err != nil {
			b.Fatal(err)
		}
		return q
	}
	q, w := open(), open()
	defer q.Close()
	defer w.Close()
	d, err := q.Dispatch(b.Context(), []byte("terms"), nil)
	if err != nil {
		b.Fatal(err)
	}
	ctx, stop := context.WithCancel(b.Context())
	var group sync.WaitGroup
	defer group.Wait()
	defer stop()
	body := make([]byte, 4<<10)
	group.Go(func() {
		_ = w.Work(ctx, WorkOptions{Slots: 64, Accept: anything}, func(context.Context, Task, Ask) ([]byte, error) { return body, nil })
	})
	b.ReportAllocs()
	tasks := make(chan int)
	var hands sync.WaitGroup
	for range 64 {
		hands.Go(func() {
			for i := range tasks {
				id := fmt.Sprint(i)
				r, err := d.Do(ctx, Task{ID: id, Owner: id, About: id, Body: body}, nil)
				if err != nil {
					b.Error(err)
					continue
				}
				r.Stored()
			}
		})
	}
	for i := range b.N {
		tasks <- i
	}
	close(tasks)
	hands.Wait()
}
