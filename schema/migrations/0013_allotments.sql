-- What a budget of requests has allowed: the memory of crawls that are bound by one.
CREATE TABLE IF NOT EXISTS allotments
(
    owner        String                 COMMENT 'Whose servers are asked',
    allotment_id String                 COMMENT 'Tells two allotments of an owner apart',
    reserved_at  DateTime64(3, 'UTC')   COMMENT 'When the requests were set aside, before the first of them was sent',
    ended_at     DateTime64(3, 'UTC')   COMMENT 'When the last of them was sent; epoch while more may be',
    requests     UInt32                 COMMENT 'Requests that were set aside; once it has ended, those that were sent: pages, redirects, robots.txt and repeats',
    ended        UInt8                  COMMENT '1 when no more are sent; such a row replaces that of the reservation. One that stays 0 is of a crawl that was killed: all of its requests count'
)
ENGINE = ReplacingMergeTree(ended)
ORDER BY (owner, reserved_at, allotment_id)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1
COMMENT 'Requests to each owner by crawls with a budget (crawl.budget), set aside before they are sent. Read it FINAL.';
