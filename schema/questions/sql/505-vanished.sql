-- How many needs vanish, and are they the unanswered ones?
--
-- Whether the asker or the page's owner took them away is not known.
SELECT answered AND watched AS had_reply, count() AS needs, countIf(vanished) AS gone, round(gone / needs, 4) AS share
FROM latencies
WHERE kind = 'any'
GROUP BY had_reply
ORDER BY had_reply
