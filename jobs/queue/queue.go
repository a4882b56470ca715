// Package queue hands visits to workers, through NATS JetStream.
//
// A [Queue] is a connection to a cluster, by URL, or to a server that [Serve] runs
// in this process. The daemon opens a [Dispatcher] on it and calls
// [Dispatcher.Do] for each visit; workers run [Queue.Work]. What a visit is, and
// what it brought back, are bytes to this package.
//
// What it promises:
//
//   - At least once: a task that was handed in is done, or parked, also when workers
//     and servers of the cluster die meanwhile.
//   - Its result arrives at least once, and the same result is never taken for two:
//     a result is known by its task.
//   - Two tasks of one owner are never worked on at a time, whoever takes them: a
//     worker holds the owner's lease while it works, and gives up its work before
//     the lease can pass to another.
//   - A task that fails every time, or that ends each worker that takes it, is
//     parked with its reason ([Queue.Parked]) and holds up nothing.
//
// Tasks, results and leases are in the memory of the servers and never on their
// disks, for results hold what citizens wrote; what is lost with all servers of a
// cluster is visited again. Parked tasks, of which only the reason is kept, are on
// disk.
//
// The names in JetStream, NAME being [Config.Name]:
//
//	stream  NAME-visits   subject NAME.visits, work queue   tasks
//	stream  NAME-seen     subject NAME.seen.*, work queue   results, by task
//	bucket  NAME-leases   owner → lease
//	bucket  NAME-parked   task → why it is parked
//	subject NAME.ask.*    questions of workers to the daemon
package queue

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// Config is how a queue is reached. Its zero value is a server of this machine.
type Config struct {
	URL        string        // of one or more servers, with commas between them; "" for nats://127.0.0.1:4222
	Token      string        // that the servers ask for; "" for none
	Name       string        // that the streams' names begin with; "" for qulaq
	Replicas   int           // servers that hold each message; 0 for 1, or as many as the cluster was made with
	Lease      time.Duration // after which an owner passes on from a worker that died; 0 for 30 s
	Deliveries int           // attempts at a task, until it is parked; 0 for 5
	Retry      time.Duration // between two attempts at a task that failed, times their number; 0 for 5 s
	Log        *slog.Logger  // nil for none
}

// Queue is a connection to the servers that hold the tasks.
type Queue struct {
	config  Config
	conn    *nats.Conn
	js      jetstream.JetStream
	tasks   jetstream.Stream
	results jetstream.Stream
	leases  jetstream.KeyValue
	parked  jetstream.KeyValue
}

// repeats is for how long a server knows a message again that was sent twice.
const repeats = time.Hour

// clusterPatience is for how long a cluster may be without a leader.
const clusterPatience = 30 * time.Second

// Open connects, and makes the streams unless they are there. A connection that is
// lost later comes back by itself.
func Open(ctx context.Context, config Config) (*Queue, error) {
	if config.URL == "" {
		config.URL = nats.DefaultURL
	}
	if config.Name == "" {
		config.Name = "qulaq"
	}
	if config.Lease == 0 {
		config.Lease = 30 * time.Second
	}
	if config.Deliveries == 0 {
		config.Deliveries = 5
	}
	if config.Retry == 0 {
		config.Retry = 5 * time.Second
	}
	if config.Log == nil {
		config.Log = slog.New(slog.DiscardHandler)
	}
	conn, err := nats.Connect(config.URL, nats.Name("qulaq"), nats.Token(config.Token),
		nats.MaxReconnects(-1), nats.ReconnectWait(500*time.Millisecond), nats.RetryOnFailedConnect(false))
	if err != nil {
		return nil, fmt.Errorf("queue: no NATS server answers at %s: %w", redacted(config.URL), err)
	}
	q := &Queue{config: config, conn: conn}
	if q.js, err = jetstream.New(conn); err == nil {
		err = q.make(ctx)
	}
	for waiting := time.Now(); errors.Is(err, context.DeadlineExceeded) && time.Since(waiting) < clusterPatience; {
		if err = ctx.Err(); err == nil {
			err = q.make(ctx) // the servers of a cluster that begins have no leader yet
		}
	}
	if err != nil {
		conn.Close()
		return nil, fmt.Errorf("queue: %s: %w", redacted(config.URL), err)
	}
	return q, nil
}

// make makes what the queue consists of. An existing stream keeps its replicas.
func (q *Queue) make(ctx context.Context) (err error) {
	replicas := max(q.config.Replicas, 1)
	stream := func(name, subject string) (jetstream.Stream, error) {
		made, err := q.js.Stream(ctx, q.stream(name))
		if errors.Is(err, jetstream.ErrStreamNotFound) {
			made, err = q.js.CreateStream(ctx, jetstream.StreamConfig{
				Name: q.stream(name), Subjects: []string{q.subject(subject)}, Retention: jetstream.WorkQueuePolicy,
				Storage: jetstream.MemoryStorage, Replicas: replicas, Duplicates: repeats,
			})
		}
		if err != nil {
			return nil, fmt.Errorf("stream %s: %w", q.stream(name), err)
		}
		return made, nil
	}
	if q.tasks, err = stream("visits", "visits"); err != nil {
		return err
	}
	if q.results, err = stream("seen", "seen.*"); err != nil {
		return err
	}
	bucket := func(name string, storage jetstream.StorageType) (jetstream.KeyValue, error) {
		made, err := q.js.KeyValue(ctx, q.stream(name))
		if errors.Is(err, jetstream.ErrBucketNotFound) {
			made, err = q.js.CreateKeyValue(ctx, jetstream.KeyValueConfig{Bucket: q.stream(name), Storage: storage, Replicas: replicas})
		}
		if err != nil {
			return nil, fmt.Errorf("bucket %s: %w", q.stream(name), err)
		}
		return made, nil
	}
	if q.leases, err = bucket("leases", jetstream.MemoryStorage); err != nil {
		return err
	}
	q.parked, err = bucket("parked", jetstream.FileStorage)
	return err
}

// Close closes the connection.
func (q *Queue) Close() { q.conn.Close() }

func (q *Queue) stream(name string) string  { return q.config.Name + "-" + name }
func (q *Queue) subject(name string) string { return q.config.Name + "." + name }

// consumer gets a stream's one consumer, which all who take from it share.
func (q *Queue) consumer(ctx context.Context, stream string, patience time.Duration) (jetstream.Consumer, error) {
	return q.js.CreateOrUpdateConsumer(ctx, q.stream(stream), jetstream.ConsumerConfig{
		Durable: stream, AckPolicy: jetstream.AckExplicitPolicy, AckWait: patience, MaxAckPending: 100_000,
	})
}

// key makes of any text a name that a bucket takes.
func key(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:16])
}

// redacted is a list of URLs without passwords.
func redacted(list string) string {
	urls := strings.Split(list, ",")
	for i, u := range urls {
		if before, after, found := strings.Cut(u, "@"); found {
			scheme, _, _ := strings.Cut(before, "//")
			urls[i] = scheme + "//" + after
		}
	}
	return strings.Join(urls, ",")
}

// pause waits; false when ctx ended first.
func pause(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
