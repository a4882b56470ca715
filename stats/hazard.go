package stats

import (
	"fmt"
	"slices"
)

// Hazard is the rate at which what has not happened by an age happens, constant
// between the ages of a grid (the piecewise exponential model; Friedman, Annals of
// Statistics 10, 1982). Its units are the caller's: rates are per unit of age.
type Hazard struct {
	ages  []float64 // ascending, the first 0: where each step begins; the last has no end
	rates []float64 // positive
}

// NewHazard makes a hazard of the ages at which its steps begin, which ascend from
// 0, and their rates, which are positive.
func NewHazard(ages, rates []float64) (Hazard, error) {
	if len(ages) == 0 || len(ages) != len(rates) || ages[0] != 0 {
		return Hazard{}, fmt.Errorf("stats: a hazard of %d ages and %d rates, want as many of both, from age 0", len(ages), len(rates))
	}
	for i := range ages {
		if !(rates[i] > 0) || i > 0 && !(ages[i] > ages[i-1]) {
			return Hazard{}, fmt.Errorf("stats: step %d of a hazard begins at %v with rate %v, want ascending ages and positive rates", i, ages[i], rates[i])
		}
	}
	return Hazard{slices.Clone(ages), slices.Clone(rates)}, nil
}

// At is the rate at an age.
func (h Hazard) At(age float64) float64 {
	step := 0
	for step+1 < len(h.ages) && h.ages[step+1] <= age {
		step++
	}
	return h.rates[step]
}

// Exposure is what was observed within one step of a hazard.
type Exposure struct {
	Events float64 // that happened at these ages
	Time   float64 // that all who were watched spent at them without an event
}

// Learn is the hazard as it is believed to be after what was seen in each of its
// steps: the posterior mean under a gamma prior whose mean is h, and which weighs as
// much as that many events. Few observations move it little; where nothing was
// seen, it stays. seen has as many steps as h.
func (h Hazard) Learn(seen []Exposure, weight float64) (Hazard, error) {
	if len(seen) != len(h.rates) || !(weight > 0) {
		return Hazard{}, fmt.Errorf("stats: %d steps were seen of a hazard of %d, with a prior of weight %v", len(seen), len(h.rates), weight)
	}
	learnt := Hazard{h.ages, make([]float64, len(h.rates))}
	for i, s := range seen {
		if !(s.Events >= 0 && s.Time >= 0) {
			return Hazard{}, fmt.Errorf("stats: step %d: %v events in a time of %v", i, s.Events, s.Time)
		}
		learnt.rates[i] = (s.Events + weight) / (s.Time + weight/h.rates[i])
	}
	return learnt, nil
}
