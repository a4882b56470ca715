-- Which threads were never seen completely?
--
-- Nothing is known of silence there.
SELECT source_id, count() AS threads, countIf(complete = 0) AS never_complete
FROM
(
    SELECT source_id, thread_id, countIf(complete) AS complete
    FROM visits
    GROUP BY source_id, thread_id
)
GROUP BY source_id
HAVING never_complete > 0
ORDER BY never_complete DESC, source_id
LIMIT 6
