-- Who sends people elsewhere?
--
-- Share of needs that got a redirect, and of those the share that never got anything
-- more.
SELECT r.body_id AS body_id, countIf(r.answered AND r.watched) AS redirected, round(redirected / count(), 3) AS share,
    countIf(r.answered AND r.watched AND NOT (s.answered AND s.watched)) AS left_there
FROM latencies AS r
JOIN latencies AS s ON s.source_id = r.source_id AND s.thread_id = r.thread_id AND s.need_id = r.need_id AND s.kind = 'substantive'
WHERE r.kind = 'redirect'
GROUP BY body_id
ORDER BY share DESC, body_id
LIMIT 6
