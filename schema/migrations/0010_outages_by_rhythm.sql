-- Outages by the rhythm in which a source is visited: takes the place of the view in
-- 0006_coverage_over_time.sql, for which whoever crawled less than hourly was away
-- most of the time.
--
-- An outage of a source is time in which it was due and nobody got an answer from
-- it: neither a crawler that did not run, nor a site that refused, tells anything
-- about what people asked in that time.
--
-- A visit is answered when the site spoke about what was asked: ok, not_modified,
-- empty, partial, gone, comments_closed, discussion_unavailable. Login walls,
-- captchas, throttles, robots.txt, changed layouts and networks are no answers. One
-- answered visit of any thread shows that the source could be seen.
--
-- A source is due some seconds after its last answered visit ({due}), or after the
-- usual distance of its visits where that is longer: who crawls twice a day is not
-- away in between. Three of four distances between hours with visits are no longer
-- than the usual one, which is told once there are ten. When the next answer came more
-- than {patience} - {due} seconds after the source was due, the time from due until
-- that answer is an outage; a source that never answered is out from its first visit.
-- The last outage of a source ends with the last visit of any source (what came after
-- is not known to this store) and is told of active sources only. Sources that must
-- not be crawled are never due.
CREATE OR REPLACE VIEW outages
AS SELECT source_id, lo, hi, dateDiff('millisecond', lo, hi) / 3600000 AS hours, failed, outcomes
FROM
(
    SELECT a.source_id AS source_id, a.failed AS failed, a.outcomes AS outcomes,
        greatest({due:UInt32}, ifNull(u.distance, 0)) AS due_after,
        if(a.stretch = 0, a.began, a.began + toIntervalSecond(due_after)) AS lo,
        leadInFrame(toNullable(a.began)) OVER (PARTITION BY a.source_id ORDER BY a.stretch ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING) AS next,
        ifNull(next, (SELECT max(v.seen_at) FROM visits AS v)) AS hi,
        a.stretch > 0 AND hi <= a.began + toIntervalSecond(due_after + {patience:UInt32} - {due:UInt32}) AS soon,
        if(isNull(next), s.status = 'active', s.status NOT IN ('blocked', 'import')) AS watched
    FROM
    (
        -- A stretch is an answered visit with the failures that followed it.
        SELECT source_id, stretch, min(seen_at) AS began, countIf(NOT answered) AS failed,
            sumMapIf(map(toString(outcome), toUInt64(1)), NOT answered) AS outcomes
        FROM
        (
            SELECT v.source_id, v.seen_at, v.outcome,
                v.outcome IN ('ok', 'not_modified', 'empty', 'partial', 'gone', 'comments_closed', 'discussion_unavailable') AS answered,
                sum(answered) OVER (PARTITION BY v.source_id ORDER BY v.seen_at, v.visit_id ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS stretch
            FROM visits AS v
        )
        GROUP BY source_id, stretch
    ) AS a
    LEFT JOIN sources_now AS s ON s.source_id = a.source_id
    LEFT JOIN
    (
        SELECT source_id, if(count() < 10, 0, toUInt32(quantileExact(0.75)(gap))) AS distance
        FROM
        (
            SELECT h.source_id AS source_id, h.hour - lagInFrame(h.hour, 1, h.hour) OVER (PARTITION BY h.source_id ORDER BY h.hour ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS gap
            FROM (SELECT DISTINCT v.source_id, toUnixTimestamp(toStartOfHour(v.seen_at)) AS hour FROM visits AS v) AS h
        )
        WHERE gap > 0
        GROUP BY source_id
    ) AS u ON u.source_id = a.source_id
)
WHERE watched AND NOT soon AND hi > lo
COMMENT 'Time in which a source was due and could not be seen: SELECT * FROM outages(due = 3600, patience = 10800). due: seconds from an answer of the source until it is due again, at least: the usual distance of its visits counts where that is longer; patience: seconds without an answer that are no outage yet, with that due. Columns: source_id, lo and hi (from when it was due until it answered again), hours, failed (visits of that time that got no answer; 0 when none was made), outcomes (of these visits)';
