package main

import (
	"fmt"
	"io"
	"math"
)

// figure is a quantity that grows.
type figure struct {
	name   string
	digits int
	value  func(*run) float64
}

func count(name string, of func(*run) int) figure {
	return figure{name, 1, func(r *run) float64 { return float64(of(r)) }}
}

var figures = []figure{
	count("visits", func(r *run) int { return r.Visits }),
	count("pages that arrived", func(r *run) int { return r.Pages }),
	{"content that arrived, KB", 1, func(r *run) float64 { return float64(r.Bytes) / 1e3 }},
	{"threads", 2, func(r *run) float64 { return float64(r.Threads) }},
	count("items", func(r *run) int { return r.Items }),
	count("sightings", func(r *run) int { return r.Sightings }),
	count("rows, of all tables", func(r *run) int { return r.Rows }),
	{"on disk, KB", 2, func(r *run) float64 { return float64(r.Disk) / 1e3 }},
	{"CPU seconds, crawl and server", 3, func(r *run) float64 { return r.CrawlCPU }},
	{"CPU seconds, linking once", 4, func(r *run) float64 { return r.LinkCPU }},
}

// print writes three tables: figures a body and day with the powers by which they
// grow, and what the second half of the longest watch added; what does not grow with
// both; and bytes a row.
func print(w io.Writer, runs []run) {
	first := &runs[0]
	byBodies, byDays := []*run{first}, []*run{first}
	for i := range runs[1:] {
		r := &runs[i+1]
		if r.Days == first.Days {
			byBodies = append(byBodies, r)
		} else {
			byDays = append(byDays, r)
		}
	}
	head := func(title string) {
		fmt.Fprintf(w, "| %s", title)
		for i := range runs {
			fmt.Fprintf(w, " | %d bodies, %d days", runs[i].Bodies, runs[i].Days)
		}
	}
	rule := func(columns int) {
		fmt.Fprint(w, " |\n|---")
		for range columns {
			fmt.Fprint(w, "|---:")
		}
		fmt.Fprintln(w, "|")
	}
	head("a body and day")
	long, half := byDays[len(byDays)-1], byDays[len(byDays)-2]
	fmt.Fprintf(w, " | days %d to %d | grows with bodies^ | with days^", half.Days+1, long.Days)
	rule(len(runs) + 3)
	for _, f := range figures {
		fmt.Fprintf(w, "| %s", f.name)
		for i := range runs {
			fmt.Fprintf(w, " | %.*f", f.digits, f.value(&runs[i])/float64(runs[i].Bodies*runs[i].Days))
		}
		fmt.Fprintf(w, " | %.*f | %v | %v |\n", f.digits, (f.value(long)-f.value(half))/float64(long.Bodies*(long.Days-half.Days)),
			powerOf(byBodies, f, func(r *run) int { return r.Bodies }), powerOf(byDays, f, func(r *run) int { return r.Days }))
	}
	fmt.Fprintln(w)
	head("of the whole")
	rule(len(runs))
	for _, f := range []figure{
		{"not modified, % of visits", 0, func(r *run) float64 { return 100 * float64(r.NotModified) / float64(r.Visits) }},
		{"CPU ms a visit, crawl and server", 2, func(r *run) float64 { return 1000 * r.CrawlCPU / float64(r.Visits) }},
		{"CPU ms an item, linking once", 2, func(r *run) float64 { return 1000 * r.LinkCPU / float64(r.Items) }},
		{"most that Go held, republic included, MB", 0, func(r *run) float64 { return float64(r.GoMemory) / 1e6 }},
		{"most resident, engine included, MB", 0, func(r *run) float64 { return float64(r.Resident) / 1e6 }},
		{"seconds of the clock", 0, func(r *run) float64 { return r.Seconds }},
	} {
		fmt.Fprintf(w, "| %s", f.name)
		for i := range runs {
			fmt.Fprintf(w, " | %.*f", f.digits, f.value(&runs[i]))
		}
		fmt.Fprintln(w, " |")
	}
	fmt.Fprintln(w)
	head("bytes a row, merged")
	rule(len(runs))
	for _, table := range watched {
		fmt.Fprintf(w, "| %s", table)
		for i := range runs {
			fmt.Fprintf(w, " | %.0f", runs[i].RowBytes[table])
		}
		fmt.Fprintln(w, " |")
	}
}

// power is the exponent of the power law that fits a figure best, and how far the
// worst of the measured values is from it.
type power struct{ exponent, residual float64 }

// String is the exponent, with the largest residual in percent.
func (p power) String() string { return fmt.Sprintf("%.2f (±%.0f %%)", p.exponent, 100*p.residual) }

// powerOf fits log(figure) = a + exponent·log(size) by least squares.
func powerOf(runs []*run, f figure, size func(*run) int) power {
	n := float64(len(runs))
	var sx, sy, sxx, sxy float64
	for _, r := range runs {
		x, y := math.Log(float64(size(r))), math.Log(f.value(r))
		sx, sy, sxx, sxy = sx+x, sy+y, sxx+x*x, sxy+x*y
	}
	exponent := (n*sxy - sx*sy) / (n*sxx - sx*sx)
	level := (sy - exponent*sx) / n
	var worst float64
	for _, r := range runs {
		fit := math.Exp(level + exponent*math.Log(float64(size(r))))
		worst = max(worst, math.Abs(f.value(r)/fit-1))
	}
	return power{exponent, worst}
}
