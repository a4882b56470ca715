-- Who refuses?
--
-- A refusal with its reason is an answer; many of them are still worth a look.
SELECT body_id, countIf(answered AND watched) AS refused, count() AS needs, round(refused / needs, 3) AS share
FROM latencies
WHERE kind = 'refusal'
GROUP BY body_id
ORDER BY share DESC, body_id
LIMIT 6
