package report

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"qulaq/registry"
	"qulaq/schema"
	"qulaq/stats"
)

// The clocks by which the store counts, and the units.
const (
	calendarClock = "calendar"
	workingClock  = "working"
	perNeed       = "need"
	perCluster    = "cluster"
)

// CountedKinds are the kinds of replies that the store counts.
var CountedKinds = []schema.ReplyKind{
	schema.AnyReply, schema.Substantive, schema.Acknowledgement, schema.Redirect, schema.Refusal, schema.Closing,
}

// countedFacets are by what all needs are also counted, value by value.
var countedFacets = []GroupBy{ByLanguage, ByTheme, ByClass}

// Aggregate counts latencies for the store (table reply_states). Make one with
// [NewAggregate], add the latencies of each kind, and take the [Aggregate.States].
type Aggregate struct {
	evidence *Evidence
	needs    map[string]uint64
	runs     map[runKey]*run
}

// runKey names the needs of which one run of rows is: to one body, in one source.
type runKey struct {
	unit, clock  string
	kind         schema.ReplyKind
	source, body string
}

// run is what is counted of such needs. They are many and the groups few: groups are
// looked up by what changes from need to need only.
type run struct {
	runKey
	zone   *time.Location
	main   bool // it has more groups than that of all needs
	all    *stateGroup
	facets []map[string]*stateGroup // in the order of countedFacets
	months map[time.Time]*stateGroup
	weeks  map[time.Time]*stateGroup
}

// NewAggregate makes an empty one, for the calendar and the gaps of a registry.
func NewAggregate(index *registry.Index) *Aggregate {
	return &Aggregate{&Evidence{Index: index}, map[string]uint64{}, map[runKey]*run{}}
}

// CalendarName names all that the counts depend on but the needs themselves: the
// working week, the days off, the gaps, the zones, the buckets, and what is counted.
func CalendarName(index *registry.Index) (string, error) {
	country := *index.Country()
	zones := map[string]string{}
	for source, body := range index.Sources() {
		zones[source.ID] = index.Location(source, body).String()
	}
	text, err := json.Marshal([]any{country.Week, country.Calendar, country.Gaps, zones, fmt.Sprint(fineBuckets, seriesBuckets), CountedKinds, countedFacets, perCluster})
	if err != nil {
		return "", fmt.Errorf("report: name of the calendar: %w", err)
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:8]), nil
}

// Add counts the latencies until a kind of reply. Rows of one thread must stand
// together, as [schema.Store.Latencies] and [schema.LatenciesOf] give them.
func (a *Aggregate) Add(kind schema.ReplyKind, l *schema.Latencies) error {
	if kind == schema.AnyReply {
		for _, source := range l.SourceID {
			a.needs[source]++
		}
	}
	if err := a.add(perNeed, calendarClock, kind, l); err != nil {
		return err
	}
	if !isMain(kind) {
		return nil
	}
	clusters := l.PerCluster()
	clusters.Sort()
	for _, c := range []struct {
		unit, clock string
		latencies   *schema.Latencies
	}{{perNeed, workingClock, l}, {perCluster, calendarClock, clusters}, {perCluster, workingClock, clusters}} {
		if err := a.add(c.unit, c.clock, kind, c.latencies); err != nil {
			return err
		}
	}
	return nil
}

// isMain tells whether reports tell of a kind.
func isMain(kind schema.ReplyKind) bool { return slices.Contains(StateKinds, kind) }

func (a *Aggregate) add(unit, clock string, kind schema.ReplyKind, l *schema.Latencies) error {
	elapsed := a.evidence.calendarDays
	if clock == workingClock {
		elapsed = a.evidence.workingDays()
	}
	var r *run
	for row := range l.NeedID {
		o, err := a.evidence.observe(l, row, elapsed)
		if err != nil {
			return err
		}
		if r == nil || r.source != l.SourceID[row] || r.body != l.BodyID[row] {
			r = a.run(runKey{unit, clock, kind, l.SourceID[row], l.BodyID[row]})
		}
		if err := r.add(l, row, o); err != nil {
			return err
		}
	}
	return nil
}

func (a *Aggregate) run(key runKey) *run {
	if r, ok := a.runs[key]; ok {
		return r
	}
	of, by, _ := a.evidence.Index.Source(key.source)
	r := &run{
		runKey: key, zone: a.evidence.Index.Location(of, by), main: isMain(key.kind),
		all: newStateGroup(fineBuckets, key.clock), months: map[time.Time]*stateGroup{}, weeks: map[time.Time]*stateGroup{},
	}
	for range countedFacets {
		r.facets = append(r.facets, map[string]*stateGroup{})
	}
	a.runs[key] = r
	return r
}

// add counts a row wherever it belongs.
func (r *run) add(l *schema.Latencies, row int, o stats.Observation) error {
	x := sightOf(fineBuckets, o, l.ThreadID[row])
	r.all.add(x)
	if !r.main {
		return nil
	}
	for i, by := range countedFacets {
		groupOf(r.facets[i], by.need(l, row), fineBuckets, r.clock).add(x)
	}
	asked := l.AskedLo[row].In(r.zone)
	month, err := ByMonth.start(asked)
	if err != nil {
		return err
	}
	week, err := ByWeek.start(asked)
	if err != nil {
		return err
	}
	x = sightOf(seriesBuckets, o, l.ThreadID[row])
	groupOf(r.months, month, seriesBuckets, r.clock).add(x)
	groupOf(r.weeks, week, seriesBuckets, r.clock).add(x)
	return nil
}

// groupOf is the group of a key, made when there is none.
func groupOf[K comparable](groups map[K]*stateGroup, key K, w buckets, clock string) *stateGroup {
	g, ok := groups[key]
	if !ok {
		g = newStateGroup(w, clock)
		groups[key] = g
	}
	return g
}

// noStart is the start of the period that holds all needs.
var noStart = time.Unix(0, 0).UTC()

// States are the counts.
func (a *Aggregate) States() (*schema.States, error) {
	name, err := CalendarName(a.evidence.Index)
	if err != nil {
		return nil, err
	}
	out := &schema.States{Calendar: name, Needs: a.needs}
	for _, key := range slices.SortedFunc(maps.Keys(a.runs), runKey.compare) {
		r := a.runs[key]
		state := schema.StateKey{
			Unit: key.unit, Period: string(ByAll), Clock: key.clock, Kind: key.kind, SourceID: key.source, BodyID: key.body, Start: noStart,
		}
		r.all.states(state, out)
		for i, by := range countedFacets {
			state.Facet = string(by)
			for _, value := range slices.Sorted(maps.Keys(r.facets[i])) {
				state.Value = value
				r.facets[i][value].states(state, out)
			}
		}
		state.Facet, state.Value = "", ""
		for _, p := range []struct {
			period Period
			groups map[time.Time]*stateGroup
		}{{ByMonth, r.months}, {ByWeek, r.weeks}} {
			state.Period = string(p.period)
			for _, state.Start = range slices.SortedFunc(maps.Keys(p.groups), time.Time.Compare) {
				p.groups[state.Start].states(state, out)
			}
		}
	}
	return out, nil
}

func (k runKey) compare(o runKey) int {
	return cmp.Or(cmp.Compare(k.unit, o.unit), cmp.Compare(k.clock, o.clock), cmp.Compare(k.kind, o.kind), cmp.Compare(k.body, o.body), cmp.Compare(k.source, o.source))
}
