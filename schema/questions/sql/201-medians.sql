-- How long does it take until half of the needs are answered?
--
-- Empty means that half were not answered while they were watched: the median is not
-- reached, which is not the same as slow.
SELECT groups[1] AS body_id, needs, round(median_days * 24, 1) AS median_hours
FROM kaplan_meier_by(by = 'body_id', kind = 'any', days = 7)
ORDER BY median_days NULLS LAST, body_id
