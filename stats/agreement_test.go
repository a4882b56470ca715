package stats

import (
	"errors"
	"math"
	"math/rand/v2"
	"testing"
)

// classesOf numbers letters.
func classesOf(letters string) []int {
	classes := make([]int, len(letters))
	for i, l := range letters {
		classes[i] = int(l - 'a')
	}
	return classes
}

// The first two have the alphas that Krippendorff, "Computing Krippendorff's
// Alpha-Reliability" (2011), gives for his examples A and B; kappa of the third is Cohen's, by hand: 45 + 15
// of 100 agree, chance 0.60·0.70 + 0.40·0.30 = 0.54.
func TestAgree(t *testing.T) {
	repeat := func(letters string, n int) (s string) {
		for range n {
			s += letters
		}
		return s
	}
	for _, test := range []struct {
		name, a, b             string
		observed, kappa, alpha float64
	}{
		{"binary", "abaaaaaaba", "bbbaabaaaa", 0.6, 1 - 0.4/0.44, 0.095},
		{"nominal", "aabbdcccedda", "babbbccceddd", 0.75, (0.75 - 30.0/144) / (1 - 30.0/144), 0.692},
		{"by hand", repeat("a", 45) + repeat("a", 15) + repeat("b", 25) + repeat("b", 15), repeat("a", 45) + repeat("b", 15) + repeat("a", 25) + repeat("b", 15), 0.6, 0.06 / 0.46, 1 - 0.4/(1-(130.0*129+70*69)/(200*199))},
		{"the same", "abcabc", "abcabc", 1, 1, 1},
		{"opposite", "abab", "baba", 0, -1, 1 - 1/(1-(4*3+4*3)/(8.0*7))},
	} {
		got := must(Agree(classesOf(test.a), classesOf(test.b), DefaultLevel, 200, 1))
		for _, x := range []struct {
			what      string
			got, want float64
		}{{"observed", got.Observed, test.observed}, {"kappa", got.Kappa, test.kappa}, {"alpha", got.Alpha, test.alpha}} {
			if math.Abs(x.got-x.want) > 5e-4 {
				t.Errorf("%s: %s = %.4f, want %.4f", test.name, x.what, x.got, x.want)
			}
		}
		if got.KappaLimits.Lo > got.Kappa || got.KappaLimits.Hi < got.Kappa || got.AlphaLimits.Lo > got.Alpha || got.AlphaLimits.Hi < got.Alpha {
			t.Errorf("%s: %+v: limits do not hold the estimate", test.name, got)
		}
	}
}

// Coders who guess agree by chance alone: kappa and alpha are about 0, and their
// limits hold 0 nineteen times in twenty.
func TestAgreeByChance(t *testing.T) {
	kappa, alpha := 0.0, 0.0
	const simulations = 400
	for s := range simulations {
		random := rand.New(rand.NewPCG(uint64(s), 5))
		var a, b []int
		for range 120 {
			a, b = append(a, random.IntN(4)*random.IntN(2)), append(b, random.IntN(4)*random.IntN(2))
		}
		got := must(Agree(a, b, DefaultLevel, 300, uint64(s)))
		if got.KappaLimits.Contains(0) {
			kappa += 1.0 / simulations
		}
		if got.AlphaLimits.Contains(0) {
			alpha += 1.0 / simulations
		}
	}
	if kappa < 0.92 || kappa > 0.98 || alpha < 0.92 || alpha > 0.98 {
		t.Errorf("limits hold 0 in %.3f (kappa) and %.3f (alpha), want about 0.95", kappa, alpha)
	}
}

func TestAgreeRefuses(t *testing.T) {
	for _, test := range []struct {
		name  string
		a, b  []int
		level Level
		want  error
	}{
		{"nothing", nil, nil, DefaultLevel, ErrNoData},
		{"one class", []int{2, 2}, []int{2, 2}, DefaultLevel, ErrOneClass},
		{"lengths", []int{1}, []int{1, 2}, DefaultLevel, nil},
		{"negative", []int{1, -1}, []int{1, 2}, DefaultLevel, nil},
		{"level", []int{1, 0}, []int{1, 1}, 0.05, nil},
	} {
		if _, err := Agree(test.a, test.b, test.level, 10, 1); err == nil || test.want != nil && !errors.Is(err, test.want) {
			t.Errorf("%s: Agree = %v, want error %v", test.name, err, test.want)
		}
	}
}
