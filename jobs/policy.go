package jobs

import (
	"time"

	"qulaq/parsers"
	"qulaq/schema"
)

// Policy tells when a thread wants its next visit. A reply to a thread is the
// less likely the older it is, so that visits at growing distances bound the
// span of each reply to a share of its latency, whether it came after an hour or
// after a month.
type Policy struct {
	Listing time.Duration // between two visits of a listing
	Growth  float64       // of a thread's age, until its next visit
	Least   time.Duration // between two visits of a thread
	Most    time.Duration // between two visits of a thread
	Stop    time.Duration // age after which a thread is left alone
	Retry   time.Duration // after a visit that failed
}

// DefaultPolicy watches a thread for 45 days: the longest horizon that is
// published by default, 30 days, and half as long again for late replies.
var DefaultPolicy = Policy{
	Listing: time.Hour,
	Growth:  0.25,
	Least:   15 * time.Minute,
	Most:    72 * time.Hour,
	Stop:    45 * 24 * time.Hour,
	Retry:   time.Hour,
}

// Next tells when a thread wants its next visit; false when it wants none.
func (p Policy) Next(t *schema.ThreadState) (time.Time, bool) {
	if t.Visits == 0 {
		return t.FoundAt, true
	}
	wait := p.Listing
	if parsers.ThreadKind(t.Kind) != parsers.Listing {
		age := t.LastAt.Sub(born(t))
		if age >= p.Stop {
			return time.Time{}, false
		}
		wait = min(max(time.Duration(p.Growth*float64(age)), p.Least), p.Most)
	}
	switch {
	case t.LastOutcome == schema.BlockedByRobots, t.LastOutcome == schema.Gone:
		wait = max(wait, aDay) // robots.txt is read again within a day (RFC 9309, 2.4)
	case !t.LastOutcome.EarnsSilence():
		wait = max(wait, p.Retry)
	}
	return t.LastAt.Add(wait), true
}

const aDay = 24 * time.Hour

// born is when a thread was opened, or else when it was found.
func born(t *schema.ThreadState) time.Time {
	if !t.PublishedAt.After(epoch) {
		return t.FoundAt
	}
	return t.PublishedAt
}
