-- Is Kazakh answered as often as Russian, over all bodies?
--
-- Mixed texts have a row of their own, and so do texts too short to tell.
SELECT groups[1] AS language, needs, round(rate, 3) AS rate, round(se, 3) AS se, round(median_days * 24, 1) AS median_hours
FROM kaplan_meier_by(by = 'language', kind = 'any', days = 7)
ORDER BY needs DESC
