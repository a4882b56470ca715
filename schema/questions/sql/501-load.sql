-- How much is each body asked, per week?
--
-- Needs by the Monday of the week of asking.
SELECT body_id, sumMap(map(toStartOfWeek(asked_lo, 1), toUInt64(1))) AS by_week, count() AS needs
FROM exchanges_now
GROUP BY body_id
ORDER BY needs DESC, body_id
LIMIT 6
