-- In which regions are people answered least?
--
-- Local bodies by the region that they govern.
SELECT groups[1] AS region, needs, round(rate, 3) AS rate, round(se, 3) AS se
FROM kaplan_meier_by(by = 'region', kind = 'any', days = 7)
WHERE region != ''
ORDER BY rate, region
LIMIT 5
