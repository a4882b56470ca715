package jobs

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"qulaq/jobs/config"
	"qulaq/report"
	"qulaq/schema"
)

// Verdict is how a finding is to be taken.
type Verdict string

// The verdicts.
const (
	Fine    Verdict = "ok"
	Warning Verdict = "warning" // it works, and somebody should look
	Broken  Verdict = "error"   // it does not work
)

// Finding is what one check has found.
type Finding struct {
	Check   string  `json:"check"`
	Verdict Verdict `json:"verdict"`
	Found   string  `json:"found"`
	Advice  string  `json:"advice"` // what to do; "" when nothing is to be done
}

// The bounds of the checks.
const (
	restLong     = aDay // without a visit
	outageWindow = 7 * aDay
	clockWindow  = 2 * time.Minute
)

// DoctorStore checks what the store knows: migrations, clock, visits, outages,
// drift, jobs.
func DoctorStore(ctx context.Context, e *Env, c *config.File) ([]Finding, error) {
	var found []Finding
	add := func(check string, v Verdict, text, advice string) {
		found = append(found, Finding{check, v, text, advice})
	}
	engine, err := e.Store.Engine(ctx)
	if err != nil {
		return nil, fmt.Errorf("jobs: %w", err)
	}
	add("store", Fine, "ClickHouse "+engine, "")
	add("migrations", Fine, "the tables are up to date", "") // opening them has made them so
	if e.Store.HTTP() == nil {                               // the embedded engine is in this process alone
		holder, err := e.Store.LeaseHolder(ctx, WatchLease)
		if err != nil {
			return nil, fmt.Errorf("jobs: %w", err)
		}
		add("watch", Fine, cmp.Or(holder, "nobody watches the store just now"), "")
	}
	add("registry", Fine, fmt.Sprintf("%s: %d bodies", e.Index.Country().Code, len(e.Index.Country().Bodies)), "")
	theirs, err := e.Store.Clock(ctx)
	if err != nil {
		return nil, fmt.Errorf("jobs: %w", err)
	}
	if off := e.Now().Sub(theirs).Abs(); off > clockWindow {
		add("clock", Broken, fmt.Sprintf("this machine and the store differ by %v", off.Round(time.Second)), "set both by NTP: times of replies depend on it")
	} else {
		add("clock", Fine, e.Now().UTC().Format(time.RFC3339), "")
	}
	last, err := e.Store.LastVisit(ctx, endOfTime)
	if err != nil {
		return nil, fmt.Errorf("jobs: %w", err)
	}
	switch rest := e.Now().Sub(last); {
	case !last.After(epoch):
		add("last visit", Warning, "there was none yet", "run: qulaq crawl --once, or qulaq serve")
	case rest > restLong:
		add("last visit", Warning, last.UTC().Format(time.RFC3339)+", "+rest.Round(time.Hour).String()+" ago", "see: qulaq jobs")
	case rest < -clockWindow:
		add("last visit", Broken, last.UTC().Format(time.RFC3339)+" lies in the future", "the clock was wrong then, or is wrong now")
	default:
		add("last visit", Fine, last.UTC().Format(time.RFC3339), "")
	}
	health, err := Health(ctx, e)
	if err != nil {
		return nil, err
	}
	found = append(found, sourceFinding(health))
	hours, sources, err := e.Store.OutageHours(ctx, DefaultPolicy.Listing, DefaultPolicy.Patience(), e.Now().Add(-outageWindow))
	if err != nil {
		return nil, fmt.Errorf("jobs: %w", err)
	}
	if sources > 0 {
		add("outages", Warning, fmt.Sprintf("%.0f hours of %d sources in the last week", hours, sources), "see: qulaq coverage")
	} else {
		add("outages", Fine, "none in the last week", "")
	}
	work, err := workFindings(ctx, e, c)
	if err != nil {
		return nil, err
	}
	found = append(found, work...)
	runs, err := e.Store.LatestRuns(ctx)
	if err != nil {
		return nil, fmt.Errorf("jobs: %w", err)
	}
	return append(found, runFindings(runs, c)...), nil
}

// sourceFinding sums up the states of the sources.
func sourceFinding(health map[string]report.Health) Finding {
	f := Finding{Check: "sources", Verdict: Fine}
	n := map[report.State]int{}
	var bad []string
	for id, h := range health {
		n[h.State]++
		if h.State.Alert() {
			bad = append(bad, fmt.Sprintf("%s %s", id, h.State))
		}
	}
	slices.Sort(bad)
	f.Found = fmt.Sprintf("%d ok, %d not visited in the last %d days", n[report.Healthy], n[report.Unseen], int(healthWindow/aDay))
	if len(bad) > 0 {
		f.Verdict, f.Advice = Warning, "see: qulaq sources list --health"
		f.Found += fmt.Sprintf(", %d not: %s", len(bad), bad[0])
		if len(bad) > 1 {
			f.Found += ", …"
		}
	}
	return f
}

// runFindings tells of jobs whose last run failed.
func runFindings(runs []schema.Run, c *config.File) []Finding {
	var found []Finding
	for _, r := range runs {
		job, scheduled := c.Jobs.All()[r.Job]
		if !scheduled || job.Cron == config.Off {
			continue
		}
		f := Finding{Check: "job " + r.Job, Verdict: Fine, Found: r.Outcome + " at " + r.StartedAt.UTC().Format(time.RFC3339)}
		if r.Outcome == "failed" {
			f.Verdict, f.Found = Warning, f.Found+": "+r.Note
			f.Advice = "see: qulaq jobs"
		}
		found = append(found, f)
	}
	slices.SortFunc(found, func(a, b Finding) int { return cmp.Compare(a.Check, b.Check) })
	return found
}

// workFindings tells of what is due, of budgets that are spent, and of sources that
// lack a key.
func workFindings(ctx context.Context, e *Env, c *config.File) ([]Finding, error) {
	plan, err := MakePlan(ctx, e, PlanOptions{Budget: c.Crawl.Budget, Since: e.Now().Add(-time.Duration(c.Crawl.Since))})
	if err != nil {
		return []Finding{{"backlog", Warning, err.Error(), "see: qulaq sources list"}}, nil
	}
	overdue, spent := 0, []string{}
	for _, of := range plan.Owners {
		overdue += of.Overdue
		if of.Budget > 0 && of.Had >= of.Budget {
			spent = append(spent, of.Owner)
		}
	}
	backlog := Finding{"backlog", Fine, fmt.Sprintf("%d threads are due", overdue), ""}
	first := e.Now()
	for _, visit := range plan.Visits {
		if visit.Due.After(epoch) && visit.Due.Before(first) { // the first page of a source is due since ever
			first = visit.Due
		}
	}
	if e.Now().Sub(first) > restLong {
		backlog.Verdict, backlog.Advice = Warning, "see: qulaq plan; raise crawl.workers or crawl.budget, or watch fewer sources"
		backlog.Found += ", the first since " + first.Format(time.RFC3339)
	}
	budget := Finding{"budget", Fine, "none is set", ""}
	switch {
	case len(spent) > 0:
		budget = Finding{"budget", Warning, fmt.Sprintf("spent for today at %d of %d owners: %s", len(spent), len(plan.Owners), strings.Join(spent[:min(3, len(spent))], ", ")), "see: qulaq plan --by owner; spans of replies grow wider"}
	case c.Crawl.Budget > 0:
		budget.Found = fmt.Sprintf("%d requests to an owner in any 24 hours, spent nowhere", c.Crawl.Budget)
	}
	found := []Finding{backlog, budget}
	feeds, err := e.crawlable(nil)
	if err != nil {
		return nil, err
	}
	_, skipped, err := e.withKeys(feeds, false)
	switch {
	case err != nil:
		found = append(found, Finding{"keys of sources", Warning, err.Error(), ""})
	case len(skipped) > 0:
		found = append(found, Finding{"keys of sources", Warning, fmt.Sprintf("%d sources are skipped; %s: %s", len(skipped), skipped[0].SourceID, skipped[0].Reason), ""})
	}
	return found, nil
}

// WatchLease is what the one process holds that watches a store on a server.
const WatchLease = "watch"
