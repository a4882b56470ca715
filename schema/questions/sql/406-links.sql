-- How are replies tied to needs, and how surely?
--
-- Ties by adjacency alone count in no statistic.
SELECT method, count() AS replies, round(avg(confidence), 2) AS confidence
FROM replies
GROUP BY method
ORDER BY replies DESC
