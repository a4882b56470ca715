package schema

import (
	"context"
	"iter"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
)

// Visits gives all visits of some sources, whatever their outcome, ordered by
// source, time seen and visit. They are streamed like [Store.Sightings].
func (s *Store) Visits(ctx context.Context, sourceIDs []string) iter.Seq2[Visit, error] {
	return failing("visits", query[Visit](longQuery(ctx), s.conn, `
SELECT `+columnsOf[Visit]("")+`
FROM visits
WHERE source_id IN @sources
ORDER BY source_id, seen_at, visit_id`, clickhouse.Named("sources", sourceIDs)))
}

// Recorded is how many visits of a source read pages, and how many sightings there are
// of it.
type Recorded struct {
	SourceID  string `ch:"source_id"`
	Visits    uint64 `ch:"visits"`
	Sightings uint64 `ch:"sightings"`
}

// Recorded gives the counts of all sources that were visited, by id.
func (s *Store) Recorded(ctx context.Context) iter.Seq2[Recorded, error] {
	return failing("what was recorded", query[Recorded](ctx, s.conn, `
SELECT source_id, countIf(pages > 0) AS visits, sum(v.sightings) AS sightings FROM visits AS v GROUP BY source_id ORDER BY source_id`))
}

// Look is a visit as far as it tells how well a source can be seen.
type Look struct {
	SourceID string    `ch:"source_id"`
	ThreadID string    `ch:"thread_id"`
	SeenAt   time.Time `ch:"seen_at"`
	Outcome  Outcome   `ch:"outcome"`
	Reason   string    `ch:"reason"`
}

// Looks gives the visits after a moment in the order of source, time and visit.
func (s *Store) Looks(ctx context.Context, after time.Time) iter.Seq2[Look, error] {
	return failing("looks", query[Look](ctx, s.conn, `
SELECT `+columnsOf[Look]("")+` FROM visits
WHERE seen_at > toDateTime64(@after, 3, 'UTC')
ORDER BY source_id, seen_at, visit_id`, moment("after", after)))
}
