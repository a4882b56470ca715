package command

import (
	"context"
	"qulaq/schema"
)

// Coverage shows how much was seen.
type Coverage struct {
	Output
	By string `enum:"source,body,day,outcome" default:"source" help:"A row for each source, body, source and day, or source and outcome."`
}

// Help is printed below the flags.
func (Coverage) Help() string {
	return `complete: visits that saw all of their thread, so that what they did not see was not
there. declared and parsed: items that pages say they have, and items that were
read; share: the one by the other. A share below 0.98 is flagged, here and wherever
numbers rest on it: declared items that were not read could be replies.

  qulaq coverage
  qulaq coverage --by outcome      why visits were not complete`
}

const coverageSums = `sum(visits) AS visits, sum(complete) AS complete, sum(c.declared) AS declared, sum(c.parsed) AS parsed,
    if(declared = 0, NULL, round(parsed / declared, 4)) AS share, if(share < 0.98, '*', '') AS flag, max(day) AS last_day`

var coverageQueries = map[string]string{
	"source": `SELECT source_id, s.status AS status, ` + coverageSums + `
FROM coverage AS c LEFT JOIN sources_now AS s USING (source_id) GROUP BY source_id, status ORDER BY source_id`,
	"body": `SELECT body_id, ` + coverageSums + `
FROM coverage AS c LEFT JOIN sources_now AS s USING (source_id) GROUP BY body_id ORDER BY body_id`,
	"day": `SELECT source_id, day, visits, complete, declared, parsed, round(share, 4) AS share, if(share < 0.98, '*', '') AS flag
FROM coverage ORDER BY source_id, day`,
	"outcome": `SELECT source_id, outcome, count() AS visits, max(seen_at) AS last, argMax(reason, seen_at) AS last_reason
FROM visits GROUP BY source_id, outcome ORDER BY source_id, visits DESC`,
}

// Run prints the coverage.
func (c *Coverage) Run(ctx context.Context, g *Globals, s Streams) (err error) {
	store, err := g.store(ctx)
	if err != nil {
		return err
	}
	defer func() { err = closing(store, err) }()
	return runSQL(ctx, store, s.Out, coverageQueries[c.By], schema.QueryOptions{Format: sqlFormats[c.format()], ReadOnly: true})
}
