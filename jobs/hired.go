package jobs

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"qulaq/crawler"
	"qulaq/jobs/queue"
	"qulaq/parsers"
	"qulaq/pipeline"
	"qulaq/schema"
)

// What crosses the queue, as JSON that is compressed. No raw text and no identity
// does: a worker has the key, and strips what it saw before it sends it.

// orderFormat is the number of the format of what crosses the queue.
const orderFormat = 3

// charter is what a worker must have in common with the daemon.
type charter struct {
	Format   int    `json:"format"`
	Key      string `json:"key"`      // mark of the pseudonyms' key
	Registry string `json:"registry"` // digest
	NoTexts  bool   `json:"no_texts"` // citizens' texts are read by the worker and do not leave it
}

func (e *Env) charter() (*charter, error) {
	if e.Key == nil {
		return nil, fmt.Errorf("jobs: nothing can be added: %w", pipeline.ErrKeyDestroyed)
	}
	digest, err := registryDigest(e.Index.Country())
	if err != nil {
		return nil, err
	}
	return &charter{orderFormat, e.Key.Pair(), digest, e.NoTexts}, nil
}

// order is a visit to make.
type order struct {
	Source   string             `json:"source"`
	Thread   schema.ThreadState `json:"thread"`
	Ask      bool               `json:"ask"`      // after each page, whether it is enough
	Count    bool               `json:"count"`    // ask before each request, whether the budget allows it
	Standing crawler.Standing   `json:"standing"` // of the owner
}

// delivery is what came of it.
type delivery struct {
	Sheet    *pipeline.Sheet  `json:"sheet"` // nil when the budget did not reach for its first page
	Owner    string           `json:"owner"`
	Standing crawler.Standing `json:"standing"`
}

// hired are the hands of workers.
type hired struct {
	env        *Env
	dispatcher *queue.Dispatcher
	round      string // makes the ids of tasks unique
	tasks      atomic.Int64
	avoided    map[string]bool // what parked tasks are about

	mu      sync.Mutex
	overdue []seen
}

func (e *Env) hire(ctx context.Context) (*hired, error) {
	h := &hired{env: e, round: rand.Text(), avoided: map[string]bool{}}
	c, err := e.charter()
	if err != nil {
		return nil, err
	}
	text, err := json.Marshal(c)
	if err != nil {
		return nil, fmt.Errorf("jobs: %w", err)
	}
	parked, err := e.Queue.Parked(ctx)
	if err != nil {
		return nil, fmt.Errorf("jobs: %w", err)
	}
	for _, p := range parked {
		h.avoided[p.About] = true
	}
	if h.dispatcher, err = e.Queue.Dispatch(ctx, text, h.receive); err != nil {
		return nil, fmt.Errorf("jobs: %w", err)
	}
	return h, nil
}

func (h *hired) close(ctx context.Context) error { return h.dispatcher.Close(ctx) }

// about is what a task is about.
func about(t task) string { return t.feed.ID + " " + t.thread.ThreadID }

// IsAbout tells whether a parked visit was one of a source, or of a source and
// thread, "SOURCE THREAD".
func IsAbout(p queue.Parked, name string) bool {
	return p.About == name || strings.HasPrefix(p.About, name+" ")
}

func (h *hired) parked(t task) bool { return h.avoided[about(t)] }

func (h *hired) visit(ctx context.Context, t task, on terms) (seen, error) {
	owner := owner(t.feed)
	body, err := pack(order{t.feed.ID, t.thread, on.enough != nil, on.spend != nil, h.env.Crawler.Standing(owner)})
	if err != nil {
		return seen{}, err
	}
	id := fmt.Sprintf("%s-%d", h.round, h.tasks.Add(1))
	result, err := h.dispatcher.Do(ctx, queue.Task{ID: id, Owner: owner, About: about(t), Body: body}, on.answer)
	switch {
	case ctx.Err() != nil:
		return seen{}, nil
	case errors.Is(err, queue.ErrLost):
		return seen{}, nil // it is due again
	case err != nil:
		return seen{}, err
	case result.Parked != "":
		result.Stored() // in the list of the parked ones
		return seen{}, errParked
	}
	s, err := h.open(result)
	if err == nil && s.Sheet == nil {
		s.stored() // there is nothing to store
		err = errBudgetSpent
	}
	return s, err
}

// open reads a result. The owner stands with this process as with the worker that
// visited last, so that its next visit, whoever makes it, keeps the same pause.
func (h *hired) open(result *queue.Result) (seen, error) {
	var r delivery
	if err := unpack(result.Body, &r); err != nil {
		return seen{}, err
	}
	h.env.Crawler.Adopt(r.Owner, r.Standing)
	return seen{Sheet: r.Sheet, stored: result.Stored}, nil
}

// receive takes results that nobody waits for: of a daemon that was stopped.
func (h *hired) receive(result queue.Result) {
	s, err := h.open(&result)
	if err != nil || result.Parked != "" || s.Sheet == nil {
		result.Stored() // of a parked task, or nothing that could ever be read or stored
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.overdue = append(h.overdue, s)
}

func (h *hired) late() []seen {
	h.mu.Lock()
	defer h.mu.Unlock()
	list := h.overdue
	h.overdue = nil
	return list
}

// question is what a worker asks: whether a request may be sent to an owner or, if
// that is "", whether a page of a listing that leads to these threads is enough.
type question struct {
	Spend string  `json:"spend,omitempty"`
	Found []found `json:"found,omitempty"`
}

type found struct {
	ID        string       `json:"id"`
	Published parsers.Span `json:"published"`
}

// The answers. Any other is an error of the daemon's, in words.
const (
	answerEnough = "enough"
	answerMore   = "more"
	answerSend   = "send"
	answerSpent  = "spent"
)

// answer answers what a worker asks on a visit.
func (on terms) answer(asked []byte) []byte {
	var q question
	switch err := unpack(asked, &q); {
	case err != nil:
		return []byte(err.Error())
	case q.Spend != "":
		return on.answerSpend(q.Spend)
	}
	page := parsers.Result{}
	for _, f := range q.Found {
		page.Found = append(page.Found, parsers.Thread{ID: f.ID, Published: f.Published})
	}
	if on.enough == nil {
		return []byte("jobs: nobody is to ask that of this visit")
	}
	switch enough, err := on.enough(context.Background(), page); {
	case err != nil:
		return []byte(err.Error())
	case enough:
		return []byte(answerEnough)
	}
	return []byte(answerMore)
}

// answerSpend counts a request that a worker is about to send.
func (on terms) answerSpend(owner string) []byte {
	if on.spend == nil {
		return []byte(answerSend)
	}
	switch err := on.spend(context.Background(), owner); {
	case errors.Is(err, errBudgetSpent):
		return []byte(answerSpent)
	case err != nil:
		return []byte(err.Error())
	}
	return []byte(answerSend)
}

// pack and unpack are the format of what crosses the queue.
func pack(v any) ([]byte, error) {
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, gzip.BestSpeed)
	if err != nil {
		return nil, err
	}
	if err := errors.Join(json.NewEncoder(w).Encode(v), w.Close()); err != nil {
		return nil, fmt.Errorf("jobs: for the queue: %w", err)
	}
	return b.Bytes(), nil
}

func unpack(packed []byte, v any) error {
	r, err := gzip.NewReader(bytes.NewReader(packed))
	if err == nil {
		err = json.NewDecoder(io.LimitReader(r, maxUnpacked)).Decode(v)
	}
	if err != nil {
		return fmt.Errorf("jobs: from the queue: %w", err)
	}
	return nil
}

// maxUnpacked bounds what a message may unpack to.
const maxUnpacked = 256 << 20

// drain is what visits get to end in when a worker is told to stop.
const drain = 8 * time.Second
