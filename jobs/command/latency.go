package command

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"qulaq/report"
	"qulaq/stats"
)

// read reads the latencies of the file, by group.
func (c *Estimate) read(g *Globals, in io.Reader) (report.Observations, error) {
	name := c.File
	if name != "-" {
		file, err := os.Open(name)
		if err != nil {
			return nil, err
		}
		defer file.Close()
		in = file
	}
	table, err := readCSV(in, name)
	if err != nil {
		return nil, err
	}
	latency, err := c.latency(g, table)
	if err != nil {
		return nil, err
	}
	data := report.Observations{}
	for row := range table.rows {
		observation, err := latency(row)
		if err != nil {
			return nil, table.mistake(row, err)
		}
		group := "all"
		if table.has("group") {
			group = table.cell(row, "group")
		}
		data[group] = append(data[group], observation)
	}
	return data, nil
}

// latency tells how the rows of a file tell their latency.
func (c *Estimate) latency(g *Globals, t *csvTable) (func(row int) (stats.Observation, error), error) {
	switch {
	case t.has("lo") && t.has("hi"):
		if c.Clock != "calendar" {
			return nil, fmt.Errorf("%s: --clock %s needs the columns asked, replied and seen; lo and hi have lost their dates", t.name, c.Clock)
		}
		return func(row int) (stats.Observation, error) {
			lo, err := t.number(row, "lo")
			if err != nil {
				return stats.Observation{}, err
			}
			if strings.TrimSpace(t.cell(row, "hi")) == "" {
				return report.Observed(lo, nil)
			}
			hi, err := t.number(row, "hi")
			if err != nil {
				return stats.Observation{}, err
			}
			return report.Observed(lo, &hi)
		}, nil
	case t.has("asked") && t.has("replied") && t.has("seen"):
		days, err := c.days(g)
		if err != nil {
			return nil, err
		}
		return func(row int) (stats.Observation, error) { return instants(t, row, days) }, nil
	}
	return nil, fmt.Errorf("%s: no columns lo and hi, nor asked, replied and seen; it has: %s", t.name, strings.Join(t.header, ", "))
}

// days tells how many days lie between two instants on the chosen clock.
func (c *Estimate) days(g *Globals) (func(from, to time.Time) (float64, error), error) {
	if c.Clock == "calendar" {
		return func(from, to time.Time) (float64, error) { return to.Sub(from).Hours() / 24, nil }, nil
	}
	index, err := g.index()
	if err != nil {
		return nil, err
	}
	clock, err := index.Clock(index.Location(nil, nil), time.Time{})
	if err != nil {
		return nil, err
	}
	return clock.Days, nil
}

// instants reads the latency of a row that tells instants.
func instants(t *csvTable, row int, days func(from, to time.Time) (float64, error)) (stats.Observation, error) {
	asked, err := t.instant(row, "asked")
	if err != nil {
		return stats.Observation{}, err
	}
	until := "replied"
	if strings.TrimSpace(t.cell(row, until)) == "" {
		until = "seen"
	}
	end, err := t.instant(row, until)
	if err != nil {
		return stats.Observation{}, err
	}
	if end.Before(asked) {
		return stats.Observation{}, errors.New(until + " is before asked")
	}
	latency, err := days(asked, end)
	if err != nil {
		return stats.Observation{}, err
	}
	if until == "seen" {
		return report.Observed(latency, nil)
	}
	return report.Observed(latency, &latency)
}
