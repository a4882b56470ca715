-- Which fields do pages leave out?
--
-- Share of items that have a field. Some fields few items have (a quote, a parent); one
-- that falls from week to week is a page that changes: `qulaq coverage --alarms`.
SELECT parser, kind, field, sum(items) AS seen, round(sum(filled) / seen, 3) AS share
FROM fill_rates
GROUP BY parser, kind, field
HAVING share > 0 AND share < 0.98
ORDER BY share, parser, kind, field
LIMIT 8
