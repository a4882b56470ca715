-- Conventions.
--
-- Keys begin with source_id and thread_id everywhere: the store is asked about a
-- source (crawl, relink) or a thread (a visit) far more often than about a moment.
--
-- A partition is a month of a time that never changes for its row. A
-- ReplacingMergeTree replaces rows only within a partition, so tables whose rows
-- are replaced have no partitions at all.
--
-- Times are UTC to the millisecond; the epoch (1970-01-01 00:00:00) stands for
-- "none". Intervals are pairs …_lo, …_hi, both ends included.
--
-- An insert carries a token of its content; the window is how many inserts back
-- a repeated one is recognised and ignored. What was acknowledged is on the disk,
-- not only in the operating system's cache: that is what the fsync settings do.

CREATE TABLE IF NOT EXISTS bodies
(
    body_id    String                 COMMENT 'Id in the registry',
    country    LowCardinality(String) COMMENT 'ISO 3166-1 alpha-2, lower case',
    level      LowCardinality(String) COMMENT 'Level of government, the peer group for comparisons: central, local, …',
    type       LowCardinality(String) COMMENT 'Ministry, akimat, agency, …',
    name_kk    String                 COMMENT 'Name in Kazakh',
    name_ru    String                 COMMENT 'Name in Russian',
    name_en    String                 COMMENT 'Name in English',
    region     LowCardinality(String) COMMENT 'ISO 3166-2; empty for a central body',
    valid_from String                 COMMENT 'First day of the body, YYYY-MM-DD; empty when open',
    valid_to   String                 COMMENT 'Last day of the body, YYYY-MM-DD; empty when open',
    version    UInt64                 COMMENT 'Number of the registry load; the highest counts',
    is_deleted UInt8                  COMMENT '1 when the load no longer has the body'
)
ENGINE = ReplacingMergeTree(version, is_deleted)
ORDER BY body_id
COMMENT 'State bodies, one row per registry load. Read bodies_now.';

CREATE TABLE IF NOT EXISTS sources
(
    source_id  String                 COMMENT 'Id in the registry',
    body_id    String                 COMMENT 'Body that it belongs to; empty for a portal that many bodies share',
    platform   LowCardinality(String) COMMENT 'Parser that reads it',
    url        String                 COMMENT 'Address as the registry has it',
    zone       LowCardinality(String) COMMENT 'IANA time zone of wall-clock times on its pages',
    status     LowCardinality(String) COMMENT 'active, blocked, import or retired',
    confidence LowCardinality(String) COMMENT 'How sure it is that the source is the body''s own',
    evidence   String                 COMMENT 'Where that can be checked',
    version    UInt64                 COMMENT 'Number of the registry load; the highest counts',
    is_deleted UInt8                  COMMENT '1 when the load no longer has the source'
)
ENGINE = ReplacingMergeTree(version, is_deleted)
ORDER BY source_id
COMMENT 'Official pages, channels and sites, one row per registry load. Read sources_now.';

-- A thread is found again and again; the last finding counts.
CREATE TABLE IF NOT EXISTS threads
(
    source_id    LowCardinality(String) COMMENT 'Source that it was found in',
    thread_id    String                 COMMENT 'Canonical id: one for all addresses and languages of the thread',
    kind         LowCardinality(String) COMMENT 'listing, post, question or document',
    url          String                 COMMENT 'Address of its first page',
    form         String                 COMMENT 'Body of the POST that fetches it, URL-encoded; empty for GET',
    declared     Int32                  COMMENT 'The most items that a page leading to it has said it has; -1 when none says',
    published_at DateTime64(3, 'UTC')   COMMENT 'Earliest moment at which it can have been opened; epoch: not told',
    found_at     DateTime64(3, 'UTC')   COMMENT 'When the visit that found it saw it'
)
ENGINE = ReplacingMergeTree(found_at)
ORDER BY (source_id, thread_id)
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1
COMMENT 'What is visited as a unit, one row per finding and change. Read threads_now.';

-- The commit mark: sightings count once the visit that saw them is here.
CREATE TABLE IF NOT EXISTS visits
(
    visit_id       String                 COMMENT 'A function of source, thread and seen_at',
    source_id      LowCardinality(String) COMMENT 'Source of the thread',
    thread_id      String                 COMMENT 'Thread that was looked at',
    url            String                 COMMENT 'Address that was asked for first',
    started_at     DateTime64(3, 'UTC')   COMMENT 'When the first request was sent',
    seen_at        DateTime64(3, 'UTC')   COMMENT 'When the last page had arrived' CODEC(Delta, ZSTD),
    outcome        LowCardinality(String) COMMENT 'How it ended: ok, not_modified, empty, partial, login_wall, captcha, throttled, blocked_by_robots, gone, comments_closed, discussion_unavailable, drift, too_large, network_error',
    reason         String                 COMMENT 'One sentence for people; empty for ok',
    complete       Bool                   COMMENT 'Silence was earned: the outcome allows it and at least 98 % of what the pages declare was read',
    pages          UInt32                 COMMENT 'Pages that arrived',
    declared       Int32                  COMMENT 'Items that the pages say there are; -1 when they do not say',
    parsed         Int32                  COMMENT 'Items of that sort that were read',
    sightings      UInt32                 COMMENT 'Rows of table sightings that this visit commits',
    status         UInt16                 COMMENT 'HTTP status; 0 when there was no answer',
    bytes          UInt64                 COMMENT 'Bytes of content that arrived',
    etag           String                 COMMENT 'ETag of the first page',
    last_modified  String                 COMMENT 'Last-Modified of the first page',
    parser         LowCardinality(String) COMMENT 'Parser that read the pages',
    parser_version UInt16                 COMMENT 'Its version'
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(seen_at)
ORDER BY (source_id, thread_id, seen_at, visit_id)
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1
COMMENT 'Looks at threads, each with its outcome; append-only. A visit is written after its sightings and commits them.';

-- In the order of the key a thread's history is read without sorting. A crawl that
-- was killed between the sightings of a visit and the visit, and that then makes the
-- same visit again, writes the same sightings again: they are one row.
CREATE TABLE IF NOT EXISTS sightings
(
    visit_id     String                 COMMENT 'Visit that saw it',
    source_id    LowCardinality(String) COMMENT 'Source of the thread',
    thread_id    String                 COMMENT 'Thread of the item',
    item_id      String                 COMMENT 'Id that the platform gives to the item',
    seen_at      DateTime64(3, 'UTC')   COMMENT 'When the visit saw it: seen_at of the visit' CODEC(Delta, ZSTD),
    prev_at      DateTime64(3, 'UTC')   COMMENT 'Last visit that would have shown it otherwise; epoch: there was none' CODEC(Delta, ZSTD),
    change       LowCardinality(String) COMMENT 'first, edited, vanished or back',
    parent_id    String                 COMMENT 'Item that it answers; empty when the page does not tell',
    nested       Bool                   COMMENT 'The parent is told by the layout of the page, not by an id',
    kind         LowCardinality(String) COMMENT 'post, comment, question or answer',
    role         LowCardinality(String) COMMENT 'citizen or official, as the page or the registry told when seen; empty when neither did',
    body_id      LowCardinality(String) COMMENT 'Body that speaks, of an official item; body that is addressed, of another',
    author       String                 COMMENT 'Keyed pseudonym of the author; empty when unknown',
    mentions     Array(String)          COMMENT 'Keyed pseudonyms of the accounts that it addresses',
    published_lo DateTime64(3, 'UTC')   COMMENT 'Earliest moment at which it can have been published' CODEC(Delta, ZSTD),
    published_hi DateTime64(3, 'UTC')   COMMENT 'Latest such moment' CODEC(Delta, ZSTD),
    precision    LowCardinality(String) COMMENT 'second, minute, hour, day, relative, or visit: between two visits',
    edited       Bool                   COMMENT 'The page marks it as changed since',
    text         String                 COMMENT 'Text as seen, identifiers of people redacted' CODEC(ZSTD(3)),
    text_hash    String                 COMMENT 'Keyed hash of the text before redaction',
    quoted_hash  String                 COMMENT 'Keyed hash of the text that it quotes; empty for none',
    outcome      LowCardinality(String) COMMENT 'The platform''s own verdict in its words; empty for none'
)
ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(seen_at)
ORDER BY (source_id, thread_id, item_id, seen_at, visit_id)
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1
COMMENT 'What visits saw change: items seen first, edited, vanished, back; append-only, the truth of which the rest is derived. Read sightings_committed.';

-- Derived tables. They are written again as a whole for a source at a time, with
-- a higher version; asked_lo and its like may move, so they are no partition.
CREATE TABLE IF NOT EXISTS items
(
    source_id     LowCardinality(String) COMMENT 'Source of the thread',
    thread_id     String                 COMMENT 'Thread of the item',
    item_id       String                 COMMENT 'Id that the platform gives to the item',
    body_id       LowCardinality(String) COMMENT 'Body that speaks, of an official item; body that is addressed, of another',
    parent_id     String                 COMMENT 'Item that it answers; empty when the page does not tell',
    kind          LowCardinality(String) COMMENT 'post, comment, question or answer',
    role          LowCardinality(String) COMMENT 'citizen or official; empty when unknown',
    author        String                 COMMENT 'Keyed pseudonym of the author; empty when unknown',
    published_lo  DateTime64(3, 'UTC')   COMMENT 'Earliest moment at which it can have been published',
    published_hi  DateTime64(3, 'UTC')   COMMENT 'Latest such moment',
    precision     LowCardinality(String) COMMENT 'How exactly the page told the time',
    first_seen_at DateTime64(3, 'UTC')   COMMENT 'First visit that saw it',
    last_seen_at  DateTime64(3, 'UTC')   COMMENT 'Last complete visit that showed it',
    edits         UInt16                 COMMENT 'Times that it was seen changed',
    vanished      Bool                   COMMENT 'It is no longer shown',
    vanished_lo   DateTime64(3, 'UTC')   COMMENT 'Earliest moment at which it can have vanished; epoch unless vanished',
    vanished_hi   DateTime64(3, 'UTC')   COMMENT 'Latest such moment; epoch unless vanished',
    text          String                 COMMENT 'Text as last seen, identifiers of people redacted' CODEC(ZSTD(3)),
    language      LowCardinality(String) COMMENT 'kk, ru, mixed or en; empty when it cannot be told',
    theme         LowCardinality(String) COMMENT 'What it is about most (docs/method.md lists the themes); none when it touches no theme, empty for what officials say',
    class         LowCardinality(String) COMMENT 'Of a citizen''s item: question, request, complaint, …; of an official one: acknowledgement, redirect, refusal, closing, substantive',
    need          Bool                   COMMENT 'It calls for a reply',
    template      Bool                   COMMENT 'Nearly the same as at least three earlier replies of the body',
    classifier    LowCardinality(String) COMMENT 'Version of the classifier',
    outcome       LowCardinality(String) COMMENT 'The platform''s own verdict in its words; empty for none',
    version       UInt64                 COMMENT 'Number of the derivation; the highest counts',
    is_deleted    UInt8                  COMMENT '1 when the derivation no longer yields the item'
)
ENGINE = ReplacingMergeTree(version, is_deleted)
ORDER BY (source_id, thread_id, item_id)
COMMENT 'Items as last seen, derived from sightings, one row per derivation. Read items_now.';

CREATE TABLE IF NOT EXISTS exchanges
(
    source_id        LowCardinality(String)        COMMENT 'Source of the thread',
    thread_id        String                        COMMENT 'Thread of the need',
    need_id          String                        COMMENT 'Item that calls for a reply',
    body_id          LowCardinality(String)        COMMENT 'Body that is addressed; empty when the page names none that the registry knows',
    asker            String                        COMMENT 'Keyed pseudonym of who asks; empty when unknown',
    asked_lo         DateTime64(3, 'UTC')          COMMENT 'Earliest moment at which it can have been asked',
    asked_hi         DateTime64(3, 'UTC')          COMMENT 'Latest such moment',
    precision        LowCardinality(String)        COMMENT 'How exactly the page told the time of asking',
    censored_at      DateTime64(3, 'UTC')          COMMENT 'Until when it was watched: last complete visit after asking, or when it vanished; asked_hi when there was none',
    vanished         Bool                          COMMENT 'The need is no longer shown',
    class            LowCardinality(String)        COMMENT 'question, request, complaint, …',
    language         LowCardinality(String)        COMMENT 'kk, ru, mixed or en; empty when it cannot be told',
    theme            LowCardinality(String)        COMMENT 'What it is about most; none when it touches no theme',
    cluster          String                        COMMENT 'First of the nearly identical needs that it belongs to; need_id when it stands alone',
    reply_id         Array(String)                 COMMENT 'Items that reply to it, in order of time; the arrays below run in parallel',
    reply_body_id    Array(LowCardinality(String)) COMMENT 'Body that speaks',
    reply_lo         Array(DateTime64(3, 'UTC'))   COMMENT 'Earliest moment at which it can have been published',
    reply_hi         Array(DateTime64(3, 'UTC'))   COMMENT 'Latest such moment',
    reply_kind       Array(LowCardinality(String)) COMMENT 'acknowledgement, redirect, refusal, closing or substantive',
    reply_template   Array(Bool)                   COMMENT 'Nearly the same as at least three earlier replies of the body',
    reply_method     Array(LowCardinality(String)) COMMENT 'How it was tied to the need: page, parent, quote, mention or adjacent',
    reply_confidence Array(Float32)                COMMENT 'Probability that the tie is right',
    reply_watched    Array(Bool)                   COMMENT 'A complete visit saw the thread when, or after, the reply was first seen. Replies that only incomplete visits saw count in no statistic, as the silence of such a thread counts in none',
    classifier       LowCardinality(String)        COMMENT 'Version of the classifier',
    version          UInt64                        COMMENT 'Number of the derivation; the highest counts',
    is_deleted       UInt8                         COMMENT '1 when the derivation no longer yields the exchange'
)
ENGINE = ReplacingMergeTree(version, is_deleted)
ORDER BY (source_id, thread_id, need_id)
COMMENT 'Needs with the official replies found to them, derived from sightings, one row per derivation. Read exchanges_now.';
