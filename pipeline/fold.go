package pipeline

import (
	"iter"
	"slices"
	"time"

	"qulaq/parsers"
	"qulaq/schema"
)

// utterance is an item as its sightings tell it, before anything is read into it.
type utterance struct {
	schema.Item
	nested     bool
	mentions   []string
	numbers    []string // of appeals, in the order in which it names them
	textHash   string
	quotedHash string
	saidHashes []string  // of all its texts: who quoted it may have done so before it was edited
	ended      time.Time // last visit before the platform ended the wait for a reply; zero while it has not
	censoredAt time.Time // until when its thread is known to have shown no more than it did; zero for never
	reply      *reply    // what makes it a reply, for officials
	cluster    string    // of its reading; "" for none
	told       post      // the body that it speaks for, as told without the key; zero for none
}

// opens tells whether the item opens its thread: what an official posts is news,
// not a reply, and stands in the listing, not among the comments below it.
func (u *utterance) opens() bool { return u.Kind == string(parsers.KindPost) }

// looks are the visits of a thread that tell what was not there.
type looks struct {
	complete []time.Time // earned silence, ascending
	missing  []time.Time // complete, or said that the thread is gone, ascending
}

// lookup gathers the visits by thread.
func lookup(visits iter.Seq2[schema.VisitMark, error]) (map[threadKey]*looks, error) {
	byThread := map[threadKey]*looks{}
	for v, err := range visits {
		if err != nil {
			return nil, err
		}
		key := threadKey{v.SourceID, v.ThreadID}
		l := byThread[key]
		if l == nil {
			l = &looks{}
			byThread[key] = l
		}
		if v.Complete {
			l.complete = append(l.complete, v.SeenAt)
		}
		l.missing = append(l.missing, v.SeenAt)
	}
	return byThread, nil
}

type threadKey struct{ source, thread string }

// fold makes one utterance of the sightings of each item. The sightings come
// ordered by source, thread, item and time; so do the utterances.
func fold(sightings iter.Seq2[schema.Sighting, error], visits map[threadKey]*looks) ([]*utterance, error) {
	var all []*utterance
	var history []schema.Sighting
	finish := func() {
		if len(history) > 0 {
			all = append(all, foldItem(history, visits[threadKey{history[0].SourceID, history[0].ThreadID}]))
			history = history[:0]
		}
	}
	for s, err := range sightings {
		if err != nil {
			return nil, err
		}
		if len(history) > 0 && (history[0].ItemID != s.ItemID || history[0].ThreadID != s.ThreadID || history[0].SourceID != s.SourceID) {
			finish()
		}
		history = append(history, s)
	}
	finish()
	return all, nil
}

// foldItem tells the state of one item from its sightings, of which there is at
// least one. What was published when is taken from the first: an edit does not
// make a question younger.
func foldItem(history []schema.Sighting, thread *looks) *utterance {
	if thread == nil {
		thread = &looks{}
	}
	first := &history[0]
	u := &utterance{nested: first.Nested}
	u.Item = schema.Item{
		SourceID:    first.SourceID,
		ThreadID:    first.ThreadID,
		ItemID:      first.ItemID,
		BodyID:      first.BodyID,
		ParentID:    first.ParentID,
		Kind:        first.Kind,
		Role:        first.Role,
		Author:      first.Author,
		PublishedLo: first.PublishedLo,
		PublishedHi: first.PublishedHi,
		Precision:   first.Precision,
		FirstSeenAt: first.SeenAt,
		VanishedLo:  epoch,
		VanishedHi:  epoch,
	}
	if first.Precision == string(parsers.PrecisionVisit) {
		u.PublishedLo = first.PrevAt
	}
	var absent *schema.Sighting // the sighting that missed it, while nothing has shown it since
	for i := range history {
		s := &history[i]
		if s.Change == schema.Vanished {
			if absent == nil {
				absent = s
			}
			continue
		}
		if i > 0 && (s.Change == schema.Edited || s.TextHash != u.textHash) {
			u.Edits++
		}
		absent = nil
		// Who wrote it and whom it addresses is told once, by the first sighting.
		if u.Author == "" {
			u.Author = s.Author
		}
		if len(u.mentions) == 0 {
			u.mentions = s.Mentions
		}
		if len(u.numbers) == 0 {
			u.numbers = s.Numbers
		}
		switch {
		case !ends(s.Outcome):
			u.ended = time.Time{}
		case u.ended.IsZero():
			u.ended = s.PrevAt
		}
		if s.TextHash != "" && !slices.Contains(u.saidHashes, s.TextHash) {
			u.saidHashes = append(u.saidHashes, s.TextHash)
		}
		u.Text, u.textHash, u.quotedHash = s.Text, s.TextHash, s.QuotedHash
		u.Outcome = s.Outcome
		u.LastSeenAt = s.SeenAt
	}
	u.settle(absent, thread)
	return u
}

// settle tells until when the item was there and its thread watched. An item is
// believed to be deleted when the page says so or when a second look that could
// have shown it did not either; until then it is merely not seen.
func (u *utterance) settle(absent *schema.Sighting, thread *looks) {
	if n := len(thread.complete); n > 0 {
		u.censoredAt = thread.complete[n-1]
	}
	if absent == nil {
		if u.censoredAt.After(u.LastSeenAt) && !u.opens() {
			u.LastSeenAt = u.censoredAt
		}
		return
	}
	lastSeen := absent.PrevAt
	if lastSeen.Before(u.LastSeenAt) {
		lastSeen = u.LastSeenAt
	}
	u.LastSeenAt = lastSeen
	if u.censoredAt.After(lastSeen) {
		u.censoredAt = lastSeen
	}
	if n := len(thread.missing); absent.Outcome == OutcomeDeleted || n > 0 && thread.missing[n-1].After(absent.SeenAt) {
		u.Vanished, u.VanishedLo, u.VanishedHi = true, lastSeen, absent.SeenAt
	}
}

var epoch = time.Unix(0, 0).UTC()
