-- Which bodies avoid complaints?
--
-- Rate for complaints less rate for questions, per body, within a week; z as above.
WITH classes AS
(
    SELECT groups[1] AS body_id, groups[2] AS class, needs, rate, se
    FROM kaplan_meier_by(by = 'body_id, class', kind = 'any', days = 7)
)
SELECT c.body_id AS body_id, c.needs AS complaints, q.needs AS questions, round(c.rate - q.rate, 3) AS difference,
    round((c.rate - q.rate) / sqrt(c.se * c.se + q.se * q.se), 1) AS z
FROM classes AS c
JOIN classes AS q ON q.body_id = c.body_id
WHERE c.class = 'complaint' AND q.class = 'question' AND c.needs >= 10 AND q.needs >= 10
ORDER BY difference, body_id
LIMIT 6
