-- How long needs waited: one row per need and sort of reply
SELECT body_id, source_id, thread_id, need_id, cluster, class, language, asked_lo, asked_hi, censored_at, vanished, kind, answered, watched,
    watched_for, latency_lo, latency_hi, latency_mid
FROM latencies
ORDER BY body_id, source_id, thread_id, need_id, kind
