-- How many items of a visit had which field. A page that loses a field (a changed
-- class, a renamed key) is seen here before it breaks a parser.
ALTER TABLE visits ADD COLUMN IF NOT EXISTS fill Map(LowCardinality(String), UInt32)
    COMMENT 'Items that were read, by kind (comment), and how many of them had a field (comment.text): id, text, author (name or id), account (id), time, clock (finer than a day), role, parent, quoted, mentions, edited, outcome. Items shown as deleted do not count';

-- An item is shown again at every visit. Of each thread the last visit of a week
-- counts, so that an item counts once a week however often it was looked at.
CREATE OR REPLACE VIEW fill_rates
(
    source_id      LowCardinality(String) COMMENT 'Source',
    parser         LowCardinality(String) COMMENT 'Parser that read the pages',
    parser_version UInt16                 COMMENT 'Its version',
    week           Date                   COMMENT 'Monday of the week (UTC) of the visits',
    kind           String                 COMMENT 'post, comment, question or answer',
    field          String                 COMMENT 'id, text, author (name or id), account (id), time, clock (finer than a day), role, parent, quoted, mentions, edited or outcome',
    items          UInt64                 COMMENT 'Items of that kind, as of the last visit of each thread in the week',
    filled         UInt64                 COMMENT 'Of these, items that had the field',
    rate           Float64                COMMENT 'filled / items'
)
AS SELECT l.source_id AS source_id, l.parser AS parser, l.parser_version AS parser_version, l.week AS week,
    splitByChar('.', toString(count_key))[1] AS kind, splitByChar('.', toString(count_key))[2] AS field,
    sum(toUInt64(l.fill[kind])) AS items, sum(toUInt64(count_value)) AS filled, filled / items AS rate
FROM
(
    SELECT v.source_id, v.thread_id, v.parser, v.parser_version, toStartOfWeek(v.seen_at, 1) AS week, argMax(v.fill, (v.seen_at, v.visit_id)) AS fill
    FROM visits AS v
    WHERE notEmpty(v.fill)
    GROUP BY v.source_id, v.thread_id, v.parser, v.parser_version, week
) AS l
ARRAY JOIN mapKeys(l.fill) AS count_key, mapValues(l.fill) AS count_value
WHERE position(count_key, '.') > 0
GROUP BY source_id, parser, parser_version, week, kind, field
COMMENT 'How many of the items of each source had which field, week by week. A fall is a page that changes before its parser fails; qulaq coverage --alarms tells them';

-- An outage of a source is time in which it was due and nobody got an answer from
-- it: neither a crawler that did not run, nor a site that refused, tells anything
-- about what people asked in that time.
--
-- A visit is answered when the site spoke about what was asked: ok, not_modified,
-- empty, partial, gone, comments_closed, discussion_unavailable. Login walls,
-- captchas, throttles, robots.txt, changed layouts and networks are no answers. One
-- answered visit of any thread shows that the source could be seen.
--
-- A source is due some seconds after its last answered visit ({due}). When the next
-- answer came later than {patience} seconds after the last, the time from due until
-- that answer is an outage; a source that never answered is out from its first
-- visit. The last outage of a source ends with the last visit of any source (what
-- came after is not known to this store) and is told of active sources only.
-- Sources that must not be crawled are never due.
CREATE OR REPLACE VIEW outages
AS SELECT source_id, lo, hi, dateDiff('millisecond', lo, hi) / 3600000 AS hours, failed, outcomes
FROM
(
    SELECT a.source_id AS source_id, a.failed AS failed, a.outcomes AS outcomes,
        if(a.stretch = 0, a.began, a.began + toIntervalSecond({due:UInt32})) AS lo,
        leadInFrame(toNullable(a.began)) OVER (PARTITION BY a.source_id ORDER BY a.stretch ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING) AS next,
        ifNull(next, (SELECT max(v.seen_at) FROM visits AS v)) AS hi,
        a.stretch > 0 AND hi <= a.began + toIntervalSecond({patience:UInt32}) AS soon,
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
)
WHERE watched AND NOT soon AND hi > lo
COMMENT 'Time in which a source was due and could not be seen: SELECT * FROM outages(due = 3600, patience = 10800). due: seconds from an answer of the source until it is due again; patience: seconds without an answer that are no outage yet. Columns: source_id, lo and hi (from when it was due until it answered again), hours, failed (visits of that time that got no answer; 0 when none was made), outcomes (of these visits)';
