-- Needs with the number of official replies found to each; the replies are table replies
-- replies: Replies found to it, of any kind and however they were tied
SELECT source_id, thread_id, need_id, body_id, if({private:Bool}, asker, '') AS asker, asked_lo, asked_hi, precision, censored_at, vanished,
    class, language, cluster, toUInt32(length(reply_id)) AS replies, classifier
FROM exchanges_now
ORDER BY source_id, thread_id, need_id
