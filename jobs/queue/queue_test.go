package queue

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
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

func TestPoisonIsParked(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name   string
		handle func() ([]byte, error)
		want   string
	}{
		{"an error", func() ([]byte, error) { return nil, errors.New("no such\nsource") }, "no such source"},
		{"a panic", func() ([]byte, error) { panic("index out of range") }, "it panicked: index out of range"},
		{"too large", func() ([]byte, error) { return make([]byte, maxPayload+1), nil }, "its result has 8388609 bytes, and the servers take messages of 8388608: raise their max_payload"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			q := quick(t)
			d := dispatch(t, q(), nobody(t))
			attempts := 0
			work(t, q(), 1, func(context.Context, Task, Ask) ([]byte, error) { attempts++; return test.handle() })
			task := Task{ID: "1", Owner: "a", About: "source thread"}
			if got := do(t, d, task, nil); got.Parked != test.want || attempts != 3 {
				t.Errorf("Do is parked for %q after %d attempts, want %q after 3", got.Parked, attempts, test.want)
			}
			list, err := q().Parked(t.Context())
			if err != nil || len(list) != 1 {
				t.Fatalf("Parked = %v, %v, want one", list, err)
			}
			list[0].At = time.Time{}
			if diff := cmp.Diff(Parked{About: "source thread", Owner: "a", Reason: test.want, Attempts: 3}, list[0]); diff != "" {
				t.Errorf("Parked (-want +got):\n%s", diff)
			}
			if err := q().Release(t.Context(), list[0]); err != nil {
				t.Fatal(err)
			}
			if list, err := q().Parked(t.Context()); err != nil || len(list) != 0 {
				t.Errorf("Parked after Release = %v, %v, want none", list, err)
			}
		})
	}
}

// A task that ends each worker that takes it is not tried for ever.
func TestDeadlyTaskIsParked(t *testing.T) {
	t.Parallel()
	q := quick(t)
	d := dispatch(t, q(), nobody(t))
	killed := 0
	for range 3 {
		victim := q()
		dead := make(chan struct{})
		stop := work(t, victim, 1, func(ctx context.Context, _ Task, _ Ask) ([]byte, error) {
			killed++
			victim.Close() // all that is seen of a process that dies
			close(dead)
			<-ctx.Done()
			return nil, ctx.Err()
		})
		if killed == 0 {
			go func() { do(t, d, Task{ID: "1", Owner: "a", About: "x"}, nil) }()
		}
		<-dead
		_ = stop
	}
	work(t, q(), 1, func(context.Context, Task, Ask) ([]byte, error) {
		t.Error("it was begun a fourth time")
		return nil, nil
	})
	if !eventually(func() bool {
		list, err := q().Parked(t.Context())
		return err == nil && len(list) == 1 && strings.Contains(list[0].Reason, "it may end the worker")
	}) {
		t.Error("it was not parked")
	}
}

func eventually(holds func() bool) bool {
	for range 200 {
		if holds() {
			return true
		}
		<-time.After(50 * time.Millisecond)
	}
	return false
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

// Three servers, of which one dies while tasks are done: none is lost, none is
// reported twice, no owner has two workers.
func TestServerOfAClusterDies(t *testing.T) {
	t.Parallel()
	servers, urls := cluster(t)
	d := dispatch(t, open(t, urls, 3), nobody(t))
	var o owners
	for range 3 {
		work(t, open(t, urls, 3), 3, func(_ context.Context, task Task, _ Ask) ([]byte, error) {
			o.visit(task.Owner, 5*time.Millisecond)
			return []byte(task.ID), nil
		})
	}
	var group sync.WaitGroup
	var mu sync.Mutex
	done := map[string]int{}
	for owner := range 6 {
		group.Go(func() {
			for i := range 10 {
				id := fmt.Sprintf("%d-%d", owner, i)
				r := do(t, d, Task{ID: id, Owner: fmt.Sprint(owner), About: id}, nil)
				mu.Lock()
				if done[string(r.Body)]++; len(done) == 20 {
					go leader(t, servers, "qulaq-visits").Close()
				}
				mu.Unlock()
			}
		})
	}
	group.Wait()
	if len(done) != 60 || slices.ContainsFunc(slices.Collect(values(done)), func(n int) bool { return n != 1 }) {
		t.Errorf("done %v, want each of 60 once", done)
	}
	if o.twice != nil {
		t.Errorf("owners %v were worked for by two at once", o.twice)
	}
}

func values(m map[string]int) func(func(int) bool) {
	return func(yield func(int) bool) {
		for _, n := range m {
			if !yield(n) {
				return
			}
		}
	}
}

// cluster runs three servers on loopback.
func cluster(t *testing.T) ([]*Server, string) {
	t.Helper()
	var routes, urls []string
	for range 3 {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		routes = append(routes, "nats://"+l.Addr().String())
		l.Close()
	}
	var servers []*Server
	for i, route := range routes {
		s, err := Serve(ServerConfig{Listen: "127.0.0.1:0", Dir: t.TempDir(), Name: fmt.Sprint("node", i), Cluster: strings.TrimPrefix(route, "nats://"), Routes: routes})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(s.Close)
		servers = append(servers, s)
		urls = append(urls, s.URL())
	}
	if !eventually(func() bool {
		return slices.ContainsFunc(servers, func(s *Server) bool {
			return s.server.JetStreamIsLeader() && len(s.server.JetStreamClusterPeers()) == 3
		})
	}) {
		t.Fatal("the servers have not met")
	}
	return servers, strings.Join(urls, ",")
}

// leader is the server that leads a stream.
func leader(t *testing.T, servers []*Server, stream string) *Server {
	for _, s := range servers {
		if s.server.JetStreamIsStreamLeader("$G", stream) {
			return s
		}
	}
	t.Error("no server leads " + stream)
	return servers[0]
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
