-- Which bodies have the most needs still without any reply?
--
-- Open when a complete visit last looked, and still shown. A need that vanished is not
-- open; a reply that no complete visit has confirmed does not close one.
SELECT body_id, countIf(NOT (answered AND watched)) AS open, count() AS needs, round(open / needs, 3) AS share
FROM latencies
WHERE kind = 'any' AND NOT vanished
GROUP BY body_id
ORDER BY open DESC, body_id
LIMIT 6
