package crawler

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"
)

// gate is the layer that keeps requests apart: one at a time per owner, and
// between two of them a pause that is never shorter than the floor, the
// Crawl-delay of the robots.txt, what a Retry-After asks for, and a penalty that
// doubles with every sign of trouble and halves with every good answer.
//
// An owner's turn begins with the request and ends when the body of its answer
// is closed. All waits end with the context.
type gate struct {
	next http.RoundTripper
	pace pace
	now  func() time.Time

	mu     sync.Mutex
	owners map[string]*turnstile
}

// pace holds the durations that the gate goes by; see Config.
type pace struct {
	floor, loopbackFloor time.Duration
	maxWait              time.Duration // negative: never wait
	penalty, maxPenalty  time.Duration
}

// turnstile lets one request of an owner through at a time.
type turnstile struct {
	slot chan struct{} // holds a token while a request is under way

	mu      sync.Mutex
	lastEnd time.Time     // when the last turn ended; zero before the first
	pause   time.Duration // that the last turn had to keep
	barred  time.Time     // no request before: penalty or Retry-After
	penalty time.Duration // 0 while the owner is content
	before  time.Duration // the penalty before the last turn
	trouble trouble       // of the last turn
}

// trouble tells why an owner is to be spared; the zero value, that it is not.
type trouble struct {
	outcome Outcome
	reason  string
}

// turnError says that an owner's turn is too far away to wait for it.
type turnError struct {
	until time.Time
	why   trouble
}

func (e *turnError) Error() string {
	return fmt.Sprintf("not asked before %s: %s", e.until.UTC().Format(time.RFC3339), e.why.reason)
}

func newGate(next http.RoundTripper, p pace, now func() time.Time) *gate {
	return &gate{next: next, pace: p, now: now, owners: map[string]*turnstile{}}
}

func (g *gate) RoundTrip(req *http.Request) (*http.Response, error) {
	ctx := req.Context()
	a := attemptOf(ctx)
	owner := a.owner(req.URL.Host)
	t := g.turnstile(owner)
	if err := g.enter(ctx, t, g.pauseFor(a)); err != nil {
		return nil, err
	}
	if err := a.spend(ctx, owner); err != nil {
		<-t.slot // the turn was not taken
		return nil, err
	}
	resp, err := g.next.RoundTrip(req)
	if err != nil {
		g.leave(t, 0, failureTrouble(ctx, err))
		return nil, err
	}
	a.retryAfter = retryAfter(resp.Header, g.now())
	if resp.StatusCode == http.StatusTooManyRequests && a.retryAfter == 0 {
		a.retryAfter = limitReset(resp.Header, g.now())
	}
	pause, why := a.retryAfter, statusTrouble(resp, a.retryAfter)
	resp.Body = &turnBody{ReadCloser: resp.Body, done: func(err error) {
		if err != nil {
			why = failureTrouble(ctx, err)
		}
		g.leave(t, pause, why)
	}}
	return resp, nil
}

// readyAt tells when the owner may be asked next, as far as is known; a time
// that has passed, or the zero time, means at once.
func (g *gate) readyAt(owner string) time.Time {
	t := g.turnstile(owner)
	t.mu.Lock()
	defer t.mu.Unlock()
	until, _ := t.opens(t.pause)
	return until
}

func (g *gate) turnstile(owner string) *turnstile {
	g.mu.Lock()
	defer g.mu.Unlock()
	t, ok := g.owners[owner]
	if !ok {
		t = &turnstile{slot: make(chan struct{}, 1)}
		g.owners[owner] = t
	}
	return t
}

// pauseFor is the pause that has to lie between an earlier request and a.
func (g *gate) pauseFor(a *attempt) time.Duration {
	floor := g.pace.floor
	if a.request.AllowLoopback {
		floor = g.pace.loopbackFloor
	}
	return max(floor, a.crawlDelay)
}

// enter begins a turn. Behind other requests it waits as long as ctx allows;
// for the time to come it waits no longer than maxWait.
func (g *gate) enter(ctx context.Context, t *turnstile, pause time.Duration) error {
	select {
	case t.slot <- struct{}{}:
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	t.mu.Lock()
	t.pause = pause
	until, why := t.opens(pause)
	t.mu.Unlock()

	wait := until.Sub(g.now())
	if wait <= 0 {
		return nil
	}
	if wait > g.pace.maxWait {
		<-t.slot
		return &turnError{until, why}
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		<-t.slot
		return context.Cause(ctx)
	}
}

// leave ends a turn. Trouble doubles the penalty, and its absence halves it.
func (g *gate) leave(t *turnstile, retryAfter time.Duration, why trouble) {
	now := g.now()
	t.mu.Lock()
	t.lastEnd = now
	t.before = t.penalty
	t.settle(now, g.pace, retryAfter, why)
	t.mu.Unlock()
	<-t.slot
}

// rest makes an owner rest whose last answer, as its content tells, asks for it:
// at least until a time, or as after any other sign of trouble.
func (g *gate) rest(t *turnstile, until time.Time, why trouble) {
	now := g.now()
	t.mu.Lock()
	defer t.mu.Unlock()
	t.penalty = t.before // the turn seemed to end well
	t.settle(now, g.pace, max(until.Sub(now), t.barred.Sub(now)), why)
	if t.lastEnd.IsZero() {
		t.lastEnd = now
	}
}

// settle sets the penalty after a turn. The caller holds t.mu.
func (t *turnstile) settle(now time.Time, p pace, pause time.Duration, why trouble) {
	t.trouble = why
	if why != (trouble{}) {
		t.penalty = min(max(2*t.penalty, p.penalty), p.maxPenalty)
	} else if t.penalty /= 2; t.penalty < p.penalty {
		t.penalty = 0
	}
	t.barred = now.Add(max(t.penalty, pause))
}

// opens tells when the next turn may begin if pause has to be kept, and what
// holds it up. The caller holds t.mu.
func (t *turnstile) opens(pause time.Duration) (until time.Time, why trouble) {
	if t.lastEnd.IsZero() {
		return time.Time{}, trouble{}
	}
	paused := t.lastEnd.Add(pause)
	switch {
	case paused.After(t.barred):
		return paused, trouble{Throttled, "a pause is kept between two requests"}
	case t.trouble == (trouble{}):
		return t.barred, trouble{Throttled, "recovering from trouble"}
	default:
		return t.barred, t.trouble
	}
}

// statusTrouble tells whether an answer is a sign of trouble.
func statusTrouble(resp *http.Response, retryAfter time.Duration) trouble {
	if resp.StatusCode == http.StatusTooManyRequests || resp.StatusCode >= 500 || retryAfter > 0 {
		outcome, _ := statusOutcome(resp.StatusCode, resp.Header)
		if retryAfter > 0 {
			outcome = Throttled
		}
		return trouble{outcome, fmt.Sprintf("it answered %d %s", resp.StatusCode, http.StatusText(resp.StatusCode))}
	}
	return trouble{}
}

// failureTrouble tells whether a failure is a sign of trouble, and not of our
// own making.
func failureTrouble(ctx context.Context, err error) trouble {
	var (
		address *addressError
		size    *sizeError
		spend   *spendError
	)
	if ctx.Err() != nil || errors.Is(err, ErrNotArchived) || errors.As(err, &address) || errors.As(err, &size) || errors.As(err, &spend) {
		return trouble{}
	}
	return trouble{NetworkError, "it did not answer properly: " + plainReason(err)}
}

// turnBody is a body whose closing ends its owner's turn.
type turnBody struct {
	io.ReadCloser
	done func(error)
	err  error // that reading ended with; nil when it got to the end
}

func (b *turnBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if err != nil && err != io.EOF {
		b.err = err
	}
	return n, err
}

func (b *turnBody) Close() error {
	err := b.ReadCloser.Close()
	if b.done != nil {
		b.done(b.err)
		b.done = nil
	}
	return err
}
