package endpoint_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

func testLimits(t *testing.T, server *httptest.Server) {
	tests := []struct {
		name, params, sql, want string
		status                  int
	}{
		{"would run for minutes", "", "SELECT count() FROM numbers(1000000000000) WHERE cityHash64(number) = 1", "TIMEOUT_EXCEEDED", 408},
		{"would sleep for minutes", "max_block_size=1", "SELECT sum(sleepEachRow(1)) FROM numbers(200)", "TIMEOUT_EXCEEDED", 408},
		{"an endless recursion", "", "WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r) SELECT count() FROM r", "Code: ", 0},
		{"memory", "", "SELECT length(groupArray(toString(number))) FROM numbers(100000000)", "MEMORY_LIMIT_EXCEEDED", 500},
		{"rows", "", "SELECT number FROM numbers(50001) FORMAT JSON", "TOO_MANY_ROWS_OR_BYTES", 500},
		{"memory of the result's own text", "", "SELECT number AS `" + strings.Repeat("x", 100000) + "` FROM numbers(50000) FORMAT JSON", "MEMORY_LIMIT_EXCEEDED", 500},
		{"bytes", "", "SELECT repeat(toString(number % 10), 1000) FROM numbers(10000) FORMAT JSON", "TOO_MANY_ROWS_OR_BYTES", 500},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			began := time.Now()
			resp, got := ask(t, server, tt.params, tt.sql)
			if tt.status != 0 && resp.StatusCode != tt.status || !strings.Contains(got, tt.want) {
				t.Errorf("%.200s = %d %.300s, want %d with %s", tt.sql, resp.StatusCode, got, tt.status, tt.want)
			}
			if took := time.Since(began); took > limits.Time+5*time.Second {
				t.Errorf("%.200s took %v, want about %v", tt.sql, took, limits.Time)
			}
		})
	}
	// A result that is cut off after its first rows must not look whole.
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL+"/?max_block_size=100", strings.NewReader("SELECT number, sleepEachRow(0.01) FROM numbers(40000) FORMAT TSV"))
	if err != nil {
		t.Fatal(err)
	}
	req.SetBasicAuth(user, password)
	cut, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	defer cut.Body.Close()
	text, err := io.ReadAll(cut.Body)
	if got := string(text); !errors.Is(err, io.ErrUnexpectedEOF) || !strings.HasPrefix(got, "0\t0\n1\t0\n") || !strings.Contains(got, "TIMEOUT_EXCEEDED") {
		t.Errorf("a streamed result that was ended ends with %q, %v, want the exception and an unexpected end", got[max(0, len(got)-100):], err)
	}
	// Whoever goes away takes the query along.
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	req, err = http.NewRequestWithContext(ctx, http.MethodPost, server.URL, strings.NewReader("SELECT count() FROM numbers(1000000000000) WHERE sipHash64(number) = 1"))
	if err != nil {
		t.Fatal(err)
	}
	req.SetBasicAuth(user, password)
	if _, err := http.DefaultTransport.RoundTrip(req); err == nil {
		t.Fatal("the request was answered")
	}
	for deadline := time.Now().Add(time.Second); ; time.Sleep(20 * time.Millisecond) {
		_, got := ask(t, server, "", "SELECT count() FROM system.processes WHERE query LIKE '%sipHash64%' AND query NOT LIKE '%processes%'")
		if got == "0\n" {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("the query of a client that went away still runs: %s", got)
		}
	}
}

// Two queries run at a time; a third waits, and is told when that takes too long.
func testConcurrency(t *testing.T, server *httptest.Server) {
	var wg sync.WaitGroup
	answers := make([]string, 4)
	began := time.Now()
	for i := range answers {
		wg.Go(func() { _, answers[i] = ask(t, server, "", "SELECT sleep(0.5)") })
	}
	wg.Wait()
	for _, got := range answers {
		if got != "0\n" {
			t.Errorf("a query that had to wait = %q, want its result", got)
		}
	}
	if took := time.Since(began); took < time.Second {
		t.Errorf("four queries of half a second took %v two at a time, want a second", took)
	}
	hold := make([]string, 2)
	for i := range hold {
		wg.Go(func() {
			_, hold[i] = ask(t, server, "max_block_size=1", "SELECT sum(sleepEachRow(1)) FROM numbers(1000)")
		})
	}
	time.Sleep(100 * time.Millisecond)
	resp, got := ask(t, server, "", "SELECT 1") // waits for them, and is answered
	if resp.StatusCode != 200 || got != "1\n" {
		t.Errorf("a query behind two that were ended = %d %s, want its result", resp.StatusCode, got)
	}
	wg.Wait()
}
