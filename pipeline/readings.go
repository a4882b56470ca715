package pipeline

import (
	"crypto/rand"
	"fmt"
	"iter"
	"time"

	"qulaq/pipeline/language"
	"qulaq/schema"
)

type itemKey struct{ source, thread, item string }

// Recall tells the deriver what was read in texts that are no longer stored. The
// readings of one item come in the order in which they were made.
func (d *Deriver) Recall(readings iter.Seq2[schema.Reading, error]) error {
	d.readings = map[itemKey][]schema.Reading{}
	for r, err := range readings {
		if err != nil {
			return fmt.Errorf("pipeline: read readings: %w", err)
		}
		key := itemKey{r.SourceID, r.ThreadID, r.ItemID}
		d.readings[key] = append(d.readings[key], r)
	}
	return nil
}

// reading is what was read in the text of an utterance: in this version of it, or
// else in the one that was read last.
func (d *Deriver) reading(u *utterance) (last schema.Reading, ok bool) {
	for _, r := range d.readings[itemKey{u.SourceID, u.ThreadID, u.ItemID}] {
		if last, ok = r, true; r.TextHash == u.textHash {
			break
		}
	}
	return last, ok
}

// Expire reads the texts of citizens' items that were first seen before a moment,
// so that they can be given up: a pruned reading for each that has none yet. It
// also reads the younger items whose texts are nearly the same as one of those,
// for once that is gone nothing else tells that they belong together.
func (d *Deriver) Expire(sightings iter.Seq2[schema.Sighting, error], visits iter.Seq2[schema.VisitMark, error], before, now time.Time) ([]schema.Reading, error) {
	all, clusters, err := d.utterances(sightings, visits)
	if err != nil {
		return nil, err
	}
	type body struct{ id, cluster string }
	labels := map[body]string{} // of the clusters that an expiring item belongs to
	size := map[body]int{}
	expiring := func(u *utterance) bool { return u.Role != official && u.FirstSeenAt.Before(before) }
	for _, u := range all {
		group := body{u.BodyID, clusters[u]}
		if group.cluster == "" {
			continue
		}
		size[group]++
		switch {
		case u.cluster != "":
			labels[group] = u.cluster
		case expiring(u) && labels[group] == "":
			labels[group] = rand.Text()
		}
	}
	var readings []schema.Reading
	for _, u := range all {
		group := body{u.BodyID, clusters[u]}
		label := ""
		if size[group] > 1 {
			label = labels[group]
		}
		pruned := expiring(u)
		if u.textHash == "" || !pruned && (label == "" || u.Role == official) {
			continue
		}
		if r, ok := d.reading(u); ok && r.TextHash == u.textHash && r.Pruned == pruned && u.Text == "" {
			continue // read and given up before
		}
		r := d.record(u, now)
		r.Cluster, r.Pruned = label, pruned
		readings = append(readings, r)
	}
	return readings, nil
}

// Roles records the roles and bodies that only the key tells: those of accounts
// that the registry came to know after they had been seen. Without that, officials
// would turn into citizens when the key is rotated.
func (d *Deriver) Roles(sightings iter.Seq2[schema.Sighting, error], visits iter.Seq2[schema.VisitMark, error], now time.Time) ([]schema.Reading, error) {
	all, _, err := d.utterances(sightings, visits)
	if err != nil {
		return nil, err
	}
	var readings []schema.Reading
	for _, u := range all {
		if u.Role != official || u.told == (post{body: u.BodyID}) {
			continue
		}
		r := d.record(u, now)
		r.Role, r.BodyID = u.Role, u.BodyID
		if earlier, ok := d.reading(u); ok {
			r.Cluster, r.Pruned = earlier.Cluster, earlier.Pruned
		}
		readings = append(readings, r)
	}
	return readings, nil
}

func (d *Deriver) record(u *utterance, now time.Time) schema.Reading {
	r := schema.Reading{
		SourceID: u.SourceID, ThreadID: u.ThreadID, ItemID: u.ItemID, TextHash: u.textHash,
		Language: u.Language, Theme: u.Theme, Class: u.Class, Classifier: u.Classifier, ReadAt: now.UTC(),
	}
	if earlier, ok := d.reading(u); ok {
		r.Role, r.BodyID = earlier.Role, earlier.BodyID
	}
	return r
}

// readNow reads a citizen's text at once, for an observer that stores none. All it
// can tell of likeness is equality, numbers and punctuation aside.
func (o *Observer) readNow(s *schema.Sighting) schema.Reading {
	r := schema.Reading{
		SourceID: s.SourceID, ThreadID: s.ThreadID, ItemID: s.ItemID, TextHash: s.TextHash,
		Language: string(o.reader.Language(s.Text)), Theme: theme(s.Text), Class: string(o.reader.Citizen(s.Text).Class),
		Classifier: o.reader.Version(), Pruned: true, ReadAt: s.SeenAt,
	}
	if masked := language.Mask(s.Text); masked != "" {
		r.Cluster = o.key.Text(masked)
	}
	return r
}
