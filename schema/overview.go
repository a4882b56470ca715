package schema

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
)

// ReplyCount counts the replies to the needs of a body that are alike. Ties by
// adjacency alone do not count.
type ReplyCount struct {
	BodyID   string `ch:"body_id"` // that was addressed
	Kind     string `ch:"kind"`
	Template bool   `ch:"template"`
	Replies  uint64 `ch:"replies"`
}

// ReplyCounts counts replies, in the order of body, kind and template.
func (s *Store) ReplyCounts(ctx context.Context) ([]ReplyCount, error) {
	var counts []ReplyCount
	err := each(ctx, s.conn, func(c ReplyCount) { counts = append(counts, c) }, `
SELECT body_id, kind, template, count() AS replies
FROM replies WHERE method != 'adjacent'
GROUP BY body_id, kind, template ORDER BY body_id, kind, template`)
	return counts, fail("reply counts", err)
}

// ReplyCountsOf computes from exchanges what [Store.ReplyCounts] computes from the
// table, in the same order.
func ReplyCountsOf(exchanges []Exchange) []ReplyCount {
	sums := map[ReplyCount]uint64{}
	for i := range exchanges {
		e := &exchanges[i]
		for j := range e.ReplyID {
			if e.ReplyMethod[j] != "adjacent" {
				sums[ReplyCount{BodyID: e.BodyID, Kind: e.ReplyKind[j], Template: e.ReplyTemplate[j]}]++
			}
		}
	}
	var counts []ReplyCount
	for c, n := range sums {
		c.Replies = n
		counts = append(counts, c)
	}
	slices.SortFunc(counts, func(a, b ReplyCount) int {
		return cmp.Or(cmp.Compare(a.BodyID, b.BodyID), cmp.Compare(a.Kind, b.Kind), cmp.Compare(bit(a.Template), bit(b.Template)))
	})
	return counts
}

func bit(b bool) int {
	if b {
		return 1
	}
	return 0
}

// SourceWeek is how much was seen of a source in a week.
type SourceWeek struct {
	SourceID string            `ch:"source_id"`
	Week     time.Time         `ch:"week"` // its Monday, UTC
	Visits   uint64            `ch:"visits"`
	Complete uint64            `ch:"complete"` // visits that earned silence
	Declared uint64            `ch:"declared"` // items, where pages say how many there are
	Parsed   uint64            `ch:"parsed"`   // of these, read
	Outcomes map[string]uint64 `ch:"outcomes"` // visits by outcome
}

// SourceWeeks tells how much was seen until asOf, by source and week.
func (s *Store) SourceWeeks(ctx context.Context, asOf time.Time) ([]SourceWeek, error) {
	var weeks []SourceWeek
	err := each(ctx, s.conn, func(w SourceWeek) { weeks = append(weeks, w) }, `
SELECT source_id, toDateTime(toStartOfWeek(seen_at, 1), 'UTC') AS week, count() AS visits, countIf(complete) AS complete,
    sumIf(toUInt64(v.declared), v.declared >= 0) AS declared, sumIf(toUInt64(v.parsed), v.declared >= 0) AS parsed,
    sumMap(map(toString(outcome), toUInt64(1))) AS outcomes
FROM visits AS v WHERE seen_at <= toDateTime64(@until, 3, 'UTC')
GROUP BY source_id, week ORDER BY source_id, week`, moment("until", asOf))
	return weeks, fail("weeks of sources", err)
}

// Outage is time in which a source was due and nobody got an answer from it.
type Outage struct {
	SourceID string    `ch:"source_id"`
	Lo       time.Time `ch:"lo"` // when it was due
	Hi       time.Time `ch:"hi"` // when it answered again; the last visit of all when it has not
	Failed   uint64    `ch:"failed"`
}

// Outages lists the outages as they were known at asOf: those of view outages, with
// the times that its parameters mean. One that went on then ends there, and is none
// as long as patience lasts.
func (s *Store) Outages(ctx context.Context, due, patience time.Duration, asOf time.Time) ([]Outage, error) {
	var outages []Outage
	seconds := func(d time.Duration) string { return strconv.Itoa(int(d.Seconds())) }
	ctx = clickhouse.Context(ctx, clickhouse.WithParameters(clickhouse.Parameters{"due": seconds(due), "patience": seconds(patience)}))
	err := each(ctx, s.conn, func(o Outage) {
		if o.Hi.After(asOf) {
			o.Hi = asOf
			if o.Hi.Sub(o.Lo) <= patience-due {
				return
			}
		}
		outages = append(outages, o)
	}, `SELECT source_id, lo, hi, failed FROM outages(due = {due:UInt32}, patience = {patience:UInt32}) ORDER BY lo, source_id`)
	return outages, fail("outages", err)
}

// Generation names the state of the store: it changes when a visit or a derivation
// adds to it.
func (s *Store) Generation(ctx context.Context) (string, error) {
	var generation string
	err := s.conn.QueryRow(ctx, `
SELECT concat(toString((SELECT max(seen_at) FROM visits)), ' ', toString((SELECT count() FROM visits)), ' ', toString((SELECT max(version) FROM exchanges)))`).Scan(&generation)
	return generation, fail("generation", err)
}
