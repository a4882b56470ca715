package report

import (
	"fmt"
	"math"
	"strconv"

	"qulaq/stats"
)

// SmallCell is the number of needs below which a number is not published: behind
// four questions to a village stand people whom their neighbours could name.
const SmallCell = 5

// Public is the number as it may be published: with nothing but its horizon and
// moment when it rests on fewer than SmallCell needs.
func (n Number) Public() Number {
	if n.basis.Needs >= SmallCell {
		return n
	}
	nan := math.NaN()
	return Number{
		value: nan, limits: stats.Interval{Lo: nan, Hi: nan}, suppressed: true,
		basis: Basis{Horizon: n.basis.Horizon, Censored: nan, Coverage: nan, AsOf: n.basis.AsOf},
	}
}

// Needs writes on how many needs the number rests.
func (n Number) Needs() string {
	if n.suppressed {
		return fmt.Sprintf("< %d", SmallCell)
	}
	return strconv.Itoa(n.basis.Needs)
}

// Suppressed tells whether the number was left out by [Number.Public].
func (n Number) Suppressed() bool { return n.suppressed }

// Public is the speed with each number as it may be published.
func (s Speed) Public() Speed {
	out := Speed{Rates: make([]Number, len(s.Rates)), Median: s.Median.Public(), Method: s.Method}
	for i, n := range s.Rates {
		out.Rates[i] = n.Public()
	}
	for _, n := range s.Corrected {
		out.Corrected = append(out.Corrected, n.Public())
	}
	return out
}

// PublicRanking is a ranking as it may be published. A body with a small cell keeps
// its row, for that it was asked at all is no secret, and loses its numbers; its
// rank and what was drawn from the group would tell them and go, too.
func PublicRanking(table []Standing) []Standing {
	out := make([]Standing, len(table))
	for i, s := range table {
		s.Any, s.Substantive, s.Shrunk = s.Any.Public(), s.Substantive.Public(), s.Shrunk.Public()
		if s.Shrunk.suppressed {
			s.Position, s.RankLo, s.RankHi, s.Tier, s.TopQuartile, s.Weight = 0, 0, 0, 0, 0, 0
		}
		out[i] = s
	}
	return out
}

// PublicSeries is a series as it may be published.
func PublicSeries(points []Point) []Point {
	out := make([]Point, len(points))
	for i, p := range points {
		p.Any, p.Substantive = p.Any.Public(), p.Substantive.Public()
		out[i] = p
	}
	return out
}

// PublicEquity is a comparison as it may be published. A group with a small cell, or
// one of which only a small cell could be compared, loses its difference, too.
func PublicEquity(table []GroupSpeed) []GroupSpeed {
	out := make([]GroupSpeed, len(table))
	for i, g := range table {
		if d := g.Difference; d != nil && d.Needs < SmallCell {
			g.Difference = nil
		}
		g.Any, g.Substantive = g.Any.Public(), g.Substantive.Public()
		out[i] = g
	}
	return out
}
