package report

import (
	"cmp"
	"math"
	"slices"

	"qulaq/schema"
	"qulaq/stats"
)

// GroupsQuery chooses what [Groups] by what needs are is made from. Groups of bodies are
// made from all needs by body.
func GroupsQuery(by GroupBy, bodies []string) StateQuery {
	return StateQuery{Period: ByAll, Bodies: bodies, By: by}
}

// DifferencesQuery chooses what [Differences] by what needs are is made from.
func DifferencesQuery(by GroupBy, h Horizon) StateQuery {
	return StateQuery{Period: ByAll, By: by, ByBody: true, Only: &h}
}

// Differences tells by how much groups of needs are answered otherwise by a horizon than
// the largest one, by group, as it may be published: what [Equity] tells within bodies,
// or across them for groups of bodies.
func Differences(e *Evidence, by GroupBy, h Horizon) (map[string]*Difference, error) {
	out := map[string]*Difference{}
	if e.States != nil {
		differences, err := e.countedDifferences(by, h)
		for name, d := range differences {
			if d.Needs >= SmallCell {
				out[name] = d
			}
		}
		return out, err
	}
	key := func(l *schema.Latencies, row int) string { return by.Key(e, l, row) }
	table, err := Equity(e, key, by.ofBodies(), EquityOptions{Horizon: h})
	for _, g := range PublicEquity(table) {
		out[g.Group] = g.Difference
	}
	return out, err
}

// countedDifferences are differences from counts by body.
//
// The limits are those of a sum of independent parts, each group of each body with the
// variance that its threads give it. Where needs of both groups stand in one thread and
// are answered alike, they are wider than those of the bootstrap, which knows of it.
// P is not told.
func (e *Evidence) countedDifferences(by GroupBy, h Horizon) (map[string]*Difference, error) {
	counts := e.States
	groups := func(body, group string) *schema.StateGroup {
		return counts.groups[stateKey{schema.AnyReply, h.Working, body, group}]
	}
	bodies := counts.bodies()
	if by.ofBodies() {
		counts, bodies = counts.merge(func(body string) string { return by.body(e.Index, body) }), []string{""}
	}
	names := slices.DeleteFunc(counts.names(), func(name string) bool { return name == "" })
	sizes := map[string]int{}
	for _, name := range names {
		for _, body := range bodies {
			sizes[name] += needsOf(groups(body, name))
		}
	}
	slices.SortFunc(names, func(a, b string) int { return cmp.Or(cmp.Compare(sizes[b], sizes[a]), cmp.Compare(a, b)) })
	out := map[string]*Difference{}
	if len(names) == 0 {
		return out, nil
	}
	rates := rateTable{h: h.Days, of: map[*schema.StateGroup]rate{}}
	for _, name := range names[1:] {
		d := &Difference{Reference: names[0], P: math.NaN()}
		var weights, variance float64
		for _, body := range bodies {
			ours, theirs := groups(body, name), groups(body, names[0])
			if ours == nil || theirs == nil {
				continue
			}
			a, err := rates.at(ours)
			if err != nil {
				return nil, err
			}
			b, err := rates.at(theirs)
			if err != nil {
				return nil, err
			}
			n, m := float64(needsOf(ours)), float64(needsOf(theirs))
			weight := n * m / (n + m)
			d.Value += weight * (a.share - b.share)
			variance += weight * weight * (a.se*a.se + b.se*b.se)
			weights += weight
			d.Needs += int(n)
			d.Bodies += max(1, len(ours.Bodies))
		}
		if weights == 0 {
			continue
		}
		d.Value /= weights
		half := z95 * math.Sqrt(variance) / weights
		d.Lo, d.Hi = max(-1, d.Value-half), min(1, d.Value+half)
		out[name] = d
	}
	return out, nil
}

// z95 is how many standard errors 95 % limits are away.
const z95 = 1.959963984540054

type rate struct{ share, se float64 }

// rateTable keeps the rates of groups at one horizon: that of the largest group is asked
// for again with every other.
type rateTable struct {
	h  float64
	of map[*schema.StateGroup]rate
}

func (t rateTable) at(g *schema.StateGroup) (r rate, err error) {
	if r, ok := t.of[g]; ok {
		return r, nil
	}
	table, err := stats.Grouped(cellsOf(g))
	if err != nil {
		return r, err
	}
	design, err := designOf(g)
	if err != nil {
		return r, err
	}
	r.share, _ = table.At(t.h)
	_, se := table.ProductLimit.At(t.h)
	r.se = se * math.Sqrt(design(t.h))
	t.of[g] = r
	return r, nil
}
