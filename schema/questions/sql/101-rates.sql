-- Which bodies answer most of what they are asked within a week?
--
-- The product-limit estimate: needs that are still young count for as long as they were
-- watched. Two bodies whose intervals overlap much are not told apart; `qulaq rank` has
-- intervals of ranks.
SELECT body_id, needs, round(rate, 3) AS rate, round(greatest(0, rate - 1.96 * se), 3) AS lo, round(least(1, rate + 1.96 * se), 3) AS hi
FROM kaplan_meier(kind = 'any', days = 7)
ORDER BY rate DESC, body_id
