package stats

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

func TestLogRankEqualsR(t *testing.T) {
	var want expectedRight
	decode(t, "right.expected.json", &want)
	g := goldenObservations(t, "right.csv")
	got := must(LogRank([][]Observation{g["a"], g["b"]}))
	near(t, "LogRank chi-square", got.ChiSquare, want.LogRank, likeR)
	if got.DF != 1 {
		t.Errorf("LogRank df = %d, want 1", got.DF)
	}
	near(t, "LogRank p", got.P, math.Erfc(math.Sqrt(want.LogRank/2)), 1e-9)
}

// The two arms of Freireich's trial: chi-square 16.79, as in every textbook.
func TestLogRankLeukaemia(t *testing.T) {
	var placebo []Observation
	for _, x := range []float64{1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23} {
		placebo = append(placebo, Exact(x))
	}
	groups := [][]Observation{leukaemia(), placebo}
	near(t, "LogRank chi-square", must(LogRank(groups)).ChiSquare, 16.79, 0.005)

	split := [][][]Observation{{groups[0], groups[1]}, {groups[0], groups[1]}}
	near(t, "two equal strata: chi-square", must(StratifiedLogRank(split)).ChiSquare, 2*16.793, 0.01)
}

func TestLogRankDegenerate(t *testing.T) {
	e, c := Exact, Censored
	tests := []struct {
		name   string
		groups [][]Observation
		df     int
	}{
		{"one group", [][]Observation{{e(1), e(2)}}, 0},
		{"an empty group does not count", [][]Observation{{e(1), e(3)}, {e(2), e(4)}, nil}, 1},
		{"nothing but censored", [][]Observation{{c(1)}, {c(2)}}, 0},
		{"one observation each", [][]Observation{{e(1)}, {e(2)}}, 1},
		{"all at one time", [][]Observation{{e(1), e(1)}, {e(1)}}, 0},
		{"three groups", [][]Observation{{e(1), e(4)}, {e(2), e(5)}, {e(3), e(6)}}, 2},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			for name, f := range map[string]func([][]Observation) (Test, error){"LogRank": LogRank, "IntervalLogRank": IntervalLogRank} {
				got, err := f(test.groups)
				if err != nil {
					t.Fatalf("%s: %v", name, err)
				}
				if got.DF != test.df || math.IsNaN(got.P) || got.P < 0 || got.P > 1 || test.df == 0 && got.P != 1 {
					t.Errorf("%s = %+v, want df %d and a probability", name, got, test.df)
				}
			}
		})
	}
	if _, err := LogRank([][]Observation{{Between(1, 2)}, {e(1)}}); err == nil {
		t.Error("LogRank of an interval: no error")
	}
	if _, err := StratifiedLogRank([][][]Observation{{{e(1)}, {e(2)}}, {{e(1)}}}); err == nil {
		t.Error("StratifiedLogRank with a group missing: no error")
	}
	for _, groups := range [][][]Observation{nil, {}, {nil, nil}} {
		if _, err := LogRank(groups); err == nil {
			t.Errorf("LogRank(%v): no error", groups)
		}
	}
}

// Without intervals and ties Sun's score is observed minus expected of the
// log-rank test.
func TestSunScoresAreLogRank(t *testing.T) {
	g := goldenObservations(t, "right.csv")
	strata := [][][]Observation{{g["a"], g["b"]}}
	score := must(newScore(strata))
	var all []ending
	for k, obs := range strata[0] {
		for _, o := range obs {
			all = append(all, ending{o.Lo, k, o.IsExact()})
		}
	}
	score.addLogRank(all)
	joint := append(append([]Observation{}, g["a"]...), g["b"]...)
	sun := must(newScore(strata))
	sun.addPermutation(strata[0], sunScores(joint, maximise(joint, precise)))
	for k := range score.u {
		near(t, fmt.Sprintf("score of group %d", k), sun.u[k], score.u[k], 1e-4)
	}
}

// Under the same distribution the tests reject one time in twenty; with other
// speeds they see it; and a stratum's own speed is no difference between groups.
func TestLogRankLevelAndPower(t *testing.T) {
	draw := func(random *rand.Rand, n int, mean float64, intervals bool) []Observation {
		obs := make([]Observation, n)
		for i := range obs {
			x, end := mean*random.ExpFloat64(), 30*random.Float64()
			switch {
			case x > end:
				obs[i] = Censored(end)
			case intervals:
				lo := math.Floor(x/2) * 2
				obs[i] = Between(lo, lo+2)
			default:
				obs[i] = Exact(x)
			}
		}
		return obs
	}
	const sims = 400
	for _, intervals := range []bool{false, true} {
		test, stratified := LogRank, StratifiedLogRank
		if intervals {
			test, stratified = IntervalLogRank, StratifiedIntervalLogRank
		}
		var alike, unlike, confounded, within int
		for s := range sims {
			random := rand.New(rand.NewPCG(uint64(s), 5))
			same := [][]Observation{draw(random, 60, 10, intervals), draw(random, 60, 10, intervals), draw(random, 30, 10, intervals)}
			other := [][]Observation{draw(random, 80, 10, intervals), draw(random, 80, 20, intervals)}
			slow := [][]Observation{draw(random, 10, 30, intervals), draw(random, 90, 30, intervals)}
			fast := [][]Observation{draw(random, 90, 5, intervals), draw(random, 10, 5, intervals)}
			mixed := [][]Observation{append(slow[0], fast[0]...), append(slow[1], fast[1]...)}
			for count, p := range map[*int]float64{
				&alike:      must(test(same)).P,
				&unlike:     must(test(other)).P,
				&confounded: must(test(mixed)).P,
				&within:     must(stratified([][][]Observation{slow, fast})).P,
			} {
				if p < 0.05 {
					*count++
				}
			}
		}
		if alike < sims*2/100 || alike > sims*9/100 {
			t.Errorf("intervals %v: %d of %d equal groups told apart, want about 5 %%", intervals, alike, sims)
		}
		if unlike < sims*85/100 {
			t.Errorf("intervals %v: %d of %d unequal groups told apart, want most", intervals, unlike, sims)
		}
		if confounded < sims*9/10 || within > sims*9/100 {
			t.Errorf("intervals %v: %d of %d told apart without strata, want most; %d with, want about 5 %%", intervals, confounded, sims, within)
		}
	}
}
