package jobs

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"qulaq/crawler"
	"qulaq/jobs/queue"
	"qulaq/parsers"
	"qulaq/pipeline"
	"qulaq/registry"
)

// Work makes visits for a daemon until ctx ends, several at a time. It takes them
// from e.Queue and sends back what it saw, stripped of identities: it needs the
// daemon's key and registry, and no store. A worker whose key or registry is another
// is refused.
//
// When ctx ends, visits that are under way get eight seconds; what has not ended by
// then goes to another worker at once.
func Work(ctx context.Context, e *Env, slots int) error {
	ours, err := e.charter()
	if err != nil {
		return err
	}
	if err := e.checkTokens(); err != nil {
		return err
	}
	w := &worker{env: e, ours: ours, feeds: map[string]feed{}}
	for _, f := range e.feeds() {
		f.secret = e.secret(f)
		w.feeds[f.ID] = f
	}
	return e.Queue.Work(ctx, queue.WorkOptions{Slots: slots, Grace: drain, Accept: w.accept}, w.visit)
}

// worker is a Work.
type worker struct {
	env   *Env
	ours  *charter
	feeds map[string]feed
}

// accept tells whether this worker can do what a daemon asks of it.
func (w *worker) accept(text []byte) error {
	_, err := w.read(text)
	return err
}

func (w *worker) read(text []byte) (*charter, error) {
	theirs := new(charter)
	if err := json.Unmarshal(text, theirs); err != nil {
		return nil, fmt.Errorf("jobs: charter: %w", err)
	}
	switch {
	case theirs.Format != w.ours.Format:
		return nil, fmt.Errorf("jobs: it speaks format %d, this program %d: run the same version on both", theirs.Format, w.ours.Format)
	case theirs.Key != w.ours.Key:
		return nil, errors.New("jobs: it has another key: the pseudonyms of one person would differ from worker to worker; copy the daemon's key file here")
	case theirs.Registry != w.ours.Registry:
		return nil, errors.New("jobs: it has another registry: run the same version on both, with the same --registry")
	}
	return theirs, nil
}

// visit makes one visit.
func (w *worker) visit(ctx context.Context, t queue.Task, ask queue.Ask) ([]byte, error) {
	var o order
	if err := unpack(t.Body, &o); err != nil {
		return nil, err
	}
	terms, err := w.read(t.Charter)
	if err != nil {
		return nil, err
	}
	f, ok := w.feeds[o.Source]
	switch {
	case !ok:
		return nil, fmt.Errorf("jobs: no source %q in the worker's registry", o.Source)
	case f.Browser && w.env.Browser == nil:
		return nil, fmt.Errorf("jobs: a script renders the pages of source %s, and the worker has no browser", f.ID)
	}
	w.env.Crawler.Adopt(t.Owner, o.Standing)
	look, err := w.env.visit(ctx, f, o.Thread, o.terms(ask))
	switch {
	case errors.Is(err, errBudgetSpent):
		return pack(delivery{nil, t.Owner, w.env.Crawler.Standing(t.Owner)})
	case errors.Is(err, crawler.ErrNotArchived):
		return nil, fmt.Errorf("%w: %w", queue.ErrUnfit, err)
	case err != nil:
		return nil, err
	case ctx.Err() != nil:
		return nil, context.Cause(ctx)
	}
	if err := w.env.Archive.Sync(); err != nil { // what is not archived is not recorded
		return nil, fmt.Errorf("%w: %w", queue.ErrUnfit, err)
	}
	observer := pipeline.NewObserver(w.env.Key, w.env.Index)
	if terms.NoTexts {
		observer.ReadAtOnce(w.env.reader())
	}
	sheet := observer.Strip(look)
	observer.ReadAll(sheet)
	return pack(delivery{sheet, t.Owner, w.env.Crawler.Standing(t.Owner)})
}

// Leased puts below an archive's layer (crawler.Config.Archive) one that lets no
// request of a worker through once the owner has passed on to another.
func Leased(layer func(http.RoundTripper) http.RoundTripper) func(http.RoundTripper) http.RoundTripper {
	return func(next http.RoundTripper) http.RoundTripper { return layer(leased{next}) }
}

type leased struct{ next http.RoundTripper }

func (l leased) RoundTrip(r *http.Request) (*http.Response, error) {
	if err := queue.Held(r.Context()); err != nil {
		return nil, err
	}
	return l.next.RoundTrip(r)
}

// terms are those of an order, on which the daemon decides: it knows which threads are
// news, and what was spent.
func (o *order) terms(ask queue.Ask) (on terms) {
	if o.Ask {
		on.enough = func(ctx context.Context, page parsers.Result) (bool, error) {
			q := question{}
			for _, thread := range page.Found {
				q.Found = append(q.Found, found{thread.ID, thread.Published})
			}
			answer, err := askDaemon(ctx, ask, q, answerEnough, answerMore)
			return answer == answerEnough, err
		}
	}
	if o.Count {
		on.spend = func(ctx context.Context, owner string) error {
			answer, err := askDaemon(ctx, ask, question{Spend: owner}, answerSend, answerSpent)
			if answer == answerSpent {
				return errBudgetSpent
			}
			return err
		}
	}
	return on
}

// askDaemon gives one of two answers.
func askDaemon(ctx context.Context, ask queue.Ask, q question, one, other string) (string, error) {
	body, err := pack(q)
	if err != nil {
		return "", err
	}
	answer, err := ask(ctx, body)
	if err != nil {
		return "", err
	}
	if got := string(answer); got == one || got == other {
		return got, nil
	}
	return "", fmt.Errorf("jobs: the daemon cannot tell: %.200s", answer)
}

// registryDigest tells two registries apart by what a visit needs of them.
func registryDigest(c *registry.Country) (string, error) {
	text, err := json.Marshal(c.Bodies)
	if err != nil {
		return "", fmt.Errorf("jobs: digest of the registry: %w", err)
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:16]), nil
}
