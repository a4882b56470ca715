-- Does a petition drive change the picture?
--
-- Nearly identical needs count once in the second column: a cluster counts as answered
-- when any of it was.
SELECT body_id, count() AS needs, uniqExact(cluster) AS clusters, round(countIf(answered AND watched) / needs, 3) AS answered_needs,
    round(uniqExactIf(cluster, answered AND watched) / clusters, 3) AS answered_clusters
FROM latencies
WHERE kind = 'any'
GROUP BY body_id
ORDER BY needs - clusters DESC, body_id
LIMIT 6
