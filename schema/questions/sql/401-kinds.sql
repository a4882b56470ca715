-- What sorts of replies are there?
--
-- Each reply once, with the share of templates: texts nearly the same as three earlier
-- ones of the body.
SELECT kind, count() AS replies, round(replies / sum(replies) OVER (), 3) AS share, round(countIf(template) / replies, 3) AS templates
FROM replies
WHERE watched
GROUP BY kind
ORDER BY replies DESC
