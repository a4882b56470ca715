-- Official replies, one row each
SELECT source_id, thread_id, need_id, reply_id, body_id, reply_body_id, asked_lo, asked_hi, reply_lo, reply_hi, kind, template, method, confidence,
    watched, number
FROM replies
ORDER BY source_id, thread_id, need_id, number
