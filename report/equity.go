package report

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"qulaq/schema"
	"qulaq/stats"
)

// GroupSpeed is a row of a comparison: how the needs of one group are answered, and
// by how much otherwise than those of the reference.
type GroupSpeed struct {
	Group       string      `json:"group"`
	Any         Speed       `json:"any"`
	Substantive Speed       `json:"substantive"`
	Difference  *Difference `json:"difference"` // nil of the reference, and where no body was asked by both
}

// Difference is the rate of a group minus that of the reference, of needs put to the
// same body, and so is not made by who is asked more often about what.
type Difference struct {
	Reference string  `json:"reference"`
	Bodies    int     `json:"bodies"` // that are compared: of language and theme, those that both groups have asked
	Needs     int     `json:"needs"`  // of the group, put to these
	Value     float64 `json:"value"`
	Lo        float64 `json:"lo"` // at 95 %, bootstrap of the threads of each body
	Hi        float64 `json:"hi"`
	P         float64 `json:"p"` // of the log-rank test within bodies, that both are answered equally fast
}

// EquityOptions choose what is compared.
type EquityOptions struct {
	Horizon     Horizon
	Substantive bool   // differences of substantive replies instead of any
	Reference   string // group; "" for the one with the most needs
	Draws       int    // of the bootstrap; 0 for 1000
}

// Equity compares groups of needs, such as those in Kazakh and in Russian. group
// tells that of a row of latencies; "" leaves the need out.
//
// A difference is taken within bodies and then averaged, each body weighing as much
// as it can tell: n·m/(n+m) for n and m needs of the two groups (Cochran, Biometrics
// 10, 1954). Where the groups belong to the bodies themselves, as regions do, no body
// is asked by both: across is then true, and the difference is between the groups as
// they are.
func Equity(e *Evidence, group func(l *schema.Latencies, row int) string, across bool, o EquityOptions) ([]GroupSpeed, error) {
	o.Draws = cmp.Or(o.Draws, stats.DefaultDraws)
	l := e.Any
	if o.Substantive {
		l = e.Substantive
	}
	rows := map[string][]int{}
	for row := range l.NeedID {
		if name := group(l, row); name != "" {
			rows[name] = append(rows[name], row)
		}
	}
	var names []string
	for name := range rows {
		names = append(names, name)
	}
	slices.SortFunc(names, func(a, b string) int { return cmp.Or(cmp.Compare(len(rows[b]), len(rows[a])), cmp.Compare(a, b)) })
	if len(names) == 0 {
		return nil, nil
	}
	if o.Reference == "" {
		o.Reference = names[0]
	}
	if rows[o.Reference] == nil {
		return nil, fmt.Errorf("report: no needs of group %q; there are: %v", o.Reference, names)
	}
	coverage := e.covered()
	table := make([]GroupSpeed, len(names))
	for i, name := range names {
		g := &table[i]
		g.Group = name
		var err error
		if g.Any, err = e.speed(e.Any, []Horizon{o.Horizon}, 0, coverage, rows[name]); err != nil {
			return nil, err
		}
		if g.Substantive, err = e.speed(e.Substantive, []Horizon{o.Horizon}, 0, coverage, rows[name]); err != nil {
			return nil, err
		}
		if name == o.Reference {
			continue
		}
		if g.Difference, err = e.difference(l, rows[name], rows[o.Reference], across, o); err != nil {
			return nil, err
		}
	}
	return table, nil
}

// pair is the needs of two groups in one stratum.
type pair struct{ group, reference sample }

// difference compares the needs of two groups; nil when no stratum has both.
func (e *Evidence) difference(l *schema.Latencies, group, reference []int, across bool, o EquityOptions) (*Difference, error) {
	split := func(rows []int) map[string][]int {
		by := map[string][]int{}
		for _, row := range rows {
			body := l.BodyID[row]
			if across {
				body = ""
			}
			by[body] = append(by[body], row)
		}
		return by
	}
	ours, theirs := split(group), split(reference)
	var bodies []string
	for body := range ours {
		if theirs[body] != nil {
			bodies = append(bodies, body)
		}
	}
	if len(bodies) == 0 {
		return nil, nil
	}
	slices.Sort(bodies)
	d := &Difference{Reference: o.Reference}
	asked := map[string]bool{}
	pairs := make([]pair, len(bodies))
	strata := make([][][]stats.Observation, len(bodies))
	intervals := false
	for i, body := range bodies {
		both, err := e.draw(l, o.Horizon.Working, append(slices.Clone(ours[body]), theirs[body]...))
		if err != nil {
			return nil, err
		}
		n := len(ours[body])
		for _, row := range ours[body] {
			asked[l.BodyID[row]] = true
		}
		pairs[i] = pair{sample{both.observations[:n], both.threads[:n]}, sample{both.observations[n:], both.threads[n:]}}
		strata[i] = [][]stats.Observation{both.observations[:n], both.observations[n:]}
		d.Needs += n
		intervals = intervals || slices.ContainsFunc(both.observations, func(x stats.Observation) bool { return !x.IsExact() && !x.IsCensored() })
	}
	d.Bodies = len(asked)
	d.Value = weightedDifference(pairs, o.Horizon.Days)
	limits, err := bootstrapDifference(pairs, o)
	if err != nil {
		return nil, err
	}
	d.Lo, d.Hi = limits.Lo, limits.Hi
	compare := stats.StratifiedLogRank
	if intervals {
		compare = stats.StratifiedIntervalLogRank
	}
	test, err := compare(strata)
	d.P = test.P
	return d, err
}

// weightedDifference is the mean over strata of the differences of the shares
// answered by h. A latency that lies in an interval stands in its middle, for both
// groups alike.
func weightedDifference(pairs []pair, h float64) float64 {
	var sum, weights float64
	for _, p := range pairs {
		n, m := float64(len(p.group.observations)), float64(len(p.reference.observations))
		if n == 0 || m == 0 {
			continue
		}
		weight := n * m / (n + m)
		sum += weight * (p.group.share(h) - p.reference.share(h))
		weights += weight
	}
	if weights == 0 {
		return 0
	}
	return sum / weights
}

// share is that of needs answered by h.
func (s sample) share(h float64) float64 {
	exact := make([]stats.Observation, len(s.observations))
	for i, x := range s.observations {
		if exact[i] = x; !x.IsCensored() {
			exact[i] = stats.Exact((x.Lo + x.Hi) / 2)
		}
	}
	km, err := stats.KaplanMeier(exact)
	if err != nil {
		return 0 // Unreachable: the observations are there and have been checked.
	}
	share, _ := km.At(h)
	return share
}

// bootstrapDifference draws the threads of each stratum with replacement, both groups
// of a thread together.
func bootstrapDifference(pairs []pair, o EquityOptions) (stats.Interval, error) {
	draws := make([]float64, o.Draws)
	for b := range draws {
		random := rand.New(rand.NewPCG(1, uint64(b)))
		drawn := make([]pair, len(pairs))
		for i, p := range pairs {
			drawn[i] = p.resample(random)
		}
		draws[b] = weightedDifference(drawn, o.Horizon.Days)
	}
	return stats.Percentile(draws, stats.DefaultLevel)
}

func (p pair) resample(random *rand.Rand) pair {
	threads := 0
	for _, t := range append(slices.Clone(p.group.threads), p.reference.threads...) {
		threads = max(threads, t+1)
	}
	times := make([]int, threads)
	for range threads {
		times[random.IntN(threads)]++
	}
	again := func(s sample) (drawn sample) {
		for i, t := range s.threads {
			for range times[t] {
				drawn.observations = append(drawn.observations, s.observations[i])
			}
		}
		return drawn
	}
	return pair{again(p.group), again(p.reference)}
}

// Percent writes a difference with its limits in points: −12 [−20 to −4].
func (d *Difference) Percent() string {
	if d == nil {
		return "–"
	}
	points := func(x float64) string {
		if x = math.Round(100 * x); x == 0 {
			return "0"
		}
		return fmt.Sprintf("%+.0f", x)
	}
	return fmt.Sprintf("%s [%s to %s]", points(d.Value), points(d.Lo), points(d.Hi))
}
