-- Which are the largest drives?
--
-- Nearly identical needs by different people. The text is left to those who may read it.
SELECT body_id, count() AS needs, uniqExact(asker) AS people, countIf(answered AND watched) AS answered, dateDiff('hour', min(asked_lo), max(asked_hi)) AS hours_from_first_to_last
FROM latencies
WHERE kind = 'any'
GROUP BY body_id, cluster
HAVING people > 2
ORDER BY needs DESC, body_id, hours_from_first_to_last
LIMIT 5
