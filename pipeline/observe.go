package pipeline

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"time"

	"qulaq/parsers"
	"qulaq/pipeline/language"
	"qulaq/pipeline/redact"
	"qulaq/registry"
	"qulaq/schema"
)

// Observer writes down what visits saw change. It is the only place where
// identities are known; none leaves it.
type Observer struct {
	key       *Key
	index     *registry.Index
	forgotten map[string]bool     // tombstones
	reader    language.Classifier // of texts that are not stored; nil when they are
}

// NewObserver returns an observer that makes pseudonyms with key and tells
// officials by the accounts of index.
func NewObserver(key *Key, index *registry.Index) *Observer {
	return &Observer{key: key, index: index}
}

// Forget makes the observer see nothing of what has one of these tombstones.
func (o *Observer) Forget(tombstones []schema.Tombstone) error {
	o.forgotten = make(map[string]bool, len(tombstones))
	for _, t := range tombstones {
		if t.Mark != o.key.Mark() {
			return fmt.Errorf("pipeline: the list of what was forgotten was made with another key, and without it "+
				"%d items and threads could come back: bring the key file back, or begin a new data folder", len(tombstones))
		}
		o.forgotten[t.Tombstone] = true
	}
	return nil
}

// forgot tells whether an item or thread was forgotten.
func (o *Observer) forgot(source, id string) bool {
	return len(o.forgotten) > 0 && o.forgotten[o.key.Tombstone(source, id)]
}

// ReadAtOnce makes the observer store no text of citizens, but what a classifier
// reads in it.
func (o *Observer) ReadAtOnce(reader language.Classifier) { o.reader = reader }

// Observe compares a look with memory and returns the rows that tell what it
// saw: a visit, always, and a sighting for each item that is new, changed, gone
// or back. Memory then holds what the look saw, so that the next look at the
// same thread can follow before the rows are stored. Of a thread that was
// forgotten there are no rows at all.
func (o *Observer) Observe(look *Look, memory *Memory) schema.Batch {
	return o.Compare(o.Strip(look), memory)
}

// Compare is the second half of [Observer.Observe]: it needs memory, and no page.
func (o *Observer) Compare(sheet *Sheet, memory *Memory) schema.Batch {
	visit := sheet.Visit
	if o.forgot(visit.SourceID, visit.ThreadID) {
		return schema.Batch{}
	}
	var sightings []schema.Sighting
	var readings []schema.Reading
	shown := make(map[string]bool, len(sheet.Shown))
	for i := range sheet.Shown {
		s := sheet.Shown[i].Sighting
		shown[s.ItemID] = true
		if o.forgot(s.SourceID, s.ItemID) || o.forgot(s.SourceID, s.ThreadID) {
			continue
		}
		s.PrevAt = memory.lastComplete(s.ThreadID)
		if change, changed := memory.compare(&s, sheet.Shown[i].Deleted); changed {
			s.Change = change
			o.unlink(&s, memory)
			if reading := o.reading(&sheet.Shown[i]); reading != nil {
				readings = append(readings, *reading)
				s.Text = ""
			}
			if sightings == nil { // where one is new, mostly all are
				sightings = make([]schema.Sighting, 0, len(sheet.Shown)-i)
			}
			sightings = append(sightings, s)
		}
	}
	for _, s := range memory.missing(&visit, shown) {
		s.SeenAt, s.SourceID, s.Change = visit.SeenAt, visit.SourceID, schema.Vanished
		sightings = append(sightings, s)
	}
	for i := range sightings {
		sightings[i].VisitID = visit.VisitID
		memory.Remember(&sightings[i])
	}
	if visit.Complete {
		memory.complete(visit.ThreadID, visit.SeenAt)
	}
	visit.Sightings = uint32(len(sightings))
	var threads []schema.Thread
	for _, t := range sheet.Threads {
		if !o.forgot(t.SourceID, t.ThreadID) {
			threads = append(threads, t)
		}
	}
	return schema.Batch{Threads: threads, Sightings: sightings, Readings: readings, Visits: []schema.Visit{visit}}
}

// unlink leaves out of a sighting what would tie the pseudonyms of two keys
// together. An item tells its author once: were it told again after the key was
// rotated, the item itself would tie the old pseudonym to the new one. So would a
// reply that addresses by a new pseudonym who asked under an old one, or that names the
// number of the appeal.
func (o *Observer) unlink(s *schema.Sighting, memory *Memory) {
	before := s.SeenAt.Before(o.key.since) // a page that was saved before the rotation
	if s.Change != schema.First || before {
		s.Author = ""
	}
	if s.Change != schema.First || before || memory.knew(s.ThreadID, o.key.since) {
		s.Mentions, s.Numbers = nil, nil
	}
	if o.forgot(s.SourceID, s.ParentID) {
		s.ParentID = ""
	}
}

func visit(look *Look) schema.Visit {
	return schema.Visit{
		VisitID:       VisitID(look.Source.ID, look.Thread.ID, look.SeenAt),
		SourceID:      look.Source.ID,
		ThreadID:      look.Thread.ID,
		URL:           look.Thread.Address.URL,
		StartedAt:     look.StartedAt.UTC(),
		SeenAt:        look.SeenAt.UTC(),
		Outcome:       look.Outcome,
		Reason:        look.Reason,
		Complete:      look.Complete(),
		Pages:         uint32(len(look.Pages)),
		Declared:      int32(look.Declared),
		Parsed:        int32(look.Parsed),
		Status:        uint16(look.Status),
		Bytes:         uint64(look.Bytes),
		ETag:          look.ETag,
		LastModified:  look.Modified,
		Parser:        look.Parser.Name,
		ParserVersion: uint16(look.Parser.Version),
		Fill:          fill(look.Items),
	}
}

// VisitID names the visit of a thread at a moment. The same visit, recorded
// again, has the same id.
func VisitID(source, thread string, seen time.Time) string {
	sum := sha256.Sum256([]byte(source + "\xff" + thread + "\xff" + strconv.FormatInt(seen.UnixMilli(), 10)))
	return hex.EncodeToString(sum[:16])
}

// sighting strips an item of what identifies people.
func (o *Observer) sighting(look *Look, item *parsers.Item, names *redact.Roster) schema.Sighting {
	author, role, body := o.speaker(look, item)
	text, appeals, _ := redact.Read(names.Redact(item.Text))
	s := schema.Sighting{
		SourceID:   look.Source.ID,
		ThreadID:   item.Thread,
		ItemID:     item.ID,
		SeenAt:     look.SeenAt.UTC(),
		ParentID:   item.Parent,
		Nested:     item.Nested,
		Kind:       string(item.Kind),
		Role:       string(role),
		BodyID:     body,
		Author:     author,
		Precision:  string(item.Precision),
		Edited:     item.Edited,
		Text:       text,
		TextHash:   o.key.Text(item.Text),
		QuotedHash: o.key.Text(item.Quoted),
		Outcome:    item.Outcome,
	}
	for _, id := range item.Mentions {
		s.Mentions = append(s.Mentions, o.key.Account(look.Source.Platform, id))
	}
	for _, number := range appeals {
		s.Numbers = append(s.Numbers, o.key.Appeal(look.Source.ID, number))
	}
	s.PublishedLo, s.PublishedHi = item.Published.Lo.UTC(), item.Published.Hi.UTC()
	if item.Published.IsZero() {
		// Not printed: before it was seen. Its fold narrows the span by PrevAt.
		s.PublishedLo, s.PublishedHi = time.Unix(0, 0).UTC(), look.SeenAt.UTC()
		s.Precision = string(parsers.PrecisionVisit)
	}
	return s
}

// speaker tells who wrote an item: the pseudonym, the role, and the body that an
// official speaks for or a citizen speaks to ("" when neither the page nor the
// registry tells).
func (o *Observer) speaker(look *Look, item *parsers.Item) (author string, role parsers.Role, body string) {
	platform, id, name := look.Source.Platform, item.Author.ID, item.Author.Name
	author = o.key.Account(platform, id)
	if author == "" {
		author = o.key.Name(look.Source.ID, name)
	}
	at := item.Published.Hi
	if at.IsZero() {
		at = look.SeenAt
	}
	if account, ok := o.index.Account(platform, id, at); ok {
		return author, parsers.RoleOfficial, account.ID
	}
	if item.Role != parsers.RoleOfficial {
		return author, item.Role, o.addressee(look, at)
	}
	if named, ok := o.index.BodyByName(name, at); ok {
		return author, parsers.RoleOfficial, named.ID
	}
	return author, parsers.RoleOfficial, o.addressee(look, at)
}

// addressee is the body that the pages of a look are about. A portal of many
// bodies names it on each page; a name that the registry does not know leaves it
// open, for a wrong attribution is a wrong number.
func (o *Observer) addressee(look *Look, at time.Time) string {
	if !look.Source.Shared {
		return look.BodyID
	}
	if named, ok := o.index.BodyByName(look.Addressee, at); ok {
		return named.ID
	}
	return ""
}

// names lists the names of people that the pages show beside their items.
// Officials' names for their body are no secret and stay.
func (o *Observer) names(look *Look) []string {
	seen := map[string]bool{}
	var names []string
	for i := range look.Items {
		name := strings.TrimSpace(look.Items[i].Author.Name)
		if name == "" || seen[name] || look.Items[i].Role == parsers.RoleOfficial {
			continue
		}
		seen[name] = true
		names = append(names, name)
	}
	return names
}

// threads lists the threads that a look was at and led to.
func threads(look *Look) []schema.Thread {
	all := append([]parsers.Thread{look.Thread}, look.Found...)
	rows := make([]schema.Thread, 0, len(all))
	for _, t := range all {
		row := schema.Thread{
			SourceID: look.Source.ID,
			ThreadID: t.ID,
			Kind:     string(t.Kind),
			URL:      t.Address.URL,
			Form:     t.Address.Form.Encode(),
			Declared: int32(t.Declared),
			FoundAt:  look.SeenAt.UTC(),
		}
		row.PublishedAt = time.Unix(0, 0).UTC()
		if !t.Published.IsZero() {
			row.PublishedAt = t.Published.Lo.UTC()
		}
		rows = append(rows, row)
	}
	return rows
}
