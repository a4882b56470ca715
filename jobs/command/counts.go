package command

import (
	"fmt"
	"os"
	"strings"

	"qulaq/report"
)

// rankCounts ranks the bodies of a file of counts.
func (c *Rank) rankCounts(s Streams) error {
	counts, err := readCounts(c.Counts)
	if err != nil {
		return err
	}
	table, err := report.RankCounts(counts, report.Intervals[c.Interval])
	if err != nil {
		return err
	}
	type row = report.CountStanding
	share := func(value, lo, hi float64) string {
		return fmt.Sprintf("%.1f %% [%.1f–%.1f]", 100*value, 100*lo, 100*hi)
	}
	columns := []column[row]{
		{name: "group", cell: func(r row) string { return r.Group }},
		{name: "rank", right: true, cell: func(r row) string { return rankSet(r.RankLo, r.RankHi) }},
		{name: "tier", right: true, cell: func(r row) string { return fmt.Sprint(r.Tier) }},
		{name: "body", cell: func(r row) string { return r.Body }},
		{name: "k", right: true, cell: func(r row) string { return fmt.Sprint(r.K) }},
		{name: "n", right: true, cell: func(r row) string { return fmt.Sprint(r.N) }},
	}
	if c.format() != "csv" {
		columns = append(columns,
			column[row]{name: "rate", right: true, cell: func(r row) string { return share(r.Rate, r.Lo, r.Hi) }},
			column[row]{name: "shrunk", right: true, cell: func(r row) string { return share(r.Shrunk, r.ShrunkLo, r.ShrunkHi) }},
			column[row]{name: "top quartile", right: true, cell: func(r row) string { return percent(r.TopQuartile) }})
		return write(s.Out, c.Output, table, columns)
	}
	for _, of := range []struct {
		name  string
		value func(row) float64
	}{
		{"rate", func(r row) float64 { return r.Rate }},
		{"lo", func(r row) float64 { return r.Lo }},
		{"hi", func(r row) float64 { return r.Hi }},
		{"shrunk", func(r row) float64 { return r.Shrunk }},
		{"shrunk_lo", func(r row) float64 { return r.ShrunkLo }},
		{"shrunk_hi", func(r row) float64 { return r.ShrunkHi }},
		{"rank_lo", func(r row) float64 { return float64(r.RankLo) }},
		{"rank_hi", func(r row) float64 { return float64(r.RankHi) }},
		{"top_quartile", func(r row) float64 { return r.TopQuartile }},
	} {
		columns = append(columns, column[row]{name: of.name, cell: func(r row) string { return plain(of.value(r)) }})
	}
	return write(s.Out, c.Output, table, columns)
}

func readCounts(name string) ([]report.Count, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	table, err := readCSV(file, name)
	if err != nil {
		return nil, err
	}
	for _, column := range []string{"body", "k", "n"} {
		if !table.has(column) {
			return nil, fmt.Errorf("%s: no column %s; it has: %s", name, column, strings.Join(table.header, ", "))
		}
	}
	counts := make([]report.Count, len(table.rows))
	for row := range table.rows {
		c := &counts[row]
		c.Body = table.cell(row, "body")
		if table.has("group") {
			c.Group = table.cell(row, "group")
		}
		if c.K, err = table.count(row, "k"); err != nil {
			return nil, table.mistake(row, err)
		}
		if c.N, err = table.count(row, "n"); err != nil {
			return nil, table.mistake(row, err)
		}
		if c.K < 0 || c.N <= 0 || c.K > c.N {
			return nil, table.mistake(row, fmt.Errorf("k = %d of n = %d: k must be from 0 to n, and n at least 1", c.K, c.N))
		}
	}
	return counts, nil
}
