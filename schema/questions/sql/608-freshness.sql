-- When was each source last seen completely?
--
-- Hours before the last visit of any source.
SELECT source_id, dateDiff('hour', maxIf(seen_at, complete), (SELECT max(seen_at) FROM visits)) AS hours_ago, countIf(complete) AS complete_visits
FROM visits
GROUP BY source_id
ORDER BY hours_ago DESC, source_id
LIMIT 6
