-- Are complaints answered as often as questions?
--
-- By the sort of need.
SELECT groups[1] AS class, needs, round(rate, 3) AS rate, round(se, 3) AS se
FROM kaplan_meier_by(by = 'class', kind = 'any', days = 7)
WHERE needs >= 20
ORDER BY rate DESC
