-- Do ministries answer more than akimats?
--
-- Levels of government, within a week. The difference says nothing about a single body.
SELECT groups[1] AS level, needs, round(rate, 3) AS rate, round(se, 3) AS se, round(median_days, 1) AS median_days
FROM kaplan_meier_by(by = 'level', kind = 'any', days = 7)
ORDER BY level
