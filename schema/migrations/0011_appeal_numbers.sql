-- A reply that names the number of an appeal is tied to the need that has it. Numbers
-- lead to people: they are kept as their accounts are, and taken out of the texts.
ALTER TABLE sightings ADD COLUMN IF NOT EXISTS numbers Array(String)
    COMMENT 'Keyed pseudonyms of the appeals whose numbers it names, in its order' AFTER mentions;

ALTER TABLE exchanges MODIFY COLUMN reply_method COMMENT 'How it was tied to the need: page, parent, quote, number, mention or adjacent';

CREATE OR REPLACE VIEW sightings_committed AS
SELECT visit_id, source_id, thread_id, item_id, seen_at, prev_at, change, parent_id, nested, kind, role, body_id, author,
    mentions, numbers, published_lo, published_hi, precision, edited, text, text_hash, quoted_hash, outcome
FROM sightings AS s FINAL
WHERE visit_id IN (SELECT v.visit_id FROM visits AS v WHERE v.sightings > 0)
COMMENT 'What visits saw change: the sightings whose visit was finished. Only these count';

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
