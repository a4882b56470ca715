package jobs

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"qulaq/schema"
)

const (
	// budgetWindow is the time in which no more requests are sent to an owner than the
	// budget allows, wherever it begins: a day, and what a request may take to arrive
	// after it was counted.
	budgetWindow = aDay + 5*time.Minute
	// allotmentTime is for how long requests that were set aside may be sent.
	allotmentTime = time.Hour
	// allotmentSize is how many are set aside when a round needs more than it foresaw.
	allotmentSize = 32
)

// errBudgetSpent tells that no request may be sent to an owner for now.
var errBudgetSpent = errors.New("the owner's budget of requests is spent")

// budget bounds the requests to each owner: pages, redirects, robots.txt and repeats,
// whoever sends them. They are set aside in the store before they are sent, so that a
// crawl that is killed has not spent more than the next one knows of. A nil budget
// bounds nothing.
type budget struct {
	limit  int
	ledger ledger
	now    func() time.Time
	name   string // makes the ids of allotments unique
	made   int    // allotments

	mu     sync.Mutex
	owners map[string]*account
}

// ledger is what remembers allotments; a schema.Store does.
type ledger interface {
	PutAllotments(ctx context.Context, rows []schema.Allotment) error
	Allotments(ctx context.Context, after time.Time) ([]schema.Allotment, error)
}

// account is what an owner was asked, and may be.
type account struct {
	spent   []int64           // when a request of the window was sent, in order: milliseconds since the epoch
	open    *schema.Allotment // that is being spent; nil for none
	left    uint32            // of it
	past    []schema.Allotment
	waiting bool // in this round a visit was left, because it takes more than is left
}

// newBudget knows what earlier crawls have spent, so that a restart gives nobody a
// second helping.
func newBudget(ctx context.Context, ledger ledger, now func() time.Time, limit int) (*budget, error) {
	if limit <= 0 {
		return nil, nil
	}
	b := &budget{limit: limit, ledger: ledger, now: now, name: rand.Text(), owners: map[string]*account{}}
	rows, err := ledger.Allotments(ctx, now().Add(-budgetWindow-allotmentTime))
	if err != nil {
		return nil, fmt.Errorf("jobs: budget: %w", err)
	}
	for _, row := range rows {
		last := row.EndedAt
		if row.Ended == 0 { // of a crawl that was killed: it may have sent all, as late as it might
			last = row.ReservedAt.Add(allotmentTime)
		}
		a := b.account(row.Owner)
		a.spent = append(a.spent, slices.Repeat([]int64{last.UnixMilli()}, int(row.Requests))...)
	}
	for _, a := range b.owners {
		slices.Sort(a.spent)
	}
	return b, nil
}

func (b *budget) account(owner string) *account {
	a := b.owners[owner]
	if a == nil {
		a = &account{}
		b.owners[owner] = a
	}
	return a
}

// reserve sets aside, at the beginning of a round, what visits to each owner are
// likely to take: one row an owner, written at once.
func (b *budget) reserve(ctx context.Context, wanted map[string]int) error {
	if b == nil {
		return nil
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	now := b.now()
	var rows []schema.Allotment
	for owner, n := range wanted {
		a := b.account(owner)
		a.waiting = false
		if n = min(n, b.limit-a.used(now)); n > 0 {
			rows = append(rows, b.allot(owner, a, n, now))
		}
	}
	return b.write(ctx, rows)
}

// covers tells whether an owner's budget reaches for a visit of so many pages. Once
// it does not, it does for no other visit of the round: those that are worth less
// would forever take what a longer one waits for.
func (b *budget) covers(owner string, pages int) bool {
	if b == nil {
		return true
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	a := b.account(owner)
	if a.used(b.now())+min(max(pages, 1), b.limit) > b.limit {
		a.waiting = true
	}
	return !a.waiting
}

// spend counts a request that is about to be sent, or is errBudgetSpent. Any other
// error is one of the store, which has to know first.
func (b *budget) spend(ctx context.Context, owner string) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	a, now := b.account(owner), b.now()
	if a.used(now) >= b.limit {
		return errBudgetSpent
	}
	if a.left == 0 || now.Sub(a.open.ReservedAt) >= allotmentTime {
		row := b.allot(owner, a, min(allotmentSize, b.limit-a.used(now)), now)
		if err := b.write(ctx, []schema.Allotment{row}); err != nil {
			a.left = 0
			return err
		}
	}
	a.left--
	a.open.Requests++
	a.open.EndedAt = now
	a.spent = append(a.spent, now.UnixMilli())
	return nil
}

// allot opens an allotment of an owner and ends the one before. It gives the row of
// the reservation.
func (b *budget) allot(owner string, a *account, n int, now time.Time) schema.Allotment {
	a.end()
	b.made++
	row := schema.Allotment{Owner: owner, ID: fmt.Sprintf("%s-%d", b.name, b.made), ReservedAt: now, EndedAt: epoch, Requests: uint32(n)}
	opened := row
	opened.Requests, opened.EndedAt, opened.Ended = 0, now, 1 // as it is when nothing is sent
	a.open, a.left = &opened, row.Requests
	return row
}

func (a *account) end() {
	if a.open != nil {
		a.past = append(a.past, *a.open)
	}
	a.open, a.left = nil, 0
}

// settle ends all allotments: what was set aside and not sent is free again.
func (b *budget) settle(ctx context.Context) error {
	if b == nil {
		return nil
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	var rows []schema.Allotment
	for _, a := range b.owners {
		a.end()
		rows, a.past = append(rows, a.past...), nil
	}
	return b.write(ctx, rows)
}

func (b *budget) write(ctx context.Context, rows []schema.Allotment) error {
	if len(rows) == 0 {
		return nil
	}
	slices.SortFunc(rows, func(x, y schema.Allotment) int { return cmp.Compare(x.Owner, y.Owner) })
	if err := b.ledger.PutAllotments(ctx, rows); err != nil {
		return fmt.Errorf("jobs: budget: %w", err)
	}
	return nil
}

// used counts the requests in the window that ends at a moment, and forgets what is
// older.
func (a *account) used(now time.Time) int {
	first, _ := slices.BinarySearch(a.spent, now.Add(-budgetWindow).UnixMilli()+1)
	a.spent = slices.Delete(a.spent, 0, first)
	return len(a.spent)
}

// had tells how many requests an owner got in the window until now.
func (b *budget) had(owner string) int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.account(owner).used(b.now())
}

// use gives the share of its budget that each owner has had.
func (b *budget) use() map[string]float64 {
	if b == nil {
		return nil
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	use, now := map[string]float64{}, b.now()
	for owner, a := range b.owners {
		use[owner] = float64(a.used(now)) / float64(b.limit)
	}
	return use
}
