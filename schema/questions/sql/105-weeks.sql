-- Does it get better, week by week?
--
-- Weeks of asking. The last weeks rest on needs that were watched for less than the
-- horizon: their standard errors tell.
SELECT groups[1] AS week, needs, round(rate, 3) AS rate, round(se, 3) AS se
FROM kaplan_meier_by(by = 'week', kind = 'any', days = 3)
ORDER BY week
