-- What protects citizens. Both tables are written by people's commands (prune,
-- forget, keys rotate) and by crawls that store no text.

-- What was read in a text before the text was given up, so that items can still be
-- derived without it. The fingerprint names the version of the text.
CREATE TABLE IF NOT EXISTS readings
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
ENGINE = ReplacingMergeTree(read_at)
ORDER BY (source_id, thread_id, item_id, text_hash)
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1
COMMENT 'What was read in texts that are no longer stored. Items are derived from it.';

CREATE TABLE IF NOT EXISTS forgotten
(
    tombstone    String               COMMENT 'Keyed hash of source and item, or of source and thread',
    mark         String               COMMENT 'Keyed hash that tells which key made it',
    forgotten_at DateTime64(3, 'UTC') COMMENT 'When it was forgotten'
)
ENGINE = ReplacingMergeTree(forgotten_at)
ORDER BY tombstone
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1
COMMENT 'What was removed on request and must not come back. It does not tell what that was.';

-- A part that was replaced holds the text that was removed. It leaves the disk
-- after this many seconds instead of eight minutes.
ALTER TABLE sightings MODIFY SETTING old_parts_lifetime = 1;
ALTER TABLE items MODIFY SETTING old_parts_lifetime = 1;
ALTER TABLE exchanges MODIFY SETTING old_parts_lifetime = 1;
ALTER TABLE readings MODIFY SETTING old_parts_lifetime = 1;
ALTER TABLE threads MODIFY SETTING old_parts_lifetime = 1;
ALTER TABLE visits MODIFY SETTING old_parts_lifetime = 1;
