-- How many needs got an acknowledgement and nothing else?
--
-- All confirmed replies to the need are acknowledgements.
SELECT body_id, countIf(acknowledged) AS only_acknowledged, count() AS answered, round(only_acknowledged / answered, 3) AS share
FROM
(
    SELECT body_id, source_id, thread_id, need_id, min(kind = 'acknowledgement') AS acknowledged
    FROM replies
    WHERE watched AND method != 'adjacent'
    GROUP BY body_id, source_id, thread_id, need_id
)
GROUP BY body_id
ORDER BY share DESC, body_id
LIMIT 6
