package jobs

import (
	"hash/maphash"
	"math"
	"slices"
	"time"

	"qulaq/parsers"
	"qulaq/schema"
)

// entry is what the frontier holds of a thread. A crawl tracks a million of them,
// so that they have no pointers: strings lie in the texts, numbers are as narrow as
// they may be.
type entry struct {
	due              int64 // next visit; never for none. Moments are in milliseconds since the epoch,
	found, published int64
	last, complete   int64  // visit
	lastItem         uint32 // and in seconds where nothing is compared with the store
	oldest, youngest uint32
	failing          uint32
	visits           uint32
	declared         int32
	open, pages      uint16 // no more than they can tell
	source           uint32
	kind, outcome    uint8 // in names
	unread           bool  // the last item has come after items were last derived
	shared           uint8 // bytes of the address that stand in the addresses of the source
	text             text
}

const never = math.MaxInt64

// text is where the strings of a thread lie, one behind the other.
type text struct {
	chunk                           uint32
	offset                          uint16
	id, url, form, etag, modifiedAt uint16 // lengths
}

// entries holds the threads, in chunks that are never moved.
type entries struct {
	chunks []*[entriesPerChunk]entry
	n      int
	texts  [][]byte
	names  []string // kinds and outcomes
	models []string // by source: the address of a thread, with which those of others begin alike
	slots  []uint32 // a hash table of numbers, plus one; 0 is free. A map would take the room of its keys
	seed   maphash.Seed
}

const (
	entriesPerChunk = 4096
	textChunk       = math.MaxUint16
	leastSlots      = 1024
)

func newEntries() entries {
	return entries{slots: make([]uint32, leastSlots), seed: maphash.MakeSeed()}
}

func (e *entries) at(i uint32) *entry { return &e.chunks[i/entriesPerChunk][i%entriesPerChunk] }

// find gives the number of a thread.
func (e *entries) find(source uint32, thread string) (i uint32, ok bool) {
	taken := e.slots[e.slot(source, thread)]
	return taken - 1, taken > 0
}

// slot is where the number of a thread is, or would be.
func (e *entries) slot(source uint32, thread string) int {
	hash := maphash.String(e.seed, thread) + uint64(source)*0x9e3779b97f4a7c15
	for slot := int(hash % uint64(len(e.slots))); ; slot = (slot + 1) % len(e.slots) {
		taken := e.slots[slot]
		if taken == 0 {
			return slot
		}
		if t := e.at(taken - 1); t.source == source && string(e.id(t)) == thread {
			return slot
		}
	}
}

// add makes room for a thread that is not there yet.
func (e *entries) add(s *schema.ThreadState, source uint32) uint32 {
	if 4*e.n >= 3*len(e.slots) {
		e.slots = make([]uint32, 3*len(e.slots)/2)
		for i := range uint32(e.n) {
			t := e.at(i)
			e.slots[e.slot(t.source, string(e.id(t)))] = i + 1
		}
	}
	slot := e.slot(source, s.ThreadID)
	if e.n%entriesPerChunk == 0 {
		e.chunks = append(e.chunks, new([entriesPerChunk]entry))
	}
	i := uint32(e.n)
	e.n++
	e.at(i).source = source
	e.set(i, s)
	e.slots[slot] = i + 1
	return i
}

func (e *entries) id(t *entry) []byte { return e.texts[t.text.chunk][t.text.offset:][:t.text.id] }

// state is a thread as the store has it, without what no visit asks for.
func (e *entries) state(t *entry, source string) schema.ThreadState {
	model := ""
	if t.shared > 0 {
		model = e.models[t.source][:t.shared]
	}
	rest := string(e.texts[t.text.chunk][t.text.offset:][:t.text.length()])
	next := func(n uint16) (s string) { s, rest = rest[:n], rest[n:]; return s }
	s := schema.ThreadState{
		Thread: schema.Thread{
			SourceID: source, ThreadID: next(t.text.id), URL: model + next(t.text.url), Form: next(t.text.form),
			Kind: e.names[t.kind], Declared: t.declared, PublishedAt: moment(t.published), FoundAt: moment(t.found),
		},
		ETag: next(t.text.etag), LastModified: next(t.text.modifiedAt),
		Visits: uint64(t.visits), LastAt: moment(t.last), LastOutcome: schema.Outcome(e.names[t.outcome]), CompleteAt: moment(t.complete),
		LastItemAt: moment(int64(t.lastItem) * 1000), Pages: uint32(t.pages),
		Open: uint64(t.open), OldestAt: moment(int64(t.oldest) * 1000), YoungestAt: moment(int64(t.youngest) * 1000),
		FailingAt: moment(int64(t.failing) * 1000),
	}
	if !t.unread {
		s.DerivedAt = s.LastItemAt
	} else {
		s.DerivedAt = epoch
	}
	return s
}

// placed tells whether it is known where a thread is.
func (t *entry) placed() bool { return t.shared > 0 || t.text.url > 0 }

func (t text) length() int {
	return int(t.id) + int(t.url) + int(t.form) + int(t.etag) + int(t.modifiedAt)
}

// set makes a thread what the store says it is.
func (e *entries) set(i uint32, s *schema.ThreadState) {
	t := e.at(i)
	shared := e.shared(t.source, s)
	kept := e.put(t.text, s.ThreadID, s.URL[shared:], s.Form, s.ETag, s.LastModified)
	*t = entry{
		source: t.source, due: t.due, text: kept, shared: uint8(shared),
		found: millis(s.FoundAt), published: millis(s.PublishedAt), last: millis(s.LastAt), complete: millis(s.CompleteAt),
		lastItem: seconds(s.LastItemAt), oldest: seconds(s.OldestAt), youngest: seconds(s.YoungestAt), failing: seconds(s.FailingAt),
		visits: uint32(min(s.Visits, math.MaxUint32)), declared: s.Declared,
		open: uint16(min(s.Open, math.MaxUint16)), pages: uint16(min(s.Pages, math.MaxUint16)),
		kind: e.name(s.Kind), outcome: e.name(string(s.LastOutcome)), unread: s.LastItemAt.After(s.DerivedAt),
	}
}

// shared tells how much of a thread's address need not be stored again.
func (e *entries) shared(source uint32, s *schema.ThreadState) (n int) {
	for len(e.models) <= int(source) {
		e.models = append(e.models, "")
	}
	if e.models[source] == "" && s.Kind != string(parsers.Listing) {
		e.models[source] = s.URL
	}
	model := e.models[source]
	for n < min(len(model), len(s.URL), math.MaxUint8) && model[n] == s.URL[n] {
		n++
	}
	return n
}

// put stores the strings of a thread, unless they lie at a place already. One that is
// longer than a length can tell is cut: no address that a server takes is.
func (e *entries) put(at text, parts ...string) text {
	var flat []byte
	var lengths [5]uint16
	for i, p := range parts {
		p = p[:min(len(p), textChunk/len(lengths))]
		flat, lengths[i] = append(flat, p...), uint16(len(p))
	}
	is := text{at.chunk, at.offset, lengths[0], lengths[1], lengths[2], lengths[3], lengths[4]}
	if is == at && len(e.texts) > 0 && string(e.texts[at.chunk][at.offset:][:len(flat)]) == string(flat) {
		return at
	}
	if n := len(e.texts); n == 0 || len(e.texts[n-1])+len(flat) > textChunk {
		e.texts = append(e.texts, make([]byte, 0, textChunk))
	}
	last := &e.texts[len(e.texts)-1]
	is.chunk, is.offset = uint32(len(e.texts)-1), uint16(len(*last))
	*last = append(*last, flat...)
	return is
}

// name gives the number of a kind or an outcome.
func (e *entries) name(name string) uint8 {
	i := slices.Index(e.names, name)
	if i < 0 {
		i = len(e.names)
		e.names = append(e.names, name)
	}
	return uint8(i)
}

// prospect is what the policy wants to know of a thread. An item that was not read
// yet may be a need.
func (e *entries) prospect(t *entry, h *habit) prospect {
	p := prospect{
		listing: e.names[t.kind] == string(parsers.Listing), visited: t.visits > 0, outcome: schema.Outcome(e.names[t.outcome]),
		found: float64(t.found) / 1000, born: float64(born(t)) / 1000, last: float64(t.last) / 1000, failing: float64(t.failing),
		open: int(t.open), oldest: float64(t.oldest), youngest: float64(t.youngest), pages: int(t.pages), habit: h,
	}
	if t.unread {
		asked := float64(t.lastItem)
		if p.open == 0 {
			p.oldest = asked
		}
		p.open, p.youngest = p.open+1, max(p.youngest, asked)
	}
	return p
}

// born is when a thread was opened, or else when it was found.
func born(t *entry) int64 {
	if t.published > 0 {
		return t.published
	}
	return t.found
}

func moment(ms int64) time.Time { return time.UnixMilli(ms).UTC() }

func millis(t time.Time) int64 { return max(t.UnixMilli(), 0) }

func seconds(t time.Time) uint32 { return uint32(max(t.Unix(), 0)) }
