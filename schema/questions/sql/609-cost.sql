-- What does watching cost?
--
-- Visits, and how many of them were spared a page because nothing had changed.
SELECT s.platform AS platform, count() AS visits, round(countIf(v.outcome = 'not_modified') / visits, 3) AS unchanged,
    round(countIf(v.sightings > 0) / visits, 3) AS saw_something_new
FROM visits AS v
JOIN sources_now AS s ON s.source_id = v.source_id
GROUP BY platform
ORDER BY platform
