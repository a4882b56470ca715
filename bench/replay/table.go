package main

import (
	"fmt"
	"io"
	"slices"
)

// table is what all runs took, in their order.
type table struct {
	sizes []*recording
	runs  []measured
}

type measured struct {
	of *recording
	run
}

// column is a figure of a run, in proportion to its pages where they are what it
// should grow with.
type column struct {
	name   string
	digits int
	value  func(measured) float64
}

func perThousand(seconds func(*run) float64) func(measured) float64 {
	return func(m measured) float64 { return seconds(&m.run) / float64(m.of.pages) * 1000 }
}

var (
	together = column{"together", 2, perThousand(func(r *run) float64 { return r.Import + r.Link + r.Reparse })}
	costs    = []column{
		{"import", 2, perThousand(func(r *run) float64 { return r.Import })},
		{"link", 2, perThousand(func(r *run) float64 { return r.Link })},
		{"reparse", 2, perThousand(func(r *run) float64 { return r.Reparse })},
		together,
		{"process", 2, perThousand(func(r *run) float64 { return r.cpu })},
	}
	memories = []column{
		{"import", 0, func(m measured) float64 { return float64(m.ImportMemory) / 1e6 }},
		{"link", 0, func(m measured) float64 { return float64(m.LinkMemory) / 1e6 }},
		{"reparse", 0, func(m measured) float64 { return float64(m.ReparseMemory) / 1e6 }},
		{"resident, engine included", 0, func(m measured) float64 { return float64(m.resident) / 1e6 }},
		{"together a page, KB", 1, func(m measured) float64 { return float64(m.resident) / float64(m.of.pages) / 1e3 }},
	}
)

// print writes the figures of each size, and how those of the larger ones compare to
// the smallest.
func (t *table) print(w io.Writer, around int) {
	t.section(w, "CPU seconds per 1,000 pages, the medians of all runs; *process* has the engine's beginning and end in it, too.", costs, t.medians)
	t.section(w, fmt.Sprintf("The same as ratios, each to the median of the %d runs of the smallest archive before and after it: 1 is linear.", 2*around), costs, func(of *recording, c column) []float64 { return t.ratios(of, c, around) })
	t.section(w, "The most that Go held in each stage, and that was resident in all, MB:", memories, t.medians)
}

func (t *table) section(w io.Writer, title string, columns []column, values func(*recording, column) []float64) {
	fmt.Fprintf(w, "%s\n\n| pages | channels | items | runs", title)
	for _, c := range columns {
		fmt.Fprintf(w, " | %s", c.name)
	}
	fmt.Fprint(w, " |\n|---:|---:|---:|---:")
	for range columns {
		fmt.Fprint(w, "|---:")
	}
	fmt.Fprintln(w, "|")
	for _, of := range t.sizes {
		if len(values(of, columns[0])) == 0 {
			continue // the smallest has nothing to be compared to
		}
		fmt.Fprintf(w, "| %d | %d | %d | %d", of.pages, of.channels, of.items, len(t.of(of)))
		for _, c := range columns {
			fmt.Fprintf(w, " | %.*f", c.digits, median(values(of, c)))
		}
		fmt.Fprintln(w, " |")
	}
	fmt.Fprintln(w)
}

func (t *table) of(size *recording) (runs []measured) {
	for _, m := range t.runs {
		if m.of == size {
			runs = append(runs, m)
		}
	}
	return runs
}

func (t *table) medians(of *recording, c column) (values []float64) {
	for _, m := range t.of(of) {
		values = append(values, c.value(m))
	}
	return values
}

// ratios holds each run of a size against those of the smallest around it.
func (t *table) ratios(of *recording, c column, around int) (ratios []float64) {
	for i, m := range t.runs {
		if m.of != of || of == t.sizes[0] {
			continue
		}
		var beside []float64
		for _, other := range t.runs[i-around : i+around+1] {
			if other.of == t.sizes[0] {
				beside = append(beside, c.value(other))
			}
		}
		ratios = append(ratios, c.value(m)/median(beside))
	}
	return ratios
}

func median(values []float64) float64 {
	v := slices.Sorted(slices.Values(values))
	return (v[(len(v)-1)/2] + v[len(v)/2]) / 2
}
