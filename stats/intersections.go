package stats

import (
	"math"
	"slices"
	"sort"
)

// cell is a maximal intersection: a closed interval on which the likelihood may
// put mass, with the left end of some observation and the right end of some, and
// no other ends in between (Turnbull, JRSS B 38, 1976).
type cell struct{ lo, hi float64 }

// sight is a set of observations that contain the same cells, first to last.
type sight struct {
	first, last int
	count       float64
}

// closed gives the ends of an observation as a closed interval. For floating
// point numbers (lo, hi] and [next after lo, hi] are the same set, and with all
// sets closed there is no special case left: an exact time, a censoring and an
// interval that meet at one number fall into their right order by themselves.
func (o Observation) closed() (lo, hi float64) {
	if o.IsExact() {
		return o.Lo, o.Hi
	}
	return math.Nextafter(o.Lo, math.Inf(1)), o.Hi
}

// intersections finds the cells, ascending, and what each observation contains.
func intersections(obs []Observation) ([]cell, []sight) {
	cells := maximalIntersections(obs)
	return cells, sights(obs, cells)
}

func maximalIntersections(obs []Observation) []cell {
	left, right := make([]float64, len(obs)), make([]float64, len(obs))
	for i, o := range obs {
		left[i], right[i] = o.closed()
	}
	slices.Sort(left)
	slices.Sort(right)
	var cells []cell
	i, opened := 0, false
	for _, r := range right {
		for i < len(left) && left[i] <= r {
			i, opened = i+1, true
		}
		if opened {
			cells = append(cells, cell{left[i-1], r})
			opened = false
		}
	}
	return cells
}

// sights counts the observations by the cells that they contain; there is always
// at least one.
func sights(obs []Observation, cells []cell) []sight {
	keys := make([]uint64, len(obs))
	for i, o := range obs {
		first, last := contains(cells, o)
		keys[i] = uint64(first)<<32 | uint64(last)
	}
	slices.Sort(keys)
	var found []sight
	for i, key := range keys {
		if i > 0 && key == keys[i-1] {
			found[len(found)-1].count++
			continue
		}
		found = append(found, sight{int(key >> 32), int(key & math.MaxUint32), 1})
	}
	return found
}

// contains gives the first and the last cell within an observation.
func contains(cells []cell, o Observation) (first, last int) {
	lo, hi := o.closed()
	first = sort.Search(len(cells), func(k int) bool { return cells[k].lo >= lo })
	last = sort.Search(len(cells), func(k int) bool { return cells[k].hi > hi }) - 1
	return first, last
}
