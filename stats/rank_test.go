package stats

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// normalDraws are draws around the estimates with the given standard error.
func normalDraws(estimate []float64, se float64, draws int) [][]float64 {
	random := rand.New(rand.NewPCG(1, 4))
	drawn := make([][]float64, draws)
	for b := range drawn {
		for _, x := range estimate {
			drawn[b] = append(drawn[b], x+se*random.NormFloat64())
		}
	}
	return drawn
}

func sets(r *Ranking) (sets [][2]int) {
	for i := range r.estimate {
		lo, hi := r.Set(i)
		sets = append(sets, [2]int{lo, hi})
	}
	return sets
}

func TestRank(t *testing.T) {
	tests := []struct {
		name     string
		estimate []float64
		se       float64
		sets     [][2]int
		tiers    []int
	}{
		{"clear", []float64{.2, .9, .5}, .01, [][2]int{{3, 3}, {1, 1}, {2, 2}}, []int{3, 1, 2}},
		{"not to be told apart", []float64{.5, .51, .52}, .1, [][2]int{{1, 3}, {1, 3}, {1, 3}}, []int{1, 1, 1}},
		// 0.8 and 0.7 touch, 0.7 and 0.6 touch, 0.8 and 0.6 do not.
		{"a chain", []float64{.8, .7, .6}, .04, [][2]int{{1, 2}, {1, 3}, {2, 3}}, []int{1, 1, 2}},
		{"equal", []float64{.5, .5}, .01, [][2]int{{1, 2}, {1, 2}}, []int{1, 1}},
		{"alone", []float64{.5}, .1, [][2]int{{1, 1}}, []int{1}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r := must(Rank(test.estimate, normalDraws(test.estimate, test.se, 2000), DefaultLevel))
			if diff := cmp.Diff(test.sets, sets(r)); diff != "" {
				t.Errorf("Set() (-want +got):\n%s", diff)
			}
			order := make([]int, len(test.estimate))
			for i := range order {
				order[i] = i
			}
			for i := range order { // best first
				for j := range order[:i] {
					if test.estimate[order[i]] > test.estimate[order[j]] {
						order[i], order[j] = order[j], order[i]
					}
				}
			}
			if diff := cmp.Diff(test.tiers, r.Tiers(order)); diff != "" {
				t.Errorf("Tiers(%v) (-want +got):\n%s", order, diff)
			}
		})
	}
}

// For two bodies the critical value is the normal quantile; for many it is that of
// the range of as many normal values (Tukey's studentised range over √2).
func TestRankCriticalValue(t *testing.T) {
	for n, want := range map[int]float64{2: 1.960, 3: 3.314 / math.Sqrt2, 10: 4.474 / math.Sqrt2} {
		r := must(Rank(make([]float64, n), normalDraws(make([]float64, n), 1, 40000), DefaultLevel))
		near(t, fmt.Sprintf("critical value for %d bodies", n), r.critical, want, 0.03)
	}
}

func TestRankWithoutSpread(t *testing.T) {
	drawn := normalDraws([]float64{1, .5, .2}, .01, 100)
	for _, d := range drawn {
		d[0] = 1 // two of two answered: every bootstrap draw is 1
	}
	r := must(Rank([]float64{1, .5, .2}, drawn, DefaultLevel))
	if diff := cmp.Diff([][2]int{{1, 3}, {1, 2}, {2, 3}}, sets(r)); diff != "" {
		t.Errorf("Set() (-want +got):\n%s", diff)
	}
}

func TestRankRefuses(t *testing.T) {
	good := normalDraws([]float64{1, 2}, .1, 50)
	nan := normalDraws([]float64{1, 2}, .1, 50)
	nan[3][1] = math.NaN()
	for name, f := range map[string]func() (*Ranking, error){
		"no bodies":       func() (*Ranking, error) { return Rank(nil, good, .95) },
		"few draws":       func() (*Ranking, error) { return Rank([]float64{1, 2}, good[:10], .95) },
		"ragged draws":    func() (*Ranking, error) { return Rank([]float64{1, 2, 3}, good, .95) },
		"NaN draw":        func() (*Ranking, error) { return Rank([]float64{1, 2}, nan, .95) },
		"infinite body":   func() (*Ranking, error) { return Rank([]float64{1, math.Inf(1)}, good, .95) },
		"error for level": func() (*Ranking, error) { return Rank([]float64{1, 2}, good, .05) },
	} {
		if _, err := f(); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestTopQuartile(t *testing.T) {
	got := topQuartile([][]float64{{.9, .5, .1, .2}, {.8, .9, .1, .2}, {.9, .9, .1, .2}, {.9, .1, .1, .2}})
	if diff := cmp.Diff([]float64{(1 + 0 + .5 + 1) / 4., (0 + 1 + .5 + 0) / 4., 0, 0}, got); diff != "" {
		t.Errorf("topQuartile() (-want +got):\n%s", diff)
	}
}

// A body with two of two answered must not be ahead of one with 67 of 67, whoever
// their peers are.
func TestTwoOfTwoDoesNotOutrank67Of67(t *testing.T) {
	_, mixed := bodies(40, 2, 2, 50, 3)
	_, alike := bodies(40, 80, 20, 50, 4)
	for name, peers := range map[string][]Evidence{"no peers": nil, "mixed peers": mixed, "alike peers": alike} {
		t.Run(name, func(t *testing.T) {
			l := must(League(append([]Evidence{Counts(2, 2), Counts(67, 67)}, peers...), LeagueOptions{}))
			if l[0].Position < l[1].Position {
				t.Errorf("2 of 2 is at %d, 67 of 67 at %d", l[0].Position, l[1].Position)
			}
			if len(peers) > 0 && l[0].RankHi-l[0].RankLo <= l[1].RankHi-l[1].RankLo {
				t.Errorf("2 of 2 has ranks %d to %d, 67 of 67 %d to %d; want the first to be wider",
					l[0].RankLo, l[0].RankHi, l[1].RankLo, l[1].RankHi)
			}
		})
	}
}

func TestLeague(t *testing.T) {
	l := must(League([]Evidence{Counts(5, 100), Counts(95, 100), Counts(93, 100), Counts(0, 0), Counts(50, 100)}, LeagueOptions{}))
	var got [][4]int
	for _, s := range l {
		got = append(got, [4]int{s.Position, s.RankLo, s.RankHi, s.Tier})
		if s.RankLo < 1 || s.RankHi > len(l) || s.RankLo > s.RankHi {
			t.Errorf("ranks %d to %d of %d", s.RankLo, s.RankHi, len(l))
		}
	}
	// The body without questions is last, and may have any rank.
	want := [][4]int{{4, 4, 5, 3}, {1, 1, 3, 1}, {2, 1, 3, 1}, {5, 1, 5, 3}, {3, 3, 4, 2}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("position, ranks, tier (-want +got):\n%s", diff)
	}
	if top := l[1].TopQuartile; !(top > 0.5) {
		t.Errorf("TopQuartile of the best = %v, want more than 0.5", top)
	}
	if _, err := League(nil, LeagueOptions{}); err == nil {
		t.Error("League(nil): no error")
	}
	if _, err := League([]Evidence{Counts(1, 2)}, LeagueOptions{Level: 0.05}); err == nil {
		t.Error("League at level 0.05: no error")
	}
}

func BenchmarkLeague(b *testing.B) {
	_, group := bodies(500, 3, 2, 100, 5)
	b.ReportAllocs()
	for b.Loop() {
		must(League(group, LeagueOptions{Draws: 1000}))
	}
}
