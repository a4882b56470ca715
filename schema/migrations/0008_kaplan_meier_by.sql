-- The estimate of kaplan_meier for any groups of needs, with the time after which
-- half of them were answered. What is said there of spans and of replies that no
-- complete visit saw (watched = false) holds here.
CREATE OR REPLACE VIEW kaplan_meier_by
AS SELECT groups, any(needs) AS needs, any(events) AS answered,
    1 - exp(sumIf(log(1 - d / at_risk), t <= {days:Float64})) AS rate,
    (1 - rate) * sqrt(sumIf(d / (at_risk * (at_risk - d)), t <= {days:Float64} AND d < at_risk)) AS se,
    minOrNullIf(t, waiting <= 0.5) AS median_days
FROM
(
    SELECT groups, t, d, at_risk, needs, events,
        exp(sum(log(1 - d / at_risk)) OVER (PARTITION BY groups ORDER BY t ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)) AS waiting
    FROM
    (
        SELECT groups, t, d,
            sum(n) OVER (PARTITION BY groups ORDER BY t DESC ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS at_risk,
            sum(n) OVER (PARTITION BY groups) AS needs, sum(d) OVER (PARTITION BY groups) AS events
        FROM
        (
            SELECT arrayMap(name -> multiIf(
                    name = 'body_id', toString(l.body_id), name = 'source_id', toString(l.source_id),
                    name = 'language', toString(l.language), name = 'theme', toString(l.theme), name = 'class', toString(l.class),
                    name = 'week', toString(toStartOfWeek(l.asked_lo, 1)),
                    name = 'level', toString(b.level), name = 'region', toString(b.region), name = 'platform', toString(s.platform),
                    toString(throwIf(name != '', 'by takes body_id, source_id, language, theme, class, week, level, region, platform'))),
                    splitByRegexp(' *, *', {by:String})) AS groups,
                if(l.answered AND l.watched, (l.latency_lo + l.latency_hi) / 2, l.watched_for) / 86400 AS t,
                countIf(l.answered AND l.watched) AS d, count() AS n
            FROM latencies AS l
            LEFT JOIN bodies_now AS b ON b.body_id = l.body_id
            LEFT JOIN sources_now AS s ON s.source_id = l.source_id
            WHERE l.kind = {kind:String}
            GROUP BY groups, t
        )
    )
)
GROUP BY groups
COMMENT 'Share of needs answered within some days, of any groups, by the product-limit estimate: SELECT groups[1] AS language, rate FROM kaplan_meier_by(by = ''language'', kind = ''any'', days = 7). by: one or more of body_id, source_id, language, theme, class, week (Monday, UTC, of asking), level, region, platform, with commas between. Columns: groups (an array, in the order of by), needs, answered (at any time), rate, se (standard error of the rate), median_days (half were answered by then; NULL: not reached)';
