-- Which ministries answer Kazakh questions slower than Russian ones?
--
-- Hours until half are answered, by the language of asking. z is the difference of the
-- rates within three days over its standard error: beyond 2 it is hardly chance for one
-- body, and of many bodies a few exceed it by chance.
WITH languages AS
(
    SELECT groups[1] AS body_id, groups[2] AS language, needs, rate, se, median_days
    FROM kaplan_meier_by(by = 'body_id, language, level', kind = 'any', days = 3)
    WHERE groups[3] = 'central'
)
SELECT kk.body_id AS body_id, kk.needs AS kk_needs, ru.needs AS ru_needs, round(kk.median_days * 24, 1) AS kk_hours, round(ru.median_days * 24, 1) AS ru_hours,
    round((kk.rate - ru.rate) / sqrt(kk.se * kk.se + ru.se * ru.se), 1) AS z
FROM languages AS kk
JOIN languages AS ru ON ru.body_id = kk.body_id
WHERE kk.language = 'kk' AND ru.language = 'ru'
ORDER BY z, body_id
