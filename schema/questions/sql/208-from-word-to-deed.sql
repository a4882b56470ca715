-- How long from an acknowledgement to a real answer?
--
-- Needs whose first reply only acknowledged them: how many were answered in substance
-- later, and after how many days.
SELECT count() AS acknowledged_first, countIf(s.answered AND s.watched) AS answered_later,
    round(quantileExactIf(0.5)((s.latency_lo - a.latency_hi) / 86400, s.answered AND s.watched), 1) AS median_days_between
FROM latencies AS a
JOIN latencies AS s ON s.source_id = a.source_id AND s.thread_id = a.thread_id AND s.need_id = a.need_id AND s.kind = 'substantive'
WHERE a.kind = 'acknowledgement' AND a.answered AND a.watched AND (NOT s.answered OR s.latency_lo > a.latency_hi)
