package schema

import (
	"context"
	"fmt"
	"time"
)

// VisitCounts counts all visits by outcome. The counts only grow.
func (s *Store) VisitCounts(ctx context.Context) (map[Outcome]uint64, error) {
	counts := map[Outcome]uint64{}
	err := each(ctx, s.conn, func(r struct {
		Outcome Outcome `ch:"outcome"`
		N       uint64  `ch:"n"`
	},
	) {
		counts[r.Outcome] = r.N
	}, "SELECT outcome, count() AS n FROM visits GROUP BY outcome")
	return counts, fail("visit counts", err)
}

// LastComplete gives the time of the last complete visit of each source that had
// one.
func (s *Store) LastComplete(ctx context.Context) (map[string]time.Time, error) {
	last := map[string]time.Time{}
	err := each(ctx, s.conn, func(r struct {
		SourceID string    `ch:"source_id"`
		At       time.Time `ch:"at"`
	},
	) {
		last[r.SourceID] = r.At
	}, "SELECT source_id, max(seen_at) AS at FROM visits WHERE complete GROUP BY source_id")
	return last, fail("last complete visits", err)
}

// SpanWidths tells how exactly the times of first replies are known.
type SpanWidths struct {
	Replies uint64  `ch:"replies"`
	Median  float64 `ch:"median"` // seconds between the ends of the span
	P90     float64 `ch:"p90"`
	Exact   uint64  `ch:"exact"` // of the replies, those known to the minute or better
}

// SpanWidths measures the spans of the first replies that came after a moment.
func (s *Store) SpanWidths(ctx context.Context, after time.Time) (widths SpanWidths, err error) {
	err = each(ctx, s.conn, func(r SpanWidths) { widths = r }, `
SELECT count() AS replies, countIf(width <= 60) AS exact,
    if(replies = 0, 0, quantileExact(0.5)(width)) AS median, if(replies = 0, 0, quantileExact(0.9)(width)) AS p90
FROM
(
    SELECT dateDiff('millisecond', reply_lo[1], reply_hi[1]) / 1000 AS width
    FROM exchanges FINAL
    WHERE notEmpty(reply_id) AND reply_hi[1] > toDateTime64(@after, 3, 'UTC')
)`, moment("after", after))
	return widths, fail("span widths", err)
}

// Ping tells whether the store answers.
func (s *Store) Ping(ctx context.Context) error {
	return fail("ping", s.conn.Exec(ctx, "SELECT 1"))
}

// Clock is the time that the store has.
func (s *Store) Clock(ctx context.Context) (now time.Time, err error) {
	err = s.conn.QueryRow(ctx, "SELECT now64(3, 'UTC')").Scan(&now)
	return now, fail("clock", err)
}

// OutageHours sums up the outages that reach beyond a moment, and counts their
// sources; see view outages.
func (s *Store) OutageHours(ctx context.Context, due, patience time.Duration, after time.Time) (hours float64, sources uint64, err error) {
	err = s.conn.QueryRow(ctx, fmt.Sprintf(`
SELECT ifNull(sum(dateDiff('second', greatest(lo, toDateTime64(@after, 3, 'UTC')), hi)), 0) / 3600, uniqExact(source_id)
FROM outages(due = %d, patience = %d) WHERE hi > toDateTime64(@after, 3, 'UTC')`, int(due.Seconds()), int(patience.Seconds())), moment("after", after)).Scan(&hours, &sources)
	return hours, sources, fail("outages", err)
}

// Engine is the version of ClickHouse.
func (s *Store) Engine(ctx context.Context) (version string, err error) {
	err = s.conn.QueryRow(ctx, "SELECT version()").Scan(&version)
	return version, fail("version", err)
}
