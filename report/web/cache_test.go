package web

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"
)

func TestCacheComputesOnceForAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithCancel(t.Context())
		c := newCache(ctx, 10, 1)
		computed := 0
		slow := func(context.Context) (any, error) {
			computed++
			time.Sleep(time.Minute)
			return "done", nil
		}
		impatient, enough := context.WithTimeout(ctx, time.Second)
		defer enough()
		began := time.Now()
		var pending *pendingError
		if _, err := c.get(impatient, "a", slow); !errors.As(err, &pending) || !pending.since.Equal(began) {
			t.Errorf("get that waits a second = %v, want pending since %v", err, began)
		}
		if value, err := c.get(ctx, "a", slow); value != "done" || err != nil || time.Since(began) != time.Minute {
			t.Errorf("get = %v, %v after %v, want done after a minute", value, err, time.Since(began))
		}
		if value, err := c.get(impatient, "a", slow); value != "done" || err != nil {
			t.Errorf("get of what is there = %v, %v", value, err)
		}
		if computed != 1 {
			t.Errorf("computed %d times, want once", computed)
		}
		stop()
		c.wait()
	})
}

func TestCacheKeepsNoFailure(t *testing.T) {
	c := newCache(t.Context(), 10, 1)
	for i, want := range []string{"broken", "web: computing failed: a bug"} {
		_, err := c.get(t.Context(), "a", func(context.Context) (any, error) {
			if i == 1 {
				panic("a bug")
			}
			return nil, errors.New("broken")
		})
		if err == nil || err.Error() != want {
			t.Errorf("get = %v, want %s", err, want)
		}
	}
	if value, err := c.get(t.Context(), "a", func(context.Context) (any, error) { return 1, nil }); value != 1 || err != nil {
		t.Errorf("get after failures = %v, %v, want 1", value, err)
	}
}

func TestCacheForgetsTheLeastUsed(t *testing.T) {
	c := newCache(t.Context(), 3, 1)
	computed := map[string]int{}
	ask := func(key string) {
		if _, err := c.get(t.Context(), key, func(context.Context) (any, error) { computed[key]++; return key, nil }); err != nil {
			t.Fatal(err)
		}
	}
	for _, key := range []string{"a", "b", "c", "a", "d", "a", "b"} {
		ask(key)
	}
	if got, want := fmt.Sprint(computed), "map[a:1 b:2 c:1 d:1]"; got != want {
		t.Errorf("computed %s, want %s", got, want)
	}
}

// Who asks for many past moments at once does not fill the memory.
func TestCacheRefusesWhenTooMuchWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCache(t.Context(), 2, 1)
		impatient, enough := context.WithTimeout(t.Context(), time.Second)
		defer enough()
		slow := func(context.Context) (any, error) { time.Sleep(time.Minute); return nil, nil }
		var errs []error
		for _, key := range []string{"a", "b", "c", "a"} {
			_, err := c.get(impatient, key, slow)
			errs = append(errs, err)
		}
		var pending *pendingError
		for i, refused := range []bool{false, false, true, false} {
			if errors.Is(errs[i], errBusy) != refused || errors.As(errs[i], &pending) == refused {
				t.Errorf("get %d = %v, want refused: %v", i, errs[i], refused)
			}
		}
		c.wait()
		if _, err := c.get(t.Context(), "c", func(context.Context) (any, error) { return nil, nil }); err != nil {
			t.Errorf("get when nothing waits any more = %v", err)
		}
	})
}

// Readers of a site that has new data see the old ones until the new ones are there.
func TestNewsDoNotKeepReadersWaiting(t *testing.T) {
	source := &invented{index: kazakhstan(t)}
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithCancel(t.Context())
		c := newCache(ctx, 4, 1)
		var warmed []*state
		l := &live{source: source, cache: c, every: time.Minute}
		l.warm = func(_ context.Context, s *state) {
			if len(warmed) > 0 && l.snapshot == s {
				t.Error("readers see news before their pages are warm")
			}
			warmed = append(warmed, s)
		}
		first, err := l.now(ctx)
		if err != nil {
			t.Fatal(err)
		}
		source.generation.Add(1)
		if again, _ := l.now(ctx); again != first {
			t.Error("news are looked for more often than every minute")
		}
		time.Sleep(time.Minute)
		if again, _ := l.now(ctx); again != first {
			t.Error("a reader waited for news")
		}
		synctest.Wait()
		if again, _ := l.now(ctx); again == first || again.name == first.name {
			t.Error("the news did not come")
		}
		if got := source.snapshots.Load(); got != 2 || len(warmed) != 2 {
			t.Errorf("%d snapshots were made and %d warmed, want 2", got, len(warmed))
		}
		stop()
		c.wait()
	})
}
