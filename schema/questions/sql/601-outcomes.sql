-- How do visits end?
--
-- Only `ok`, `not_modified` and `empty` can earn silence; with anything else a need
-- counts as watched no longer.
SELECT outcome, count() AS visits, countIf(complete) AS complete, round(visits / sum(visits) OVER (), 3) AS share
FROM visits
GROUP BY outcome
ORDER BY visits DESC
