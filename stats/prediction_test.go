package stats

import (
	"math"
	"math/rand/v2"
	"testing"
)

// labelled draws cases with a share of 0.3 and a classifier that finds them with
// the given sensitivity and specificity.
func labelled(n int, sensitivity, specificity float64, random *rand.Rand) (truth, predicted []float64) {
	for range n {
		y, f := 0.0, 0.0
		if random.Float64() < 0.3 {
			y = 1
		}
		if y == 1 && random.Float64() < sensitivity || y == 0 && random.Float64() > specificity {
			f = 1
		}
		truth, predicted = append(truth, y), append(predicted, f)
	}
	return truth, predicted
}

// The limits hold when the classifier is right, wrong, and worse than none; and a
// good one makes them narrower than the hand-coded sample alone.
func TestPredictionPoweredCoverage(t *testing.T) {
	const sims = 1500
	for name, c := range map[string]struct{ sensitivity, specificity float64 }{
		"good":       {.95, .97},
		"biased":     {.95, .6},
		"random":     {.5, .5},
		"backwards":  {.1, .1},
		"always yes": {1, 0},
	} {
		t.Run(name, func(t *testing.T) {
			held, naive, width, alone := 0, 0, 0.0, 0.0
			for s := range sims {
				random := rand.New(rand.NewPCG(uint64(s), 8))
				truth, predicted := labelled(150, c.sensitivity, c.specificity, random)
				_, others := labelled(3000, c.sensitivity, c.specificity, random)
				share, limits, err := PredictionPowered(truth, predicted, others, DefaultLevel)
				if err != nil || !limits.Contains(share) {
					t.Fatal(share, limits, err)
				}
				if limits.Contains(0.3) {
					held++
				}
				k, hits := 0, 0
				for i := range others {
					k += int(others[i])
				}
				for i := range truth {
					hits += int(truth[i])
				}
				if must(Wilson(k, len(others), DefaultLevel)).Contains(0.3) {
					naive++
				}
				own := must(Wilson(hits, len(truth), DefaultLevel))
				width, alone = width+limits.Hi-limits.Lo, alone+own.Hi-own.Lo
			}
			if coverage := float64(held) / sims; coverage < 0.93 || coverage > 0.97 {
				t.Errorf("coverage = %.3f, want 0.93 to 0.97", coverage)
			}
			if name == "biased" && naive > sims/100 {
				t.Errorf("the classifier's own share holds %d of %d; want next to none, else this test shows nothing", naive, sims)
			}
			if name == "good" && width > 0.75*alone {
				t.Errorf("width = %.3f of that without classifier, want at most 0.75", width/alone)
			}
			if width > 1.05*alone {
				t.Errorf("width = %.3f of that without classifier: it does harm", width/alone)
			}
		})
	}
}

// A small sample without errors does not prove that there are none.
func TestPredictionPoweredUnseenErrors(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 1))
	truth, predicted := labelled(20, 1, 1, random)
	_, others := labelled(100000, 1, 1, random)
	_, limits, err := PredictionPowered(truth, predicted, others, DefaultLevel)
	if err != nil {
		t.Fatal(err)
	}
	if limits.Hi-limits.Lo < 0.05 {
		t.Errorf("limits from 20 cases without an error = %v, want them wider than 0.05", limits)
	}
}

func TestPredictionPoweredRefuses(t *testing.T) {
	ok := []float64{0, 1, 1}
	for name, in := range map[string]struct{ truth, predicted, others []float64 }{
		"lengths":      {ok, ok[:2], ok},
		"one labelled": {ok[:1], ok[:1], ok},
		"no others":    {ok, ok, nil},
		"NaN":          {ok, []float64{0, 1, math.NaN()}, ok},
		"not a share":  {ok, ok, []float64{2, 0}},
	} {
		if _, _, err := PredictionPowered(in.truth, in.predicted, in.others, DefaultLevel); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if _, _, err := PredictionPowered(ok, ok, ok, 0.05); err == nil {
		t.Error("level 0.05: no error")
	}
}
