-- Which bodies differ from the others of their level by more than chance?
--
-- Each against the mean of its level, as z; with twelve bodies, about 2.9 is what chance
-- alone exceeds once in twenty tables (Bonferroni).
WITH rates AS
(
    SELECT groups[1] AS level, groups[2] AS body_id, needs, rate, se
    FROM kaplan_meier_by(by = 'level, body_id', kind = 'any', days = 7)
    WHERE se > 0
)
SELECT level, body_id, needs, round(rate, 3) AS share, round(avg(rate) OVER (PARTITION BY level), 3) AS peers,
    round((rate - avg(rate) OVER (PARTITION BY level)) / se, 1) AS z
FROM rates
ORDER BY abs(z) DESC, body_id
LIMIT 6
