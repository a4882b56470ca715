-- What part of citizens' comments calls for a reply?
--
-- By platform. The rest is praise, chatter and advertising, and no silence is counted
-- for it.
SELECT s.platform AS platform, count() AS items, countIf(i.need) AS needs, round(needs / items, 3) AS share
FROM items_now AS i
JOIN sources_now AS s ON s.source_id = i.source_id
WHERE i.role = 'citizen'
GROUP BY platform
ORDER BY platform
