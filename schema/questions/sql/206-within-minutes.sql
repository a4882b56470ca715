-- Who replies within five minutes, and with templates?
--
-- Very fast replies are often automatic; templates among them tell.
SELECT body_id, count() AS first_replies, countIf(dateDiff('second', asked_lo, reply_hi) <= 300) AS within_five_minutes,
    countIf(template AND dateDiff('second', asked_lo, reply_hi) <= 300) AS of_these_templates
FROM replies
WHERE number = 1 AND watched AND method != 'adjacent'
GROUP BY body_id
HAVING within_five_minutes > 0
ORDER BY within_five_minutes DESC, body_id
LIMIT 6
