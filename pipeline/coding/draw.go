package coding

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"qulaq/pipeline/language"
)

// Candidate is a citizen's item that may be drawn.
type Candidate struct {
	Source, Thread, Item string
	Body                 string // addressed
	Language             string
	Class                language.Class // that the classifier read
	Need                 bool           // it is taken for a need
}

// Drawn is a candidate of a sample, by its place in the frame, and the probability
// with which it was drawn.
type Drawn struct {
	Place       int
	Probability float64
}

// Draw draws n candidates. Half of the sample falls to what was taken for needs and
// half to what was passed over, as far as there are so many. Each half is divided
// among bodies by the root of their numbers of candidates (Bankier, "Power
// allocations", The American Statistician 42, 1988), and the part of a body so among
// classes and languages: small ones get more than their share and none is left out.
// Every candidate has a probability above 0.
//
// The draw is systematic, in the order of body, class and language and shuffled
// within (Madow, Annals of Mathematical Statistics 20, 1949): each gets its part to
// within one. It depends on nothing but frame, n and seed; the order of the frame
// does not count, that of the result is the frame's.
func Draw(frame []Candidate, n int, seed uint64) ([]Drawn, error) {
	if n < 1 {
		return nil, fmt.Errorf("coding: a sample of %d items", n)
	}
	if n >= len(frame) {
		all := make([]Drawn, len(frame))
		for i := range all {
			all[i] = Drawn{i, 1}
		}
		return all, nil
	}
	order := make([]int, len(frame))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(i, j int) int { return compare(&frame[i], &frame[j]) })
	p := probabilities(frame, order, n)
	random := rand.New(rand.NewPCG(seed, 1))
	for start := 0; start < len(order); {
		end := start + 1
		for end < len(order) && strata(&frame[order[end]]) == strata(&frame[order[start]]) {
			end++
		}
		random.Shuffle(end-start, func(i, j int) { order[start+i], order[start+j] = order[start+j], order[start+i] })
		start = end
	}
	var sample []Drawn
	sum, next := 0.0, random.Float64()
	for _, i := range order {
		if sum += p[i]; sum > next+1e-9 {
			sample = append(sample, Drawn{i, p[i]})
			next++
		}
	}
	slices.SortFunc(sample, func(a, b Drawn) int { return cmp.Compare(a.Place, b.Place) })
	return sample, nil
}

// stratum is what candidates are drawn by.
type stratum struct {
	need     bool
	body     string
	class    language.Class
	language string
}

func strata(c *Candidate) stratum { return stratum{c.Need, c.Body, c.Class, c.Language} }

func compare(a, b *Candidate) int {
	need := func(c *Candidate) int {
		if c.Need {
			return 0
		}
		return 1
	}
	return cmp.Or(
		cmp.Compare(need(a), need(b)), cmp.Compare(a.Body, b.Body), cmp.Compare(a.Class, b.Class), cmp.Compare(a.Language, b.Language),
		cmp.Compare(a.Source, b.Source), cmp.Compare(a.Thread, b.Thread), cmp.Compare(a.Item, b.Item),
	)
}

// probabilities are those of the candidates; they add up to n. order is that of the
// strata: sums are made in it, so that they are rounded alike whatever the order of
// the frame.
func probabilities(frame []Candidate, order []int, n int) []float64 {
	type side struct {
		need bool
		body string
	}
	ofStratum, ofSide, roots := map[stratum]float64{}, map[side]float64{}, map[side]float64{}
	for i := range frame {
		ofStratum[strata(&frame[i])]++
		ofSide[side{frame[i].Need, frame[i].Body}]++
	}
	needs := 0 // those come first
	for _, i := range order {
		s := strata(&frame[i])
		roots[side{s.need, s.body}] += 1 / math.Sqrt(ofStratum[s]) // each its part of the stratum's root
		if s.need {
			needs++
		}
	}
	size := make([]float64, len(frame))
	for i := range frame {
		s := strata(&frame[i])
		at := side{s.need, s.body}
		size[i] = math.Sqrt(ofSide[at]) / (roots[at] * math.Sqrt(ofStratum[s]))
	}
	p := make([]float64, len(frame))
	half := float64(n) / 2
	others := float64(len(frame) - needs)
	ofNeeds := min(max(half, float64(n)-others), float64(needs))
	proportional(p, size, order[:needs], ofNeeds)
	proportional(p, size, order[needs:], float64(n)-ofNeeds)
	return p
}

// proportional sets the probabilities of some candidates in proportion to their sizes,
// to add up to n. Who would have more than 1 is drawn for certain, and the others
// share what is left.
func proportional(p, size []float64, some []int, n float64) {
	for certain := true; certain; {
		left, sum := n, 0.0
		for _, i := range some {
			if p[i] == 1 {
				left--
			} else {
				sum += size[i]
			}
		}
		certain = false
		for _, i := range some {
			if p[i] == 1 {
				continue
			}
			if p[i] = size[i] * left / sum; p[i] >= 1 {
				p[i], certain = 1, true
			}
		}
	}
}
