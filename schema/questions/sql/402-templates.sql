-- Who answers with templates?
--
-- Share of templates among all replies that a body gave.
SELECT reply_body_id AS body_id, count() AS replies, countIf(template) AS templates, round(templates / replies, 3) AS share
FROM replies
WHERE watched
GROUP BY body_id
ORDER BY share DESC, body_id
LIMIT 6
