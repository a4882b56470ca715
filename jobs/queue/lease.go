package queue

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// lease is the right to work for an owner. It is an entry of a bucket that is
// changed by compare-and-swap only (the entry's revision), which the servers agree
// on.
//
// Nobody compares clocks. Who wants a lease that another holds watches its entry: a
// holder that lives changes it every third of Config.Lease, so that an entry which
// has not changed for Config.Lease belongs to a dead one, and is swapped. A holder
// counts from before it asked for its last change that was confirmed: when two
// thirds of Config.Lease have passed without another, it stops working. It stops
// before anybody can have watched for long enough, as long as no clock runs half as
// fast again as another.
type lease struct {
	queue    *Queue
	key      string
	entry    leaseEntry
	revision uint64

	until  atomic.Pointer[time.Time] // the holder stops then
	lapsed atomic.Bool               // the holder was told that it must send nothing
}

type leaseEntry struct {
	Holder string `json:"holder"` // "" when it is free
	Last   string `json:"last"`   // task that was done last under it
	Beat   uint64 `json:"beat"`   // counts the changes of a holder
}

// take waits until the lease of a name is this caller's.
func (q *Queue) take(ctx context.Context, name string) (*lease, error) {
	l := &lease{queue: q, key: key(name)}
	holder := rand.Text()
	var watched uint64 // revision
	var since time.Time
	for {
		asked := time.Now()
		entry, err := q.leases.Get(ctx, l.key)
		switch {
		case errors.Is(err, jetstream.ErrKeyNotFound):
			if l.swap(ctx, asked, leaseEntry{Holder: holder}, 0) == nil {
				return l, nil
			}
		case err == nil:
			var there leaseEntry
			if err := json.Unmarshal(entry.Value(), &there); err != nil {
				return nil, fmt.Errorf("queue: lease: %w", err)
			}
			if entry.Revision() != watched {
				watched, since = entry.Revision(), time.Now()
			}
			mine := there.Holder == holder // and the answer that said so was lost
			if there.Holder == "" || mine || time.Since(since) > q.config.Lease {
				if l.swap(ctx, asked, leaseEntry{Holder: holder, Last: there.Last}, entry.Revision()) == nil {
					return l, nil
				}
			}
		}
		if !pause(ctx, q.config.Lease/20) {
			return nil, errors.Join(context.Cause(ctx), err)
		}
	}
}

// swap changes the entry, if it still is the one of a revision.
func (l *lease) swap(ctx context.Context, asked time.Time, entry leaseEntry, revision uint64) error {
	value, err := json.Marshal(entry)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, l.queue.config.Lease/3)
	defer cancel()
	if revision == 0 {
		revision, err = l.queue.leases.Create(ctx, l.key, value)
	} else {
		revision, err = l.queue.leases.Update(ctx, l.key, value, revision)
	}
	if err != nil {
		return err
	}
	l.entry, l.revision = entry, revision
	until := asked.Add(l.queue.config.Lease * 2 / 3)
	l.until.Store(&until)
	return nil
}

type leaseKey struct{}

// Held tells, in a [Handler], whether the owner of its task is still this worker's:
// an error says that nothing may be sent there any more. ctx ends too when the lease
// does, but a program that was stopped and goes on may come to its next request
// before it comes to that. Outside of a Handler it is nil.
func Held(ctx context.Context) error {
	l, ok := ctx.Value(leaseKey{}).(*lease)
	if ok && !time.Now().Before(*l.until.Load()) {
		l.lapsed.Store(true)
		return errLeaseLost
	}
	return nil
}

// errLeaseLost ends the work of a holder that can no longer be sure of its lease.
var errLeaseLost = errors.New("queue: the lease of the owner was lost")

// keep holds the lease until ctx ends. It returns errLeaseLost when it could not,
// in time for the holder to stop before another begins.
func (l *lease) keep(ctx context.Context) error {
	for {
		left := *l.until.Load()
		if !pause(ctx, min(l.queue.config.Lease/6, time.Until(left))) {
			return nil
		}
		trying, cancel := context.WithDeadline(ctx, left)
		next := l.entry
		next.Beat++
		err := l.swap(trying, time.Now(), next, l.revision)
		if wrongRevision(err) {
			err = l.look(trying)
		}
		cancel()
		if ctx.Err() != nil {
			return nil
		}
		if errors.Is(err, errLeaseLost) || err != nil && !time.Now().Before(left) {
			return errLeaseLost
		}
	}
}

// look finds out why the entry is not the one that was written last: the answer to
// a change of one's own was lost, or somebody else holds the lease.
func (l *lease) look(ctx context.Context) error {
	entry, err := l.queue.leases.Get(ctx, l.key)
	if err != nil {
		return err
	}
	var there leaseEntry
	if err := json.Unmarshal(entry.Value(), &there); err != nil || there.Holder != l.entry.Holder {
		return errLeaseLost
	}
	if entry.Revision() > l.revision { // else a server told that is behind the others
		l.entry, l.revision = there, entry.Revision()
	}
	return errors.New("queue: not renewed yet")
}

// release frees the lease, and notes the task that was done under it; "" for none.
// A lease that cannot be freed passes on when its time is over.
func (l *lease) release(ctx context.Context, done string) {
	entry := leaseEntry{Last: l.entry.Last}
	if done != "" {
		entry.Last = done
	}
	_ = l.swap(ctx, time.Now(), entry, l.revision) // see above
}

// wrongRevision tells whether an entry was not swapped because another one was there.
func wrongRevision(err error) bool { return errors.Is(err, jetstream.ErrKeyExists) }
