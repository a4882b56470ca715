-- How long did the slowest answers take?
--
-- The upper end of what was seen so far: needs that still wait are not in it, so this
-- only grows.
SELECT body_id, round(quantileExact(0.9)(latency_lo) / 86400, 1) AS p90_days, round(max(latency_lo) / 86400, 1) AS slowest_days, count() AS answers
FROM latencies
WHERE kind = 'any' AND answered AND watched
GROUP BY body_id
ORDER BY slowest_days DESC, body_id
LIMIT 6
