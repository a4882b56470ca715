package schema

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"
)

// Long enough for a loaded machine to write a row in a twentieth of it.
const testLease = 20 * time.Second

func TestLease(t *testing.T) {
	s := open(t)
	first, err := s.TakeLease(t.Context(), "watch", "host-a:1", testLease)
	if err != nil {
		t.Fatal(err)
	}
	t.Run("held", func(t *testing.T) {
		_, err := s.TakeLease(t.Context(), "watch", "host-b:2", testLease)
		if !errors.Is(err, ErrLeased) || !strings.Contains(err.Error(), "host-a:1") || !strings.Contains(err.Error(), "passes on at 20") {
			t.Errorf("TakeLease of a held one = %v, want ErrLeased with who, since and until when", err)
		}
	})
	t.Run("of another name", func(t *testing.T) {
		if _, err := s.TakeLease(t.Context(), "other", "host-b:2", testLease); err != nil {
			t.Error(err)
		}
	})
	t.Run("given back", func(t *testing.T) {
		if err := first.Release(t.Context()); err != nil {
			t.Fatal(err)
		}
		second, err := s.TakeLease(t.Context(), "watch", "host-b:2", testLease)
		if err != nil {
			t.Fatal(err)
		}
		if err := second.Release(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

// A holder that was killed does not renew: its lease passes on, and when it was only
// frozen it learns so.
func TestLeasePassesOn(t *testing.T) {
	const ttl = 4 * time.Second
	s := open(t)
	var frozen, next *Lease
	var err error
	for range 20 { // a loaded machine may need more than one claim
		if frozen, err = s.TakeLease(t.Context(), "watch", "frozen", ttl); err == nil {
			break
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	for began := time.Now(); next == nil; {
		if next, err = s.TakeLease(t.Context(), "watch", "next", ttl); err != nil && time.Since(began) > 10*ttl {
			t.Fatalf("not passed on after %v: %v", time.Since(began), err)
		}
		<-time.After(ttl / 10)
	}
	if err := frozen.Keep(t.Context()); err == nil {
		t.Error("a holder that slept goes on")
	}
	ctx, stop := context.WithCancel(t.Context())
	kept := make(chan error, 1)
	go func() { kept <- next.Keep(ctx) }()
	for began := time.Now(); time.Since(began) < 2*ttl; {
		if _, err := s.TakeLease(t.Context(), "watch", "third", ttl); !errors.Is(err, ErrLeased) {
			t.Fatalf("TakeLease of one that is kept = %v, want ErrLeased", err)
		}
		<-time.After(ttl / 5)
	}
	stop()
	if err := <-kept; err != nil {
		t.Errorf("Keep() = %v, want nil at the end", err)
	}
}

// Of many that begin at one moment, no two hold it.
func TestLeaseAtOnce(t *testing.T) {
	s := open(t)
	var group sync.WaitGroup
	var mu sync.Mutex
	var held []*Lease
	for range 8 {
		group.Go(func() {
			l, err := s.TakeLease(t.Context(), "watch", "one of many", testLease)
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				held = append(held, l)
			} else if !errors.Is(err, ErrLeased) {
				t.Error(err)
			}
		})
	}
	group.Wait()
	if len(held) > 1 {
		t.Errorf("%d hold the lease, want at most one", len(held))
	}
	for _, l := range held {
		if err := l.Release(t.Context()); err != nil {
			t.Error(err)
		}
	}
	if _, err := s.TakeLease(t.Context(), "watch", "after", testLease); err != nil {
		t.Errorf("TakeLease after all = %v: those that lost keep their claims", err)
	}
}
