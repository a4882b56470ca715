-- When could a source not be seen?
--
-- Due an hour after its last answer, or after the usual distance of its visits, with
-- two hours of patience: the measure that `qulaq coverage` takes. The crawl of this
-- page looked once a day and missed no day; a crawler that was away for a week has a
-- row for each source.
SELECT s.source_id AS source_id, countIf(o.hours > 0) AS outages, round(sum(ifNull(o.hours, 0)), 1) AS hours, sum(o.failed) AS failed_visits
FROM sources_now AS s LEFT JOIN outages(due = 3600, patience = 10800) AS o ON o.source_id = s.source_id
GROUP BY source_id
ORDER BY hours DESC, source_id
LIMIT 6
