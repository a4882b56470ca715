package command

import (
	"context"
	"fmt"
	"math"
	"strings"
	"time"

	"qulaq/jobs"
	"qulaq/report"
)

// Rank ranks bodies.
type Rank struct {
	Output
	Coded
	Counted
	By      string     `enum:"any,substantive" default:"any" help:"Replies that count for the rank: any, or substantive ones."`
	Horizon string     `default:"7d" help:"Time after asking at which answered needs are counted: 7d, 12h, 15wd (working days)." placeholder:"TIME"`
	Per     string     `enum:"need,cluster" default:"need" help:"Count each need, or each cluster of near-identical ones (a petition drive) once."`
	Level   string     `help:"Only this level of government." placeholder:"LEVEL"`
	AsOf    *time.Time `help:"As it would have been told at this moment, RFC 3339." placeholder:"TIME"`
	Public  bool       `help:"As it may be published: numbers that rest on fewer than 5 needs are left out."`

	Counts   string `help:"Rank bodies by counts of your own instead: CSV with columns body, k (answered), n (asked), and optionally group." type:"existingfile" placeholder:"FILE"`
	Interval string `enum:"wilson,clopper-pearson,jeffreys,mid-p" default:"wilson" help:"With --counts: the interval of k of n."`
}

// Help is printed below the flags.
func (Rank) Help() string {
	return `Bodies are ranked within their level of government. A rank is an interval: the
ranks that the data cannot exclude, for all bodies at once, at 95 %. Bodies that
cannot be told apart from the first of their tier share its line.

Shares and medians are told with 95 % intervals. Young questions are censored, not
counted as silence. "any" is whatever an official wrote; "real" is neither an
acknowledgement, a redirect, a closing phrase nor a template.

What is a need, and which reply is real, is read by a classifier that errs. With a
sample that people have coded (qulaq sample, qulaq agree), a body with enough of it has
its rates told twice: as read, and corrected for the errors that the sample shows, false
needs and missed ones, with limits that carry what the sample leaves open. In JSON,
"corrected" stands beside "rates", each with what it rests on. Ranks go by the rates as
read.

  qulaq rank
  qulaq rank --by substantive --horizon 15wd --level local
  qulaq rank --counts answered.csv --interval jeffreys
  qulaq rank --codes first.tsv --codes second.tsv
  qulaq rank --format json | jq '.[] | {body_id, rank_lo, rank_hi}'`
}

// Run prints the ranking.
func (c *Rank) Run(ctx context.Context, g *Globals, s Streams) (err error) {
	if c.Counts != "" {
		return c.rankCounts(s)
	}
	e, err := g.env(ctx, s)
	if err != nil {
		return err
	}
	defer func() { err = closing(e.Store, err) }()
	if err := c.load(ctx, g, e, c.Per); err != nil {
		return err
	}
	return c.show(ctx, e, s)
}

func (c *Rank) show(ctx context.Context, e *jobs.Env, s Streams) error {
	main := report.Horizon{Days: 7}
	if c.Horizon != "" {
		var err error
		if main, err = report.ParseHorizon(c.Horizon); err != nil {
			return err
		}
	}
	horizons, by := withHorizon(main)
	evidence, err := c.evidence(ctx, e, report.StateQuery{Period: report.ByAll, ByBody: true}, c.AsOf, c.Per)
	if err != nil {
		return err
	}
	table, err := report.Ranking(evidence, report.RankOptions{
		Horizons: horizons, By: by, Substantive: c.By == "substantive", Level: c.Level,
	})
	if err != nil {
		return err
	}
	if c.Public {
		table = report.PublicRanking(table)
	}
	if len(table) == 0 && c.format() == "table" {
		fmt.Fprintln(s.Err, "No body has been asked anything yet. Run `qulaq crawl --once`, or see `qulaq coverage`.")
		return nil
	}
	columns := []column[report.Standing]{
		{name: "level", cell: func(r report.Standing) string { return r.Level }},
		{name: "rank", right: true, cell: func(r report.Standing) string { return rankSet(r.RankLo, r.RankHi) }},
		{name: "tier", right: true, cell: func(r report.Standing) string { return fmt.Sprint(r.Tier) }},
		{name: "body", cell: func(r report.Standing) string { return clip(r.Name, 44) + flag(r.Flagged) }},
		{name: "needs", right: true, cell: func(r report.Standing) string { return r.Any.Median.Needs() }},
		number("any, "+main.String(), func(r report.Standing) report.Number { return r.Any.Rates[by] }, report.Number.Percent),
		number("real, "+main.String(), func(r report.Standing) report.Number { return r.Substantive.Rates[by] }, report.Number.Percent),
		number("median, any", func(r report.Standing) report.Number { return r.Any.Median }, report.Number.Time),
		number("median, real", func(r report.Standing) report.Number { return r.Substantive.Median }, report.Number.Time),
		{name: "open", right: true, cell: func(r report.Standing) string { return percent(r.Any.Median.Basis().Censored) }},
		{name: "coverage", right: true, cell: func(r report.Standing) string { return percent(r.Any.Median.Basis().Coverage) }},
	}
	if evidence.Sample != nil {
		columns = append(columns, corrected(main.String(), by, func(r report.Standing) (any, real report.Speed) { return r.Any, r.Substantive })...)
	}
	err = write(s.Out, c.Output, table, columns)
	if c.format() == "table" {
		tellCorrected(s.Err, evidence)
		tellCounted(s.Err, evidence)
		fmt.Fprintf(s.Err, "as of %s; %s\n", evidence.AsOf.Format(time.RFC3339), legend)
	}
	return err
}

// legend tells what the last columns of rankings and series mean.
const legend = "open: without a reply when last seen; coverage: items read of those declared, * below 98 %"

// withHorizon adds a horizon to the default ones, unless it is among them, and
// tells its place.
func withHorizon(h report.Horizon) ([]report.Horizon, int) {
	for i, d := range report.DefaultHorizons {
		if d == h {
			return report.DefaultHorizons, i
		}
	}
	all := append([]report.Horizon{}, report.DefaultHorizons...)
	return append(all, h), len(all)
}

func moment(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return t.UTC()
}

func rankSet(lo, hi int) string {
	if lo == 0 {
		return "–" // not told: see report.PublicRanking
	}
	if lo == hi {
		return fmt.Sprint(lo)
	}
	return fmt.Sprintf("%d–%d", lo, hi)
}

func flag(flagged bool) string {
	if flagged {
		return " *"
	}
	return ""
}

func percent(share float64) string {
	if math.IsNaN(share) {
		return "–"
	}
	return strings.TrimSpace(fmt.Sprintf("%.0f %%", 100*share))
}

// Series shows how needs are answered over time.
type Series struct {
	Output
	Coded
	Counted
	Body   []string   `arg:"" optional:"" help:"Ids of bodies; all together when none is named."`
	Per    string     `enum:"need,cluster" default:"need" help:"Count each need, or each cluster of near-identical ones (a petition drive) once."`
	Period string     `enum:"day,week,month,all" default:"week" help:"Needs are grouped by the day, week or month of asking, or all together."`
	AsOf   *time.Time `help:"As it would have been told at this moment, RFC 3339." placeholder:"TIME"`
	Public bool       `help:"As it may be published: numbers that rest on fewer than 5 needs are left out."`
}

// Help is printed below the flags.
func (Series) Help() string {
	return `Each row is the needs asked in one period, watched until now. The last rows have had
little time: their intervals are wide, and what they cannot tell yet is open.

With a sample that people have coded, rates are also told corrected for the
classifier's errors, where a period has enough of it: see qulaq rank --help.

  qulaq series
  qulaq series --period all        one row: all needs of all bodies
  qulaq series mvd --period month --format csv`
}

// Run prints the series.
func (c *Series) Run(ctx context.Context, g *Globals, s Streams) (err error) {
	e, err := g.env(ctx, s)
	if err != nil {
		return err
	}
	defer func() { err = closing(e.Store, err) }()
	if err := c.load(ctx, g, e, c.Per); err != nil {
		return err
	}
	return c.show(ctx, e, s)
}

func (c *Series) show(ctx context.Context, e *jobs.Env, s Streams) error {
	for _, id := range c.Body {
		if _, ok := e.Index.Body(id); !ok {
			return fmt.Errorf("no body %q in the registry; `qulaq bodies` lists them", id)
		}
	}
	q := report.StateQuery{Period: report.Period(firstOf(c.Period, string(report.ByWeek))), Bodies: c.Body}
	evidence, err := c.evidence(ctx, e, q, c.AsOf, c.Per)
	if err != nil {
		return err
	}
	points, err := report.Series(evidence, report.SeriesOptions{Period: report.Period(c.Period), Bodies: c.Body})
	if err != nil {
		return err
	}
	if c.Public {
		points = report.PublicSeries(points)
	}
	if len(points) == 0 && c.format() == "table" {
		fmt.Fprintln(s.Err, "Nothing was asked yet. Run `qulaq crawl --once`, or see `qulaq coverage`.")
		return nil
	}
	columns := []column[report.Point]{
		{name: firstOf(c.Period, "week") + " of", cell: func(p report.Point) string { return p.Period }},
		{name: "needs", right: true, cell: func(p report.Point) string { return p.Any.Median.Needs() }},
	}
	for i, h := range report.DefaultHorizons {
		columns = append(columns, number("any, "+h.String(), func(p report.Point) report.Number { return p.Any.Rates[i] }, report.Number.Percent))
	}
	columns = append(columns,
		number("real, 7d", func(p report.Point) report.Number { return p.Substantive.Rates[2] }, report.Number.Percent),
		number("median, any", func(p report.Point) report.Number { return p.Any.Median }, report.Number.Time),
		column[report.Point]{name: "open", right: true, cell: func(p report.Point) string { return percent(p.Any.Median.Basis().Censored) }},
		column[report.Point]{name: "coverage", right: true, cell: func(p report.Point) string { return percent(p.Any.Median.Basis().Coverage) + flag(p.Flagged) }},
	)
	if evidence.Sample != nil {
		columns = append(columns, corrected("7d", 2, func(p report.Point) (any, real report.Speed) { return p.Any, p.Substantive })...)
	}
	err = write(s.Out, c.Output, points, columns)
	if c.format() == "table" {
		tellCorrected(s.Err, evidence)
		tellCounted(s.Err, evidence)
		fmt.Fprintf(s.Err, "as of %s; %s\n", evidence.AsOf.Format(time.RFC3339), legend)
	}
	return err
}
