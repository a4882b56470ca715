package jobs

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"iter"
	"math"
	"slices"
	"sync"
	"time"

	"qulaq/parsers"
	"qulaq/pipeline"
	"qulaq/registry"
	"qulaq/schema"
)

// frontier is what may be visited: the threads of all sources, with how their
// last visits went. It is read from the store when a crawl begins and kept up by
// the visits that follow. Visits ask it what it knows while others are recorded in
// it; all else belongs to one goroutine.
type frontier struct {
	policy Policy
	feeds  []feed // that are visited, and behind them others that threads are known of
	watch  int    // how many are visited
	habits []*habit
	pulses []pulse
	number map[string]uint32 // of a source

	mu      sync.RWMutex // visits under way ask what is known while those before are taken in
	entries entries
}

type threadKey struct{ source, thread string }

// newFrontier makes a frontier without threads, of sources whose habits nobody knows.
func newFrontier(feeds []feed) *frontier {
	f := &frontier{policy: DefaultPolicy, watch: len(feeds), number: map[string]uint32{}, entries: newEntries()}
	for _, feed := range feeds {
		f.source(feed)
	}
	return f
}

// source makes sure that a source has a number.
func (f *frontier) source(of feed) uint32 {
	i, ok := f.number[of.ID]
	if !ok {
		i = uint32(len(f.feeds))
		f.number[of.ID] = i
		f.feeds, f.pulses = append(f.feeds, of), append(f.pulses, nil)
		f.habits = append(f.habits, &habit{hazard: priorHabit(), exact: exact(of, schema.Precision{})})
	}
	return i
}

// frontier reads from the store what there is to visit.
func (e *Env) frontier(ctx context.Context, feeds []feed, policy Policy) (*frontier, error) {
	f := newFrontier(feeds)
	f.policy = policy
	var err error
	if f.habits, err = e.habits(ctx, feeds); err != nil {
		return nil, err
	}
	for _, feed := range feeds {
		for state, err := range e.Store.EachThread(ctx, feed.ID) {
			if err != nil {
				return nil, fmt.Errorf("jobs: threads of %s: %w", feed.ID, err)
			}
			f.put(state)
		}
		if err := f.begin(feed); err != nil {
			return nil, fmt.Errorf("jobs: source %s: %w", feed.ID, err)
		}
	}
	return f, nil
}

// put adds a thread as the store knows it.
func (f *frontier) put(t schema.ThreadState) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.set(&t)
}

// set makes a thread what a state says.
func (f *frontier) set(s *schema.ThreadState) {
	source := f.source(feed{Source: registry.Source{ID: s.SourceID}})
	i, known := f.entries.find(source, s.ThreadID)
	if known {
		f.entries.set(i, s)
	} else {
		i = f.entries.add(s, source)
	}
	t := f.entries.at(i)
	if !known && s.Kind != string(parsers.Listing) && born(t) > 0 {
		f.pulses[source].beat(float64(born(t)) / 1000)
	}
	t.due = f.next(t)
}

// next tells when a thread wants a visit.
func (f *frontier) next(t *entry) int64 {
	prospect := f.prospect(t)
	if at, _, ok := f.policy.next(&prospect); ok && t.placed() { // imported, and the file did not tell where it is
		return int64(math.Ceil(at * 1000))
	}
	return never
}

func (f *frontier) prospect(t *entry) prospect {
	return f.entries.prospect(t, f.habits[t.source])
}

// thread tells what is known of a thread.
func (f *frontier) thread(key threadKey) (schema.ThreadState, bool) {
	f.mu.RLock()
	defer f.mu.RUnlock()
	return f.get(key)
}

func (f *frontier) get(key threadKey) (schema.ThreadState, bool) {
	source, ok := f.number[key.source]
	if !ok {
		return schema.ThreadState{}, false
	}
	i, ok := f.entries.find(source, key.thread)
	if !ok {
		return schema.ThreadState{}, false
	}
	return f.entries.state(f.entries.at(i), key.source), true
}

// threads lists the ids of all threads.
func (f *frontier) threads() iter.Seq[string] {
	return func(yield func(string) bool) {
		for i := range f.entries.n {
			if !yield(string(f.entries.id(f.entries.at(uint32(i))))) {
				return
			}
		}
	}
}

// begin makes sure that the first thread of a source is there.
func (f *frontier) begin(s feed) error {
	start, err := s.parser.Start(s.URL)
	if err != nil {
		return err
	}
	if _, ok := f.thread(threadKey{s.ID, start.ID}); !ok {
		f.put(schema.ThreadState{Thread: schema.Thread{
			SourceID: s.ID, ThreadID: start.ID, Kind: string(start.Kind),
			URL: start.Address.URL, Form: start.Address.Form.Encode(),
			Declared: int32(start.Declared), PublishedAt: epoch, FoundAt: epoch,
		}, LastAt: epoch, CompleteAt: epoch})
	}
	return nil
}

// news makes, of what the looks of a batch tell of threads, the rows that say more
// than is known: a thread is stored when it is found and when it changes, not at
// each visit.
func (f *frontier) news(told []schema.Thread) []schema.Thread {
	var rows []schema.Thread
	place := map[threadKey]int{}
	f.mu.RLock()
	defer f.mu.RUnlock()
	for _, t := range told {
		key := threadKey{t.SourceID, t.ThreadID}
		if i, ok := place[key]; ok {
			rows[i] = learn(rows[i], t)
			continue
		}
		if known, ok := f.get(key); ok {
			if t = learn(known.Thread, t); t == known.Thread {
				continue
			}
		}
		place[key] = len(rows)
		rows = append(rows, t)
	}
	return rows
}

// learn adds to what is known of a thread what a look tells of it. A visit of the
// thread itself sees neither when it was found nor, mostly, when it was opened:
// forgetting either would make the thread look younger than it is, and be visited
// too often.
func learn(known, told schema.Thread) schema.Thread {
	if known.FoundAt.After(epoch) {
		told.FoundAt = known.FoundAt
	}
	if !told.PublishedAt.After(epoch) || told.PublishedAt.UnixMilli() == known.PublishedAt.UnixMilli() {
		told.PublishedAt = known.PublishedAt // as the store has it
	}
	told.Declared = max(told.Declared, known.Declared)
	return told
}

// saw takes in a batch that was stored.
func (f *frontier) saw(batch *schema.Batch) {
	f.mu.Lock()
	defer f.mu.Unlock()
	changed := map[threadKey]*schema.ThreadState{}
	state := func(source, thread string) *schema.ThreadState {
		key := threadKey{source, thread}
		if changed[key] == nil {
			if known, ok := f.get(key); ok {
				changed[key] = &known
			}
		}
		return changed[key] // nil for a thread that was forgotten on request
	}
	for _, t := range batch.Threads {
		known := state(t.SourceID, t.ThreadID)
		if known == nil {
			known = &schema.ThreadState{LastAt: epoch, CompleteAt: epoch}
			changed[threadKey{t.SourceID, t.ThreadID}] = known
		}
		if known.URL != t.URL || known.Form != t.Form { // it was edited, or closed: what was seen there is not what is here
			known.ETag, known.LastModified = "", ""
		}
		known.Thread = t
	}
	for i := range batch.Sightings {
		s := &batch.Sightings[i]
		if t := state(s.SourceID, s.ThreadID); t != nil && s.Change == schema.First && s.SeenAt.After(t.LastItemAt) {
			t.LastItemAt = s.SeenAt
		}
	}
	for i := range batch.Visits {
		v := &batch.Visits[i]
		t := state(v.SourceID, v.ThreadID)
		if t == nil {
			continue
		}
		t.LastAt, t.LastOutcome = v.SeenAt, v.Outcome
		switch {
		case v.Complete:
			t.CompleteAt, t.ETag, t.LastModified, t.Pages, t.FailingAt = v.SeenAt, v.ETag, v.LastModified, v.Pages, epoch
		case !t.FailingAt.After(epoch):
			t.FailingAt = v.SeenAt
		}
		t.Visits++
	}
	for _, t := range changed {
		f.set(t)
	}
}

// isNews tells whether a visit is later than what is known of its thread: a visit
// that comes late may have been recorded already.
func (f *frontier) isNews(v *schema.Visit) bool {
	known, ok := f.thread(threadKey{v.SourceID, v.ThreadID})
	return !ok || v.SeenAt.Truncate(time.Millisecond).After(known.LastAt)
}

// knows tells whether all threads that a page leads to had been found by a moment,
// that of the last complete visit of the listing. What was found later was found by
// a visit that did not come to its end, or that was killed before it was committed:
// the pages that follow may hold news yet.
func (f *frontier) knows(source string, found []parsers.Thread, by time.Time) bool {
	f.mu.RLock()
	defer f.mu.RUnlock()
	number, ok := f.number[source]
	return !slices.ContainsFunc(found, func(t parsers.Thread) bool {
		if !ok {
			return true
		}
		i, ok := f.entries.find(number, t.ID)
		return !ok || f.entries.at(i).found > by.UnixMilli()
	})
}

// call is a visit that is due.
type call struct {
	entry uint32
	due   int64   // milliseconds since the epoch
	value float64 // Policy.value
}

// due lists the threads of a kind that want a visit now, the most valuable visits
// first. Threads that were opened before since are not begun.
func (f *frontier) due(since, now time.Time, wanted func(parsers.ThreadKind) bool) []call {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.feel(now)
	listing := f.entries.name(string(parsers.Listing))
	kinds := make([]bool, len(f.entries.names))
	for i, name := range f.entries.names {
		kinds[i] = wanted(parsers.ThreadKind(name))
	}
	var calls []call
	late := now.UnixMilli()
	for i := range uint32(f.entries.n) {
		t := f.entries.at(i)
		if t.kind == listing {
			t.due = f.next(t) // as the rhythm is by now
		}
		if t.due > late || !kinds[t.kind] || f.unwanted(t, since) {
			continue
		}
		calls = append(calls, f.call(i, t, now))
	}
	slices.SortFunc(calls, f.order)
	return calls
}

// feel takes the rhythms of the sources at a moment.
func (f *frontier) feel(now time.Time) {
	for i, p := range f.pulses {
		f.habits[i].rhythm = p.rhythm(float64(now.UnixMilli()) / 1000)
	}
}

// unwanted tells whether a thread is not to be visited whenever it is due: nobody
// asked for its source, or it was opened before since and never begun.
func (f *frontier) unwanted(t *entry, since time.Time) bool {
	return int(t.source) >= f.watch || t.visits == 0 && born(t) > 0 && born(t) < since.UnixMilli()
}

func (f *frontier) call(i uint32, t *entry, now time.Time) call {
	prospect := f.prospect(t)
	at, why, _ := f.policy.next(&prospect)
	return call{i, t.due, f.policy.value(&prospect, at, why, float64(now.UnixMilli())/1000)}
}

// order is that of the visits. It does not depend on the order in which threads
// came to be known, so that a restart does not change it.
func (f *frontier) order(a, b call) int {
	if a.value != b.value || a.due != b.due {
		return cmp.Or(cmp.Compare(b.value, a.value), cmp.Compare(a.due, b.due))
	}
	x, y := f.entries.at(a.entry), f.entries.at(b.entry)
	return cmp.Or(cmp.Compare(f.feeds[x.source].ID, f.feeds[y.source].ID), bytes.Compare(f.entries.id(x), f.entries.id(y)))
}

// tasks gives the visits that calls stand for, one by one: what a visit has to know
// of its thread is read when its turn is near.
func (f *frontier) tasks(calls []call) iter.Seq[task] {
	return func(yield func(task) bool) {
		for _, c := range calls {
			if !yield(f.task(c)) {
				return
			}
		}
	}
}

func (f *frontier) task(c call) task {
	f.mu.RLock()
	defer f.mu.RUnlock()
	t := f.entries.at(c.entry)
	feed := f.feeds[t.source]
	return task{feed, f.entries.state(t, feed.ID)}
}

// task is one visit to make.
type task struct {
	feed   feed
	thread schema.ThreadState
}

// recall fills memory with when the threads were last visited completely.
func (f *frontier) recall(memory *pipeline.Memory, key threadKey) {
	if t, ok := f.thread(key); ok && t.CompleteAt.After(epoch) {
		memory.RecallVisit(key.thread, t.CompleteAt)
	}
}

var epoch = time.Unix(0, 0).UTC()
