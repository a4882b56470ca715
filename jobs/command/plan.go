package command

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"qulaq/jobs"
)

// Plan shows what would be visited when, and why.
type Plan struct {
	Source []string      `help:"Ids of sources; all active ones when none is named." placeholder:"ID"`
	Until  time.Duration `help:"How far ahead." default:"24h"`
	By     string        `enum:"visit,owner" default:"visit" help:"Rows: the next visit of each thread (visit), or what each owner would be asked in all (owner)."`
	Limit  int           `help:"Visits to show; 0 for all." default:"40"`
	Budget int           `help:"Requests to one owner in any 24 hours; 0 for as many as are due." default:"0" env:"QULAQ_BUDGET" config:"crawl.budget"`
	Since  time.Duration `help:"Begin no thread that is older than this." default:"1080h" env:"QULAQ_SINCE" config:"crawl.since"`
	Output
}

// Help is printed below the flags.
func (Plan) Help() string {
	return `Asks nobody but the store. Visits are taken to be made in time and to find nothing
new, so that what comes will be more than what is shown.

Why a visit is due:
  new      the thread was found and never visited
  need     a need waits in it, and its pages print no times: the reply will lie
           between two visits, which are made where replies are expected
  horizon  a need waits in it, its pages print times: an hour after each of the ages
           that are published
  audit    nothing waits in it: for edits, deletions and new needs
  rhythm   a listing, by how often its source has something new
  retry    the last visit failed

Where a budget is short, the visits of the highest value are made: those that narrow
the spans of replies most for a request.

  qulaq plan
  qulaq plan --source akorda-telegram --until 72h
  qulaq plan --by owner --until 720h --format csv`
}

// Run shows it.
func (c *Plan) Run(ctx context.Context, g *Globals, s Streams) (err error) {
	if c.Until < 0 || c.Limit < 0 {
		return fmt.Errorf("--until %v, --limit %d: want neither to be negative", c.Until, c.Limit)
	}
	e, err := g.env(ctx, s)
	if err != nil {
		return err
	}
	defer func() { err = closing(e.Store, err) }()
	plan, err := jobs.MakePlan(ctx, e, jobs.PlanOptions{Sources: c.Source, Ahead: c.Until, Budget: c.Budget, Since: e.Now().Add(-c.Since)})
	if err != nil {
		return err
	}
	if c.By == "owner" {
		return write(s.Out, c.Output, plan.Owners, ownerColumns)
	}
	visits := plan.Visits
	if c.Limit > 0 {
		visits = visits[:min(c.Limit, len(visits))]
	}
	if err := write(s.Out, c.Output, visits, visitColumns); err != nil || c.format() != "table" {
		return err
	}
	if n := len(plan.Visits) - len(visits); n > 0 {
		fmt.Fprintf(s.Out, "and %d more: --limit 0 shows all\n", n)
	}
	fmt.Fprintln(s.Out, plan)
	return nil
}

var visitColumns = []column[jobs.Planned]{
	{name: "at", cell: func(v jobs.Planned) string { return v.At.Format(time.RFC3339) }},
	{name: "why", cell: func(v jobs.Planned) string { return v.Why }},
	{name: "source", cell: func(v jobs.Planned) string { return v.SourceID }},
	{name: "thread", cell: func(v jobs.Planned) string { return v.ThreadID }},
	{name: "waiting", right: true, cell: func(v jobs.Planned) string { return strconv.Itoa(v.Waiting) }},
	{name: "value", right: true, cell: func(v jobs.Planned) string { return strconv.FormatFloat(v.Value, 'f', 2, 64) }},
	{name: "requests", right: true, cell: func(v jobs.Planned) string { return strconv.Itoa(v.Requests) }},
}

var ownerColumns = []column[jobs.OwnerPlan]{
	{name: "owner", cell: func(o jobs.OwnerPlan) string { return o.Owner }},
	{name: "sources", right: true, cell: func(o jobs.OwnerPlan) string { return strconv.Itoa(o.Sources) }},
	{name: "threads", right: true, cell: func(o jobs.OwnerPlan) string { return strconv.Itoa(o.Threads) }},
	{name: "overdue", right: true, cell: func(o jobs.OwnerPlan) string { return strconv.Itoa(o.Overdue) }},
	{name: "visits", right: true, cell: func(o jobs.OwnerPlan) string { return strconv.Itoa(o.Visits) }},
	{name: "requests", right: true, cell: func(o jobs.OwnerPlan) string { return strconv.Itoa(o.Requests) }},
	{name: "had", right: true, cell: func(o jobs.OwnerPlan) string { return strconv.Itoa(o.Had) }},
	{name: "budget", right: true, cell: func(o jobs.OwnerPlan) string {
		if o.Budget == 0 {
			return ""
		}
		return strconv.Itoa(o.Budget)
	}},
}
