package report

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"qulaq/schema"
	"qulaq/stats"
)

// StateQuery chooses what a report is made from.
type StateQuery struct {
	Period     Period   // all, month or week
	By         GroupBy  // language, theme or class; "" for all needs together
	Bodies     []string // nil for all
	ByBody     bool     // each for itself; else added up
	PerCluster bool     // near-identical needs count as one
	Only       *Horizon // replies of any kind by the clock of a horizon, which differences are made from; nil for all
}

// Counts tells how the store is asked; false when it does not count that.
func (q StateQuery) Counts() (schema.StateQuery, bool) {
	out := schema.StateQuery{
		Unit: perNeed, Period: string(q.Period), Facet: string(q.By),
		Clocks: []string{calendarClock, workingClock}, Kinds: StateKinds, Bodies: q.Bodies, ByBody: q.ByBody,
	}
	if q.PerCluster {
		out.Unit = perCluster
	}
	if q.Only != nil {
		out.Kinds, out.Clocks = StateKinds[:1], []string{clockOf(q.Only.Working)}
	}
	return out, q.Period != ByDay && (q.By == "" || q.Period == ByAll && slices.Contains(countedFacets, q.By))
}

func clockOf(working bool) string {
	if working {
		return workingClock
	}
	return calendarClock
}

// States are counts of needs, from which reports are made without reading the needs
// themselves.
type States struct {
	groups map[stateKey]*schema.StateGroup
}

type stateKey struct {
	kind    schema.ReplyKind
	working bool
	body    string // "" when bodies are added up
	group   string // the first day of a period, or a value of a facet; "" for all needs
}

// StateKinds are the kinds of replies that reports tell of.
var StateKinds = []schema.ReplyKind{schema.AnyReply, schema.Substantive}

// NewStates makes them of the groups that the store gave for a query.
func NewStates(q StateQuery, groups []schema.StateGroup) *States {
	s := &States{groups: make(map[stateKey]*schema.StateGroup, len(groups))}
	for i := range groups {
		g := &groups[i]
		key := stateKey{g.Kind, g.Clock == workingClock, g.BodyID, g.Value}
		if q.Period != ByAll {
			key.group = g.Start.Format(dateOnly)
		}
		s.groups[key] = g
	}
	return s
}

const dateOnly = "2006-01-02"

// has tells whether anything is counted of a body.
func (s *States) has(body string) bool {
	return s != nil && s.groups[stateKey{kind: schema.AnyReply, body: body}] != nil
}

// names lists the periods or the values of what is counted, in order.
func (s *States) names() []string {
	return s.listed(func(key stateKey) string { return key.group })
}

// Periods lists the first days of the periods that are counted, in order.
func (s *States) Periods() []string { return s.names() }

// Without leaves out a body whose needs are read themselves.
func (s *States) Without(body string) {
	for key := range s.groups {
		if key.body == body {
			delete(s.groups, key)
		}
	}
}

// bodies lists those that were asked, of counts by body, in order.
func (s *States) bodies() []string {
	return s.listed(func(key stateKey) string { return key.body })
}

// listed lists a part of the keys, in order, each value once.
func (s *States) listed(part func(stateKey) string) []string {
	var list []string
	for key := range s.groups {
		if key.kind == schema.AnyReply {
			list = append(list, part(key))
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// needs is the number of needs of some bodies, of all when none is named.
func (s *States) needs(bodies []string) (n int) {
	for key, g := range s.groups {
		if key.kind == schema.AnyReply && !key.working && (len(bodies) == 0 || slices.Contains(bodies, key.body)) {
			n += needsOf(g)
		}
	}
	return n
}

func needsOf(g *schema.StateGroup) (n int) {
	if g == nil {
		return 0
	}
	for i := range g.Hi {
		n += int(g.Answered[i] + g.Open[i])
	}
	return n
}

// merge adds up counts by body into groups of bodies; "" is a group, too.
func (s *States) merge(group func(body string) string) *States {
	out := &States{groups: map[stateKey]*schema.StateGroup{}}
	parts := map[stateKey][]*schema.StateGroup{}
	for key, g := range s.groups {
		to := stateKey{kind: key.kind, working: key.working, group: group(key.body)}
		parts[to] = append(parts[to], g)
	}
	for key, groups := range parts {
		out.groups[key] = sumOf(groups)
	}
	return out
}

// sumOf adds up groups that share no thread.
func sumOf(groups []*schema.StateGroup) *schema.StateGroup {
	type cell struct{ lo, answered, open, wide uint64 }
	cells, threads := map[uint32]cell{}, map[float64]schema.ThreadSums{}
	out := &schema.StateGroup{Clock: groups[0].Clock, Kind: groups[0].Kind}
	for _, g := range groups {
		for i, hi := range g.Hi {
			c := cells[hi]
			cells[hi] = cell{uint64(g.Lo[i]), c.answered + g.Answered[i], c.open + g.Open[i], c.wide + g.Wide[i]}
		}
		for _, t := range g.Threads {
			sum := threads[t.Horizon]
			sum.Horizon, sum.Threads, sum.Followed = t.Horizon, sum.Threads+t.Threads, sum.Followed+t.Followed
			sum.N, sum.K, sum.NN, sum.NK, sum.KK = sum.N+t.N, sum.K+t.K, sum.NN+t.NN, sum.NK+t.NK, sum.KK+t.KK
			threads[t.Horizon] = sum
		}
		out.Spans = append(out.Spans, g.Spans...)
		out.Bodies = append(out.Bodies, g.BodyID)
	}
	for _, hi := range sortedKeys(cells) {
		c := cells[hi]
		out.Lo, out.Hi = append(out.Lo, uint32(c.lo)), append(out.Hi, hi)
		out.Answered, out.Open, out.Wide = append(out.Answered, c.answered), append(out.Open, c.open), append(out.Wide, c.wide)
	}
	for _, h := range sortedKeys(threads) {
		out.Threads = append(out.Threads, threads[h])
	}
	slices.Sort(out.Bodies)
	return out
}

// bothCounted is [Evidence.both] from counts, which no sample corrects.
func (e *Evidence) bothCounted(body, group string, horizons []Horizon, main int, coverage float64, any, substantive *Speed) (err error) {
	if *any, err = e.counted(schema.AnyReply, body, group, horizons, main, coverage); err != nil {
		return err
	}
	*substantive, err = e.counted(schema.Substantive, body, group, horizons, main, coverage)
	return err
}

// counted is [Evidence.speed] from counts.
func (e *Evidence) counted(kind schema.ReplyKind, body, group string, horizons []Horizon, main int, coverage float64) (Speed, error) {
	return e.estimate(e.States.of(kind, body, group), horizons, main, coverage, true)
}

// of estimates from the counts of a kind, a body and a group.
func (s *States) of(kind schema.ReplyKind, body, group string) estimator {
	return func(working bool, horizons []float64) (stats.Summary, error) {
		g := s.groups[stateKey{kind, working, body, group}]
		if g == nil {
			return stats.Summary{}, stats.ErrNoData
		}
		return describeGroup(g, horizons)
	}
}

// cellsOf are the buckets of a group, in days; wide replies stand in the middle of their
// spans.
func cellsOf(g *schema.StateGroup) []stats.Cell {
	cells := make([]stats.Cell, len(g.Hi))
	for i := range cells {
		cells[i] = stats.Cell{
			Lo: float64(g.Lo[i]) / dayMinutes, Hi: float64(g.Hi[i]) / dayMinutes,
			Events: int(g.Answered[i]), Censored: int(g.Open[i]),
		}
	}
	return cells
}

// designOf tells how many needs of a group are worth an independent one, by horizon:
// known at the default horizons, and elsewhere that of the nearest.
func designOf(g *schema.StateGroup) (func(h float64) float64, error) {
	designs := make([]float64, len(g.Threads))
	for i, t := range g.Threads {
		var err error
		sums := stats.ClusterSums{Clusters: int(t.Followed), N: t.N, K: t.K, SquareN: t.NN, NK: t.NK, SquareK: t.KK}
		if designs[i], err = sums.DesignEffect(stats.DefaultLevel); err != nil {
			return nil, err
		}
	}
	return func(h float64) float64 {
		nearest, effect := math.Inf(1), 1.0
		for i, t := range g.Threads {
			if d := math.Abs(math.Log(max(h, 0.01) / t.Horizon)); d < nearest {
				nearest, effect = d, designs[i]
			}
		}
		return effect
	}, nil
}

func describeGroup(g *schema.StateGroup, horizons []float64) (stats.Summary, error) {
	cells := cellsOf(g)
	for i, wide := range g.Wide {
		cells[i].Events -= int(wide) // they are in the spans
	}
	spans := make([]stats.Span, len(g.Spans))
	for i, s := range g.Spans {
		spans[i] = stats.Span{Lo: float64(s.Lo) / dayMinutes, Hi: float64(s.Hi) / dayMinutes, Events: int(s.Answered)}
	}
	design, err := designOf(g)
	if err != nil {
		return stats.Summary{}, err
	}
	threads := 0
	if len(g.Threads) > 0 {
		threads = int(g.Threads[0].Threads)
	}
	s, err := stats.DescribeGrouped(cells, spans, stats.Options{Horizons: horizons, Seed: 1}, threads, design)
	if err != nil {
		return s, fmt.Errorf("report: counts of %s: %w", cmp.Or(g.BodyID, "all bodies"), err)
	}
	return s, nil
}
