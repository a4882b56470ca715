package queue

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

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
	for begun := range 3 {
		victim := q()
		dead := make(chan struct{})
		work(t, victim, 1, func(ctx context.Context, _ Task, _ Ask) ([]byte, error) {
			victim.Close() // all that is seen of a process that dies
			close(dead)
			<-ctx.Done()
			return nil, ctx.Err()
		})
		if begun == 0 {
			go func() { do(t, d, Task{ID: "1", Owner: "a", About: "x"}, nil) }()
		}
		<-dead
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
