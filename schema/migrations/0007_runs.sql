-- When each job ran, and when it was due: the memory of the daemon's schedule.
CREATE TABLE IF NOT EXISTS runs
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
ENGINE = ReplacingMergeTree(written_at)
ORDER BY (job, due_at)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1
COMMENT 'Runs of the jobs of qulaq serve, one row when a run begins and one when it ends. Read it FINAL, or see qulaq jobs.';
