package stats

import (
	"errors"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"
)

// Span counts events of which all that is known is that they happened after Lo and not
// after Hi. Spans may overlap, unlike cells, and reach over several of them.
type Span struct {
	Lo, Hi float64
	Events int
}

// spanned is a life table some of whose events are only known to lie in spans: by
// [Turnbull] on the counts, for which a bucket is an interval, too.
type spanned struct {
	estimate    *NPMLE
	early, late *NPMLE // with all who were last seen in a bucket gone before its events, and after them
	completed   []*LifeTable
}

// groupedCompletions is how often spans are completed for one set of limits. Counts are
// many: what the number of completions leaves to chance is little beside their limits.
const groupedCompletions = 5

// groupedSpans fits cells and spans.
func groupedSpans(cells []Cell, spans []Span, seed uint64) (*spanned, error) {
	if _, err := Grouped(cells); err != nil && !errors.Is(err, ErrNoData) {
		return nil, err
	}
	var obs []Observation
	for _, s := range spans {
		obs = append(obs, Between(s.Lo, s.Hi))
	}
	if len(obs) > 0 {
		if err := check(obs); err != nil {
			return nil, err
		}
	}
	g := &spanned{completed: make([]*LifeTable, groupedCompletions)}
	fits := []struct {
		into  **NPMLE
		early func(censored int) int
	}{
		{&g.estimate, func(n int) int { return (n + 1) / 2 }}, {&g.early, func(n int) int { return n }}, {&g.late, func(int) int { return 0 }},
	}
	parallel(len(fits), func(i int) {
		obs, counts := tallied(cells, spans, fits[i].early)
		*fits[i].into = maximiseCounts(obs, counts, precise)
	})
	obs, counts := tallied(cells, spans, fits[0].early)
	var failed [groupedCompletions]error
	parallel(groupedCompletions, func(m int) {
		random := rand.New(rand.NewPCG(seed, uint64(m)))
		redrawn := maximiseCounts(obs, redraw(counts, random), rough)
		g.completed[m], failed[m] = Grouped(complement(cells, spans, redrawn, g.estimate, random))
	})
	for _, err := range failed {
		if err != nil {
			return nil, err
		}
	}
	return g, nil
}

// tallied writes cells and spans as observations with their counts. Of the censored
// ones of a cell, early tells how many left at its beginning.
func tallied(cells []Cell, spans []Span, early func(censored int) int) (obs []Observation, counts []float64) {
	add := func(o Observation, n int) {
		if n > 0 {
			obs, counts = append(obs, o), append(counts, float64(n))
		}
	}
	for _, c := range cells {
		gone := early(c.Censored)
		if c.Lo == c.Hi {
			gone = 0 // an event at the moment of a censoring counts as the earlier
		}
		add(Between(c.Lo, c.Hi), c.Events)
		add(Censored(c.Lo), gone)
		add(Censored(c.Hi), c.Censored-gone)
	}
	for _, s := range spans {
		add(Between(s.Lo, s.Hi), s.Events)
	}
	return obs, counts
}

// maximiseCounts is [maximise] of observations that stand for so many.
func maximiseCounts(obs []Observation, counts []float64, enough float64) *NPMLE {
	cells := maximalIntersections(obs)
	var sights []sight
	n := 0.0
	for i, o := range obs {
		if counts[i] > 0 {
			first, last := contains(cells, o)
			sights = append(sights, sight{first, last, counts[i]})
			n += counts[i]
		}
	}
	return climb(int(n), cells, sights, enough)
}

// redraw draws counts as often as they were: a bootstrap of the observations.
func redraw(counts []float64, random *rand.Rand) []float64 {
	drawn := make([]float64, len(counts))
	sum := 0.0
	for i, n := range counts {
		drawn[i] = distuv.Poisson{Lambda: n, Src: random}.Rand()
		sum += drawn[i]
	}
	if sum == 0 {
		return counts
	}
	return drawn
}

// complement puts the events of spans into cells, at random, as a distribution has them;
// where that has none, as the estimate has them.
func complement(cells []Cell, spans []Span, redrawn, estimate *NPMLE, random *rand.Rand) []Cell {
	out := gridOf(cells, spans)
	for _, s := range spans {
		in := slices.IndexFunc(out, func(c Cell) bool { return c.Hi > s.Lo || c.Lo == c.Hi && c.Lo == s.Hi })
		end := in
		for end < len(out) && out[end].Hi <= s.Hi {
			end++
		}
		weights := massesOf(redrawn, out[in:end])
		if weights == nil {
			weights = massesOf(estimate, out[in:end])
		}
		if weights == nil {
			weights = widths(out[in:end])
		}
		left, sum := s.Events, 0.0
		for _, w := range weights {
			sum += w
		}
		for k, w := range weights {
			n := left
			if w < sum && k < len(weights)-1 {
				n = int(distuv.Binomial{N: float64(left), P: w / sum, Src: random}.Rand())
			}
			out[in+k].Events += n
			left, sum = left-n, sum-w
		}
	}
	return out
}

// gridOf is the cells, with empty ones between all edges that lie within spans.
func gridOf(cells []Cell, spans []Span) []Cell {
	of := map[[2]float64]Cell{}
	var edges []float64
	for _, c := range cells {
		of[[2]float64{c.Lo, c.Hi}] = c
		edges = append(edges, c.Lo, c.Hi)
	}
	for _, s := range spans {
		edges = append(edges, s.Lo, s.Hi)
	}
	slices.Sort(edges)
	edges = slices.Compact(edges)
	var grid []Cell
	for i, edge := range edges {
		if moment, ok := of[[2]float64{edge, edge}]; ok {
			grid = append(grid, moment)
		}
		if i+1 < len(edges) {
			c := of[[2]float64{edge, edges[i+1]}]
			c.Lo, c.Hi = edge, edges[i+1]
			grid = append(grid, c)
		}
	}
	return grid
}

// massesOf is what a distribution puts into cells; nil when that is nothing.
func massesOf(c *NPMLE, cells []Cell) []float64 {
	weights, sum := make([]float64, len(cells)), 0.0
	for i, x := range cells {
		from, _ := c.At(x.Lo)
		to, _ := c.At(x.Hi)
		weights[i] = max(to-from, 0)
		sum += weights[i]
	}
	if sum <= tiny {
		return nil
	}
	return weights
}

func widths(cells []Cell) []float64 {
	weights := make([]float64, len(cells))
	for i, c := range cells {
		weights[i] = c.Hi - c.Lo
	}
	return weights
}

func (g *spanned) rate(h float64, d *description, design float64) Rate {
	r := Rate{At: h}
	r.Share, r.Band = g.estimate.At(h)
	for _, curve := range []*NPMLE{g.early, g.late} {
		_, band := curve.At(h)
		r.Band = r.Band.cover(band)
	}
	var parts []Evidence
	var shares, ses []float64
	for _, t := range g.completed {
		rate := t.rate(h, d, design)
		parts, shares, ses = append(parts, rate.Evidence), append(shares, rate.Share), append(ses, rate.SE)
	}
	r.SE, r.Evidence = poolErrors(shares, ses), poolEvidence(parts)
	r.Limits, _ = r.Evidence.Limits(d.Level) // the level has been checked
	r.Limits = r.Limits.cover(r.Band)
	return r
}

func (g *spanned) quantile(p float64, d *description, design func(float64) float64) Quantile {
	q := Quantile{P: p}
	q.Time, q.Band, _ = g.estimate.Quantile(p) // p is between 0 and 1
	for _, curve := range []*NPMLE{g.early, g.late} {
		_, band, _ := curve.Quantile(p)
		q.Band = q.Band.cover(band)
	}
	var crossings []crossing
	for _, t := range g.completed {
		crossings = append(crossings, t.crossingAt(p, design(min(q.Time, 1e300))))
	}
	q.Limits = pooledLimits(crossings, d.Level.tail()).cover(q.Band)
	return q
}
