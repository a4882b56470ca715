package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
)

// results are the figures of all runs of each program, in the order in which the
// programs first ran.
type results struct {
	names []string
	runs  map[string][]figures
	pairs map[string][]figures // the plain program's around each of them
}

// add takes in a run; beside is what the plain program took around it, nil for the
// plain program.
func (r *results) add(name string, f figures, beside *figures) {
	if r.runs == nil {
		r.runs, r.pairs = map[string][]figures{}, map[string][]figures{}
	}
	if r.runs[name] == nil {
		r.names = append(r.names, name)
	}
	r.runs[name] = append(r.runs[name], f)
	if beside != nil {
		r.pairs[name] = append(r.pairs[name], *beside)
	}
}

func mean(a, b figures) *figures {
	return &figures{(a.seconds + b.seconds) / 2, (a.cpu + b.cpu) / 2, (a.memory + b.memory) / 2}
}

// spread is a median with the range around it.
type spread struct{ median, low, high float64 }

func spreadOf(values []float64) spread {
	v := slices.Sorted(slices.Values(values))
	n := len(v)
	return spread{(v[(n-1)/2] + v[n/2]) / 2, v[0], v[n-1]}
}

func (s spread) String() string {
	digits := 0
	switch {
	case s.median < 10:
		digits = 2
	case s.median < 100:
		digits = 1
	}
	return fmt.Sprintf("%.*f (%.*f–%.*f)", digits, s.median, digits, s.low, digits, s.high)
}

// print writes two tables: figures, and their ratios to those of the plain program
// around them.
func (r *results) print(w io.Writer, pages, items int) {
	p, n := float64(pages), float64(items)
	columns := []struct {
		name  string
		value func(figures) float64
	}{
		{"pages/s", func(f figures) float64 { return p / f.seconds }},
		{"items/s", func(f figures) float64 { return n / f.seconds }},
		{"CPU s per 1,000 pages", func(f figures) float64 { return 1000 * f.cpu / p }},
		{"peak memory, MB", func(f figures) float64 { return f.memory }},
	}
	head := "| program | runs"
	for _, c := range columns {
		head += " | " + c.name
	}
	rule := "|---" + strings.Repeat("|---:", len(columns)+1) + "|"
	fmt.Fprintf(w, "Medians (and ranges):\n\n%s |\n%s\n", head, rule)
	for _, name := range r.names {
		fmt.Fprintf(w, "| %s | %d", name, len(r.runs[name]))
		for _, c := range columns {
			var values []float64
			for _, f := range r.runs[name] {
				values = append(values, c.value(f))
			}
			fmt.Fprintf(w, " | %v", spreadOf(values))
		}
		fmt.Fprintln(w, " |")
	}
	fmt.Fprintf(w, "\nRatios to the plain program, each to the mean of its runs before and after:\n\n%s |\n%s\n", head, rule)
	for _, name := range r.names {
		if len(r.pairs[name]) == 0 {
			continue
		}
		fmt.Fprintf(w, "| %s | %d", name, len(r.pairs[name]))
		for _, c := range columns {
			var ratios []float64
			for i, f := range r.runs[name] {
				ratios = append(ratios, c.value(f)/c.value(r.pairs[name][i]))
			}
			fmt.Fprintf(w, " | %v", spreadOf(ratios))
		}
		fmt.Fprintln(w, " |")
	}
	fmt.Fprintln(w)
}
