package jobs

import (
	"context"
	"fmt"
	"slices"
	"time"

	"qulaq/pipeline"
	"qulaq/schema"
)

// observer is an observer that knows what was forgotten, and stores citizens'
// texts or does not.
func (e *Env) observer(ctx context.Context) (*pipeline.Observer, error) {
	if e.Key == nil {
		return nil, fmt.Errorf("jobs: nothing can be added: %w", pipeline.ErrKeyDestroyed)
	}
	tombstones, err := e.Store.Tombstones(ctx)
	if err != nil {
		return nil, fmt.Errorf("jobs: %w", err)
	}
	o := pipeline.NewObserver(e.Key, e.Index)
	if err := o.Forget(tombstones); err != nil {
		return nil, err
	}
	if e.NoTexts {
		o.ReadAtOnce(e.reader())
	}
	return o, nil
}

// deriver is a deriver that knows what was read in texts that are gone.
func (e *Env) deriver(ctx context.Context, sources []string) (*pipeline.Deriver, error) {
	d := pipeline.NewDeriver(e.Key, e.Index.Country(), e.reader(), e.Codes, QuestionSite)
	return d, d.Recall(e.Store.Readings(ctx, sources))
}

// TextTTL is how long citizens' texts are kept by default.
const TextTTL = 90 * aDay

// Pruned counts what a pruning did.
type Pruned struct {
	Read      int    `json:"read"`      // texts that were read before they were given up
	Sightings uint64 `json:"sightings"` // that lost their text
}

// Prune gives up the texts of citizens' items that were first seen longer than ttl
// ago. What was read in them stays, so that every number stays what it was. Texts
// of officials are kept: they are public acts, and templates are told by them.
func Prune(ctx context.Context, e *Env, ttl time.Duration) (Pruned, error) {
	var done Pruned
	now := e.Now()
	groups := e.groups(nil)
	for i, group := range groups {
		d, err := e.deriver(ctx, group)
		if err != nil {
			return done, fmt.Errorf("jobs: prune %v: %w", group, err)
		}
		readings, err := d.Expire(e.Store.Sightings(ctx, group, endOfTime), e.Store.VisitMarks(ctx, group, endOfTime), now.Add(-ttl), now)
		if err != nil {
			return done, fmt.Errorf("jobs: prune %v: %w", group, err)
		}
		if err := e.Store.PutReadings(ctx, readings); err != nil {
			return done, fmt.Errorf("jobs: prune %v: %w", group, err)
		}
		for _, r := range readings {
			if r.Pruned {
				done.Read++
			}
		}
		e.progress(Progress{Job: "prune", Done: i + 1, Total: len(groups), Note: group[0]})
	}
	var err error
	if done.Sightings, err = e.Store.DropTexts(ctx); err != nil {
		return done, fmt.Errorf("jobs: prune: %w", err)
	}
	// Also when no sighting had a text: a prune that was broken off here has left
	// the derived tables as they were.
	if _, err := Relink(ctx, e); err != nil {
		return done, err
	}
	if err := e.Store.Purge(ctx, "sightings", "items"); err != nil {
		return done, fmt.Errorf("jobs: prune: %w", err)
	}
	return done, nil
}

// RotateKey exchanges the half of the key file that pseudonyms are made with, and
// e.Key. Roles that only the old key could tell are written down first.
func RotateKey(ctx context.Context, e *Env, keyFile string) error {
	if err := RecordRoles(ctx, e); err != nil {
		return err
	}
	key, err := pipeline.RotateKey(keyFile, e.Now())
	if err != nil {
		return err
	}
	e.Key = key
	return nil
}

// RecordRoles writes down which items are official as far as only the key tells
// it, so that they stay official without it.
func RecordRoles(ctx context.Context, e *Env) error {
	for _, group := range e.groups(nil) {
		d, err := e.deriver(ctx, group)
		if err != nil {
			return fmt.Errorf("jobs: roles of %v: %w", group, err)
		}
		roles, err := d.Roles(e.Store.Sightings(ctx, group, endOfTime), e.Store.VisitMarks(ctx, group, endOfTime), e.Now())
		if err != nil {
			return fmt.Errorf("jobs: roles of %v: %w", group, err)
		}
		if err := e.Store.PutReadings(ctx, roles); err != nil {
			return fmt.Errorf("jobs: roles of %v: %w", group, err)
		}
	}
	return nil
}

// Forgotten counts what was removed.
type Forgotten struct {
	Threads int `json:"threads"`
	Items   int `json:"items"`
}

// Forget removes what an address or id names from everything that is stored, and
// keeps it removed: a later visit or replay that shows it again does not see it.
// The address of a thread takes the whole thread along. source may be empty; when
// the name then stands in several sources, Forget asks which is meant.
func Forget(ctx context.Context, e *Env, name, source string) (Forgotten, error) {
	var done Forgotten
	places, err := e.Store.Find(ctx, name)
	if err != nil {
		return done, fmt.Errorf("jobs: %w", err)
	}
	var sources []string
	places = slices.DeleteFunc(places, func(p schema.Place) bool { return source != "" && p.SourceID != source })
	for _, p := range places {
		if !slices.Contains(sources, p.SourceID) {
			sources = append(sources, p.SourceID)
		}
	}
	switch {
	case len(places) == 0:
		return done, fmt.Errorf("jobs: nothing is stored under %q; ids are in table items, addresses in table threads", name)
	case len(sources) > 1:
		return done, fmt.Errorf("jobs: %q stands in several sources, say which is meant: %v", name, sources)
	}
	if e.Key != nil { // A tombstone of one key among those of another would hide that.
		if _, err := e.observer(ctx); err != nil {
			return done, err
		}
	}
	for _, p := range places {
		if err := e.forget(ctx, p, &done); err != nil {
			return done, fmt.Errorf("jobs: forget %q: %w", name, err)
		}
	}
	if _, _, ok := e.Index.Source(sources[0]); ok {
		if _, err := Relink(ctx, e, sources[0]); err != nil {
			return done, err
		}
	}
	if err := e.Store.Purge(ctx, "sightings", "items", "exchanges", "readings", "threads"); err != nil {
		return done, fmt.Errorf("jobs: forget %q: %w", name, err)
	}
	return done, nil
}

// forget removes one item, or one thread with all of its items.
func (e *Env) forget(ctx context.Context, p schema.Place, done *Forgotten) error {
	var tombstones []schema.Tombstone
	bury := func(id string) {
		if e.Key != nil { // else nothing is ever added, so that nothing can come back
			tombstones = append(tombstones, schema.Tombstone{
				Tombstone: e.Key.Tombstone(p.SourceID, id), Mark: e.Key.Mark(), ForgottenAt: e.Now().UTC(),
			})
		}
	}
	if p.ItemID != "" {
		bury(p.ItemID)
		done.Items++
		return e.Store.Forget(ctx, p, tombstones)
	}
	items, err := e.Store.Items(ctx, p)
	if err != nil {
		return err
	}
	bury(p.ThreadID)
	for _, item := range items { // they may stand on other pages, too
		bury(item.ItemID)
	}
	done.Threads++
	done.Items += len(items)
	return e.Store.Forget(ctx, p, tombstones)
}
