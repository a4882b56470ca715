-- Are those who ask often answered more?
--
-- Needs of pseudonyms that asked once, and more often. Groups, not persons: pseudonyms
-- change when the key is rotated.
SELECT if(asked = 1, 'once', 'more often') AS people, sum(asked) AS needs, round(sum(replied) / needs, 3) AS answered
FROM
(
    SELECT asker, count() AS asked, countIf(answered AND watched) AS replied
    FROM latencies
    WHERE kind = 'any' AND asker != ''
    GROUP BY asker
)
GROUP BY people
ORDER BY people
