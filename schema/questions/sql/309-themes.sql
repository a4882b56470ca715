-- About which themes are people answered least?
--
-- Themes with twenty needs or more. A theme is what a need is about most; those that
-- touch none stand under none.
SELECT groups[1] AS theme, needs, round(rate, 3) AS rate, round(se, 3) AS se
FROM kaplan_meier_by(by = 'theme', kind = 'any', days = 7)
WHERE needs >= 20
ORDER BY rate, theme
