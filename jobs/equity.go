package jobs

import (
	"context"
	"fmt"
	"time"

	"qulaq/report"
	"qulaq/schema"
)

// EquityBy are the groups that needs can be compared by.
var EquityBy = []string{"language", "region", "seat", "theme"}

// Equity compares how the needs of groups are answered.
func Equity(ctx context.Context, e *Env, by string, asOf time.Time, perCluster bool, o report.EquityOptions) ([]report.GroupSpeed, *report.Evidence, error) {
	plain := *e
	plain.Samples = nil
	evidence, err := Evidence(ctx, &plain, asOf)
	if err != nil {
		return nil, nil, err
	}
	group, err := e.grouping(by)
	if err != nil {
		return nil, nil, err
	}
	if perCluster {
		evidence.Any, evidence.Substantive = evidence.Any.PerCluster(), evidence.Substantive.PerCluster()
	}
	table, err := report.Equity(evidence, group, by == "region" || by == "seat", o)
	return table, evidence, err
}

// grouping tells the group of a need.
func (e *Env) grouping(by string) (func(l *schema.Latencies, row int) string, error) {
	switch by {
	case "language":
		return func(l *schema.Latencies, row int) string { return l.Language[row] }, nil
	case "region", "seat":
		return func(l *schema.Latencies, row int) string {
			body, ok := e.Index.Body(l.BodyID[row])
			switch {
			case !ok || body.Region == nil:
				return "" // of the whole country
			case by == "seat":
				return body.Region.Seat
			}
			return body.Region.ISO
		}, nil
	case "theme":
		return func(l *schema.Latencies, row int) string { return l.Theme[row] }, nil
	}
	return nil, fmt.Errorf("jobs: there is no comparison by %q; there are: %v", by, EquityBy)
}
