package schema

import (
	"context"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
)

// ReplyTime counts, of the needs put to a source, those that got their first reply
// at an age within a step, and how long all of them waited at such an age.
type ReplyTime struct {
	SourceID string  `ch:"source_id"`
	Step     uint8   `ch:"step"`    // index of the age at which the step begins
	Replies  uint64  `ch:"replies"` // a reply that lies in an interval counts in its middle
	Waited   float64 `ch:"waited"`  // seconds, until the reply or the last complete visit
}

// ReplyTimes counts them for the needs that were asked after a moment, by the view
// latencies. ages, which ascend from 0, are where the steps begin; the last has no
// end.
func (s *Store) ReplyTimes(ctx context.Context, after time.Time, ages []time.Duration) ([]ReplyTime, error) {
	seconds := make([]float64, len(ages))
	for i, age := range ages {
		seconds[i] = age.Seconds()
	}
	var rows []ReplyTime
	err := each(ctx, s.conn, func(r ReplyTime) { rows = append(rows, r) }, `
WITH @ages AS ages
SELECT source_id, toUInt8(n - 1) AS step, countIf(replied AND waited_for >= lo AND waited_for < hi) AS replies,
    sum(least(greatest(waited_for - lo, 0), hi - lo)) AS waited
FROM
(
    SELECT source_id, answered AND watched AS replied, if(replied, (latency_lo + latency_hi) / 2, l.watched_for) AS waited_for
    FROM latencies AS l
    WHERE kind = 'any' AND asked_hi > toDateTime64(@after, 3, 'UTC')
)
ARRAY JOIN arrayEnumerate(ages) AS n, ages AS lo, arrayPushBack(arrayPopFront(ages), inf) AS hi
GROUP BY source_id, step
ORDER BY source_id, step`, clickhouse.Named("ages", seconds), moment("after", after))
	return rows, fail("reply times", err)
}

// Precision tells how exactly a source's pages print times.
type Precision struct {
	SourceID string `ch:"source_id"`
	Items    uint64 `ch:"items"`
	Exact    uint64 `ch:"exact"` // of them, those to the minute or the second
}

// Precisions counts the items that were first seen after a moment, without posts,
// whose times pages may print more exactly than those of what is said below them.
func (s *Store) Precisions(ctx context.Context, after time.Time) (map[string]Precision, error) {
	found := map[string]Precision{}
	err := each(ctx, s.conn, func(p Precision) { found[p.SourceID] = p }, `
SELECT source_id, count() AS items, countIf(precision IN ('second', 'minute')) AS exact
FROM sightings
WHERE change = 'first' AND kind != 'post' AND seen_at > toDateTime64(@after, 3, 'UTC')
GROUP BY source_id`, moment("after", after))
	return found, fail("precisions", err)
}
