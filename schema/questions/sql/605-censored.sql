-- How many needs were watched for less than a week without a reply?
--
-- These are the needs about which a rate within a week knows only a part.
SELECT body_id, count() AS needs, countIf(NOT (answered AND watched) AND watched_for < 7 * 86400) AS censored, round(censored / needs, 3) AS share
FROM latencies
WHERE kind = 'any'
GROUP BY body_id
ORDER BY share DESC, body_id
LIMIT 6
