package schema

import (
	"context"
	"time"
)

// FieldCount tells how many items of a source had a field.
type FieldCount struct {
	SourceID string `ch:"source_id"`
	Parser   string `ch:"parser"`
	Kind     string `ch:"kind"`  // of the items: post, comment, …
	Field    string `ch:"field"` // as in column visits.fill
	Items    uint64 `ch:"items"`
	Filled   uint64 `ch:"filled"`
}

// Fill counts, by source, parser, kind and field and in that order, the items that
// the visits after one moment and until another have read. Of each thread the last
// visit counts, whatever the version of its parser: items that were looked at many
// times count once.
func (s *Store) Fill(ctx context.Context, after, until time.Time) ([]FieldCount, error) {
	var counts []FieldCount
	err := each(ctx, s.conn, func(c FieldCount) { counts = append(counts, c) }, `
SELECT source_id, parser, splitByChar('.', toString(key))[1] AS kind, splitByChar('.', toString(key))[2] AS field,
    sum(toUInt64(fill[kind])) AS items, sum(toUInt64(value)) AS filled
FROM
(
    SELECT source_id, thread_id, parser, argMax(v.fill, (seen_at, visit_id)) AS fill
    FROM visits AS v
    WHERE notEmpty(v.fill) AND seen_at > toDateTime64(@after, 3, 'UTC') AND seen_at <= toDateTime64(@until, 3, 'UTC')
    GROUP BY source_id, thread_id, parser
)
ARRAY JOIN mapKeys(fill) AS key, mapValues(fill) AS value
WHERE position(key, '.') > 0
GROUP BY source_id, parser, kind, field
ORDER BY source_id, parser, kind, field`, moment("after", after), moment("until", until))
	return counts, fail("fill", err)
}
