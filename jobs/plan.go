package jobs

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"
)

// Planned is the next visit of a thread, as far as can be told: what visits find
// changes what comes after them.
type Planned struct {
	At       time.Time `json:"at"`  // now for what is overdue
	Due      time.Time `json:"due"` // since when
	Why      string    `json:"why"`
	SourceID string    `json:"source"`
	ThreadID string    `json:"thread"`
	Kind     string    `json:"kind"`
	URL      string    `json:"url"`
	Waiting  int       `json:"waiting"`  // needs without a real reply, and items that were not read yet
	Value    float64   `json:"value"`    // what a request for it narrows; where a budget is short, the highest goes first
	Requests int       `json:"requests"` // that the visit takes
}

// OwnerPlan is what an owner would be asked.
type OwnerPlan struct {
	Owner    string `json:"owner"`
	Sources  int    `json:"sources"`
	Threads  int    `json:"threads"`  // that are watched yet
	Overdue  int    `json:"overdue"`  // of them, those that are due now
	Visits   int    `json:"visits"`   // until the end of the plan, if nothing new is found
	Requests int    `json:"requests"` // that they take
	Had      int    `json:"had"`      // requests in the last day, by crawls with a budget
	Budget   int    `json:"budget"`   // requests in any day; 0 for as many as are due
}

// Plan is what would be visited until a moment.
type Plan struct {
	Until  time.Time
	Visits []Planned   // the next one of each thread, in the order of time and value
	Owners []OwnerPlan // by name
}

// PlanOptions choose what a plan is made of.
type PlanOptions struct {
	Sources []string      // ids; none for all active ones
	Policy  Policy        // the zero Policy for DefaultPolicy
	Ahead   time.Duration // from now
	Budget  int           // as in CrawlOptions
	Since   time.Time     // as in CrawlOptions
}

// MakePlan tells what a crawl would visit when, and why. It asks nobody but the
// store. Visits are taken to be made in time, to find nothing new and to be
// complete.
func MakePlan(ctx context.Context, e *Env, o PlanOptions) (*Plan, error) {
	feeds, err := e.crawlable(o.Sources)
	if err != nil {
		return nil, err
	}
	if o.Policy == (Policy{}) {
		o.Policy = DefaultPolicy
	}
	now := e.Now()
	if o.Since.IsZero() {
		o.Since = now.Add(-o.Policy.Stop)
	}
	f, err := e.frontier(ctx, feeds, o.Policy)
	if err != nil {
		return nil, err
	}
	budget, err := newBudget(ctx, e.Store, e.Now, max(o.Budget, 1)) // one of 1 counts, too
	if err != nil {
		return nil, err
	}
	owners := map[string]*OwnerPlan{}
	for _, feed := range feeds {
		name := owner(feed)
		if owners[name] == nil {
			owners[name] = &OwnerPlan{Owner: name, Had: budget.had(name), Budget: o.Budget}
		}
		owners[name].Sources++
	}
	plan := &Plan{Until: now.Add(o.Ahead)}
	plan.Visits = f.plan(now, plan.Until, o.Since, owners)
	for _, of := range owners {
		plan.Owners = append(plan.Owners, *of)
	}
	slices.SortFunc(plan.Owners, func(a, b OwnerPlan) int { return cmp.Compare(a.Owner, b.Owner) })
	return plan, nil
}

// plan lists the next visits until a moment, and adds all that would be made to what
// the owners are asked.
func (f *frontier) plan(now, until, since time.Time, owners map[string]*OwnerPlan) []Planned {
	f.feel(now)
	var visits []Planned
	from, end := float64(now.UnixMilli())/1000, float64(until.UnixMilli())/1000
	for i := range uint32(f.entries.n) {
		t := f.entries.at(i)
		if f.next(t) == never || f.unwanted(t, since) {
			continue
		}
		of := owners[owner(f.feeds[t.source])]
		of.Threads++
		if t.due <= now.UnixMilli() {
			of.Overdue++
		}
		prospect := f.prospect(t)
		requests := max(prospect.pages, 1)
		for first := true; ; first = false {
			due, why, ok := f.policy.next(&prospect)
			at := max(due, from)
			if !ok || at > end {
				break
			}
			if first {
				s := f.entries.state(t, f.feeds[t.source].ID)
				visits = append(visits, Planned{
					At: instant(at), Due: instant(due), Why: string(why), SourceID: s.SourceID, ThreadID: s.ThreadID, Kind: s.Kind, URL: s.URL,
					Waiting: prospect.open, Value: f.policy.value(&prospect, due, why, at), Requests: requests,
				})
			}
			of.Visits++
			of.Requests += requests
			prospect.seen(at)
		}
	}
	slices.SortFunc(visits, func(a, b Planned) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(b.Value, a.Value), cmp.Compare(a.SourceID, b.SourceID), cmp.Compare(a.ThreadID, b.ThreadID))
	})
	return visits
}

// instant is a moment of the policy, to the second.
func instant(seconds float64) time.Time { return time.Unix(int64(seconds), 0).UTC() }

// String sums it up.
func (p *Plan) String() string {
	visits, requests := 0, 0
	for _, o := range p.Owners {
		visits, requests = visits+o.Visits, requests+o.Requests
	}
	return fmt.Sprintf("until %s: threads %d, visits %d, requests %d, owners %d",
		p.Until.UTC().Format(time.RFC3339), len(p.Visits), visits, requests, len(p.Owners))
}
