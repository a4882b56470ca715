package stats

// The beta product: what a censored sample says about the share of events by a
// time, good from a handful of observations on (Fay, Brittain and Proschan,
// "Pointwise confidence intervals for a survival distribution with small samples
// or heavy censoring", Biostatistics 14, 2013).
//
// S at the j-th event is distributed as a product of betas, and S at h lies
// between those at the last event before h and at the next one after it. Each
// product is taken as the beta with the same mean and variance, which is exact
// when nothing is censored: then the two are those of Clopper and Pearson. Fay
// and others take the outer quantiles of the two, which are never too short but
// for small samples much too long. The beta half-way between is used here; that
// is Jeffreys' without censoring, and holds its level on average, as they do for
// proportions (Brown, Cai and DasGupta, Statistical Science 16, 2001).

// Evidence tells how much is known of a share: as much as from K successes in N
// independent trials, either of which may be fractional.
type Evidence struct {
	K, N float64
	Open bool // nobody was followed long enough: the share may be greater, up to 1
}

// Counts is the evidence of k successes in n trials.
func Counts(k, n int) Evidence { return Evidence{K: float64(k), N: float64(n)} }

// Rate is the estimated share; 0 when nothing is known.
func (e Evidence) Rate() float64 {
	if !(e.N > 0) {
		return 0
	}
	return clamp(e.K/e.N, 0, 1)
}

// Limits are the quantiles of Beta(K+½, N−K+½), Jeffreys' posterior, with 0 and
// 1 where K is 0 or N. With no trials they are [0, 1].
func (e Evidence) Limits(level Level) (Interval, error) {
	if err := level.check(); err != nil {
		return Interval{}, err
	}
	limits := Interval{0, 1}
	if e.K > 0 {
		limits.Lo = e.posterior().quantile(level.tail())
	}
	if e.K < e.N && !e.Open {
		limits.Hi = e.posterior().quantile(1 - level.tail())
	}
	return limits, nil
}

func (e Evidence) posterior() beta { return beta{e.K + 0.5, max(e.N-e.K, 0) + 0.5} }

// thinned takes design dependent observations for one independent one.
func (e Evidence) thinned(design float64) Evidence {
	return Evidence{e.K / design, e.N / design, e.Open}
}

// moments describe a product of independent betas: its mean, and its variance
// relative to the square of the mean (which adds up without cancellation).
type moments struct{ mean, spread float64 }

// times is the product with a further Beta(a, b).
func (m moments) times(a, b float64) moments {
	u := b / (a * (a + b + 1))
	return moments{m.mean * a / (a + b), m.spread + u + m.spread*u}
}

// after is S just after step s, when m is S just before it.
func (m moments) after(s step) moments {
	return m.times(float64(s.atRisk-s.events+1), float64(s.events))
}

// share is the distribution of 1 − S.
func (m moments) share() beta { return betaOf(1-m.mean, m.mean*m.mean*m.spread) }

// lower is what is known of the share after an event from those up to it. An
// exact lower distribution is Beta(k, n−k+1).
func (m moments) lower() Evidence {
	d := m.share()
	if d.a <= 0 {
		return Evidence{}
	}
	return Evidence{K: d.a, N: d.a + max(d.b-1, 0)}
}

// upper is what is known of the share from the next event, when atRisk
// observations are waiting for it. An exact upper distribution is Beta(k+1, n−k).
func (m moments) upper(atRisk int) Evidence {
	d := m.times(float64(atRisk), 1).share()
	return Evidence{K: max(d.a-1, 0), N: max(d.a-1, 0) + d.b}
}

// Evidence is what the sample says of the share of events by h.
func (c *ProductLimit) Evidence(h float64) Evidence {
	m := moments{mean: 1}
	j := c.upTo(h)
	for _, s := range c.steps[:j] {
		m = m.after(s)
	}
	atRisk := c.AtRisk(h)
	switch {
	case atRisk == 0:
		e := m.lower()
		if j > 0 && c.steps[j-1].survival == 0 {
			return Evidence{K: e.N, N: e.N}
		}
		e.Open = true
		return e
	case j == 0:
		return Evidence{N: m.upper(atRisk).N}
	}
	lower, upper := m.lower(), m.upper(atRisk)
	return Evidence{K: (lower.K + upper.K) / 2, N: (lower.N + upper.N) / 2}
}

// BetaProduct gives limits for the share of events by h: those of its
// [Evidence]. They are defined everywhere and on average true to their level from
// 5 observations on, and are the default of [Describe]. Beyond the last
// observation the upper limit is 1.
func (c *ProductLimit) BetaProduct(h float64, level Level) (Interval, error) {
	return c.Evidence(h).Limits(level)
}
