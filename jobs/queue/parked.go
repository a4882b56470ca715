package queue

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// Parked is a task that failed too often. The daemon hands in nothing about the
// same until it is released.
type Parked struct {
	About    string    `json:"about"`
	Owner    string    `json:"owner"`
	Reason   string    `json:"reason"`
	Attempts int       `json:"attempts"`
	At       time.Time `json:"at"`
}

// mostReason bounds the text of a reason, in which pages may have had a say.
const mostReason = 300

func (w *worker) park(ctx context.Context, task Task, attempts int, reason string) error {
	reason = strings.Join(strings.Fields(strings.ToValidUTF8(reason, "\uFFFD")), " ") // a header is one line
	if len(reason) > mostReason {
		reason = strings.ToValidUTF8(reason[:mostReason], "") + "…"
	}
	value, err := json.Marshal(Parked{About: task.About, Owner: task.Owner, Reason: reason, Attempts: attempts, At: time.Now().UTC()})
	if err != nil {
		return fmt.Errorf("queue: park: %w", err)
	}
	if _, err := w.parked.Put(ctx, key(task.About), value); err != nil {
		return fmt.Errorf("queue: park: %w", err)
	}
	w.config.Log.LogAttrs(ctx, slog.LevelWarn, "parked", slog.String("about", task.About), slog.Int("attempts", attempts), slog.String("reason", reason))
	return w.send(ctx, task, nil, reason)
}

// Parked lists the parked tasks, by what they are about.
func (q *Queue) Parked(ctx context.Context) ([]Parked, error) {
	keys, err := q.parked.ListKeys(ctx)
	if err != nil {
		return nil, fmt.Errorf("queue: parked tasks: %w", err)
	}
	defer func() { _ = keys.Stop() }() // of a list that was read to its end
	var list []Parked
	for k := range keys.Keys() {
		entry, err := q.parked.Get(ctx, k)
		if errors.Is(err, jetstream.ErrKeyNotFound) {
			continue // released meanwhile
		}
		var p Parked
		if err == nil {
			err = json.Unmarshal(entry.Value(), &p)
		}
		if err != nil {
			return nil, fmt.Errorf("queue: parked tasks: %w", err)
		}
		list = append(list, p)
	}
	slices.SortFunc(list, func(a, b Parked) int { return cmp.Compare(a.About, b.About) })
	return list, nil
}

// Release lets what a parked task was about be tried again.
func (q *Queue) Release(ctx context.Context, p Parked) error {
	if err := q.parked.Purge(ctx, key(p.About)); err != nil {
		return fmt.Errorf("queue: release %s: %w", p.About, err)
	}
	return nil
}
