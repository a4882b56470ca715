-- On which day of the week should one ask?
--
-- Share with a reply within 24 hours, of needs that were watched for so long, by the
-- weekday (1 is Monday) of asking in the country's zone. Offices that rest at the
-- weekend show here.
SELECT toDayOfWeek(asked_lo, 0, 'Asia/Almaty') AS weekday, count() AS needs,
    round(countIf(answered AND watched AND latency_hi <= 86400) / needs, 3) AS within_a_day
FROM latencies
WHERE kind = 'any' AND watched_for >= 86400
GROUP BY weekday
ORDER BY weekday
