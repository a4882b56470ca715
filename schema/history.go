package schema

import (
	"context"
	"iter"
	"slices"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
)

// KnownItem is what the store knows of an item: its last committed sighting.
type KnownItem struct {
	ThreadID    string    `ch:"thread_id"`
	ItemID      string    `ch:"item_id"`
	Change      Change    `ch:"change"`
	Kind        string    `ch:"kind"`
	ParentID    string    `ch:"parent_id"`
	PublishedLo time.Time `ch:"published_lo"`
	PublishedHi time.Time `ch:"published_hi"`
	Precision   string    `ch:"precision"`
	Edited      bool      `ch:"edited"`
	TextHash    string    `ch:"text_hash"`
	Outcome     string    `ch:"outcome"`       // the platform's own verdict
	FirstSeenAt time.Time `ch:"first_seen_at"` // of its first sighting
	SeenAt      time.Time `ch:"seen_at"`       // of its last sighting; unchanged items are seen without one
}

// threadsPerQuery bounds the list of ids in one statement.
const threadsPerQuery = 5_000

// Known tells what is known of the items of some threads of a source, by thread
// and in order of item id, to compare the next visit with. Threads without items
// are absent.
func (s *Store) Known(ctx context.Context, sourceID string, threadIDs []string) (map[string][]KnownItem, error) {
	known := make(map[string][]KnownItem, len(threadIDs))
	for ids := range slices.Chunk(threadIDs, threadsPerQuery) {
		err := each(longQuery(ctx), s.conn, func(k KnownItem) { known[k.ThreadID] = append(known[k.ThreadID], k) }, knownSQL,
			clickhouse.Named("source", sourceID), clickhouse.Named("threads", ids))
		if err != nil {
			return nil, fail("known items", err)
		}
	}
	return known, nil
}

const knownSQL = `
SELECT thread_id, item_id, last.1 AS change, last.2 AS parent_id, last.3 AS published_lo, last.4 AS published_hi, last.5 AS precision,
    last.6 AS edited, last.7 AS text_hash, first_seen_at, last.8 AS seen_at, last.9 AS kind, last.10 AS outcome
FROM
(
    SELECT thread_id, item_id, min(seen_at) AS first_seen_at,
        argMax((change, parent_id, published_lo, published_hi, precision, edited, text_hash, seen_at, kind, outcome), (seen_at, visit_id)) AS last
    FROM sightings
    WHERE source_id = @source AND thread_id IN @threads
        AND visit_id IN (SELECT visit_id FROM visits WHERE source_id = @source AND sightings > 0) -- of any thread: a listing shows the posts of others
    GROUP BY thread_id, item_id
)
ORDER BY thread_id, item_id`

// longQuery allows a statement the length that thousands of ids need.
func longQuery(ctx context.Context) context.Context {
	return clickhouse.Context(ctx, clickhouse.WithSettings(clickhouse.Settings{"max_query_size": 16 << 20}))
}

// ThreadState is a thread with what its visits have told. Times are the epoch
// where there was no such visit.
type ThreadState struct {
	Thread
	Visits        uint64    `ch:"visits"`
	LastAt        time.Time `ch:"last_at"` // of the last visit, whatever its outcome
	LastOutcome   Outcome   `ch:"last_outcome"`
	CompleteAt    time.Time `ch:"complete_at"` // of the last complete visit
	ETag          string    `ch:"etag"`        // as of the last complete visit, and so on
	LastModified  string    `ch:"last_modified"`
	Parser        string    `ch:"parser"`
	ParserVersion uint16    `ch:"parser_version"`
	Items         uint64    `ch:"items"`        // that were there when last seen
	LastItemAt    time.Time `ch:"last_item_at"` // when an item was last seen first
	Pages         uint32    `ch:"pages"`        // of the last complete visit
	FailingAt     time.Time `ch:"failing_at"`   // first visit after the last complete one
	Open          uint64    `ch:"open"`         // needs without a real reply, as derived last
	OldestAt      time.Time `ch:"oldest_at"`    // when the first of them was asked
	YoungestAt    time.Time `ch:"youngest_at"`  // when the last of them was asked
	DerivedAt     time.Time `ch:"derived_at"`   // when the last item that was derived was seen first
}

// Threads gives all threads of a source in order of id, with the state that
// decides when each is visited next.
func (s *Store) Threads(ctx context.Context, sourceID string) ([]ThreadState, error) {
	var threads []ThreadState
	for t, err := range s.EachThread(ctx, sourceID) {
		if err != nil {
			return nil, err
		}
		threads = append(threads, t)
	}
	return threads, nil
}

// EachThread is Threads, streamed: a crawl may track a million of them. An error is
// the last pair.
func (s *Store) EachThread(ctx context.Context, sourceID string) iter.Seq2[ThreadState, error] {
	return failing("threads", query[ThreadState](ctx, s.conn, threadsSQL, clickhouse.Named("source", sourceID)))
}

var threadsSQL = `
SELECT ` + columnsOf[Thread]("t.") + `, v.visits, v.last_at, v.last_outcome, v.complete_at, v.etag, v.last_modified, v.parser, v.parser_version,
    i.items, i.last_item_at, v.pages, v.failing_at, n.open, n.oldest_at, n.youngest_at, d.derived_at
FROM threads AS t FINAL
LEFT JOIN
(
    SELECT thread_id, count() AS visits, max(seen_at) AS last_at, argMax(outcome, (seen_at, visit_id)) AS last_outcome,
        maxIf(seen_at, complete) AS complete_at,
        argMaxIf(etag, (seen_at, visit_id), complete) AS etag, argMaxIf(last_modified, (seen_at, visit_id), complete) AS last_modified,
        argMaxIf(pages, (seen_at, visit_id), complete) AS pages, arrayMin(arrayFilter(t -> t > complete_at, groupArray(seen_at))) AS failing_at,
        argMaxIf(parser, (seen_at, visit_id), complete) AS parser, argMaxIf(parser_version, (seen_at, visit_id), complete) AS parser_version
    FROM visits
    WHERE source_id = @source
    GROUP BY thread_id
) AS v ON v.thread_id = t.thread_id
LEFT JOIN
(
    SELECT thread_id, countIf(last != 'vanished') AS items, max(first_at) AS last_item_at
    FROM
    (
        SELECT thread_id, item_id, argMax(change, (seen_at, visit_id)) AS last, min(seen_at) AS first_at
        FROM sightings
        WHERE source_id = @source AND visit_id IN (SELECT visit_id FROM visits WHERE source_id = @source AND sightings > 0)
        GROUP BY thread_id, item_id
    )
    GROUP BY thread_id
) AS i ON i.thread_id = t.thread_id
LEFT JOIN
(
    SELECT thread_id, count() AS open, min(asked_hi) AS oldest_at, max(asked_hi) AS youngest_at
    FROM latencies
    WHERE source_id = @source AND kind = 'substantive' AND NOT (answered AND watched) AND NOT vanished
    GROUP BY thread_id
) AS n ON n.thread_id = t.thread_id
LEFT JOIN
(
    SELECT thread_id, max(first_seen_at) AS derived_at FROM items FINAL WHERE source_id = @source GROUP BY thread_id
) AS d ON d.thread_id = t.thread_id
WHERE t.source_id = @source
ORDER BY t.thread_id`

// Sightings gives the committed sightings of some sources until asOf, ordered by
// source, thread, item, time seen and visit. They are streamed. An
// error is the last pair.
func (s *Store) Sightings(ctx context.Context, sourceIDs []string, asOf time.Time) iter.Seq2[Sighting, error] {
	return failing("sightings", query[Sighting](longQuery(ctx), s.conn, `
SELECT `+columnsOf[Sighting]("")+`
FROM sightings FINAL
WHERE source_id IN @sources AND seen_at <= toDateTime64(@until, 3, 'UTC')
    AND visit_id IN (SELECT visit_id FROM visits WHERE source_id IN @sources AND seen_at <= toDateTime64(@until, 3, 'UTC') AND sightings > 0)
ORDER BY source_id, thread_id, item_id, seen_at, visit_id`, clickhouse.Named("sources", sourceIDs), moment("until", asOf)))
}

// VisitMark is when a thread was visited, and how that ended.
type VisitMark struct {
	SourceID string    `ch:"source_id"`
	ThreadID string    `ch:"thread_id"`
	SeenAt   time.Time `ch:"seen_at"`
	VisitID  string    `ch:"visit_id"`
	Outcome  Outcome   `ch:"outcome"`
	Complete bool      `ch:"complete"`
}

// VisitMarks gives those visits of some sources until asOf that tell what was not
// there: complete ones, and those that found their thread gone. They are ordered
// by source, thread, time and visit, and streamed like [Store.Sightings].
func (s *Store) VisitMarks(ctx context.Context, sourceIDs []string, asOf time.Time) iter.Seq2[VisitMark, error] {
	return failing("visits", query[VisitMark](longQuery(ctx), s.conn, `
SELECT `+columnsOf[VisitMark]("")+`
FROM visits
WHERE source_id IN @sources AND seen_at <= toDateTime64(@until, 3, 'UTC') AND (complete OR outcome = 'gone')
ORDER BY source_id, thread_id, seen_at, visit_id`, clickhouse.Named("sources", sourceIDs), moment("until", asOf)))
}

// moment is a parameter for toDateTime64(…, 3, 'UTC'): to the millisecond, whatever
// the server's zone.
func moment(name string, t time.Time) any {
	return clickhouse.Named(name, t.UTC().Format("2006-01-02 15:04:05.000"))
}

// failing says of an error what was being done.
func failing[T any](doing string, rows iter.Seq2[T, error]) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for row, err := range rows {
			if !yield(row, fail(doing, err)) {
				return
			}
		}
	}
}
