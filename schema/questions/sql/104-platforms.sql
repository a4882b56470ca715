-- On which platform do people get an answer?
--
-- Platforms differ in who asks there and in what is asked; to compare bodies, compare
-- them on one platform.
SELECT groups[1] AS platform, needs, round(rate, 3) AS rate, round(se, 3) AS se, round(median_days, 1) AS median_days
FROM kaplan_meier_by(by = 'platform', kind = 'any', days = 7)
ORDER BY rate DESC, platform
