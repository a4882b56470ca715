package embedded

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestCancel(t *testing.T) {
	e := openEngine(t)
	mustPost(t, e, "", "CREATE TABLE t (id UInt64) ENGINE = MergeTree ORDER BY id")
	const forEver = "max(sipHash64(number)) FROM numbers(1000000000000)"
	tests := []struct{ name, params, query string }{
		{"select", "", "SELECT " + forEver},
		{"insert", "", "INSERT INTO t SELECT " + forEver},
		{"whole result", "wait_end_of_query=1", "SELECT number FROM numbers(1000000000000) FORMAT Null"},
		{"read-only", "readonly=1", "SELECT " + forEver},
		// By default ten attempts with pauses of up to half a minute, which KILL does not end.
		{"reaching out", "", "SELECT * FROM url('http://127.0.0.1:1/', CSV, 'a Int8')"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			time.AfterFunc(100*time.Millisecond, cancel)
			start := time.Now()
			_, _, err := post(ctx, e, tt.params, tt.query)
			if !errors.Is(err, context.Canceled) && tt.name != "reaching out" {
				t.Errorf("error = %v, want context.Canceled", err)
			}
			if took := time.Since(start); took > time.Second {
				t.Errorf("the call came back after %v", took)
			}
			waitIdle(t, e)
		})
	}
	t.Run("deadline", func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		if _, _, err := post(ctx, e, "", "SELECT "+forEver); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("error = %v, want context.DeadlineExceeded", err)
		}
		waitIdle(t, e)
	})
	t.Run("body closed early", func(t *testing.T) {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://embedded/", strings.NewReader("SELECT number FROM numbers(1000000000000)"))
		if err != nil {
			t.Fatal(err)
		}
		resp, err := e.RoundTrip(req)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.CopyN(io.Discard, resp.Body, 10<<20); err != nil {
			t.Error(err)
		}
		if err := resp.Body.Close(); err != nil {
			t.Error(err)
		}
		waitIdle(t, e)
	})
	t.Run("rows closed early", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		rows, err := connect(t, e).Query(ctx, "SELECT number FROM numbers(1000000000000)")
		if err != nil {
			t.Fatal(err)
		}
		rows.Next()
		cancel()
		rows.Close()
		waitIdle(t, e)
	})
}

// A stream that fails is over: the engine keeps it among its processes for as
// long as the session lives.
func TestFailedStreamEnds(t *testing.T) {
	e := openEngine(t)
	var open []*session // so that the session of the failed query is not used again at once
	for range 2 {
		s, err := e.acquire(false)
		if err != nil {
			t.Fatal(err)
		}
		open = append(open, s)
	}
	for _, s := range open {
		e.release(s)
	}
	held, err := e.acquire(false)
	if err != nil {
		t.Fatal(err)
	}
	if code, got, err := post(t.Context(), e, "", "SELECT throwIf(number = 200000) FROM numbers(300000)"); err != nil || !strings.Contains(got, "Code: 395.") {
		t.Errorf("the failing query = %d, %v", code, err)
	}
	e.release(held)
	waitIdle(t, e)
}

// waitIdle waits until the engine runs no query but the one that asks.
func waitIdle(t *testing.T, e *Engine) {
	t.Helper()
	deadline := time.Now().Add(5 * time.Second)
	for {
		got := mustPost(t, e, "", "SELECT groupArray(query) FROM system.processes WHERE query NOT LIKE '%system.processes%'")
		if got == "[]" {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("still running in the engine: %s", got)
		}
		<-time.After(10 * time.Millisecond)
	}
}

func TestCloseEndsQueries(t *testing.T) {
	library, err := Locate()
	if err != nil {
		t.Fatal(err)
	}
	e, err := Open(library, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	failed := make(chan error)
	go func() {
		_, _, err := post(t.Context(), e, "", "SELECT max(sipHash64(number)) FROM numbers(1000000000000)")
		failed <- err
	}()
	<-time.After(100 * time.Millisecond)
	start := time.Now()
	if err := e.Close(); err != nil {
		t.Error(err)
	}
	if took := time.Since(start); took > 2*time.Second {
		t.Errorf("Close took %v", took)
	}
	if err := <-failed; err == nil {
		t.Error("the query succeeded")
	}
}
