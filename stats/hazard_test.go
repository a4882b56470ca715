package stats

import (
	"math"
	"math/rand/v2"
	"testing"
)

func TestHazardAt(t *testing.T) {
	h, err := NewHazard([]float64{0, 1, 10}, []float64{3, 2, 1})
	if err != nil {
		t.Fatal(err)
	}
	for age, want := range map[float64]float64{0: 3, 0.99: 3, 1: 2, 9.9: 2, 10: 1, 1e9: 1} {
		if got := h.At(age); got != want {
			t.Errorf("At(%v) = %v, want %v", age, got, want)
		}
	}
}

func TestHazardOfNonsense(t *testing.T) {
	for name, of := range map[string][2][]float64{
		"nothing":               {nil, nil},
		"fewer rates":           {{0, 1}, {1}},
		"no beginning":          {{1, 2}, {1, 1}},
		"ages that do not rise": {{0, 2, 2}, {1, 1, 1}},
		"a rate of 0":           {{0, 1}, {1, 0}},
		"a rate that is NaN":    {{0}, {math.NaN()}},
	} {
		if h, err := NewHazard(of[0], of[1]); err == nil {
			t.Errorf("NewHazard of %s = %v, want an error", name, h)
		}
	}
	h, _ := NewHazard([]float64{0, 1}, []float64{1, 1})
	for name, seen := range map[string][]Exposure{"too few steps": {{}}, "negative time": {{}, {1, -1}}, "NaN": {{math.NaN(), 1}, {}}} {
		if _, err := h.Learn(seen, 1); err == nil {
			t.Errorf("Learn of %s, want an error", name)
		}
	}
	if _, err := h.Learn(make([]Exposure, 2), 0); err == nil {
		t.Error("Learn without weight, want an error")
	}
}

// What is learnt of many lies near their hazard, of few near the prior, of none on it.
func TestHazardLearn(t *testing.T) {
	prior, err := NewHazard([]float64{0, 1, 3}, []float64{0.5, 0.5, 0.5})
	if err != nil {
		t.Fatal(err)
	}
	const true0, true1 = 0.2, 2.0
	rng := rand.New(rand.NewPCG(1, 2))
	watch := func(n int) []Exposure {
		seen := make([]Exposure, 3)
		for range n {
			age := rng.ExpFloat64() / true0
			if age < 1 {
				seen[0].Events++
				seen[0].Time += age
				continue
			}
			seen[0].Time++
			if age = rng.ExpFloat64() / true1; age < 2 {
				seen[1].Events++
				seen[1].Time += age
			} else {
				seen[1].Time += 2
			}
		}
		return seen
	}
	learnt, err := prior.Learn(watch(20_000), 5)
	if err != nil {
		t.Fatal(err)
	}
	if a, b := learnt.At(0.5), learnt.At(2); math.Abs(a-true0) > 0.01 || math.Abs(b-true1) > 0.06 {
		t.Errorf("learnt of 20,000: %.3f and %.3f, want %v and %v", a, b, true0, true1)
	}
	few, err := prior.Learn(watch(1), 5)
	if err != nil {
		t.Fatal(err)
	}
	if got := few.At(0.5); math.Abs(got-0.5) > 0.12 {
		t.Errorf("learnt of one: %.3f, want about 0.5, the prior's", got)
	}
	if got := few.At(4); got != 0.5 {
		t.Errorf("at an age that nobody was seen at: %v, want the prior's 0.5", got)
	}
}
