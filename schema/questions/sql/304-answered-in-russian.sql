-- Which bodies answer Kazakh needs in Russian?
--
-- Share of the replies to Kazakh needs that are in Russian. Below ten replies a share
-- says little; n stands beside.
SELECT r.body_id AS body_id, count() AS replies, countIf(i.language = 'ru') AS in_russian, round(in_russian / replies, 3) AS share
FROM replies AS r
JOIN exchanges_now AS e ON e.source_id = r.source_id AND e.thread_id = r.thread_id AND e.need_id = r.need_id
JOIN items_now AS i ON i.source_id = r.source_id AND i.item_id = r.reply_id
WHERE r.watched AND r.method != 'adjacent' AND e.language = 'kk' AND i.language != ''
GROUP BY body_id
ORDER BY share DESC, body_id
LIMIT 6
