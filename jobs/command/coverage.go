package command

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"qulaq/jobs"
	"qulaq/report"
	"qulaq/schema"
)

// Coverage shows how much was seen.
type Coverage struct {
	Output
	By     []string      `enum:"source,body,day,week,month,outcome" default:"source" help:"A row for each source or body, and for each of these and day, week or month (body,week; week is source,week); or for each source and outcome." placeholder:"WHAT"`
	Due    time.Duration `default:"1h" help:"A source is due again so long after it answered, or after the usual distance of its visits where that is longer." placeholder:"TIME"`
	Alarms bool          `help:"List the fields that items have more seldom than they had; exit 1 when there are any."`
}

// Help is printed below the flags.
func (Coverage) Help() string {
	return `complete: visits that saw all of their thread, so that what they did not see was not
there; complete_share: of all visits. declared and parsed: items that pages say they
have, and items that were read; share: the one by the other. outage_hours: time in
which the source was due and nobody got an answer from it, because it refused or
because the crawler did not run (view outages lists each); of a body, the
sum over its sources.

A row with a share below 0.98 is flagged, here and wherever numbers rest on it:
declared items that were not read could be replies.

--alarms holds the items of the last week against those of the eight weeks before. A
field is told when both have 50 items, its rate fell by 5 points, and the Wilson
intervals of the two rates at 99.9 % lie apart: a page that changes, before its parser
fails. View fill_rates has the rates week by week.

  qulaq coverage
  qulaq coverage --by week         each source over time
  qulaq coverage --by body,month
  qulaq coverage --by outcome      why visits were not complete
  qulaq coverage --alarms`
}

// Run prints the coverage, or the alarms.
func (c *Coverage) Run(ctx context.Context, g *Globals, s Streams) (err error) {
	query, err := c.query()
	if err != nil {
		return err
	}
	store, err := g.store(ctx)
	if err != nil {
		return err
	}
	defer func() { err = closing(store, err) }()
	if c.Alarms {
		return c.alarms(ctx, store, s)
	}
	patience := c.Due + jobs.DefaultPolicy.Patience() - jobs.DefaultPolicy.Listing
	params := map[string]string{}
	if !slices.Contains(c.By, "outcome") {
		params["due"], params["patience"] = inSeconds(c.Due), inSeconds(patience)
		params["least"] = strconv.FormatFloat(report.FlagBelow, 'g', -1, 64)
	}
	if err := runSQL(ctx, store, s.Out, query, schema.QueryOptions{Format: sqlFormats[c.format()], ReadOnly: true, Params: params}); err != nil {
		return err
	}
	if c.format() == "table" && len(params) > 0 {
		fmt.Fprintf(s.Err, "* less than %.0f %% of the visits were complete, or of the declared items read\n", 100*report.FlagBelow)
	}
	return nil
}

func inSeconds(d time.Duration) string { return strconv.Itoa(int(d.Seconds())) }

const coverageByOutcome = `SELECT source_id, outcome, count() AS visits, max(seen_at) AS last, argMax(reason, seen_at) AS last_reason
FROM visits GROUP BY source_id, outcome ORDER BY source_id, visits DESC`

// An outage may fill a week in which no visit was made: it has a row all the same.
const coverageSums = `SELECT %[1]s, sum(c.visits) AS visits, sum(c.complete) AS complete,
    if(visits = 0, NULL, round(complete / visits, 4)) AS complete_share,
    sum(c.declared) AS declared, sum(c.parsed) AS parsed, if(declared = 0, NULL, round(parsed / declared, 4)) AS share,
    round(sum(c.outage), 1) AS outage_hours,
    if(share < {least:Float64} OR ifNull(complete_share, 0) < {least:Float64}, '*', '') AS flag, max(c.day) AS last_day
FROM
(
    SELECT source_id, day, visits, complete, declared, parsed, 0. AS outage FROM coverage
    UNION ALL
    SELECT source_id, arrayJoin(arrayMap(d -> toDate(lo) + d, range(toUInt32(toDate(hi) - toDate(lo)) + 1))) AS day, 0, 0, 0, 0,
        dateDiff('millisecond', greatest(lo, toDateTime64(day, 3, 'UTC')), least(hi, toDateTime64(day + 1, 3, 'UTC'))) / 3600000 AS outage
    FROM outages(due = {due:UInt32}, patience = {patience:UInt32})
) AS c LEFT JOIN sources_now AS s ON s.source_id = c.source_id
GROUP BY %[2]s ORDER BY %[2]s`

// periods tell how a day is counted to one.
var periods = map[string]string{
	"day": "c.day AS day", "week": "toStartOfWeek(c.day, 1) AS week", "month": "toStartOfMonth(c.day) AS month",
}

// query is the statement that makes the chosen rows.
func (c *Coverage) query() (string, error) {
	if slices.Equal(c.By, []string{"outcome"}) {
		return coverageByOutcome, nil
	}
	subject, period := "", ""
	for _, by := range c.By {
		switch _, ok := periods[by]; {
		case ok && period == "":
			period = by
		case !ok && subject == "" && by != "outcome":
			subject = by
		default:
			return "", fmt.Errorf("--by %s: write source or body, and day, week or month, as body,week; or outcome alone", strings.Join(c.By, ","))
		}
	}
	columns, group := "c.source_id AS source_id, any(s.status) AS status", "source_id"
	if subject == "body" {
		columns, group = "s.body_id AS body_id", "body_id"
	}
	if period != "" {
		columns, group = columns+", "+periods[period], group+", "+period
	}
	return fmt.Sprintf(coverageSums, columns, group), nil
}

// alarms prints the fields that are filled less than they were.
func (c *Coverage) alarms(ctx context.Context, store *schema.Store, s Streams) error {
	alarms, err := jobs.FillAlarms(ctx, store)
	if err != nil {
		return err
	}
	if len(alarms) == 0 && c.format() == "table" {
		fmt.Fprintln(s.Err, "no field is filled less than it was")
		return nil
	}
	type row = report.FillAlarm
	filled := func(f report.Filled) string {
		return fmt.Sprintf("%.1f %% [%.1f–%.1f] of %d", 100*f.Rate, 100*f.Lo, 100*f.Hi, f.Items)
	}
	columns := []column[row]{
		{name: "parser", cell: func(r row) string { return r.Parser }},
		{name: "source", cell: func(r row) string { return firstOf(r.SourceID, "(all)") }},
		{name: "kind", cell: func(r row) string { return r.Kind }},
		{name: "field", cell: func(r row) string { return r.Field }},
	}
	if c.format() == "csv" {
		for _, when := range []struct {
			name string
			of   func(row) report.Filled
		}{{"before", func(r row) report.Filled { return r.Before }}, {"now", func(r row) report.Filled { return r.Now }}} {
			columns = append(columns,
				column[row]{name: when.name + " items", cell: func(r row) string { return strconv.Itoa(when.of(r).Items) }},
				column[row]{name: when.name, cell: func(r row) string { return plain(when.of(r).Rate) }},
				column[row]{name: when.name + " lo", cell: func(r row) string { return plain(when.of(r).Lo) }},
				column[row]{name: when.name + " hi", cell: func(r row) string { return plain(when.of(r).Hi) }},
			)
		}
	} else {
		columns = append(columns,
			column[row]{name: "eight weeks before", right: true, cell: func(r row) string { return filled(r.Before) }},
			column[row]{name: "last week", right: true, cell: func(r row) string { return filled(r.Now) }},
		)
	}
	if err := write(s.Out, c.Output, alarms, columns); err != nil {
		return err
	}
	if len(alarms) > 0 {
		return fmt.Errorf("fields are filled less than they were (%d); look at the pages: qulaq sql 'SELECT * FROM fill_rates'", len(alarms))
	}
	return nil
}
