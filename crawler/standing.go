package crawler

import "time"

// Standing is how an owner is to be treated, as far as its own answers tell. One
// crawler can hand it to another, so that several of them that take turns keep the
// pauses and penalties of one. It holds durations, so that their clocks may differ.
type Standing struct {
	Rest    time.Duration // until the owner may be asked next
	Penalty time.Duration // after the last sign of trouble; 0 while the owner is content
}

// Standing tells how an owner stands with this crawler.
func (c *Crawler) Standing(owner string) Standing {
	now := c.config.Now()
	t := c.gate.turnstile(owner)
	t.mu.Lock()
	defer t.mu.Unlock()
	until, _ := t.opens(t.pause)
	return Standing{Rest: max(0, until.Sub(now)), Penalty: t.penalty}
}

// Adopt takes over how an owner stands with another crawler. A rest that this one
// has of its own is not shortened.
func (c *Crawler) Adopt(owner string, s Standing) {
	now := c.config.Now()
	t := c.gate.turnstile(owner)
	t.mu.Lock()
	defer t.mu.Unlock()
	t.penalty = s.Penalty
	if until := now.Add(s.Rest); until.After(t.barred) {
		t.barred = until
	}
	if t.lastEnd.IsZero() && s.Rest > 0 {
		t.lastEnd = time.Unix(0, 0) // long ago: the rest is all there is to wait for
	}
}
