-- Who answers in another body's place?
--
-- The body that speaks is not the one that was asked.
SELECT body_id AS asked, reply_body_id AS spoke, count() AS replies
FROM replies
WHERE watched AND body_id != '' AND reply_body_id != '' AND reply_body_id != body_id
GROUP BY asked, spoke
ORDER BY replies DESC, asked, spoke
LIMIT 6
