-- What analysts read. A table holds rows as they were written; the view NAME_now
-- holds what is true now, so that nobody has to type FINAL. Its columns are those
-- of the table and mean the same.

CREATE OR REPLACE VIEW bodies_now AS
SELECT body_id, country, level, type, name_kk, name_ru, name_en, region, valid_from, valid_to
FROM bodies AS b FINAL
COMMENT 'State bodies of the registry that was loaded last';

CREATE OR REPLACE VIEW sources_now AS
SELECT source_id, body_id, platform, url, zone, status, confidence, evidence
FROM sources AS s FINAL
COMMENT 'Official pages, channels and sites of the registry that was loaded last';

CREATE OR REPLACE VIEW threads_now AS
SELECT source_id, thread_id, kind, url, form, declared, published_at, found_at
FROM threads AS t FINAL
COMMENT 'What is visited as a unit, as last found';

-- Visits that saw no change commit nothing and need not be looked up.
CREATE OR REPLACE VIEW sightings_committed AS
SELECT visit_id, source_id, thread_id, item_id, seen_at, prev_at, change, parent_id, nested, kind, role, body_id, author,
    mentions, published_lo, published_hi, precision, edited, text, text_hash, quoted_hash, outcome
FROM sightings AS s FINAL
WHERE visit_id IN (SELECT v.visit_id FROM visits AS v WHERE v.sightings > 0)
COMMENT 'What visits saw change: the sightings whose visit was finished. Only these count';

CREATE OR REPLACE VIEW items_now AS
SELECT source_id, thread_id, item_id, body_id, parent_id, kind, role, author, published_lo, published_hi, precision,
    first_seen_at, last_seen_at, edits, vanished, vanished_lo, vanished_hi, text, language, theme, class, need, template, classifier, outcome
FROM items AS i FINAL
COMMENT 'Items as last seen';

CREATE OR REPLACE VIEW exchanges_now AS
SELECT source_id, thread_id, need_id, body_id, asker, asked_lo, asked_hi, precision, censored_at, vanished, class, language, theme, cluster,
    reply_id, reply_body_id, reply_lo, reply_hi, reply_kind, reply_template, reply_method, reply_confidence, reply_watched, classifier
FROM exchanges AS e FINAL
COMMENT 'Needs with the official replies found to them';

CREATE OR REPLACE VIEW replies
(
    source_id     LowCardinality(String) COMMENT 'Source of the thread',
    thread_id     String                 COMMENT 'Thread of the need',
    need_id       String                 COMMENT 'Need that it replies to',
    reply_id      String                 COMMENT 'Item that replies',
    body_id       LowCardinality(String) COMMENT 'Body that was addressed',
    reply_body_id LowCardinality(String) COMMENT 'Body that speaks',
    asked_lo      DateTime64(3, 'UTC')   COMMENT 'Earliest moment at which the need can have been asked',
    asked_hi      DateTime64(3, 'UTC')   COMMENT 'Latest such moment',
    reply_lo      DateTime64(3, 'UTC')   COMMENT 'Earliest moment at which the reply can have been published',
    reply_hi      DateTime64(3, 'UTC')   COMMENT 'Latest such moment',
    kind          LowCardinality(String) COMMENT 'acknowledgement, redirect, refusal, closing or substantive',
    template      Bool                   COMMENT 'Nearly the same as at least three earlier replies of the body',
    method        LowCardinality(String) COMMENT 'How it was tied to the need: page, parent, quote, mention or adjacent',
    confidence    Float32                COMMENT 'Probability that the tie is right',
    watched       Bool                   COMMENT 'A complete visit saw the thread when, or after, the reply was first seen',
    number        UInt32                 COMMENT '1 for the first reply to its need, in order of time'
)
AS SELECT e.source_id, e.thread_id, e.need_id, r_id AS reply_id, e.body_id, r_body AS reply_body_id, e.asked_lo, e.asked_hi,
    r_lo AS reply_lo, r_hi AS reply_hi, r_kind AS kind, r_template AS template, r_method AS method, r_confidence AS confidence, r_watched AS watched, r_number AS number
FROM exchanges AS e FINAL
ARRAY JOIN e.reply_id AS r_id, e.reply_body_id AS r_body, e.reply_lo AS r_lo, e.reply_hi AS r_hi, e.reply_kind AS r_kind,
    e.reply_template AS r_template, e.reply_method AS r_method, e.reply_confidence AS r_confidence, e.reply_watched AS r_watched, arrayEnumerate(e.reply_id) AS r_number
COMMENT 'Official replies, one row each';

-- Latency as in the method's "Units". An answered need waited between
-- reply_lo - asked_hi (not less than 0) and reply_hi - asked_lo; an unanswered one
-- waited at least censored_at - asked_hi, and how much longer is not known. The
-- first of several replies happened between the least of their earliest and the
-- least of their latest moments.
--
-- Silence is earned by complete visits, and so are answers: in a thread that is
-- never read completely, the needs without a reply leave at once, and to count those
-- with one would make answers of all that remain. A reply that no complete visit has
-- confirmed is told here (watched = false), and counts in no statistic.
CREATE OR REPLACE VIEW latencies
(
    body_id     LowCardinality(String) COMMENT 'Body that was addressed; empty when the page names none that the registry knows',
    source_id   LowCardinality(String) COMMENT 'Source of the thread',
    thread_id   String                 COMMENT 'Thread of the need',
    need_id     String                 COMMENT 'Item that calls for a reply',
    cluster     String                 COMMENT 'First of the nearly identical needs that it belongs to; need_id when it stands alone',
    asker       String                 COMMENT 'Keyed pseudonym of who asks; empty when unknown',
    class       LowCardinality(String) COMMENT 'question, request, complaint, …',
    language    LowCardinality(String) COMMENT 'kk, ru, mixed or en; empty when it cannot be told',
    theme       LowCardinality(String) COMMENT 'What it is about most; none when it touches no theme',
    asked_lo    DateTime64(3, 'UTC')   COMMENT 'Earliest moment at which it can have been asked',
    asked_hi    DateTime64(3, 'UTC')   COMMENT 'Latest such moment',
    censored_at DateTime64(3, 'UTC')   COMMENT 'Until when it was watched',
    vanished    Bool                   COMMENT 'The need is no longer shown',
    kind        LowCardinality(String) COMMENT 'Sort of reply that the row is about: any (whatever it is, templates included), acknowledgement, redirect, refusal, closing, or substantive (more than an acknowledgement, redirect or closing, and not a template: a refusal is an answer too). Choose one',
    answered    Bool                   COMMENT 'Such a reply was found; ties by adjacency alone do not count',
    watched     Bool                   COMMENT 'The row counts in statistics as it stands. When false, only incomplete visits saw the reply: statistics take the need as right-censored at watched_for',
    watched_for Float64                COMMENT 'Seconds from asking until the last complete visit that would have seen a reply: censored_at - asked_hi, not less than 0',
    latency_lo  Float64                COMMENT 'Seconds that it waited at least',
    latency_hi  Nullable(Float64)      COMMENT 'Seconds that it waited at most; NULL: not answered, right-censored at latency_lo',
    latency_mid Nullable(Float64)      COMMENT 'Minutes in the middle of the two, to read and not to average: NULL when not answered, which an average leaves out'
)
AS SELECT e.body_id, e.source_id, e.thread_id, e.need_id, e.cluster, e.asker, e.class, e.language, e.theme,
    e.asked_lo, e.asked_hi, e.censored_at, e.vanished, reply_sort AS kind,
    arrayMap((k, t, m) -> m != 'adjacent' AND multiIf(
        reply_sort = 'any', true,
        reply_sort = 'substantive', k IN ('substantive', 'refusal') AND NOT t,
        k = reply_sort),
        e.reply_kind, e.reply_template, e.reply_method) AS found,
    arrayMap((f, w) -> f AND w, found, e.reply_watched) AS confirmed,
    if(has(confirmed, true), confirmed, found) AS counts,
    CAST(has(found, true), 'Bool') AS answered,
    CAST(NOT answered OR has(confirmed, true), 'Bool') AS watched,
    greatest(0, toUnixTimestamp64Milli(e.censored_at) - toUnixTimestamp64Milli(e.asked_hi)) / 1000 AS watched_for,
    if(answered, arrayMin(arrayFilter((t, c) -> c, e.reply_lo, counts)), e.censored_at) AS until_lo,
    arrayMin(arrayFilter((t, c) -> c, e.reply_hi, counts)) AS until_hi,
    greatest(0, toUnixTimestamp64Milli(until_lo) - toUnixTimestamp64Milli(e.asked_hi)) / 1000 AS latency_lo,
    if(answered, greatest(0, toUnixTimestamp64Milli(until_hi) - toUnixTimestamp64Milli(e.asked_lo)) / 1000, NULL) AS latency_hi,
    (latency_lo + latency_hi) / 120 AS latency_mid
FROM exchanges AS e FINAL
ARRAY JOIN ['any', 'acknowledgement', 'redirect', 'refusal', 'closing', 'substantive'] AS reply_sort
COMMENT 'How long needs waited: one row per need and sort of reply. Every statistic of replies is computed from this view';

CREATE OR REPLACE VIEW coverage
(
    source_id LowCardinality(String) COMMENT 'Source',
    day       Date                   COMMENT 'Day in UTC of the visits',
    visits    UInt64                 COMMENT 'Visits of its threads',
    complete  UInt64                 COMMENT 'Visits that earned silence',
    threads   UInt64                 COMMENT 'Threads that were visited',
    declared  UInt64                 COMMENT 'Items that pages say they have, over visits whose pages say it',
    parsed    UInt64                 COMMENT 'Items that were read, over the same visits',
    share     Nullable(Float64)      COMMENT 'parsed / declared; NULL when no page told. Below 0.98 the numbers of the source are flagged',
    outcomes  Map(String, UInt64)    COMMENT 'Visits by outcome',
    bytes     UInt64                 COMMENT 'Bytes of content that arrived'
)
AS SELECT v.source_id, toDate(v.seen_at) AS day, count() AS visits, countIf(v.complete) AS complete, uniqExact(v.thread_id) AS threads,
    sumIf(toUInt64(v.declared), v.declared >= 0) AS declared, sumIf(toUInt64(v.parsed), v.declared >= 0) AS parsed,
    if(declared = 0, NULL, parsed / declared) AS share,
    sumMap(map(toString(v.outcome), toUInt64(1))) AS outcomes, sum(v.bytes) AS bytes
FROM visits AS v
GROUP BY v.source_id, day
COMMENT 'How much of each source was seen on each day';
