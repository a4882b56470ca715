-- How many replies has no complete visit confirmed?
--
-- They are told, and count in no statistic: the needs stay open at the last complete
-- visit.
SELECT kind, countIf(answered) AS replies, countIf(answered AND NOT watched) AS unconfirmed
FROM latencies
GROUP BY kind
ORDER BY kind
