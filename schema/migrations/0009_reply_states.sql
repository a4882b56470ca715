-- Replies counted beforehand, so that rates, medians and curves of millions of needs
-- are read from some thousand counts.
--
-- The counts of a source are made again whenever its exchanges are. A view that
-- counts at each insert would count what is derived again twice; here rows carry the
-- version of their source, and those count whose version is the whole one of
-- state_versions: that row is written last and commits them.
--
-- A bucket of time is (lo, hi]; the one with hi = 0 is the moment of asking. Buckets
-- are 5 minutes wide for an hour, 15 for three, 30 for half a day, then 1 hour up to
-- 3 days, 3 up to 7 days, 6 up to 15, 12 up to 30, a day up to 90, a week up to 370,
-- and 30 days. The horizons of reports are edges of buckets.
CREATE TABLE IF NOT EXISTS reply_states
(
    period    LowCardinality(String) COMMENT 'Length of the time of asking that a row is of: all, month or week. Choose one: each counts every need',
    clock     LowCardinality(String) COMMENT 'calendar, or working: working days, each of 1440 minutes. Choose one',
    kind      LowCardinality(String) COMMENT 'Sort of reply as in latencies; month, week and the working clock have any and substantive. Choose one',
    source_id LowCardinality(String) COMMENT 'Source of the threads',
    start     Date                   COMMENT 'First day of the period, where the source is; 1970-01-01 for all',
    body_id   LowCardinality(String) COMMENT 'Body that was addressed',
    language  LowCardinality(String) COMMENT 'As in exchanges; empty unless period is all',
    theme     LowCardinality(String) COMMENT 'As in exchanges; empty unless period is all',
    lo        UInt32                 COMMENT 'Lower edge of the bucket, minutes',
    hi        UInt32                 COMMENT 'Upper edge of the bucket, minutes, which it includes',
    answered  UInt32                 COMMENT 'Needs whose reply came in the bucket; at the middle of its span',
    open      UInt32                 COMMENT 'Needs that were last seen without such a reply in the bucket',
    wide      UInt32                 COMMENT 'Of those answered, needs whose span is wider than the bucket: where there are any, qulaq estimates from the needs themselves',
    version   UInt64                 COMMENT 'It counts when state_versions has it as whole'
)
ENGINE = MergeTree
ORDER BY (period, clock, kind, source_id, start, body_id, language, theme, lo, hi)
COMMENT 'Needs by how long they waited, counted in buckets of time. Read reply_states_now.';

-- Needs of one thread are not independent. These sums tell how much that widens
-- limits (stats.ClusterSums); sums of different sources add up.
CREATE TABLE IF NOT EXISTS reply_threads
(
    period    LowCardinality(String) COMMENT 'As in reply_states',
    clock     LowCardinality(String) COMMENT 'As in reply_states',
    kind      LowCardinality(String) COMMENT 'As in reply_states',
    source_id LowCardinality(String) COMMENT 'Source of the threads',
    start     Date                   COMMENT 'As in reply_states',
    body_id   LowCardinality(String) COMMENT 'Body that was addressed',
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
ORDER BY (period, clock, kind, source_id, start, body_id, horizon)
COMMENT 'How needs cluster in threads, beside reply_states';

CREATE TABLE IF NOT EXISTS reply_coverage
(
    source_id LowCardinality(String) COMMENT 'Source of the threads',
    body_id   LowCardinality(String) COMMENT 'Body that was addressed',
    declared  UInt64                 COMMENT 'Items that the pages of the threads with needs say they have',
    parsed    UInt64                 COMMENT 'Of these, items that were read',
    version   UInt64                 COMMENT 'As in reply_states'
)
ENGINE = MergeTree
ORDER BY (source_id, body_id)
COMMENT 'How much was seen of the threads in which needs stand, beside reply_states';

CREATE TABLE IF NOT EXISTS state_versions
(
    source_id LowCardinality(String) COMMENT 'Source',
    version   UInt64                 COMMENT 'Number of the counting; the highest counts, and no two sources share one',
    whole     Bool                   COMMENT 'All rows of the version are there. When false, the source is being derived, or was not counted since',
    needs     UInt64                 COMMENT 'Exchanges that were counted',
    rows      UInt64                 COMMENT 'Rows of reply_states',
    calendar  String                 COMMENT 'Names the calendar and the gaps by which times were counted'
)
ENGINE = ReplacingMergeTree(version)
ORDER BY source_id
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1
COMMENT 'Which counts of each source count. Read it FINAL.';

-- Sources that were derived before this was made have not been counted.
INSERT INTO state_versions (source_id, version, whole, needs, rows, calendar)
SELECT DISTINCT source_id, 0, false, 0, 0, '' FROM exchanges WHERE source_id NOT IN (SELECT source_id FROM state_versions);

CREATE OR REPLACE VIEW reply_states_now
(
    period    LowCardinality(String) COMMENT 'Length of the time of asking that a row is of: all, month or week. Choose one: each counts every need',
    clock     LowCardinality(String) COMMENT 'calendar, or working: working days, each of 1440 minutes. Choose one',
    kind      LowCardinality(String) COMMENT 'Sort of reply as in latencies; month, week and the working clock have any and substantive. Choose one',
    source_id LowCardinality(String) COMMENT 'Source of the threads',
    start     Date                   COMMENT 'First day of the period, where the source is; 1970-01-01 for all',
    body_id   LowCardinality(String) COMMENT 'Body that was addressed',
    language  LowCardinality(String) COMMENT 'As in exchanges; empty unless period is all',
    theme     LowCardinality(String) COMMENT 'As in exchanges; empty unless period is all',
    lo        UInt32                 COMMENT 'Lower edge of the bucket, minutes',
    hi        UInt32                 COMMENT 'Upper edge of the bucket, minutes, which it includes',
    answered  UInt32                 COMMENT 'Needs whose reply came in the bucket; at the middle of its span',
    open      UInt32                 COMMENT 'Needs that were last seen without such a reply in the bucket',
    wide      UInt32                 COMMENT 'Of those answered, needs whose span is wider than the bucket: where there are any, qulaq estimates from the needs themselves'
)
AS SELECT period, clock, kind, source_id, start, body_id, language, theme, lo, hi, answered, open, wide
FROM reply_states AS r
WHERE version IN (SELECT version FROM state_versions FINAL WHERE whole)
COMMENT 'Needs by how long they waited, counted in buckets of time: SELECT hi, sum(answered), sum(open) FROM reply_states_now WHERE period = ''all'' AND clock = ''calendar'' AND kind = ''any'' GROUP BY hi';

-- The actuarial estimate: of those last seen in a bucket, half are taken to have left
-- before its replies. With all of them before or after, the estimate is at the ends of
-- the band, between which kaplan_meier is for exact times.
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
        WHERE period = 'all' AND clock = 'calendar' AND kind = {kind:String}
        GROUP BY body_id, until
    )
)
GROUP BY body_id
COMMENT 'Share of needs answered within some days, of each body, from counts: SELECT * FROM kaplan_meier_fast(kind = ''any'', days = 7). Columns as in kaplan_meier, and the band between band_lo and band_hi, within which its rate lies for exact times. Days that are no edge of a bucket count from the edge before them';
