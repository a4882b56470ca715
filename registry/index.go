package registry

import (
	"cmp"
	"fmt"
	"iter"
	"maps"
	"math"
	"slices"
	"time"
)

// Index answers questions about a country fast. It is made once, holds pointers
// into the country, which must not be changed any more, and can be shared.
type Index struct {
	country   *Country
	fold      folder
	zone      *time.Location
	zones     map[string]*time.Location
	bodies    map[string]*Body
	sources   map[string]owned[Source]
	sourceIDs []string
	accounts  map[accountKey][]validity[owned[Account]]
	keys      []accountKey // of accounts, in order
	names     map[string][]validity[*Body]
	deadlines []validity[*Deadline]
	gaps      []validity[*Gap]
}

type accountKey struct{ platform, id string }

// owned is a thing with the body that it belongs to.
type owned[T any] struct {
	thing *T
	body  *Body
}

// validity is a thing with the time in which it holds, from inclusive, to
// exclusive, in Unix seconds.
type validity[T any] struct {
	from, to int64
	thing    T
}

// NewIndex makes the lookups of a country. The error tells of a zone or date
// that [Open] would have refused.
func NewIndex(c *Country) (*Index, error) {
	x := &Index{
		country:  c,
		fold:     newFolder(c.Affixes),
		zones:    map[string]*time.Location{},
		bodies:   map[string]*Body{},
		sources:  map[string]owned[Source]{},
		accounts: map[accountKey][]validity[owned[Account]]{},
		names:    map[string][]validity[*Body]{},
	}
	if err := x.loadZones(); err != nil {
		return nil, err
	}
	for i := range c.Bodies {
		if err := x.addBody(&c.Bodies[i]); err != nil {
			return nil, fmt.Errorf("registry: body %s: %w", c.Bodies[i].ID, err)
		}
	}
	for i := range c.Deadlines {
		d := &c.Deadlines[i]
		from, to, err := x.validity(d.ValidFrom, d.ValidTo)
		if err != nil {
			return nil, fmt.Errorf("registry: deadline %s: %w", d.ID, err)
		}
		x.deadlines = append(x.deadlines, validity[*Deadline]{from, to, d})
	}
	for i := range c.Gaps {
		g := &c.Gaps[i]
		from, to, err := x.validity(g.From, g.To)
		if err != nil {
			return nil, fmt.Errorf("registry: gap: %w", err)
		}
		x.gaps = append(x.gaps, validity[*Gap]{from, to, g})
	}
	slices.SortStableFunc(x.gaps, func(a, b validity[*Gap]) int { return cmp.Compare(a.from, b.from) })
	latestFirst(x.names)
	latestFirst(x.accounts)
	x.sourceIDs = slices.Sorted(maps.Keys(x.sources))
	x.keys = slices.SortedFunc(maps.Keys(x.accounts), func(a, b accountKey) int {
		return cmp.Or(cmp.Compare(a.platform, b.platform), cmp.Compare(a.id, b.id))
	})
	return x, nil
}

func (x *Index) loadZones() error {
	load := func(name string) error {
		if name == "" || x.zones[name] != nil {
			return nil
		}
		loc, err := time.LoadLocation(name)
		if err != nil {
			return fmt.Errorf("registry: zone %q: %w", name, err)
		}
		x.zones[name] = loc
		return nil
	}
	if err := load(x.country.Zone); err != nil {
		return err
	}
	x.zone = cmp.Or(x.zones[x.country.Zone], time.UTC)
	for i := range x.country.Bodies {
		b := &x.country.Bodies[i]
		if err := load(b.Zone); err != nil {
			return err
		}
		for j := range b.Sources {
			if err := load(b.Sources[j].Zone); err != nil {
				return err
			}
		}
	}
	return nil
}

func (x *Index) addBody(b *Body) error {
	x.bodies[b.ID] = b
	from, to, err := x.validity(b.ValidFrom, b.ValidTo)
	if err != nil {
		return err
	}
	for _, n := range namesOf(b) {
		key := x.fold.fold(n.name)
		x.names[key] = append(x.names[key], validity[*Body]{from, to, b})
	}
	for i := range b.Sources {
		x.sources[b.Sources[i].ID] = owned[Source]{&b.Sources[i], b}
	}
	for i := range b.Accounts {
		a := &b.Accounts[i]
		aFrom, aTo, err := x.validity(a.ValidFrom, a.ValidTo)
		if err != nil {
			return err
		}
		key := accountKey{a.Platform, foldAccount(a.ID)}
		x.accounts[key] = append(x.accounts[key], validity[owned[Account]]{max(from, aFrom), min(to, aTo), owned[Account]{a, b}})
	}
	return nil
}

// validity turns inclusive dates of the country's zone into Unix seconds.
func (x *Index) validity(from, to string) (int64, int64, error) {
	var lo, hi int64 = math.MinInt64, math.MaxInt64
	if from != "" {
		t, err := midnight(from, x.zone)
		if err != nil {
			return 0, 0, err
		}
		lo = t.Unix()
	}
	if to != "" {
		t, err := midnight(to, x.zone)
		if err != nil {
			return 0, 0, err
		}
		hi = t.AddDate(0, 0, 1).Unix()
	}
	return lo, hi, nil
}

// Country gives the country that the index was made of.
func (x *Index) Country() *Country { return x.country }

// Body finds a body by id.
func (x *Index) Body(id string) (*Body, bool) {
	b, ok := x.bodies[id]
	return b, ok
}

// Source finds a source by id, with its body.
func (x *Index) Source(id string) (*Source, *Body, bool) {
	o, ok := x.sources[id]
	return o.thing, o.body, ok
}

// Sources goes through all sources in the order of their ids.
func (x *Index) Sources() iter.Seq2[*Source, *Body] {
	return func(yield func(*Source, *Body) bool) {
		for _, id := range x.sourceIDs {
			if o := x.sources[id]; !yield(o.thing, o.body) {
				return
			}
		}
	}
}

// BodyByName finds the body that a page of the time at means by a name, in any
// language and with or without the name of the state. The zero time stands for
// any time, and the latest body of that name.
func (x *Index) BodyByName(name string, at time.Time) (*Body, bool) {
	return find(x.names[x.fold.fold(name)], at)
}

// Account finds the body for which an account of a platform speaks at a time;
// the zero time stands for any time, and the latest body. The case of an id and
// an @ before it do not count.
func (x *Index) Account(platform, id string, at time.Time) (*Body, bool) {
	o, ok := find(x.accounts[accountKey{platform, foldAccount(id)}], at)
	return o.body, ok
}

// Accounts goes through the accounts that speak for a body at a time, in the
// order of platform and id.
func (x *Index) Accounts(at time.Time) iter.Seq2[*Account, *Body] {
	return func(yield func(*Account, *Body) bool) {
		for _, key := range x.keys {
			if o, ok := find(x.accounts[key], at); ok && !yield(o.thing, o.body) {
				return
			}
		}
	}
}

// Location gives the zone of a source: its own, else its body's, else the
// country's. Either may be nil.
func (x *Index) Location(s *Source, b *Body) *time.Location {
	if s != nil && s.Zone != "" {
		return x.zones[s.Zone]
	}
	if b != nil && b.Zone != "" {
		return x.zones[b.Zone]
	}
	return x.zone
}

// Deadline finds the legal period for a kind of asking that was in force at the
// time of asking.
func (x *Index) Deadline(kind string, asked time.Time) (Deadline, bool) {
	for _, v := range x.deadlines {
		if v.thing.Kind == kind && v.holds(asked.Unix()) {
			return *v.thing, true
		}
	}
	return Deadline{}, false
}

// Gap finds the first known gap that shares an instant with [from, to).
func (x *Index) Gap(from, to time.Time) (Gap, bool) {
	for _, v := range x.gaps {
		if v.from < to.Unix() && from.Unix() < v.to {
			return *v.thing, true
		}
	}
	return Gap{}, false
}

// Outside gives the parts of [from, to) that lie in no gap, in order: the time in
// which silence means something.
func (x *Index) Outside(from, to time.Time) iter.Seq2[time.Time, time.Time] {
	return func(yield func(from, to time.Time) bool) {
		for from.Before(to) {
			next, after := to, to // where the first gap begins, and where it ends
			for _, v := range x.gaps {
				if v.from >= next.Unix() || v.to <= from.Unix() {
					continue
				}
				next, after = time.Unix(max(v.from, from.Unix()), 0), time.Unix(v.to, 0)
			}
			if from.Before(next) && !yield(from, next) {
				return
			}
			from = after
		}
	}
}

// Clock makes a clock of the country's calendar in a zone, as the calendar was
// known at knownAt; the zero time stands for all that is known now. It takes
// about a millisecond: make one per zone and keep it.
func (x *Index) Clock(loc *time.Location, knownAt time.Time) (*Clock, error) {
	return NewClock(x.country.Week, x.country.Calendar, loc, knownAt)
}

func (v validity[T]) holds(at int64) bool { return v.from <= at && at < v.to }

// find gives what holds at a time, of things in the order of latestFirst.
func find[T any](list []validity[T], at time.Time) (T, bool) {
	for _, v := range list {
		if at.IsZero() || v.holds(at.Unix()) {
			return v.thing, true
		}
	}
	var none T
	return none, false
}

func latestFirst[K comparable, T any](m map[K][]validity[T]) {
	for _, list := range m {
		slices.SortStableFunc(list, func(a, b validity[T]) int {
			return cmp.Or(cmp.Compare(b.to, a.to), cmp.Compare(b.from, a.from))
		})
	}
}
