package pipeline

import (
	"slices"
	"strings"
	"time"

	"qulaq/parsers"
	"qulaq/schema"
)

// Memory is what was known of the items of some threads before a visit. It is
// filled from the store and kept up by [Observer.Observe].
type Memory struct {
	items     map[string]map[string]schema.KnownItem // thread, item
	completes map[string]time.Time                   // thread → last complete visit
}

// NewMemory returns an empty memory: nothing was ever seen.
func NewMemory() *Memory {
	return &Memory{items: map[string]map[string]schema.KnownItem{}, completes: map[string]time.Time{}}
}

// Recall adds what the store knows of the items of threads.
func (m *Memory) Recall(known map[string][]schema.KnownItem) {
	for thread, items := range known {
		for _, k := range items {
			m.put(thread, k)
		}
	}
}

// RecallVisit adds when a thread was last visited completely.
func (m *Memory) RecallVisit(thread string, seen time.Time) { m.complete(thread, seen) }

// Drop lets go of a thread at which no further look is coming.
func (m *Memory) Drop(thread string) {
	delete(m.items, thread)
	delete(m.completes, thread)
}

func (m *Memory) put(thread string, k schema.KnownItem) {
	if m.items[thread] == nil {
		m.items[thread] = map[string]schema.KnownItem{}
	}
	if earlier, ok := m.items[thread][k.ItemID]; ok {
		k.FirstSeenAt = earlier.FirstSeenAt
	}
	m.items[thread][k.ItemID] = k
}

// knew tells whether an item of a thread had been seen before a moment.
func (m *Memory) knew(thread string, before time.Time) bool {
	for _, k := range m.items[thread] {
		if k.FirstSeenAt.Before(before) {
			return true
		}
	}
	return false
}

func (m *Memory) complete(thread string, seen time.Time) {
	if seen.After(m.completes[thread]) {
		m.completes[thread] = seen
	}
}

// lastComplete is the last complete visit of a thread; the epoch for none.
func (m *Memory) lastComplete(thread string) time.Time {
	if t, ok := m.completes[thread]; ok {
		return t.UTC()
	}
	return time.Unix(0, 0).UTC()
}

// compare tells what changed about an item since it was last seen. deleted says
// that the page shows the item's place without the item.
func (m *Memory) compare(s *schema.Sighting, deleted bool) (schema.Change, bool) {
	last, known := m.items[s.ThreadID][s.ItemID]
	gone := known && last.Change == schema.Vanished
	switch {
	case deleted && (gone || !known):
		return "", false // never seen alive: nothing to tell about it
	case deleted:
		s.Outcome = OutcomeDeleted
		return schema.Vanished, true
	case !known:
		return schema.First, true
	case gone:
		return schema.Back, true
	case last.TextHash != s.TextHash, last.Outcome != s.Outcome, s.Edited && !last.Edited:
		return schema.Edited, true
	}
	return "", false
}

// OutcomeDeleted marks the sighting of an item that the page itself shows as
// deleted, which needs no second visit to be believed.
const OutcomeDeleted = "deleted"

// missing lists the items that a visit should have shown and did not, in order
// of id. A visit of a thread shows its comments, not the post above them, which
// stands in the listing; when the thread is gone, so is all of it.
func (m *Memory) missing(visit *schema.Visit, shown map[string]bool) []schema.Sighting {
	gone := visit.Outcome == schema.Gone
	if !gone && !visit.Complete || visit.Outcome == schema.NotModified {
		return nil
	}
	var missing []schema.Sighting
	for id, last := range m.items[visit.ThreadID] {
		if last.Change == schema.Vanished || shown[id] || !gone && last.Kind == string(parsers.KindPost) {
			continue
		}
		missing = append(missing, schema.Sighting{
			ThreadID:    visit.ThreadID,
			ItemID:      id,
			PrevAt:      m.lastComplete(visit.ThreadID),
			ParentID:    last.ParentID,
			Kind:        last.Kind,
			TextHash:    last.TextHash,
			Edited:      last.Edited,
			PublishedLo: last.PublishedLo,
			PublishedHi: last.PublishedHi,
			Precision:   last.Precision,
		})
	}
	slices.SortFunc(missing, func(a, b schema.Sighting) int { return strings.Compare(a.ItemID, b.ItemID) })
	return missing
}

// Remember keeps what the next visit of the thread is to be compared with.
func (m *Memory) Remember(s *schema.Sighting) {
	m.put(s.ThreadID, schema.KnownItem{
		ItemID:      s.ItemID,
		Change:      s.Change,
		Kind:        s.Kind,
		ParentID:    s.ParentID,
		TextHash:    s.TextHash,
		Outcome:     s.Outcome,
		Edited:      s.Edited,
		PublishedLo: s.PublishedLo,
		PublishedHi: s.PublishedHi,
		Precision:   s.Precision,
		FirstSeenAt: s.SeenAt,
		SeenAt:      s.SeenAt,
	})
}
