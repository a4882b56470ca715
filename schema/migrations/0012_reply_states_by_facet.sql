-- Counts of replies in fewer rows, for more questions. Those of migration 0009 held a
-- row for each language and theme, which every question had to add up; here each
-- language, theme and class has rows of its own beside those of all needs. Near-identical
-- needs are counted as one, too (unit), and what all bodies together are is counted
-- beforehand, under no source and no body. Few needs were put to one body in one week:
-- those of weeks and months are counted in wider buckets, of 1 hour up to 6, then 6 up to
-- a day, 12 up to 3 days, a day up to 7, 2 up to 15, 5 up to 30, 15 up to 90, 70 up to
-- 370, and 180 days. Counts are made of exchanges and can be made
-- again: nothing is lost with the old ones.
DROP TABLE IF EXISTS reply_states;

CREATE TABLE IF NOT EXISTS reply_states
(
    unit      LowCardinality(String) COMMENT 'What is counted: need, or cluster: near-identical needs put to one body, as one. Choose one',
    period    LowCardinality(String) COMMENT 'Length of the time of asking that a row is of: all, month or week. Choose one: each counts every need',
    facet     LowCardinality(String) COMMENT 'What value is a value of: language, theme or class; empty for rows of all needs. Choose one: each counts every need. Month and week have no others than the empty one',
    clock     LowCardinality(String) COMMENT 'calendar, or working: working days, each of 1440 minutes. Choose one',
    kind      LowCardinality(String) COMMENT 'Sort of reply as in latencies; clusters, facets, month, week and the working clock have any and substantive. Choose one',
    body_id   LowCardinality(String) COMMENT 'Body that was addressed; also empty in the sums of all bodies',
    start     Date                   COMMENT 'First day of the period, where the source is; 1970-01-01 for all',
    value     LowCardinality(String) COMMENT 'Language, theme or class, as in exchanges; empty when facet is',
    source_id LowCardinality(String) COMMENT 'Source of the threads; empty in the sums of all sources and bodies, which reply_states_now leaves out',
    lo        UInt32                 COMMENT 'Lower edge of the bucket, minutes',
    hi        UInt32                 COMMENT 'Upper edge of the bucket, minutes, which it includes',
    answered  UInt32                 COMMENT 'Needs whose reply came in the bucket; at the middle of its span',
    open      UInt32                 COMMENT 'Needs that were last seen without such a reply in the bucket',
    wide      UInt32                 COMMENT 'Of those answered, needs whose span is wider than the bucket: reply_spans tells where these begin and end',
    version   UInt64                 COMMENT 'It counts when state_versions has it as whole'
)
ENGINE = MergeTree
ORDER BY (unit, period, facet, clock, kind, body_id, start, value, source_id, lo, hi)
COMMENT 'Needs by how long they waited, counted in buckets of time. Read reply_states_now.';

-- Replies whose times are known less exactly than their buckets are counted by the
-- buckets in which their spans begin and end, for estimates that heed that (Turnbull).
CREATE TABLE IF NOT EXISTS reply_spans
(
    unit      LowCardinality(String) COMMENT 'As in reply_states',
    period    LowCardinality(String) COMMENT 'As in reply_states',
    facet     LowCardinality(String) COMMENT 'As in reply_states',
    clock     LowCardinality(String) COMMENT 'As in reply_states',
    kind      LowCardinality(String) COMMENT 'As in reply_states',
    body_id   LowCardinality(String) COMMENT 'As in reply_states',
    start     Date                   COMMENT 'As in reply_states',
    value     LowCardinality(String) COMMENT 'As in reply_states',
    source_id LowCardinality(String) COMMENT 'As in reply_states',
    lo        UInt32                 COMMENT 'Lower edge of the bucket in which the spans begin, minutes',
    hi        UInt32                 COMMENT 'Upper edge of the bucket in which they end, minutes',
    answered  UInt32                 COMMENT 'Needs with such a span: those that reply_states has as wide',
    version   UInt64                 COMMENT 'As in reply_states'
)
ENGINE = MergeTree
ORDER BY (unit, period, facet, clock, kind, body_id, start, value, source_id, lo, hi)
COMMENT 'Needs whose replies are known to have come in a span of time, beside reply_states';

DROP TABLE IF EXISTS reply_threads;

-- Needs of one thread are not independent. These sums tell how much that widens
-- limits (stats.ClusterSums); sums of different sources add up.
CREATE TABLE IF NOT EXISTS reply_threads
(
    unit      LowCardinality(String) COMMENT 'As in reply_states',
    period    LowCardinality(String) COMMENT 'As in reply_states',
    facet     LowCardinality(String) COMMENT 'As in reply_states',
    clock     LowCardinality(String) COMMENT 'As in reply_states',
    kind      LowCardinality(String) COMMENT 'As in reply_states',
    body_id   LowCardinality(String) COMMENT 'As in reply_states',
    start     Date                   COMMENT 'As in reply_states',
    value     LowCardinality(String) COMMENT 'As in reply_states',
    source_id LowCardinality(String) COMMENT 'As in reply_states',
    horizon   Float64                COMMENT 'Days of the clock after asking',
    threads   UInt64                 COMMENT 'Threads with needs',
    followed  UInt64                 COMMENT 'Of these, threads with needs that were followed up to the horizon',
    n         Float64                COMMENT 'Sum over threads of the needs that were followed up to the horizon, n',
    k         Float64                COMMENT 'Sum of those answered by the horizon, k',
    nn        Float64                COMMENT 'Sum of n * n',
    nk        Float64                COMMENT 'Sum of n * k',
    kk        Float64                COMMENT 'Sum of k * k',
    version   UInt64                 COMMENT 'As in reply_states'
)
ENGINE = MergeTree
ORDER BY (unit, period, facet, clock, kind, body_id, start, value, source_id, horizon)
COMMENT 'How needs cluster in threads, beside reply_states';

CREATE TABLE IF NOT EXISTS reply_kinds
(
    source_id LowCardinality(String) COMMENT 'Source of the threads',
    body_id   LowCardinality(String) COMMENT 'Body that was addressed',
    kind      LowCardinality(String) COMMENT 'As in replies',
    template  Bool                   COMMENT 'As in replies',
    replies   UInt64                 COMMENT 'Replies, those tied by adjacency alone left out',
    version   UInt64                 COMMENT 'As in reply_states'
)
ENGINE = MergeTree
ORDER BY (source_id, body_id, kind, template)
COMMENT 'Replies by what they are, beside reply_states';

CREATE OR REPLACE VIEW reply_states_now
(
    unit      LowCardinality(String) COMMENT 'What is counted: need, or cluster: near-identical needs put to one body, as one. Choose one',
    period    LowCardinality(String) COMMENT 'Length of the time of asking that a row is of: all, month or week. Choose one: each counts every need',
    facet     LowCardinality(String) COMMENT 'What value is a value of: language, theme or class; empty for rows of all needs. Choose one: each counts every need. Month and week have no others than the empty one',
    clock     LowCardinality(String) COMMENT 'calendar, or working: working days, each of 1440 minutes. Choose one',
    kind      LowCardinality(String) COMMENT 'Sort of reply as in latencies; clusters, facets, month, week and the working clock have any and substantive. Choose one',
    body_id   LowCardinality(String) COMMENT 'Body that was addressed',
    start     Date                   COMMENT 'First day of the period, where the source is; 1970-01-01 for all',
    value     LowCardinality(String) COMMENT 'Language, theme or class, as in exchanges; empty when facet is',
    source_id LowCardinality(String) COMMENT 'Source of the threads',
    lo        UInt32                 COMMENT 'Lower edge of the bucket, minutes',
    hi        UInt32                 COMMENT 'Upper edge of the bucket, minutes, which it includes',
    answered  UInt32                 COMMENT 'Needs whose reply came in the bucket; at the middle of its span',
    open      UInt32                 COMMENT 'Needs that were last seen without such a reply in the bucket',
    wide      UInt32                 COMMENT 'Of those answered, needs whose span is wider than the bucket: reply_spans tells where these begin and end'
)
AS SELECT unit, period, facet, clock, kind, body_id, start, value, source_id, lo, hi, answered, open, wide
FROM reply_states AS r
WHERE source_id != '' AND version IN (SELECT version FROM state_versions FINAL WHERE whole)
COMMENT 'Needs by how long they waited, counted in buckets of time: SELECT hi, sum(answered), sum(open) FROM reply_states_now WHERE unit = ''need'' AND period = ''all'' AND facet = '''' AND clock = ''calendar'' AND kind = ''any'' GROUP BY hi';

-- As before, from the rows of all needs.
CREATE OR REPLACE VIEW kaplan_meier_fast
AS SELECT body_id, any(needs) AS needs, any(events) AS answered,
    1 - exp(sumIf(log(1 - d / n), counts AND d < n)) * (countIf(counts AND d >= n) = 0) AS rate,
    (1 - rate) * sqrt(sumIf(d / (n * (n - d)), counts AND d < n)) AS se,
    1 - exp(sumIf(log(1 - d / most), counts AND d < most)) * (countIf(counts AND d >= most) = 0) AS band_lo,
    1 - exp(sumIf(log(1 - d / least), counts AND d < least)) * (countIf(counts AND d >= least) = 0) AS band_hi
FROM
(
    SELECT body_id, d, d > 0 AND until <= {days:Float64} AS counts, if(until = 0, 0, c) AS gone,
        sum(d + c) OVER (PARTITION BY body_id ORDER BY until DESC ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS most,
        most - gone AS least, most - intDiv(gone + 1, 2) AS n,
        sum(d + c) OVER (PARTITION BY body_id) AS needs, sum(d) OVER (PARTITION BY body_id) AS events
    FROM
    (
        SELECT body_id, hi / 1440 AS until, toInt64(sum(answered)) AS d, toInt64(sum(open)) AS c
        FROM reply_states_now
        WHERE unit = 'need' AND period = 'all' AND facet = '' AND clock = 'calendar' AND kind = {kind:String}
        GROUP BY body_id, until
    )
)
GROUP BY body_id
COMMENT 'Share of needs answered within some days, of each body, from counts: SELECT * FROM kaplan_meier_fast(kind = ''any'', days = 7). Columns as in kaplan_meier, and the band between band_lo and band_hi, within which its rate lies for exact times. Days that are no edge of a bucket count from the edge before them';

-- The same at the default horizons, in one pass.
-- In layers: what one layer names, the next does not work out again.
CREATE OR REPLACE VIEW kaplan_meier_horizons
AS SELECT body_id, needs, answered,
    1 - exp(h1) * (z1 = 0) AS rate_1d, 1 - exp(h3) * (z3 = 0) AS rate_3d, 1 - exp(h7) * (z7 = 0) AS rate_7d, 1 - exp(h30) * (z30 = 0) AS rate_30d,
    exp(h1) * (z1 = 0) * sqrt(v1) AS se_1d, exp(h3) * (z3 = 0) * sqrt(v3) AS se_3d, exp(h7) * (z7 = 0) * sqrt(v7) AS se_7d, exp(h30) * (z30 = 0) * sqrt(v30) AS se_30d
FROM
(
    SELECT body_id, sum(d + c) AS needs, sum(d) AS answered,
        sumIf(h, until <= 1) AS h1, sumIf(h, until <= 3) AS h3, sumIf(h, until <= 7) AS h7, sumIf(h, until <= 30) AS h30,
        sumIf(v, until <= 1) AS v1, sumIf(v, until <= 3) AS v3, sumIf(v, until <= 7) AS v7, sumIf(v, until <= 30) AS v30,
        countIf(z AND until <= 1) AS z1, countIf(z AND until <= 3) AS z3, countIf(z AND until <= 7) AS z7, countIf(z AND until <= 30) AS z30
    FROM
    (
        SELECT body_id, until, d, c, if(d < n, log(1 - d / n), 0) AS h, if(d < n, d / (n * (n - d)), 0) AS v, d > 0 AND d >= n AS z
        FROM
        (
            SELECT body_id, until, d, c, intDiv(if(until = 0, 0, c) + 1, 2) AS half,
                sum(d + c) OVER (PARTITION BY body_id ORDER BY until DESC ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) - half AS n
            FROM
            (
                SELECT body_id, hi / 1440 AS until, toInt64(sum(answered)) AS d, toInt64(sum(open)) AS c
                FROM reply_states_now
                WHERE unit = 'need' AND period = 'all' AND facet = '' AND clock = 'calendar' AND kind = {kind:String}
                GROUP BY body_id, until
            )
        )
    )
    GROUP BY body_id
) AS sums
COMMENT 'Share of needs answered within 1, 3, 7 and 30 days, of each body, from counts: SELECT * FROM kaplan_meier_horizons(kind = ''any''). The estimates of kaplan_meier_fast, with their standard errors';
