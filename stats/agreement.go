package stats

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
)

// Agreement tells how far two coders agree on the classes of units, beyond what
// chance would make.
type Agreement struct {
	N           int     // units
	Observed    float64 // share of them on which they agree
	Kappa       float64 // Cohen, Educational and Psychological Measurement 20, 1960
	KappaLimits Interval
	Alpha       float64 // Krippendorff, "Content Analysis", for nominal data; from 2 coders
	AlphaLimits Interval
}

// ErrOneClass is returned where all units are of one class: then there is no telling
// agreement from chance.
var ErrOneClass = errors.New("stats: all units are of one class")

// Agree compares the classes, numbered from 0, that two coders gave to the same
// units. Limits are percentiles of bootstrap draws of the units; draws in which all
// units are of one class say nothing and are drawn again.
func Agree(a, b []int, level Level, draws int, seed uint64) (Agreement, error) {
	if err := level.check(); err != nil {
		return Agreement{}, err
	}
	switch {
	case len(a) != len(b):
		return Agreement{}, fmt.Errorf("stats: %d classes and %d", len(a), len(b))
	case len(a) == 0:
		return Agreement{}, ErrNoData
	case draws < 1:
		return Agreement{}, fmt.Errorf("stats: agreement: %d draws", draws)
	}
	classes := 0
	for i := range a {
		if min(a[i], b[i]) < 0 {
			return Agreement{}, fmt.Errorf("stats: unit %d has a negative class", i)
		}
		classes = max(classes, a[i]+1, b[i]+1)
	}
	units := make([]int, len(a))
	for i := range units {
		units[i] = i
	}
	tally := func(units []int) agreement {
		t := agreement{n: float64(len(units)), a: make([]float64, classes), b: make([]float64, classes)}
		for _, i := range units {
			t.a[a[i]]++
			t.b[b[i]]++
			if a[i] == b[i] {
				t.same++
			}
		}
		return t
	}
	all := tally(units)
	if all.oneClass() {
		return Agreement{}, ErrOneClass
	}
	out := Agreement{N: len(a), Observed: all.same / all.n, Kappa: all.kappa(), Alpha: all.alpha()}
	kappas, alphas := make([]float64, draws), make([]float64, draws)
	parallel(draws, func(d int) {
		random := rand.New(rand.NewPCG(seed, uint64(d)))
		t := agreement{}
		drawn := make([]int, len(units))
		for t.oneClass() {
			for i := range drawn {
				drawn[i] = random.IntN(len(units))
			}
			t = tally(drawn)
		}
		kappas[d], alphas[d] = t.kappa(), t.alpha()
	})
	var err error
	if out.KappaLimits, err = Percentile(kappas, level); err != nil {
		return Agreement{}, err
	}
	out.AlphaLimits, err = Percentile(alphas, level)
	return out, err
}

// agreement counts units: those of one class for both coders, and by class.
type agreement struct {
	n, same float64
	a, b    []float64
}

// oneClass tells whether chance alone would always agree; also of nothing.
func (t agreement) oneClass() bool {
	for c := range t.a {
		if t.a[c] > 0 && t.a[c]+t.b[c] < 2*t.n {
			return false
		}
	}
	return true
}

func (t agreement) kappa() float64 {
	chance := 0.0
	for c := range t.a {
		chance += t.a[c] / t.n * t.b[c] / t.n
	}
	return (t.same/t.n - chance) / (1 - chance)
}

// alpha is 1 − observed ÷ expected disagreement, where chance draws from the values
// of both coders together, without putting one back.
func (t agreement) alpha() float64 {
	values, pairs := 2*t.n, 0.0
	for c := range t.a {
		k := t.a[c] + t.b[c]
		pairs += k * (k - 1)
	}
	expected := 1 - pairs/(values*(values-1))
	return 1 - (1-t.same/t.n)/math.Max(expected, math.SmallestNonzeroFloat64)
}
