CREATE TABLE IF NOT EXISTS migrations ON CLUSTER `republic`
(
    name       String               COMMENT 'File in schema/migrations',
    sha256     String               COMMENT 'SHA-256 of the file when it was applied, hexadecimal',
    applied_at DateTime64(3, 'UTC') COMMENT 'When its last statement had run'
)
ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/watch/all/migrations', '{shard}-{replica}')
ORDER BY name
COMMENT 'Migrations of this schema that have been applied. A program whose files differ from these refuses to run.';

CREATE TABLE IF NOT EXISTS bodies ON CLUSTER `republic`
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
ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/watch/all/bodies', '{shard}-{replica}', version, is_deleted)
ORDER BY body_id
COMMENT 'State bodies, one row per registry load. Read bodies_now.';

CREATE TABLE IF NOT EXISTS sources ON CLUSTER `republic`
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
ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/watch/all/sources', '{shard}-{replica}', version, is_deleted)
ORDER BY source_id
COMMENT 'Official pages, channels and sites, one row per registry load. Read sources_now.';

CREATE TABLE IF NOT EXISTS threads_local ON CLUSTER `republic`
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
ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/watch/{shard}/threads', '{replica}', found_at)
ORDER BY (source_id, thread_id)
SETTINGS replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1
COMMENT 'What is visited as a unit, one row per finding and change. Read threads_now.';

CREATE TABLE IF NOT EXISTS threads ON CLUSTER `republic`
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
ENGINE = Distributed('republic', 'watch', 'threads_local', sipHash64(source_id))
COMMENT 'What is visited as a unit, one row per finding and change. Read threads_now.';

CREATE TABLE IF NOT EXISTS visits_local ON CLUSTER `republic`
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
ENGINE = ReplicatedMergeTree('/clickhouse/tables/watch/{shard}/visits', '{replica}')
PARTITION BY toYYYYMM(seen_at)
ORDER BY (source_id, thread_id, seen_at, visit_id)
SETTINGS replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1
COMMENT 'Looks at threads, each with its outcome; append-only. A visit is written after its sightings and commits them.';

CREATE TABLE IF NOT EXISTS visits ON CLUSTER `republic`
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
ENGINE = Distributed('republic', 'watch', 'visits_local', sipHash64(source_id))
COMMENT 'Looks at threads, each with its outcome; append-only. A visit is written after its sightings and commits them.';

CREATE TABLE IF NOT EXISTS sightings_local ON CLUSTER `republic`
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
ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/watch/{shard}/sightings', '{replica}')
PARTITION BY toYYYYMM(seen_at)
ORDER BY (source_id, thread_id, item_id, seen_at, visit_id)
SETTINGS replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1
COMMENT 'What visits saw change: items seen first, edited, vanished, back; append-only, the truth of which the rest is derived. Read sightings_committed.';

CREATE TABLE IF NOT EXISTS sightings ON CLUSTER `republic`
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
ENGINE = Distributed('republic', 'watch', 'sightings_local', sipHash64(source_id))
COMMENT 'What visits saw change: items seen first, edited, vanished, back; append-only, the truth of which the rest is derived. Read sightings_committed.';

CREATE TABLE IF NOT EXISTS items_local ON CLUSTER `republic`
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
ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/watch/{shard}/items', '{replica}', version, is_deleted)
ORDER BY (source_id, thread_id, item_id)
COMMENT 'Items as last seen, derived from sightings, one row per derivation. Read items_now.';

CREATE TABLE IF NOT EXISTS items ON CLUSTER `republic`
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
ENGINE = Distributed('republic', 'watch', 'items_local', sipHash64(source_id))
COMMENT 'Items as last seen, derived from sightings, one row per derivation. Read items_now.';

CREATE TABLE IF NOT EXISTS exchanges_local ON CLUSTER `republic`
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
ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/watch/{shard}/exchanges', '{replica}', version, is_deleted)
ORDER BY (source_id, thread_id, need_id)
COMMENT 'Needs with the official replies found to them, derived from sightings, one row per derivation. Read exchanges_now.';

CREATE TABLE IF NOT EXISTS exchanges ON CLUSTER `republic`
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
ENGINE = Distributed('republic', 'watch', 'exchanges_local', sipHash64(source_id))
COMMENT 'Needs with the official replies found to them, derived from sightings, one row per derivation. Read exchanges_now.';

CREATE OR REPLACE VIEW bodies_now ON CLUSTER `republic` AS
SELECT body_id, country, level, type, name_kk, name_ru, name_en, region, valid_from, valid_to
FROM bodies AS b FINAL
COMMENT 'State bodies of the registry that was loaded last';

CREATE OR REPLACE VIEW sources_now ON CLUSTER `republic` AS
SELECT source_id, body_id, platform, url, zone, status, confidence, evidence
FROM sources AS s FINAL
COMMENT 'Official pages, channels and sites of the registry that was loaded last';

CREATE OR REPLACE VIEW threads_now ON CLUSTER `republic` AS
SELECT source_id, thread_id, kind, url, form, declared, published_at, found_at
FROM threads AS t FINAL
COMMENT 'What is visited as a unit, as last found';

CREATE OR REPLACE VIEW sightings_committed ON CLUSTER `republic` AS
SELECT visit_id, source_id, thread_id, item_id, seen_at, prev_at, change, parent_id, nested, kind, role, body_id, author,
    mentions, published_lo, published_hi, precision, edited, text, text_hash, quoted_hash, outcome
FROM sightings AS s FINAL
WHERE visit_id IN (SELECT v.visit_id FROM visits AS v WHERE v.sightings > 0)
COMMENT 'What visits saw change: the sightings whose visit was finished. Only these count';

CREATE OR REPLACE VIEW items_now ON CLUSTER `republic` AS
SELECT source_id, thread_id, item_id, body_id, parent_id, kind, role, author, published_lo, published_hi, precision,
    first_seen_at, last_seen_at, edits, vanished, vanished_lo, vanished_hi, text, language, theme, class, need, template, classifier, outcome
FROM items AS i FINAL
COMMENT 'Items as last seen';

CREATE OR REPLACE VIEW exchanges_now ON CLUSTER `republic` AS
SELECT source_id, thread_id, need_id, body_id, asker, asked_lo, asked_hi, precision, censored_at, vanished, class, language, theme, cluster,
    reply_id, reply_body_id, reply_lo, reply_hi, reply_kind, reply_template, reply_method, reply_confidence, reply_watched, classifier
FROM exchanges AS e FINAL
COMMENT 'Needs with the official replies found to them';

CREATE OR REPLACE VIEW replies ON CLUSTER `republic`
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

CREATE OR REPLACE VIEW latencies ON CLUSTER `republic`
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

CREATE OR REPLACE VIEW coverage ON CLUSTER `republic`
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

CREATE OR REPLACE VIEW kaplan_meier ON CLUSTER `republic`
AS SELECT body_id, any(needs) AS needs, any(events) AS answered,
    1 - exp(sumIf(log(1 - d / at_risk), t <= {days:Float64})) AS rate,
    (1 - rate) * sqrt(sumIf(d / (at_risk * (at_risk - d)), t <= {days:Float64} AND d < at_risk)) AS se
FROM
(
    SELECT body_id, t, d,
        sum(n) OVER (PARTITION BY body_id ORDER BY t DESC ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS at_risk,
        sum(n) OVER (PARTITION BY body_id) AS needs, sum(d) OVER (PARTITION BY body_id) AS events
    FROM
    (
        SELECT body_id, if(answered AND watched, (latency_lo + latency_hi) / 2, watched_for) / 86400 AS t,
            countIf(answered AND watched) AS d, count() AS n
        FROM latencies
        WHERE kind = {kind:String}
        GROUP BY body_id, t
    )
)
GROUP BY body_id
COMMENT 'Share of needs answered within some days, of each body, by the product-limit estimate: SELECT * FROM kaplan_meier(kind = ''any'', days = 7). Columns: body_id, needs, answered (at any time), rate, and se, the standard error of the rate';

CREATE TABLE IF NOT EXISTS readings_local ON CLUSTER `republic`
(
    source_id  LowCardinality(String) COMMENT 'Source of the thread',
    thread_id  String                 COMMENT 'Thread of the item',
    item_id    String                 COMMENT 'Item whose text was read',
    text_hash  String                 COMMENT 'Keyed hash of the text that was read: text_hash of its sighting',
    role       LowCardinality(String) COMMENT 'citizen or official, as it was known when the key was rotated; empty when the pseudonym still tells',
    body_id    LowCardinality(String) COMMENT 'Body that speaks, for an official role; else empty',
    language   LowCardinality(String) COMMENT 'kk, ru, mixed or en; empty when it cannot be told',
    theme      LowCardinality(String) COMMENT 'What it is about most; none when it touches no theme',
    class      LowCardinality(String) COMMENT 'As in items',
    cluster    String                 COMMENT 'The same for needs whose texts were nearly the same; empty when it stood alone',
    classifier LowCardinality(String) COMMENT 'Version of the classifier that read it',
    pruned     Bool                   COMMENT 'The text was not stored, or its time to live is over',
    read_at    DateTime64(3, 'UTC')   COMMENT 'When it was read; the last reading counts'
)
ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/watch/{shard}/readings', '{replica}', read_at)
ORDER BY (source_id, thread_id, item_id, text_hash)
SETTINGS replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1
COMMENT 'What was read in texts that are no longer stored. Items are derived from it.';

CREATE TABLE IF NOT EXISTS readings ON CLUSTER `republic`
(
    source_id  LowCardinality(String) COMMENT 'Source of the thread',
    thread_id  String                 COMMENT 'Thread of the item',
    item_id    String                 COMMENT 'Item whose text was read',
    text_hash  String                 COMMENT 'Keyed hash of the text that was read: text_hash of its sighting',
    role       LowCardinality(String) COMMENT 'citizen or official, as it was known when the key was rotated; empty when the pseudonym still tells',
    body_id    LowCardinality(String) COMMENT 'Body that speaks, for an official role; else empty',
    language   LowCardinality(String) COMMENT 'kk, ru, mixed or en; empty when it cannot be told',
    theme      LowCardinality(String) COMMENT 'What it is about most; none when it touches no theme',
    class      LowCardinality(String) COMMENT 'As in items',
    cluster    String                 COMMENT 'The same for needs whose texts were nearly the same; empty when it stood alone',
    classifier LowCardinality(String) COMMENT 'Version of the classifier that read it',
    pruned     Bool                   COMMENT 'The text was not stored, or its time to live is over',
    read_at    DateTime64(3, 'UTC')   COMMENT 'When it was read; the last reading counts'
)
ENGINE = Distributed('republic', 'watch', 'readings_local', sipHash64(source_id))
COMMENT 'What was read in texts that are no longer stored. Items are derived from it.';

CREATE TABLE IF NOT EXISTS forgotten ON CLUSTER `republic`
(
    tombstone    String               COMMENT 'Keyed hash of source and item, or of source and thread',
    mark         String               COMMENT 'Keyed hash that tells which key made it',
    forgotten_at DateTime64(3, 'UTC') COMMENT 'When it was forgotten'
)
ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/watch/all/forgotten', '{shard}-{replica}', forgotten_at)
ORDER BY tombstone
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1
COMMENT 'What was removed on request and must not come back. It does not tell what that was.';

ALTER TABLE sightings_local ON CLUSTER `republic` MODIFY SETTING old_parts_lifetime = 1;

ALTER TABLE items_local ON CLUSTER `republic` MODIFY SETTING old_parts_lifetime = 1;

ALTER TABLE exchanges_local ON CLUSTER `republic` MODIFY SETTING old_parts_lifetime = 1;

ALTER TABLE readings_local ON CLUSTER `republic` MODIFY SETTING old_parts_lifetime = 1;

ALTER TABLE threads_local ON CLUSTER `republic` MODIFY SETTING old_parts_lifetime = 1;

ALTER TABLE visits_local ON CLUSTER `republic` MODIFY SETTING old_parts_lifetime = 1;

ALTER TABLE visits_local ON CLUSTER `republic` ADD COLUMN IF NOT EXISTS fill Map(LowCardinality(String), UInt32)
    COMMENT 'Items that were read, by kind (comment), and how many of them had a field (comment.text): id, text, author (name or id), account (id), time, clock (finer than a day), role, parent, quoted, mentions, edited, outcome. Items shown as deleted do not count';

ALTER TABLE visits ON CLUSTER `republic` ADD COLUMN IF NOT EXISTS fill Map(LowCardinality(String), UInt32)
    COMMENT 'Items that were read, by kind (comment), and how many of them had a field (comment.text): id, text, author (name or id), account (id), time, clock (finer than a day), role, parent, quoted, mentions, edited, outcome. Items shown as deleted do not count';

CREATE OR REPLACE VIEW fill_rates ON CLUSTER `republic`
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

CREATE OR REPLACE VIEW outages ON CLUSTER `republic`
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

CREATE TABLE IF NOT EXISTS runs ON CLUSTER `republic`
(
    job        LowCardinality(String) COMMENT 'Name of the job: crawl, relink, prune, …',
    due_at     DateTime64(3, 'UTC')   COMMENT 'When it was due by its cron line; of several times that were caught up, the last',
    started_at DateTime64(3, 'UTC')   COMMENT 'When it began',
    ended_at   DateTime64(3, 'UTC')   COMMENT 'When it ended; epoch while it runs',
    outcome    LowCardinality(String) COMMENT 'running, ok, failed, or interrupted: the program stopped first',
    attempt    UInt16                 COMMENT '1, and more for a run that was interrupted and made again',
    note       String                 COMMENT 'What it did, or why it failed; one line',
    written_at DateTime64(3, 'UTC')   COMMENT 'When this was written; the last row of a job and due time counts'
)
ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/watch/all/runs', '{shard}-{replica}', written_at)
ORDER BY (job, due_at)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1
COMMENT 'Runs of the jobs of qulaq serve, one row when a run begins and one when it ends. Read it FINAL, or see qulaq jobs.';

CREATE OR REPLACE VIEW kaplan_meier_by ON CLUSTER `republic`
AS SELECT groups, any(needs) AS needs, any(events) AS answered,
    1 - exp(sumIf(log(1 - d / at_risk), t <= {days:Float64})) AS rate,
    (1 - rate) * sqrt(sumIf(d / (at_risk * (at_risk - d)), t <= {days:Float64} AND d < at_risk)) AS se,
    minOrNullIf(t, waiting <= 0.5) AS median_days
FROM
(
    SELECT groups, t, d, at_risk, needs, events,
        exp(sum(log(1 - d / at_risk)) OVER (PARTITION BY groups ORDER BY t ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)) AS waiting
    FROM
    (
        SELECT groups, t, d,
            sum(n) OVER (PARTITION BY groups ORDER BY t DESC ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS at_risk,
            sum(n) OVER (PARTITION BY groups) AS needs, sum(d) OVER (PARTITION BY groups) AS events
        FROM
        (
            SELECT arrayMap(name -> multiIf(
                    name = 'body_id', toString(l.body_id), name = 'source_id', toString(l.source_id),
                    name = 'language', toString(l.language), name = 'theme', toString(l.theme), name = 'class', toString(l.class),
                    name = 'week', toString(toStartOfWeek(l.asked_lo, 1)),
                    name = 'level', toString(b.level), name = 'region', toString(b.region), name = 'platform', toString(s.platform),
                    toString(throwIf(name != '', 'by takes body_id, source_id, language, theme, class, week, level, region, platform'))),
                    splitByRegexp(' *, *', {by:String})) AS groups,
                if(l.answered AND l.watched, (l.latency_lo + l.latency_hi) / 2, l.watched_for) / 86400 AS t,
                countIf(l.answered AND l.watched) AS d, count() AS n
            FROM latencies AS l
            LEFT JOIN bodies_now AS b ON b.body_id = l.body_id
            LEFT JOIN sources_now AS s ON s.source_id = l.source_id
            WHERE l.kind = {kind:String}
            GROUP BY groups, t
        )
    )
)
GROUP BY groups
COMMENT 'Share of needs answered within some days, of any groups, by the product-limit estimate: SELECT groups[1] AS language, rate FROM kaplan_meier_by(by = ''language'', kind = ''any'', days = 7). by: one or more of body_id, source_id, language, theme, class, week (Monday, UTC, of asking), level, region, platform, with commas between. Columns: groups (an array, in the order of by), needs, answered (at any time), rate, se (standard error of the rate), median_days (half were answered by then; NULL: not reached)';

CREATE TABLE IF NOT EXISTS reply_states ON CLUSTER `republic`
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
ENGINE = ReplicatedMergeTree('/clickhouse/tables/watch/all/reply_states', '{shard}-{replica}')
ORDER BY (period, clock, kind, source_id, start, body_id, language, theme, lo, hi)
COMMENT 'Needs by how long they waited, counted in buckets of time. Read reply_states_now.';

CREATE TABLE IF NOT EXISTS reply_threads ON CLUSTER `republic`
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
ENGINE = ReplicatedMergeTree('/clickhouse/tables/watch/all/reply_threads', '{shard}-{replica}')
ORDER BY (period, clock, kind, source_id, start, body_id, horizon)
COMMENT 'How needs cluster in threads, beside reply_states';

CREATE TABLE IF NOT EXISTS reply_coverage ON CLUSTER `republic`
(
    source_id LowCardinality(String) COMMENT 'Source of the threads',
    body_id   LowCardinality(String) COMMENT 'Body that was addressed',
    declared  UInt64                 COMMENT 'Items that the pages of the threads with needs say they have',
    parsed    UInt64                 COMMENT 'Of these, items that were read',
    version   UInt64                 COMMENT 'As in reply_states'
)
ENGINE = ReplicatedMergeTree('/clickhouse/tables/watch/all/reply_coverage', '{shard}-{replica}')
ORDER BY (source_id, body_id)
COMMENT 'How much was seen of the threads in which needs stand, beside reply_states';

CREATE TABLE IF NOT EXISTS state_versions ON CLUSTER `republic`
(
    source_id LowCardinality(String) COMMENT 'Source',
    version   UInt64                 COMMENT 'Number of the counting; the highest counts, and no two sources share one',
    whole     Bool                   COMMENT 'All rows of the version are there. When false, the source is being derived, or was not counted since',
    needs     UInt64                 COMMENT 'Exchanges that were counted',
    rows      UInt64                 COMMENT 'Rows of reply_states',
    calendar  String                 COMMENT 'Names the calendar and the gaps by which times were counted'
)
ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/watch/all/state_versions', '{shard}-{replica}', version)
ORDER BY source_id
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1
COMMENT 'Which counts of each source count. Read it FINAL.';

INSERT INTO state_versions (source_id, version, whole, needs, rows, calendar)
SELECT DISTINCT source_id, 0, false, 0, 0, '' FROM exchanges WHERE source_id NOT IN (SELECT source_id FROM state_versions);

CREATE OR REPLACE VIEW reply_states_now ON CLUSTER `republic`
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

CREATE OR REPLACE VIEW kaplan_meier_fast ON CLUSTER `republic`
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

CREATE OR REPLACE VIEW outages ON CLUSTER `republic`
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

ALTER TABLE sightings_local ON CLUSTER `republic` ADD COLUMN IF NOT EXISTS numbers Array(String)
    COMMENT 'Keyed pseudonyms of the appeals whose numbers it names, in its order' AFTER mentions;

ALTER TABLE sightings ON CLUSTER `republic` ADD COLUMN IF NOT EXISTS numbers Array(String)
    COMMENT 'Keyed pseudonyms of the appeals whose numbers it names, in its order' AFTER mentions;

ALTER TABLE exchanges_local ON CLUSTER `republic` MODIFY COLUMN reply_method COMMENT 'How it was tied to the need: page, parent, quote, number, mention or adjacent';

ALTER TABLE exchanges ON CLUSTER `republic` MODIFY COLUMN reply_method COMMENT 'How it was tied to the need: page, parent, quote, number, mention or adjacent';

CREATE OR REPLACE VIEW sightings_committed ON CLUSTER `republic` AS
SELECT visit_id, source_id, thread_id, item_id, seen_at, prev_at, change, parent_id, nested, kind, role, body_id, author,
    mentions, numbers, published_lo, published_hi, precision, edited, text, text_hash, quoted_hash, outcome
FROM sightings AS s FINAL
WHERE visit_id IN (SELECT v.visit_id FROM visits AS v WHERE v.sightings > 0)
COMMENT 'What visits saw change: the sightings whose visit was finished. Only these count';

CREATE OR REPLACE VIEW replies ON CLUSTER `republic`
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
    method        LowCardinality(String) COMMENT 'How it was tied to the need: page, parent, quote, number, mention or adjacent',
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

DROP TABLE IF EXISTS reply_states ON CLUSTER `republic` SYNC;

CREATE TABLE IF NOT EXISTS reply_states ON CLUSTER `republic`
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
ENGINE = ReplicatedMergeTree('/clickhouse/tables/watch/all/reply_states', '{shard}-{replica}')
ORDER BY (unit, period, facet, clock, kind, body_id, start, value, source_id, lo, hi)
COMMENT 'Needs by how long they waited, counted in buckets of time. Read reply_states_now.';

CREATE TABLE IF NOT EXISTS reply_spans ON CLUSTER `republic`
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
ENGINE = ReplicatedMergeTree('/clickhouse/tables/watch/all/reply_spans', '{shard}-{replica}')
ORDER BY (unit, period, facet, clock, kind, body_id, start, value, source_id, lo, hi)
COMMENT 'Needs whose replies are known to have come in a span of time, beside reply_states';

DROP TABLE IF EXISTS reply_threads ON CLUSTER `republic` SYNC;

CREATE TABLE IF NOT EXISTS reply_threads ON CLUSTER `republic`
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
ENGINE = ReplicatedMergeTree('/clickhouse/tables/watch/all/reply_threads', '{shard}-{replica}')
ORDER BY (unit, period, facet, clock, kind, body_id, start, value, source_id, horizon)
COMMENT 'How needs cluster in threads, beside reply_states';

CREATE TABLE IF NOT EXISTS reply_kinds ON CLUSTER `republic`
(
    source_id LowCardinality(String) COMMENT 'Source of the threads',
    body_id   LowCardinality(String) COMMENT 'Body that was addressed',
    kind      LowCardinality(String) COMMENT 'As in replies',
    template  Bool                   COMMENT 'As in replies',
    replies   UInt64                 COMMENT 'Replies, those tied by adjacency alone left out',
    version   UInt64                 COMMENT 'As in reply_states'
)
ENGINE = ReplicatedMergeTree('/clickhouse/tables/watch/all/reply_kinds', '{shard}-{replica}')
ORDER BY (source_id, body_id, kind, template)
COMMENT 'Replies by what they are, beside reply_states';

CREATE OR REPLACE VIEW reply_states_now ON CLUSTER `republic`
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

CREATE OR REPLACE VIEW kaplan_meier_fast ON CLUSTER `republic`
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

CREATE OR REPLACE VIEW kaplan_meier_horizons ON CLUSTER `republic`
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

CREATE TABLE IF NOT EXISTS allotments ON CLUSTER `republic`
(
    owner        String                 COMMENT 'Whose servers are asked',
    allotment_id String                 COMMENT 'Tells two allotments of an owner apart',
    reserved_at  DateTime64(3, 'UTC')   COMMENT 'When the requests were set aside, before the first of them was sent',
    ended_at     DateTime64(3, 'UTC')   COMMENT 'When the last of them was sent; epoch while more may be',
    requests     UInt32                 COMMENT 'Requests that were set aside; once it has ended, those that were sent: pages, redirects, robots.txt and repeats',
    ended        UInt8                  COMMENT '1 when no more are sent; such a row replaces that of the reservation. One that stays 0 is of a crawl that was killed: all of its requests count'
)
ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/watch/all/allotments', '{shard}-{replica}', ended)
ORDER BY (owner, reserved_at, allotment_id)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1
COMMENT 'Requests to each owner by crawls with a budget (crawl.budget), set aside before they are sent. Read it FINAL.';

CREATE TABLE IF NOT EXISTS leases ON CLUSTER `republic`
(
    name       LowCardinality(String) COMMENT 'What is held: watch, by qulaq serve or qulaq crawl',
    lease_id   String                 COMMENT 'Tells two claims apart',
    holder     String                 COMMENT 'Who claims it: host, process and version',
    since      DateTime64(3, 'UTC')   COMMENT 'When it was claimed; of several claims that last, the first holds',
    until      DateTime64(3, 'UTC')   COMMENT 'Until when, unless it is renewed; not later than written_at when it was given back',
    written_at DateTime64(3, 'UTC')   COMMENT 'When this was written; the last row of a claim counts'
)
ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/watch/all/leases', '{shard}-{replica}', written_at)
ORDER BY (name, lease_id)
COMMENT 'Leases, so that one daemon at a time watches a store on a server. Read it FINAL.';
