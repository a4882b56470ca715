-- Which files of this folder have been applied. A file that was recorded is never
-- changed again; what comes next is a new file.
CREATE TABLE IF NOT EXISTS migrations
(
    name       String               COMMENT 'File in schema/migrations',
    sha256     String               COMMENT 'SHA-256 of the file when it was applied, hexadecimal',
    applied_at DateTime64(3, 'UTC') COMMENT 'When its last statement had run'
)
ENGINE = ReplacingMergeTree
ORDER BY name
COMMENT 'Migrations of this schema that have been applied. A program whose files differ from these refuses to run.';
