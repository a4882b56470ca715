package command

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"

	"qulaq/report"
	"qulaq/stats"
)

// Estimate estimates for a researcher's own data.
type Estimate struct {
	Output
	At     []float64 `help:"Times at which the share answered is told, in the file's unit." default:"1,3,7,15,30" placeholder:"T,…"`
	RMST   float64   `help:"Tell the restricted mean up to this time." placeholder:"T"`
	Limits string    `enum:"log-log,beta-product" default:"log-log" help:"Limits of shares and medians of exact data: log-log as R's survfit, or beta-product, which hold their level in small samples too."`
	Clock  string    `enum:"calendar,working" default:"calendar" help:"With columns of instants: days by the calendar, or working days of the country."`
	File   string    `arg:"" help:"CSV with columns group, lo, hi; - for standard input."`
}

// Help is printed below the flags.
func (Estimate) Help() string {
	return `The latency of each row lies in [lo, hi]: equal means exact, an empty hi means still
unanswered at lo. Exact data are estimated by Kaplan–Meier, intervals by Turnbull's
estimator. With two groups or more, the log-rank test tells whether they differ.

Instead of lo and hi a file may have the columns asked, replied and seen (RFC 3339):
when it was asked, when it was answered (empty if not), and until when an unanswered
one was watched. Latencies are then in days of --clock.

  qulaq estimate latencies.csv
  qulaq estimate --at 7,30 --rmst 30 --format json latencies.csv`
}

// Run estimates.
func (c *Estimate) Run(g *Globals, s Streams) error {
	if !slices.IsSorted(c.At) || len(c.At) == 0 || c.At[0] <= 0 {
		return errors.New("--at: give positive times in ascending order")
	}
	data, err := c.read(g, s.In)
	if err != nil {
		return err
	}
	estimates, err := report.EstimateGroups(data, report.EstimateOptions{At: c.At, Until: c.RMST, Limits: stats.LimitKind(c.Limits)})
	if err != nil {
		return err
	}
	if c.format() == "json" {
		e := json.NewEncoder(s.Out)
		e.SetIndent("", "  ")
		return e.Encode(estimates)
	}
	return c.table(s.Out, estimates)
}

// table prints a row for each group and time.
func (c *Estimate) table(w io.Writer, estimates report.Estimates) error {
	type row struct {
		group string
		i     int
		report.Estimate
	}
	var rows []row
	for _, name := range slices.Sorted(maps.Keys(estimates.Groups)) {
		for i := range estimates.At {
			rows = append(rows, row{name, i, estimates.Groups[name]})
		}
	}
	columns := []column[row]{
		{name: "group", cell: func(r row) string { return r.group }},
		{name: "n", right: true, cell: func(r row) string { return fmt.Sprint(r.N) }},
		{name: "events", right: true, cell: func(r row) string { return fmt.Sprint(r.Events) }},
		{name: "method", cell: func(r row) string { return string(r.Method) }},
		{name: "at", right: true, cell: func(r row) string { return fmt.Sprint(estimates.At[r.i]) }},
		{name: "rate", right: true, cell: func(r row) string { return plain(r.Rate[r.i]) }},
		{name: "rate lo", right: true, cell: func(r row) string { return plain(r.RateLo[r.i]) }},
		{name: "rate hi", right: true, cell: func(r row) string { return plain(r.RateHi[r.i]) }},
		{name: "se", right: true, cell: func(r row) string { return plain(r.SE[r.i]) }},
		{name: "median", right: true, cell: func(r row) string { return reached(r.Median) }},
		{name: "median lo", right: true, cell: func(r row) string { return reached(r.MedianLo) }},
		{name: "median hi", right: true, cell: func(r row) string { return reached(r.MedianHi) }},
	}
	if c.RMST > 0 {
		columns = append(columns, column[row]{name: "rmst", right: true, cell: func(r row) string { return reached(r.RMST) }})
	}
	if err := write(w, c.Output, rows, columns); err != nil {
		return err
	}
	if t := estimates.LogRank; t != nil && c.format() == "table" {
		fmt.Fprintf(w, "\nlog-rank: chi-square %.4f, %d df, p = %.4g\n", t.ChiSquare, t.DF, t.P)
	}
	return nil
}

// reached writes a time, or "" for one that was not reached.
func reached(x *float64) string {
	if x == nil {
		return ""
	}
	return plain(*x)
}
