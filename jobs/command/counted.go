package command

import (
	"context"
	"fmt"
	"io"
	"time"

	"qulaq/jobs"
	"qulaq/report"
)

// Counted is the choice between the needs and what the store has counted of them.
type Counted struct {
	Exact *bool `negatable:"" help:"Estimate from the needs themselves; --no-exact: from what relink has counted of them in buckets of time (default: from 100,000 needs on)."`
}

// evidence reads what a ranking or a series is made from.
func (c Counted) evidence(ctx context.Context, e *jobs.Env, q report.StateQuery, asOf *time.Time, per string) (*report.Evidence, error) {
	atLeast := uint64(jobs.ManyNeeds)
	if c.Exact != nil {
		atLeast = 0
	}
	q.PerCluster = per == "cluster"
	if asOf == nil && (c.Exact == nil || !*c.Exact) {
		evidence, err := jobs.CountedEvidence(ctx, e, q, atLeast)
		if err != nil || evidence != nil {
			return evidence, err
		}
	}
	evidence, err := jobs.Evidence(ctx, e, moment(asOf))
	if err == nil && per == "cluster" {
		evidence.Any, evidence.Substantive = evidence.Any.PerCluster(), evidence.Substantive.PerCluster()
	}
	return evidence, err
}

// tellCounted tells that numbers come from counts.
func tellCounted(w io.Writer, e *report.Evidence) {
	if e.States != nil {
		fmt.Fprintln(w, "from counts in buckets of time; limits reach over what the buckets leave open; --exact estimates from each need")
	}
}
