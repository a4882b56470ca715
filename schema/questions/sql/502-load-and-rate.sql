-- Do bodies that are asked more answer less?
--
-- Rank correlation over bodies between the number of needs and the rate: -1 always, 0
-- not at all, 1 the other way round.
SELECT count() AS bodies, round(rankCorr(needs, rate), 2) AS correlation
FROM kaplan_meier(kind = 'any', days = 7)
