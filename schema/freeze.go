package schema

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
)

// Frozen is a copy of a store that holds what had been seen until a moment, in a
// database of its own beside it. Whatever is computed from it is what would have been
// computed then: no query has to know of the moment.
type Frozen struct {
	*Store
	of *Store
}

// frozen is the ending of the database of a [Frozen].
const frozen = "_frozen"

// Freeze copies what had been seen until asOf: visits, sightings, what was read in
// texts that are no longer stored, and what threads are. Registry and derived tables
// are empty; the caller fills them. A store has one frozen copy at a time, and
// Freeze replaces one that was left behind.
func (s *Store) Freeze(ctx context.Context, asOf time.Time) (*Frozen, error) {
	const doing = "freeze"
	f := &Frozen{Store: &Store{database: s.database + frozen}, of: s}
	if err := s.dropSnapshot(ctx, f.database); err != nil {
		return nil, fail(doing, err)
	}
	server := *s.server
	if err := f.connect(ctx, &server); err != nil {
		return nil, errors.Join(fail(doing, err), f.Close(ctx))
	}
	err := f.Migrate(ctx)
	if err == nil {
		err = f.copy(ctx, asOf)
	}
	if err != nil {
		return nil, errors.Join(fail(doing, err), f.Close(ctx))
	}
	return f, nil
}

// Close drops the copy, which is all that it closes.
func (f *Frozen) Close(ctx context.Context) error {
	return errors.Join(f.of.dropSnapshot(context.WithoutCancel(ctx), f.database), f.Store.Close())
}

func (f *Frozen) copy(ctx context.Context, asOf time.Time) error {
	seen := "WHERE seen_at <= toDateTime64(@until, 3, 'UTC')"
	ctx = clickhouse.Context(ctx, clickhouse.WithSettings(clickhouse.Settings{"max_partitions_per_insert_block": 0}))
	// What changes of a thread is left out, for only the last of it is stored.
	const thread = "* REPLACE (-1 AS declared, toDateTime64(0, 3, 'UTC') AS published_at, toDateTime64(0, 3, 'UTC') AS found_at)"
	for _, t := range []struct{ table, columns, where string }{
		{"sightings", "*", seen},
		{"visits", "*", seen},
		{"readings FINAL", "*", ""}, // of versions of texts: those of later ones are not asked for
		{"forgotten FINAL", "*", ""},
		{"threads FINAL", thread, ""},
	} {
		table, final, _ := strings.Cut(t.table, " ")
		sql := fmt.Sprintf("INSERT INTO %s.%s SELECT %s FROM %s.%s %s %s",
			quoteName(f.database), quoteName(table), t.columns, quoteName(f.of.database), quoteName(table), final, t.where)
		var args []any
		if t.where != "" {
			args = append(args, moment("until", asOf))
		}
		if err := f.admin.Exec(ctx, sql, args...); err != nil {
			return fmt.Errorf("copy %s: %w", table, err)
		}
	}
	return nil
}
