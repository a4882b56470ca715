package report

import (
	"maps"
	"slices"

	"qulaq/registry"
	"qulaq/schema"
)

// Group is how needs of one kind are answered: those in one language, or put to
// one level of government.
type Group struct {
	Key         string `json:"key"` // a language, a level, an ISO 3166-2 code, a class, a theme; "" when not known
	Any         Speed  `json:"any"`
	Substantive Speed  `json:"substantive"`
	Flagged     bool   `json:"flagged"` // coverage of the bodies that were asked is below FlagBelow
}

// GroupBy is by what needs are grouped.
type GroupBy string

// What needs can be grouped by. A body that has no region has the region "".
const (
	ByLanguage GroupBy = "language"
	ByClass    GroupBy = "class"
	ByTheme    GroupBy = "theme"
	ByLevel    GroupBy = "level"
	ByRegion   GroupBy = "region"
)

// Key is the group of a row of latencies.
func (by GroupBy) Key(e *Evidence, l *schema.Latencies, row int) string {
	if by.ofBodies() {
		return by.body(e.Index, l.BodyID[row])
	}
	return by.need(l, row)
}

// ofBodies tells whether all needs put to a body are in one group.
func (by GroupBy) ofBodies() bool { return by == ByLevel || by == ByRegion }

// need is the group of a row of latencies, by what the need is.
func (by GroupBy) need(l *schema.Latencies, row int) string {
	switch by {
	case ByLanguage:
		return l.Language[row]
	case ByClass:
		return l.Class[row]
	default:
		return l.Theme[row]
	}
}

// body is the group of all needs that are put to a body.
func (by GroupBy) body(index *registry.Index, id string) string {
	body, ok := index.Body(id)
	if !ok {
		return ""
	}
	if by == ByLevel {
		return body.Level
	}
	return RegionOf(body)
}

// RegionOf is the ISO 3166-2 code of a body's region; "" for one that has none.
func RegionOf(b *registry.Body) string {
	if b.Region == nil {
		return ""
	}
	return b.Region.ISO
}

// Groups estimates how the needs of each group are answered, in the order of their
// keys. The groups are told as they are: that one language waits longer may be due
// to the bodies which it is spoken to. [Equity] compares them within bodies.
func Groups(e *Evidence, by GroupBy, horizons []Horizon, bodies ...string) ([]Group, error) {
	if horizons == nil {
		horizons = DefaultHorizons
	}
	if e.States != nil {
		return e.countedGroups(by, horizons)
	}
	cut := func(l *schema.Latencies) map[string][]int {
		rows := map[string][]int{}
		for _, row := range rowsOf(l, bodies) {
			key := by.Key(e, l, row)
			rows[key] = append(rows[key], row)
		}
		return rows
	}
	rows, real := cut(e.Any), cut(e.Substantive)
	var groups []Group
	for _, key := range slices.Sorted(maps.Keys(rows)) {
		coverage := e.covered(bodiesOf(e.Any, rows[key])...)
		g := Group{Key: key, Flagged: coverage < FlagBelow}
		var err error
		if g.Any, err = e.speed(e.Any, horizons, 0, coverage, rows[key]); err != nil {
			return nil, err
		}
		if g.Substantive, err = e.speed(e.Substantive, horizons, 0, coverage, real[key]); err != nil {
			return nil, err
		}
		groups = append(groups, g)
	}
	return groups, nil
}

// countedGroups is Groups from counts: by value, or by body for groups of bodies.
func (e *Evidence) countedGroups(by GroupBy, horizons []Horizon) ([]Group, error) {
	merged := *e
	if by.ofBodies() {
		merged.States = e.States.merge(func(body string) string { return by.body(e.Index, body) })
	}
	return atOnce(merged.States.names(), func(key string) (Group, error) {
		coverage := e.covered(merged.States.groups[stateKey{kind: schema.AnyReply, group: key}].Bodies...)
		g := Group{Key: key, Flagged: coverage < FlagBelow}
		err := merged.bothCounted("", key, horizons, 0, coverage, &g.Any, &g.Substantive)
		return g, err
	})
}

// bodiesOf lists the bodies of some rows.
func bodiesOf(l *schema.Latencies, rows []int) []string {
	ids := map[string]bool{}
	for _, row := range rows {
		ids[l.BodyID[row]] = true
	}
	return slices.Sorted(maps.Keys(ids))
}

// PublicGroups are groups as they may be published.
func PublicGroups(groups []Group) []Group {
	out := slices.Clone(groups)
	for i := range out {
		out[i].Any, out[i].Substantive = out[i].Any.Public(), out[i].Substantive.Public()
	}
	return out
}
