package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"

	"qulaq/jobs"
	"qulaq/jobs/config"
	"qulaq/jobs/queue"
	"qulaq/pipeline"
)

// Queuing is how visits are handed to workers.
type Queuing struct {
	Queue         string `help:"Where visits are handed to workers: none, embedded (a NATS server in the daemon) or nats://HOST:4222,…" default:"none" env:"QULAQ_QUEUE" config:"queue.server" placeholder:"SERVER"`
	QueueListen   string `help:"Address of the embedded server. Beyond this machine it wants a token, in QULAQ_QUEUE_TOKEN." default:"127.0.0.1:4222" env:"QULAQ_QUEUE_LISTEN" config:"queue.listen" placeholder:"HOST:PORT"`
	QueueVisits   int    `help:"Visits handed out at a time, each to another owner." default:"256" env:"QULAQ_QUEUE_VISITS" config:"queue.visits"`
	QueueReplicas int    `help:"Servers of a cluster that hold each message." default:"1" env:"QULAQ_QUEUE_REPLICAS" config:"queue.replicas"`
}

// serve opens the queue of a daemon, if it has one, and runs its server, if that is
// the daemon's own.
func (c *Queuing) serve(ctx context.Context, g *Globals, e *jobs.Env, w io.Writer) (closeQueue func(), err error) {
	stop := func() {}
	switch c.Queue {
	case config.None:
		return stop, nil
	case config.Embedded:
		server, err := queue.Serve(queue.ServerConfig{Listen: c.QueueListen, Dir: filepath.Join(g.Data, "queue"), Token: queueToken()})
		if err != nil {
			return nil, fmt.Errorf("%w; choose another address with --queue-listen", err)
		}
		fmt.Fprintf(w, "qulaq: queue on %s\n", server.URL())
		c.QueueListen, stop = server.Address(), server.Close
	}
	if e.Queue, err = c.connect(ctx, e); err != nil {
		stop()
		return nil, err
	}
	return func() { e.Queue.Close(); stop() }, nil
}

// connect opens the queue.
func (c *Queuing) connect(ctx context.Context, e *jobs.Env) (*queue.Queue, error) {
	url := c.Queue
	switch url {
	case config.None:
		return nil, errors.New("no queue is named: give the daemon's with --queue, such as nats://127.0.0.1:4222")
	case config.Embedded:
		url = "nats://" + c.QueueListen
	}
	return queue.Open(ctx, queue.Config{URL: url, Token: queueToken(), Replicas: c.QueueReplicas, Log: e.Log})
}

// queueToken is what servers and clients show each other. Flags can be seen by all
// users of a machine, so it has none.
func queueToken() string { return os.Getenv("QULAQ_QUEUE_TOKEN") }

// Worker makes visits for a daemon.
type Worker struct {
	Run    WorkerRun    `cmd:"" default:"withargs" help:"Make visits until it is told to stop."`
	Parked WorkerParked `cmd:"" help:"List, or try again, the visits that failed too often."`
}

// Help is printed below the flags.
func (Worker) Help() string {
	return `A worker takes visits from the queue of qulaq serve, makes them, and sends back what
it saw: authors as pseudonyms, texts redacted. It needs the daemon's key file and
registry and no database. Any number of workers may run, on any machines; an owner
is served by one of them at a time, and keeps its pauses.

A visit that fails five times is parked with its reason and not made again before
it is released.`
}

// WorkerRun makes visits.
type WorkerRun struct {
	Contact string `help:"Address or URL at which a site's keeper reaches you. Sent with every request; without it only this machine is visited." env:"QULAQ_CONTACT" config:"contact"`
	Workers int    `help:"Visits at a time, each to another owner." default:"16" env:"QULAQ_WORKERS" config:"crawl.workers"`
	Queuing
	Rendering
	Keyring
	Archiving
}

// Help is printed below the flags.
func (WorkerRun) Help() string {
	return `SIGTERM or Ctrl-C: no visit is begun any more, those under way get eight seconds to
end, and what has not ended goes to another worker at once.

The key is the file DATA/key of the daemon; the worker refuses to work with another.
With --archive-recipient, the worker keeps the pages of its visits itself.

  qulaq worker --queue nats://10.0.0.5:4222 --contact https://example.org/our-crawler
  qulaq worker parked --queue nats://10.0.0.5:4222`
}

// Run works until ctx ends.
func (c *WorkerRun) Run(ctx context.Context, g *Globals, s Streams) (err error) {
	e := &jobs.Env{Program: "qulaq/" + version(), Log: g.logger(s.Err)}
	if e.Index, err = g.index(); err != nil {
		return err
	}
	if _, err := os.Stat(g.keyFile()); errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("there is no key at %s: copy the daemon's there, with mode 0600, or name it with --key", g.keyFile())
	}
	if e.Key, err = pipeline.OpenKey(g.keyFile()); err != nil {
		return err
	}
	unequip, err := equipment{Archiving: c.Archiving, Keyring: c.Keyring, Rendering: c.Rendering, contact: c.Contact, leased: true}.equip(ctx, g, e)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, unequip()) }()
	if e.Queue, err = c.connect(ctx, e); err != nil {
		return err
	}
	defer e.Queue.Close()
	fmt.Fprintf(s.Err, "qulaq: working, up to %d visits at a time\n", c.Workers)
	return jobs.Work(ctx, e, c.Workers)
}

// WorkerParked lists parked visits.
type WorkerParked struct {
	Output
	Queuing
	Release []string `arg:"" optional:"" help:"What to try again: SOURCE, or 'SOURCE THREAD'; all for all."`
}

// Help is printed below the flags.
func (WorkerParked) Help() string {
	return `The reason tells what to mend. What is released is visited again in the next round.

  qulaq worker parked --queue nats://127.0.0.1:4222
  qulaq worker parked --queue nats://127.0.0.1:4222 akorda-telegram`
}

// Run lists them, and releases those that are named.
func (c *WorkerParked) Run(ctx context.Context, g *Globals, s Streams) error {
	q, err := c.connect(ctx, &jobs.Env{Log: g.logger(s.Err)})
	if err != nil {
		return err
	}
	defer q.Close()
	list, err := q.Parked(ctx)
	if err != nil {
		return err
	}
	if len(c.Release) > 0 {
		list = slices.DeleteFunc(list, func(p queue.Parked) bool {
			return !slices.ContainsFunc(c.Release, func(name string) bool { return name == "all" || jobs.IsAbout(p, name) })
		})
		if len(list) == 0 {
			return fmt.Errorf("nothing of that name is parked; see: qulaq worker parked")
		}
	}
	for _, p := range list {
		if len(c.Release) == 0 {
			break
		}
		if err := q.Release(ctx, p); err != nil {
			return err
		}
	}
	return write(s.Out, c.Output, list, []column[queue.Parked]{
		{name: "source and thread", cell: func(p queue.Parked) string { return p.About }},
		{name: "owner", cell: func(p queue.Parked) string { return p.Owner }},
		{name: "attempts", right: true, cell: func(p queue.Parked) string { return strconv.Itoa(p.Attempts) }},
		{name: "parked at", cell: func(p queue.Parked) string { return p.At.Local().Format("2006-01-02 15:04:05 -0700") }},
		{name: "reason", cell: func(p queue.Parked) string { return p.Reason }},
	})
}
