-- Who watches a store that several processes can reach. Times are the server's.
CREATE TABLE IF NOT EXISTS leases
(
    name       LowCardinality(String) COMMENT 'What is held: watch, by qulaq serve or qulaq crawl',
    lease_id   String                 COMMENT 'Tells two claims apart',
    holder     String                 COMMENT 'Who claims it: host, process and version',
    since      DateTime64(3, 'UTC')   COMMENT 'When it was claimed; of several claims that last, the first holds',
    until      DateTime64(3, 'UTC')   COMMENT 'Until when, unless it is renewed; not later than written_at when it was given back',
    written_at DateTime64(3, 'UTC')   COMMENT 'When this was written; the last row of a claim counts'
)
ENGINE = ReplacingMergeTree(written_at)
ORDER BY (name, lease_id)
COMMENT 'Leases, so that one daemon at a time watches a store on a server. Read it FINAL.';
