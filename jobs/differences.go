package jobs

import (
	"cmp"
	"context"
	"slices"
	"time"

	"qulaq/pipeline"
	"qulaq/schema"
)

// sourceRecord is what the visits of a source recorded. It follows them in the
// order of time.
type sourceRecord struct {
	observer  *pipeline.Observer
	rotated   time.Time    // pseudonyms from before then cannot be compared
	visits    []*pastVisit // by time seen
	ahead     int          // visits before this one have been followed
	sightings map[string][]schema.Sighting
	known     map[string]map[string]history // by thread and item
	changes   map[string]*threadChanges
	compared  int
}

// history is what was recorded of an item until a visit.
type history struct{ first, last *schema.Sighting }

type threadChanges struct {
	ReparsedThread
	counted map[string]bool // items
}

// record reads what was recorded of a source: the visits that read pages or changed
// what was known, and the sightings. Texts are left out: their hashes tell whether
// they differ.
func (e *Env) record(ctx context.Context, f feed) (*sourceRecord, error) {
	r := &sourceRecord{
		sightings: map[string][]schema.Sighting{}, known: map[string]map[string]history{}, changes: map[string]*threadChanges{},
	}
	threads := map[string]*schema.Thread{}
	for s, err := range e.Store.EachThread(ctx, f.ID) {
		if err != nil {
			return nil, err
		}
		threads[s.ThreadID] = &s.Thread
	}
	for v, err := range e.Store.Visits(ctx, []string{f.ID}) {
		if err != nil {
			return nil, err
		}
		if v.Pages == 0 && v.Sightings == 0 {
			continue
		}
		v.Fill = nil
		thread := threads[v.ThreadID]
		if thread == nil {
			thread = &schema.Thread{}
		}
		r.visits = append(r.visits, newPastVisit(&f, thread, v))
	}
	same := shared{}
	for s, err := range e.Store.Sightings(ctx, []string{f.ID}, endOfTime) {
		if err != nil {
			return nil, err
		}
		s.Text = ""
		for _, name := range []*string{
			&s.VisitID, &s.SourceID, &s.ThreadID, &s.ItemID, &s.ParentID, &s.Kind, &s.Role, &s.BodyID, &s.Precision, &s.Outcome, &s.Author,
		} {
			same.one(name)
		}
		r.sightings[s.VisitID] = append(r.sightings[s.VisitID], s)
	}
	return r, nil
}

// shared keeps of equal strings one.
type shared map[string]string

func (all shared) one(s *string) {
	if known, ok := all[*s]; ok {
		*s = known
	} else {
		all[*s] = *s
	}
}

// compare holds what a visit would record now against what it recorded.
func (r *sourceRecord) compare(v *pastVisit) {
	for ; r.ahead < len(r.visits) && r.visits[r.ahead].SeenAt.Before(v.SeenAt); r.ahead++ {
		r.follow(r.visits[r.ahead])
	}
	if v.seen {
		return // it overlapped with a later one: what was known before it is not told any more
	}
	r.compared++
	defer r.follow(v)
	look := v.look
	v.look = nil // pages are large
	batch := r.observer.Observe(look, r.memory(look))
	if len(batch.Visits) == 0 {
		return // forgotten
	}
	if was, now := v.Outcome, batch.Visits[0].Outcome; was != now {
		r.at(v.ThreadID).outcome(string(was) + " → " + string(now))
	}
	was := map[[2]string]*schema.Sighting{}
	for i := range r.sightings[v.VisitID] {
		s := &r.sightings[v.VisitID][i]
		was[[2]string{s.ThreadID, s.ItemID}] = s
	}
	for i := range batch.Sightings {
		s := &batch.Sightings[i]
		key := [2]string{s.ThreadID, s.ItemID}
		r.sighted(was[key], s, s.Change != schema.Vanished)
		delete(was, key)
	}
	listed := map[[2]string]bool{}
	for _, item := range look.Items {
		listed[[2]string{item.Thread, item.ID}] = !item.Deleted
	}
	for key, s := range was {
		r.sighted(s, nil, listed[key])
	}
}

// sighted compares a sighting as it was recorded with the one that would be
// recorded now; either is nil where nothing differs from what was known. after
// tells whether the item is read now.
func (r *sourceRecord) sighted(was, now *schema.Sighting, after bool) {
	one := cmp.Or(now, was)
	known := r.known[one.ThreadID][one.ItemID].last
	state := cmp.Or(was, known)
	switch before := state != nil && state.Change != schema.Vanished; {
	case after && !before:
		changes := r.at(one.ThreadID)
		changes.count(one.ItemID, &changes.New)
	case before && !after:
		changes := r.at(one.ThreadID)
		changes.count(one.ItemID, &changes.Gone)
	case before && after:
		if fields := differences(state, cmp.Or(now, known), r.rotated); len(fields) > 0 {
			changes := r.at(one.ThreadID)
			changes.count(one.ItemID, &changes.Changed)
			changes.Fields = join(changes.Fields, fields...)
		}
	}
}

// memory is what was known when a look was taken, of the threads that it shows.
func (r *sourceRecord) memory(look *pipeline.Look) *pipeline.Memory {
	m := pipeline.NewMemory()
	done := map[string]bool{}
	recall := func(thread string) {
		if done[thread] {
			return
		}
		done[thread] = true
		for _, item := range r.known[thread] {
			m.Remember(item.first)
			m.Remember(item.last)
		}
	}
	recall(look.Thread.ID)
	for i := range look.Items {
		recall(look.Items[i].Thread)
	}
	return m
}

// follow takes in what a visit recorded.
func (r *sourceRecord) follow(v *pastVisit) {
	if v.seen {
		return
	}
	v.seen = true
	for i := range r.sightings[v.VisitID] {
		s := &r.sightings[v.VisitID][i]
		if r.known[s.ThreadID] == nil {
			r.known[s.ThreadID] = map[string]history{}
		}
		known := r.known[s.ThreadID][s.ItemID]
		r.known[s.ThreadID][s.ItemID] = history{cmp.Or(known.first, s), s}
	}
	delete(r.sightings, v.VisitID) // known has what is still asked for
}

func (r *sourceRecord) at(thread string) *threadChanges {
	c := r.changes[thread]
	if c == nil {
		source := r.visits[0].SourceID
		c = &threadChanges{ReparsedThread{SourceID: source, ThreadID: thread, Fields: []string{}, Outcomes: []string{}}, map[string]bool{}}
		r.changes[thread] = c
	}
	return c
}

func (c *threadChanges) outcome(change string) { c.Outcomes = join(c.Outcomes, change) }

func (c *threadChanges) count(item string, n *int) {
	if !c.counted[item] {
		c.counted[item] = true
		*n++
	}
}

// join adds to a sorted list what it does not have.
func join(list []string, more ...string) []string {
	list = append(list, more...)
	slices.Sort(list)
	return slices.Compact(list)
}

// differences names the fields in which two sightings of an item differ. Those of
// two visits may print its age differently. Who wrote it and whom it addresses is
// only told when it is first seen, and can only be told again with the key of that
// time.
func differences(a, b *schema.Sighting, rotated time.Time) []string {
	var fields []string
	sameVisit := a.VisitID == b.VisitID
	people := sameVisit && a.Change == b.Change && !a.SeenAt.Before(rotated)
	for _, f := range []struct {
		name   string
		differ bool
	}{
		{"author", people && a.Author != b.Author},
		{"body", a.BodyID != b.BodyID},
		{"edited", a.Edited != b.Edited},
		{"kind", a.Kind != b.Kind},
		{"mentions", people && !slices.Equal(a.Mentions, b.Mentions)},
		{"numbers", people && !slices.Equal(a.Numbers, b.Numbers)},
		{"outcome", a.Outcome != b.Outcome},
		{"parent", a.ParentID != b.ParentID || a.Nested != b.Nested},
		{"published", sameVisit && (a.Precision != b.Precision || !near(a.PublishedLo, b.PublishedLo) || !near(a.PublishedHi, b.PublishedHi))},
		{"quoted", a.QuotedHash != b.QuotedHash},
		{"role", a.Role != b.Role},
		{"text", a.TextHash != b.TextHash},
	} {
		if f.differ {
			fields = append(fields, f.name)
		}
	}
	return fields
}

// near allows for the moment between the arrival of a page's last byte, which the
// archive tells, and the end of its visit, from which "2 hours ago" was counted.
func near(a, b time.Time) bool { return a.Sub(b).Abs() < time.Second }
