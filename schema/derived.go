package schema

import (
	"context"
	"fmt"
	"iter"

	"github.com/ClickHouse/clickhouse-go/v2"
)

type bodyRow struct {
	Body
	Version uint64 `ch:"version"`
}

type sourceRow struct {
	Source
	Version uint64 `ch:"version"`
}

// PutRegistry makes the store hold exactly these bodies and sources. Those that
// it held and that are not among them are marked as deleted. After an error, it
// can be repeated.
func (s *Store) PutRegistry(ctx context.Context, bodies []Body, sources []Source) error {
	const doing = "put registry"
	s.deriving.Lock()
	defer s.deriving.Unlock()
	version, err := s.nextVersion(ctx, "bodies", "sources")
	if err != nil {
		return fail(doing, err)
	}
	bs, ss := make([]bodyRow, len(bodies)), make([]sourceRow, len(sources))
	for i, b := range bodies {
		bs[i] = bodyRow{b, version}
	}
	for i, src := range sources {
		ss[i] = sourceRow{src, version}
	}
	if err := insert(ctx, s, "bodies", bs); err != nil {
		return fail(doing, err)
	}
	if err := insert(ctx, s, "sources", ss); err != nil {
		return fail(doing, err)
	}
	if err := s.bury(ctx, "bodies", "body_id", version, nil); err != nil {
		return fail(doing, err)
	}
	return fail(doing, s.bury(ctx, "sources", "source_id", version, nil))
}

// ReplaceDerived makes the derived tables hold exactly these items and exchanges
// for these sources; their Version and IsDeleted are set here. Other sources are
// not touched. After an error or a crash the tables hold some of the old and some
// of the new; repeating the call mends that. What was counted of the sources counts
// no longer: [Store.ReplaceStates] comes next.
func (s *Store) ReplaceDerived(ctx context.Context, sourceIDs []string, items []Item, exchanges []Exchange) error {
	const doing = "replace derived"
	if len(sourceIDs) == 0 {
		return nil
	}
	named := make(map[string]bool, len(sourceIDs))
	for _, id := range sourceIDs {
		named[id] = true
	}
	s.deriving.Lock()
	defer s.deriving.Unlock()
	version, err := s.nextVersion(ctx, "items", "exchanges")
	if err != nil {
		return fail(doing, err)
	}
	for i := range items {
		if !named[items[i].SourceID] {
			return fail(doing, fmt.Errorf("item %s is of source %q, which is not being replaced", items[i].ItemID, items[i].SourceID))
		}
		items[i].Version, items[i].IsDeleted = version, 0
	}
	for i := range exchanges {
		if !named[exchanges[i].SourceID] {
			return fail(doing, fmt.Errorf("exchange of need %s is of source %q, which is not being replaced", exchanges[i].NeedID, exchanges[i].SourceID))
		}
		exchanges[i].Version, exchanges[i].IsDeleted = version, 0
	}
	if err := s.retireStates(ctx, sourceIDs); err != nil {
		return fail(doing, err)
	}
	if err := insert(ctx, s, "items", items); err != nil {
		return fail(doing, err)
	}
	if err := insert(ctx, s, "exchanges", exchanges); err != nil {
		return fail(doing, err)
	}
	if err := s.bury(ctx, "items", "source_id, thread_id, item_id", version, sourceIDs); err != nil {
		return fail(doing, err)
	}
	return fail(doing, s.bury(ctx, "exchanges", "source_id, thread_id, need_id", version, sourceIDs))
}

// DerivedItems gives the items of some sources as last derived, ordered by source,
// thread and item. They are streamed like [Store.Sightings].
func (s *Store) DerivedItems(ctx context.Context, sourceIDs []string) iter.Seq2[Item, error] {
	return failing("items", query[Item](longQuery(ctx), s.conn, `
SELECT `+columnsOf[Item]("")+` FROM items FINAL WHERE source_id IN @sources
ORDER BY source_id, thread_id, item_id`, clickhouse.Named("sources", sourceIDs)))
}

// DerivedExchanges gives the exchanges of some sources as last derived, ordered by
// source, thread and need. They are streamed like [Store.Sightings].
func (s *Store) DerivedExchanges(ctx context.Context, sourceIDs []string) iter.Seq2[Exchange, error] {
	return failing("exchanges", query[Exchange](longQuery(ctx), s.conn, `
SELECT `+columnsOf[Exchange]("")+` FROM exchanges FINAL WHERE source_id IN @sources
ORDER BY source_id, thread_id, need_id`, clickhouse.Named("sources", sourceIDs)))
}

// CitizensItems gives what citizens wrote, as last derived, ordered by source, thread
// and item. It is streamed like [Store.Sightings].
func (s *Store) CitizensItems(ctx context.Context) iter.Seq2[Item, error] {
	return failing("citizens' items", query[Item](ctx, s.conn, `
SELECT `+columnsOf[Item]("")+` FROM items FINAL WHERE role = 'citizen' ORDER BY source_id, thread_id, item_id`))
}

// nextVersion is higher than every version in two tables that are replaced
// together.
func (s *Store) nextVersion(ctx context.Context, first, second string) (uint64, error) {
	var version uint64
	err := s.conn.QueryRow(ctx, fmt.Sprintf(
		"SELECT greatest((SELECT max(version) FROM %s), (SELECT max(version) FROM %s)) + 1", first, second)).Scan(&version)
	return version, err
}

// bury marks as deleted the rows that a replacement left at a lower version: all
// of the table, or those of some sources.
func (s *Store) bury(ctx context.Context, table, key string, version uint64, sourceIDs []string) error {
	sql := fmt.Sprintf("INSERT INTO %s (%s, version, is_deleted) SELECT %s, ?, 1 FROM %s FINAL WHERE version < ?", table, key, key, table)
	args := []any{version, version}
	if sourceIDs != nil {
		sql += " AND source_id IN ?"
		args = append(args, sourceIDs)
	}
	if err := s.conn.Exec(ctx, sql, args...); err != nil {
		return fmt.Errorf("mark what is gone from %s: %w", table, err)
	}
	return nil
}
