package schema

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
)

// Readings gives what was read in the texts of some sources that are no longer
// stored, ordered by item and, for one item, by when it was read. They are
// streamed like [Store.Sightings].
func (s *Store) Readings(ctx context.Context, sourceIDs []string) iter.Seq2[Reading, error] {
	return failing("readings", query[Reading](longQuery(ctx), s.conn, `
SELECT `+columnsOf[Reading]("")+`
FROM readings FINAL
WHERE source_id IN @sources
ORDER BY source_id, thread_id, item_id, read_at, text_hash`, clickhouse.Named("sources", sourceIDs)))
}

// PutReadings adds readings. The last of those of one text counts.
func (s *Store) PutReadings(ctx context.Context, readings []Reading) error {
	return fail("put readings", insertOnce(ctx, s, "readings", readings))
}

// prunedItems, by what a table of readings says, are the items whose text must not be stored.
func prunedItems(readings string) string {
	return "(source_id, thread_id, item_id) IN (SELECT source_id, thread_id, item_id FROM " + readings + " FINAL WHERE pruned)"
}

// DropTexts removes from sightings the texts of all items that have a pruned
// reading, and tells how many sightings had one. It waits until that is done; the
// derived tables are made again by the caller, and [Store.Purge] sees that the
// bytes leave the disk.
func (s *Store) DropTexts(ctx context.Context) (uint64, error) {
	var n uint64
	if err := s.conn.QueryRow(ctx, "SELECT count() FROM sightings WHERE text != '' AND "+prunedItems("readings")).Scan(&n); err != nil {
		return 0, fail("drop texts", err)
	}
	if n == 0 {
		return 0, nil // a mutation rewrites whole parts
	}
	return n, fail("drop texts", s.mutate(ctx, "sightings", "UPDATE text = '' WHERE text != '' AND "+prunedItems(s.cluster.part("readings"))))
}

// mutate changes rows of a table for good and waits until every part, and on a
// cluster every replica, has been written anew.
func (s *Store) mutate(ctx context.Context, table, change string, args ...any) error {
	ctx = clickhouse.Context(longQuery(ctx), clickhouse.WithSettings(clickhouse.Settings{"mutations_sync": 2, "max_query_size": 16 << 20}))
	if err := s.conn.Exec(ctx, "ALTER TABLE "+s.cluster.part(table)+s.cluster.on()+" "+change, args...); err != nil {
		return fmt.Errorf("change %s: %w", table, err)
	}
	return nil
}

// Purge merges tables so that rows which were replaced leave them (the texts of
// earlier derivations stand in those), and waits until the parts that held them
// have left the disk.
func (s *Store) Purge(ctx context.Context, tables ...string) error {
	for _, table := range tables {
		if err := s.conn.Exec(ctx, "OPTIMIZE TABLE "+s.cluster.part(table)+s.cluster.on()+" FINAL"); err != nil {
			return fail("purge "+table, err)
		}
	}
	ctx, cancel := context.WithTimeout(ctx, purgeWithin)
	defer cancel()
	for _, table := range tables {
		if err := s.purged(ctx, table); err != nil {
			return fail("purge "+table, err)
		}
	}
	return nil
}

// purgeWithin bounds how long Purge waits. A query that reads a part keeps it.
const purgeWithin = time.Minute

// purged waits until a table has no replaced parts. The embedded engine does not
// remove them in the background: it has to be made to look.
func (s *Store) purged(ctx context.Context, table string) error {
	poll := time.NewTicker(250 * time.Millisecond)
	defer poll.Stop()
	for {
		var replaced uint64
		if err := s.conn.QueryRow(ctx, "SELECT count() FROM "+s.cluster.system("parts")+" WHERE database = ? AND table = ? AND NOT active", s.database, s.cluster.part(table)).Scan(&replaced); err != nil {
			return err
		}
		if replaced == 0 {
			return nil
		}
		// There is no such partition. Dropping one makes the engine clear the disk.
		if err := s.conn.Exec(ctx, "ALTER TABLE "+s.cluster.part(table)+s.cluster.on()+" DROP PARTITION ID '190001'"); err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%d replaced parts are still on the disk: %w", replaced, ctx.Err())
		case <-poll.C:
		}
	}
}

// Tombstone is a row of table forgotten: what must not come back. It does not tell
// what that was.
type Tombstone struct {
	Tombstone   string    `ch:"tombstone"` // keyed hash
	Mark        string    `ch:"mark"`      // of the key that made it
	ForgottenAt time.Time `ch:"forgotten_at"`
}

// Tombstones lists what was forgotten, in order of tombstone.
func (s *Store) Tombstones(ctx context.Context) ([]Tombstone, error) {
	var all []Tombstone
	err := each(ctx, s.conn, func(t Tombstone) { all = append(all, t) }, `
SELECT tombstone, mark, forgotten_at FROM forgotten FINAL ORDER BY tombstone`)
	return all, fail("tombstones", err)
}

// Place is where something stands: an item, or with an empty ItemID a thread with
// all that is in it.
type Place struct {
	SourceID string `ch:"source_id"`
	ThreadID string `ch:"thread_id"`
	ItemID   string `ch:"item_id"`
}

// Find tells what an address or id names: a thread by its id or the address of its
// first page, and an item by its id or by an address that ends in the id.
func (s *Store) Find(ctx context.Context, name string) ([]Place, error) {
	id := name
	if _, rest, ok := strings.Cut(name, "://"); ok {
		_, id, _ = strings.Cut(rest, "/")
	}
	var places []Place
	err := each(ctx, s.conn, func(p Place) { places = append(places, p) }, `
SELECT DISTINCT source_id, thread_id, item_id
FROM
(
    SELECT source_id, thread_id, '' AS item_id FROM threads WHERE url = @name OR thread_id IN (@name, @id)
    UNION ALL
    SELECT source_id, thread_id, '' AS item_id FROM visits WHERE url = @name OR thread_id IN (@name, @id)
    UNION ALL
    SELECT source_id, thread_id, item_id FROM sightings WHERE item_id IN (@name, @id)
)
ORDER BY source_id, thread_id, item_id`, clickhouse.Named("name", name), clickhouse.Named("id", id))
	return places, fail("find "+name, err)
}

// Items lists the items of a thread, also those whose visit was not finished.
func (s *Store) Items(ctx context.Context, p Place) ([]Place, error) {
	var places []Place
	err := each(ctx, s.conn, func(p Place) { places = append(places, p) }, `
SELECT DISTINCT source_id, thread_id, item_id FROM sightings WHERE source_id = @source AND thread_id = @thread ORDER BY item_id`,
		clickhouse.Named("source", p.SourceID), clickhouse.Named("thread", p.ThreadID))
	return places, fail("items of a thread", err)
}

// Holds tells whether any of some items of some sources was ever seen.
func (s *Store) Holds(ctx context.Context, sourceIDs, itemIDs []string) (bool, error) {
	var found bool
	err := s.conn.QueryRow(ctx, "SELECT count() > 0 FROM (SELECT 1 FROM sightings WHERE source_id IN @sources AND item_id IN @items LIMIT 1)",
		clickhouse.Named("sources", sourceIDs), clickhouse.Named("items", itemIDs)).Scan(&found)
	return found, fail("look for items", err)
}

// Forget writes tombstones, and then removes an item, or a whole thread, from
// every table: rows, texts and hashes, and what other items say of it (that they
// answer or quote it). It waits until that is done. After an error it can be
// repeated. The derived tables are made again by the caller.
func (s *Store) Forget(ctx context.Context, p Place, tombstones []Tombstone) error {
	const doing = "forget"
	if err := insert(ctx, s, "forgotten", tombstones); err != nil {
		return fail(doing, err)
	}
	where, args := "source_id = @source AND thread_id = @thread", []any{
		clickhouse.Named("source", p.SourceID), clickhouse.Named("thread", p.ThreadID),
	}
	this := where
	if p.ItemID != "" {
		this += " AND item_id = @item"
		args = append(args, clickhouse.Named("item", p.ItemID))
		hashes, err := s.hashes(ctx, this, args)
		if err != nil {
			return fail(doing, err)
		}
		// In one mutation each, for a crash between two would leave the second undone
		// and nothing to find it by.
		others := append(slices.Clone(args), clickhouse.Named("hashes", hashes))
		if err := s.mutate(ctx, "sightings", "UPDATE parent_id = if(parent_id = @item, '', parent_id), "+
			"quoted_hash = if(quoted_hash IN @hashes, '', quoted_hash) WHERE "+where+
			" AND (parent_id = @item OR quoted_hash IN @hashes)", others...); err != nil {
			return fail(doing, err)
		}
	}
	tables := []string{"readings", "items", "sightings"}
	if p.ItemID == "" {
		tables = append(tables, "exchanges", "visits", "threads")
	}
	if p.ItemID != "" {
		if err := s.mutate(ctx, "exchanges", "DELETE WHERE "+where+" AND need_id = @item", args...); err != nil {
			return fail(doing, err)
		}
	}
	for _, table := range tables { // sightings late: they are what a repetition finds
		if err := s.mutate(ctx, table, "DELETE WHERE "+this, args...); err != nil {
			return fail(doing, err)
		}
	}
	return nil
}

// hashes are the fingerprints of all texts that an item had; at least one, for a
// list in SQL must not be empty.
func (s *Store) hashes(ctx context.Context, where string, args []any) ([]string, error) {
	hashes := []string{"none"}
	err := each(ctx, s.conn, func(r struct {
		Hash string `ch:"text_hash"`
	},
	) {
		hashes = append(hashes, r.Hash)
	}, "SELECT DISTINCT text_hash FROM sightings WHERE text_hash != '' AND "+where, args...)
	return hashes, err
}
