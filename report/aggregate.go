package report

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"qulaq/registry"
	"qulaq/schema"
	"qulaq/stats"
)

// The clocks by which the store counts.
const (
	calendarClock = "calendar"
	workingClock  = "working"
)

// CountedKinds are the kinds of replies that the store counts.
var CountedKinds = []schema.ReplyKind{
	schema.AnyReply, schema.Substantive, schema.Acknowledgement, schema.Redirect, schema.Refusal, schema.Closing,
}

// Aggregate counts latencies for the store (table reply_states). Make one with
// [NewAggregate], add the latencies of each kind, and take the [Aggregate.States].
type Aggregate struct {
	evidence *Evidence
	needs    map[string]uint64
	groups   map[groupKey]*stateGroup
	zones    map[string]*time.Location
}

// groupKey names needs that are counted together.
type groupKey struct {
	period, clock string
	kind          schema.ReplyKind
	source, body  string
	start         time.Time
}

type stateGroup struct {
	cells    map[cellKey]*cellCount
	horizons []float64
	sums     []stats.ClusterSums // by horizon
	threads  int
	thread   string // the one in hand
	n, k     []float64
}

type cellKey struct {
	lo, hi          uint32
	language, theme string
}

type cellCount struct{ answered, open, wide uint32 }

// NewAggregate makes an empty one, for the calendar and the gaps of a registry.
func NewAggregate(index *registry.Index) *Aggregate {
	return &Aggregate{&Evidence{Index: index}, map[string]uint64{}, map[groupKey]*stateGroup{}, map[string]*time.Location{}}
}

// CalendarName names all that the counted times depend on but the needs themselves:
// the working week, the days off, the gaps and the zones.
func CalendarName(index *registry.Index) (string, error) {
	country := *index.Country()
	zones := map[string]string{}
	for source, body := range index.Sources() {
		zones[source.ID] = index.Location(source, body).String()
	}
	text, err := json.Marshal([]any{country.Week, country.Calendar, country.Gaps, zones})
	if err != nil {
		return "", fmt.Errorf("report: name of the calendar: %w", err)
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:8]), nil
}

// Add counts the latencies until a kind of reply. Rows of one thread must stand
// together, as [schema.Store.Latencies] and [schema.LatenciesOf] give them.
func (a *Aggregate) Add(kind schema.ReplyKind, l *schema.Latencies) error {
	main := kind == schema.AnyReply || kind == schema.Substantive
	working := a.evidence.workingDays()
	for row := range l.NeedID {
		if kind == schema.AnyReply {
			a.needs[l.SourceID[row]]++
		}
		o, err := a.evidence.observe(l, row, a.evidence.calendarDays)
		if err != nil {
			return err
		}
		if err := a.count(ByAll, calendarClock, kind, l, row, o); err != nil {
			return err
		}
		if !main {
			continue
		}
		w, err := a.evidence.observe(l, row, working)
		if err != nil {
			return err
		}
		if err := errors.Join(
			a.count(ByMonth, calendarClock, kind, l, row, o), a.count(ByWeek, calendarClock, kind, l, row, o), a.count(ByAll, workingClock, kind, l, row, w),
			a.count(ByMonth, workingClock, kind, l, row, w), a.count(ByWeek, workingClock, kind, l, row, w),
		); err != nil {
			return err
		}
	}
	return nil
}

// noStart is the start of the period that holds all needs.
var noStart = time.Unix(0, 0).UTC()

func (a *Aggregate) count(p Period, clock string, kind schema.ReplyKind, l *schema.Latencies, row int, o stats.Observation) error {
	key := groupKey{string(p), clock, kind, l.SourceID[row], l.BodyID[row], noStart}
	if p != ByAll {
		var err error
		if key.start, err = p.start(l.AskedLo[row].In(a.zone(key.source))); err != nil {
			return err
		}
	}
	g, ok := a.groups[key]
	if !ok {
		g = newStateGroup(clock)
		a.groups[key] = g
	}
	var cell cellKey
	if p == ByAll {
		cell.language, cell.theme = l.Language[row], l.Theme[row]
	}
	g.add(cell, o, l.ThreadID[row])
	return nil
}

func (a *Aggregate) zone(source string) *time.Location {
	zone, ok := a.zones[source]
	if !ok {
		of, by, _ := a.evidence.Index.Source(source)
		zone = a.evidence.Index.Location(of, by)
		a.zones[source] = zone
	}
	return zone
}

func newStateGroup(clock string) *stateGroup {
	g := &stateGroup{cells: map[cellKey]*cellCount{}}
	for _, h := range DefaultHorizons {
		if h.Working == (clock == workingClock) {
			g.horizons = append(g.horizons, h.Days)
		}
	}
	g.sums = make([]stats.ClusterSums, len(g.horizons))
	g.n, g.k = make([]float64, len(g.horizons)), make([]float64, len(g.horizons))
	return g
}

// add counts an observation of a thread. A reply whose time is known less exactly
// than its bucket is counted in the middle of its span, and as wide.
func (g *stateGroup) add(cell cellKey, o stats.Observation, thread string) {
	if g.threads == 0 || thread != g.thread {
		g.close()
		g.thread = thread
		g.threads++
	}
	at := o.Lo
	if !o.IsCensored() {
		at = o.Lo/2 + o.Hi/2
	}
	cell.lo, cell.hi = bucketOf(at)
	c, ok := g.cells[cell]
	if !ok {
		c = new(cellCount)
		g.cells[cell] = c
	}
	switch {
	case o.IsCensored():
		c.open++
	default:
		c.answered++
		if o.Hi-o.Lo > float64(cell.hi-cell.lo)/dayMinutes {
			c.wide++
		}
	}
	for i, h := range g.horizons {
		switch {
		case !o.IsCensored() && at <= h:
			g.n[i]++
			g.k[i]++
		case at >= h:
			g.n[i]++
		}
	}
}

// close adds up the thread in hand.
func (g *stateGroup) close() {
	for i := range g.horizons {
		if n, k := g.n[i], g.k[i]; n > 0 {
			g.sums[i] = g.sums[i].Add(stats.ClusterSums{Clusters: 1, N: n, K: k, SquareN: n * n, NK: n * k, SquareK: k * k})
		}
		g.n[i], g.k[i] = 0, 0
	}
}

// States are the counts.
func (a *Aggregate) States() (*schema.States, error) {
	name, err := CalendarName(a.evidence.Index)
	if err != nil {
		return nil, err
	}
	out := &schema.States{Calendar: name, Needs: a.needs}
	for _, key := range slices.SortedFunc(maps.Keys(a.groups), groupKey.compare) {
		g := a.groups[key]
		g.close()
		for cell, c := range g.cells {
			out.Cells = append(out.Cells, schema.ReplyState{
				Period: key.period, Clock: key.clock, Kind: key.kind, SourceID: key.source, BodyID: key.body, Start: key.start,
				Language: cell.language, Theme: cell.theme, Lo: cell.lo, Hi: cell.hi, Answered: c.answered, Open: c.open, Wide: c.wide,
			})
		}
		for i, h := range g.horizons {
			s := g.sums[i]
			out.Threads = append(out.Threads, schema.ThreadSums{
				Period: key.period, Clock: key.clock, Kind: key.kind, SourceID: key.source, BodyID: key.body, Start: key.start,
				Horizon: h, Threads: uint64(g.threads), Followed: uint64(s.Clusters), N: s.N, K: s.K, NN: s.SquareN, NK: s.NK, KK: s.SquareK,
			})
		}
	}
	return out, nil
}

func (k groupKey) compare(o groupKey) int {
	return cmp.Or(cmp.Compare(k.period, o.period), cmp.Compare(k.clock, o.clock), cmp.Compare(k.kind, o.kind),
		cmp.Compare(k.source, o.source), k.start.Compare(o.start), cmp.Compare(k.body, o.body))
}
