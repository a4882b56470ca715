-- When could a source not be seen?
--
-- Due an hour after its last answer, with three hours of patience: the measure that
-- `qulaq coverage` takes. The crawl of this page looked once a day, and so it knows
-- nothing of the 23 hours between; none of its visits failed.
SELECT source_id, count() AS outages, round(sum(hours), 1) AS hours, sum(failed) AS failed_visits
FROM outages(due = 3600, patience = 10800)
GROUP BY source_id
ORDER BY hours DESC, source_id
LIMIT 6
