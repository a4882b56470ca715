-- In which language are Kazakh needs answered?
--
-- Language of the need against that of each reply to it.
SELECT e.language AS asked_in, i.language AS answered_in, count() AS replies, round(replies / sum(replies) OVER (PARTITION BY asked_in), 3) AS share
FROM replies AS r
JOIN exchanges_now AS e ON e.source_id = r.source_id AND e.thread_id = r.thread_id AND e.need_id = r.need_id
JOIN items_now AS i ON i.source_id = r.source_id AND i.item_id = r.reply_id
WHERE r.watched AND r.method != 'adjacent' AND asked_in IN ('kk', 'ru') AND answered_in != ''
GROUP BY asked_in, answered_in
ORDER BY asked_in, replies DESC
