package jobs

import (
	"context"
	"errors"

	"qulaq/parsers"
	"qulaq/pipeline"
)

// hands make visits: those of this process, or those of workers ([Work]) to which a
// queue hands them.
type hands interface {
	// visit makes one visit. What it saw has no sheet when ctx ended it. An error is
	// one that every other visit would end with, too, or errParked or errBudgetSpent.
	visit(ctx context.Context, t task, on terms) (seen, error)
	// late takes what was seen of visits that nobody waits for any more.
	late() []seen
	// parked tells whether a visit failed so often that it is not to be made.
	parked(t task) bool
	close(ctx context.Context) error
}

// terms are those of the crawl that a visit is part of.
type terms struct {
	enough func(ctx context.Context, page parsers.Result) (bool, error) // tells whether no further page is wanted; nil to read all
	spend  func(ctx context.Context, owner string) error                // asked before each request is sent; nil without a budget
}

// seen is what a visit saw.
type seen struct {
	*pipeline.Sheet
	stored func() // to be called when it is; nil if nobody asks
}

// errParked tells that a visit failed too often, and why is in the queue.
var errParked = errors.New("the visit was parked")

// hands are those that the environment has.
func (e *Env) hands(ctx context.Context, o *pipeline.Observer) (hands, error) {
	if e.Queue == nil {
		return ownHands{e, o}, nil
	}
	return e.hire(ctx)
}

// ownHands are the goroutines of this process.
type ownHands struct {
	env      *Env
	observer *pipeline.Observer
}

func (h ownHands) visit(ctx context.Context, t task, on terms) (seen, error) {
	look, err := h.env.visit(ctx, t.feed, t.thread, on)
	if look == nil {
		return seen{}, err
	}
	return seen{Sheet: h.observer.Strip(look)}, err
}

func (ownHands) late() []seen                { return nil }
func (ownHands) parked(task) bool            { return false }
func (ownHands) close(context.Context) error { return nil }
