-- How wrong is the naive share, answered by asked?
--
-- It counts needs that are a day old as unanswered, and replies that came after the
-- horizon as replies.
SELECT l.body_id AS body_id, round(any(k.rate), 3) AS product_limit, round(countIf(l.answered) / count(), 3) AS naive, round(naive - product_limit, 3) AS error
FROM latencies AS l
JOIN kaplan_meier(kind = 'any', days = 7) AS k ON k.body_id = l.body_id
WHERE l.kind = 'any'
GROUP BY body_id
ORDER BY abs(error) DESC, body_id
LIMIT 6
