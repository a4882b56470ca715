-- What is each body asked for?
--
-- Shares of questions, requests and complaints.
SELECT body_id, count() AS needs, round(countIf(class = 'question') / needs, 2) AS questions, round(countIf(class = 'request') / needs, 2) AS requests,
    round(countIf(class = 'complaint') / needs, 2) AS complaints
FROM exchanges_now
GROUP BY body_id
ORDER BY complaints DESC, body_id
LIMIT 6
