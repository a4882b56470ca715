package jobs

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"qulaq/crawler"
	"qulaq/parsers"
	"qulaq/pipeline"
	"qulaq/registry"
	"qulaq/schema"
)

// Crawl visits the sources of the registry: first the listings, which tell what
// threads there are, then every thread that is due. It holds what it learnt
// between two rounds, so that rounds can follow each other without reading all of
// it from the store again.
type Crawl struct {
	env      *Env
	workers  int
	since    time.Time
	frontier *frontier
	recorder *recorder
	budget   *budget
	skipped  []Skipped
}

// CrawlOptions choose what a crawl visits.
type CrawlOptions struct {
	Sources []string  // ids; none for all active ones
	Policy  Policy    // the zero Policy for DefaultPolicy
	Workers int       // visits at a time, each to another owner; 0 for 16
	Contact string    // at which keepers of sites reach the operator; "" for a crawl of this machine only
	Budget  int       // requests to one owner in any 24 hours; 0 for as many as are due
	Since   time.Time // threads that were opened earlier are not begun; zero for Policy.Stop ago
}

// NewCrawl reads the state of the chosen sources from the store. A source that
// the registry does not know, or that must not be crawled, is an error; so is one
// that needs an API key and has none, if it is named. Otherwise it is skipped.
func NewCrawl(ctx context.Context, e *Env, o CrawlOptions) (*Crawl, error) {
	feeds, err := e.crawlable(o.Sources)
	if err != nil {
		return nil, err
	}
	for _, f := range feeds {
		if o.Contact == "" && !f.Loopback {
			return nil, fmt.Errorf("jobs: source %s is not on this machine: say who is asking before you visit it, "+
				"by --contact or QULAQ_CONTACT, an address or URL at which its keepers reach you", f.ID)
		}
		if f.Browser && e.Browser == nil {
			return nil, fmt.Errorf("jobs: a script renders the pages of source %s, and there is no browser: "+
				"install Chrome or Chromium, or say where it is by --chrome or QULAQ_CHROME", f.ID)
		}
	}
	feeds, skipped, err := e.withKeys(feeds, len(o.Sources) > 0)
	if err != nil {
		return nil, err
	}
	if o.Policy == (Policy{}) {
		o.Policy = DefaultPolicy
	}
	if o.Workers == 0 {
		o.Workers = 16
	}
	if o.Since.IsZero() {
		o.Since = e.Now().Add(-o.Policy.Stop)
	}
	f, err := e.frontier(ctx, feeds, o.Policy)
	if err != nil {
		return nil, err
	}
	observer, err := e.observer(ctx)
	if err != nil {
		return nil, err
	}
	budget, err := newBudget(ctx, e.Store, e.Now, o.Budget)
	if err != nil {
		return nil, err
	}
	return &Crawl{env: e, workers: o.Workers, since: o.Since, frontier: f, budget: budget, skipped: skipped, recorder: &recorder{
		store: e.Store, archive: e.Archive, observer: observer, frontier: f,
		memories: map[string]*memory{}, now: time.Now, inserted: e.Inserted,
	}}, nil
}

// crawlable lists the active sources, or those that are named.
func (e *Env) crawlable(named []string) ([]feed, error) {
	var feeds []feed
	for _, f := range e.feeds() {
		if f.Status == registry.Active && (len(named) == 0 || slices.Contains(named, f.ID)) {
			feeds = append(feeds, f)
		}
	}
	for _, id := range named {
		source, _, ok := e.Index.Source(id)
		switch {
		case !ok:
			return nil, fmt.Errorf("jobs: no source %q in the registry; `qulaq sources list` shows them", id)
		case source.Status != registry.Active:
			return nil, fmt.Errorf("jobs: source %s is %s, it must not be crawled: %s", id, source.Status, source.Note)
		case !slices.ContainsFunc(feeds, func(f feed) bool { return f.ID == id }):
			return nil, fmt.Errorf("jobs: source %s: platform %s has no parser yet", id, source.Platform)
		}
	}
	if len(feeds) == 0 {
		return nil, errors.New("jobs: the registry has no active source to crawl; see `qulaq sources list`")
	}
	return feeds, nil
}

// Skipped lists the sources that the crawl does not visit, and why.
func (c *Crawl) Skipped() []Skipped { return c.skipped }

// Tally counts what a round of a crawl did.
type Tally struct {
	Visits     int                    `json:"visits"`
	Complete   int                    `json:"complete"`
	Items      int                    `json:"items"`
	Bytes      int                    `json:"bytes"`
	OverBudget int                    `json:"over_budget"` // visits that were due and not made: their owner had had enough
	Parked     int                    `json:"parked"`      // visits that were due and failed too often: see qulaq worker parked
	Outcomes   map[schema.Outcome]int `json:"outcomes"`
}

func (t *Tally) add(s *pipeline.Sheet) {
	if t.Outcomes == nil {
		t.Outcomes = map[schema.Outcome]int{}
	}
	t.Visits++
	t.Items += len(s.Shown)
	t.Bytes += int(s.Visit.Bytes)
	t.Outcomes[s.Visit.Outcome]++
	if s.Visit.Complete {
		t.Complete++
	}
}

// String lists the outcomes, the most frequent first.
func (t *Tally) String() string {
	outcomes := make([]schema.Outcome, 0, len(t.Outcomes))
	for o := range t.Outcomes {
		outcomes = append(outcomes, o)
	}
	slices.SortFunc(outcomes, func(a, b schema.Outcome) int {
		if d := t.Outcomes[b] - t.Outcomes[a]; d != 0 {
			return d
		}
		return strings.Compare(string(a), string(b))
	})
	parts := []string{fmt.Sprintf("%d visits, %d complete, %d items seen", t.Visits, t.Complete, t.Items)}
	for _, o := range outcomes {
		parts = append(parts, fmt.Sprintf("%s %d", o, t.Outcomes[o]))
	}
	if t.OverBudget > 0 {
		parts = append(parts, fmt.Sprintf("%d left for later by the budget", t.OverBudget))
	}
	if t.Parked > 0 {
		parts = append(parts, fmt.Sprintf("%d parked", t.Parked))
	}
	return strings.Join(parts, "; ")
}

// Round visits everything that is due once. What was visited before an error, or
// before ctx ended, is stored.
func (c *Crawl) Round(ctx context.Context) (tally Tally, err error) {
	hands, err := c.env.hands(ctx, c.recorder.observer)
	if err != nil {
		return tally, err
	}
	defer func() { err = errors.Join(err, hands.close(context.WithoutCancel(ctx))) }()
	defer func() { err = errors.Join(err, c.budget.settle(context.WithoutCancel(ctx))) }()
	for _, kind := range []func(parsers.ThreadKind) bool{isListing, isNoListing} {
		calls := c.frontier.due(c.since, c.env.Now(), kind)
		if err := c.setAside(ctx, calls); err != nil {
			return tally, err
		}
		if err := c.visitAll(ctx, hands, calls, &tally); err != nil {
			return tally, err
		}
	}
	return tally, nil
}

func isListing(k parsers.ThreadKind) bool { return k == parsers.Listing }

func isNoListing(k parsers.ThreadKind) bool { return k != parsers.Listing }

// setAside takes from the budget what visits that are due will ask of their owners.
func (c *Crawl) setAside(ctx context.Context, calls []call) error {
	if c.budget == nil {
		return nil
	}
	owners, wanted := make([]string, len(c.frontier.feeds)), map[string]int{}
	for i, f := range c.frontier.feeds[:c.frontier.watch] {
		owners[i] = owner(f)
	}
	for _, call := range calls {
		t := c.frontier.entries.at(call.entry)
		wanted[owners[t.source]] += max(int(t.pages), 1)
	}
	for owner := range wanted {
		wanted[owner]++ // robots.txt
	}
	return c.budget.reserve(ctx, wanted)
}

// looksAhead is how many looks may wait for the one that records: the visits go on
// while a batch is being stored.
const looksAhead = 256

// visitAll has many visits made at a time and records them with one goroutine. What
// was seen before ctx ended is recorded all the same; an error of the store ends
// the visits.
func (c *Crawl) visitAll(ctx context.Context, hands hands, calls []call, tally *Tally) error {
	visiting, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	recording := context.WithoutCancel(ctx)
	looks := make(chan seen, looksAhead)
	var workErr error // read after looks is closed
	var over, parked atomic.Int64
	go func() {
		defer close(looks)
		owner := func(t task) string { return owner(t.feed) }
		workErr = crawler.Work(visiting, c.env.Crawler, c.workers, c.frontier.tasks(calls), owner, func(ctx context.Context, t task) {
			if hands.parked(t) {
				parked.Add(1)
				return
			}
			if !c.budget.covers(owner(t), int(t.thread.Pages)) {
				over.Add(1)
				return
			}
			terms := terms{enough: c.enough(t)}
			if c.budget != nil {
				terms.spend = c.budget.spend
			}
			s, err := hands.visit(ctx, t, terms)
			switch {
			case errors.Is(err, errParked):
				parked.Add(1)
			case errors.Is(err, errBudgetSpent):
				over.Add(1)
			case err != nil:
				stop(fmt.Errorf("jobs: %w", err)) // every other visit would end alike
			case s.Sheet != nil:
				looks <- s
			}
		})
	}()
	old := time.NewTicker(batchAge)
	defer old.Stop()
	var storeErr error
	done := 0
	record := func(s seen) {
		if storeErr != nil {
			return // let the workers end
		}
		tally.add(s.Sheet)
		done++
		c.env.progress(Progress{Job: "crawl", Done: done, Total: len(calls), Note: s.Visit.SourceID})
		storeErr = c.recorder.add(recording, s, len(looks) > 0)
	}
	for open := true; open; {
		var s seen
		select {
		case s, open = <-looks:
			if open {
				record(s)
			}
		case <-old.C: // what workers have sent is not to wait for the next visit
			if storeErr == nil && len(looks) == 0 {
				storeErr = c.recorder.flush(recording)
			}
		}
		if storeErr != nil {
			stop(storeErr)
		}
	}
	for _, s := range hands.late() {
		if c.frontier.isNews(&s.Visit) {
			record(s)
		}
	}
	tally.OverBudget += int(over.Load())
	tally.Parked += int(parked.Load())
	if storeErr != nil {
		return storeErr
	}
	if err := c.recorder.flush(recording); err != nil {
		if errors.Is(err, crawler.ErrNotArchived) {
			return err // which workErr tells, too
		}
		return errors.Join(err, workErr)
	}
	return workErr
}

// Backlog tells how many threads are due, and since when the first of them is; the
// zero time when none is. It must not be called during a round.
func (c *Crawl) Backlog() (threads int, oldest time.Time) {
	calls := c.frontier.due(c.since, c.env.Now(), func(parsers.ThreadKind) bool { return true })
	for _, call := range calls { // the first page of a source is due since ever until it is visited
		if due := moment(call.due); due.After(epoch) && (oldest.IsZero() || due.Before(oldest)) {
			oldest = due
		}
	}
	return len(calls), oldest
}

// BudgetUse gives the share of its budget that each owner has had in the last 24
// hours; nothing without a budget.
func (c *Crawl) BudgetUse() map[string]float64 { return c.budget.use() }

// owner is whose server a source is on: that which its first page is asked from. The
// registry may link to another (x.com, whose API is at api.x.com).
func owner(f feed) string {
	address := f.URL
	if start, err := f.parser.Start(f.URL); err == nil {
		address = start.Address.URL
	}
	return crawler.Request{URL: address, Owner: f.Owner}.OwnerKey()
}

// enough tells when a listing has been read far enough: down to the first page
// without news once it has been read completely, and never beyond since. A page
// that leads to no thread, such as an API's answer about the account itself, has
// no news because it never has any: what comes behind it decides.
func (c *Crawl) enough(t task) func(context.Context, parsers.Result) (bool, error) {
	if parsers.ThreadKind(t.thread.Kind) != parsers.Listing {
		return nil
	}
	return func(_ context.Context, page parsers.Result) (bool, error) {
		if len(page.Found) == 0 {
			return false, nil
		}
		if t.thread.CompleteAt.After(epoch) && c.frontier.knows(t.feed.ID, page.Found, t.thread.CompleteAt) {
			return true, nil
		}
		return !slices.ContainsFunc(page.Found, func(found parsers.Thread) bool {
			return found.Published.IsZero() || !found.Published.Hi.Before(c.since)
		}), nil
	}
}

// Join adds the counts of another round.
func (t *Tally) Join(other Tally) {
	if t.Outcomes == nil {
		t.Outcomes = map[schema.Outcome]int{}
	}
	t.Visits += other.Visits
	t.Complete += other.Complete
	t.Items += other.Items
	t.Bytes += other.Bytes
	t.OverBudget += other.OverBudget
	t.Parked += other.Parked
	for outcome, n := range other.Outcomes {
		t.Outcomes[outcome] += n
	}
}
