package jobs

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"
)

// budgetWindow is the time in which no more visits are begun at an owner than the
// budget allows, wherever it begins: a day, and what a visit may wait for its turn
// (crawler.Config.MaxWait) after it was counted.
const budgetWindow = aDay + 5*time.Minute

// budget bounds the visits to each owner. A nil budget bounds nothing.
type budget struct {
	limit int

	mu    sync.Mutex
	spent map[string][]time.Time // by owner, in order: the visits of the last window
}

// newBudget counts the visits that the store has of the last window, so that a
// restart gives nobody a second helping.
func (e *Env) newBudget(ctx context.Context, limit int) (*budget, error) {
	if limit <= 0 {
		return nil, nil
	}
	b := &budget{limit: limit, spent: map[string][]time.Time{}}
	owners := map[string]string{}
	for _, f := range e.feeds() {
		owners[f.ID] = owner(f)
	}
	for visit, err := range e.Store.VisitStarts(ctx, e.Now().Add(-budgetWindow)) {
		if err != nil {
			return nil, fmt.Errorf("jobs: budget: %w", err)
		}
		if o, ok := owners[visit.SourceID]; ok {
			b.spent[o] = append(b.spent[o], visit.StartedAt)
		}
	}
	return b, nil
}

// take spends one visit to an owner at a moment; false when there is none left.
// The moments of an owner do not go back.
func (b *budget) take(owner string, now time.Time) bool {
	if b == nil {
		return true
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.used(owner, now) >= b.limit {
		return false
	}
	b.spent[owner] = append(b.spent[owner], now)
	return true
}

// used counts the visits to an owner in the window that ends at a moment, and
// forgets what is older.
func (b *budget) used(owner string, now time.Time) int {
	spent := b.spent[owner]
	first := slices.IndexFunc(spent, func(at time.Time) bool { return at.After(now.Add(-budgetWindow)) })
	if first < 0 {
		first = len(spent)
	}
	b.spent[owner] = slices.Delete(spent, 0, first)
	return len(b.spent[owner])
}

// use gives the share of its budget that each owner has had.
func (b *budget) use(now time.Time) map[string]float64 {
	if b == nil {
		return nil
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	use := map[string]float64{}
	for owner := range b.spent {
		use[owner] = float64(b.used(owner, now)) / float64(b.limit)
	}
	return use
}
