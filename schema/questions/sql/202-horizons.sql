-- What share is answered within one, three, seven and fourteen days?
--
-- All bodies together, any reply and a substantive one.
SELECT days, round(sumIf(rate * needs, kind = 'any') / sumIf(needs, kind = 'any'), 3) AS any_reply,
    round(sumIf(rate * needs, kind = 'substantive') / sumIf(needs, kind = 'substantive'), 3) AS substantive
FROM
(
    SELECT 1 AS days, 'any' AS kind, rate, needs FROM kaplan_meier(kind = 'any', days = 1)
    UNION ALL SELECT 1, 'substantive', rate, needs FROM kaplan_meier(kind = 'substantive', days = 1)
    UNION ALL SELECT 3, 'any', rate, needs FROM kaplan_meier(kind = 'any', days = 3)
    UNION ALL SELECT 3, 'substantive', rate, needs FROM kaplan_meier(kind = 'substantive', days = 3)
    UNION ALL SELECT 7, 'any', rate, needs FROM kaplan_meier(kind = 'any', days = 7)
    UNION ALL SELECT 7, 'substantive', rate, needs FROM kaplan_meier(kind = 'substantive', days = 7)
    UNION ALL SELECT 14, 'any', rate, needs FROM kaplan_meier(kind = 'any', days = 14)
    UNION ALL SELECT 14, 'substantive', rate, needs FROM kaplan_meier(kind = 'substantive', days = 14)
)
GROUP BY days
ORDER BY days
