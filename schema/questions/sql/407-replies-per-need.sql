-- How many replies does a need get?
--
-- Confirmed replies, ties by adjacency left out.
SELECT arrayCount((m, w) -> w AND m != 'adjacent', reply_method, reply_watched) AS replies, count() AS needs
FROM exchanges_now
GROUP BY replies
ORDER BY replies
