package command

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"qulaq/jobs"
)

// Serve is the daemon.
type Serve struct {
	Listen string `help:"Address of the web pages." default:"127.0.0.1:8080" env:"QULAQ_LISTEN" placeholder:"HOST:PORT"`
}

// Help is printed below the flags.
func (Serve) Help() string {
	return `Serves until it is told to stop (SIGTERM, or Ctrl-C), and then lets requests end,
for ten seconds at most.

  qulaq serve --listen 127.0.0.1:8080`
}

// Run serves until ctx ends.
func (c *Serve) Run(ctx context.Context, g *Globals, s Streams) (err error) {
	e, err := g.env(ctx, s)
	if err != nil {
		return err
	}
	defer func() { err = closing(e.Store, err) }()
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", c.Listen)
	if err != nil {
		return fmt.Errorf("serve: %w", err)
	}
	fmt.Fprintf(s.Err, "qulaq serves on http://%s\n", listener.Addr())
	return serveHTTP(ctx, listener, c.routes(e))
}

// routes are the pages of the daemon.
func (*Serve) routes(_ *jobs.Env) *http.ServeMux {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") })
	return mux
}

// shutdownTime is what requests get to end in when the daemon stops.
const shutdownTime = 10 * time.Second

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
