-- Needs and how long each waited, without anything that leads to who asked: what an edition publishes. Bodies with fewer needs than may be published are left out, and so are classes, languages and weeks of a body that have fewer
-- need: Number of the row
-- thread: Number of the thread, the same for all needs in it
-- body_id: Body that was addressed
-- source_id: Source of the thread
-- class: question, request, complaint, …; empty when it cannot be told, or too few of the body's are of it
-- language: kk, ru, mixed or en; empty when it cannot be told, or too few of the body's are in it
-- asked_in: Monday of the week in UTC in which it was asked; empty when the body was asked too little in it
-- any_lo: Seconds that it waited at least for any reply; right-censored there when any_hi is empty
-- any_hi: Seconds that it waited at most for any reply; empty when none was found that a complete visit has confirmed
-- substantive_lo: Seconds that it waited at least for a substantive reply; right-censored there when substantive_hi is empty
-- substantive_hi: Seconds that it waited at most for a substantive reply; empty when none was found that a complete visit has confirmed
SELECT toUInt32(row_number() OVER (ORDER BY body, source, thread_name, need_name)) AS need,
    toUInt32(dense_rank() OVER (ORDER BY source, thread_name)) AS thread, body AS body_id, source AS source_id,
    if(count() OVER (PARTITION BY body, class_told) < {least:UInt32}, '', class_told) AS class,
    if(count() OVER (PARTITION BY body, language_told) < {least:UInt32}, '', language_told) AS language,
    if(count() OVER (PARTITION BY body, week) < {least:UInt32}, NULL, week) AS asked_in,
    any_lo, any_hi, substantive_lo, substantive_hi
FROM
(
    SELECT body_id AS body, source_id AS source, thread_id AS thread_name, need_id AS need_name, any(l.class) AS class_told, any(l.language) AS language_told,
        toMonday(any(asked_lo), 'UTC') AS week, count() OVER (PARTITION BY body_id) AS of_body,
        minIf(if(watched, latency_lo, watched_for), kind = 'any') AS any_lo, minIf(if(watched, latency_hi, NULL), kind = 'any') AS any_hi,
        minIf(if(watched, latency_lo, watched_for), kind = 'substantive') AS substantive_lo, minIf(if(watched, latency_hi, NULL), kind = 'substantive') AS substantive_hi
    FROM latencies AS l
    WHERE kind IN ('any', 'substantive')
    GROUP BY body_id, source_id, thread_id, need_id
)
WHERE of_body >= {least:UInt32}
ORDER BY need
