-- How exactly are latencies known?
--
-- Width of the interval in which each latency lies, by how it was found. What is wide is
-- for estimators that know of intervals (`qulaq rank`), not for averages.
SELECT s.platform AS platform, count() AS answered, round(quantileExact(0.5)((l.latency_hi - l.latency_lo) / 60), 1) AS median_width_minutes,
    round(max((l.latency_hi - l.latency_lo) / 60), 1) AS widest
FROM latencies AS l
JOIN sources_now AS s ON s.source_id = l.source_id
WHERE l.kind = 'any' AND l.answered AND l.watched
GROUP BY platform
ORDER BY platform
