-- The product-limit estimate (Kaplan and Meier 1958) of the share answered within
-- a number of days, for each body, with Greenwood's standard error. At each time
-- of a reply the share still waiting falls by the part of those waiting that are
-- answered just then; a need that was watched for less leaves those waiting at the
-- time until which it was watched. Needs that were answered at a time wait until
-- then, and so do needs that were last seen unanswered at that time.
--
-- A reply that only incomplete visits saw (watched = false) is no reply here.
--
-- A latency that is only known to lie in a span counts at its middle. qulaq's own
-- rates do not need that: where spans are wide, ask `qulaq rank`.
CREATE OR REPLACE VIEW kaplan_meier
AS SELECT body_id, any(needs) AS needs, any(events) AS answered,
    1 - exp(sumIf(log(1 - d / at_risk), t <= {days:Float64})) AS rate,
    (1 - rate) * sqrt(sumIf(d / (at_risk * (at_risk - d)), t <= {days:Float64} AND d < at_risk)) AS se
FROM
(
    SELECT body_id, t, d,
        sum(n) OVER (PARTITION BY body_id ORDER BY t DESC ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS at_risk,
        sum(n) OVER (PARTITION BY body_id) AS needs, sum(d) OVER (PARTITION BY body_id) AS events
    FROM
    (
        SELECT body_id, if(answered AND watched, (latency_lo + latency_hi) / 2, watched_for) / 86400 AS t,
            countIf(answered AND watched) AS d, count() AS n
        FROM latencies
        WHERE kind = {kind:String}
        GROUP BY body_id, t
    )
)
GROUP BY body_id
COMMENT 'Share of needs answered within some days, of each body, by the product-limit estimate: SELECT * FROM kaplan_meier(kind = ''any'', days = 7). Columns: body_id, needs, answered (at any time), rate, and se, the standard error of the rate';
