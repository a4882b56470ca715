package jobs

import (
	"math"
	"time"

	"qulaq/schema"
)

// Policy tells when a thread wants its next visit. It is a pure function of what
// the store knows of the thread, so that a restart changes nothing.
//
// Where pages print no times, a reply lies between two visits, and what a visit is
// worth is by how much it narrows that span in relation to the latency. For needs
// of which a share h(a) of those that wait is answered at age a per unit of time, the
// mean logarithm of the width, ∫ h(a) · log gap(a) da, is least for a given number of
// visits when they are made with a density in proportion to h(a): each gap is then as
// likely to hold the reply as any other. Under the prior law, h(a) = c/a, these are
// visits at ages that grow by Growth of themselves. A body that is known to answer
// within hours, or after a week, has its visits there instead. Several needs that wait
// in one thread share its visits: the squares of their h(a) add up, so that four of
// them take two times the visits of one. And officials answer at work: by night and on
// days off the density is lower ([pace]).
//
// Where pages print times, the span of a reply does not depend on visits. They only
// have to see it: soon after each horizon that is published, and at ages that grow
// by Audit, as in threads where nothing waits.
type Policy struct {
	Growth   float64          // of a need's age, from visit to visit while it waits, under the prior law
	Audit    float64          // of a thread's age and Young, from visit to visit while nothing waits in it
	Young    time.Duration    // age at which audits begin
	Horizons [5]time.Duration // ages of a need that are published
	Lag      time.Duration    // from a horizon to the visit for it
	Least    time.Duration    // between two visits of a thread
	Most     time.Duration    // between two visits of a thread in which a need waits for a reply without a date
	Stop     time.Duration    // age after which a thread, and a need that still waits, is left alone
	Retry    time.Duration    // after a visit that failed; doubles while it goes on failing, up to a day
	Listing  time.Duration    // between two visits of a listing, at most
	Busy     time.Duration    // between two visits of a listing, at least
}

// DefaultPolicy watches for 45 days: the longest horizon that is published by
// default, 30 days, and half as long again for late replies.
var DefaultPolicy = Policy{
	Growth:   0.15,
	Audit:    1,
	Young:    12 * time.Hour,
	Horizons: [5]time.Duration{aDay, 3 * aDay, 7 * aDay, 21 * aDay, 30 * aDay}, // 15 working days are 21
	Lag:      time.Hour,
	Least:    15 * time.Minute,
	Most:     72 * time.Hour,
	Stop:     45 * aDay,
	Retry:    time.Hour,
	Listing:  time.Hour,
	Busy:     15 * time.Minute,
}

const aDay = 24 * time.Hour

// reason tells why a visit is due when it is.
type reason string

const (
	isNew      reason = "new"     // it was never visited
	rhythm     reason = "rhythm"  // a listing, by how often it has had something new
	needWaits  reason = "need"    // a need waits, and its reply will have no date but our visits
	horizonDue reason = "horizon" // a need that waits has reached an age that is published
	audit      reason = "audit"   // for edits, deletions and new needs
	retry      reason = "retry"   // the last visit failed
)

// prospect is what the policy knows of a thread. Moments are in seconds since the
// epoch.
type prospect struct {
	listing  bool
	found    float64 // when it was found
	born     float64 // when it was opened, or else found
	visited  bool
	last     float64 // visit
	outcome  schema.Outcome
	failing  float64 // since when no visit was complete, if the last was not
	open     int     // needs that wait for a reply
	oldest   float64 // when the first of them was asked
	youngest float64 // when the last of them was asked
	pages    int     // requests that a visit takes; 0 when it was never visited completely
	habit    *habit
}

// seen makes of a thread what a complete visit without news leaves.
func (t *prospect) seen(at float64) {
	t.visited, t.last, t.outcome = true, at, schema.OK
}

// next tells when a thread wants its next visit and why; false when it wants none.
func (p Policy) next(t *prospect) (at float64, why reason, ok bool) {
	if !t.visited {
		return t.found, isNew, true
	}
	if t.listing {
		wait := min(max(t.habit.rhythm/2, p.Busy.Seconds()), p.Listing.Seconds())
		if fails(t.outcome) {
			return t.last + p.again(t, wait), retry, true
		}
		return t.last + wait, rhythm, true
	}
	end := t.born + p.Stop.Seconds()
	if t.open > 0 {
		end = max(end, t.youngest+p.Stop.Seconds())
	}
	if t.last >= end {
		return 0, "", false
	}
	if fails(t.outcome) {
		return t.last + p.again(t, min(max(t.last-t.failing, p.Retry.Seconds()), aDay.Seconds())), retry, true
	}
	at, why = p.due(t)
	return min(max(at, t.last+p.Least.Seconds()), end), why, true
}

// again is how long to wait after a visit that failed. robots.txt is read again
// within a day (RFC 9309, 2.4).
func (p Policy) again(t *prospect, wait float64) float64 {
	if t.outcome == schema.BlockedByRobots || t.outcome == schema.Gone {
		return max(wait, aDay.Seconds())
	}
	return max(wait, p.Retry.Seconds())
}

// fails tells whether a visit has to be made again to see what there is. A thread
// that is closed showed all there is, though it earns no silence.
func fails(o schema.Outcome) bool {
	return !o.EarnsSilence() && o != schema.CommentsClosed && o != schema.DiscussionUnavailable
}

// due is when the density of visits since the last one adds up to a visit, or when
// a need reaches a horizon.
func (p Policy) due(t *prospect) (float64, reason) {
	at, why := t.last+p.Audit*(t.last-t.born+p.Young.Seconds()), audit
	if t.open == 0 {
		return at, why
	}
	if t.habit.exact {
		if h := min(p.horizon(t.youngest, t.last), p.horizon(t.oldest, t.last)); h < at {
			return h, horizonDue
		}
		return at, why
	}
	at = min(at, t.last+p.Most.Seconds())
	sum, from := 0.0, t.last
	for from < at {
		step := min(max((from-t.youngest)*stepShare, p.Least.Seconds()/2), mostStep)
		density := p.density(t, from+step/2)
		visits := density * t.habit.pace.between(from, from+step)
		if sum+visits >= 1 {
			return min(t.habit.pace.reach(from, from+step, (1-sum)/density), at), needWaits
		}
		sum, from = sum+visits, from+step
	}
	return at, needWaits // as Most has it
}

// The steps in which a density is added up: a share of the youngest age, and not so
// long that one of them steps over the time at which a body answers.
const (
	stepShare = 0.15
	mostStep  = 6 * 3600.0
)

// horizon is when a need that was asked at a moment has reached the first horizon
// that no visit has seen yet; +Inf when all are seen.
func (p Policy) horizon(asked, seen float64) float64 {
	for _, h := range p.Horizons {
		if at := asked + (h + p.Lag).Seconds(); at > seen {
			return at
		}
	}
	return math.Inf(1)
}

// density is how many visits per second the needs that wait in a thread are worth
// at a moment, at an even pace. Of more than two, the first and last are known; the others are taken
// to have been asked half-way between.
func (p Policy) density(t *prospect, at float64) float64 {
	worth := p.worth(t.habit, at-t.youngest)
	if t.open > 1 {
		worth += p.worth(t.habit, at-t.oldest)
	}
	if t.open > 2 {
		worth += float64(t.open-2) * p.worth(t.habit, at-(t.oldest+t.youngest)/2)
	}
	return math.Sqrt(worth) / math.Log1p(p.Growth)
}

// worth is the square of h(a) of a need, in units of the prior law's constant.
func (p Policy) worth(h *habit, age float64) float64 {
	if age > p.Stop.Seconds() {
		return 0
	}
	rate := h.hazard.At(max(age, p.Least.Seconds())) / priorLaw
	return rate * rate
}

// value is how much a request for a thread narrows, at a moment when it is due. A
// gap that is twice as long as it was to be holds twice the replies in spans twice
// as wide, so that a visit is worth the square of its arrears, over the pages that
// it takes. Where a budget does not reach for all, the most valuable visits are made,
// the others gather arrears, and all gaps grow alike.
func (p Policy) value(t *prospect, due float64, why reason, now float64) float64 {
	arrears, weight, gap := 1.0, 1.0, max(due-t.last, p.Least.Seconds())
	switch why {
	case audit:
		weight = auditWeight
	case horizonDue:
		gap = max(gap, aDay.Seconds()) // however short before it the last visit was
	}
	switch {
	case why == isNew:
		arrears = 1 / p.Growth // of all that is in it nothing is known
	case now > due:
		arrears += (now - due) / gap
	}
	return weight * arrears * arrears / float64(max(t.pages, 1))
}

// auditWeight is what a visit that narrows no reply's span counts for: it can wait
// twice as long.
const auditWeight = 0.25
