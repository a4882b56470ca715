-- Which bodies edit or remove their replies?
--
-- Official answers and comments that were seen changed, or are gone. Their first span
-- still counts.
SELECT body_id, count() AS replies, countIf(edits > 0) AS edited, countIf(vanished) AS removed
FROM items_now
WHERE role = 'official' AND kind IN ('answer', 'comment')
GROUP BY body_id
HAVING edited + removed > 0
ORDER BY edited + removed DESC, body_id
LIMIT 6
