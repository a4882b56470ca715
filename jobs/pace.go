package jobs

import (
	"fmt"
	"time"

	"qulaq/registry"
)

// pace is how much likelier an official is to answer at one time than at another: at
// work, by the country's calendar and hours, or off duty. Its mean over a year is 1.
// A nil pace is even.
type pace struct {
	clock      *registry.Clock
	work, rest float64
}

// offDuty is how likely an answer is out of working hours and on days off, in
// relation to the same time at work. It is not learnt, so that a body which answers at
// any hour has its spans half as narrow out of working hours as it might, and in them
// narrower.
const offDuty = 0.2

// newPace takes the share of working hours from the year before a moment. It is nil
// where the calendar does not tell of that year.
func newPace(clock *registry.Clock, now time.Time) *pace {
	const year = 364 * aDay // whole weeks
	worked, err := clock.Duration(now.Add(-year), now)
	if err != nil {
		return nil
	}
	share := worked.Seconds() / year.Seconds()
	work := 1 / (share + offDuty*(1-share))
	return &pace{clock, work, offDuty * work}
}

// paces gives the pace of each zone that the sources are in.
func (e *Env) paces(feeds []feed) (map[*time.Location]*pace, error) {
	paces := map[*time.Location]*pace{}
	if e.Index.Country().Calendar == nil {
		return paces, nil
	}
	for _, f := range feeds {
		if _, ok := paces[f.zone]; ok {
			continue
		}
		clock, err := e.Index.Clock(f.zone, e.Now())
		if err != nil {
			return nil, fmt.Errorf("jobs: working hours of %s: %w", f.ID, err)
		}
		paces[f.zone] = newPace(clock, e.Now())
	}
	return paces, nil
}

// between is the time between two moments, in seconds since the epoch, that counts at
// this pace: as much as passes, over a year. Where the calendar ends, the pace is even.
func (p *pace) between(from, to float64) float64 {
	if p == nil {
		return to - from
	}
	worked, err := p.clock.Duration(instant(from), instant(to))
	if err != nil {
		return to - from
	}
	return p.rest*(to-from) + (p.work-p.rest)*worked.Seconds()
}

// reach is when so much time has passed at this pace, no later than to.
func (p *pace) reach(from, to, wanted float64) float64 {
	if p == nil {
		return min(from+wanted, to)
	}
	start := from
	for to-from > 1 {
		if middle := (from + to) / 2; p.between(start, middle) < wanted {
			from = middle
		} else {
			to = middle
		}
	}
	return to
}
