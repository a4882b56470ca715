package command

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"qulaq/jobs"
	"qulaq/report"
)

// Equity compares groups of needs.
type Equity struct {
	Output
	By      string     `enum:"language,region,seat,theme" default:"language" help:"Groups: the language of the need; region, or kind of seat (urban, rural), of the body; theme of the need."`
	Replies string     `enum:"any,substantive" default:"any" help:"Replies whose differences are told."`
	Horizon string     `default:"7d" help:"Time after asking at which answered needs are counted: 7d, 12h, 15wd (working days)." placeholder:"TIME"`
	Against string     `help:"Group that the others are compared with (default: the one with the most needs)." placeholder:"GROUP"`
	Per     string     `enum:"need,cluster" default:"need" help:"Count each need, or each cluster of near-identical ones (a petition drive) once."`
	AsOf    *time.Time `help:"As it would have been told at this moment, RFC 3339." placeholder:"TIME"`
	Public  bool       `help:"As it may be published: numbers that rest on fewer than 5 needs are left out."`
}

// Help is printed below the flags.
func (Equity) Help() string {
	return `Does a question in Kazakh wait longer than one in Russian? Rates of groups are not
compared as they are: a language that is mostly used towards a slow body would look
slow for it. The difference is taken between needs put to the same body, averaged over
the bodies that both groups have asked, with a 95 % interval from a bootstrap of the
threads of each body. p is of the log-rank test within bodies, which looks at all times
and not only at the horizon, and takes needs for independent: where the two disagree,
the interval heeds threads and p does not. Regions and seats belong to bodies; there
the difference is between the groups as they are.

The theme of a need is the one with the most words in its text. It is kept when the
text is given up.

  qulaq equity
  qulaq equity --by seat --horizon 15wd
  qulaq equity --by theme --replies substantive --format csv`
}

// Run prints the comparison.
func (c *Equity) Run(ctx context.Context, g *Globals, s Streams) (err error) {
	horizon, err := report.ParseHorizon(c.Horizon)
	if err != nil {
		return err
	}
	e, err := g.env(ctx, s)
	if err != nil {
		return err
	}
	defer func() { err = closing(e.Store, err) }()
	table, evidence, err := jobs.Equity(ctx, e, c.By, moment(c.AsOf), c.Per == "cluster", report.EquityOptions{
		Horizon: horizon, Substantive: c.Replies == "substantive", Reference: c.Against,
	})
	if err != nil {
		return err
	}
	if c.Public {
		table = report.PublicEquity(table)
	}
	type row = report.GroupSpeed
	difference := func(of func(*report.Difference) string) func(row) string {
		return func(r row) string {
			if r.Difference == nil {
				return ""
			}
			return of(r.Difference)
		}
	}
	columns := []column[row]{
		{name: c.By, cell: func(r row) string { return r.Group }},
		{name: "needs", right: true, cell: func(r row) string { return r.Any.Median.Needs() }},
		number("any, "+horizon.String(), func(r row) report.Number { return r.Any.Rates[0] }, report.Number.Percent),
		number("real, "+horizon.String(), func(r row) report.Number { return r.Substantive.Rates[0] }, report.Number.Percent),
		number("median, any", func(r row) report.Number { return r.Any.Median }, report.Number.Time),
	}
	if c.format() == "csv" {
		columns = append(columns,
			column[row]{name: "reference", cell: difference(func(d *report.Difference) string { return d.Reference })},
			column[row]{name: "difference", cell: difference(func(d *report.Difference) string { return plain(d.Value) })},
			column[row]{name: "difference_lo", cell: difference(func(d *report.Difference) string { return plain(d.Lo) })},
			column[row]{name: "difference_hi", cell: difference(func(d *report.Difference) string { return plain(d.Hi) })},
		)
	} else {
		columns = append(columns, column[row]{name: "difference, points", right: true, cell: difference((*report.Difference).Percent)})
	}
	columns = append(columns,
		column[row]{name: "bodies", right: true, cell: difference(func(d *report.Difference) string { return strconv.Itoa(d.Bodies) })},
		column[row]{name: "p", right: true, cell: difference(func(d *report.Difference) string { return fmt.Sprintf("%.3g", d.P) })},
	)
	if len(table) == 0 && c.format() == "table" {
		fmt.Fprintf(s.Err, "No need has a %s. Run `qulaq crawl --once`, or see `qulaq coverage`.\n", c.By)
		return nil
	}
	if err := write(s.Out, c.Output, table, columns); err != nil {
		return err
	}
	if c.format() == "table" {
		fmt.Fprintf(s.Err, "as of %s; difference: %s, against %s", evidence.AsOf.Format(time.RFC3339), c.Replies, reference(table))
		if c.By == "language" || c.By == "theme" {
			fmt.Fprint(s.Err, ", of needs put to the same bodies")
		}
		fmt.Fprintln(s.Err)
	}
	return nil
}

// reference is the group that the others of a table are compared with.
func reference(table []report.GroupSpeed) string {
	for _, g := range table {
		if g.Difference != nil {
			return g.Difference.Reference
		}
	}
	return table[0].Group
}
