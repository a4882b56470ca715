package stats

import (
	"slices"
	"sort"
)

// tally counts equal times: those of many observations in little room.
type tally struct {
	times []float64 // distinct, ascending
	upTo  []int     // observations at or before each of them
}

// tallyOf counts times, which it sorts.
func tallyOf(times []float64) tally {
	slices.Sort(times)
	var t tally
	for _, x := range times {
		t.add(x, 1)
	}
	return t
}

// grow makes room for so many distinct times.
func (t *tally) grow(times int) {
	t.times, t.upTo = slices.Grow(t.times, times), slices.Grow(t.upTo, times)
}

// add counts n observations at a time that is not before those that it has.
func (t *tally) add(x float64, n int) {
	if n == 0 {
		return
	}
	if last := len(t.times) - 1; last >= 0 && t.times[last] == x {
		t.upTo[last] += n
		return
	}
	t.times, t.upTo = append(t.times, x), append(t.upTo, t.n()+n)
}

// n is the number of observations.
func (t tally) n() int { return t.first(len(t.times)) }

// first is the number of observations at the first k times.
func (t tally) first(k int) int {
	if k == 0 {
		return 0
	}
	return t.upTo[k-1]
}

// last is the greatest time; 0 when there is none.
func (t tally) last() float64 {
	if len(t.times) == 0 {
		return 0
	}
	return t.times[len(t.times)-1]
}

// upToTime is how many of the times are not greater than h.
func (t tally) upToTime(h float64) int {
	return sort.Search(len(t.times), func(i int) bool { return t.times[i] > h })
}

// after is the number of observations at times greater than h.
func (t tally) after(h float64) int { return t.n() - t.first(t.upToTime(h)) }

// behind is the tally of the times greater than h.
func (t tally) behind(h float64) tally {
	k := t.upToTime(h)
	out := tally{times: t.times[k:], upTo: make([]int, len(t.times)-k)}
	for i := range out.upTo {
		out.upTo[i] = t.upTo[k+i] - t.first(k)
	}
	return out
}

// at is the time of the i-th observation, from 0.
func (t tally) at(i int) float64 {
	return t.times[sort.Search(len(t.upTo), func(k int) bool { return t.upTo[k] > i })]
}
