package command

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"
)

// routes are the public pages of the daemon.
func (*Serve) routes(site http.Handler) *http.ServeMux {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", alive)
	mux.Handle("/", site)
	return mux
}

func alive(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") }

// admin are the pages for the operator.
func (d *daemon) admin() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", alive)
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), 5*time.Second)
		defer cancel()
		if err := d.state.Load().env.Store.Ping(ctx); err != nil {
			http.Error(w, "the store does not answer", http.StatusServiceUnavailable)
			return
		}
		alive(w, r)
	})
	mux.Handle("GET /metrics", d.metrics.Handler())
	mux.HandleFunc("GET /jobs", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(jobRows(d.scheduler.Status())) // whoever went away needs no answer
	})
	return mux
}

// until ends the requests that a handler is still answering when ctx ends.
func until(ctx context.Context, handler http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		request, cancel := context.WithCancel(r.Context())
		defer cancel()
		defer context.AfterFunc(ctx, cancel)()
		handler.ServeHTTP(w, r.WithContext(request))
	})
}

// shutdownTime is what requests get to end in when the daemon stops.
const shutdownTime = 8 * time.Second

// serveHTTP answers requests until ctx ends.
func serveHTTP(ctx context.Context, listener net.Listener, handler http.Handler) error {
	server := &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: 10 * time.Second,
		IdleTimeout:       2 * time.Minute,
	}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	select {
	case err := <-failed:
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}
	ending, stop := context.WithTimeout(context.WithoutCancel(ctx), shutdownTime)
	defer stop()
	if err := server.Shutdown(ending); err != nil {
		return errors.Join(fmt.Errorf("serve: requests were cut off: %w", err), server.Close())
	}
	return nil
}
