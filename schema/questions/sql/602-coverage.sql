-- How much of each source was seen?
--
-- Items read against items that the pages say they have, over all days. Numbers of a
-- source below 0.98 are flagged.
SELECT source_id, sum(visits) AS looks, round(sum(complete) / looks, 3) AS complete_share, round(sum(parsed) / sum(declared), 4) AS parsed_share
FROM coverage
GROUP BY source_id
ORDER BY complete_share, source_id
LIMIT 6
