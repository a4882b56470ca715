// Command qulaq measures whether a state listens: it visits the public pages of
// state bodies, finds what citizens asked and what officials answered, and keeps
// reply rates and latencies in ClickHouse.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	_ "time/tzdata"

	"qulaq/jobs/command"
	// zones must be the same on every machine
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := command.Run(ctx, os.Args[1:], command.Streams{In: os.Stdin, Out: os.Stdout, Err: os.Stderr})
	stop()
	os.Exit(code)
}
